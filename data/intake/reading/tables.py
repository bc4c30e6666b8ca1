"""Sheets, handed over: the child's answer to ``read_sheet``."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from data.intake.reading.frames import write_json
from data.intake.reading.grids import Grid, check_extent
from data.intake.sniff import FileFormat, sniff
from data.intake.tables.csv_rows import open_rows
from data.intake.tables.values import Cell
from grid.refusals import Refused

_BLOCK = 2000


def hand_over_sheet(out: BinaryIO, path: Path, name: str | None) -> None:
    """Write the rows of a sheet in blocks, then what is to be said of it."""
    grid = read_grid(path, name)
    rows, done = iter(grid.rows), 0
    while block := list(islice(rows, _BLOCK)):
        write_json(out, "rows", block)
        done += len(block)
        check_extent(done, max(map(len, block)))
    said = {
        "title": grid.title, "titles": grid.titles, "ignored": grid.ignored,
        "merges": grid.merges, "uncached": grid.uncached,
    }  # fmt: skip
    write_json(out, "sheet", said)


def read_grid(path: Path, name: str | None) -> Grid:
    """Return one sheet of a table of any format; raises ``Refused('table_expected')`` for anything else."""
    form = sniff(path)
    if form is FileFormat.CSV:
        return Grid(open_rows(path))
    if form is FileFormat.HTML:
        from data.intake.reading.markup import read_html

        return read_html(path, name)
    if form is FileFormat.SPREADSHEET_XML:
        from data.intake.reading.markup import read_spreadsheet_xml

        return read_spreadsheet_xml(path, name)
    if form not in (FileFormat.XLSX, FileFormat.XLS):
        raise Refused("table_expected", format=form.value)
    from data.intake.reading import workbooks

    return workbooks.read_xlsx(path, name) if form is FileFormat.XLSX else workbooks.read_xls(path, name)


def blank(row: Sequence[Cell]) -> bool:
    """Return whether nothing stands in a row."""
    return all(cell is None or cell == "" for cell in row)
