"""Scores: how rates and targets become points, in exact arithmetic.

An indicator gives its points times how much of its target is attained: ``rate / target``, and where less is
better ``(1 - rate) / (1 - target)``; never more than all of them. The score is the points of all weighed
indicators over all points there are, times 100, rounded half up to two places. Points that cannot be told are
not given to the others: a unit that lacks one has no score.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext
from enum import StrEnum
from fractions import Fraction

from grid.rectification.schemes import Scheme, Weight

Counts = Mapping[str, tuple[int, int]]
"""Numerator and denominator by indicator; an indicator that is not there counts nothing of nothing."""
_PLACES = Decimal("0.01")


class Untold(StrEnum):
    """Why a part of a score cannot be told."""

    NO_DATA = "no_data"
    """Its cohort is empty."""
    TOO_FEW = "too_few"
    """Its n is below the scheme's minimum."""


@dataclass(frozen=True, slots=True)
class ScorePart:
    """What one weighed indicator gives: ``earned`` of ``weight.points``, none where it cannot be told."""

    weight: Weight
    numerator: int
    denominator: int
    earned: Decimal | None
    untold: Untold | None

    @property
    def is_short(self) -> bool:
        """Whether it is told and falls short of its target."""
        return self.earned is not None and _attained(self.weight, self.numerator, self.denominator) < 1


@dataclass(frozen=True, slots=True)
class Score:
    """A unit's score of 100 with its parts in the scheme's order; none where a part cannot be told."""

    value: Decimal | None
    parts: tuple[ScorePart, ...]

    @property
    def untold(self) -> tuple[ScorePart, ...]:
        """The parts that keep the unit from being scored and ranked."""
        return tuple(part for part in self.parts if part.untold is not None)

    @property
    def is_short(self) -> bool:
        """Whether any target is told to be missed."""
        return any(part.is_short for part in self.parts)


def score(scheme: Scheme, counts: Counts) -> Score:
    """Return a unit's score by a scheme."""
    parts = tuple(
        _part(weight, counts.get(weight.indicator, (0, 0)), scheme.minimum_n) for weight in scheme.weights
    )
    if any(part.untold is not None for part in parts):
        return Score(None, parts)
    earned = sum((_exact(part) for part in parts), Fraction(0))
    return Score(_rounded(earned * 100 / scheme.points), parts)


def _part(weight: Weight, counted: tuple[int, int], minimum_n: int) -> ScorePart:
    numerator, denominator = counted
    if denominator < minimum_n:
        untold = Untold.TOO_FEW if denominator else Untold.NO_DATA
        return ScorePart(weight, numerator, denominator, None, untold)
    earned = weight.points * _attained(weight, numerator, denominator)
    return ScorePart(weight, numerator, denominator, _rounded(earned), None)


def _exact(part: ScorePart) -> Fraction:
    # From the counts, not from the rounded points: a sum of roundings is another number.
    return part.weight.points * _attained(part.weight, part.numerator, part.denominator)


def _attained(weight: Weight, numerator: int, denominator: int) -> Fraction:
    rate, target = Fraction(numerator, denominator), Fraction(weight.target)
    attained = (1 - rate) / (1 - target) if weight.lower_is_better else rate / target
    return min(attained, Fraction(1))


def _rounded(exact: Fraction) -> Decimal:
    with localcontext() as context:
        context.prec = 50
        cents = exact * 100
        whole, rest = divmod(cents.numerator, cents.denominator)
        if 2 * rest >= cents.denominator:
            whole += 1
        return (Decimal(whole) / 100).quantize(_PLACES, rounding=ROUND_HALF_UP)
