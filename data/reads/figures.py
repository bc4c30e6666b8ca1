"""The measures of the city or of an area, each with its period before and the one a year before."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from data import models
from data.reads import listings, service
from data.reads.matters import (
    about,
    area_of,
    is_open,
    is_overdue,
    petition,
    settled_on,
)
from grid.areas import Area
from grid.listings import IN_FORCE, Quarter
from grid.matters import Purpose, Track
from grid.measures import Measure, MeasureUnit, rate
from grid.questions import MatterQuestion


@dataclass(frozen=True, slots=True)
class Tally:
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
    within, first_day = area_of(session, question), first_registered(session)
    now, before, year_before = (
        tally_measures(_tally(session, each, within), each.since, each.until)
        if each is question or (first_day and each.since >= first_day)
        else None
        for each in (question, _period_before(question), _year_before(question))
    )
    return with_earlier(now or (), before, year_before)


def network_measures(session: Session, since: date, until: date) -> tuple[Measure, ...]:
    """Return the measures of what the city does: listed units, and 代办化解率 as agents report it."""
    return _listed_units(session, until), _agent_resolution(session, since, until)


def first_registered(session: Session) -> date | None:
    """Return the day of the first matter: nothing is compared with a period that begins earlier."""
    day: date | None = session.execute(select(func.min(petition.registered_on))).scalar_one()
    return day


def tally_columns(since: date, until: date) -> list[ColumnElement[int]]:
    """Return the sums of ``Tally`` over the matters registered until the end of a period, by its names."""
    in_period = petition.registered_on.between(since, until)
    due = (
        petition.due_on.between(since, until)
        & (petition.track == Track.ORDINARY)
        & (petition.purpose == Purpose.CLAIM)
    )
    # Matters of the law courts (涉法涉诉) are left out of the rates.
    rated = in_period & (petition.track != Track.LEGAL)
    repeated = case((petition.is_repeat, petition.submissions), else_=petition.submissions - 1)
    return [
        func.count().filter(in_period).label("registered"),
        func.count().label("ever_registered"),
        func.count().filter(is_open(until)).label("open"),
        func.count().filter(is_overdue(until)).label("overdue"),
        func.count().filter(due).label("due"),
        func.count().filter(due & (settled_on() <= petition.due_on)).label("replied_in_time"),
        func.coalesce(func.sum(petition.submissions).filter(rated), 0).label("submissions"),
        func.coalesce(func.sum(repeated).filter(rated), 0).label("repeated_submissions"),
    ]


def tally_measures(tally: Tally, since: date, until: date) -> tuple[Measure, ...]:
    """Return the measures of one period."""
    period = (since, until)
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


def with_earlier(
    now: tuple[Measure, ...], before: tuple[Measure, ...] | None, year_before: tuple[Measure, ...] | None
) -> tuple[Measure, ...]:
    """Return measures with their values in the period before and a year before, where these are known."""
    earlier, last_year = (
        {measure.code: measure.value for measure in measures or ()} for measures in (before, year_before)
    )
    return tuple(
        replace(measure, before=earlier.get(measure.code), year_before=last_year.get(measure.code))
        for measure in now
    )


def _tally(session: Session, question: MatterQuestion, within: Area | None) -> Tally:
    """Return all sums of a period in one pass over the matters registered until its end."""
    statement = select(*tally_columns(question.since, question.until)).where(
        petition.registered_on <= question.until, *about(question, within)
    )
    return Tally(**session.execute(statement).one()._mapping)


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


def _agent_resolution(session: Session, since: date, until: date) -> Measure:
    summary = service.summary(session, None)
    value = rate(summary.resolved, summary.handled)
    period = (summary.since or since, summary.until or until)
    return Measure("agent_resolved_rate", MeasureUnit.PERCENT, value, summary.handled, *period)
