"""Polishing: grids moved between neighbouring patches until loads are within the tolerance and borders short.

Simulated annealing (Kirkpatrick, Gelatt and Vecchi 1983) over single grids at the edge of patches. Its energy
is the length of borders between patches, plus what loads are beyond the tolerance: within it nothing is paid,
so that no border grows longer for a balance that nobody asked for. No move leaves a patch in more pieces.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import numpy as np
import numpy.typing as npt

from grid.patches.graph import IntArray, Linked

MANY_GRIDS = 600
"""From here on the compiled loop is worth loading numba for, which takes a second, and compiling it."""
_STEPS, _STEPS_OF_MANY = 400, 1_000
"""Moves that are tried, for each grid."""
_COMPILED = "grid.patches.kernels_compiled"
_PRICE, _SOFTEST = 8.0, 0.001
"""What a fifth of a usual grid beyond the band costs in the end, in mean borders; and at first, as a share.

Soft at first, so that patches may find their shape: from a firm price they would stay as they were cut.
"""
_HOTTEST, _COOLEST = 2.0, 0.05
"""In mean borders: a grid at an edge has one or two of them to lose."""


@dataclass(frozen=True, slots=True)
class Band:
    """The loads that are good enough: from ``low`` to ``high``."""

    low: float
    high: float


def fair_band(weights: IntArray, parts: int, tolerance: float) -> Band:
    """Return the loads within a tolerance of an even share.

    A grid that weighs more than an even share takes a patch by itself: the others share what is left.
    """
    heaviest = np.sort(weights)[::-1].astype(np.float64)
    left, rest = float(heaviest.sum()), parts
    for weight in heaviest[: parts - 1]:
        if weight <= left / rest:
            break
        left, rest = left - weight, rest - 1
    share = left / rest
    return Band(share * (1 - tolerance), share * (1 + tolerance))


def polish(
    graph: Linked,
    part: IntArray,
    band: Band,
    rng: np.random.Generator,
    *,
    fixed: npt.NDArray[np.bool_] | None = None,
) -> IntArray:
    """Return the parts (n,) after polishing; grids that are ``fixed`` keep theirs, and no part is emptied."""
    size, parts = len(part), int(part.max()) + 1
    if parts < 2:
        return part.copy()
    mean_border_m = float(graph.border_m[graph.border_m > 0].mean()) if (graph.border_m > 0).any() else 1.0
    borders = graph.borders
    made, anneal = part.copy(), _loop(size)
    steps = _STEPS_OF_MANY if size >= MANY_GRIDS else _STEPS
    loads = np.bincount(made, graph.weights, parts).astype(np.float64)
    graph_of = (
        borders.indptr.astype(np.int64),
        borders.indices.astype(np.int64),
        borders.data / mean_border_m,
    )
    held = np.zeros(size, dtype=bool) if fixed is None else fixed
    state = (made, loads, np.bincount(made, minlength=parts))
    draws = rng.random((steps * size, 3))
    anneal(graph_of, (graph.weights.astype(np.float64), held), state, _rules(graph.weights, band), draws)
    return made


def _rules(weights: IntArray, band: Band) -> tuple[float, float, float, float, float, float]:
    """Return the band, the price of a load beyond it by the square, and the heat."""
    usual = float(np.median(weights[weights > 0])) if (weights > 0).any() else 1.0
    return band.low, band.high, _PRICE / (0.2 * usual) ** 2, _SOFTEST, _HOTTEST, _COOLEST


def _loop(size: int) -> Any:
    if _COMPILED in sys.modules or (size >= MANY_GRIDS and find_spec("numba") is not None):
        from grid.patches import kernels_compiled

        return kernels_compiled.anneal
    from grid.patches import kernels

    return kernels.make(lambda loop: loop)
