"""Workloads are the clock counts of a unit and all below it, kept by the worker; planning reads them."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, insert, select, text
from sqlalchemy.orm import Session

from data import models
from data.reads import city, clocks, planning_books, workloads
from data.reads.matters import not_accusation
from data.writes import workloads as writes
from data.writes.clocks import recompute_if_stale
from grid.areas import Level
from grid.findings import ImportKind
from grid.workloads import UnitMeasures
from tests.storage.petition_files import FULL, line

_COUNTY_OF_TOWN = (
    "SELECT u.id, p.name FROM unit u JOIN area a ON a.id = u.area_id JOIN area p ON p.id = a.parent_id"
    " WHERE a.level = 'town'"
)
UNITS = ("云岭县", "云岭县东山街道", "云岭县双石镇", "临江区", "临江区双石镇", "市住建局", "")


@pytest.fixture
def filled(small_city: Engine, take_in, write_csv) -> Engine:
    """Matters of every age with towns, counties and a department; every fifth is an accusation."""
    with Session(small_city) as session, session.begin():
        today = city.today(session)
        session.execute(insert(models.Unit).values(name="市住建局", kind="department"))
    rows = [FULL]
    for n in range(90):
        day = today - timedelta(days=(n * 7) % 430)
        said = {"登记日期": day.isoformat(), "受理日期": day.isoformat(), "责任单位": UNITS[n % 7]}
        code = f"99010{1 + n % 2}{('001', '100')[n % 3 % 2]}00{1 + n % 2}"
        said |= {"区划代码": code, "经度": "", "纬度": "", "坐标系": "", "问题属地": ""}
        rows.append(line(n, **said, **({"信访目的": "检举控告"} if n % 5 == 4 else {})))
    report = take_in(ImportKind.PETITIONS, write_csv(rows))
    assert report.accepted > 60, report.findings
    recompute_if_stale(small_city)
    assert writes.WORKLOADS.make_if_stale(small_city)
    return small_city


def _units(session: Session) -> dict[str, int]:
    above: dict[int, str] = dict(session.execute(text(_COUNTY_OF_TOWN)).all())
    named = select(models.Unit.id, models.Unit.name)
    return {above.get(unit, "") + name: unit for unit, name in session.execute(named)}


def test_a_unit_has_what_its_clocks_say_and_what_those_below_have(filled: Engine) -> None:
    with Session(filled) as session:
        on, units = city.today(session), _units(session)
        told = {one.unit_id: one for one in clocks.clock_counts_by_unit(session, on)}
        kept = workloads.unit_measures(session, units.values())
        for name in ("云岭县东山街道", "云岭县双石镇", "临江区双石镇", "市住建局"):
            one = told[units[name]]
            assert kept[units[name]].open == one.open > 0
            assert (kept[units[name]].overdue, kept[units[name]].due_soon) == (one.overdue, one.due_in_7)
        for county in ("云岭县", "临江区"):
            below = [units[name] for name in units if name.startswith(county)]
            for mine, theirs in (("open", "open"), ("overdue", "overdue"), ("due_soon", "due_in_7")):
                whole = sum(getattr(told[unit], theirs) for unit in below if unit in told)
                assert getattr(kept[units[county]], mine) == whole
            assert kept[units[county]].open > told[units[county]].open
        assert kept[units["临江区江口街道"]].open == 0
        assert kept[units["云岭县双石镇"]].population == 2000
        assert workloads.counted_as_of(session) == on


def test_villages_and_grids_have_what_lies_in_them_but_no_accusation(filled: Engine) -> None:
    petition, kept = models.Petition, models.AreaWorkload
    with Session(filled) as session:
        on = city.today(session)
        for level, column in ((Level.VILLAGE, petition.village_id), (Level.GRID, petition.grid_id)):
            told = {one.area_id: (one.open, one.overdue) for one in clocks.clock_counts(session, on, level)}
            stored = select(kept).join(models.Area).where(models.Area.level == level.value)
            found = {one.area_id: one for one in session.scalars(stored)}
            assert {area: (one.open, one.overdue) for area, one in found.items() if one.open} == told
            since = date(on.year - 1, on.month, min(on.day, 28))
            recent = dict(
                session.execute(
                    select(column, func.count())
                    .where(not_accusation(), column.is_not(None), petition.place_status == "accepted",
                           petition.registered_on > since)
                    .group_by(column)
                ).all()
            )  # fmt: skip
            assert {area: one.recent for area, one in found.items() if one.recent} == recent


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE petition SET unit_id = NULL WHERE id = (SELECT min(petition_id) FROM open_clock)",
        "UPDATE derived_state SET as_of = as_of - 1 WHERE name = 'workload'",
        "UPDATE derived_state SET digest = 'another' WHERE name = 'open_clock'",
        "UPDATE edition SET valid_to = valid_from + 1 WHERE id = (SELECT max(id) FROM edition)",
        "INSERT INTO unit (name, kind) VALUES ('市教育局', 'department')",
    ],
)
def test_they_are_counted_anew_after_a_change_and_only_then(filled: Engine, change: str) -> None:
    assert not writes.WORKLOADS.make_if_stale(filled)
    with filled.begin() as connection:
        connection.execute(text(change))
    assert writes.WORKLOADS.make_if_stale(filled)
    assert not writes.WORKLOADS.make_if_stale(filled)


def test_a_failed_counting_leaves_what_stood(filled: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    with Session(filled) as session:
        before = session.scalar(select(func.count()).select_from(models.UnitWorkload))
    with filled.begin() as connection:
        connection.execute(text("UPDATE derived_state SET as_of = as_of - 1 WHERE name = 'workload'"))
    monkeypatch.setattr(writes, "_area_rows", lambda *_: 1 // 0)
    assert not writes.WORKLOADS.try_to_make(filled)
    with Session(filled) as session:
        assert session.scalar(select(func.count()).select_from(models.UnitWorkload)) == before


def _plan(session: Session, rows: list[tuple[int, int | None]], base: int | None = None) -> int:
    plan, leader = models.CoveragePlan, models.Leader
    who = session.scalar(select(leader.id).limit(1)) or session.scalar(
        insert(leader).values(post="市长", name=None).returning(leader.id)
    )
    values = {"name": "案", "state": "draft" if base else "published", "valid_from": city.today(session)}
    made = session.scalar(
        insert(plan).values(**values, base_id=base, created_by="t", formula=2).returning(plan.id)
    )
    for unit, cases in rows:
        session.execute(
            insert(models.Assignment).values(
                plan_id=made, unit_id=unit, leader_id=who, kind="lead", cases=cases
            )
        )
    assert made is not None
    return made


def test_a_county_comes_with_its_towns_and_its_cases_are_shared_out(filled: Engine) -> None:
    with Session(filled) as session, session.begin():
        units = _units(session)
        plan = _plan(session, [(units["云岭县"], 11), (units["临江区"], None), (units["市住建局"], 5)])
        book = planning_books.planning_book(session, plan)
        assert book == planning_books.planned_on(session, city.today(session))
    towns = [units["云岭县东山街道"], units["云岭县双石镇"]]
    assert [part.id for part in book.parts[units["云岭县"]]] == towns
    shares = [book.measures[town].cases for town in towns]
    opened = [book.measures[town].open for town in towns]
    assert sum(shares) == 11
    assert all(abs(share - 11 * n / sum(opened)) < 1 for share, n in zip(shares, opened, strict=True))
    assert [book.measures[part.id].cases for part in book.parts[units["临江区"]]] == [0, 0]
    assert book.measures[units["市住建局"]].cases == 5
    assert book.weights == workloads.Weights(0, 1, 2, 1, 0)
    pair = tuple(sorted((units["云岭县双石镇"], units["临江区江口街道"])))
    assert pair in book.borders, "towns border across counties"


def test_towns_given_out_alone_bring_their_county_along(filled: Engine) -> None:
    with Session(filled) as session, session.begin():
        units = _units(session)
        base = _plan(session, [(units["云岭县"], 11), (units["枫溪经济开发区"], 3)])
        towns = [units["云岭县东山街道"], units["云岭县双石镇"]]
        draft = _plan(session, [(towns[0], 2), (towns[1], 9)], base)
        book = planning_books.planning_book(session, draft)
    assert units["云岭县"] in {unit.id for unit in book.units}
    assert [book.measures[town].cases for town in towns] == [2, 9], "as they were given, not shared anew"
    assert book.measures[units["云岭县"]].cases == 11
    zone = units["枫溪经济开发区"]
    touching = {town for town in towns if tuple(sorted((zone, town))) in book.borders}
    assert touching == {units["云岭县双石镇"]}, "the zone lies on one town of the county alone"


def test_bars_come_while_they_hold(filled: Engine) -> None:
    with Session(filled) as session, session.begin():
        units, on = _units(session), city.today(session)
        plan = _plan(session, [(units["云岭县"], 11), (units["临江区"], 1), (units["市住建局"], 5)])
        leader = session.scalar(select(models.Leader.id))
        for name, since, until in (
            ("云岭县", on, None), ("临江区", on + timedelta(days=1), None),
            ("市住建局", on - timedelta(days=9), on), ("临江区双石镇", on - timedelta(days=9), None),
        ):  # fmt: skip
            session.execute(insert(models.LeaderBar).values(
                leader_id=leader, unit_id=units[name], reason="recusal", words="亲属", valid_from=since,
                valid_to=until, principal="t"))  # fmt: skip
        book = planning_books.planning_book(session, plan)
    assert {bar.unit_id for bar in book.bars} == {units["云岭县"], units["临江区双石镇"]}


def test_what_nobody_counted_is_nothing(small_city: Engine, tmp_path: Path) -> None:
    with Session(small_city) as session:
        units = _units(session)
        assert workloads.counted_as_of(session) is None
        assert workloads.unit_measures(session, [units["云岭县"]]) == {units["云岭县"]: UnitMeasures()}
