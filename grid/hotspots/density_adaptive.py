"""Bandwidths that suit the density: narrow where matters crowd, wide where they are far apart.

Abramson 1982, "On bandwidth variation in kernel estimates: a square root law": each matter's bandwidth is
the middle one times (pilot density at the matter / geometric mean of these)^-½, within a factor of four. A
cell's bandwidth lies between classes of bandwidths that are blurred one by one; cubic interpolation among
the four nearest classes, in the logarithm, gives its kernel to a thousandth of the kernel's peak.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from grid.hotspots.density_bins import Bins

MOST_FACTOR = 4.0
"""No bandwidth is so many times narrower or wider than the middle one, or more."""
_CLASSES_PER_DOUBLING = 3
_STENCIL = 4


@dataclass(frozen=True, slots=True, eq=False)
class ClassShares:
    """Classes of bandwidths, and of each cell where it lies between them.

    ``first`` is the lowest class of the four that make up a cell's kernel, ``weights`` (4, rows, cols) what
    each of them gives; they add up to one.
    """

    bandwidths_m: tuple[float, ...]
    first: npt.NDArray[np.int8]
    weights: npt.NDArray[np.float32]

    def classes(self) -> Iterator[tuple[float, Bins]]:
        """Give each class that any cell makes use of, with its share in each cell."""
        used = np.unique(self.first)
        for position, bandwidth_m in enumerate(self.bandwidths_m):
            steps = [step for step in range(_STENCIL) if position - step in used]
            if steps:
                share = np.zeros(self.first.shape, dtype=np.float32)
                for step in steps:
                    here = self.first == position - step
                    share[here] = self.weights[step][here]
                yield bandwidth_m, share


def class_shares(matters: Bins, pilot: Bins, middle_m: float, range_m: tuple[float, float]) -> ClassShares:
    """Return the classes for matters counted by cell whose density by the middle bandwidth is ``pilot``."""
    bandwidth_m = adapted_bandwidths(matters, pilot, middle_m, range_m)
    doublings = np.log2(bandwidth_m / middle_m) * _CLASSES_PER_DOUBLING
    lowest, highest = int(np.floor(doublings.min())), int(np.ceil(doublings.max()))
    highest = max(highest, lowest + _STENCIL - 1)
    bandwidths_m = tuple(
        middle_m * 2 ** (step / _CLASSES_PER_DOUBLING) for step in range(lowest, highest + 1)
    )
    at = doublings - lowest
    first = np.clip(np.floor(at) - 1, 0, highest - lowest + 1 - _STENCIL)
    return ClassShares(bandwidths_m, first.astype(np.int8), _lagrange(at - first))


def adapted_bandwidths(
    matters: Bins, pilot: Bins, middle_m: float, range_m: tuple[float, float]
) -> npt.NDArray[np.float64]:
    """Return the bandwidth in metres of a matter in each cell, by the square root law."""
    held = (matters > 0) & (pilot > 0)
    least_m, most_m = max(range_m[0], middle_m / MOST_FACTOR), min(range_m[1], middle_m * MOST_FACTOR)
    least_m, most_m = min(least_m, middle_m), max(most_m, middle_m)
    if not held.any():
        return np.full(matters.shape, middle_m)
    mean = np.average(np.log(pilot[held], dtype=np.float64), weights=matters[held])
    with np.errstate(divide="ignore"):
        factor = np.exp((mean - np.log(pilot, dtype=np.float64)) / 2)
    return np.asarray(np.clip(middle_m * factor, least_m, most_m))


def _lagrange(at: npt.NDArray[np.float64]) -> npt.NDArray[np.float32]:
    """Return the weights of knots 0, 1, 2 and 3 for places among them; float32 of shape (4, …)."""
    weights = (
        -(at - 1) * (at - 2) * (at - 3) / 6,
        at * (at - 2) * (at - 3) / 2,
        -at * (at - 1) * (at - 3) / 2,
        at * (at - 1) * (at - 2) / 6,
    )
    return np.stack(weights).astype(np.float32)
