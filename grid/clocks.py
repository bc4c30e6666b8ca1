"""Clocks (时限): when a matter is due and how that stands on a day.

Only the 办结 clock (Art. 34 of 《信访工作条例》: 60 natural days from acceptance) is here so far; rules as
data, working days and pauses come with the clock register.
"""

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
