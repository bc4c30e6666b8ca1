"""The coverage annex as offices write it: a title over the sheet, notes, headers, merged leader cells."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from data.export.rows import Annex, AnnexRow, Cell
from data.export.sheets import guard_text, save_workbook
from data.intake.tables.vocabulary import ASSIGNMENT_KINDS
from grid.coverage import AssignmentKind

_KIND = "方式"
_COLUMNS = {
    "序号": 6, "包片领导": 14, "职务": 30, "责任单位": 28, _KIND: 12, "积案数（件）": 14, "备注": 36,
}  # fmt: skip
"""Headers and how wide each column is, in characters."""
LEADER, POST = 1, 2
"""Places of the columns whose cells are merged for rows of one leader."""
_A4 = 9


def write_annex(path: Path | io.BytesIO, annex: Annex) -> None:
    """Write the annex as XLSX, set to be printed on A4 across with its header on every page."""
    workbook = Workbook()
    sheet = workbook.active
    sheet.title = "包片安排"
    columns = columns_of(annex)
    for row, text in enumerate((annex.title, *annex.notes), start=1):
        sheet.cell(row, 1, guard_text(text))
        sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=len(columns))
    sheet.cell(1, 1).font = Font(size=16, bold=True)
    sheet.cell(1, 1).alignment = Alignment(horizontal="center")
    first = len(annex.notes) + 3
    for column, (header, width) in enumerate(columns.items(), start=1):
        sheet.cell(first - 1, column, header).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(column)].width = width
    for number, cells in enumerate(cells_of_rows(annex)):
        for column, cell in enumerate(cells, start=1):
            sheet.cell(first + number, column, guard_text(cell) if isinstance(cell, str) else cell)
    _merge_leaders(sheet, first, annex)
    _set_page(sheet, first - 1, annex.stamps)
    save_workbook(workbook, path)


def columns_of(annex: Annex) -> dict[str, int]:
    """Return headers and widths; how units are answered for has a column where any row says it."""
    says_kind = any(row.kind is not None for row in annex.rows)
    return {header: width for header, width in _COLUMNS.items() if says_kind or header != _KIND}


def cells_of_rows(annex: Annex) -> Iterator[tuple[Cell, ...]]:
    """Yield the cells of each row; those of a leader stand in his first row alone."""
    says_kind = _KIND in columns_of(annex)
    for number, row in enumerate(annex.rows, start=1):
        leader = (None, None) if row.same_leader else (row.leader, row.post)
        kind = (_kind(row),) if says_kind else ()
        yield number, *leader, row.unit, *kind, row.cases, row.remark or None


def leader_spans(annex: Annex) -> Iterator[tuple[int, int]]:
    """Yield first and last row, from 0, of those that share a leader."""
    starts = [number for number, row in enumerate(annex.rows) if not row.same_leader]
    for start, end in zip(starts, [*starts[1:], len(annex.rows)], strict=True):
        if end - start > 1:
            yield start, end - 1


def _kind(row: AnnexRow) -> str | None:
    return None if row.kind is None else ASSIGNMENT_KINDS.word(AssignmentKind(row.kind))


def _merge_leaders(sheet: Worksheet, first: int, annex: Annex) -> None:
    for start, end in leader_spans(annex):
        for column in (LEADER + 1, POST + 1):
            sheet.merge_cells(
                start_row=first + start, end_row=first + end, start_column=column, end_column=column
            )
            sheet.cell(first + start, column).alignment = Alignment(vertical="center", wrap_text=True)


def _set_page(sheet: Worksheet, header_row: int, stamps: tuple[str, ...]) -> None:
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", _A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = f"{header_row}:{header_row}"
    if stamps:
        sheet.oddHeader.right.text = "　".join(stamps)
    sheet.oddFooter.center.text = "— &P —"
