"""Who borders on whom among the areas of a level, as a sparse matrix made once per boundary edition."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
from scipy import sparse

from grid.areas import Level

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Adjacency:
    """The neighbours of n areas in a fixed order.

    ``matrix`` is a CSR array (n, n) of ones, symmetric and with nothing on its diagonal; ``with_self`` the
    same with ones there. ``degrees`` int64 (n,) counts the neighbours: nothing for an island.
    """

    matrix: sparse.csr_array
    with_self: sparse.csr_array
    degrees: IntArray

    @property
    def size(self) -> int:
        """How many areas there are."""
        return len(self.degrees)

    def among(self, chosen: Mask) -> Adjacency:
        """Return who borders on whom among some of the areas, in the same order."""
        if chosen.all():
            return self
        return _adjacency(self.matrix[chosen][:, chosen].tocsr())


@dataclass(frozen=True, slots=True, eq=False)
class Neighbourhood:
    """The regular areas of a level with what is needed to compare them.

    ``area_ids`` int64 (n,); ``residents`` float64 (n,), NaN where they are not known; ``inside`` bool (n,)
    tells which are looked at, the others being as good as absent; ``since`` is the first day on which all of
    these areas were in force, none where there is no area.
    """

    level: Level
    area_ids: IntArray
    residents: FloatArray
    inside: Mask
    adjacency: Adjacency
    since: date | None


def adjacency_of(area_ids: IntArray, borders: IntArray) -> Adjacency:
    """Return the adjacency of areas in the order of their ids.

    ``borders`` (m, 2) holds pairs of ids in any order and as often as they like; pairs with another area, or
    with itself, are left out.
    """
    n = len(area_ids)
    order = np.argsort(area_ids)
    known = np.isin(borders, area_ids).all(axis=1) & (borders[:, 0] != borders[:, 1])
    pairs = order[np.searchsorted(area_ids, borders[known], sorter=order)] if known.any() else borders[known]
    rows, columns = np.concatenate([pairs, pairs[:, ::-1]]).T
    matrix = sparse.csr_array((np.ones(len(rows)), (rows, columns)), shape=(n, n))
    matrix.sum_duplicates()
    matrix.data[:] = 1.0
    return _adjacency(matrix)


def _adjacency(matrix: sparse.csr_array) -> Adjacency:
    with_self = (matrix + sparse.eye_array(matrix.shape[0], format="csr")).tocsr()
    return Adjacency(matrix, with_self, np.diff(matrix.indptr).astype(np.int64))
