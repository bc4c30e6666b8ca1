"""Wilson's score interval of a rate (E. B. Wilson, J. Am. Stat. Assoc. 22, 1927, 209-212)."""

from __future__ import annotations

from math import sqrt

Z_95 = 1.959963984540054
"""The normal quantile of 97.5 %."""


def wilson(numerator: int, denominator: int, z: float = Z_95) -> tuple[float, float] | None:
    """Return the interval of a rate as (low, high) in [0, 1], none without a denominator.

    Submissions of one matter are not independent: of them the interval is narrower than it should be.
    Raises ValueError for a numerator outside 0 to the denominator.
    """
    if not 0 <= numerator <= denominator:
        raise ValueError(f"{numerator} of {denominator} is no rate")
    if denominator == 0:
        return None
    rate, z2 = numerator / denominator, z * z
    middle = rate + z2 / (2 * denominator)
    half = z * sqrt((rate * (1 - rate) + z2 / (4 * denominator)) / denominator)
    scale = 1 + z2 / denominator
    # At the ends the formula gives 0 and 1 but for rounding.
    low = 0.0 if numerator == 0 else max(0.0, (middle - half) / scale)
    high = 1.0 if numerator == denominator else min(1.0, (middle + half) / scale)
    return low, high
