"""What was kept of a matter to work on: gone once it is an accusation, and unseen by who is recused."""

# ruff: noqa: F811  a fixture is named twice
from __future__ import annotations

import pytest
from sqlalchemy import text

from data.sessions import reading
from data.store import PostgisStore
from grid.refusals import Refused
from grid.reviewing import ReportVerdict
from tests.storage.petition_files import FULL, PETITIONS, line, rows
from tests.storage.test_decisions import STREET, World, world  # noqa: F401

ACCUSED = "检举控告"
UNPLACED = {"问题属地": STREET, "经度": "", "纬度": "", "坐标系": "", "区划代码": ""}


def test_rows_and_findings_of_earlier_batches_are_dropped(take_in, write_csv, small_city, world: World):
    header = ["内部号" if name == "信访件编号" else name for name in FULL]
    lines = [
        line("A1", 登记日期="三月"), line('="A2"', 责任单位="无此局"), line("A12", 登记日期="四月"),
        line("B1"), line("B1", 人数="9"), line("C1"), line("C1"),
    ]  # fmt: skip
    options = {f"column_{header.index('内部号')}": "matter_no"}
    first = take_in(PETITIONS, write_csv([header, *lines]), **options)
    desk = PostgisStore(world.server).imports(world.clerk)
    assert [conflict.key.split()[-1] for conflict in desk.conflicts(first.batch_id)] == ["B1"]
    assert {"B1", "C1"} <= {finding.original for finding in desk.report(first.batch_id).findings}
    numbers = ("A1", "A2", "B1", "C1")
    take_in(PETITIONS, write_csv([FULL, *(line(number, 信访目的=ACCUSED) for number in numbers)], "b.csv"))
    assert desk.conflicts(first.batch_id) == ()
    kept = rows(small_city, "SELECT row, cells ->> '内部号' FROM import_row ORDER BY 1")
    assert kept == [(4, "A12")], "another's number, though it begins alike, is nobody's accusation"
    left = desk.report(first.batch_id).findings
    assert {finding.row for finding in left} & {2, 5, 6} == set()
    assert [finding for finding in left if finding.original in numbers] == []
    assert [finding.row for finding in left if finding.row == 4] != []


def test_decisions_and_reports_on_the_place_are_dropped(take_in, write_csv, small_city, world: World):
    take_in(PETITIONS, write_csv([FULL, line("Z1", **UNPLACED)]))
    world.place(point=(120.01, 28.05))
    matter = world.ask("SELECT id FROM petition WHERE matter_no = 'Z1'")
    world.run(
        "INSERT INTO place_change SELECT min(id), :id, '{}' FROM place_decision ON CONFLICT DO NOTHING",
        id=matter,
    )
    world.run(
        "INSERT INTO place_report (petition_id, principal, verdict) VALUES (:id, :who, :verdict)",
        id=matter, who=world.worker.id, verdict=ReportVerdict.ELSEWHERE.value,
    )  # fmt: skip
    kept = rows(small_city, "SELECT count(*) FROM place_change")[0][0]
    take_in(PETITIONS, write_csv([FULL, line("Z1", **UNPLACED, 信访目的=ACCUSED)], "b.csv"))
    assert world.ask("SELECT purpose FROM petition WHERE matter_no = 'Z1'") == "accusation"
    assert world.ask("SELECT count(*) FROM place_change WHERE petition_id = :id", id=matter) == 0
    assert world.ask("SELECT count(*) FROM place_report WHERE petition_id = :id", id=matter) == 0
    assert world.ask("SELECT count(*) FROM place_change") == kept - 1, "the others' stay"


@pytest.mark.parametrize("table", ["place_change", "place_report"])
def test_no_policy_shows_what_was_left_of_an_accusation(world: World, table: str):
    """Even where rows were left, by whatever fault."""
    world.place()
    accused = world.add("", purpose="accusation", status=None, granularity=None, method=None, reasons="{}")[0]
    known = world.places(STREET)[0][0]
    for matter in (accused, known):
        world.run(
            "INSERT INTO place_change SELECT min(id), :id, '{}' FROM place_decision ON CONFLICT DO NOTHING",
            id=matter,
        )
        world.run(
            "INSERT INTO place_report (petition_id, principal, verdict) VALUES (:id, :who, 'elsewhere')",
            id=matter, who=world.worker.id,
        )  # fmt: skip
    readers = [world.clerk, world.other, *([world.worker] if table == "place_report" else [])]
    for reader in readers:
        with reading(world.server, reader) as session:
            seen = session.scalars(text(f"SELECT petition_id FROM {table}")).all()
        assert accused not in seen
        assert known in seen


def test_who_is_recused_sees_and_settles_no_row_of_the_matter(take_in, write_csv, small_city, world: World):
    """Known matters: a file then says two things of one, and nothing right of the other."""
    take_in(PETITIONS, write_csv([FULL, line("R1"), line("R2")]))
    lines = [
        line("R1", 人数="2"), line("R1", 人数="3"), line("R2", 登记日期="三月"), line("R12", 登记日期="三月"),
        line("N1"), line("N1", 人数="4"),
    ]  # fmt: skip
    batch = take_in(PETITIONS, write_csv([FULL, *lines], "b.csv")).batch_id
    world.run(
        "INSERT INTO recusal (account_id, petition_id) SELECT a.id, p.id FROM account a, petition p"
        " WHERE a.public_id = :who AND p.matter_no IN ('R1', 'R2')",
        who=world.other.id,
    )
    recused, other = (PostgisStore(world.server).imports(who) for who in (world.other, world.clerk))
    assert [one.key.split()[-1] for one in other.conflicts(batch)] == ["R1", "N1"]
    assert [one.key.split()[-1] for one in recused.conflicts(batch)] == ["N1"]
    with reading(world.server, world.other) as session:
        assert session.scalars(text("SELECT row FROM import_row ORDER BY 1")).all() == [5, 6, 7]
    with reading(world.server, world.clerk) as session:
        assert session.scalars(text("SELECT row FROM import_row ORDER BY 1")).all() == [2, 3, 4, 5, 6, 7]
    with pytest.raises(Refused, match="row_not_in_conflict"):
        recused.settle(batch, 2)
    assert rows(small_city, "SELECT DISTINCT state FROM import_row WHERE row IN (2, 3)") == [("quarantined",)]
    recused.settle(batch, 7)
    other.settle(batch, 2)
