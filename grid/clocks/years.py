"""Calendar years (放假安排年度): which are published and from where, for whoever keeps the calendar."""

from __future__ import annotations

from dataclasses import dataclass

from grid.clocks.rules import ClockRule


@dataclass(frozen=True, slots=True)
class CalendarYear:
    """A year's notice: its days off and weekends worked; ``source`` is empty for an unpublished year."""

    year: int
    holidays: int
    workdays: int
    source: str

    @property
    def is_published(self) -> bool:
        """Return whether its notice is known."""
        return bool(self.holidays or self.workdays)


@dataclass(frozen=True, slots=True)
class StoredRule:
    """A rule with its number; ``is_current`` where it is in force on the day of asking."""

    id: int
    rule: ClockRule
    is_current: bool
