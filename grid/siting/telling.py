"""How numbers of siting are told: small counts of matters are withheld, shares have one digit."""

from __future__ import annotations

from grid.measures import SMALL_CELL
from grid.siting.questions import Demand


def told_count(count: int, demand: Demand) -> int | None:
    """Return a count of one village or of one point's gain as it may be told; none where it is withheld.

    Residents are published numbers. Matters fewer than ``SMALL_CELL``, zero apart, are told as ``<5``.
    """
    return None if demand is not Demand.RESIDENTS and 0 < count < SMALL_CELL else count


def share_of(part: float, whole: float) -> float | None:
    """Return a share in per cent, none of nothing."""
    return 100.0 * part / whole if whole else None
