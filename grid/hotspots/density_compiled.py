"""The inner loops of densities compiled by numba; they let go of the interpreter's lock.

What they are given is trusted: whoever calls has made the sums and the margins that they write and read.
"""

# mypy: disable-error-code="untyped-decorator"
from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

_compile: Any = njit(nogil=True, cache=True, boundscheck=False)
# A product and a sum in one step, which rounds once less than numpy does.
_compile_fused: Any = njit(nogil=True, cache=True, boundscheck=False, fastmath={"contract"})


@_compile
def share_linearly(x_m: Any, y_m: Any, corner: Any, size: Any, sums: Any) -> None:
    """Add each point's shares to the four cells around it in ``sums`` (rows, cols): four sums in two lines.

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


@_compile_fused
def blur_rows(wide: Any, up: Any, across: Any, out: Any, rows: Any) -> None:
    """Write some rows of ``out``: ``wide`` blurred along its columns by ``up``, then its rows by ``across``.

    Kernels are symmetric and given from their middle on; each has an odd number of taps. ``wide`` is larger
    than ``out`` by their reach on every side.
    """
    high, far, cols = len(up) - 1, len(across) - 1, out.shape[1]
    column = np.empty(wide.shape[1], np.float32)
    for row in range(rows[0], rows[1]):
        middle = row + high
        _scale(column, up[0], wide[middle])
        for at in range(1, high + 1, 2):
            _add_two(
                column,
                (up[at], wide[middle - at], wide[middle + at]),
                (up[at + 1], wide[middle - at - 1], wide[middle + at + 1]),
            )
        _scale(out[row], across[0], column[far : far + cols])
        for at in range(far, 0, -2):
            _add_two(
                out[row],
                (across[at], column[far - at :], column[far + at :]),
                (across[at - 1], column[far - at + 1 :], column[far + at - 1 :]),
            )


@_compile
def count_rows(before: Any, widths: Any, around: Any, out: Any, rows: Any) -> None:
    """Write some rows of ``out``: what discs hold, from what is ``before`` each cell of a row."""
    cols = out.shape[1]
    total = np.empty(cols)
    first = around[0] - len(widths) // 2
    for row in range(rows[0], rows[1]):
        total[:] = 0
        for at in range(len(widths)):
            held = before[row + first + at]
            left = held[around[1] - widths[at] :]
            right = held[around[1] + widths[at] + 1 :]
            for i in range(cols):
                total[i] += right[i] - left[i]
        for i in range(cols):
            out[row, i] = total[i]


@_compile_fused
def _scale(out: Any, tap: Any, one: Any) -> None:
    for i in range(len(out)):
        out[i] = tap * one[i]


@_compile_fused
def _add_two(out: Any, near: Any, far: Any) -> None:
    """Add two pairs of cells as far from the middle: (tap, one side, other side)."""
    tap, one, other = near
    next_tap, next_one, next_other = far
    for i in range(len(out)):
        out[i] += tap * (one[i] + other[i]) + next_tap * (next_one[i] + next_other[i])
