"""Counting matters in columns: which rows a period takes, and sums of them by area, kind, day or cell.

A table of matters is columns sorted by day. What a matter is (category, channel, purpose, stage) is one small
number, its *kind*; where it is placed is another, its *place*: the number of a distinct set of areas. So a
filter is a table look-up for each of the two, and a period is a slice found by binary search.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
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
    wanted = (matters.categories, matters.channels, matters.purposes, matters.stages)
    return _allowed(wanted, matters.unit is MeasureUnit.VISITS)


def _allowed(wanted: tuple[frozenset[str], ...], by_visit: bool) -> BoolArray:
    taken = np.ones(KIND_SHAPE, dtype=bool)
    for (axis, values), chosen in zip(_AXES.values(), wanted, strict=True):
        if chosen:
            _close(taken, axis, [value in chosen for value in values])
    if by_visit:
        _close(taken, 1, [channel is Channel.VISIT for channel in Channel])
    return taken.reshape(-1)


def kind_slots(matters: MatterFilter, by: Sequence[Dimension] = ()) -> tuple[npt.NDArray[np.uint32], int]:
    """Return the slot of each kind by some dimensions, the last for kinds not taken, and how many there are.

    Slots are in the order of the dimensions' values, those of the last dimension next to each other.
    """
    wanted = (matters.categories, matters.channels, matters.purposes, matters.stages)
    return _kind_slots(wanted, matters.unit is MeasureUnit.VISITS, tuple(by))


@lru_cache(maxsize=64)
def _kind_slots(
    wanted: tuple[frozenset[str], ...], by_visit: bool, by: tuple[Dimension, ...]
) -> tuple[npt.NDArray[np.uint32], int]:
    slot = np.zeros(KIND_SHAPE, dtype=np.uint32)
    slots = 1
    for axis, values in (_AXES[dimension] for dimension in by):
        shape = [1] * len(KIND_SHAPE)
        shape[axis] = -1
        slot = slot * np.uint32(len(values)) + np.arange(len(values), dtype=np.uint32).reshape(shape)
        slots *= len(values)
    return np.where(_allowed(wanted, by_visit), slot.reshape(-1), np.uint32(slots)), slots + 1


def sum_kinds(counts: IntArray, by: Dimension) -> IntArray:
    """Return the sums of counts by kind (kinds,) by the values of a dimension."""
    axis, _ = _AXES[by]
    others = tuple(other for other in range(len(KIND_SHAPE)) if other != axis)
    sums: IntArray = counts.reshape(KIND_SHAPE).sum(axis=others)
    return sums


def named_values(sums: IntArray, by: Dimension) -> tuple[tuple[str, int], ...]:
    """Return sums by the values of a dimension with their names, most first, zeros left out."""
    _, values = _AXES[by]
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
