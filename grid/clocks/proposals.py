"""Proposals (拟施行): a notice or rules to be put in force, and how many open clocks that would change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from grid.clocks.changes import ClockChange
from grid.clocks.notices import Notice
from grid.clocks.rules import ClockRule
from grid.clocks.states import ClockState


class ProposalKind(StrEnum):
    """What would be put in force."""

    NOTICE = "notice"
    """The State Council's arrangement of a year's holidays, or an amendment of it."""
    RULES = "rules"


class ProposalOutcome(StrEnum):
    """What became of it."""

    CONFIRMED = "confirmed"
    DISCARDED = "discarded"


@dataclass(frozen=True, slots=True)
class ChangeCounts:
    """How many open clocks of one kind change: due earlier, due later, new, gone, or in their state alone.

    ``overdue`` of them would be overdue that were not, ``saved`` the other way round.
    """

    clock: str
    earlier: int = 0
    later: int = 0
    new: int = 0
    gone: int = 0
    restated: int = 0
    overdue: int = 0
    saved: int = 0

    @property
    def changed(self) -> int:
        """All of them."""
        return self.earlier + self.later + self.new + self.gone + self.restated


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposal as its maker sees it; ``counts`` are none until they are worked out.

    ``stale`` where rules or calendar have changed since: the counts hold no more. ``notice`` or ``rules`` is
    what would be in force; ``refused`` is why it no longer can be.
    """

    id: int
    kind: ProposalKind
    made_at: datetime
    made_by: str
    notice: Notice | None
    rules: tuple[ClockRule, ...]
    counts: tuple[ChangeCounts, ...] | None
    as_of: date | None
    stale: bool
    refused: str = ""


def count_changes(changes: Iterable[ClockChange]) -> tuple[ChangeCounts, ...]:
    """Return changes by clock, in the clocks' order of codes."""
    found: dict[str, Counter[str]] = {}
    for change in changes:
        counter = found.setdefault(change.clock, Counter())
        counter[_way(change)] += 1
        counter["overdue"] += _is_late(change.new_state) and not _is_late(change.old_state)
        counter["saved"] += _is_late(change.old_state) and not _is_late(change.new_state)
    return tuple(ChangeCounts(clock, **found[clock]) for clock in sorted(found))


def read_counts(rows: Iterable[Mapping[str, object]]) -> tuple[ChangeCounts, ...]:
    """Return counts as they were kept."""
    return tuple(ChangeCounts(**row) for row in rows)  # type: ignore[arg-type]


def _way(change: ClockChange) -> str:
    if change.old_due is None:
        return "new"
    if change.new_due is None:
        return "gone"
    if change.new_due == change.old_due:
        return "restated"
    return "earlier" if change.new_due < change.old_due else "later"


def _is_late(state: ClockState | None) -> bool:
    return state is ClockState.OVERDUE
