"""Places of counted matters: distinct sets of areas, and what they are to a level or to areas within."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from grid.areas import PLACED_LEVELS, Level
from grid.hotspots.counting_kernels import BoolArray, IntArray
from grid.refusals import Refused

AREA_COLUMNS = (*PLACED_LEVELS, "functional")
"""What the columns of a table of places name: an area of each level, and a functional one."""
NOWHERE = 0
"""The place of a matter that is in no area, or whose place nobody accepted."""
_KEPT = 32
"""For so many levels and areas the slots of places are kept: a slider asks for the same over and over."""
LEVELS: tuple[Level, ...] = (*PLACED_LEVELS, Level.CITY)


@dataclass(frozen=True, slots=True, eq=False)
class KnownAreas:
    """Every area that there is or was, by code; arrays of shape (a,).

    ``level`` is an index of ``LEVELS``; ``regular`` tells it from functional ones and ``today`` whether it is
    valid today.
    """

    id: IntArray
    level: npt.NDArray[np.uint8]
    regular: BoolArray
    today: BoolArray


@dataclass(frozen=True, eq=False)
class PlaceBook:
    """Places by number and the areas that they may name.

    ``places`` is int64 of shape (p, 5): ids of areas as in ``AREA_COLUMNS``, 0 for none; the first is all 0.
    """

    areas: KnownAreas
    places: IntArray

    def area_ids(self, level: Level) -> IntArray:
        """Return the ids of the regular areas of a level valid today, by code."""
        return self._ids[level]

    def slots(self, level: Level, within: frozenset[int] = frozenset()) -> npt.NDArray[np.uint32]:
        """Return the slot of each place: the index of its area in ``area_ids``.

        Of n areas, slot n is that of other places within the areas looked at, n + 1 that of all beyond them.
        Asked again, it is the same array. Raises ``Refused('area_unknown')``.
        """
        slots = self._kept.get((level, within))
        if slots is None:
            self._kept[level, within] = slots = self._slots(level, within)
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return slots

    def _slots(self, level: Level, within: frozenset[int]) -> npt.NDArray[np.uint32]:
        ids = self.area_ids(level)
        inside = self.inside(within)
        if level is Level.CITY:
            # Every matter is the city's, also one that is placed nowhere.
            slot = np.zeros(len(self.places), dtype=np.int64)
        else:
            slot = _index_in(ids, self.places[:, PLACED_LEVELS.index(level)])
        return np.where(inside, slot, len(ids) + 1).astype(np.uint32)

    def inside(self, within: Collection[int]) -> BoolArray:
        """Return which places are within some areas, all for none; bool of shape (p,).

        Raises ``Refused('area_unknown')``.
        """
        if not within:
            return np.ones(len(self.places), dtype=bool)
        inside = np.zeros(len(self.places), dtype=bool)
        for column, wanted in self._columns_of(within).items():
            inside |= np.True_ if column is None else np.isin(self.places[:, column], wanted)
        return inside

    def _columns_of(self, within: Collection[int]) -> dict[int | None, list[int]]:
        """Return the areas to look for in each column; none stands for the city, which holds all."""
        found: dict[int | None, list[int]] = {}
        for area_id in within:
            at = self._rows.get(area_id)
            if at is None:
                raise Refused("area_unknown")
            level = LEVELS[self.areas.level[at]]
            if level is Level.CITY:
                column = None
            else:
                column = PLACED_LEVELS.index(level) if self.areas.regular[at] else len(PLACED_LEVELS)
            found.setdefault(column, []).append(area_id)
        return found

    @cached_property
    def _ids(self) -> dict[Level, IntArray]:
        counted = self.areas.regular & self.areas.today
        return {level: self.areas.id[counted & (self.areas.level == number)]
                for number, level in enumerate(LEVELS)}  # fmt: skip

    @cached_property
    def _kept(self) -> OrderedDict[tuple[Level, frozenset[int]], npt.NDArray[np.uint32]]:
        return OrderedDict()

    @cached_property
    def _rows(self) -> dict[int, int]:
        return {int(area_id): row for row, area_id in enumerate(self.areas.id)}


def _index_in(ids: IntArray, wanted: IntArray) -> IntArray:
    """Return the index of each wanted id, ``len(ids)`` where it is not there."""
    if not ids.size:
        return np.zeros(len(wanted), dtype=np.int64)
    order = np.argsort(ids)
    at = np.minimum(np.searchsorted(ids, wanted, sorter=order), len(ids) - 1)
    index = order[at]
    return np.where(ids[index] == wanted, index, len(ids))
