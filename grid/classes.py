"""Class breaks of a choropleth: how the values of a map are cut into a few classes."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import zip_longest

CLASSES = 5


@dataclass(frozen=True, slots=True)
class Classes:
    """Classes of positive values; zero stands apart.

    ``lower`` holds the smallest value of each class, rising; ``highest`` is the largest value of all. Both
    occur among the values, so that a legend names them truly.
    """

    lower: tuple[float, ...]
    highest: float

    def index(self, value: float) -> int | None:
        """Return the class of a positive value, 0 for the lowest; none for zero."""
        if value <= 0 or not self.lower:
            return None
        return max(0, bisect_right(self.lower, value) - 1)

    def ranges(self) -> tuple[tuple[float, float | None], ...]:
        """Return (from, below) of each class; the last is open upwards."""
        return tuple(zip_longest(self.lower, self.lower[1:]))


def quantile_classes(values: Iterable[float], *, classes: int = CLASSES) -> Classes:
    """Cut the positive values into classes of as equal a number of areas as ties allow.

    Equal values share a class, so there are fewer classes than asked where few values differ; there are none
    where nothing is positive.
    """
    positive = sorted(value for value in values if value > 0)
    if not positive:
        return Classes((), 0.0)
    cuts = {positive[len(positive) * part // classes] for part in range(classes)} | {positive[0]}
    return Classes(tuple(sorted(cuts)), positive[-1])
