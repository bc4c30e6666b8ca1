"""Matters: clocks, order of days, duplicates, updates, placing, and what is never kept."""

from __future__ import annotations

from datetime import date

import pytest

from grid.findings import ImportKind
from grid.refusals import Refused
from tests.storage.petition_files import FULL, ID_NUMBER, PETITIONS, PHONE, kept, line, refused, rows

NOT_NOWHERE = """
SELECT matter_no FROM petition
WHERE address <> '' OR cardinality(place_reasons) + cardinality(place_candidates) > 0
  OR num_nonnulls(place_status, granularity, place_method, datum, point, cell_x, cell_y,
                  county_id, town_id, village_id, grid_id, functional_id) > 0
"""


def test_a_matter_is_placed_with_its_unit_and_its_clock(take_in, write_csv, small_city):
    extended = {
        "延期天数": "30",
        "延期日期": "2026-03-01",
        "延期批准人": "分管副县长",
        "延期理由": "需委托鉴定",
        "信访形式": "网格上报",
        "初重件": "重件",
        "件次": "3次",
        "人数": "１２",
        "积案": "是",
        "评价": "基本满意",
    }
    report = take_in(PETITIONS, write_csv([FULL, line("A1"), line("A2", **extended)]))
    assert (report.rows, report.accepted, report.review, report.refused) == (2, 2, 0, 0)
    assert report.figures["placed_point"] == 2
    found = rows(
        small_city,
        "SELECT due_on, is_repeat, submissions, heads, is_backlog, evaluation, channel, stage, u.name"
        " FROM petition JOIN unit u ON u.id = unit_id ORDER BY matter_no",
    )
    assert found == [
        (date(2026, 3, 11), False, 1, 1, False, None, "letter", "handling", "云岭县"),
        (date(2026, 4, 10), True, 3, 12, True, "mostly_satisfied", "grid", "handling", "云岭县"),
    ]
    oracle = "SELECT level, code FROM area, petition WHERE ST_Covers(geom, point) AND kind = 'regular'"
    placed = (
        "SELECT level, code FROM petition JOIN area a ON a.id IN (county_id, town_id, village_id, grid_id)"
    )
    assert sorted(rows(small_city, placed)) == sorted(rows(small_city, oracle))


@pytest.mark.parametrize(
    ("said", "due"),
    [
        ({}, date(2026, 3, 11)),
        ({"受理日期": ""}, None),
        ({"信访目的": "建议意见"}, None),
        ({"办理轨道": "涉法涉诉"}, None),
        ({"信访目的": "检举控告"}, None),
    ],
)
def test_only_claims_on_the_ordinary_track_are_due(take_in, write_csv, small_city, said, due):
    take_in(PETITIONS, write_csv([FULL, line("A1", **said)]))
    assert rows(small_city, "SELECT due_on FROM petition") == [(due,)]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"登记日期": ""}, "value_missing"),
        ({"信访件编号": " "}, "value_missing"),
        ({"登记日期": "2026-02-30"}, "date_unreadable"),
        ({"登记日期": "2026年1月"}, "date_incomplete"),
        ({"登记日期": "2099-01-01", "受理日期": ""}, "date_in_future"),
        ({"受理日期": "2026-01-04"}, "dates_out_of_order"),
        ({"答复日期": "2026-01-09"}, "dates_out_of_order"),
        ({"办结日期": "2026-01-02"}, "dates_out_of_order"),
        ({"延期天数": "31"}, "extension_too_long"),
        ({"信访形式": "托梦"}, "value_unknown"),
        ({"信访目的": "别的"}, "value_unknown"),
        ({"信访目的": " "}, "purpose_missing"),
        ({"信访目的": "无"}, "purpose_missing"),
        ({"件次": "很多"}, "count_unreadable"),
        ({"积案": "也许"}, "flag_unreadable"),
        ({"区划代码": "9.90101E+11"}, "code_in_scientific_notation"),
        ({"信访件编号": "2.02601E+13"}, "code_in_scientific_notation"),
        ({"问题属地": "长" * 400}, "text_too_long"),
    ],
)
def test_a_bad_row_is_refused_by_name_and_the_good_one_beside_it_taken(
    take_in, write_csv, small_city, said, code
):
    report = take_in(PETITIONS, write_csv([FULL, line("A1", **said), line("A2")]))
    assert refused(report) == {2: code}
    assert rows(small_city, "SELECT matter_no FROM petition") == [("A2",)]


def test_of_an_accusation_neither_unit_nor_place_is_kept_or_quoted(take_in, write_csv, small_city):
    told = "东山街道东东1村12号某厂"
    report = take_in(
        PETITIONS, write_csv([FULL, line("A1", 信访目的="检举控告类", 问题属地=told, 责任单位="不存在局")])
    )
    assert report.accepted == 1
    assert rows(small_city, "SELECT unit_id, due_on FROM petition") == [(None, None)]
    assert rows(small_city, NOT_NOWHERE) == []
    assert told not in str(rows(small_city, "SELECT * FROM petition"))
    assert report.findings == ()
    assert "placed_point" not in report.figures


def test_an_accusation_that_was_a_claim_loses_its_place(take_in, write_csv, small_city):
    take_in(PETITIONS, write_csv([FULL, line("A1")]))
    assert rows(small_city, NOT_NOWHERE) == [("A1",)]
    take_in(PETITIONS, write_csv([FULL, line("A1", 信访目的="检举控告")], "again.csv"))
    assert rows(small_city, "SELECT unit_id FROM petition") == [(None,)]
    assert rows(small_city, NOT_NOWHERE) == []


def test_person_columns_and_numbers_in_addresses_are_nowhere_in_the_database(take_in, write_csv, small_city):
    head = [*FULL, "信访人姓名", "联系电话"]
    address = f"双石镇 张某 {ID_NUMBER} 电话{PHONE}"
    people = [*line("A1", 问题属地=address, 经度="", 纬度=""), "张三丰", PHONE]
    report = take_in(PETITIONS, write_csv([head, people]))
    assert {"person_column_dropped", "address_redacted"} <= {f.code for f in report.findings}
    assert report.figures["person_columns_dropped"] == 2
    everything = kept(small_city)
    assert ID_NUMBER not in everything
    assert PHONE not in everything
    assert "张三丰" not in everything


def test_the_same_row_twice_counts_once_and_different_rows_of_one_number_not_at_all(
    take_in, write_csv, small_city
):
    lines = [FULL, line("A1"), line("A1"), line("B1"), line("B1", 内容分类="交通运输"), line("C1")]
    report = take_in(PETITIONS, write_csv(lines))
    assert refused(report) == {4: "duplicate_in_file", 5: "duplicate_in_file"}
    assert rows(small_city, "SELECT matter_no FROM petition ORDER BY 1") == [("A1",), ("C1",)]


def test_a_later_file_updates_in_place_and_leaves_what_is_the_same_alone(take_in, write_csv, small_city):
    take_in(PETITIONS, write_csv([FULL, line("A1"), line("A2")]))
    before = rows(small_city, "SELECT id, matter_no, batch_id FROM petition ORDER BY 2")
    changed = line("A2", 办理阶段="办结", 答复日期="2026-02-01", 办结日期="2026-02-02", 经度="120.151")
    report = take_in(PETITIONS, write_csv([FULL, line("A1"), changed, line("A3")], "later.csv"))
    assert {k: report.figures[k] for k in ("inserted", "updated", "unchanged")} == {
        "inserted": 1,
        "updated": 1,
        "unchanged": 1,
    }
    assert [(f.code, f.row) for f in report.findings if f.code == "matter_updated"] == [("matter_updated", 3)]
    after = rows(small_city, "SELECT id, matter_no, batch_id FROM petition ORDER BY 2")
    assert after[0] == before[0]
    assert after[1][0] == before[1][0]
    place = "SELECT a.code FROM petition JOIN area a ON a.id = town_id WHERE matter_no = 'A2'"
    assert rows(small_city, place) == [("990101100",)]


def test_sources_keep_their_numbers_apart(take_in, write_csv, small_city):
    take_in(PETITIONS, write_csv([FULL, line("A1")]), source="省平台")
    take_in(PETITIONS, write_csv([FULL, line("A1")]), source="市平台")
    assert rows(small_city, "SELECT source FROM petition ORDER BY 1") == [("市平台",), ("省平台",)]


def test_a_shifted_datum_is_brought_home_and_recorded(take_in, write_csv, small_city):
    from grid.datums import Datum, from_cgcs2000

    lon, lat = from_cgcs2000([120.05], [28.05], Datum.GCJ02)
    shifted = line("A1", 经度=f"{lon[0]:.7f}", 纬度=f"{lat[0]:.7f}", 坐标系="高德")
    take_in(PETITIONS, write_csv([FULL, shifted]))
    ((x, y, datum),) = rows(small_city, "SELECT ST_X(point), ST_Y(point), datum FROM petition")
    assert (x, y, datum) == (pytest.approx(120.05, abs=1e-6), pytest.approx(28.05, abs=1e-6), "GCJ02")


def test_what_cannot_be_placed_is_taken_in_and_sent_to_review(take_in, write_csv, small_city):
    lines = [
        FULL,
        line("A1", 经度="", 纬度="", 问题属地="不详"),
        line("A2", 经度="110.5", 纬度="30.5"),
        line("A3", 经度="东经120", 纬度="", 问题属地="江口街道"),
    ]
    report = take_in(PETITIONS, write_csv(lines))
    assert (report.accepted, report.review, report.refused) == (0, 3, 0)
    assert rows(small_city, "SELECT count(*) FROM petition") == [(3,)]
    assert rows(small_city, "SELECT count(*) FROM petition WHERE point IS NOT NULL") == [(0,)]


def test_matters_wait_for_boundaries(engine, write_csv):
    from data.intake.run import run_import
    from grid.principals import COMMAND_LINE

    with pytest.raises(Refused, match="no_areas"):
        run_import(engine, COMMAND_LINE, PETITIONS, write_csv([FULL, line("A1")]))


def test_a_replaced_area_keeps_its_old_matters_and_hands_over_the_new(
    take_in, write_csv, write_boundaries, small_city
):
    take_in(PETITIONS, write_csv([FULL, line("OLD"), line("NEW", 登记日期="2026-08-01", 受理日期="")]))
    ring = [[120, 28], [120.25, 28], [120.25, 28.2], [120, 28.2], [120, 28]]
    county = {
        "type": "Feature",
        "properties": {"code": "990101", "name": "云岭县"},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
    report = take_in(
        ImportKind.BOUNDARIES, write_boundaries([county]), level="county", valid_from="2026-07-01"
    )
    assert next(f for f in report.findings if f.code == "edition_replaced").facts["moved"] == 1
    spans = rows(
        small_city,
        "SELECT matter_no, a.valid_to IS NULL FROM petition JOIN area a ON a.id = county_id ORDER BY 1",
    )
    assert spans == [("NEW", True), ("OLD", False)]
