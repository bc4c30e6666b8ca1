"""Recursive bisection: a graph in one piece cut into connected parts of about equal weight.

A graph is cut across its longest way: grids in the order of d(v, s) - d(v, t), the difference of their
distances from its two ends s and t. If v comes before the cut, so does every grid on a shortest way from v to
s, by the triangle inequality: the first side hangs together, and so does the second but for ties.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, dijkstra

from grid.patches.graph import FloatArray, IntArray, Linked


def bisect(graph: Linked, parts: int) -> IntArray:
    """Return the part of each grid, 0 … ``parts`` - 1, each one piece of the linked graph and not empty.

    Raises ValueError unless there are as many grids as parts and at least one part.
    """
    size = len(graph.weights)
    if not 1 <= parts <= size:
        raise ValueError("more parts than grids, or none")
    part = np.zeros(size, dtype=np.int64)
    waiting = [(np.arange(size), 0, parts)]
    while waiting:
        grids, first, count = waiting.pop()
        if count == 1:
            part[grids] = first
            continue
        nearer, share = _cut(graph.lengths[grids][:, grids], graph.weights[grids], count)
        waiting.append((grids[nearer], first, share))
        waiting.append((grids[~nearer], first + share, count - share))
    return part


def _cut(lengths: csr_array, weights: IntArray, parts: int) -> tuple[npt.NDArray[np.bool_], int]:
    """Return which grids lie on the first side, and how many of the parts it is to be cut into."""
    order, size = _across(lengths), len(weights)
    # Where nothing weighs anything, grids are counted.
    weighed = weights if weights.any() else np.ones_like(weights)
    first = parts // 2
    reached = np.cumsum(weighed[order])
    at = np.arange(first, size - (parts - first) + 1)
    count = int(at[np.argmin(np.abs(reached[at - 1] - reached[-1] * first / parts))])
    nearer = np.zeros(size, dtype=bool)
    nearer[order[:count]] = True
    _absorb_strays(lengths, nearer)
    far = size - int(nearer.sum())
    share = round(parts * float(weighed[nearer].sum() / weighed.sum()))
    return nearer, min(max(share, 1, parts - far), parts - 1, size - far)


def _across(lengths: csr_array) -> IntArray:
    """Return the grids in order from one end of the graph to the other."""
    one_end = int(np.argmax(_from(lengths, 0)))
    near = _from(lengths, one_end)
    far = _from(lengths, int(np.argmax(near)))
    # Distances of one way, summed up from its two ends, differ in their last digits.
    order: IntArray = np.lexsort((near, np.round(near - far, 3)))
    return order


def _from(lengths: csr_array, grid: int) -> FloatArray:
    found: FloatArray = dijkstra(lengths, directed=False, indices=grid)
    return found


def _absorb_strays(lengths: csr_array, nearer: npt.NDArray[np.bool_]) -> None:
    """Give what does not hang together with the largest piece of either side to the other side."""
    for side in (True, False):
        grids = np.flatnonzero(nearer == side)
        _, piece = connected_components(lengths[grids][:, grids], directed=False)
        nearer[grids[piece != np.bincount(piece).argmax()]] = not side
