"""Density cells numbered along a curve whose numbers, cut short, are those of coarser cells.

The bits of a cell's row and column take turns (Morton 1966, "A computer oriented geodetic data base"): so one
column of numbers is counted at any coarseness, in as little memory as that needs.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from grid.hotspots.counting_kernels import IntArray

_SPREAD = ((8, 0x00FF00FF), (4, 0x0F0F0F0F), (2, 0x33333333), (1, 0x55555555))


def cell_numbers(rows: IntArray, columns: IntArray) -> npt.NDArray[np.int32]:
    """Return the numbers of cells; rows and columns are below 2**15."""
    return (_spread(rows) << 1 | _spread(columns)).astype(np.int32)


def halvings(factor: int) -> int:
    """Return how many bits of a number to cut for cells of ``factor`` a side put together.

    Raises ValueError for what is not a power of two.
    """
    if factor < 1 or factor & (factor - 1):
        raise ValueError(f"{factor} is no power of two")
    return 2 * (factor.bit_length() - 1)


def laid_out(counts: IntArray, side: int) -> IntArray:
    """Return counts by number as rows and columns, (side, side); row 0 comes first."""
    laid: IntArray = counts[_layout(side)]
    return laid


@lru_cache(maxsize=4)
def _layout(side: int) -> npt.NDArray[np.int32]:
    rows, columns = np.divmod(np.arange(side * side), side)
    return cell_numbers(rows, columns).reshape(side, side)


def _spread(values: IntArray) -> IntArray:
    """Return values with a 0 between any two bits."""
    for shift, mask in _SPREAD:
        values = (values | values << shift) & mask
    return values
