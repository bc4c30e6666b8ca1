"""The coverage annex as offices write it: a title over the sheet, notes, headers, merged leader cells."""

from __future__ import annotations

from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.worksheet import Worksheet

from data.export.rows import Annex, AnnexRow
from data.export.sheets import guard_text, save_workbook

_HEADERS = ("序号", "包片领导", "职务", "责任单位", "积案数（件）", "备注")
_WIDTHS = (6, 14, 30, 28, 14, 36)
_LEADER, _POST = 2, 3


def write_annex(path: Path, annex: Annex) -> None:
    """Write the annex as XLSX."""
    workbook = Workbook()
    sheet = workbook.active
    sheet.title = "包片安排"
    for row, text in enumerate((annex.title, *annex.notes), start=1):
        sheet.cell(row, 1, guard_text(text))
        sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=len(_HEADERS))
    sheet.cell(1, 1).font = Font(size=16, bold=True)
    sheet.cell(1, 1).alignment = Alignment(horizontal="center")
    first = len(annex.notes) + 3
    for column, (header, width) in enumerate(zip(_HEADERS, _WIDTHS, strict=True), start=1):
        sheet.cell(first - 1, column, header).font = Font(bold=True)
        sheet.column_dimensions["ABCDEF"[column - 1]].width = width
    for number, row_ in enumerate(annex.rows):
        _write_row(sheet, first + number, number + 1, row_)
    _merge_leaders(sheet, first, annex.rows)
    save_workbook(workbook, path)


def _write_row(sheet: Worksheet, row: int, number: int, annex_row: AnnexRow) -> None:
    leader = None if annex_row.same_leader else annex_row.leader
    post = None if annex_row.same_leader else annex_row.post
    cells = (number, leader, post, annex_row.unit, annex_row.cases, annex_row.remark or None)
    for column, cell in enumerate(cells, start=1):
        sheet.cell(row, column, guard_text(cell) if isinstance(cell, str) else cell)


def _merge_leaders(sheet: Worksheet, first: int, rows: tuple[AnnexRow, ...]) -> None:
    """Merge the leader and post cells of rows that share a leader."""
    starts = [number for number, row in enumerate(rows) if not row.same_leader]
    for start, end in zip(starts, [*starts[1:], len(rows)], strict=True):
        if end - start > 1:
            for column in (_LEADER, _POST):
                sheet.merge_cells(
                    start_row=first + start, end_row=first + end - 1, start_column=column, end_column=column
                )
