"""Kernel density of points on a regular grid in metres.

Points are shared linearly among the four nearest cell centres, then blurred with a Gaussian that is
narrowed by what binning blurs itself, so that the result is a Gaussian of the bandwidth asked for.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from grid.hotspots.density_bins import LINEAR_VARIANCE, Bounds, Cells, FloatArray, bin_linearly
from grid.hotspots.density_blur import blurred, count_around, margins


@dataclass(frozen=True, slots=True, eq=False)
class DensitySurface:
    """Density of points.

    ``per_km2`` is float32 of shape (rows, cols), row 0 in the south; NaN where too few points support a cell.
    ``bounds_m`` is (west, south, east, north) of the outer cell edges in metres; ``n`` counts points inside.
    ``per_10k`` is the same per 10,000 residents, where that was asked for: the ratio of two densities, NaN
    also where too few live. ``adaptive``: the bandwidth is the middle one, narrower where points are dense.
    """

    per_km2: npt.NDArray[np.float32]
    bounds_m: Bounds
    bandwidth_m: float
    n: int
    per_10k: npt.NDArray[np.float32] | None = None
    adaptive: bool = False

    @property
    def shown(self) -> npt.NDArray[np.float32]:
        """What is drawn: the density per 10,000 residents where there is one, else that per km²."""
        return self.per_km2 if self.per_10k is None else self.per_10k


def density_surface(
    x_m: FloatArray,
    y_m: FloatArray,
    *,
    bounds_m: Bounds,
    bandwidth_m: float,
    shape: tuple[int, int] = (1024, 1024),
    minimum_support: int = 5,
) -> DensitySurface:
    """Return the Gaussian kernel density of points, per square kilometre.

    Points outside the bounds still glow into them up to four and a half bandwidths away. Cells with fewer
    than ``minimum_support`` points within two bandwidths are NaN: a lone point must not be seen.

    Raises
    ------
    ValueError
        When the bounds are empty or the bandwidth is smaller than a cell, which the grid could not show.
    """
    blurring = _Blurring(x_m, y_m, Cells(bounds_m, shape), bandwidth_m)
    surface = blurring.surface()
    if minimum_support > 0:
        surface.per_km2[~supports(blurring.support(), minimum_support)] = np.nan
    return surface


def density_with_support(
    x_m: FloatArray, y_m: FloatArray, *, bounds_m: Bounds, bandwidth_m: float, shape: tuple[int, int]
) -> tuple[DensitySurface, npt.NDArray[np.float32]]:
    """Return the density of points without a mask, and how many points support each cell.

    Raises ValueError as ``density_surface`` does.
    """
    blurring = _Blurring(x_m, y_m, Cells(bounds_m, shape), bandwidth_m)
    return blurring.surface(), blurring.support()


def supports(support: npt.NDArray[np.float32], minimum: int) -> npt.NDArray[np.bool_]:
    """Return which cells have so much support.

    Half a point of slack: points shared among cells leave a full count a little short of its integer.
    """
    return np.asarray(support >= minimum - 0.5)


class _Blurring:
    """Points binned on a grid and as far around it as they glow."""

    def __init__(self, x_m: FloatArray, y_m: FloatArray, cells: Cells, bandwidth_m: float) -> None:
        if bandwidth_m < max(cells.size_m):
            least_m = max(cells.size_m)
            raise ValueError(f"a bandwidth of {bandwidth_m} m is smaller than a cell of {least_m:.0f} m")
        rows, columns = margins(cells.size_m, bandwidth_m)
        self._cells, self._bandwidth_m = cells, bandwidth_m
        self._n = _count_inside(x_m, y_m, cells.bounds_m)
        self._bins = bin_linearly(x_m, y_m, cells.widened(columns, rows))

    def surface(self) -> DensitySurface:
        """Return the density, nothing masked."""
        cells, scale = self._cells, 1 / self._cells.area_km2
        per_km2 = blurred(self._bins, cells.size_m, self._bandwidth_m, LINEAR_VARIANCE, scale=scale)
        return DensitySurface(per_km2, cells.bounds_m, self._bandwidth_m, self._n)

    def support(self) -> npt.NDArray[np.float32]:
        """Return how many points lie within two bandwidths of each cell's centre."""
        return count_around(self._bins, self._cells.size_m, self._bandwidth_m)


def _count_inside(x_m: FloatArray, y_m: FloatArray, bounds_m: Bounds) -> int:
    west, south, east, north = bounds_m
    return int(np.count_nonzero((x_m >= west) & (x_m <= east) & (y_m >= south) & (y_m <= north)))
