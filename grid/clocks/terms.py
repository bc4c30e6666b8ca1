"""Terms (期限): the due day of one clock, with extensions, pauses and rest days, and how it stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from grid.clocks.calendars import WorkCalendar
from grid.clocks.rules import ClockRule, Counting, Rolling
from grid.clocks.states import ClockState

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Pause:
    """Days that do not count: from ``since`` to before ``until``."""

    since: date
    until: date


@dataclass(frozen=True, slots=True)
class Due:
    """A due day; ``counted`` is where the count ends, before it rolled over rest days."""

    day: date
    counted: date
    provisional: bool


def due_day(
    rule: ClockRule, start: date, extension: int, pauses: Sequence[Pause], calendar: WorkCalendar
) -> Due:
    """Return when a clock is due that started on ``start``.

    The day is the last of ``rule.days + extension`` days after the start that count and lie in no pause.
    Pauses are in order and apart from each other; one that begins after the due day changes nothing. A year
    that was not published makes it provisional only where working days were looked for in it.
    """
    counted = _advanced(rule, start, rule.days + extension, calendar)
    day = _rolled(rule, counted, calendar)
    for pause in pauses:
        if pause.since <= counted:
            counted = _advanced(rule, counted, _counted_in(rule, start, pause, calendar), calendar)
        elif pause.since <= day:
            counted = pause.until
        day = _rolled(rule, counted, calendar)
    looked = start if rule.counting is Counting.WORKING else counted
    asks = rule.counting is Counting.WORKING or rule.rolling is Rolling.NEXT_WORKING_DAY
    return Due(day, counted, asks and calendar.is_provisional(min(_after(looked, 1), day), day))


def left_until(rule: ClockRule, due: date, on: date, calendar: WorkCalendar) -> int:
    """Return the days from ``on`` to ``due`` as the clock counts them; negative after it.

    A clock of working days that is overdue by rest days alone has none left: its state tells.
    """
    if rule.counting is Counting.NATURAL:
        return (due - on).days
    return calendar.working_days_between(on, due).days


def term_state(
    rule: ClockRule, due: date, stopped: date | None, left: int, on: date, *, paused: bool
) -> ClockState:
    """Return how a clock stands on a day; the due day itself is still in time."""
    if stopped is not None:
        return ClockState.STOPPED_IN_TIME if stopped <= due else ClockState.STOPPED_LATE
    if on > due:
        return ClockState.LAPSED if rule.window else ClockState.OVERDUE
    if paused:
        return ClockState.PAUSED
    return ClockState.DUE_SOON if left <= rule.soon_days else ClockState.RUNNING


def amber_day(rule: ClockRule, due: date, calendar: WorkCalendar) -> date:
    """Return the first day on which a clock that is due on ``due`` is due soon."""
    if rule.counting is Counting.NATURAL:
        return date.fromordinal(max(due.toordinal() - rule.soon_days, 1))
    day = due
    while day > date.min and calendar.working_days_between(day - _DAY, due).days <= rule.soon_days:
        day -= _DAY
    return day


def _advanced(rule: ClockRule, day: date, days: int, calendar: WorkCalendar) -> date:
    if rule.counting is Counting.WORKING:
        return calendar.add_working_days(day, days).day
    return _after(day, days)


def _counted_in(rule: ClockRule, start: date, pause: Pause, calendar: WorkCalendar) -> int:
    """Return how many days of a pause the clock would have counted; the day of the start never is."""
    first = max(pause.since, _after(start, 1))
    if pause.until <= first:
        return 0
    if rule.counting is Counting.NATURAL:
        return (pause.until - first).days
    return calendar.working_days_between(first - _DAY, pause.until - _DAY).days


def _rolled(rule: ClockRule, day: date, calendar: WorkCalendar) -> date:
    return calendar.next_working_day(day).day if rule.rolling is Rolling.NEXT_WORKING_DAY else day


def _after(day: date, days: int) -> date:
    return date.fromordinal(min(day.toordinal() + days, date.max.toordinal()))
