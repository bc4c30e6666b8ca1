"""Figures of fifty random cities agree with a slow oracle, from the matters and from the sums alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import product
from random import Random

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from data.reads import city as city_reads
from data.reads import indicator_sums as sums
from data.reads import indicators
from data.reads.indicator_cohorts import cohort_rows
from data.reads.indicator_tallies import Count
from data.reads.matters import petition
from data.writes.indicator_sums import SUMS
from grid.indicators.cohorts import CohortMatter
from grid.indicators.definitions import DEFINITIONS, Better, Definition, asked_for
from grid.indicators.figures import Figure, FigureQuestion, Period, Standing, Subject, SubjectFigures
from grid.listings import Quarter
from grid.matters import Category
from grid.measures import MINIMUM_N
from tests.storage.indicator_cities import KINDS, LittleCity, Row, add_cities
from tests.storage.indicator_oracle import Asked, parts_of, rate_parts

SEED = 20261122
ON = date(2026, 8, 19)
"""Amid a month and a quarter, while days of matters go on behind it."""
VERSIONS = [
    tuple({each.code: (each.code, each.version) for each in DEFINITIONS if each.version <= most}.values())
    for most in (1, 2, 3)
]
"""Every version of every indicator is in one of these."""
PERIODS = [
    Period(date(2026, 7, 1), date(2026, 9, 30)),
    Period(date(2025, 1, 1), date(2025, 12, 31)),
    Period(date(2025, 2, 10), date(2025, 3, 4)),
    Period(date(2026, 1, 31), date(2026, 1, 31)),
    Period(date(2027, 1, 1), date(2027, 3, 31)),
]


@pytest.fixture(scope="module")
def cities(module_engine: Engine) -> tuple[LittleCity, ...]:
    return add_cities(module_engine, SEED)


@pytest.fixture
def session(module_engine: Engine, cities: Sequence[LittleCity]) -> Iterator[Session]:
    with Session(module_engine) as session:
        yield session


def test_units_leaders_and_areas_agree_with_the_oracle(
    session: Session, cities: Sequence[LittleCity]
) -> None:
    rng = Random(SEED)
    for number, (versions, period) in enumerate(product(VERSIONS, PERIODS)):
        as_of = rng.choice([ON, period.until, period.until + timedelta(days=40)])
        category = Category.LAND if number % 4 == 3 else None
        question = FigureQuestion(period, as_of, category=category, versions=versions)
        league = {one.subject.unit_id: one for one in indicators.league(session, question)}
        # A third of the questions for each city, another third for the next.
        for city in cities[number % 3 :: 3]:
            for unit in city.units:
                _agrees(league[unit], [row for row in city.rows if row["unit_id"] == unit], question)
            if rng.random() < 0.3:
                _areas_and_leader_agree(session, city, question)


def _areas_and_leader_agree(session: Session, city: LittleCity, question: FigureQuestion) -> None:
    leader = Subject(None, None, city.leader, "", f"l{city.leader}", None)
    held = [row for row in city.rows if row["unit_id"] in city.units[:3]]
    # No plan was in force before the first: nobody's units are nothing.
    _agrees(indicators.figures_of(session, leader, question), held, question)
    area = indicators.subject(session, f"a{_code_of(session, city)}")
    placed = [
        row for row in city.rows
        if row["county_id"] == city.counties[0] and row["place_status"] == "accepted"
    ]  # fmt: skip
    _agrees(indicators.figures_of(session, area, question), placed, question)


def _code_of(session: Session, city: LittleCity) -> str:
    return city_reads.area(session, city.counties[0]).code


def _agrees(found: SubjectFigures, rows: Iterable[Row], question: FigureQuestion) -> None:
    rows = [row for row in rows if question.category in (None, row["category"])]
    now, before, year_before = _three(question.period)
    definitions = asked_for(question.versions)
    assert [one.indicator for one in found.figures] == [each.code for each in definitions]
    for definition, figure in zip(definitions, found.figures, strict=True):
        expected = _parts(rows, definition, now, question.as_of)
        assert (figure.numerator, figure.denominator) == expected, (definition.key, found.subject, question)
        assert figure.previous == _rate(_parts(rows, definition, before, question.as_of))
        assert figure.year_before == _rate(_parts(rows, definition, year_before, question.as_of))
        _stands(definition, figure)


def _parts(rows: Iterable[Row], definition: Definition, period: Period, as_of: date) -> tuple[int, int]:
    return rate_parts(rows, Asked(*definition.key, period.since, period.until, as_of))


def _rate(parts: tuple[int, int]) -> float | None:
    return parts[0] / parts[1] if parts[1] >= MINIMUM_N else None


AIMED = {("repeated", 1): 0.1, ("evaluated", 1): 0.9}
"""Targets of the scheme that a database begins with, where the definition has none."""


def _stands(definition: Definition, figure: Figure) -> None:
    n, target = figure.denominator, AIMED.get(definition.key, definition.target)
    assert figure.target == target
    if n == 0:
        assert (figure.standing, figure.rate, figure.interval) == (Standing.NO_DATA, None, None)
    elif n < MINIMUM_N:
        assert figure.standing is Standing.TOO_FEW
    elif target is None:
        assert figure.standing is Standing.NO_TARGET
    else:
        # In whole numbers: a rate that is the target exactly has met it.
        above = 1000 * figure.numerator - round(1000 * target) * n
        met = above <= 0 if definition.better is Better.LOWER else above >= 0
        assert figure.standing is (Standing.MET if met else Standing.MISSED)
    if n:
        assert figure.interval is not None
        assert figure.rate is not None
        assert figure.interval[0] <= figure.rate <= figure.interval[1]


_BEFORE = {
    PERIODS[0]: ("2026-04-01", "2026-06-30", "2025-07-01", "2025-09-30"),
    PERIODS[1]: ("2024-01-01", "2024-12-31", "2024-01-01", "2024-12-31"),
    PERIODS[2]: ("2025-01-18", "2025-02-09", "2024-02-10", "2024-03-04"),
    PERIODS[3]: ("2026-01-30", "2026-01-30", "2025-01-31", "2025-01-31"),
    PERIODS[4]: ("2026-10-01", "2026-12-31", "2026-01-01", "2026-03-31"),
}
"""Worked out by hand."""


def _three(period: Period) -> tuple[Period, Period, Period]:
    days = [date.fromisoformat(day) for day in _BEFORE[period]]
    return period, Period(days[0], days[1]), Period(days[2], days[3])


def test_cities_are_as_odd_as_the_oracle_needs(cities: Sequence[LittleCity]) -> None:
    """An oracle that only ever sees likely rows would agree with anything."""
    found = {city.kind: city for city in cities}
    assert {kind for kind in found if kind != "mixed"} == set(KINDS)
    assert len(cities) == 50
    assert (len(found["empty"].rows), len(found["one"].rows)) == (0, 1)
    late = found["all_late"].rows
    for code in ("replied_in_time", "accepted_in_time"):
        met, counted = rate_parts(late, _ever(code, 1))
        assert (met, counted > 0) == (0, True)
    rows = found["unevaluated"].rows
    met, lapsed = rate_parts(rows, _ever("evaluated", 1))
    assert (met, lapsed > 0) == (0, True)
    assert rate_parts(rows, _ever("satisfied", 1)) == (0, 0)
    assert rate_parts(rows, _ever("satisfied", 2)) == (lapsed, lapsed), "taken as satisfied"
    assert rate_parts(rows, _ever("satisfied", 3)) == (0, lapsed), "and as the contrary"
    every = rate_parts(found["repeated"].rows, _ever("repeated", 1))
    assert every[0] == every[1] > 0


def _ever(code: str, version: int) -> Asked:
    return Asked(code, version, date(2020, 1, 1), date(2030, 1, 1), date(2030, 1, 1))


def test_registered_between_is_another_number(session: Session, cities: Sequence[LittleCity]) -> None:
    """``WHERE registered_at BETWEEN`` for every indicator is wrong: this is by how much."""
    period = PERIODS[0]
    question = FigureQuestion(period, ON)
    league = indicators.league(session, question)
    ours = {
        code: sum(each.denominator for one in league for each in one.figures if each.indicator == code)
        for code in ("accepted_in_time", "replied_in_time", "evaluated", "satisfied", "resolved_at_once")
    }
    naive = {
        "accepted_in_time": petition.is_repeat.is_(False),
        "replied_in_time": petition.due_on.is_not(None),
        "evaluated": petition.replied_on.is_not(None),
        "satisfied": petition.evaluation.is_not(None),
        "resolved_at_once": petition.closed_on.is_not(None),
    }
    registered = petition.registered_on.between(period.since, period.until)
    wrong = {
        code: session.scalar(select(func.count()).where(registered, condition, petition.unit_id.is_not(None)))
        for code, condition in naive.items()
    }
    assert all(ours[code] != wrong[code] for code in naive), (ours, wrong)
    assert ours["replied_in_time"] == sum(
        rate_parts(city.rows, Asked("replied_in_time", 1, period.since, period.until, ON))[1]
        for city in cities
    )


@pytest.mark.usefixtures("cities")
def test_sums_tell_the_same_as_matters(
    module_engine: Engine, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(city_reads, "today", lambda _session: ON)
    assert SUMS.make_if_stale(module_engine)
    assert not SUMS.make_if_stale(module_engine), "nothing changed: nothing is made anew"
    for versions, period in product(VERSIONS, (PERIODS[0], PERIODS[1], PERIODS[4])):
        question = FigureQuestion(period, ON, versions=versions)
        count = Count(asked_for(versions), _three(period), ON)
        assert sums.can_answer(session, count)
        by_sums = indicators.league(session, question)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sums, "can_answer", lambda *_: False)
            assert indicators.league(session, question) == by_sums
        assert any(figure.denominator for one in by_sums for figure in one.figures) or period == PERIODS[4]


def test_sums_are_refused_where_they_cannot_tell(
    module_engine: Engine, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(city_reads, "today", lambda _session: ON)
    SUMS.make_if_stale(module_engine)
    definitions = asked_for(())
    quarter = PERIODS[0]
    to_day = Period(quarter.since, ON)
    assert sums.can_answer(session, Count(definitions, (quarter, to_day), ON))
    assert not sums.can_answer(session, Count(definitions, (quarter,), ON + timedelta(days=1)))
    assert not sums.can_answer(session, Count(definitions, (quarter,), date(2026, 9, 30)))
    assert not sums.can_answer(session, Count(definitions, (PERIODS[2],), ON))
    early = Period(quarter.since, ON - timedelta(days=1))
    assert not sums.can_answer(session, Count(definitions, (early,), ON))


def test_quarters_agree_with_each_quarter_by_itself(
    session: Session, cities: Sequence[LittleCity], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(city_reads, "today", lambda _session: ON)
    city = next(city for city in cities if len(city.rows) > 100)
    found = indicators.subject(session, _code_of(session, city))
    quarters = indicators.quarters_of(session, found, Quarter(2026, 3))
    assert [str(quarter) for quarter, _ in quarters] == [
        "2024Q4", "2025Q1", "2025Q2", "2025Q3", "2025Q4", "2026Q1", "2026Q2", "2026Q3",
    ]  # fmt: skip
    for quarter, figures in quarters:
        last = date(quarter.year, 3 * quarter.number, 28) + timedelta(days=4)
        period = Period(quarter.first_day, last.replace(day=1) - timedelta(days=1))
        assert indicators.figures_of(session, found, FigureQuestion(period, ON)) == figures


def test_a_cohort_lists_the_matters_behind_its_number(session: Session, cities: Sequence[LittleCity]) -> None:
    city = max(cities, key=lambda one: len(one.rows))
    for definition in DEFINITIONS:
        question = FigureQuestion(PERIODS[1], ON, versions=(definition.key,))
        subject = Subject(None, city.counties[0], None, "", "", indicators.subject(
            session, f"a{_code_of(session, city)}").level)  # fmt: skip
        figure = indicators.figures_of(session, subject, question).figure(definition.code)
        first = indicators.cohort(session, subject, definition.code, question)
        pages = [indicators.cohort(session, subject, definition.code, question, 1 + n).matters
                 for n in range(first.pages)]  # fmt: skip
        matters = [matter for page in pages for matter in page]
        assert figure is not None
        assert (first.numerator, first.denominator) == (figure.numerator, figure.denominator)
        assert (first.total, len({matter.id for matter in matters})) == (len(matters), len(matters))
        _each_is_as_the_oracle_says(matters, city.rows, definition)
        assert [matter.is_met for matter in matters] == sorted(matter.is_met for matter in matters)
    beyond = indicators.cohort(session, subject, "head_read", question, 10**9)
    assert beyond.page == beyond.pages


def _each_is_as_the_oracle_says(
    matters: Sequence[CohortMatter], rows: Sequence[Row], definition: Definition
) -> None:
    by_id = {row["id"]: row for row in rows}
    asked = Asked(*definition.key, PERIODS[1].since, PERIODS[1].until, ON)
    for matter in matters:
        parts = parts_of(by_id[matter.id], asked)
        assert parts == (matter.met, matter.counted)


@pytest.mark.usefixtures("cities")
def test_frozen_rows_add_up_to_the_league(session: Session) -> None:
    question = FigureQuestion(PERIODS[0], ON)
    added: dict[tuple[str, int], tuple[int, int]] = {}
    for code, _, unit, counted, met in cohort_rows(session, question):
        was = added.get((code, unit), (0, 0))
        added[code, unit] = (was[0] + met, was[1] + counted)
    shown = {
        (figure.indicator, one.subject.unit_id): (figure.numerator, figure.denominator)
        for one in indicators.league(session, question)
        for figure in one.figures
        if figure.denominator
    }
    assert added == shown
