"""How many matters have clocks that are open, late or due soon (时限统计), by area or by unit."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

DUE_WITHIN_DAYS = (3, 7)
"""Natural days from a day, itself included, within which a clock is due."""


@dataclass(frozen=True, slots=True)
class ClockCounts:
    """Matters (件) of one area or unit, none of both for the whole city; as of a day.

    Each counts once in every column in which any of its clocks is: ``open``, past its due day, due within 3
    or 7 days (the latter holds the former), held by a hearing, or due on a day that rests on a year whose
    holidays are not published. Times for asking (objection, review) are nobody's to keep and are left out.
    """

    area_id: int | None
    unit_id: int | None
    open: int
    overdue: int
    due_in_3: int
    due_in_7: int
    paused: int
    provisional: int


class ClockQuestion(StrEnum):
    """Which matters are counted: those any of whose clocks stands so; named as in ``ClockCounts``."""

    OVERDUE = "overdue"
    DUE_IN_3 = "due_in_3"
    """Due today or in the next three days; not late yet."""
    DUE_IN_7 = "due_in_7"

    def of(self, clocks: ClockCounts) -> int:
        """Return how many matters it is about."""
        return int(getattr(clocks, self.value))
