"""Service points, gazetteer and listings: found by code or by name, updated in place, never guessed."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import text

from grid.findings import ImportKind, Severity


def cells(line):
    return line.split(",")


SERVICE_HEAD = [
    "县区",
    "乡镇街道",
    "代办站",
    "村社区",
    "区划代码",
    "代办点",
    "经度",
    "纬度",
    "村干部",
    "网格员",
    "志愿者",
    "办理数",
    "化解数",
    "统计起",
    "统计止",
]
POINT = cells(
    "云岭县,双石镇,双石镇代办站,东双2村,990101100001,村部代办点,120.15,28.05,1,2个,,5,4,2026-01-01,2026-08-31"
)
GAZETTEER_HEAD = ["名称", "类型", "层级", "区划代码", "号段起", "号段止", "单双号", "经度", "纬度", "几何"]
LISTING_HEAD = ["季度", "单位", "区划代码", "层级", "状态", "排名", "得分", "原因", "挂牌日期", "签批人"]


def rows(engine, statement):
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(statement))]


def refused(report):
    return {f.row: f.code for f in report.findings if f.severity is Severity.REFUSED}


def changed(line, **said):
    line = list(line)
    for name, value in said.items():
        line[SERVICE_HEAD.index(name)] = value
    return line


def test_a_point_comes_with_its_station_headcounts_and_figures(take_in, write_csv, small_city):
    by_name = changed(POINT, 区划代码="", 代办点="二号点", 经度="", 纬度="")
    station_only = changed(
        POINT, 乡镇街道="江口街道", 代办站="江口代办站", 村社区="", 区划代码="990102001", 代办点=""
    )
    report = take_in(ImportKind.SERVICE_POINTS, write_csv([SERVICE_HEAD, POINT, by_name, station_only]))
    assert report.refused == 0
    assert {k: report.figures[k] for k in ("stations", "points", "agents", "handled", "resolved")} == {
        "stations": 2,
        "points": 2,
        "agents": 6,
        "handled": 10,
        "resolved": 8,
    }
    assert rows(
        small_city,
        "SELECT p.name, a.code, ST_X(location), handled, resolved, since"
        " FROM service_point p JOIN area a ON a.id = village_id ORDER BY p.id",
    ) == [
        ("村部代办点", "990101100001", 120.15, 5, 4, date(2026, 1, 1)),
        ("二号点", "990101100001", None, 5, 4, date(2026, 1, 1)),
    ]
    assert rows(small_city, "SELECT kind, sum(count) FROM service_headcount GROUP BY 1 ORDER BY 1") == [
        ("cadre", 2),
        ("grid_worker", 4),
        ("volunteer", 0),
    ]


def test_a_known_point_is_updated(take_in, write_csv, small_city):
    take_in(ImportKind.SERVICE_POINTS, write_csv([SERVICE_HEAD, POINT]))
    take_in(
        ImportKind.SERVICE_POINTS, write_csv([SERVICE_HEAD, changed(POINT, 办理数="9", 网格员="7")], "b.csv")
    )
    assert rows(small_city, "SELECT handled, resolved FROM service_point") == [(9, 4)]
    assert rows(small_city, "SELECT count FROM service_headcount WHERE kind = 'grid_worker'") == [(7,)]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"化解数": "6"}, "resolved_exceeds_handled"),
        ({"区划代码": "990199999999"}, "area_unknown"),
        ({"区划代码": "", "村社区": "没有村"}, "area_unknown"),
        ({"区划代码": "990101100"}, "village_expected"),
        ({"统计止": "2025-12-31"}, "dates_out_of_order"),
        ({"代办点": "", "代办站": ""}, "value_missing"),
        ({"村干部": "张三、李四"}, "count_unreadable"),
    ],
)
def test_bad_points_are_named_and_agents_never_quoted(take_in, write_csv, said, code):
    report = take_in(ImportKind.SERVICE_POINTS, write_csv([SERVICE_HEAD, changed(POINT, **said)]))
    assert refused(report) == {2: code}
    assert all("张三" not in f.original for f in report.findings)


def test_gazetteer_entries_are_taken_once(take_in, write_csv, small_city):
    lines = [
        GAZETTEER_HEAD,
        cells("东城,别名,乡镇街道,990101001,,,,,,"),
        [*cells("长安路,道路,村社区,990101001001,1,99,单,,"), "LINESTRING (120.01 28.01, 120.02 28.02)"],
        cells("枫林小区,小区,网格,990101001001001,,,,120.02,28.05,"),
        cells("长安路,道路,村社区,990101001001,99,1,,,,"),
        cells("无处,兴趣点,网格,1,,,,,,"),
        cells("怪,山,,990101,,,,,,"),
        cells("坏线路,道路,,990101001001,,,,,,LINESTRING (1"),
    ]
    report = take_in(ImportKind.GAZETTEER, write_csv(lines))
    assert refused(report) == {5: "range_reversed", 6: "area_unknown", 7: "value_unknown"}
    assert report.figures == {"inserted": 4, "unchanged": 0}
    again = take_in(ImportKind.GAZETTEER, write_csv(lines[:4], "again.csv"))
    assert again.figures == {"inserted": 0, "unchanged": 3}
    stored = "SELECT name, kind, parity, point IS NOT NULL, ST_GeometryType(line) FROM gazetteer_entry"
    assert set(rows(small_city, stored)) == {
        ("东城", "alias", "all", False, None),
        ("坏线路", "road", "all", False, None),
        ("枫林小区", "estate", "all", True, None),
        ("长安路", "road", "odd", False, "ST_MultiLineString"),
    }


def test_a_road_and_its_address_work_together(take_in, write_csv, small_city):
    road = ["长安路", "道路", "村社区", "990101001001", "1", "99", "全部", "", "", ""]
    take_in(ImportKind.GAZETTEER, write_csv([GAZETTEER_HEAD, road]))
    matter = [["信访件编号", "登记日期", "问题属地"], ["A1", "2026-01-05", "云岭县东山街道长安路12号"]]
    report = take_in(ImportKind.PETITIONS, write_csv(matter, "m.csv"), purpose="claim")
    assert report.figures["placed_village"] == 1
    assert rows(small_city, "SELECT a.code, point FROM petition JOIN area a ON a.id = village_id") == [
        ("990101001001", None)
    ]


def test_listings_find_areas_by_code_and_make_departments(take_in, write_csv, small_city):
    lines = [
        LISTING_HEAD,
        cells(
            "2026Q3,云岭县,990101,县区,已挂牌,1,61.5,重复信访多，逾期１２件（含乡镇）；待核。,2026-07-05,市委书记"
        ),
        cells("2026年第3季度,市教育局,,,拟挂牌,2,,,,"),
        cells("2026Q3,双石镇,990102100,,整治中,3,70,,2026-07-05,"),
        cells("2026Q5,云岭县,990101,,已挂牌,,,,,"),
        cells("2026Q3,云岭县,990101,,已挂牌,1,,,,书记"),
        cells("2026Q3,无名县,990109,,已挂牌,1,,,,书记"),
        cells("2026Q3,双石镇,,乡镇街道,已挂牌,1,,,,书记"),
        cells("2026Q3,临江区,990101,县区,暂停,1,,,,书记"),
    ]
    report = take_in(ImportKind.LISTINGS, write_csv(lines))
    assert refused(report) == {
        5: "quarter_unreadable",
        6: "duplicate_in_file",
        7: "area_unknown",
        8: "area_unknown",
        9: "value_unknown",
    }
    assert [(f.code, f.row) for f in report.findings if f.severity is Severity.REVIEW] == [
        ("approver_missing", 4)
    ]
    stored = rows(
        small_city,
        "SELECT u.name, u.kind, quarter, state, rank, score"
        " FROM listing JOIN unit u ON u.id = unit_id ORDER BY rank",
    )
    assert stored == [
        ("云岭县", "area", "2026Q3", "listed", 1, 61.5),
        ("市教育局", "department", "2026Q3", "proposed", 2, None),
        ("双石镇", "area", "2026Q3", "rectifying", 3, 70.0),
    ]
    reasons = rows(small_city, "SELECT reason FROM listing WHERE rank = 1")
    assert reasons == [("重复信访多，逾期12件（含乡镇）；待核。",)], "a sentence keeps its own punctuation"


def test_a_name_that_is_not_that_of_its_code_is_asked_about(take_in, write_csv, small_city):
    lines = [LISTING_HEAD, ["2026Q3", "临江区", "990101", "县区", "拟挂牌", "1", "", "", "", ""]]
    report = take_in(ImportKind.LISTINGS, write_csv(lines))
    assert [(f.code, f.facts["name"]) for f in report.findings] == [("code_and_name_differ", "云岭县")]


def test_a_quarter_is_updated_in_place(take_in, write_csv, small_city):
    first = ["2026Q3", "云岭县", "990101", "县区", "拟挂牌", "1", "60", "", "", ""]
    take_in(ImportKind.LISTINGS, write_csv([LISTING_HEAD, first]))
    later = ["2026Q3", "云岭县", "990101", "县区", "已摘牌", "2", "90", "", "2026-07-01", "市长"]
    take_in(ImportKind.LISTINGS, write_csv([LISTING_HEAD, later], "later.csv"))
    assert rows(small_city, "SELECT state, rank, score FROM listing") == [("delisted", 2, 90.0)]


def test_a_blank_count_is_told_and_ditto_is_no_name(take_in, write_csv):
    report = take_in(
        ImportKind.SERVICE_POINTS,
        write_csv([SERVICE_HEAD, POINT, changed(POINT, 代办点="二号点", 办理数="—", 化解数="", 县区="同上")]),
    )
    told = {(f.code, f.column, f.facts.get("count")) for f in report.findings}
    assert ("column_defaulted", "办理数", 1) in told
    assert ("value_ditto", "县区", None) in told
