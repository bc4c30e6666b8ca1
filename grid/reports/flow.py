"""Stock and flow (降总量、控增量、化存量): what was open, came, was resolved, and is open now."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StockFlow:
    """Matters of an area (none: the whole city) over a period, in 件; and the backlog (积案) among them.

    ``opening`` + ``new`` − ``resolved`` = ``closing`` holds always: raises ValueError where it does not.
    """

    area_id: int | None
    opening: int
    new: int
    resolved: int
    closing: int
    backlog: int
    """Backlog matters (积案) not resolved by the end."""
    backlog_resolved: int
    """Backlog matters resolved within the period."""

    def __post_init__(self) -> None:
        if self.opening + self.new - self.resolved != self.closing:
            raise ValueError(f"stock and flow of {self.area_id} do not add up")

    @property
    def change(self) -> int:
        """By how much the stock grew (+) or fell (−)."""
        return self.closing - self.opening
