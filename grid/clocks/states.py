"""States of a clock, and the arithmetic of the 办结 clock in natural days (Art. 34 of 《信访工作条例》)."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

REPLY_DAYS = 60
"""办结, Art. 34: natural days from acceptance to reply."""
DUE_SOON_DAYS = 7
"""Days left at which a clock turns amber."""


class ClockState(StrEnum):
    """State of one clock on a day."""

    RUNNING = "running"
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"
    STOPPED_IN_TIME = "stopped_in_time"
    STOPPED_LATE = "stopped_late"
    PAUSED = "paused"
    """A hearing is held: its days do not count."""
    LAPSED = "lapsed"
    """A time in which something could be asked for is over; nobody is late."""


OPEN_STATES = frozenset({ClockState.RUNNING, ClockState.DUE_SOON, ClockState.OVERDUE, ClockState.PAUSED})
"""States of a clock that still waits for somebody."""


def due_after_natural_days(start: date, days: int) -> date:
    """Return the due date of a clock in natural days: start + days, without rolling over holidays."""
    return start + timedelta(days=days)


def days_left(due: date, today: date) -> int:
    """Return whole days until ``due``; negative when overdue."""
    return (due - today).days


def clock_state(due: date, stopped: date | None, today: date) -> ClockState:
    """Return how a clock stands on ``today``; the due day itself is still in time."""
    if stopped is not None:
        return ClockState.STOPPED_IN_TIME if stopped <= due else ClockState.STOPPED_LATE
    left = days_left(due, today)
    if left < 0:
        return ClockState.OVERDUE
    return ClockState.DUE_SOON if left <= DUE_SOON_DAYS else ClockState.RUNNING
