"""Empty workbooks to fill in: the headers on the first sheet, what goes under them on the second."""

from __future__ import annotations

import io

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from callbacks.imports.formats import COLUMNS
from grid.findings import ImportKind
from layers.words import Language, say

_WIDTH = 16
_GUIDE_WIDTHS = (18, 10, 44)


def write_template(kind: ImportKind, language: Language) -> bytes:
    """Return an XLSX that the intake accepts once rows are added."""
    book = Workbook()
    sheet, guide = book.active, book.create_sheet(say("imports.template.guide", language))
    sheet.title = say(f"import_kind.{kind}", language)
    _write_row(sheet, tuple(column.header for column in COLUMNS[kind]), bold=True)
    for position in range(1, len(COLUMNS[kind]) + 1):
        sheet.column_dimensions[get_column_letter(position)].width = _WIDTH
    sheet.freeze_panes = "A2"
    _write_guide(guide, kind, language)
    body = io.BytesIO()
    book.save(body)
    return body.getvalue()


def _write_guide(guide: Worksheet, kind: ImportKind, language: Language) -> None:
    heads = ("column", "need", "example")
    _write_row(guide, tuple(say(f"imports.template.{head}", language) for head in heads), bold=True)
    for column in COLUMNS[kind]:
        need = say(f"imports.column.{'required' if column.required else 'optional'}", language)
        _write_row(guide, (column.header, need, column.example))
    for position, width in enumerate(_GUIDE_WIDTHS, 1):
        guide.column_dimensions[get_column_letter(position)].width = width


def _write_row(sheet: Worksheet, values: tuple[str, ...], *, bold: bool = False) -> None:
    sheet.append(values)
    if bold:
        for cell in sheet[sheet.max_row]:
            cell.font = Font(bold=True)
