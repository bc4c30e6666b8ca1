"""Making columns of what was read: places numbered, rows by day, numbers as short as they fit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.counts.gathering import Gathered
from grid.hotspots.counting import MatterColumns
from grid.hotspots.counting_kernels import IntArray, Numbers
from grid.hotspots.counting_places import AREA_COLUMNS


class PlaceNumbers:
    """Numbers distinct sets of areas as they come, the first of all being nowhere."""

    def __init__(self, places: IntArray | None = None) -> None:
        nowhere = [(0,) * len(AREA_COLUMNS)]
        known = nowhere if places is None else list(map(tuple, places.tolist()))
        self._numbers: dict[tuple[int, ...], int] = {place: number for number, place in enumerate(known)}

    def number(self, areas: IntArray) -> npt.NDArray[np.uint32]:
        """Return the number of each row of ids (n, 5), new ones for sets that were not met before."""
        if not len(areas):
            return np.empty(0, dtype=np.uint32)
        code = np.zeros(len(areas), dtype=np.int64)
        for column in areas.T:
            part, values = pd.factorize(column)
            code, _ = pd.factorize(code * len(values) + part)
        first = np.empty(code.max() + 1, dtype=np.int64)
        first[code[::-1]] = np.arange(len(code))[::-1]
        found = [self._numbers.setdefault(place, len(self._numbers)) for place in
                 map(tuple, areas[first].tolist())]  # fmt: skip
        numbers: npt.NDArray[np.uint32] = np.array(found, dtype=np.uint32)[code]
        return numbers

    def places(self) -> IntArray:
        """Return the ids of all places so far, int64 of shape (p, 5)."""
        return np.array(list(self._numbers), dtype=np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Built:
    """Columns, and the ids of their rows (n,)."""

    columns: MatterColumns
    id: IntArray


def build(blocks: Iterable[Gathered], places: PlaceNumbers) -> Built:
    """Return the columns of what was read; ``places`` learns the places that are new to it."""
    parts: dict[str, list[Any]] = {}
    for block in blocks:
        for field in fields(block):
            values = getattr(block, field.name)
            name, part = ("place", places.number(values)) if field.name == "areas" else (field.name, values)
            parts.setdefault(name, []).append(part)
    whole = {name: np.concatenate(parts.pop(name)) for name in list(parts)}
    day = whole.pop("day")
    order = np.argsort(_short(day - day.min()) if day.size else day, kind="stable")
    days, starts = _days(day[order])
    ids = whole.pop("id")[order]
    shortened = {name: values if name in {"kind", "cell"} else _short(values)
                 for name, values in whole.items()}  # fmt: skip
    columns: dict[str, Any] = {name: values[order] for name, values in shortened.items()}
    return Built(MatterColumns(days, starts, **columns), ids)


def take(columns: MatterColumns, rows: IntArray) -> MatterColumns:
    """Return some rows of columns, given by rising numbers."""
    of_row = np.repeat(columns.days, np.diff(columns.starts)) if rows.size else columns.days[:0]
    days, starts = _days(of_row[rows])
    names = ("kind", "place", "cell", "submissions", "heads")
    return MatterColumns(days, starts, **{name: getattr(columns, name)[rows] for name in names})


def _days(day: npt.NDArray[np.int32]) -> tuple[npt.NDArray[np.int32], IntArray]:
    """Return the distinct days of a rising column and where each starts, with the end of the last."""
    days, starts = np.unique(day, return_index=True)
    return days.astype(np.int32), np.append(starts, len(day)).astype(np.int64)


def _short(values: Numbers) -> Numbers:
    """Return numbers of at least 0 in the shortest of two unsigned types that holds them."""
    most = int(values.max()) if values.size else 0
    return values.astype(np.uint16 if most < 1 << 16 else np.uint32)
