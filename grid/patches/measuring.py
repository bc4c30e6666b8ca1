"""What a division of a town is worth: how even, how compact, in how many pieces, how much changes hands."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from grid.patches.graph import IntArray, PatchGraph


@dataclass(frozen=True, slots=True)
class Division:
    """A division judged; ``maximum`` and ``mean`` are loads, ``ratio`` the one over the other.

    ``ratio`` is none where nothing weighs anything. ``floor`` is a maximum that no division of whole grids
    goes below: the heaviest grid, or the even share rounded up. ``pieces`` are those of all patches together,
    ``unavoidable`` how many any division into as many patches has at least; ``between_m`` the length of
    borders between patches and ``between_share`` its share of all borders; ``changes`` grids that are not
    with the worker of before.
    """

    maximum: int
    mean: float
    ratio: float | None
    floor: int
    pieces: int
    unavoidable: int
    between_m: float
    between_share: float
    changes: int


def evaluate(graph: PatchGraph, part: IntArray, parts: int, today: IntArray | None = None) -> Division:
    """Return what a division is worth; ``part`` (n,) holds 0 … ``parts`` - 1, -1 for nobody's."""
    held = part >= 0
    loads = np.bincount(part[held], graph.weights[held], parts) if held.any() else np.zeros(parts)
    mean = float(graph.weights.sum()) / parts
    one, other = part[graph.pairs[:, 0]], part[graph.pairs[:, 1]]
    between_m = float(graph.border_m[one != other].sum())
    all_m = float(graph.border_m.sum())
    patches = len(np.unique(part[held]))
    return Division(
        maximum=int(loads.max(initial=0)),
        mean=mean,
        ratio=float(loads.max(initial=0)) / mean if mean else None,
        floor=max(int(graph.weights.max(initial=0)), -(-int(graph.weights.sum()) // parts)),
        pieces=count_pieces(graph, part),
        unavoidable=max(patches, count_pieces(graph, np.where(held, 0, -1))),
        between_m=between_m,
        between_share=between_m / all_m if all_m else 0.0,
        changes=0 if today is None else int((part != today).sum()),
    )


def count_pieces(graph: PatchGraph, part: IntArray) -> int:
    """Return how many pieces all patches have together, by shared borders; nobody's grids are left out."""
    held = np.flatnonzero(part >= 0)
    inside = graph.pairs[part[graph.pairs[:, 0]] == part[graph.pairs[:, 1]]]
    size = len(part)
    ends = (inside[:, 0], inside[:, 1])
    joined = coo_array((np.ones(len(inside)), ends), shape=(size, size))
    return len(np.unique(connected_components(joined, directed=False)[1][held]))
