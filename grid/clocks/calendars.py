"""Working days (工作日): Mondays to Fridays less holidays, plus the weekends worked instead (调休)."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from grid.refusals import Refused

_SATURDAY = 5
_LAST = date.max.toordinal()


class DayKind(StrEnum):
    """How a named day differs from the week's rule; a holiday may fall on a weekend."""

    HOLIDAY = "holiday"
    WORKING = "working"
    """调休: a Saturday or Sunday that is worked."""


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """One day named by the State Council's notice of a year: a row of ``calendar_day``, keyed by ``day``.

    The notice of a year may name days of the December before; nothing else outside its year.
    """

    day: date
    kind: DayKind
    festival: str
    notice_year: int

    def __post_init__(self) -> None:
        named = self.day.isoformat()
        if self.kind is DayKind.WORKING and self.day.weekday() < _SATURDAY:
            raise Refused("calendar_workday_no_weekend", day=named)
        ahead = self.day.year == self.notice_year - 1 and self.day.month == 12
        if self.day.year != self.notice_year and not ahead:
            raise Refused("calendar_day_outside", day=named, year=self.notice_year)


@dataclass(frozen=True, slots=True)
class ReckonedDay:
    """A day reckoned in working days; ``provisional`` where a year on the way was not published."""

    day: date
    provisional: bool


@dataclass(frozen=True, slots=True)
class ReckonedCount:
    """A number of working days; ``provisional`` where a year among them was not published."""

    days: int
    provisional: bool


@dataclass(frozen=True)
class WorkCalendar:
    """The days that notices name; a year without a notice has its weekends only, and is provisional.

    Raises
    ------
    Refused
        ``calendar_day_twice`` where two rows name one day.
    """

    days: tuple[CalendarDay, ...] = ()
    known: frozenset[int] = field(init=False, repr=False, compare=False)
    _holidays: tuple[int, ...] = field(init=False, repr=False, compare=False)
    _workings: tuple[int, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        named = sorted(self.days, key=lambda day: day.day)
        twice = [day for day, count in Counter(each.day for each in named).items() if count > 1]
        if twice:
            raise Refused("calendar_day_twice", day=twice[0].isoformat())
        workings = [each.day.toordinal() for each in named if each.kind is DayKind.WORKING]
        rests = [each.day for each in named if each.kind is DayKind.HOLIDAY]
        holidays = [day.toordinal() for day in rests if day.weekday() < _SATURDAY]
        object.__setattr__(self, "days", tuple(named))
        object.__setattr__(self, "known", frozenset(each.notice_year for each in named))
        object.__setattr__(self, "_holidays", tuple(holidays))
        object.__setattr__(self, "_workings", tuple(workings))

    def knows(self, year: int) -> bool:
        """Return whether the notice of a year is in the calendar."""
        return year in self.known

    def is_provisional(self, since: date, until: date) -> bool:
        """Return whether a day from ``since`` to ``until``, both included, lies in an unpublished year."""
        return any(year not in self.known for year in range(since.year, until.year + 1))

    def is_working(self, day: date) -> bool:
        """Return whether a day is worked, by its weekday alone in an unpublished year."""
        return self._upto(day.toordinal()) > self._upto(day.toordinal() - 1)

    def add_working_days(self, start: date, days: int) -> ReckonedDay:
        """Return the ``days``-th working day after ``start`` (``start`` itself for none).

        Past the end of dates the last one is returned. Raises ValueError for a negative number.
        """
        if days < 0:
            raise ValueError("working days are added, not taken away")
        if days == 0:
            return ReckonedDay(start, False)
        due = self._nth(self._upto(start.toordinal()) + days, start.toordinal())
        return ReckonedDay(due, self.is_provisional(_following(start), due))

    def working_days_between(self, start: date, end: date) -> ReckonedCount:
        """Return the working days after ``start`` up to and with ``end``, negative the other way round."""
        first, last = min(start, end), max(start, end)
        count = self._upto(end.toordinal()) - self._upto(start.toordinal())
        return ReckonedCount(count, first < last and self.is_provisional(_following(first), last))

    def next_working_day(self, day: date) -> ReckonedDay:
        """Return the first working day not before ``day``."""
        found = day if self.is_working(day) else self.add_working_days(day, 1).day
        return ReckonedDay(found, self.is_provisional(day, found))

    def last_working_day(self, day: date) -> ReckonedDay:
        """Return the last working day not after ``day``."""
        if self.is_working(day):
            return ReckonedDay(day, self.is_provisional(day, day))
        ordinal = bisect_left(range(1, day.toordinal() + 1), self._upto(day.toordinal()), key=self._upto) + 1
        found = date.fromordinal(min(ordinal, day.toordinal()))
        return ReckonedDay(found, self.is_provisional(found, day))

    def _upto(self, ordinal: int) -> int:
        """Return the working days from the first Monday of all (0001-01-01) to ``ordinal``."""
        weeks, rest = divmod(ordinal, 7)
        worked = bisect_right(self._workings, ordinal) - bisect_right(self._holidays, ordinal)
        return weeks * 5 + min(rest, 5) + worked

    def _nth(self, number: int, after: int) -> date:
        reach = 64
        while after + reach < _LAST and self._upto(after + reach) < number:
            reach *= 2
        ahead = range(after, min(after + reach, _LAST))
        return date.fromordinal(after + bisect_left(ahead, number, key=self._upto))


def _following(day: date) -> date:
    return date.fromordinal(min(day.toordinal() + 1, _LAST))
