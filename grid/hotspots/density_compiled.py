"""The inner loop of ``density_bins.bin_linearly`` compiled by numba: four sums a point in two cache lines."""

# mypy: disable-error-code="untyped-decorator"
from __future__ import annotations

from typing import Any

from numba import njit

_compile: Any = njit(nogil=True, cache=True, boundscheck=False)


@_compile
def share_linearly(x_m: Any, y_m: Any, corner: Any, size: Any, sums: Any) -> None:
    """Add each point's shares to the four cells around it in ``sums`` (rows, cols).

    ``corner`` is the grid's (west, south), ``size`` a cell's (width, height), all in metres.
    """
    rows, cols = sums.shape
    for i in range(len(x_m)):
        column = (x_m[i] - corner[0]) / size[0] - 0.5
        row = (y_m[i] - corner[1]) / size[1] - 0.5
        # Written so that NaN is left out.
        if not (column >= 0 and column < cols - 1 and row >= 0 and row < rows - 1):
            continue
        left, low = int(column), int(row)
        across, up = column - left, row - low
        sums[low, left] += (1 - across) * (1 - up)
        sums[low, left + 1] += across * (1 - up)
        sums[low + 1, left] += (1 - across) * up
        sums[low + 1, left + 1] += across * up
