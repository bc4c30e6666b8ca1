"""Day tables (日表): working days of a range of days as arrays, for reckoning many clocks at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from grid.clocks.calendars import DayKind, WorkCalendar

Days = npt.NDArray[np.int64]
"""Days since 1970-01-01."""
_EPOCH_WEEKDAY = 3
"""1970-01-01 was a Thursday; Mondays are nought."""


@dataclass(frozen=True)
class DayTable:
    """Days from ``first`` on: which are worked, how many were up to each, and the worked ones in order."""

    first: int
    is_worked: npt.NDArray[np.bool_]
    upto: Days
    worked: Days
    unknown_upto: Days
    """Days in unpublished years up to each."""

    def add(self, days: Days, count: Days) -> Days:
        """Return the ``count``-th worked day after each day (itself for none); all must lie in the table."""
        number = self.upto[days - self.first] + count
        return np.where(count > 0, self.worked[np.maximum(number - 1, 0)], days)

    def between(self, since: Days, until: Days) -> Days:
        """Return the worked days after ``since`` up to ``until``, negative the other way round."""
        counted: Days = self.upto[until - self.first] - self.upto[since - self.first]
        return counted

    def next_worked(self, days: Days) -> Days:
        """Return the first worked day not before each day."""
        return np.where(self.is_worked[days - self.first], days, self.add(days, np.ones_like(days)))

    def last_worked(self, days: Days) -> Days:
        """Return the last worked day not after each day."""
        found: Days = self.worked[np.maximum(self.upto[days - self.first] - 1, 0)]
        return found

    def touches_unknown(self, since: Days, until: Days) -> npt.NDArray[np.bool_]:
        """Return whether a day from ``since`` to ``until``, both included, lies in an unpublished year."""
        touched: npt.NDArray[np.bool_] = (
            self.unknown_upto[until - self.first] > self.unknown_upto[since - 1 - self.first]
        )
        return touched


def make_day_table(calendar: WorkCalendar, first: int, last: int) -> DayTable:
    """Return the table of a calendar from ``first`` to ``last``, days since 1970-01-01, both included."""
    days = np.arange(first, last + 1, dtype=np.int64)
    is_worked = (days + _EPOCH_WEEKDAY) % 7 < 5
    for kind in DayKind:
        named = np.array([each.day for each in calendar.days if each.kind is kind], dtype="datetime64[D]")
        at = named.astype(np.int64) - first
        is_worked[at[(at >= 0) & (at < days.size)]] = kind is DayKind.WORKING
    years = days.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
    unknown = ~np.isin(years, np.array(sorted(calendar.known), dtype=np.int64))
    return DayTable(
        first,
        is_worked,
        np.cumsum(is_worked, dtype=np.int64),
        days[is_worked],
        np.cumsum(unknown, dtype=np.int64),
    )
