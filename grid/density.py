"""Kernel density of points on a regular grid in metres.

Points are shared linearly among the four nearest cell centres, then blurred with a Gaussian in frequency
space. Linear binning itself blurs, by a variance of h²/6 on each axis on average (h: cell size; Hall and Wand
1996, "On the accuracy of binned kernel density estimators"); the kernel is narrowed by that much, so that the
result is a Gaussian of the bandwidth asked for.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import fft

FloatArray = npt.NDArray[np.float64]
Bounds = tuple[float, float, float, float]

SUPPORT_BANDWIDTHS = 2.0
"""Radius, in bandwidths, within which points support the density of a cell."""
_PADDING_BANDWIDTHS = 4.0
_SQUARE_METRES_PER_KM2 = 1e6


@dataclass(frozen=True, slots=True, eq=False)
class DensitySurface:
    """Density of points.

    ``per_km2`` is float32 of shape (rows, cols), row 0 in the south; NaN where too few points support a cell.
    ``bounds_m`` is (west, south, east, north) of the outer cell edges in metres; ``n`` counts points inside.
    """

    per_km2: npt.NDArray[np.float32]
    bounds_m: Bounds
    bandwidth_m: float
    n: int


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

    Points outside the bounds still glow into them up to four bandwidths away. Cells with fewer than
    ``minimum_support`` points within two bandwidths are NaN: a lone point must not be seen.

    Raises
    ------
    ValueError
        When the bounds are empty or the bandwidth is smaller than a cell, which the grid could not show.
    """
    surface, support = density_with_support(x_m, y_m, bounds_m=bounds_m, bandwidth_m=bandwidth_m, shape=shape)
    surface.per_km2[~supports(support, minimum_support)] = np.nan
    return surface


def density_with_support(
    x_m: FloatArray, y_m: FloatArray, *, bounds_m: Bounds, bandwidth_m: float, shape: tuple[int, int]
) -> tuple[DensitySurface, npt.NDArray[np.float32]]:
    """Return the density of points without a mask, and how many points support each cell.

    Raises ValueError as ``density_surface`` does.
    """
    west, south, east, north = bounds_m
    if not (east > west and north > south):
        raise ValueError("bounds are empty")
    rows, cols = shape
    cell_m = ((east - west) / cols, (north - south) / rows)
    if bandwidth_m < max(cell_m):
        raise ValueError(f"a bandwidth of {bandwidth_m} m is smaller than a cell of {max(cell_m):.0f} m")
    pad = tuple(int(np.ceil(_PADDING_BANDWIDTHS * bandwidth_m / size)) for size in cell_m)
    column = (x_m - west) / cell_m[0] - 0.5 + pad[0]
    row = (y_m - south) / cell_m[1] - 0.5 + pad[1]
    padded = (
        fft.next_fast_len(rows + 2 * pad[1], real=True),
        fft.next_fast_len(cols + 2 * pad[0], real=True),
    )
    spectrum = fft.rfft2(_bin_linearly(column, row, padded).astype(np.float32), workers=-1)
    window = (slice(pad[1], pad[1] + rows), slice(pad[0], pad[0] + cols))
    blurred = fft.irfft2(spectrum * _gaussian_spectrum(padded, cell_m, bandwidth_m), s=padded, workers=-1)[
        window
    ]
    per_km2 = np.maximum(blurred, 0) * (_SQUARE_METRES_PER_KM2 / (cell_m[0] * cell_m[1]))
    support = fft.irfft2(
        spectrum * fft.rfft2(_disc(padded, cell_m, SUPPORT_BANDWIDTHS * bandwidth_m)), s=padded, workers=-1
    )[window]
    inside = (x_m >= west) & (x_m <= east) & (y_m >= south) & (y_m <= north)
    surface = DensitySurface(per_km2.astype(np.float32), bounds_m, bandwidth_m, int(inside.sum()))
    return surface, np.asarray(support, dtype=np.float32)


def supports(support: npt.NDArray[np.float32], minimum: int) -> npt.NDArray[np.bool_]:
    """Return which cells have so much support.

    Half a point of slack: binning and float32 leave a full count a little short of its integer.
    """
    return np.asarray(support >= minimum - 0.5)


def _bin_linearly(column: FloatArray, row: FloatArray, shape: tuple[int, int]) -> FloatArray:
    rows, cols = shape
    near = (column >= 0) & (column < cols - 1) & (row >= 0) & (row < rows - 1)
    column, row = column[near], row[near]
    left, low = column.astype(np.int64), row.astype(np.int64)
    right_share, high_share = column - left, row - low
    binned = np.zeros(rows * cols)
    for step_row, row_share in ((0, 1 - high_share), (1, high_share)):
        for step_column, column_share in ((0, 1 - right_share), (1, right_share)):
            at = (low + step_row) * cols + left + step_column
            binned += np.bincount(at, weights=row_share * column_share, minlength=rows * cols)
    return binned.reshape(shape)


def _gaussian_spectrum(
    shape: tuple[int, int], cell_m: tuple[float, float], bandwidth_m: float
) -> npt.NDArray[np.float32]:
    def along(frequency: npt.NDArray[np.floating], size_m: float) -> FloatArray:
        variance = bandwidth_m**2 - size_m**2 / 6
        return np.asarray(np.exp(-2 * np.pi**2 * variance * (frequency / size_m) ** 2))

    vertical = along(np.fft.fftfreq(shape[0]), cell_m[1])
    horizontal = along(np.fft.rfftfreq(shape[1]), cell_m[0])
    return np.outer(vertical, horizontal).astype(np.float32)


def _disc(shape: tuple[int, int], cell_m: tuple[float, float], radius_m: float) -> npt.NDArray[np.float32]:
    vertical_m = np.fft.fftfreq(shape[0], 1 / shape[0]) * cell_m[1]
    horizontal_m = np.fft.fftfreq(shape[1], 1 / shape[1]) * cell_m[0]
    inside = np.hypot(vertical_m[:, None], horizontal_m[None, :]) <= radius_m
    return np.asarray(inside, dtype=np.float32)
