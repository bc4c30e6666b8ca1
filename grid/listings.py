"""Listed units (挂牌整治): which unit is listed in which quarter, and how it stands."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from grid.refusals import Refused

FIRST_YEAR = 1949
"""No quarter that is asked for, and no other period of a report, is before it."""


class ListingState(StrEnum):
    """Life of a listing; only a named approver lists."""

    PROPOSED = "proposed"
    LISTED = "listed"
    RECTIFYING = "rectifying"
    DELISTED = "delisted"
    REJECTED = "rejected"
    """The approver did not list what was proposed."""


class StepKind(StrEnum):
    """What is done in a listing's life."""

    PROPOSE = "propose"
    LIST = "list"
    REJECT = "reject"
    PLAN = "plan"
    """The unit's plan for rectification is agreed: it is being rectified from here on."""
    REPORT = "report"
    """整改月报."""
    EXPLAIN = "explain"
    """书面说明."""
    CALL_IN = "call_in"
    """约谈 by a leader."""
    DELIST = "delist"
    """摘牌."""


IN_FORCE = frozenset({ListingState.LISTED, ListingState.RECTIFYING})
TOLD_TO_ALL = frozenset(ListingState) - {ListingState.REJECTED}
"""States that the wall tells of: what an approver turned down was never public."""


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """A calendar quarter, written 2026Q3."""

    year: int
    number: int

    def __post_init__(self) -> None:
        if not 1 <= self.number <= 4:
            raise ValueError(f"a year has no quarter {self.number}")

    def __str__(self) -> str:
        return f"{self.year}Q{self.number}"

    @property
    def first_day(self) -> date:
        """The quarter's first day."""
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def last_day(self) -> date:
        """The quarter's last day."""
        month = 3 * self.number
        return date(self.year, month, monthrange(self.year, month)[1])

    @property
    def previous(self) -> Quarter:
        """The quarter before."""
        return Quarter(self.year, self.number - 1) if self.number > 1 else Quarter(self.year - 1, 4)

    @classmethod
    def of(cls, day: date) -> Quarter:
        """Return the quarter that ``day`` falls in."""
        return cls(day.year, (day.month + 2) // 3)

    @classmethod
    def parse(cls, text: str) -> Quarter:
        """Read 2026Q3, 2026年第3季度 or 2026年三季度.

        Raises ``Refused('quarter_unreadable')``, also before the first year.
        """
        match = re.fullmatch(r"\s*(\d{4})\s*(?:年\s*第?|[-.]?Q)\s*([1-4一二三四])\s*(?:季度)?\s*", text)
        if match is None or int(match.group(1)) < FIRST_YEAR:
            raise Refused("quarter_unreadable", text=text)
        digit = match.group(2)
        return cls(int(match.group(1)), int(digit) if digit.isdigit() else "一二三四".index(digit) + 1)


@dataclass(frozen=True, slots=True)
class Listing:
    """One unit's listing in one quarter. ``area_id`` is none for a department; ``rank`` 1 is the worst."""

    unit_id: int
    unit_name: str
    area_id: int | None
    quarter: Quarter
    state: ListingState
    rank: int | None
    score: float | None
    previous_rank: int | None
    reason: str
    listed_on: date | None
    approver: str
    leader_label: str | None
