"""Events of a matter's own days (行内日期): what they say happened, and what is assumed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from grid.clocks.bulk import Dates, Flags
from grid.clocks.events import ClockEvent, EventKind

ROW_KINDS = (
    EventKind.REGISTERED,
    EventKind.RECEIVED,
    EventKind.FORWARDED,
    EventKind.UNIT_RECEIVED,
    EventKind.ACCEPTED,
    EventKind.NOTICED,
    EventKind.REPLIED,
    EventKind.RESUBMITTED,
    EventKind.CLOSED,
)
"""What a row's days tell of, each at most once; those of one day in this order."""
DAY_COLUMNS = tuple(f"{kind}_on" for kind in ROW_KINDS)
"""A matter's columns of days, one a kind."""
_RANKS = {kind: rank for rank, kind in enumerate(EventKind)}


class Assumption(StrEnum):
    """What was assumed of a matter, since its source gives no day of it."""

    RECEIVED_AS_REGISTERED = "received_as_registered"
    FORWARDED_UNKNOWN = "forwarded_unknown"
    """It was handled, so somebody forwarded it: no day, no clock of it."""
    UNIT_RECEIVED_AS_FORWARDED = "unit_received_as_forwarded"
    UNIT_RECEIVED_AS_REGISTERED = "unit_received_as_registered"
    NOTICED_AS_ACCEPTED = "noticed_as_accepted"
    SETTLED_UNDATED = "settled_undated"
    """Its stage says that it is settled, and no day: nothing is owed, and nobody can say whether in time."""


@dataclass(frozen=True)
class EventDays:
    """Days of events by matter, shape (matters, ``ROW_KINDS``), NaT for none; and what was assumed."""

    days: Dates
    assumed: Mapping[Assumption, Flags]

    def events_of(self, row: int) -> tuple[ClockEvent, ...]:
        """Return one matter's events, by kind."""
        days: Sequence[date | None] = self.days[row].tolist()
        pairs = zip(ROW_KINDS, days, strict=True)
        return tuple(ClockEvent(kind, day) for kind, day in pairs if day is not None)

    def assumptions_of(self, row: int) -> tuple[Assumption, ...]:
        """Return what was assumed of one matter."""
        return tuple(each for each, rows in self.assumed.items() if rows[row])


def event_days(said: Mapping[str, Dates], is_settled: Flags) -> EventDays:
    """Return the days of events that matters' columns of days (``DAY_COLUMNS``) say.

    A source that gives no day of receipt means the day of registration; a unit received it when it was
    forwarded, or at registration where the source knows no such days at all; whoever accepted it gave notice
    then. Of a matter that went on without a day of forwarding nobody is told that it was forwarded late.
    """
    of = {kind: said[f"{kind}_on"].astype("datetime64[D]") for kind in ROW_KINDS}
    has = {kind: ~np.isnat(days) for kind, days in of.items()}
    later = has[EventKind.UNIT_RECEIVED] | has[EventKind.ACCEPTED] | has[EventKind.NOTICED]
    later |= has[EventKind.REPLIED] | has[EventKind.CLOSED]
    unforwarded = later & ~has[EventKind.FORWARDED]
    received = ~has[EventKind.RECEIVED] & ~unforwarded
    no_unit_day = ~has[EventKind.UNIT_RECEIVED]
    by_forwarding = no_unit_day & has[EventKind.FORWARDED]
    by_registration = no_unit_day & ~has[EventKind.FORWARDED] & ~has[EventKind.RECEIVED]
    noticed = ~has[EventKind.NOTICED] & has[EventKind.ACCEPTED]
    nothing = np.datetime64("NaT", "D")
    given = np.where(received, of[EventKind.REGISTERED], of[EventKind.RECEIVED])
    unit = np.where(by_forwarding, of[EventKind.FORWARDED], of[EventKind.UNIT_RECEIVED])
    found = {
        **of,
        EventKind.RECEIVED: np.where(unforwarded, nothing, given),
        EventKind.UNIT_RECEIVED: np.where(by_registration, of[EventKind.REGISTERED], unit),
        EventKind.NOTICED: np.where(noticed, of[EventKind.ACCEPTED], of[EventKind.NOTICED]),
    }
    assumed = {
        Assumption.RECEIVED_AS_REGISTERED: received,
        Assumption.FORWARDED_UNKNOWN: unforwarded,
        Assumption.UNIT_RECEIVED_AS_FORWARDED: by_forwarding,
        Assumption.UNIT_RECEIVED_AS_REGISTERED: by_registration,
        Assumption.NOTICED_AS_ACCEPTED: noticed,
        Assumption.SETTLED_UNDATED: is_settled & ~has[EventKind.REPLIED] & ~has[EventKind.CLOSED],
    }
    return EventDays(np.stack([found[kind] for kind in ROW_KINDS], axis=1), assumed)


def merge_events(said: Sequence[ClockEvent], recorded: Sequence[ClockEvent]) -> tuple[ClockEvent, ...]:
    """Return a row's events with those recorded beside it, by day.

    Of one day what usually comes first does (an extension before the reply); recorded ones keep their order.
    """
    own, others = (sorted(events, key=lambda event: event.on) for events in (said, recorded))
    merged: list[ClockEvent] = []
    for other in others:
        while own and _place(own[0]) <= _place(other):
            merged.append(own.pop(0))
        merged.append(other)
    return (*merged, *own)


def _place(event: ClockEvent) -> tuple[date, int]:
    return event.on, _RANKS[event.kind]


def days_of(*rows: Mapping[str, date | None]) -> dict[str, npt.NDArray[np.datetime64]]:
    """Return rows' days as ``event_days`` takes them."""
    return {name: np.array([row.get(name) for row in rows], dtype="datetime64[D]") for name in DAY_COLUMNS}
