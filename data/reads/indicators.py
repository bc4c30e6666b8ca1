"""Indicators (指标) of units, areas and leaders: league tables, figures, and the matters behind these.

Units' figures come from sums that were made over all matters (``indicator_sum``), so that they are the same
for whoever reads them. What the sums cannot tell is counted from the matters, for readers who see all of them
that count; to others it is refused, since a part of a number is a wrong number.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session

from data.reads import city, indicator_cohorts, indicator_sums
from data.reads.frozen_rankings import scheme_in_force
from data.reads.indicator_subjects import (
    breaks_of,
    find_subject,
    may_see,
    reader_of,
    refuse_part,
    unit_subjects,
    units_of_leader,
)
from data.reads.indicator_tallies import ByUnit, Condition, Count, count_matters
from data.reads.matters import petition, placed_in
from grid.indicators.cohorts import CohortPage
from grid.indicators.definitions import Definition, asked_for
from grid.indicators.figures import Figure, FigureQuestion, Period, Subject, SubjectFigures
from grid.indicators.periods import period_a_year_before, period_before, quarter_period
from grid.indicators.tallies import NOTHING, Tallies, Tally, make_figures
from grid.listings import Quarter
from grid.principals import Role
from grid.refusals import Refused

_YEAR_QUARTERS = 4
_Periods = tuple[Period, Period, Period]
"""The one asked for, the one just before, and the one a year before."""


def subject(session: Session, code: str) -> Subject:
    """Return whose figures a code names: a unit by its area's code, ``d<id>``, ``l<id>`` or ``a<area code>``.

    Raises ``Refused('subject_unknown')``.
    """
    return find_subject(session, code)


def league(session: Session, question: FigureQuestion) -> tuple[SubjectFigures, ...]:
    """Return the figures of all units that a question is about and the reader may see, by code.

    Raises ``Refused``: ``indicator_unknown``, ``figures_need_sums``, ``figures_of_part`` or
    ``sums_not_ready``.
    """
    periods, subjects = _periods(question.period), unit_subjects(session, question)
    count = Count(_definitions(session, question.versions, question.as_of), periods, question.as_of)
    found, breaks = _by_unit(session, count, question, None), breaks_of(session, subjects)
    return tuple(
        SubjectFigures(one, _figures(count, [each.get(one.unit_id, {}) for each in found], breaks[one.level]))
        for one in subjects
    )


def figures_of(session: Session, subject: Subject, question: FigureQuestion) -> SubjectFigures:
    """Return the figures of a unit, an area (matters placed there) or a leader (all units of theirs).

    A leader's units are those of the plan in force at the period's end, in the periods before it too. Raises
    ``Refused``: ``subject_unknown`` for one that the reader is told nothing of, and what ``league`` raises.
    """
    definitions = _definitions(session, question.versions, question.as_of)
    count = Count(definitions, _periods(question.period), question.as_of)
    tallies, breaks = _of_subject(session, subject, count, question)
    return SubjectFigures(subject, _figures(count, tallies, breaks))


def quarters_of(
    session: Session, subject: Subject, last: Quarter, count: int = 8
) -> tuple[tuple[Quarter, SubjectFigures], ...]:
    """Return a subject's figures of the quarters up to ``last``, oldest first, as of today."""
    quarters = [last]
    while len(quarters) < count + _YEAR_QUARTERS:
        quarters.insert(0, quarters[0].previous)
    periods = tuple(quarter_period(each) for each in quarters)
    question = FigureQuestion(periods[-1], city.today(session))
    counted = Count(_definitions(session, (), question.as_of), periods, question.as_of)
    tallies, breaks = _of_subject(session, subject, counted, question)
    found = []
    for place in range(_YEAR_QUARTERS, len(quarters)):
        three = place, place - 1, place - _YEAR_QUARTERS
        one = Count(counted.definitions, tuple(periods[at] for at in three), counted.as_of)
        figures = _figures(one, [tallies[at] for at in three], breaks)
        found.append((quarters[place], SubjectFigures(subject, figures)))
    return tuple(found)


def cohort(
    session: Session, subject: Subject, indicator: str, question: FigureQuestion, page: int = 1
) -> CohortPage:
    """Return the matters behind a figure, those not met first; for roles that may see matters one by one.

    Raises ``Refused``: ``not_allowed`` for other roles, ``subject_unknown`` or ``indicator_unknown``.
    """
    indicator_cohorts.refuse_others(session)
    definition = next((each for each in asked_for(question.versions) if each.code == indicator), None)
    if definition is None:
        raise Refused("indicator_unknown")
    conditions = _conditions(session, subject, question)
    return indicator_cohorts.page_of(session, definition, question, conditions, page)


def _definitions(session: Session, versions: tuple[tuple[str, int], ...], on: date) -> tuple[Definition, ...]:
    """Return the definitions of a question; what the scheme in force weighs has the scheme's target."""
    aimed = {
        (weight.indicator, weight.version): float(weight.target)
        for weight in scheme_in_force(session, on).weights
    }
    return tuple(replace(one, target=aimed.get(one.key, one.target)) for one in asked_for(versions))


def _periods(period: Period) -> _Periods:
    return period, period_before(period), period_a_year_before(period)


def _of_subject(
    session: Session, subject: Subject, count: Count, question: FigureQuestion
) -> tuple[list[Tallies], tuple[date, ...]]:
    """Return a subject's tallies of each period, and the days on which boundaries changed under it."""
    if not may_see(session, subject, reader_of(session)):
        raise Refused("subject_unknown")
    if subject.unit_id is None and subject.leader_id is None:
        refuse_part(session, reader_of(session))
        conditions = _conditions(session, subject, question)
        found = count_matters(session, count, conditions, by_unit=False)
        return [each.get(None, {}) for each in found], breaks_of(session, [subject])[subject.level]
    ids = _unit_ids(session, subject, question)
    held = [subject] if subject.unit_id is not None else unit_subjects(session, question, ids)
    breaks = {day for days in breaks_of(session, held).values() for day in days}
    found = _by_unit(session, count, question, ids)
    return [_added(each, ids, count.definitions) for each in found], tuple(sorted(breaks))


def _unit_ids(session: Session, subject: Subject, question: FigureQuestion) -> tuple[int, ...]:
    if subject.leader_id is None:
        return () if subject.unit_id is None else (subject.unit_id,)
    on = min(question.period.until, question.as_of)
    return units_of_leader(session, subject.leader_id, on)


def _by_unit(
    session: Session, count: Count, question: FigureQuestion, unit_ids: Collection[int] | None
) -> tuple[ByUnit, ...]:
    """Return tallies by unit: from the sums where these can tell, else from the matters."""
    if question.category is None and indicator_sums.can_answer(session, count):
        return indicator_sums.add_sums(session, count, unit_ids)
    _refuse_counting(session, count, question)
    conditions = _of_category(question)
    if unit_ids is not None:
        conditions.append(petition.unit_id.in_(unit_ids))
    return count_matters(session, count, conditions, by_unit=True)


def _refuse_counting(session: Session, count: Count, question: FigureQuestion) -> None:
    """Raise ``Refused`` where the reader does not see all matters of the units that are counted."""
    reader = reader_of(session)
    late = question.as_of == city.today(session) and indicator_sums.is_of_months(count)
    if late and question.category is None and reader.is_partly_sighted(session):
        # On a new day the worker has yet to look.
        raise Refused("sums_not_ready")
    if reader.role is Role.TOWN:
        # It sees of its unit's matters those placed in the town: their rates would not be the unit's.
        raise Refused("figures_need_sums")
    refuse_part(session, reader)


def _conditions(session: Session, subject: Subject, question: FigureQuestion) -> list[Condition]:
    """Return which matters are a subject's: of its units, or placed in its area."""
    if not may_see(session, subject, reader_of(session)):
        raise Refused("subject_unknown")
    conditions = _of_category(question)
    if subject.unit_id is None and subject.leader_id is None and subject.area_id is not None:
        return [*conditions, placed_in(city.area(session, subject.area_id))]
    return [*conditions, petition.unit_id.in_(_unit_ids(session, subject, question))]


def _of_category(question: FigureQuestion) -> list[Condition]:
    return [] if question.category is None else [petition.category == question.category.value]


def _added(tallies: ByUnit, unit_ids: Collection[int], definitions: Sequence[Definition]) -> Tallies:
    """Return the tallies of several units together."""
    held = [tallies.get(one, {}) for one in unit_ids]
    return {each.key: _sum_of(held, each.key) for each in definitions}


def _sum_of(held: Sequence[Mapping[tuple[str, int], Tally]], key: tuple[str, int]) -> Tally:
    found = [one.get(key, NOTHING) for one in held]
    return Tally(sum(one.numerator for one in found), sum(one.denominator for one in found))


def _figures(count: Count, tallies: Sequence[Tallies], breaks: Sequence[date]) -> tuple[Figure, ...]:
    now, before, year_before = count.periods
    end = min(now.until, count.as_of)
    broken = [any(each.since < day <= end for day in breaks) for each in (before, year_before)]
    kept = [None if cut else found for cut, found in zip(broken, tallies[1:], strict=True)]
    return make_figures(count.definitions, tallies[0], *kept)
