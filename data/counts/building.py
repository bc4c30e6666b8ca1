"""Making columns of what was read: places numbered, rows by kind and day, numbers as short as they fit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.counts.gathering import Gathered
from grid.hotspots.counting import KINDS, MatterColumns
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
    day, kind, ids = whole.pop("day"), whole.pop("kind"), whole.pop("id")
    shortened = {name: values if name == "cell" else _short(values) for name, values in whole.items()}
    columns, order = arrange(day, kind, shortened)
    return Built(columns, ids[order])


def arrange(
    day: npt.NDArray[np.int32], kind: npt.NDArray[np.uint16], others: dict[str, Any]
) -> tuple[MatterColumns, IntArray]:
    """Return rows (n,) by kind and day as columns, and which row was taken for each."""
    days, at = np.unique(day, return_inverse=True)
    # Numbers of two bytes are sorted by radix, one column after the other.
    by_day = np.argsort(_short(at), kind="stable")
    order = by_day[np.argsort(kind[by_day], kind="stable")]
    starts = _starts(kind, at, len(days))
    columns = {name: values[order] for name, values in others.items()}
    return MatterColumns(days.astype(np.int32), starts, **columns), order


def take(columns: MatterColumns, rows: IntArray) -> MatterColumns:
    """Return some rows of columns, given by rising numbers."""
    run = np.searchsorted(columns.starts, rows, "right") - 1
    kind, at = np.divmod(run, max(len(columns.days), 1))
    days, at = np.unique(columns.days[at], return_inverse=True)
    names = ("place", "cell", "submissions", "heads")
    taken = {name: getattr(columns, name)[rows] for name in names}
    return MatterColumns(days, _starts(kind, at, len(days)), **taken)


def _starts(kind: Numbers, at: Numbers, days: int) -> npt.NDArray[np.int32]:
    """Return where the rows of each kind and day start, with the end of the last."""
    counts = np.bincount(kind.astype(np.int64) * days + at, minlength=len(KINDS) * days)
    return np.append(0, np.cumsum(counts)).astype(np.int32)


def _short(values: Numbers) -> Numbers:
    """Return numbers of at least 0 in the shortest of two unsigned types that holds them."""
    most = int(values.max()) if values.size else 0
    return values.astype(np.uint16 if most < 1 << 16 else np.uint32)
