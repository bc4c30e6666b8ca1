"""Grids: the cells of one sheet as a child gives them, whatever kind of file they stood in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from data.intake.tables.csv_rows import MOST_COLUMNS, MOST_ROWS
from data.intake.tables.values import Cell
from grid.refusals import Refused

MOST_CELLS = 8_000_000
"""Of a sheet that must be held as a whole; more rows come as CSV."""
MOST_TOLD = 1000
"""Positions that are told one by one."""
Range = tuple[int, int, int, int]
"""Top, left, bottom and right of merged cells, from 0, the ends included."""


@dataclass(frozen=True, slots=True)
class Grid:
    """The rows of one sheet and what was noticed of the workbook; positions count from 0."""

    rows: Iterable[Sequence[Cell]]
    title: str = ""
    titles: Sequence[str] = ()
    ignored: Sequence[str] = ()
    merges: Sequence[Range] = ()
    uncached: Sequence[tuple[int, int]] = ()


def check_size(rows: int, columns: int) -> None:
    """Refuse a sheet that is too large to be held."""
    if rows > MOST_ROWS or columns > MOST_COLUMNS:
        raise Refused("table_too_large", rows=MOST_ROWS, columns=MOST_COLUMNS)
    check_extent(rows, columns)


def check_extent(rows: int, columns: int) -> None:
    """Refuse a sheet whose corner lies so far off that its blanks alone would fill the memory."""
    if rows * columns > MOST_CELLS:
        raise Refused("table_too_heavy", cells=MOST_CELLS)


def choose(titles: Sequence[str], holding: Sequence[str], name: str | None) -> str:
    """Return the sheet called ``name``, else the first that holds something."""
    if not titles:
        raise Refused("workbook_broken")
    if name is not None and name not in titles:
        raise Refused("sheet_unknown", sheet=name, sheets="、".join(titles))
    wanted = [title for title in holding if name in (None, title)]
    if not wanted:
        raise Refused("file_empty")
    return wanted[0]
