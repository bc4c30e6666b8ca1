"""Totals: rows of sums in a table are not data, but what they state is compared with the data's sums."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from data.intake.ledger import Ledger
from data.intake.tables.values import Cell, CellProblem, plain, read_count
from grid.findings import ImportKind

COUNTED: Mapping[ImportKind, tuple[str, ...]] = {
    ImportKind.PETITIONS: ("submissions", "heads"),
    ImportKind.SERVICE_POINTS: ("cadre", "grid_worker", "volunteer", "handled", "resolved"),
}
"""Fields that a total row adds up; coverage and populations check theirs themselves."""
_INITIALS = frozenset("合总小共本全累平计 　tTsSgG")
_OF_WHAT = r"(?:数|件数|人数|人口|\(.*\)|\d.*)?"
_TOTAL = re.compile(rf"(?:本页|本表|全市|全县|全区|累计)?(?:合计|总计|共计|grandtotal|total|sum){_OF_WHAT}")
_PART = re.compile(rf"(?:[\u4e00-\u9fff]{{0,12}}小计|[\u4e00-\u9fff]{{1,12}}合计|subtotal){_OF_WHAT}")


@dataclass(frozen=True, slots=True)
class TotalRow:
    """A row of sums: ``partial`` for the sum of a group or a page; ``after`` data rows stand before it."""

    number: int
    cells: Mapping[str, Cell]
    partial: bool
    after: int


def read_total(row: Sequence[Cell]) -> bool | None:
    """Return whether a row is a total (false: of everything, true: of a part), none for a row of data."""
    for cell in row[:3]:
        if not isinstance(cell, str) or not cell:
            continue
        if cell[0] not in _INITIALS and cell[-1] != "计":
            continue
        text = re.sub(r"[\s:：]+", "", plain(cell)).lower()
        if _TOTAL.fullmatch(text) and not text.startswith("本页"):
            return False
        if _PART.fullmatch(text):
            return True
    return None


class Sums:
    """Adds up the counted fields of the rows read so far, and of those since the last total of a part."""

    def __init__(self, fields: Iterable[str]) -> None:
        self._fields = tuple(fields)
        self._all: dict[str, int] = defaultdict(int)
        self._part: dict[str, int] = defaultdict(int)

    def add(self, cells: Mapping[str, Cell]) -> None:
        """Add a data row; what is no number there is a finding of its own."""
        for field in self._fields:
            number = _number(cells.get(field))
            self._all[field] += number or 0
            self._part[field] += number or 0

    def check(self, row: TotalRow, header: Mapping[str, str], ledger: Ledger) -> None:
        """Make a finding of every column whose stated total is not the sum; close the part."""
        for field in self._fields:
            stated = _number(row.cells.get(field))
            sums = (self._part[field],) if row.partial else (self._all[field], self._part[field])
            if stated is not None and stated not in sums:
                ledger.review(
                    "column_total_differs", row.number, header[field], stated=stated, summed=sums[0]
                )
        if row.partial:
            self._part.clear()


def _number(cell: Cell) -> int | None:
    try:
        return read_count(cell)[0]
    except CellProblem:
        return None
