"""The graph of a town's grids: what each weighs, which border on each other, and how islands hang on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import KDTree

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

_NEAREST = 8
"""How many neighbours by distance are looked at first when islands are hung on."""
_LEAST_M = 0.001
"""Sparse matrices take a distance of zero for none."""


@dataclass(frozen=True, slots=True, eq=False)
class PatchGraph:
    """A town's grids: ``weights`` (n,) ≥ 0, ``xy_m`` (n, 2) in metres of one plane, and shared borders.

    ``pairs`` (m, 2) holds indexes of grids, each unordered pair once; ``border_m`` (m,) how long each border
    is, in metres. Raises ValueError for arrays that do not fit together.
    """

    weights: IntArray
    xy_m: FloatArray
    pairs: IntArray
    border_m: FloatArray

    def __post_init__(self) -> None:
        size = len(self.weights)
        if self.xy_m.shape != (size, 2) or self.pairs.shape != (len(self.border_m), 2):
            raise ValueError("arrays of different lengths")
        if (self.weights < 0).any() or (self.border_m < 0).any():
            raise ValueError("negative weight or border")
        if self.pairs.size and not (self.pairs.min() >= 0 and self.pairs.max() < size):
            raise ValueError("a border of no grid")


@dataclass(frozen=True, eq=False)
class Linked:
    """A graph in one piece: borders, and one link to hang on each island (飞地).

    Links form a tree between the pieces of the town. So what is connected here is, within each piece of the
    town, connected by borders alone: a way that leaves a piece comes back by the same link.
    """

    weights: IntArray
    xy_m: FloatArray
    pairs: IntArray
    border_m: FloatArray

    @cached_property
    def lengths(self) -> csr_array:
        """Distances along borders and links between label points, in metres; symmetric."""
        gap = self.xy_m[self.pairs[:, 0]] - self.xy_m[self.pairs[:, 1]]
        return _symmetric(self.pairs, np.maximum(np.hypot(gap[:, 0], gap[:, 1]), _LEAST_M), len(self.weights))

    @cached_property
    def borders(self) -> csr_array:
        """How long shared borders are, in metres, a link's hardly anything; symmetric."""
        return _symmetric(self.pairs, np.maximum(self.border_m, _LEAST_M), len(self.weights))


def link_islands(graph: PatchGraph) -> Linked:
    """Return the graph in one piece: each island hung on by the shortest link between label points."""
    links = _links(graph.xy_m, _pieces(graph))
    pairs = np.concatenate([graph.pairs, np.array(links, dtype=np.int64).reshape(-1, 2)])
    border_m = np.concatenate([graph.border_m, np.zeros(len(links))])
    return Linked(graph.weights, graph.xy_m, pairs, border_m)


def _pieces(graph: PatchGraph) -> IntArray:
    matrix = _symmetric(graph.pairs, np.ones(len(graph.pairs)), len(graph.weights))
    piece: IntArray = connected_components(matrix, directed=False)[1].astype(np.int64)
    return piece


def _links(xy_m: FloatArray, piece: IntArray) -> list[tuple[int, int]]:
    """Return the links of a tree between pieces: the short ones first, then what is far by itself."""
    links: list[tuple[int, int]] = []
    if not piece.size or piece.max() == 0:
        return links
    merged = piece.copy()
    reach = min(_NEAREST + 1, len(xy_m))
    distance, near = KDTree(xy_m).query(xy_m, k=reach)
    for flat in np.argsort(distance, axis=None, kind="stable"):
        one, other = int(flat) // reach, int(near.flat[flat])
        if merged[one] != merged[other]:
            links.append((one, other))
            merged[merged == merged[other]] = merged[one]
    while (merged != merged[0]).any():
        links.append(_nearest_to_smallest(xy_m, merged))
        merged[merged == merged[links[-1][0]]] = merged[links[-1][1]]
    return links


def _nearest_to_smallest(xy_m: FloatArray, merged: IntArray) -> tuple[int, int]:
    names, sizes = np.unique(merged, return_counts=True)
    small = merged == names[sizes.argmin()]
    outside = np.flatnonzero(~small)
    distance, at = KDTree(xy_m[outside]).query(xy_m[small])
    nearest = int(np.argmin(distance))
    return int(np.flatnonzero(small)[nearest]), int(outside[at[nearest]])


def _symmetric(pairs: IntArray, values: FloatArray, size: int) -> csr_array:
    one, other = pairs[:, 0], pairs[:, 1]
    both = np.concatenate([one, other]), np.concatenate([other, one])
    return csr_array(coo_array((np.concatenate([values, values]), both), shape=(size, size)))
