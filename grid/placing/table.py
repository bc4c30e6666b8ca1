"""The placing table: for every cell the area that holds it or, on a border, the edges that decide."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from grid.placing.edges import Mask, find_side, lines_of, spread
from grid.placing.frame import Floats, Frame, Ints

CROSSES_MIDDLE, MIDDLE_LEFT = 1, 2
"""Bits of a clue: the edge spans the meridian of the cell's middle; the middle is left of the edge."""
_AT_ONCE = 1 << 15
"""Points looked up at once: what is worked out of them stays in a core's cache."""

Int32s = npt.NDArray[np.int32]
Bytes = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class PlacingTable:
    """Which of ``areas`` outlines, by position, holds a point; the first of them where several do.

    ``cells`` (rows * columns,) is an outline's position, ``areas`` for nowhere, and beyond that the number
    of a border cell. Border cell k asks the tests from ``first_test[k]``, in the outlines' order: an outline
    ``test_area``, whether it holds the cell's middle, ``test_middle``, and the clues from ``first_clue``: an
    edge and its bits. A test without clues is the same all over the cell. Cells that ``asks`` cannot be
    decided here: too many edges, or one through the middle.
    """

    frame: Frame
    areas: int
    cells: Int32s
    asks: Mask
    first_test: Int32s
    test_area: Int32s
    test_middle: Mask
    first_clue: Int32s
    clue_edge: Int32s
    clue_bits: Bytes
    edges: Floats

    def arrays(self) -> Mapping[str, npt.NDArray[np.generic]]:
        """Return the arrays by name, as `PlacingTable` takes them."""
        names = [name for name in self.__slots__ if name not in {"frame", "areas"}]
        return {name: getattr(self, name) for name in names}

    @property
    def size_mb(self) -> float:
        """Memory in MiB."""
        return sum(array.nbytes for array in self.arrays().values()) / 2**20


def look_up(table: PlacingTable, lon: Floats, lat: Floats) -> tuple[Ints, Ints]:
    """Return the position of the outline that holds each point, and which points the table cannot decide.

    ``areas`` stands for nowhere, NaN included. Undecided are points on an edge or as near to one as rounding
    reaches, and those of cells that ``asks``; what is returned for them means nothing.
    """
    found = np.empty(lon.shape, dtype=np.int64)
    unsure = [np.empty(0, dtype=np.int64)]
    with np.errstate(over="ignore"):
        for start in range(0, len(lon), _AT_ONCE):
            part = slice(start, start + _AT_ONCE)
            unsure.append(_look_up_part(table, lon[part], lat[part], found[part]) + start)
    return found, np.concatenate(unsure)


def _look_up_part(table: PlacingTable, lon: Floats, lat: Floats, found: Ints) -> Ints:
    cell = _find_cells(table.frame, lon, lat)
    found[:] = table.cells.take(cell)
    at = np.flatnonzero(found > table.areas)
    if not len(at):
        return at
    border = found[at] - (table.areas + 1)
    found[at], unsure = _decide(table, border, cell[at], lon[at], lat[at])
    return at[unsure]


def _find_cells(frame: Frame, lon: Floats, lat: Floats) -> Ints:
    """Return the cell of each point; what is off the raster, or NaN, comes to its outermost cells."""
    along, across = frame.along(lat), frame.across(lon)
    # A sum that is rounded up to the next cell does no harm: cells are touched from farther away than that.
    for value, most in ((along, frame.rows - 1), (across, frame.columns - 1)):
        np.fmax(value, 0.0, out=value)
        np.fmin(value, float(most), out=value)
    np.floor(along, out=along)
    along *= frame.columns
    along += across
    return along.astype(np.int64)


def _decide(table: PlacingTable, border: Ints, cell: Ints, lon: Floats, lat: Floats) -> tuple[Ints, Mask]:
    """Return the outline that holds each point of border cells, and whether that is uncertain."""
    middle = table.frame.middle_lon(cell % table.frame.columns)
    found = np.full(lon.shape, table.areas, dtype=np.int64)
    unsure: Mask = table.asks[border]
    test, stop = table.first_test[border], table.first_test[border + 1]
    left = np.flatnonzero(~unsure & (test < stop))
    while len(left):
        asked = test[left]
        held, near = _test(table, asked, lon[left], lat[left], middle[left])
        found[left[held]] = table.test_area[asked[held]]
        unsure[left[near]] = True
        test[left] += 1
        left = left[~held & ~near & (test[left] < stop[left])]
    return found, unsure


def _test(table: PlacingTable, test: Int32s, lon: Floats, lat: Floats, middle: Floats) -> tuple[Mask, Mask]:
    """Return whether the outline of each test holds its point, and whether that is uncertain.

    From the point along its parallel to the meridian of the cell's middle, and along that to the middle: who
    crosses the outline's edges an odd number of times on that way came from the other side. Of an edge's two
    ends the southern belongs to it and the northern does not, so that a corner is passed once.
    """
    first = table.first_clue[test]
    point, nth = spread((table.first_clue[test + 1] - first).astype(np.int64))
    clue = first[point] + nth
    ends = table.edges.take(table.clue_edge[clue], axis=0)
    bits = table.clue_bits[clue]
    lines, y = lines_of(ends), lat[point]
    left, near = find_side(lines, lon[point], y)
    turn_left, turn_near = find_side(lines, middle[point], y)
    crossed = ((ends[:, 1] > y) != (ends[:, 3] > y)) & (left != turn_left)
    crossed ^= (bits & CROSSES_MIDDLE).astype(bool) & (turn_left != (bits & MIDDLE_LEFT).astype(bool))
    odd = np.bincount(point[crossed], minlength=len(test)) & 1
    held = (odd == 1) != table.test_middle[test]
    unsure = np.zeros(len(test), dtype=bool)
    unsure[point[near | turn_near]] = True
    return held & ~unsure, unsure
