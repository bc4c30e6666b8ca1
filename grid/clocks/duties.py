"""Duties (定期职责): what is owed again and again, as monthly reports, weekly reviews and reception days."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from grid.clocks.calendars import WorkCalendar
from grid.clocks.rules import NATION
from grid.clocks.states import ClockState
from grid.refusals import Refused

_LONGEST_GRACE_DAYS = 31


class Period(StrEnum):
    """How often a duty comes round."""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"


class DutyBearer(StrEnum):
    """Who owes it."""

    UNIT = "unit"
    LEADER = "leader"


@dataclass(frozen=True, slots=True)
class DutyRule:
    """One duty: a row of ``duty_rule``; owed in every whole period from one's first day to its end.

    Due on the period's last day and ``grace`` natural days more; where ``month_days`` are fixed (the 15th and
    28th), once on each of them instead. ``soon_days`` as for clocks.

    Raises
    ------
    Refused
        ``duty_rule_days`` where its days are none of a month.
    """

    duty: str
    bearer: DutyBearer
    every: Period
    valid_from: date
    jurisdiction: str = NATION
    source: str = ""
    grace: int = 0
    month_days: tuple[int, ...] = ()
    soon_days: int = 3

    def __post_init__(self) -> None:
        fixed = all(1 <= day <= 28 for day in self.month_days) and len(set(self.month_days)) == len(
            self.month_days
        )
        monthly = self.every is Period.MONTH or not self.month_days
        if not fixed or not monthly or not 0 <= self.grace <= _LONGEST_GRACE_DAYS or self.soon_days < 0:
            raise Refused("duty_rule_days", duty=self.duty[:40])


@dataclass(frozen=True, slots=True)
class DutyTerm:
    """One term of a duty: its period's first day, the due day, when it was done, and how it stands."""

    period_start: date
    due_on: date
    done_on: date | None
    state: ClockState
    days_left: int
    act_by: date


def default_duties(valid_from: date) -> tuple[DutyRule, ...]:
    """Return the duties that documents ask for: reports, quarterly scores, reception, and weekly review."""
    return (
        DutyRule("rectification_report", DutyBearer.UNIT, Period.MONTH, valid_from),
        DutyRule("listing_score", DutyBearer.UNIT, Period.QUARTER, valid_from, grace=15, soon_days=7),
        DutyRule("reception", DutyBearer.LEADER, Period.MONTH, valid_from, soon_days=7),
        DutyRule("matter_review", DutyBearer.LEADER, Period.WEEK, valid_from, soon_days=1),
    )


def duty_terms(
    rule: DutyRule, owed: tuple[date, date | None], done: Sequence[date], calendar: WorkCalendar, on: date
) -> tuple[DutyTerm, ...]:
    """Return every term that has begun by a day, in order.

    ``owed`` from its first day to before its last (none while it goes on): a period is owed that lies in it
    whole, for as far as is known. Each day in ``done`` fills the earliest open term whose period has begun;
    days after ``on`` are not looked at.
    """
    left = sorted(day for day in done if day <= on)
    terms = []
    for start, due in _dues(rule, owed, on):
        fitting = next((day for day in left if day >= start), None)
        if fitting is not None:
            left.remove(fitting)
        act_by = calendar.last_working_day(due).day
        state = _state(rule, due, fitting, on)
        terms.append(DutyTerm(start, due, fitting, state, (due - on).days, act_by))
    return tuple(terms)


def _state(rule: DutyRule, due: date, done: date | None, on: date) -> ClockState:
    if done is not None:
        return ClockState.STOPPED_IN_TIME if done <= due else ClockState.STOPPED_LATE
    if on > due:
        return ClockState.OVERDUE
    return ClockState.DUE_SOON if (due - on).days <= rule.soon_days else ClockState.RUNNING


def _dues(rule: DutyRule, owed: tuple[date, date | None], on: date) -> Iterator[tuple[date, date]]:
    """Yield each owed term's period start and due day."""
    first, end = max(owed[0], rule.valid_from), owed[1]
    start = period_start(rule.every, first)
    if start < first:
        start = next_period(rule.every, start)
    while start <= on and (end is None or next_period(rule.every, start) <= end):
        following = next_period(rule.every, start)
        if rule.month_days:
            yield from ((start, start.replace(day=day)) for day in sorted(rule.month_days))
        else:
            yield start, following + timedelta(days=rule.grace - 1)
        start = following


def period_start(every: Period, day: date) -> date:
    """Return the first day of the period that a day lies in; weeks begin on Mondays."""
    if every is Period.WEEK:
        return day - timedelta(days=day.weekday())
    month = day.month if every is Period.MONTH else (day.month - 1) // 3 * 3 + 1
    return day.replace(month=month, day=1)


def next_period(every: Period, start: date) -> date:
    """Return the first day of the period after one that starts on a day."""
    if every is Period.WEEK:
        return start + timedelta(days=7)
    ahead = start.month - 1 + (1 if every is Period.MONTH else 3)
    return start.replace(year=start.year + ahead // 12, month=ahead % 12 + 1)
