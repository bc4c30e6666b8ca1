"""What a reader finds in a report's file: its tables by their titles, cell by cell."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any

from docx import Document
from docx.oxml.ns import qn
from openpyxl import load_workbook

from data.reports.cells import has_groups
from grid.reports.content import Report, Table


def word_tables(body: bytes) -> dict[str, list[list[str]]]:
    """Return the rows below the heads of every table by its title (the table's caption)."""
    found = {}
    for element in Document(io.BytesIO(body)).element.body.iter(qn("w:tbl")):
        title = element.find(qn("w:tblPr")).find(qn("w:tblCaption")).get(qn("w:val"))
        rows = [row for row in element.findall(qn("w:tr")) if not is_head(row)]
        found[title] = [[_text(cell) for cell in row.findall(qn("w:tc"))] for row in rows]
    return found


def word_heads(body: bytes) -> Iterator[list[bool]]:
    """Return of each table which of its rows come again on every page."""
    for element in Document(io.BytesIO(body)).element.body.iter(qn("w:tbl")):
        yield [is_head(row) for row in element.findall(qn("w:tr"))]


def is_head(row: Any) -> bool:
    form = row.find(qn("w:trPr"))
    return form is not None and form.find(qn("w:tblHeader")) is not None


def excel_tables(body: bytes, report: Report) -> dict[str, list[list[Any]]]:
    """Return the rows of the report's tables by their keys, as values."""
    book = load_workbook(io.BytesIO(body))
    by_title = {sheet["A1"].value: sheet for sheet in book.worksheets}
    return {table.key: list(_rows(by_title[table.title], table)) for table in report.tables}


def _rows(sheet: Any, table: Table) -> Iterator[list[Any]]:
    first = 4 if has_groups(table) else 3
    for row in range(first, first + len(table.rows)):
        yield [sheet.cell(row, column).value for column in range(1, len(table.columns) + 1)]


def every_word(body: bytes) -> str:
    """Return all text of all parts of an office file, pictures left out."""
    with zipfile.ZipFile(io.BytesIO(body)) as parts:
        names = [name for name in parts.namelist() if name.endswith((".xml", ".rels"))]
        return "".join(parts.read(name).decode() for name in names)


def _text(cell: Any) -> str:
    return "".join(text.text or "" for text in cell.iter(qn("w:t")))
