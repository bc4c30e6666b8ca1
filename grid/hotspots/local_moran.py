"""Local Moran: whether an area is like its neighbours, or stands out from them.

Anselin 1995, "Local indicators of spatial association", with neighbours that weigh the same and sum to one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from grid.hotspots.adjacency import Adjacency
from grid.hotspots.findings import Cluster
from grid.hotspots.permutation import neighbour_tails

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class LocalMoran:
    """Of every area its ``index``, the ``z`` of it under conditional permutation, and its pseudo ``p``.

    float64 (n,), NaN where nothing can be said: an island, or values that are all the same. ``quadrants``
    says of each where it and its neighbours lie, significant or not; none where nothing can be said.
    """

    index: FloatArray
    z: FloatArray
    p: FloatArray
    quadrants: tuple[Cluster | None, ...]


def local_moran(
    values: FloatArray, adjacency: Adjacency, *, permutations: int, rng: np.random.Generator
) -> LocalMoran:
    """Return the local Moran of ``values`` (n,)."""
    n = adjacency.size
    if n < 3 or (values == values[0]).all():
        nothing = np.full(n, np.nan)
        return LocalMoran(nothing, nothing, nothing, (None,) * n)
    own = values - values.mean()
    sums = adjacency.matrix @ own
    mean = np.divide(sums, adjacency.degrees, out=np.full(n, np.nan), where=adjacency.degrees > 0)
    index = (n - 1) * own * mean / (own @ own)
    tails = neighbour_tails(values, adjacency, permutations=permutations, rng=rng)
    p = np.where(adjacency.degrees > 0, tails.p(sums), np.nan)
    return LocalMoran(index, _standardised(own, sums, adjacency), p, _quadrants(own, mean))


def _standardised(own: FloatArray, sums: FloatArray, adjacency: Adjacency) -> FloatArray:
    """Return z of the index by the exact moments of drawing k of the other n - 1 without replacement."""
    others, k = adjacency.size - 1, adjacency.degrees
    mean = -own / others
    variance = (own @ own - own**2) / others - mean**2
    with np.errstate(divide="ignore", invalid="ignore"):
        z: FloatArray = np.sign(own) * (sums - k * mean)
        z /= np.sqrt(k * variance * (others - k) / (others - 1))
    z[~np.isfinite(z)] = np.nan
    return z


def _quadrants(own: FloatArray, mean: FloatArray) -> tuple[Cluster | None, ...]:
    kinds = (Cluster.LOW_LOW, Cluster.LOW_HIGH, Cluster.HIGH_LOW, Cluster.HIGH_HIGH)
    codes = 2 * (own > 0) + (mean > 0)
    return tuple(
        None if unknown else kinds[code]
        for code, unknown in zip(codes.tolist(), np.isnan(mean).tolist(), strict=True)
    )
