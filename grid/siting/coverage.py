"""Who is reached from where: sparse lists of the demands that each site covers, by distance or by a table."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.spatial import cKDTree

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Cover:
    """Which of n demands each of m sites covers: those of site j are ``demands[starts[j]:starts[j + 1]]``.

    ``starts`` (m + 1) and ``demands`` (ascending within a site) are places in the arrays of demands.
    """

    starts: Ints
    demands: Ints
    size: int
    """n, the number of demands."""

    @property
    def sites(self) -> int:
        """m, the number of sites."""
        return len(self.starts) - 1

    def of(self, site: int) -> Ints:
        """Return the demands that a site covers."""
        return self.demands[self.starts[site] : self.starts[site + 1]]

    def matrix(self) -> sparse.csr_array:
        """Return the m × n matrix of ones where a site covers a demand."""
        shape = (self.sites, self.size)
        return sparse.csr_array((np.ones(len(self.demands)), self.demands, self.starts), shape=shape)

    def only(self, sites: Ints) -> Cover:
        """Return the cover of some of the sites, in their order."""
        matrix = self.matrix()[sites]
        return Cover(matrix.indptr.astype(np.int64), matrix.indices.astype(np.int64), self.size)

    def reached(self) -> Flags:
        """Return which demands (n) any site covers."""
        met = np.zeros(self.size, dtype=np.bool_)
        met[self.demands] = True
        return met


def cover_of(sites: Ints, demands: Ints, shape: tuple[int, int]) -> Cover:
    """Return the cover of (site, demand) pairs, in any order, a pair told twice counting once.

    ``shape`` is (m, n). Raises ValueError for a place outside it.
    """
    count, size = shape
    _check_places(sites, count)
    _check_places(demands, size)
    pairs = np.unique(sites * max(size, 1) + demands)
    starts = np.zeros(count + 1, dtype=np.int64)
    np.cumsum(np.bincount(pairs // max(size, 1), minlength=count), out=starts[1:])
    return Cover(starts, pairs % max(size, 1), size)


def cover_within(demands_m: Floats, sites_m: Floats, radius_m: float) -> Cover:
    """Return which demands lie within a straight line of each site, the radius itself included.

    Both are arrays of (x, y) in one projected CRS, metres. Raises ValueError for a negative radius.
    """
    if not radius_m >= 0:
        raise ValueError(f"not a radius: {radius_m}")
    shape = (len(sites_m), len(demands_m))
    if 0 in shape:
        return cover_of(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), shape)
    found = cKDTree(sites_m).sparse_distance_matrix(cKDTree(demands_m), radius_m, output_type="ndarray")
    return cover_of(found["i"].astype(np.int64), found["j"].astype(np.int64), shape)


def check_weights(weights: Ints, size: int) -> None:
    """Raise ValueError unless there is one whole weight, none negative, for each of n demands."""
    if weights.shape != (size,) or not np.issubdtype(weights.dtype, np.integer) or (weights < 0).any():
        raise ValueError("weights are whole, none negative, one for each demand")


def _check_places(places: Ints, size: int) -> None:
    if len(places) and not (places.min() >= 0 and places.max() < size):
        raise ValueError("a place outside the arrays")
