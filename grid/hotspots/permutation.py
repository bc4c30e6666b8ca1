"""How often chance would give an area neighbours with as much: conditional permutation.

Anselin 1995, "Local indicators of spatial association", section 4: an area keeps its own value, and its
neighbours' are drawn without replacement from all other areas. All areas are shuffled into a ring; the k
that follow an area in it are such a draw, and so is every further window of it that does not come round to
the area itself. The windows of one ring do not overlap, so that of one ring come several draws of every area
by adding up once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from grid.hotspots.adjacency import Adjacency

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

_WINDOWS = 16
"""Most draws from one ring; a new shuffle costs as much as a few of them."""
_BLOCK = 8192
"""Positions of the ring that are drawn for together, so that they stay in the processor's cache."""
_TIE = 1e-9
"""Sums that differ by less than this, of the spread of the values, are equal but for rounding."""


@dataclass(frozen=True, slots=True, eq=False)
class Tails:
    """In how many of the permutations the neighbours of each area held as much or more, as much or less.

    Both int64 (n,).
    """

    higher: IntArray
    lower: IntArray
    permutations: int

    def p(self, towards: FloatArray) -> FloatArray:
        """Return the two-sided pseudo p of each area, float64 (n,): twice a tail with the observed in it.

        It is the higher tail where ``towards`` (n,) is above nought, else the lower one: an area that is hot
        by its own value alone must not pass for surely hot because its neighbours are surely cold.
        """
        tail = np.where(towards > 0, self.higher, self.lower)
        return np.minimum(2.0 * (tail + 1) / (self.permutations + 1), 1.0)


@dataclass(slots=True, eq=False)
class _Ring:
    """A shuffle of all areas; whose ``sums`` from its start on tell any window's."""

    order: npt.NDArray[np.intp]
    sums: FloatArray
    ends: npt.NDArray[np.intp]
    """Where the first window of the area at each position ends."""


def neighbour_tails(
    values: FloatArray, adjacency: Adjacency, *, permutations: int, rng: np.random.Generator
) -> Tails:
    """Return where the neighbours' sum of ``values`` (n,) lies among sums of as many others, drawn at random.

    An area without neighbours is as high and as low in every permutation: its p is 1.
    """
    n, longest = adjacency.size, int(adjacency.degrees.max(initial=1))
    higher, lower = np.zeros((2, n), dtype=np.int64)
    if n == 0:
        return Tails(higher, lower, permutations)
    centred = values - values.mean()
    tie = _TIE * float(np.abs(centred).max())
    observed = adjacency.matrix @ centred
    bounds = (observed - tie, observed + tie)
    most = max(1, min(_WINDOWS, (n - 1) // max(longest, 1)))
    for done in range(0, permutations, most):
        windows = min(most, permutations - done)
        ring = _shuffle(centred, adjacency.degrees, windows * longest, rng)
        _draw(ring, bounds, (windows, longest), (higher, lower))
    return Tails(higher, lower, permutations)


def _shuffle(values: FloatArray, degrees: IntArray, overlap: int, rng: np.random.Generator) -> _Ring:
    order = rng.permutation(len(values))
    around = np.resize(values[order], len(values) + overlap)
    sums = np.zeros(len(around) + 1)
    np.cumsum(around, out=sums[1:])
    return _Ring(order, sums, np.arange(1, len(values) + 1) + degrees[order])


def _draw(
    ring: _Ring,
    bounds: tuple[FloatArray, FloatArray],
    windows: tuple[int, int],
    found: tuple[IntArray, IntArray],
) -> None:
    """Add to ``found`` in how many windows of a ring each area's neighbours would hold as much."""
    for start in range(0, len(ring.order), _BLOCK):
        block = slice(start, start + _BLOCK)
        areas, ends = ring.order[block], ring.ends[block]
        floor, ceiling = bounds[0][areas], bounds[1][areas]
        high, low = np.zeros((2, len(areas)), dtype=np.uint8)
        for window in range(windows[0]):
            sums = ring.sums[window * windows[1] :]
            drawn = sums.take(ends)
            drawn -= sums[start + 1 : start + 1 + len(areas)]
            high += (drawn >= floor).view(np.uint8)
            low += (drawn <= ceiling).view(np.uint8)
        found[0][areas] += high
        found[1][areas] += low
