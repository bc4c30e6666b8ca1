"""Measures: a number that carries its definition, its n and its as-of time, or says why it is absent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

MINIMUM_N = 20
"""Below this n nothing is ranked or rated."""
SMALL_CELL = 5
"""k: smaller counts below township level are hidden on shared views."""


class MeasureUnit(StrEnum):
    """Units of count (件, 件次, 批次, 人次 differ and are shown) and of rate."""

    MATTERS = "matters"
    SUBMISSIONS = "submissions"
    VISITS = "visits"
    HEADS = "heads"
    PERCENT = "percent"
    UNITS = "units"
    POINTS = "points"


@dataclass(frozen=True, slots=True)
class Measure:
    """One number of a screen.

    ``value`` is none when ``n`` is below the minimum for a rate. ``code`` names the definition in the locale
    files. ``before`` is the same measure for the period just before (环比),
    ``year_before`` a year ago (同比).
    """

    code: str
    unit: MeasureUnit
    value: float | None
    n: int
    since: date
    until: date
    before: float | None = None
    year_before: float | None = None


def rate(numerator: int, denominator: int, *, minimum_n: int = MINIMUM_N) -> float | None:
    """Return a percentage, or none where the denominator is too small to say anything."""
    if denominator < minimum_n:
        return None
    return 100.0 * numerator / denominator
