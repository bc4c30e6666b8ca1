"""Sheets: the cells of a CSV file or a workbook as they stand, before anything is read into them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data.intake.reading.frames import read_json
from data.intake.reading.process import reading
from data.intake.sniff import FileFormat, sniff_head
from data.intake.tables.csv_rows import open_rows
from data.intake.tables.values import Cell
from grid.refusals import Refused

_NUL = b"\\u0000"


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
    title: str = ""
    """"" for a file without sheets."""
    titles: tuple[str, ...] = ()
    """All sheets that can be chosen."""
    uncached: tuple[tuple[int, int], ...] = ()
    """Row and column, from 0, of formulas that were saved without their result: their cells look blank."""


def read_sheet(path: Path, name: str | None = None, *, with_merges: bool = False) -> Sheet:
    """Return the sheet called ``name``, or the first that holds something.

    Only with ``with_merges`` are merged ranges given. Raises ``Refused``.
    """
    if sniff_head(path) is FileFormat.CSV:
        return Sheet(list(open_rows(path)))
    rows: list[Sequence[Cell]] = []
    said: dict[str, Any] = {}
    with reading(path, "sheet", name=name) as frames:
        for kind, content in frames:
            if kind == "rows":
                rows += _block(content, len(rows))
            else:
                said = read_json(content)
    while rows and all(cell is None or cell == "" for cell in rows[-1]):
        rows.pop()
    if not rows:
        raise Refused("file_empty")
    return Sheet(
        rows,
        tuple(Merge(*edges) for edges in said["merges"]) if with_merges else (),
        tuple(said["ignored"]),
        said["title"],
        tuple(said["titles"]),
        tuple((row, column) for row, column in said["uncached"]),
    )


def _block(content: bytes, before: int) -> list[Sequence[Cell]]:
    rows: list[Sequence[Cell]] = read_json(content)
    if _NUL in content:
        for number, row in enumerate(rows, before + 1):
            if any(isinstance(cell, str) and "\0" in cell for cell in row):
                raise Refused("text_has_nul", line=number)
    return rows
