"""Points counted on the cells of a regular grid in metres.

A point shared linearly among its four nearest cell centres (Hall and Wand 1996, "On the accuracy of binned
kernel density estimators") or counted at the nearest one is blurred by that: on average by a variance of 1/6
or 1/12 of a squared cell on each axis, which a kernel has to be narrowed by.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
Bins = npt.NDArray[np.float32]
Bounds = tuple[float, float, float, float]

LINEAR_VARIANCE = 1 / 6
NEAREST_VARIANCE = 1 / 12
MANY_POINTS = 300_000
"""From here on the compiled loop is worth loading numba for, which takes a second."""
_AT_ONCE = 32_768
"""Points a step: what is worked out for them stays in a core's cache."""
_EXACT_IN_FLOAT32 = 2**23


@dataclass(frozen=True, slots=True)
class Cells:
    """A regular grid: outer edges (west, south, east, north) in metres, and its numbers of rows and columns.

    Row 0 is in the south. Raises ValueError where the bounds are empty.
    """

    bounds_m: Bounds
    shape: tuple[int, int]

    def __post_init__(self) -> None:
        west, south, east, north = self.bounds_m
        if not (east > west and north > south):
            raise ValueError("bounds are empty")

    @property
    def size_m(self) -> tuple[float, float]:
        """Width and height of a cell."""
        west, south, east, north = self.bounds_m
        return (east - west) / self.shape[1], (north - south) / self.shape[0]

    @property
    def area_km2(self) -> float:
        """Area of a cell."""
        width_m, height_m = self.size_m
        return width_m * height_m / 1e6

    def widened(self, columns: int, rows: int) -> Cells:
        """Return the grid with so many more columns and rows on each side."""
        west, south, east, north = self.bounds_m
        width_m, height_m = self.size_m
        bounds_m = (
            west - columns * width_m, south - rows * height_m,
            east + columns * width_m, north + rows * height_m,
        )  # fmt: skip
        return Cells(bounds_m, (self.shape[0] + 2 * rows, self.shape[1] + 2 * columns))


def bin_linearly(x_m: FloatArray, y_m: FloatArray, cells: Cells) -> Bins:
    """Return points shared linearly among the four cell centres around each; float32 of the grid's shape.

    Points that are not between cell centres, and those of NaN, are left out. Many points are shared by a
    loop that numba compiles, few and all where there is no numba by numpy.
    """
    if x_m.size >= MANY_POINTS and has_numba():
        return bin_compiled(x_m, y_m, cells)
    return bin_plainly(x_m, y_m, cells)


def bin_compiled(x_m: FloatArray, y_m: FloatArray, cells: Cells) -> Bins:
    """Do ``bin_linearly`` by a compiled loop, half of the points on each of two threads."""
    from grid.hotspots.density_compiled import share_linearly

    def share(points: slice) -> npt.NDArray[np.floating]:
        sums = np.zeros(cells.shape, _exact_type(x_m.size))
        share_linearly(x_m[points], y_m[points], cells.bounds_m[:2], cells.size_m, sums)
        return sums

    half = x_m.size // 2
    with ThreadPoolExecutor(2) as threads:
        shared, other = threads.map(share, (slice(half), slice(half, None)))
    shared += other
    return shared.astype(np.float32, copy=False)


def bin_plainly(x_m: FloatArray, y_m: FloatArray, cells: Cells) -> Bins:
    """Do ``bin_linearly`` by numpy."""
    # One index and four sums of it (1, across, up, across·up) tell all four shares: half the memory moved.
    sums = np.zeros((4, cells.shape[0] * cells.shape[1]), _exact_type(x_m.size))
    one = sums.dtype.type(1)
    for at, across, up in _steps(x_m, y_m, cells):
        # Of the sums' own type, as ``across`` and ``up`` are: numpy is ten times slower where it must cast.
        np.add.at(sums[0], at, one)
        np.add.at(sums[1], at, across)
        np.add.at(sums[2], at, up)
        np.add.at(sums[3], at, across * up)
    count, across_sum, up_sum, both = sums.reshape(4, *cells.shape)
    across_sum -= both
    up_sum -= both
    count -= across_sum + up_sum + both
    count[:, 1:] += across_sum[:, :-1]
    count[1:] += up_sum[:-1]
    count[1:, 1:] += both[:-1, :-1]
    return count.astype(np.float32, copy=False)


def bin_nearest(x_m: FloatArray, y_m: FloatArray, cells: Cells) -> Bins:
    """Return how many points each cell holds; float32 of the grid's shape. Points outside are left out."""
    rows, cols = cells.shape
    west, south, _, _ = cells.bounds_m
    width_m, height_m = cells.size_m
    column, row = np.floor((x_m - west) / width_m), np.floor((y_m - south) / height_m)
    inside = (column >= 0) & (column < cols) & (row >= 0) & (row < rows)
    at = row[inside].astype(np.intp) * cols + column[inside].astype(np.intp)
    return np.bincount(at, minlength=rows * cols).reshape(cells.shape).astype(np.float32)


def pool(bins: Bins, factor: int) -> Bins:
    """Return counts by cells ``factor`` (a power of two that divides the shape) times as wide and high."""
    while factor > 1:
        rows = bins[0::2] + bins[1::2]
        bins = rows[:, 0::2] + rows[:, 1::2]
        factor //= 2
    return bins


def _steps(
    x_m: FloatArray, y_m: FloatArray, cells: Cells
) -> Iterator[tuple[npt.NDArray[np.intp], FloatArray, FloatArray]]:
    """Give the flat index of the cell south-west of points, and how far (0 … 1) they are from its centre."""
    rows, cols = cells.shape
    west, south, _, _ = cells.bounds_m
    width_m, height_m = cells.size_m
    dtype = _exact_type(x_m.size)
    for start in range(0, x_m.size, _AT_ONCE):
        column = (x_m[start : start + _AT_ONCE] - west) / width_m - 0.5
        row = (y_m[start : start + _AT_ONCE] - south) / height_m - 0.5
        near = (column >= 0) & (column < cols - 1) & (row >= 0) & (row < rows - 1)
        if not near.all():
            column, row = column[near], row[near]
        left, low = column.astype(np.intp), row.astype(np.intp)
        column -= left
        row -= low
        low *= cols
        low += left
        yield low, column.astype(dtype, copy=False), row.astype(dtype, copy=False)


@cache
def has_numba() -> bool:
    """Return whether loops can be compiled."""
    return find_spec("numba") is not None


def _exact_type(points: int) -> type[np.float32] | type[np.float64]:
    """Return what can add up so many points in one cell: float32 stands still at 2**24."""
    return np.float32 if points < _EXACT_IN_FLOAT32 else np.float64
