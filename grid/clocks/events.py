"""Dated events (办理事件) of a matter that start, stop, extend and pause its clocks; never a person's."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from grid.matters import Purpose, Track
from grid.refusals import Refused

LONGEST_REASON = 500


class EventKind(StrEnum):
    """What happened to a matter on a day, in the order in which it usually happens."""

    REGISTERED = "registered"
    RECEIVED = "received"
    """The petition bureau or organ received it (收到)."""
    FORWARDED = "forwarded"
    """转送、交办 to the unit that answers for it."""
    UNIT_RECEIVED = "unit_received"
    OBJECTED = "objected"
    """异议退回: the unit says that it is not its own."""
    ACCEPTED = "accepted"
    NOTICED = "noticed"
    """受理告知."""
    EXTENDED = "extended"
    PAUSED = "paused"
    """A hearing (听证) begins."""
    RESUMED = "resumed"
    """The hearing is over: its day counts again."""
    REPLIED = "replied"
    """The unit's answer was delivered."""
    REVIEW_APPLIED = "review_applied"
    REVIEWED = "reviewed"
    RECHECK_APPLIED = "recheck_applied"
    RECHECKED = "rechecked"
    RESUBMITTED = "resubmitted"
    """The same unresolved matter was submitted again at county level or above; as imported."""
    EXPLAINED = "explained"
    """The unit explained in writing (预警说明)."""
    HEAD_EXPLAINED = "head_explained"
    """Its head did."""
    FLAGGED = "flagged"
    """Put before a joint review (三方会审)."""
    MEETING_HELD = "meeting_held"
    CLOSED = "closed"
    TERMINATED = "terminated"


FINAL_EVENTS = frozenset({EventKind.CLOSED, EventKind.TERMINATED})
"""Events that stop whatever somebody still owes; a time for asking goes on."""


@dataclass(frozen=True, slots=True)
class ClockEvent:
    """One event: a row of ``clock_event``, ordered by day and then by its number in the matter.

    An extension names its days, the post that approved it and the reason; ``clock`` narrows an extension or a
    pause to one clock, empty for all that it can concern.

    Raises
    ------
    Refused
        ``clock_extension_unsigned`` without approver or reason, ``clock_extension_length`` without days,
        ``clock_event_long`` where a reason is too long.
    """

    kind: EventKind
    on: date
    days: int = 0
    approver: str = ""
    reason: str = ""
    clock: str = ""

    def __post_init__(self) -> None:
        if max(len(self.approver), len(self.reason)) > LONGEST_REASON:
            raise Refused("clock_event_long", longest=LONGEST_REASON)
        if self.kind is not EventKind.EXTENDED:
            return
        if self.days < 1:
            raise Refused("clock_extension_length", days=self.days)
        if not self.approver.strip() or not self.reason.strip():
            raise Refused("clock_extension_unsigned", on=self.on.isoformat())


@dataclass(frozen=True, slots=True)
class ClockedMatter:
    """What decides a matter's clocks: its id, where and how it is handled, and its events as recorded."""

    id: int
    area_code: str
    track: Track
    purpose: Purpose
    events: tuple[ClockEvent, ...]

    def events_until(self, day: date) -> tuple[ClockEvent, ...]:
        """Return the events up to a day in order of their days, those of one day as recorded."""
        return in_order(event for event in self.events if event.on <= day)


def in_order(events: Iterable[ClockEvent]) -> tuple[ClockEvent, ...]:
    """Return events by day, those of one day as given."""
    return tuple(sorted(events, key=lambda event: event.on))
