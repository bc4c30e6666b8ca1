"""One columnar copy of the matters, and what is read of it: counts by area, day, month, kind and cell.

Matters that changed since the copy was made are two small tables beside it: what came (``plus``) and what of
the copy no longer holds (``minus``). Every reading is of all three.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import numpy.typing as npt

from data.counts.sliders import Sliders
from grid.areas import Level
from grid.density_frame import DensityFrame
from grid.hotspots import counting
from grid.hotspots.counting import MatterColumns
from grid.hotspots.counting_kernels import Slots, count_pairs
from grid.hotspots.counting_places import PlaceBook
from grid.hotspots.counting_tables import RunningTable
from grid.hotspots.questions import (
    AreaCounts,
    CountsState,
    DayCounts,
    Dimension,
    IntArray,
    MatterFilter,
    Playback,
    Step,
)
from grid.measures import MeasureUnit

CELLS = 1024
"""Cells along each side of the density frame, as in ``density_frame(..., cells=CELLS)``."""


@dataclass(frozen=True, eq=False)
class Snapshot:
    """A copy in force; ``frame`` is none for a city without bounds, ``tables`` are of the base."""

    state: CountsState
    book: PlaceBook
    frame: DensityFrame | None
    base: MatterColumns
    plus: MatterColumns
    minus: MatterColumns
    tables: tuple[RunningTable, ...] = ()
    sliders: Sliders = field(default_factory=Sliders)

    def counts(self, level: Level, matters: MatterFilter) -> AreaCounts:
        """Return the count of every regular area of a level; raises ``Refused('area_unknown')``."""
        counts = self._by_area(level, matters, (matters.since,))[0]
        return AreaCounts(level, self.book.area_ids(level), counts[:-2], int(counts[:-1].sum()))

    def cross(self, level: Level, matters: MatterFilter, by: Sequence[Dimension]) -> IntArray:
        """Return matters by area and the values of some dimensions: int64 of shape (areas, values).

        Values of several dimensions follow each other as in ``counting.kind_slots``.
        Raises ``Refused('area_unknown')``, and ValueError for another unit than 件.
        """
        if matters.unit is not MeasureUnit.MATTERS:
            raise ValueError(f"cross tables count matters, not {matters.unit}")
        return self._pairs(level, matters, by)[:-2, :-1]

    def monthly(self, level: Level, matters: MatterFilter) -> tuple[tuple[date, ...], IntArray]:
        """Return the months' first days and counts by month and area: int64 (months, areas).

        Areas are in the order of ``book.area_ids(level)``; the first and last month may be cut by the period.
        Raises ``Refused('area_unknown')``.
        """
        firsts = counting.month_firsts(matters.since, matters.until)
        return firsts, self._by_area(level, matters, firsts)[:, :-2]

    def playback(self, level: Level, matters: MatterFilter, step: Step) -> Playback:
        """Return one picture of counts after the other; raises ``Refused('area_unknown')``."""
        cut = counting.week_firsts if step is Step.WEEK else counting.month_firsts
        firsts = cut(matters.since, matters.until)
        counts = self._by_area(level, matters, firsts)[:, :-2]
        return Playback(level, step, firsts, self.book.area_ids(level), counts)

    def days(self, matters: MatterFilter) -> DayCounts:
        """Return the count of every day of the period; raises ``Refused('area_unknown')``."""
        slot = np.where(self.book.inside(matters.within), 0, 1).astype(np.uint32)
        firsts = np.arange(matters.since.toordinal(), matters.until.toordinal() + 2, dtype=np.int64)
        counts = self._all(
            lambda columns: counting.count_by_slot(
                columns, counting.row_bounds(columns, firsts), matters, slot, 2
            )
        )
        return DayCounts(matters.since, counts[:, 0])

    def split(self, matters: MatterFilter, by: Dimension) -> tuple[tuple[str, int], ...]:
        """Return the count of every value of a dimension, most first, zeros left out.

        Raises ``Refused('area_unknown')``.
        """
        if matters.unit is MeasureUnit.MATTERS:
            # The last slot of places is beyond the areas looked within, the last of kinds is not asked about.
            return counting.named_values(self._pairs(Level.COUNTY, matters, (by,))[:-1, :-1].sum(axis=0), by)
        inside = self.book.inside(matters.within)
        counts = self._all(
            lambda columns: counting.count_by_kind(
                columns, _bounds(columns, matters, (matters.since,)), matters, inside
            )
        )
        return counting.named_values(counting.sum_kinds(counts[0], by), by)

    def cell_histogram(self, matters: MatterFilter) -> npt.NDArray[np.float32]:
        """Return counts of the matters placed to a point by cell of ``frame``: (rows, cols), row 0 south.

        A point counts wholly for the cell that it is in. Raises ``Refused('area_unknown')``.
        """
        inside = self.book.inside(matters.within)
        counts = self._all(
            lambda columns: counting.count_by_cell(
                columns,
                counting.rows_between(columns, matters.since, matters.until),
                matters,
                inside,
                CELLS * CELLS,
            )
        )
        return counts.reshape(CELLS, CELLS).astype(np.float32)

    def _by_area(self, level: Level, matters: MatterFilter, firsts: tuple[date, ...]) -> IntArray:
        """Return counts by period and slot of ``PlaceBook.slots``."""
        slot = self.book.slots(level, matters.within)
        slots = len(self.book.area_ids(level)) + 2

        def count(columns: MatterColumns) -> IntArray:
            bounds = _bounds(columns, matters, firsts)
            if columns is self.base and matters.unit is MeasureUnit.MATTERS:
                kinds = Slots(columns.kind, *counting.kind_slots(matters))
                places = Slots(columns.place, slot, slots)
                slider = self.sliders.table(columns, level, matters, places)
                for table in (*slider, *self.tables):
                    counts = table.count(columns, bounds, places, kinds)
                    if counts is not None:
                        return counts[:, :, 0]
            return counting.count_by_slot(columns, bounds, matters, slot, slots)

        return self._all(count)

    def _pairs(self, level: Level, matters: MatterFilter, by: Sequence[Dimension]) -> IntArray:
        """Return matters by slots of ``PlaceBook.slots`` and of ``counting.kind_slots``."""
        slot = self.book.slots(level, matters.within)
        slots = len(self.book.area_ids(level)) + 2
        of_kind, kinds_size = counting.kind_slots(matters, by)

        def count(columns: MatterColumns) -> IntArray:
            bounds = _bounds(columns, matters, (matters.since,))
            places, kinds = Slots(columns.place, slot, slots), Slots(columns.kind, of_kind, kinds_size)
            for table in self.tables if columns is self.base else ():
                counts = table.count(columns, bounds, places, kinds)
                if counts is not None:
                    first: IntArray = counts[0]
                    return first
            return count_pairs(places, kinds, (int(bounds[0]), int(bounds[-1])))

        return self._all(count)

    def _all(self, count: Callable[[MatterColumns], IntArray]) -> IntArray:
        counts = count(self.base)
        if self.plus.rows:
            counts = counts + count(self.plus)
        if self.minus.rows:
            counts = counts - count(self.minus)
        return counts


def _bounds(columns: MatterColumns, matters: MatterFilter, firsts: tuple[date, ...]) -> IntArray:
    """Return where the rows of each part of a filter's period begin, and where the last ends."""
    days = [first.toordinal() for first in firsts]
    return counting.row_bounds(columns, np.array([*days, matters.until.toordinal() + 1], dtype=np.int64))
