"""The measures of the city or of an area, each with its period before and the one a year before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from data import models
from data.reads import listings, service
from data.reads.matters import (
    about,
    area_of,
    is_open,
    is_overdue,
    petition,
    registered,
    settled_on,
)
from grid.areas import Area
from grid.listings import IN_FORCE, Quarter
from grid.matters import Purpose, Track
from grid.measures import Measure, MeasureUnit, rate
from grid.questions import MatterQuestion


@dataclass(frozen=True, slots=True)
class _Tally:
    """Raw sums of one period, from which its measures are made."""

    registered: int
    ever_registered: int
    open: int
    overdue: int
    due: int
    replied_in_time: int
    submissions: int
    repeated_submissions: int


def matter_measures(session: Session, question: MatterQuestion) -> tuple[Measure, ...]:
    """Return the measures that are made of matters: registered, open, overdue, 按期办结率, 重复信访率."""
    within = area_of(session, question)
    first_day = session.execute(select(func.min(petition.registered_on))).scalar_one()
    now = _measures(_tally(session, question, within), question)
    earlier = [
        _values(session, shifted, within) if first_day and shifted.since >= first_day else {}
        for shifted in (_period_before(question), _year_before(question))
    ]
    return tuple(
        Measure(
            measure.code,
            measure.unit,
            measure.value,
            measure.n,
            measure.since,
            measure.until,
            before=earlier[0].get(measure.code),
            year_before=earlier[1].get(measure.code),
        )
        for measure in now
    )


def figures(session: Session, question: MatterQuestion) -> tuple[Measure, ...]:
    """Return the wall's seven figures."""
    return (
        *matter_measures(session, question),
        _listed_units(session, question.until),
        _agent_resolution(session, question),
    )


def _tally(session: Session, question: MatterQuestion, within: Area | None) -> _Tally:
    """Return all sums of a period in one pass over the matters registered until its end."""
    in_period, until = registered(question), question.until
    due = (
        petition.due_on.between(question.since, until)
        & (petition.track == Track.ORDINARY)
        & (petition.purpose == Purpose.CLAIM)
    )
    repeated = case((petition.is_repeat, petition.submissions), else_=petition.submissions - 1)
    statement = select(
        func.count().filter(in_period).label("registered"),
        func.count().label("ever_registered"),
        func.count().filter(is_open(until)).label("open"),
        func.count().filter(is_overdue(until)).label("overdue"),
        func.count().filter(due).label("due"),
        func.count().filter(due & (settled_on() <= petition.due_on)).label("replied_in_time"),
        func.coalesce(func.sum(petition.submissions).filter(in_period), 0).label("submissions"),
        func.coalesce(func.sum(repeated).filter(in_period), 0).label("repeated_submissions"),
    ).where(petition.registered_on <= until, *about(question, within))
    return _Tally(**session.execute(statement).one()._mapping)


def _measures(tally: _Tally, question: MatterQuestion) -> tuple[Measure, ...]:
    period = (question.since, question.until)
    matters, percent = MeasureUnit.MATTERS, MeasureUnit.PERCENT
    in_time = rate(tally.replied_in_time, tally.due)
    repeats = rate(tally.repeated_submissions, tally.submissions)
    return (
        Measure("matters_registered", matters, tally.registered, tally.registered, *period),
        Measure("open_matters", matters, tally.open, tally.ever_registered, *period),
        Measure("overdue_matters", matters, tally.overdue, tally.open, *period),
        Measure("replied_in_time_rate", percent, in_time, tally.due, *period),
        Measure("repeat_rate", percent, repeats, tally.submissions, *period),
    )


def _values(session: Session, question: MatterQuestion, within: Area | None) -> dict[str, float | None]:
    tally = _tally(session, question, within)
    return {measure.code: measure.value for measure in _measures(tally, question)}


def _period_before(question: MatterQuestion) -> MatterQuestion:
    length = question.until - question.since + timedelta(days=1)
    return _moved(question, question.since - length, question.until - length)


def _year_before(question: MatterQuestion) -> MatterQuestion:
    return _moved(question, _a_year_earlier(question.since), _a_year_earlier(question.until))


def _a_year_earlier(day: date) -> date:
    # 29 February has no day a year before: the 28th stands for it.
    return day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)


def _moved(question: MatterQuestion, since: date, until: date) -> MatterQuestion:
    return MatterQuestion(since, until, question.category, question.channel, question.within)


def _listed_units(session: Session, on: date) -> Measure:
    quarter = listings.quarter_in_force(session, on) or Quarter.of(on)
    now, before, year_before = (
        _in_force(session, each)
        for each in (quarter, quarter.previous, Quarter(quarter.year - 1, quarter.number))
    )
    n = len(listings.listings(session, quarter))
    return Measure("listed_units", MeasureUnit.UNITS, now or 0, n, quarter.first_day, on, before, year_before)


def _in_force(session: Session, quarter: Quarter) -> int | None:
    """Return how many units are listed in a quarter, none where nothing is known of it."""
    states = session.execute(
        select(models.Listing.state).where(models.Listing.quarter == str(quarter))
    ).scalars()
    known = [state in IN_FORCE for state in states]
    return sum(known) if known else None


def _agent_resolution(session: Session, question: MatterQuestion) -> Measure:
    summary = service.summary(session, question.within)
    value = rate(summary.resolved, summary.handled)
    since, until = summary.since or question.since, summary.until or question.until
    return Measure("agent_resolved_rate", MeasureUnit.PERCENT, value, summary.handled, since, until)
