"""Counting matters in columns: which rows a period takes, and sums of them by area, kind, day or cell.

A table of matters is columns sorted by day. What a matter is (category, channel, purpose, stage) is one small
number, its *kind*; where it is placed is another, its *place*: the number of a distinct set of areas. So a
filter is a table look-up for each of the two, and a period is a slice found by binary search.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product

import numpy as np
import numpy.typing as npt

from grid.hotspots.counting_kernels import BoolArray, Gate, IntArray, Numbers, Slots, tally, tally_cells
from grid.hotspots.questions import Dimension, MatterFilter
from grid.matters import Category, Channel, Purpose, Stage
from grid.measures import MeasureUnit

COUNTED_PURPOSES = (Purpose.CLAIM, Purpose.SUGGESTION)
KINDS = tuple(product(Category, Channel, COUNTED_PURPOSES, Stage))
"""Every kind of matter in the order of its number; no accusation has one."""
KIND_SHAPE = (len(Category), len(Channel), len(COUNTED_PURPOSES), len(Stage))
_AXES: dict[Dimension, tuple[int, tuple[str, ...]]] = {
    Dimension.CATEGORY: (0, tuple(Category)),
    Dimension.CHANNEL: (1, tuple(Channel)),
    Dimension.PURPOSE: (2, COUNTED_PURPOSES),
    Dimension.STAGE: (3, tuple(Stage)),
}


@dataclass(frozen=True, slots=True, eq=False)
class MatterColumns:
    """Matters by day: n rows, d days.

    ``days`` (d,) are ordinals as of ``date.toordinal``, rising; the rows of day i are ``starts[i]`` up to
    ``starts[i + 1]`` (d + 1,). The others are of shape (n,): ``kind`` and ``place`` unsigned, ``cell`` the
    density cell (int32, -1 for none), ``submissions`` and ``heads`` unsigned.
    """

    days: npt.NDArray[np.int32]
    starts: IntArray
    kind: Numbers
    place: Numbers
    cell: npt.NDArray[np.int32]
    submissions: Numbers
    heads: Numbers

    @property
    def rows(self) -> int:
        """Number of matters."""
        return int(self.kind.shape[0])

    def weight(self, unit: MeasureUnit) -> Numbers | None:
        """Return what each matter counts in a unit, none for one."""
        if unit is MeasureUnit.MATTERS:
            return None
        return self.heads if unit is MeasureUnit.HEADS else self.submissions


def allowed_kinds(matters: MatterFilter) -> BoolArray:
    """Return which kinds a filter takes; bool of shape (kinds,). 批次 are submissions by visit alone."""
    taken = np.ones(KIND_SHAPE, dtype=bool)
    chosen: tuple[frozenset[str], ...] = (
        matters.categories, matters.channels, matters.purposes, matters.stages
    )  # fmt: skip
    for (axis, values), wanted in zip(_AXES.values(), chosen, strict=True):
        if wanted:
            _close(taken, axis, [value in wanted for value in values])
    if matters.unit is MeasureUnit.VISITS:
        _close(taken, 1, [channel is Channel.VISIT for channel in Channel])
    return taken.reshape(-1)


def split_kinds(counts: IntArray, by: Dimension) -> tuple[tuple[str, int], ...]:
    """Return the sums of counts by kind (kinds,) by a dimension, most first, zeros left out."""
    axis, values = _AXES[by]
    others = tuple(other for other in range(len(KIND_SHAPE)) if other != axis)
    sums = counts.reshape(KIND_SHAPE).sum(axis=others)
    found = ((str(value), int(count)) for value, count in zip(values, sums, strict=True) if count)
    return tuple(sorted(found, key=lambda each: -each[1]))


def rows_between(columns: MatterColumns, since: date, until: date) -> tuple[int, int]:
    """Return the first row of a period and the one after its last."""
    first = np.searchsorted(columns.days, since.toordinal(), "left")
    after = np.searchsorted(columns.days, until.toordinal(), "right")
    return int(columns.starts[first]), int(columns.starts[max(first, after)])


def row_bounds(columns: MatterColumns, firsts: IntArray) -> IntArray:
    """Return the first row of each of some days (ordinals, rising); int64 of the same shape."""
    bounds: IntArray = columns.starts[np.searchsorted(columns.days, firsts, "left")]
    return bounds


def month_firsts(since: date, until: date) -> tuple[date, ...]:
    """Return the first day of a period, and that of every month that begins in it."""
    numbers = range(since.year * 12 + since.month, until.year * 12 + until.month)
    return (since, *(date(number // 12, number % 12 + 1, 1) for number in numbers))


def week_firsts(since: date, until: date) -> tuple[date, ...]:
    """Return the first day of a period, and every Monday in it."""
    monday = since + timedelta(days=7 - since.weekday())
    return (since, *(monday + timedelta(days=7 * week) for week in range((until - monday).days // 7 + 1)))


def count_by_slot(
    columns: MatterColumns, bounds: IntArray, matters: MatterFilter, slot_of_place: Numbers, slots: int
) -> IntArray:
    """Return counts by slot, one row for each slice between neighbouring ``bounds`` (k + 1,) of rows.

    ``slot_of_place`` (places,) sends each place to one of ``slots``; the answer is int64 of shape (k, slots).
    """
    where = Slots(columns.place, slot_of_place, slots)
    gate = Gate(columns.kind, allowed_kinds(matters))
    return tally(where, gate, columns.weight(matters.unit), bounds)


def count_by_kind(
    columns: MatterColumns, bounds: IntArray, matters: MatterFilter, inside: BoolArray
) -> IntArray:
    """Return counts by kind of the places that are ``inside`` (places,); int64 of shape (k, kinds)."""
    where = Slots(columns.kind, np.arange(len(KINDS), dtype=np.uint32), len(KINDS))
    counts = tally(where, Gate(columns.place, inside), columns.weight(matters.unit), bounds)
    return np.where(allowed_kinds(matters), counts, 0)


def count_by_cell(
    columns: MatterColumns, rows: tuple[int, int], matters: MatterFilter, inside: BoolArray, cells: int
) -> IntArray:
    """Return counts by density cell of the places that are ``inside``; int64 of shape (cells,)."""
    gates = (Gate(columns.kind, allowed_kinds(matters)), Gate(columns.place, inside))
    return tally_cells(columns.cell, gates, columns.weight(matters.unit), rows, cells=cells)


def _close(taken: BoolArray, axis: int, is_open: list[bool]) -> None:
    shape = [1] * taken.ndim
    shape[axis] = -1
    taken &= np.array(is_open).reshape(shape)
