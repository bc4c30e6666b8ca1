"""Counting matters in columns: which rows a filter and a period take.

What a matter is (category, channel, purpose, stage) is one small number, its *kind*; where it is placed is
another, its *place*: the number of a distinct set of areas. Matters lie by kind, and those of a kind by day:
a filter and a period are one run of rows for each kind taken, and what is not asked about is not read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import product

import numpy as np
import numpy.typing as npt

from grid.hotspots.counting_kernels import BoolArray, Codes, IntArray, Numbers, Runs
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
    """Matters by kind, those of a kind by day: n rows, d days.

    ``days`` (d,) are ordinals as of ``date.toordinal``, rising; the rows of kind k on day i begin at
    ``starts[k * d + i]`` and end where the next do: int32 of shape (kinds * d + 1,). The others are of shape
    (n,): ``place`` unsigned, ``cell`` int32 as of ``counting_cells`` (-1 for none), ``submissions`` and
    ``heads`` unsigned.
    """

    days: npt.NDArray[np.int32]
    starts: npt.NDArray[np.int32]
    place: Numbers
    cell: npt.NDArray[np.int32]
    submissions: Numbers
    heads: Numbers

    @property
    def rows(self) -> int:
        """Number of matters."""
        return int(self.place.shape[0])

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


def kind_slots(matters: MatterFilter, by: Sequence[Dimension] = ()) -> Codes:
    """Return the slot of each kind by some dimensions; the same object for the same filter.

    Slots are in the order of the dimensions' values, those of the last dimension next to each other.
    """
    wanted = (matters.categories, matters.channels, matters.purposes, matters.stages)
    return _kind_slots(wanted, matters.unit is MeasureUnit.VISITS, tuple(by))


def kind_codes(by: Sequence[Dimension]) -> Codes:
    """Return the slot of every kind by some dimensions, as of ``kind_slots``."""
    return _kind_slots((frozenset(),) * len(_AXES), False, tuple(by))


@lru_cache(maxsize=64)
def _kind_slots(wanted: tuple[frozenset[str], ...], by_visit: bool, by: tuple[Dimension, ...]) -> Codes:
    slot = np.zeros(KIND_SHAPE, dtype=np.uint32)
    slots = 1
    for axis, values in (_AXES[dimension] for dimension in by):
        shape = [1] * len(KIND_SHAPE)
        shape[axis] = -1
        slot = slot * np.uint32(len(values)) + np.arange(len(values), dtype=np.uint32).reshape(shape)
        slots *= len(values)
    return Codes(np.where(_allowed(wanted, by_visit), slot.reshape(-1), np.uint32(slots)), slots)


def named_values(sums: IntArray, by: Dimension) -> tuple[tuple[str, int], ...]:
    """Return sums by the values of a dimension with their names, most first, zeros left out."""
    _, values = _AXES[by]
    found = ((str(value), int(count)) for value, count in zip(values, sums, strict=True) if count)
    return tuple(sorted(found, key=lambda each: -each[1]))


def day_bounds(columns: MatterColumns, firsts: Sequence[date], until: date) -> IntArray:
    """Return the index of the first day of each part of a period, and the one after its last; (k + 1,)."""
    ordinals = [first.toordinal() for first in firsts]
    # Of the days' own type, or all of them would be converted.
    return columns.days.searchsorted(np.array([*ordinals, until.toordinal() + 1], dtype=np.int32))


def runs(columns: MatterColumns, bounds: IntArray, kinds: Codes) -> Runs:
    """Return the rows of the kinds that are taken between neighbouring ``bounds`` (k + 1,) of days."""
    taken = np.flatnonzero(kinds.of < kinds.size)
    edges = columns.starts.take(taken[:, None] * len(columns.days) + bounds)
    return Runs(edges, kinds.of[taken].astype(np.int64), kinds.size)


def month_firsts(since: date, until: date) -> tuple[date, ...]:
    """Return the first day of a period, and that of every month that begins in it."""
    numbers = range(since.year * 12 + since.month, until.year * 12 + until.month)
    return (since, *(date(number // 12, number % 12 + 1, 1) for number in numbers))


def week_firsts(since: date, until: date) -> tuple[date, ...]:
    """Return the first day of a period, and every Monday in it."""
    monday = since + timedelta(days=7 - since.weekday())
    return (since, *(monday + timedelta(days=7 * week) for week in range((until - monday).days // 7 + 1)))


def _close(taken: BoolArray, axis: int, is_open: list[bool]) -> None:
    shape = [1] * taken.ndim
    shape[axis] = -1
    taken &= np.array(is_open).reshape(shape)
