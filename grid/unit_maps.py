"""Units on the map: how each stands in a quarter's listings, and how many clocks of an area are late."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from grid.areas import Level
from grid.clocks.counts import ClockCounts, ClockQuestion
from grid.indicators.figures import Subject
from grid.listings import ListingState, Quarter

MAP_LEVELS = (Level.COUNTY, Level.TOWN)
"""Levels with exact counts; of a finer area mostly fewer than five clocks are late (domain.md §1.4)."""


@dataclass(frozen=True, slots=True)
class ListedUnit:
    """One unit of a quarter: its listing, its rank (1 has the lowest score), and who answers for it.

    ``state`` is none where nothing is listed or proposed, ``rank`` and ``score`` where it is not ranked.
    ``leaders`` are labels of the duty holders of today, none where the reader is not told of coverage.
    """

    subject: Subject
    state: ListingState | None
    rank: int | None
    previous_rank: int | None
    tied: bool = False
    score: Decimal | None = None
    reason: str = ""
    listed_on: date | None = None
    approver: str = ""
    leaders: tuple[str, ...] | None = ()

    @property
    def better_by(self) -> int | None:
        """How many ranks better than the quarter before, below 0 worse; none where one is not known."""
        return None if self.rank is None or self.previous_rank is None else self.rank - self.previous_rank


@dataclass(frozen=True, slots=True)
class ListingMap:
    """A quarter's units in the order of their ranks; ``quarters`` can be asked for, oldest first.

    Ranks are those of the frozen ``revision`` with its ``checksum``, or today's where it is none. ``scheme``
    says by what they are computed, empty where there are none yet. ``is_whole`` is false where the reader is
    told of some units only.
    """

    quarter: Quarter | None
    quarters: tuple[Quarter, ...]
    as_of: date
    units: tuple[ListedUnit, ...]
    is_whole: bool = True
    revision: int | None = None
    checksum: str = ""
    scheme: str = ""
    with_visits: bool = False

    def of_level(self, level: Level | None) -> tuple[ListedUnit, ...]:
        """Return the units of a level, the departments for none."""
        return tuple(one for one in self.units if one.subject.level is level)


@dataclass(frozen=True, slots=True)
class SubjectClocks:
    """One subject's matters by how their clocks stand, and who answers for it."""

    subject: Subject
    clocks: ClockCounts
    leaders: tuple[str, ...] | None = ()


@dataclass(frozen=True, slots=True)
class ClockMap:
    """Matters with running clocks as of a day, by area of one level and by unit.

    ``is_whole`` is false where the reader sees some matters only: an area without any may have clocks that
    he does not see.
    """

    as_of: date
    level: Level
    areas: tuple[SubjectClocks, ...]
    units: tuple[SubjectClocks, ...]
    is_whole: bool = True


def most_first(found: Sequence[SubjectClocks], question: ClockQuestion) -> list[SubjectClocks]:
    """Return subjects with most of what is asked first, then by what is late, by name's code."""
    return sorted(found, key=lambda one: (-question.of(one.clocks), -one.clocks.overdue, one.subject.code))
