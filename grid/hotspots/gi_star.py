"""Getis-Ord Gi*: whether an area and its neighbours together hold more, or less, than chance would give them.

Ord and Getis 1995, "Local spatial autocorrelation statistics: distributional issues and an application",
equation 14, with weights of one for an area, and for each of its neighbours.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.special import erfc

from grid.hotspots.adjacency import Adjacency

FloatArray = npt.NDArray[np.float64]


def gi_star(values: npt.NDArray[np.int64] | FloatArray, adjacency: Adjacency) -> FloatArray:
    """Return z of every area, and layer: float64 of the shape of ``values``, (n,) or (n, layers).

    NaN where nothing can be said: the values of a layer are all the same, or an area borders on all others.
    """
    n = adjacency.size
    if n < 2:
        return np.full(values.shape, np.nan)
    # The sum of deviations is the sum less its expectation; centred values keep their digits, too.
    deviations = values - values.mean(axis=0)
    layers = deviations.reshape(n, -1)
    spread = np.sqrt(np.einsum("ij,ij->j", layers, layers) / n)
    spread[(values == values[0]).reshape(n, -1).all(axis=0)] = np.nan
    weight = adjacency.degrees + 1.0
    within = np.sqrt(weight * (n - weight) / (n - 1))
    within[weight == n] = np.nan
    z: FloatArray = adjacency.with_self @ layers
    z *= 1 / within[:, None]
    z *= 1 / spread
    return z.reshape(values.shape)


def two_sided_p(z: FloatArray) -> FloatArray:
    """Return how often a standard normal is as far from nought, NaN for NaN."""
    p: FloatArray = erfc(np.abs(z) / np.sqrt(2))
    return p
