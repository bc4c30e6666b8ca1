"""Sliders: matters that are asked for over one period after the other get a table that answers any."""

from __future__ import annotations

from collections import OrderedDict
from datetime import date
from threading import Lock

from grid.areas import Level
from grid.hotspots.counting import MatterColumns, kind_slots
from grid.hotspots.counting_kernels import MANY_ROWS, Slots
from grid.hotspots.counting_tables import RunningTable, build_slider
from grid.hotspots.questions import MatterFilter

_KEPT = 3
"""Tables, each of the size of ``build_slider``'s budget."""
_REMEMBERED = 16
_PERIODS = 3
"""A filter gets its table with the third period that it is asked for: one that is asked once is read."""
_Key = tuple[Level, tuple[frozenset[object], ...]]


class Sliders:
    """The tables of the filters that were asked for most lately."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._periods: OrderedDict[_Key, set[tuple[date, date]]] = OrderedDict()
        self._tables: OrderedDict[_Key, RunningTable] = OrderedDict()

    def table(
        self, columns: MatterColumns, level: Level, matters: MatterFilter, places: Slots
    ) -> RunningTable | None:
        """Return a filter's table, none where it has none yet or needs none."""
        if columns.rows < MANY_ROWS:
            return None
        key: _Key = (
            level,
            (matters.categories, matters.channels, matters.purposes, matters.stages, matters.within),
        )
        with self._lock:
            table = self._tables.get(key)
            if table is None and self._is_slid(key, (matters.since, matters.until)):
                self._tables[key] = table = build_slider(columns, places, kind_slots(matters))
                while len(self._tables) > _KEPT:
                    self._tables.popitem(last=False)
        return table

    def _is_slid(self, key: _Key, period: tuple[date, date]) -> bool:
        periods = self._periods.setdefault(key, set())
        self._periods.move_to_end(key)
        periods.add(period)
        while len(self._periods) > _REMEMBERED:
            self._periods.popitem(last=False)
        return len(periods) >= _PERIODS
