"""Dividing a town: its grids given to its workers in even, compact patches, near to those of today."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy.optimize import linear_sum_assignment
from scipy.sparse.csgraph import connected_components

from grid.patches.bisecting import bisect
from grid.patches.graph import IntArray, Linked, PatchGraph, link_islands
from grid.patches.polishing import fair_band, polish

TOLERANCE = 0.005
"""How far a load may be from an even share before a border is bent for it."""
NOBODY = -1


@dataclass(frozen=True, slots=True, eq=False)
class DivideAsked:
    """How many workers share a town, who has each grid ``today`` (n,), which grids are ``pinned`` to them.

    Workers are 0 … ``workers`` - 1, ``NOBODY`` where nobody has a grid; a pin of nobody's grid is none.
    """

    workers: int
    today: IntArray | None = None
    pinned: npt.NDArray[np.bool_] | None = None
    tolerance: float = TOLERANCE
    seed: int = 0


def divide(graph: PatchGraph, asked: DivideAsked) -> IntArray:
    """Return the worker of each grid, (n,).

    Every grid is given to exactly one worker, every worker has one while there are enough, and within each
    piece of the town each patch hangs together, but for what pins tear apart. The same question has the same
    answer. Raises ValueError for fewer than one worker, or a worker of ``today`` that is none.
    """
    size = len(graph.weights)
    today = np.full(size, NOBODY) if asked.today is None else asked.today
    if asked.workers < 1 or len(today) != size or (size and today.max(initial=NOBODY) >= asked.workers):
        raise ValueError("no workers, or a worker of today who is none of them")
    if not size:
        return np.zeros(0, dtype=np.int64)
    linked = _weighed(link_islands(graph))
    pinned = (today >= 0) & (np.zeros(size, dtype=bool) if asked.pinned is None else asked.pinned)
    parts = min(asked.workers, size)
    rng = np.random.default_rng(asked.seed)
    band = fair_band(linked.weights, parts, asked.tolerance)
    made = polish(linked, bisect(linked, parts), band, rng)
    worker = _hand_out(made, today, pinned, asked.workers)
    if (worker[pinned] == today[pinned]).all():
        return worker
    worker[pinned] = today[pinned]
    _mend(linked, worker, pinned)
    return _renumbered_polish(linked, worker, pinned, (asked.tolerance, rng))


def _weighed(graph: Linked) -> Linked:
    """Return the graph with every grid counted as one where nothing weighs anything."""
    if graph.weights.any():
        return graph
    return replace(graph, weights=np.ones_like(graph.weights))


def _hand_out(part: IntArray, today: IntArray, pinned: npt.NDArray[np.bool_], workers: int) -> IntArray:
    """Return parts as workers, so that the fewest grids change hands; a pin counts more than all others."""
    held = today >= 0
    kept = np.zeros((int(part.max()) + 1, workers))
    np.add.at(kept, (part[held], today[held]), np.where(pinned[held], len(part) + 1, 1))
    rows, columns = linear_sum_assignment(kept, maximize=True)
    worker_of = np.empty(len(kept), dtype=np.int64)
    worker_of[rows] = columns
    return worker_of[part]


def _mend(graph: Linked, worker: IntArray, pinned: npt.NDArray[np.bool_]) -> None:
    """Give what pins cut off from its patch to the worker with whom it shares the longest border."""
    for one in np.unique(worker):
        grids = np.flatnonzero(worker == one)
        _, piece = connected_components(graph.borders[grids][:, grids], directed=False)
        main = np.bincount(piece, pinned[grids] * len(worker) + 1).argmax()
        for stray in np.unique(piece[piece != main]):
            inside = grids[piece == stray]
            if not pinned[inside].any():
                around = graph.borders[inside].tocoo()
                other = worker[around.col]
                shared = np.bincount(other[other != one], around.data[other != one])
                worker[inside] = int(shared.argmax())


def _renumbered_polish(
    graph: Linked,
    worker: IntArray,
    pinned: npt.NDArray[np.bool_],
    how: tuple[float, np.random.Generator],
) -> IntArray:
    """Return workers polished around pins; those who have nothing are left out meanwhile."""
    tolerance, rng = how
    names, part = np.unique(worker, return_inverse=True)
    band = fair_band(graph.weights, len(names), tolerance)
    return names[polish(graph, part.astype(np.int64), band, rng, fixed=pinned)]
