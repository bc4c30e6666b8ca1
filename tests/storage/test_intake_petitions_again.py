"""Matters told twice: in one file, where a person chooses, and again after people said where they are."""

from __future__ import annotations

import threading
import time

import pytest
from sqlalchemy import text

from data.access import roles
from data.worker import run_worker
from data.writes.settling import settle_quarantine
from grid.geocoding.normalise import address_key
from grid.principals import Role
from grid.refusals import Refused
from tests.storage.petition_files import FULL, ID_NUMBER, PETITIONS, line, refused, rows

KEPT = "SELECT row, state, key, cells FROM import_row ORDER BY row"
PLACE = """
SELECT place_method, place_status, ST_X(point), a.code, stage FROM petition JOIN area a ON a.id = town_id
"""
PATIENCE_S = 60.0


def work_off(engine):
    """Let a worker do what is queued."""
    stop = threading.Event()
    worker = threading.Thread(target=run_worker, args=(engine, stop), kwargs={"poll_s": 0.05})
    worker.start()
    try:
        until = time.monotonic() + PATIENCE_S
        while rows(engine, "SELECT count(*) FROM job WHERE state IN ('queued', 'running')") != [(0,)]:
            assert time.monotonic() < until
            time.sleep(0.05)
    finally:
        stop.set()
        worker.join()


def change(engine, statement):
    with engine.begin() as connection:
        connection.execute(text(statement))


def test_rows_that_contradict_each_other_are_kept_for_a_choice_and_the_known_matter_stays(
    take_in, write_csv, small_city
):
    take_in(PETITIONS, write_csv([FULL, line("B1")]))
    before = rows(small_city, "SELECT * FROM petition")
    told = f"双石镇 {ID_NUMBER}"
    lines = [line("A1"), line("B1", 内容分类="交通运输"), line("A1"), line("B1", 问题属地=told), line("C1")]
    report = take_in(PETITIONS, write_csv([FULL, *lines], "later.csv"))
    assert refused(report) == {3: "duplicate_in_file", 5: "duplicate_in_file"}
    assert (report.rows, report.accepted, report.refused, report.quarantined) == (5, 3, 2, 2)
    assert (report.figures["inserted"], report.figures["updated"]) == (2, 0)
    assert rows(small_city, "SELECT * FROM petition WHERE matter_no = 'B1'") == before
    found = rows(small_city, KEPT)
    assert [(row, state) for row, state, _, _ in found] == [(3, "quarantined"), (5, "quarantined")]
    assert len({key for _, _, key, _ in found}) == 1
    assert [cells["内容分类"] for *_, cells in found] == ["交通运输", "城乡建设"]
    assert ID_NUMBER not in str(found)


def test_a_conflict_first_seen_blocks_apart_takes_its_first_row_back(
    take_in, write_csv, small_city, monkeypatch
):
    monkeypatch.setattr("data.intake.matters.petitions._BLOCK", 2)
    lines = [line("A1"), line("B1"), line("C1"), line("D1"), line("A1", 评价="满意"), line("B1")]
    report = take_in(PETITIONS, write_csv([FULL, *lines]))
    assert refused(report) == {2: "duplicate_in_file", 6: "duplicate_in_file"}
    assert [(f.code, f.row) for f in report.findings if f.code == "duplicate_identical"] == [
        ("duplicate_identical", 7)
    ]
    assert rows(small_city, "SELECT matter_no FROM petition ORDER BY 1") == [("B1",), ("C1",), ("D1",)]
    assert report.figures["inserted"] == 3
    assert report.figures["placed_point"] == 3


@pytest.mark.parametrize("accused", [(0,), (1,), (0, 1)])
def test_of_a_conflict_with_an_accusation_nothing_is_kept_or_quoted(take_in, write_csv, small_city, accused):
    lines = [
        line("A1", 问题属地=f"东山街道{n}号", 评价=("满意", "不满意")[n],
             信访目的="检举控告" if n in accused else "申诉求决")
        for n in range(2)
    ]  # fmt: skip
    report = take_in(PETITIONS, write_csv([FULL, *lines, line("B1")]))
    assert set(refused(report)) == {2, 3}
    assert rows(small_city, KEPT) == []
    assert "东山街道" not in str(report.findings)
    assert "A1" not in str(report.findings)


def test_a_person_says_which_row_holds_and_it_is_taken_in_by_the_same_importer(
    take_in, write_csv, small_city, sign_in, login_as
):
    head = ["信访系统内部号" if name == "信访件编号" else name for name in FULL]
    column = head.index("信访系统内部号")
    lines = [line("A1"), line("A1", 内容分类="交通运输", 经度="120.151"), line("A1", 评价="满意"), line("B1")]
    options = {"source": "省平台", f"column_{column}": "matter_no"}
    report = take_in(PETITIONS, write_csv([head, *lines]), **options)
    assert report.quarantined == 3
    server, clerk = login_as(small_city, roles.SERVER), sign_in(small_city, Role.CLERK)
    for row in (5, 6, 0, -1, 2**40):
        with pytest.raises(Refused, match="row_not_in_conflict"):
            settle_quarantine(server, clerk, report.batch_id, row)
    settle_quarantine(server, clerk, report.batch_id, 3)
    with pytest.raises(Refused, match="row_not_in_conflict"):
        settle_quarantine(server, clerk, report.batch_id, 4)
    work_off(small_city)
    assert rows(small_city, "SELECT state, error_code FROM job") == [("done", None)]
    assert rows(small_city, "SELECT source, matter_no, category FROM petition ORDER BY 2") == [
        ("省平台", "A1", "transport"),
        ("省平台", "B1", "construction"),
    ]
    states = rows(
        small_city, "SELECT row, state FROM import_row WHERE batch_id = :b ORDER BY 1", b=report.batch_id
    )
    assert states == [(2, "refused"), (3, "settled"), (4, "refused")]
    batches = rows(small_city, "SELECT rows, accepted FROM import_batch WHERE kind = 'petitions' ORDER BY id")
    assert batches == [(4, 1), (1, 1)]


def test_only_who_may_import_settles(take_in, write_csv, small_city, sign_in, login_as):
    report = take_in(PETITIONS, write_csv([FULL, line("A1"), line("A1", 评价="满意")]))
    server = login_as(small_city, roles.SERVER)
    for role in (Role.BUREAU, Role.LEADER, Role.ADMIN):
        with pytest.raises(Exception, match=r"permission denied|row_not_in_conflict"):
            settle_quarantine(server, sign_in(small_city, role), report.batch_id, 2)
    assert rows(small_city, "SELECT count(*) FROM job") == [(0,)]


@pytest.mark.parametrize(
    "said",
    [
        "place_method = 'worker', point = ST_SetSRID(ST_MakePoint(120.155, 28.055), 4490),"
        " town_id = (SELECT id FROM area WHERE code = '990101100')",
        "place_status = 'review', place_reasons = '{worker_disputes}'",
    ],
)
def test_what_people_said_of_a_place_outlives_a_later_file_but_not_another_address(
    take_in, write_csv, small_city, said
):
    there = {"问题属地": "东山街道东东1村"}
    take_in(PETITIONS, write_csv([FULL, line("A1", **there)]))
    change(small_city, f"UPDATE petition SET {said}")
    placed = rows(small_city, PLACE)
    again = take_in(PETITIONS, write_csv([FULL, line("A1", **there), line("B1")], "again.csv"))
    assert (again.figures["unchanged"], again.figures["updated"]) == (1, 0)
    spaced = {"问题属地": "东山街道 东东1村", "办理阶段": "办结", "办结日期": "2026-02-01"}
    take_in(PETITIONS, write_csv([FULL, line("A1", **spaced)], "closed.csv"))
    assert [row[:4] for row in rows(small_city, PLACE + " WHERE matter_no = 'A1'")] == [placed[0][:4]]
    assert rows(small_city, "SELECT stage FROM petition WHERE matter_no = 'A1'") == [("closed",)]
    take_in(PETITIONS, write_csv([FULL, line("A1", 问题属地="江口街道", 经度="120.25")], "moved.csv"))
    method, _, _, code, _ = rows(small_city, PLACE + " WHERE matter_no = 'A1'")[0]
    assert (method, code) == ("coordinates", "990102001")


def test_an_accusation_loses_even_the_place_that_a_person_gave(take_in, write_csv, small_city):
    take_in(PETITIONS, write_csv([FULL, line("A1", 问题属地="东山街道")]))
    change(small_city, "UPDATE petition SET place_method = 'worker'")
    take_in(PETITIONS, write_csv([FULL, line("A1", 问题属地="东山街道", 信访目的="检举控告")], "accused.csv"))
    assert rows(small_city, "SELECT place_method, address, point FROM petition") == [(None, "", None)]


def test_a_bettered_gazetteer_is_no_change_of_the_source(take_in, write_csv, small_city):
    said = {"经度": "", "纬度": "", "坐标系": "", "问题属地": "东山街道"}
    take_in(PETITIONS, write_csv([FULL, line("A1", **said)]))
    change(
        small_city,
        "UPDATE petition SET granularity = 'point', point = ST_SetSRID(ST_MakePoint(120.01, 28.01), 4490)",
    )
    report = take_in(PETITIONS, write_csv([FULL, line("A1", **said), line("B1")], "again.csv"))
    assert report.figures["unchanged"] == 1


def test_an_address_is_kept_as_written_and_in_normal_form(take_in, write_csv, small_city):
    told = "東山街道　十二號\t第 3 網格\\N"
    take_in(
        PETITIONS,
        write_csv(
            [FULL, line("A1", 问题属地=told), line("A2"), line("A3", 信访目的="检举控告", 问题属地=told)]
        ),
    )
    found = rows(small_city, "SELECT address, address_key FROM petition ORDER BY matter_no")
    assert found[1:] == [("", ""), ("", "")]
    (address, key) = found[0]
    assert address.endswith("\\N")
    assert "\t" in address
    assert key == address_key(address)
