"""Who is told which figures: the same numbers of a unit or none; and sums that follow the matters."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, insert, select, text, update
from sqlalchemy.orm import Session

from data import models
from data.access.roles import SERVER
from data.reads import city as city_reads
from data.reads import indicators
from data.sessions import reading
from data.writes.indicator_sums import SUMS
from grid.areas import Level
from grid.indicators.definitions import CODES
from grid.indicators.figures import Figure, FigureQuestion, Period, Standing, Subject, SubjectFigures
from grid.matters import Category
from grid.refusals import Refused
from tests.storage.mixed_city import TODAY, City
from tests.storage.striped_city import add_edition, columns

Login = Callable[[Engine, str], Engine]
MONTH_END = TODAY.replace(day=monthrange(TODAY.year, TODAY.month)[1])
WHOLE = Period((TODAY.replace(day=1) - timedelta(days=40)).replace(day=1), MONTH_END)
"""This month and the two before: all matters of the city are of them."""
QUESTION = FigureQuestion(WHOLE, TODAY)


@pytest.fixture
def summed(mixed: Engine, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """The mixed city with matters of a town's unit too, and sums as of its own today."""
    monkeypatch.setattr(city_reads, "today", lambda _session: TODAY)
    with mixed.begin() as connection:
        town = "(SELECT min(u.id) FROM unit u JOIN area a ON a.id = u.area_id WHERE a.level = 'town')"
        connection.execute(text(f"UPDATE petition SET unit_id = {town} WHERE id % 3 = 0 AND unit_id > 0"))
    assert SUMS.make_if_stale(mixed)
    return mixed


@contextmanager
def _as(engine: Engine, login_as: Login, city: City, name: str) -> Iterator[Session]:
    with reading(login_as(engine, SERVER), city.who[name]) as session:
        yield session


@pytest.mark.parametrize("name", ["leader", "approver", "bureau"])
def test_whoever_sees_all_units_sees_the_same_numbers(
    summed: Engine, mixed_city: City, login_as: Login, name: str
) -> None:
    """The bureau's account is recused from four matters of the first department: no number may tell."""
    with Session(summed) as session:
        ours = indicators.league(session, QUESTION)
    with _as(summed, login_as, mixed_city, name) as session:
        assert indicators.league(session, QUESTION) == ours
        one = next(each for each in ours if each.subject.unit_id == mixed_city.units[0])
        assert indicators.figures_of(session, one.subject, QUESTION) == one
    assert sum(_figure(each, "repeated").denominator for each in ours) > 40


@pytest.mark.parametrize("name", ["unit", "town", "county"])
def test_who_answers_for_units_is_told_of_these_alone(
    summed: Engine, mixed_city: City, login_as: Login, name: str
) -> None:
    with Session(summed) as session:
        ours = {each.subject.unit_id: each for each in indicators.league(session, QUESTION)}
        own = _own_units(session, mixed_city, name)
    with _as(summed, login_as, mixed_city, name) as session:
        shown = {each.subject.unit_id: each for each in indicators.league(session, QUESTION)}
        assert shown == {unit: ours[unit] for unit in own}
        for unit, figures in ours.items():
            if unit in own:
                assert indicators.figures_of(session, figures.subject, QUESTION) == figures
            else:
                with pytest.raises(Refused, match="subject_unknown"):
                    indicators.figures_of(session, figures.subject, QUESTION)
        with pytest.raises(Refused, match="subject_unknown"):
            indicators.subject(session, "l1")


def _own_units(session: Session, city: City, name: str) -> set[int]:
    areas = {"unit": (), "town": city.towns[:1], "county": (*city.counties[1:2], *city.towns[2:4])}[name]
    found = set(session.scalars(select(models.Unit.id).where(models.Unit.area_id.in_(areas))))
    return {city.units[0]} if name == "unit" else found


def test_a_town_is_refused_what_it_sees_a_part_of(summed: Engine, mixed_city: City, login_as: Login) -> None:
    """Its unit has matters elsewhere that it does not see: a rate of the rest would be wrong."""
    of_land = FigureQuestion(WHOLE, TODAY, category=Category.LAND)
    with _as(summed, login_as, mixed_city, "town") as session:
        with pytest.raises(Refused, match="figures_need_sums"):
            indicators.league(session, of_land)
        with pytest.raises(Refused, match="figures_need_sums"):
            indicators.league(session, FigureQuestion(Period(WHOLE.since, TODAY - timedelta(days=3)), TODAY))
        for area in (mixed_city.towns[1], mixed_city.counties[0]):
            with pytest.raises(Refused, match="subject_unknown"):
                indicators.figures_of(session, _area(area), QUESTION)
    with (
        _as(summed, login_as, mixed_city, "unit") as session,
        pytest.raises(Refused, match="subject_unknown"),
    ):
        indicators.figures_of(session, _area(mixed_city.towns[0]), QUESTION)


@pytest.mark.parametrize("name", ["bureau", "unit"])
def test_who_is_recused_is_refused_what_would_lack_matters(
    summed: Engine, mixed_city: City, login_as: Login, name: str
) -> None:
    of_labour = FigureQuestion(WHOLE, TODAY, category=Category.LABOUR)
    with _as(summed, login_as, mixed_city, "leader") as session:
        assert indicators.league(session, of_labour)
    with _as(summed, login_as, mixed_city, name) as session:
        with pytest.raises(Refused, match="figures_of_part"):
            indicators.league(session, of_labour)
        if name == "bureau":
            with pytest.raises(Refused, match="figures_of_part"):
                indicators.figures_of(session, _area(mixed_city.towns[0]), QUESTION)
    with login_as(summed, "postgres").begin() as connection:
        connection.execute(text("DELETE FROM recusal"))
    with Session(summed) as session:
        ours = {one.subject.unit_id: one for one in indicators.league(session, of_labour)}
    with _as(summed, login_as, mixed_city, name) as session:
        shown = indicators.league(session, of_labour)
    assert shown == tuple(ours[one.subject.unit_id] for one in shown)
    assert len(shown) == (1 if name == "unit" else len(ours))


@pytest.mark.parametrize("name", ["bureau", "town", "leader"])
def test_on_a_new_day_part_of_a_number_waits_for_the_sums(
    summed: Engine, mixed_city: City, login_as: Login, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    tomorrow = TODAY + timedelta(days=1)
    monkeypatch.setattr(city_reads, "today", lambda _session: tomorrow)
    end = tomorrow.replace(day=monthrange(tomorrow.year, tomorrow.month)[1])
    asked = FigureQuestion(Period(WHOLE.since, end), tomorrow)
    with _as(summed, login_as, mixed_city, name) as session:
        if name == "leader":
            assert indicators.league(session, asked)
        else:
            with pytest.raises(Refused, match="sums_not_ready"):
                indicators.league(session, asked)


def test_matters_one_by_one_are_for_those_who_may_see_them(
    summed: Engine, mixed_city: City, login_as: Login
) -> None:
    unit = Subject(mixed_city.units[0], None, None, "", "", None)
    with Session(summed) as session:
        figure = _figure(indicators.figures_of(session, unit, QUESTION), "turned_repeat")
        every = indicators.cohort(session, unit, "turned_repeat", QUESTION)
        purposes = session.scalars(
            select(models.Petition.purpose).where(models.Petition.id.in_([one.id for one in every.matters]))
        )
        assert set(purposes) == {"claim"}
    assert every.denominator == every.total == figure.denominator
    with _as(summed, login_as, mixed_city, "leader") as session, pytest.raises(Refused, match="not_allowed"):
        indicators.cohort(session, unit, "turned_repeat", QUESTION)
    with _as(summed, login_as, mixed_city, "bureau") as session:
        seen = indicators.cohort(session, unit, "turned_repeat", QUESTION)
    kept = {one.id for one in every.matters} - {one.id for one in seen.matters}
    recused = _recused(login_as(summed, "postgres"), mixed_city.who["bureau"].id)
    assert kept
    assert kept <= recused
    assert seen.denominator == every.denominator - len(kept)
    with (
        _as(summed, login_as, mixed_city, "unit") as session,
        pytest.raises(Refused, match="subject_unknown"),
    ):
        indicators.cohort(
            session, Subject(mixed_city.units[1], None, None, "", "", None), "repeated", QUESTION
        )


def _recused(root: Engine, public_id: str) -> set[int]:
    statement = select(models.Recusal.petition_id).join(
        models.Account, models.Account.id == models.Recusal.account_id
    )
    with Session(root) as session:
        return set(session.scalars(statement.where(models.Account.public_id == public_id)))


def test_sums_follow_the_matters_and_only_what_differs_is_written(summed: Engine) -> None:
    assert not SUMS.make_if_stale(summed)
    with Session(summed) as session:
        before = _rows(session)
        chosen = session.scalar(
            select(models.Petition.id).where(
                models.Petition.unit_id.is_not(None), models.Petition.purpose == "claim",
                models.Petition.is_repeat.is_(False), models.Petition.submissions == 1,
                models.Petition.closed_on.is_(None),
            ).limit(1)
        )  # fmt: skip
    with summed.begin() as connection:
        changed = update(models.Petition).where(models.Petition.id == chosen)
        connection.execute(changed.values(submissions=3))
    assert SUMS.make_if_stale(summed)
    with Session(summed) as session:
        after = _rows(session)
    differing = {key for key in {*before, *after} if before.get(key) != after.get(key)}
    assert {(code, version) for _, _, code, version in differing} == {("repeated", 1), ("turned_repeat", 1)}
    with summed.begin() as connection:
        connection.execute(changed.values(submissions=1))
    assert SUMS.make_if_stale(summed)
    with Session(summed) as session:
        assert _rows(session) == before
    assert not SUMS.make_if_stale(summed)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE petition SET unit_id = {other} WHERE unit_id = {one} AND id % 2 = 0",
        "UPDATE petition SET unit_id = NULL WHERE unit_id = {one} AND id % 2 = 0",
        "UPDATE petition SET track = 'legal' WHERE unit_id = {one} AND id % 2 = 0",
        "UPDATE petition SET unit_id = CASE unit_id WHEN {one} THEN {other} ELSE {one} END"
        " WHERE unit_id IN ({one}, {other})",
        "UPDATE petition SET unit_id = {one} WHERE unit_id IN (SELECT id FROM unit WHERE kind = 'area')",
        "DELETE FROM petition WHERE unit_id = {one} AND id % 2 = 0",
    ],
)
def test_sums_of_changed_units_alone_are_those_of_all(
    summed: Engine, mixed_city: City, login_as: Login, change: str
) -> None:
    """A unit that lost a matter has no changed matter: what it lost must be missed all the same."""
    one, other = mixed_city.units[:2]
    with login_as(summed, "postgres").begin() as connection:
        assert connection.execute(text(change.format(one=one, other=other))).rowcount > 0
        # A deletion leaves nothing that changed: only beside a change is it seen.
        connection.execute(text("UPDATE petition SET heads = 2 WHERE id IN (SELECT max(id) FROM petition)"))
    assert SUMS.make_if_stale(summed)
    with Session(summed) as session:
        found = _rows(session)
    with summed.begin() as connection:
        connection.execute(text("DELETE FROM indicator_sum"))
        connection.execute(text("DELETE FROM derived_state"))
    assert SUMS.make_if_stale(summed)
    with Session(summed) as session:
        assert _rows(session) == found


def test_a_new_day_makes_sums_anew(summed: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    tomorrow = TODAY + timedelta(days=1)
    monkeypatch.setattr(city_reads, "today", lambda _session: tomorrow)
    assert SUMS.make_if_stale(summed)
    with Session(summed) as session:
        state = session.get(models.DerivedState, "indicator_sum")
        assert state is not None
        assert state.as_of == tomorrow


Rows = dict[tuple[int, date, str, int], tuple[int, int]]


def _rows(session: Session) -> Rows:
    return {
        tuple(row[:4]): tuple(row[4:]) for row in session.execute(select(*models.IndicatorSum.__table__.c))
    }


def test_codes_name_units_departments_leaders_and_areas(summed: Engine, mixed_city: City) -> None:
    with Session(summed) as session:
        unit = indicators.subject(session, "990101")
        assert (unit.name, unit.level, unit.area_id) == ("云岭县", Level.COUNTY, mixed_city.counties[0])
        assert unit.unit_id is not None
        area = indicators.subject(session, "a990101")
        assert (area.unit_id, area.area_id, area.code) == (None, mixed_city.counties[0], "a990101")
        department = indicators.subject(session, f"d{mixed_city.units[1]}")
        assert (department.unit_id, department.level) == (mixed_city.units[1], None)
        leader = session.scalar(select(models.Leader.id).limit(1))
        assert indicators.subject(session, f"l{leader}").leader_id == leader
        for junk in ("", "x", "d0", f"d{unit.unit_id}", "d99999999999999999999", "l-1", "9901 01", "' OR 1=1",
                     "a", "l", "d²", "九九", "99" * 99):  # fmt: skip
            with pytest.raises(Refused, match="subject_unknown"):
                indicators.subject(session, junk)


def test_a_league_is_of_a_level_or_of_what_lies_inside_an_area(summed: Engine, mixed_city: City) -> None:
    with Session(summed) as session:
        every = [one.subject for one in indicators.league(session, QUESTION)]
        towns = [one.subject for one in indicators.league(session, FigureQuestion(WHOLE, TODAY, Level.TOWN))]
        county = FigureQuestion(WHOLE, TODAY, within=mixed_city.counties[1])
        inside = [one.subject.area_id for one in indicators.league(session, county)]
    assert [one.level for one in every[-3:]] == [None] * 3, "departments come last"
    assert {one.area_id for one in towns} == set(mixed_city.towns)
    assert set(mixed_city.towns[2:]) | {mixed_city.counties[1]} <= set(inside)
    assert not set(mixed_city.towns[:2]) & set(inside)


def test_a_change_of_boundaries_cuts_off_what_was_before_it(engine: Engine) -> None:
    """Towns were drawn anew on 1 July: their quarter is compared with neither, a department's with both."""
    change, as_of = date(2026, 7, 1), date(2026, 9, 30)
    with Session(engine) as session, session.begin():
        shapes = columns(2)
        old = add_edition(session, Level.TOWN, [("990101100", "镇", shapes[0], None)],
                          valid_from=date(2020, 1, 1), valid_to=change)  # fmt: skip
        new = add_edition(session, Level.TOWN, [("990101100", "镇", shapes[1], None)], valid_from=change)
        units = [
            session.execute(insert(models.Unit).values(**values).returning(models.Unit.id)).scalar_one()
            for values in (
                {"name": "镇", "kind": "area", "area_id": new["990101100"]},
                {"name": "局", "kind": "department"},
            )
        ]
        batch = session.scalar(select(models.ImportBatch.id).limit(1))
        for day in (date(2025, 8, 1), date(2026, 5, 1), date(2026, 8, 1)):
            session.execute(insert(models.Petition), [
                {"source": "t", "matter_no": f"{day}{unit}{n}", "channel": "visit", "purpose": "claim",
                 "category": "land", "track": "ordinary", "stage": "handling", "registered_on": day,
                 "is_repeat": n % 2 == 0, "unit_id": unit, "batch_id": batch}
                for unit in units for n in range(20)
            ])  # fmt: skip
    quarter = FigureQuestion(Period(change, as_of), as_of)
    later = FigureQuestion(Period(date(2026, 10, 1), date(2026, 12, 31)), date(2026, 12, 31))
    with Session(engine) as session:
        town, department = (_figure(one, "repeated") for one in indicators.league(session, quarter))
        since, _ = (_figure(one, "repeated") for one in indicators.league(session, later))
        assert indicators.subject(session, "990101100").area_id == new["990101100"] != old["990101100"]
    assert (town.is_broken, town.previous, town.year_before, town.rate) == (True, None, None, 0.5)
    assert (department.is_broken, department.previous, department.year_before) == (False, 0.5, 0.5)
    assert (since.is_broken, since.previous, since.year_before) == (True, 0.5, None), "only the year is cut"


def test_a_city_of_nothing_has_figures_of_nothing(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(insert(models.Unit).values(name="局", kind="department"))
    assert SUMS.make_if_stale(engine)
    with Session(engine) as session:
        today = city_reads.today(session)
        for as_of in (today, today - timedelta(days=40)):
            league = indicators.league(session, FigureQuestion(Period(today.replace(day=1), today), as_of))
            assert [one.indicator for one in league[0].figures] == list(CODES)
            assert {one.standing for one in league[0].figures} == {Standing.NO_DATA}


def _area(area_id: int) -> Subject:
    return Subject(None, area_id, None, "", "", Level.TOWN)


def _figure(figures: SubjectFigures, code: str) -> Figure:
    found = figures.figure(code)
    assert found is not None
    return found
