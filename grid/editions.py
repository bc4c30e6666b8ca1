"""Editions of boundaries: what there is of each level, what follows what, and what taking one back did."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from grid.areas import Level

HIDDEN_BELOW = 5
"""A crosswalk tells fewer matters than this only as fewer: a piece of ground may be one farm."""


@dataclass(frozen=True, slots=True)
class EditionView:
    """One edition of a level; ``valid_to`` is none for the one in force.

    A withdrawn one, which never held a day, ends on the day that it began.
    """

    id: int
    level: Level
    vintage: str
    code_system: str
    valid_from: date
    valid_to: date | None
    areas: int
    source: str
    crs: str
    synthetic: bool
    can_roll_back: bool
    """Whether it is its level's newest and follows another one."""

    @property
    def withdrawn(self) -> bool:
        """Whether the edition was corrected before it held a day."""
        return self.valid_to is not None and self.valid_to <= self.valid_from


@dataclass(frozen=True, slots=True)
class CrosswalkLine:
    """Ground that a former and a later area have in common; shares are of 1.

    ``matters`` with a point lie in both; none where they are few and hidden (``HIDDEN_BELOW``).
    """

    old_code: str
    old_name: str
    new_code: str
    new_name: str
    shared_m2: float
    share_of_old: float
    share_of_new: float
    matters: int | None


@dataclass(frozen=True, slots=True)
class RolledBack:
    """What taking an edition back did: its areas gone, and matters that came since and were placed anew."""

    level: Level
    areas: int
    matters: int
