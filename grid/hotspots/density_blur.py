"""Blurring the points of a grid whose margin is as wide as they glow, and counting them around each cell.

A Gaussian is as good as nothing beyond a few bandwidths. So a grid of many cells is blurred along its columns
and then along its rows by loops that numba compiles, on two threads: one short sum a cell and direction, no
padding, no transforms. Few cells, very wide bandwidths, and all where there is no numba go through frequency
space; both give the same to some millionths of the peak.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from grid.hotspots.density_bins import Bins, has_numba
from grid.hotspots.density_kernels import canvas

REACH_BANDWIDTHS = 4.5
"""How far a Gaussian reaches: beyond are 4e-5 of its mass and of its peak."""
SUPPORT_BANDWIDTHS = 2.0
"""Radius, in bandwidths, within which points support the density of a cell."""
MANY_CELLS = 300_000
"""From here on the compiled loops are worth loading numba for, which takes a second."""
_LONGEST_REACH = 128
"""Cells up to which a kernel costs less cell by cell than in frequency space."""

Sums = npt.NDArray[np.float64]
Margins = tuple[int, int]


def margins(cell_m: tuple[float, float], bandwidth_m: float) -> Margins:
    """Return how many rows and columns of cells (width, height) a bandwidth reaches on each side."""
    # Even numbers: the compiled loops take the taps of either side two by two.
    across, up = (2 * int(np.ceil(REACH_BANDWIDTHS * bandwidth_m / side / 2)) for side in cell_m)
    return up, across


def blurred(
    wide: Bins, cell_m: tuple[float, float], bandwidth_m: float, binned_variance: float, *, scale: float = 1.0
) -> Bins:
    """Return bins blurred by a Gaussian and multiplied by ``scale``, without the margins they came with.

    ``binned_variance`` is what their binning has blurred them by, in squared cells. The bandwidth is larger
    than a cell.
    """
    around = margins(cell_m, bandwidth_m)
    if wide.size >= MANY_CELLS and max(around) <= _LONGEST_REACH and has_numba():
        taps = _taps(cell_m, bandwidth_m, binned_variance)
        return blur_by_taps(wide, np.float32(scale) * taps[0], taps[1])
    # What goes around the grid comes back in its margin only.
    on = canvas(wide.shape, cell_m, 0)
    spectrum = on.transform(wide)
    spectrum *= on.gaussian(bandwidth_m, binned_variance)
    inner: Bins = on.back(spectrum)[_inner(wide.shape, around)] * np.float32(scale)
    np.maximum(inner, 0, out=inner)
    return inner


def blur_by_taps(wide: Bins, up: Bins, across: Bins) -> Bins:
    """Blur by the compiled loops: ``up`` and ``across`` are one half of each kernel, its middle first."""
    from grid.hotspots.density_compiled import blur_rows

    rows, cols = _inner_shape(wide.shape, (len(up) - 1, len(across) - 1))
    out = np.empty((rows, cols), np.float32)
    by_halves(lambda first, after: blur_rows(wide, up, across, out, (first, after)), rows)
    return out


def count_around(wide: Bins, cell_m: tuple[float, float], bandwidth_m: float) -> Bins:
    """Return how many points lie within two bandwidths of each cell's centre, without the margins.

    Added up in float64, so that a cell far from millions is not taken for one with some.
    """
    around, widths = margins(cell_m, bandwidth_m), _disc(cell_m, SUPPORT_BANDWIDTHS * bandwidth_m)
    before = np.zeros((wide.shape[0], wide.shape[1] + 1))
    np.cumsum(wide, axis=1, dtype=np.float64, out=before[:, 1:])
    if wide.size >= MANY_CELLS and has_numba():
        return count_compiled(before, widths, around)
    return count_plainly(before, widths, around)


def count_plainly(before: Sums, widths: npt.NDArray[np.int64], around: Margins) -> Bins:
    """Add up discs, ``widths`` cells to each side in their rows, from what is before each cell of a row."""
    rows, cols = _inner_shape((before.shape[0], before.shape[1] - 1), around)
    total = np.zeros((rows, cols))
    for row, width in enumerate(widths.tolist(), start=around[0] - len(widths) // 2):
        held = before[row : row + rows]
        right, left = around[1] + width + 1, around[1] - width
        total += held[:, right : right + cols] - held[:, left : left + cols]
    return total.astype(np.float32)


def count_compiled(before: Sums, widths: npt.NDArray[np.int64], around: Margins) -> Bins:
    """Do ``count_plainly`` by the compiled loops."""
    from grid.hotspots.density_compiled import count_rows

    out = np.empty(_inner_shape((before.shape[0], before.shape[1] - 1), around), np.float32)
    by_halves(lambda first, after: count_rows(before, widths, around, out, (first, after)), len(out))
    return out


def by_halves(run: Callable[[int, int], Any], count: int) -> list[Any]:
    """Run over both halves of so many things at once; ``run`` gets the first and where to end."""
    with ThreadPoolExecutor(2) as threads:
        return list(threads.map(run, (0, count // 2), (count // 2, count)))


@lru_cache(maxsize=16)
def _taps(cell_m: tuple[float, float], bandwidth_m: float, binned_variance: float) -> tuple[Bins, Bins]:
    def half(reach: int, side_m: float) -> Bins:
        variance = (bandwidth_m / side_m) ** 2 - binned_variance
        taps = np.exp(np.arange(reach + 1.0) ** 2 / (-2 * variance))
        taps /= 2 * taps.sum() - taps[0]
        return taps.astype(np.float32)

    up, across = margins(cell_m, bandwidth_m)
    return half(up, cell_m[1]), half(across, cell_m[0])


@lru_cache(maxsize=16)
def _disc(cell_m: tuple[float, float], radius_m: float) -> npt.NDArray[np.int64]:
    """Return how many cells to each side of its middle a disc holds in each of its rows."""
    width_m, height_m = cell_m
    up = np.arange(-int(radius_m // height_m), int(radius_m // height_m) + 1)
    across = np.arange(1, int(radius_m // width_m) + 2)
    held = np.hypot(up[:, None] * height_m, across[None, :] * width_m) <= radius_m
    return np.asarray(held.sum(axis=1), dtype=np.int64)


def _inner_shape(wide: tuple[int, ...], around: Margins) -> tuple[int, int]:
    return wide[0] - 2 * around[0], wide[1] - 2 * around[1]


def _inner(wide: tuple[int, ...], around: Margins) -> tuple[slice, slice]:
    rows, cols = _inner_shape(wide, around)
    return slice(around[0], around[0] + rows), slice(around[1], around[1] + cols)
