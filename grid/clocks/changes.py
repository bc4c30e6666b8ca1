"""What a new calendar or rule changes: open clocks whose due day or state would differ, for a preview."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from grid.clocks.bulk import NO_CLOCK, STATES, ClockSheet
from grid.clocks.calendars import WorkCalendar
from grid.clocks.events import ClockedMatter
from grid.clocks.matter_clocks import MatterClock, matter_clocks
from grid.clocks.rules import RuleBook
from grid.clocks.states import OPEN_STATES, ClockState

_Key = tuple[int, str, date, int]


@dataclass(frozen=True, slots=True)
class ClockChange:
    """One open clock that changes; no old day where the clock is new, no new day where it is no more."""

    matter_id: int
    clock: str
    started_on: date
    old_due: date | None
    new_due: date | None
    old_state: ClockState | None
    new_state: ClockState | None


@dataclass(frozen=True)
class ClockTerms:
    """What decides all clocks beside their events: a rule book and a calendar."""

    rules: RuleBook
    calendar: WorkCalendar


def preview_changes(
    matters: Iterable[ClockedMatter], old: ClockTerms, new: ClockTerms, on: date
) -> tuple[ClockChange, ...]:
    """Return which open clocks of matters change on a day, by matter, clock and start."""
    changes: list[ClockChange] = []
    for matter in matters:
        before = matter_clocks(matter, old.rules, old.calendar, on)
        after = matter_clocks(matter, new.rules, new.calendar, on)
        changes += clock_changes(before, after)
    return tuple(changes)


def clock_changes(before: Iterable[MatterClock], after: Iterable[MatterClock]) -> tuple[ClockChange, ...]:
    """Return the clocks open before or after whose due day or state differs, in order."""
    old, new = _by_key(before), _by_key(after)
    changes = (_change(key, old.get(key), new.get(key)) for key in sorted(old.keys() | new.keys()))
    return tuple(change for change in changes if change is not None)


def changed_rows(before: ClockSheet, after: ClockSheet) -> npt.NDArray[np.int64]:
    """Return the rows of two sheets over the same columns whose open clocks differ in due day or state."""
    openness = np.array([state in OPEN_STATES for state in STATES] + [False])
    is_open = openness[before.state] | openness[after.state]
    both = (before.state != NO_CLOCK) & (after.state != NO_CLOCK)
    differs = (before.state != after.state) | (both & (before.due != after.due))
    return np.flatnonzero(is_open & differs)


def _by_key(clocks: Iterable[MatterClock]) -> dict[_Key, MatterClock]:
    """Return clocks by matter, clock and start; those of one day by their order."""
    seen: Counter[tuple[int, str, date]] = Counter()
    keyed: dict[_Key, MatterClock] = {}
    for clock in clocks:
        begun = (clock.matter_id, clock.clock, clock.started_on)
        keyed[*begun, seen[begun]] = clock
        seen[begun] += 1
    return keyed


def _change(key: _Key, old: MatterClock | None, new: MatterClock | None) -> ClockChange | None:
    if not any(clock is not None and clock.is_open for clock in (old, new)):
        return None
    old_facts = (old.due_on, old.state) if old is not None else (None, None)
    new_facts = (new.due_on, new.state) if new is not None else (None, None)
    if old_facts == new_facts:
        return None
    return ClockChange(*key[:3], old_facts[0], new_facts[0], old_facts[1], new_facts[1])
