"""One columnar copy of the matters, and what is read of it: counts by area, day, month, kind and cell.

Matters that changed since the copy was made are two small tables beside it: what came (``plus``) and what of
the copy no longer holds (``minus``). Every reading is of all three.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

from data.counts.sliders import Sliders
from grid.areas import Level
from grid.density_frame import DensityFrame
from grid.hotspots import counting
from grid.hotspots.counting import MatterColumns
from grid.hotspots.counting_cells import halvings, laid_out
from grid.hotspots.counting_kernels import Cells, Codes, Runs, Slots, tally, tally_cells, tally_inside
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
        counts = self._count(level, matters, (matters.since,))[0, :, 0]
        return AreaCounts(level, self.book.area_ids(level), counts[:-2], int(counts[:-1].sum()))

    def cross(self, level: Level, matters: MatterFilter, by: Sequence[Dimension]) -> IntArray:
        """Return matters by area and the values of some dimensions: int64 of shape (areas, values).

        Values of several dimensions follow each other as in ``counting.kind_slots``.
        Raises ``Refused('area_unknown')``, and ValueError for another unit than 件.
        """
        if matters.unit is not MeasureUnit.MATTERS:
            raise ValueError(f"cross tables count matters, not {matters.unit}")
        return self._count(level, matters, (matters.since,), tuple(by))[0, :-2]

    def monthly(self, level: Level, matters: MatterFilter) -> tuple[tuple[date, ...], IntArray]:
        """Return the months' first days and counts by month and area: int64 (months, areas).

        Areas are in the order of ``book.area_ids(level)``; the first and last month may be cut by the period.
        Raises ``Refused('area_unknown')``.
        """
        firsts = counting.month_firsts(matters.since, matters.until)
        return firsts, self._count(level, matters, firsts)[:, :-2, 0]

    def playback(self, level: Level, matters: MatterFilter, step: Step) -> Playback:
        """Return one picture of counts after the other; raises ``Refused('area_unknown')``."""
        cut = counting.week_firsts if step is Step.WEEK else counting.month_firsts
        firsts = cut(matters.since, matters.until)
        counts = self._count(level, matters, firsts)[:, :-2, 0]
        return Playback(level, step, firsts, self.book.area_ids(level), counts)

    def days(self, matters: MatterFilter) -> DayCounts:
        """Return the count of every day of the period; raises ``Refused('area_unknown')``."""
        length = (matters.until - matters.since).days + 1
        firsts = [matters.since + timedelta(days=day) for day in range(length)]
        return DayCounts(matters.since, self._whole(matters, firsts)[:, 0])

    def split(self, matters: MatterFilter, by: Dimension) -> tuple[tuple[str, int], ...]:
        """Return the count of every value of a dimension, most first, zeros left out.

        Raises ``Refused('area_unknown')``.
        """
        return counting.named_values(self._whole(matters, (matters.since,), (by,))[0], by)

    def cell_histogram(self, matters: MatterFilter, pooled: int = 1) -> npt.NDArray[np.float32]:
        """Return counts of the matters placed to a point by cell of ``frame``: (rows, cols), row 0 south.

        A point counts wholly for the cell that it is in; ``pooled`` cells a side, a power of two, are one.
        Raises ``Refused('area_unknown')``.
        """
        inside, side, cut = self.book.inside(matters.within), CELLS // pooled, halvings(pooled)

        def count(columns: MatterColumns) -> IntArray:
            runs = _runs(columns, matters, (matters.since,))
            cells = Cells(columns.cell, cut, side * side)
            return tally_cells(runs, cells, columns.place, inside, columns.weight(matters.unit))

        return laid_out(self._all(count), side).astype(np.float32)

    def _whole(
        self, matters: MatterFilter, firsts: Sequence[date], by: tuple[Dimension, ...] = ()
    ) -> IntArray:
        """Return counts by part of the period and slot of ``kind_slots``, wherever in the areas they are."""
        inside = self.book.inside(matters.within)
        return self._all(
            lambda columns: tally_inside(
                _runs(columns, matters, firsts, by), columns.place, inside, columns.weight(matters.unit)
            )
        )

    def _count(
        self, level: Level, matters: MatterFilter, firsts: Sequence[date], by: tuple[Dimension, ...] = ()
    ) -> IntArray:
        """Return counts by part of the period, slot of ``PlaceBook.slots`` and slot of ``kind_slots``."""
        of_place = self.book.slots(level, matters.within)
        size, kinds = len(self.book.area_ids(level)) + 2, counting.kind_slots(matters, by)

        def count(columns: MatterColumns) -> IntArray:
            places = Slots(columns.place, of_place, size)
            if columns is self.base and matters.unit is MeasureUnit.MATTERS:
                bounds = counting.day_bounds(columns, firsts, matters.until)
                for table in self._tables(level, matters, places, kinds):
                    found = table.count(columns, bounds, places, kinds)
                    if found is not None:
                        return found
            return tally(_runs(columns, matters, firsts, by), places, columns.weight(matters.unit))

        return self._all(count)

    def _tables(
        self, level: Level, matters: MatterFilter, places: Slots, kinds: Codes
    ) -> Iterator[RunningTable]:
        slider = self.sliders.table(self.base, level, matters, places) if kinds.size == 1 else None
        return (table for table in (slider, *self.tables) if table is not None)

    def _all(self, count: Callable[[MatterColumns], IntArray]) -> IntArray:
        counts = count(self.base)
        if self.plus.rows:
            counts = counts + count(self.plus)
        if self.minus.rows:
            counts = counts - count(self.minus)
        return counts


def _runs(
    columns: MatterColumns, matters: MatterFilter, firsts: Sequence[date], by: Sequence[Dimension] = ()
) -> Runs:
    bounds = counting.day_bounds(columns, firsts, matters.until)
    return counting.runs(columns, bounds, counting.kind_slots(matters, by))
