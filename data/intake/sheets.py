"""Sheets: the cells of a CSV or XLSX file as they stand, before anything is read into them."""

from __future__ import annotations

import io
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

from data.intake.csv_rows import MOST_COLUMNS, MOST_ROWS, open_rows
from data.intake.sniff import FileFormat, open_archive, sniff
from data.intake.values import Cell
from grid.refusals import Refused

MOST_MERGED_ROWS = 20_000
"""Of a table whose merged cells matter, which people write by hand."""
_WORKBOOK_FAULTS = (
    KeyError, ValueError, TypeError, AttributeError, IndexError, OSError, EOFError, SyntaxError,
    zipfile.BadZipFile, zlib.error, ParseError,
)  # fmt: skip
"""What openpyxl is known to raise on broken workbooks."""


@dataclass(frozen=True, slots=True)
class Merge:
    """A merged range: rows and columns from 0, both ends included."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """Cells by row, from the sheet's first row on; rows may differ in length."""

    rows: list[Sequence[Cell]]
    merges: tuple[Merge, ...] = ()
    ignored: tuple[str, ...] = ()
    """Further sheets of the workbook that hold something."""


def read_sheet(path: Path, name: str | None = None, *, with_merges: bool = False) -> Sheet:
    """Return the sheet called ``name``, or the first that holds something.

    ``with_merges`` also reads merged ranges, which costs memory. Raises ``Refused``.
    """
    form = sniff(path)
    if form is FileFormat.CSV:
        return Sheet(list(open_rows(path)))
    if form is FileFormat.XLSX:
        return _read_workbook(path, name, with_merges)
    raise Refused("table_expected", format=form.value)


def _read_workbook(path: Path, name: str | None, with_merges: bool) -> Sheet:
    from openpyxl import load_workbook

    open_archive(path).close()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of styles it leaves out
            content = io.BytesIO(path.read_bytes())  # a path would be judged by its suffix
            book = load_workbook(content, read_only=not with_merges, data_only=True, keep_links=False)
            sheets = {sheet.title: sheet for sheet in book.worksheets if sheet.sheet_state == "visible"}
            return _choose(sheets, name)
    except _WORKBOOK_FAULTS:
        raise Refused("workbook_broken") from None


def _choose(sheets: dict[str, Any], name: str | None) -> Sheet:
    if name is not None and name not in sheets:
        raise Refused("sheet_unknown", sheet=name, sheets="、".join(sheets))
    chosen: Sheet | None = None
    ignored = []
    for title, sheet in sheets.items():
        if name is not None and title != name:
            continue
        if chosen is None:
            rows = _workbook_rows(sheet)
            chosen = Sheet(rows, _merges(sheet)) if rows else None
        elif next(_cells(sheet, 1), None):
            ignored.append(title)
    if chosen is None:
        raise Refused("file_empty")
    return Sheet(chosen.rows, chosen.merges, tuple(ignored))


def _workbook_rows(sheet: Any) -> list[Sequence[Cell]]:
    rows = [_checked(row) for row in _cells(sheet, MOST_ROWS)]
    while rows and not any(cell is not None for cell in rows[-1]):
        rows.pop()
    return rows


def _checked(row: Sequence[Cell]) -> Sequence[Cell]:
    """Return a row, without its blank end where formats alone reach too far."""
    if len(row) <= MOST_COLUMNS:
        return row
    if any(cell is not None for cell in row[MOST_COLUMNS:]):
        raise Refused("table_too_large", rows=MOST_ROWS, columns=MOST_COLUMNS)
    return row[:MOST_COLUMNS]


def _cells(sheet: Any, most: int) -> Iterator[Sequence[Cell]]:
    if hasattr(sheet, "reset_dimensions"):
        sheet.reset_dimensions()  # what a file says of its size is not to be trusted
        return iter(sheet.iter_rows(max_row=most, values_only=True))
    # A sheet read with its merges makes every cell that it is asked for, so that one cell far off costs much.
    if sheet.max_row > MOST_MERGED_ROWS or sheet.max_column > MOST_COLUMNS:
        raise Refused("table_too_large", rows=MOST_MERGED_ROWS, columns=MOST_COLUMNS)
    return iter(sheet.iter_rows(max_row=min(most, sheet.max_row), values_only=True))


def _merges(sheet: Any) -> tuple[Merge, ...]:
    ranges = getattr(getattr(sheet, "merged_cells", None), "ranges", ())
    return tuple(Merge(r.min_row - 1, r.min_col - 1, r.max_row - 1, r.max_col - 1) for r in ranges)
