"""A report as an Excel file: a sheet for its words, one for each table, the map and the definitions."""

from __future__ import annotations

import io
import math
import re
from datetime import UTC, date, datetime, time
from typing import Any

from xlsxwriter import Workbook

from data.export.sheets import guard_text
from data.reports.asked import Say
from data.reports.cells import NOTHING, groups, has_groups, is_text, printable
from data.reports.word import definition_table
from grid.reports.content import Cell, Column, ColumnKind, Picture, Report, Table

_FORMATS = {
    ColumnKind.COUNT: "#,##0",
    ColumnKind.RATE: "0.0%",
    ColumnKind.CHANGE: "+#,##0;−#,##0;0",
    ColumnKind.SCORE: "0.00",
    ColumnKind.DAY: "yyyy-mm-dd",
    ColumnKind.TEXT: "@",
}
_FONT, _SIZE, _A4 = "宋体", 10, 9
_HEAD, _TOTAL, _LINE = "#E9EDF2", "#F6F7F9", "#7A8496"
_NO_SHEET_NAME = re.compile(r"[\[\]:*?/\\']")
_LONGEST_NAME = 31
_LETTERS_A_WIDTH = 11
_MOST_LETTERS = 60
_PICTURE_PX = 900
_LINE_PT = 15
_WORDS_WIDTH = 100


def write_excel(report: Report, say: Say) -> bytes:
    """Return the file; no text in it can become a formula, and equal reports are equal bytes."""
    body = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
               "strings_to_numbers": False}  # fmt: skip
    with Workbook(body, options) as book:
        book.set_properties({
            "title": printable(report.title), "keywords": report.code,
            "created": datetime.combine(report.as_of, time(), UTC).replace(tzinfo=None),
        })  # fmt: skip
        writer = _Writer(book, report, say)
        writer.words()
        for table in report.tables:
            writer.table(table)
        for section in report.sections:
            if section.picture:
                writer.picture(section.picture)
        writer.table(definition_table(report.definitions, say))
    return body.getvalue()


class _Writer:
    """Writes sheets one by one; keeps formats, and names given already."""

    def __init__(self, book: Workbook, report: Report, say: Say) -> None:
        self._book, self._report, self._say = book, report, say
        self._names: set[str] = set()
        self._formats: dict[tuple[tuple[str, object], ...], Any] = {}

    def words(self) -> None:
        """Write title, period, warnings and each section's sentences."""
        sheet = self._sheet(self._say("reports.sheet.words"))
        sheet.set_column(0, 0, _WORDS_WIDTH)
        sheet.write_string(0, 0, _safe(self._report.title), self._format(bold=True, font_size=16))
        lines = [self._report.period_words, self._report.as_of_words, *self._report.stamps]
        at = 1
        for line in lines:
            at = self._line(sheet, at, line)
        for warning in self._report.warnings:
            at = self._line(sheet, at, warning, bold=True, font_color="#B3261E")
        for section in self._report.sections:
            at = self._line(sheet, at + 1, section.title, bold=True)
            for sentence in section.sentences:
                at = self._line(sheet, at, sentence)

    def table(self, table: Table) -> None:
        """Write one table on a sheet of its own: title, heads that stay, rows, notes."""
        sheet = self._sheet(self._say(f"reports.sheet.{table.key}"))
        sheet.write_string(0, 0, _safe(table.title), self._format(bold=True, font_size=13))
        first = self._heads(sheet, table)
        widths = [_width(table, across, column) for across, column in enumerate(table.columns)]
        for at, row in enumerate(table.rows, start=first):
            sheet.set_row(at, _height(table, row, widths))
            for across, (cell, column) in enumerate(zip(row, table.columns, strict=True)):
                self._cell(sheet, at, across, cell, column, is_total=at - first < table.totals)
        for at, note in enumerate(table.notes, start=first + len(table.rows) + 1):
            self._note(sheet, at, note, widths)
        for across, width in enumerate(widths):
            sheet.set_column(across, across, width)
        sheet.freeze_panes(first, _frozen(table))
        sheet.repeat_rows(1, first - 1)
        sheet.autofilter(first - 1, 0, first - 1 + len(table.rows), len(table.columns) - 1)

    def picture(self, picture: Picture) -> None:
        """Put the map on a sheet of its own, with its lines beneath."""
        sheet = self._sheet(self._say("reports.sheet.map"))
        sheet.set_column(0, 0, 100)
        sheet.fit_to_pages(1, 1)
        sheet.write_string(0, 0, _safe(picture.title), self._format(bold=True, font_size=13))
        share = _PICTURE_PX / picture.width_px
        lines = (*picture.lines, *picture.stamps)
        for at, line in enumerate(lines, start=1):
            sheet.write_string(at, 0, _safe(line), self._format())
        sheet.insert_image(
            len(lines) + 2, 0, "map.png",
            {"image_data": io.BytesIO(picture.png), "x_scale": share, "y_scale": share, "object_position": 3,
             "description": printable(picture.alternative)},
        )  # fmt: skip

    def _sheet(self, title: str) -> Any:
        name = sheet_name(title, self._names)
        sheet = self._book.add_worksheet(name)
        sheet.set_paper(_A4)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.5, right=0.5, top=0.8, bottom=0.7)
        stamps = "".join(f"【{stamp}】" for stamp in self._report.stamps)
        sheet.set_header(f"&L{_margin(self._report.title)}&R&KB3261E{_margin(stamps)}"[:250])
        sheet.set_footer("&C— &P / &N —")
        sheet.hide_gridlines(2)
        return sheet

    def _heads(self, sheet: Any, table: Table) -> int:
        """Write the heads from row 1 on and return the first row of the table's own."""
        head = self._format(bold=True, bg_color=_HEAD, border=1, border_color=_LINE, align="center",
                            valign="vcenter", text_wrap=True)  # fmt: skip
        if not has_groups(table):
            for across, column in enumerate(table.columns):
                sheet.write_string(1, across, _safe(column.title), head)
            return 2
        across = 0
        for name, span in groups(table):
            title = _safe(name or table.columns[across].title)
            if name and span == 1:
                sheet.write_string(1, across, title, head)
            else:
                sheet.merge_range(1, across, 1 if name else 2, across + span - 1, title, head)
            across += span
        for across, column in enumerate(table.columns):
            if column.group:
                sheet.write_string(2, across, _safe(column.title), head)
        return 3

    def _cell(self, sheet: Any, at: int, across: int, cell: Cell, column: Column, *, is_total: bool) -> None:
        shape: dict[str, object] = {
            "border": 1, "border_color": _LINE, "num_format": _FORMATS[column.kind], "valign": "vcenter",
        }  # fmt: skip
        if is_total:
            shape |= {"bold": True, "bg_color": _TOTAL}
        if is_text(column):
            shape["text_wrap"] = True
        if isinstance(cell, date):
            sheet.write_datetime(at, across, datetime.combine(cell, time()), self._format(**shape))
        elif isinstance(cell, int | float):
            sheet.write_number(at, across, cell, self._format(**shape))
        else:
            align = {} if is_text(column) else {"align": "right"}
            sheet.write_string(
                at, across, NOTHING if cell is None else _safe(cell), self._format(**shape, **align)
            )

    def _note(self, sheet: Any, at: int, note: str, widths: list[float]) -> None:
        """Write a note over all columns: what runs out of the last one is not printed."""
        shape = self._format(font_color="#56657D", text_wrap=True, valign="top")
        sheet.set_row(at, _LINE_PT * math.ceil(_letters(note) / (sum(widths) - 2)))
        sheet.merge_range(at, 0, at, len(widths) - 1, _safe(note), shape)

    def _line(self, sheet: Any, at: int, text: str, **shape: object) -> int:
        sheet.set_row(at, _LINE_PT * math.ceil(max(1, _letters(text)) / (_WORDS_WIDTH - 6)))
        sheet.write_string(at, 0, _safe(text), self._format(text_wrap=True, valign="top", **shape))
        return at + 1

    def _format(self, **shape: object) -> Any:
        whole = {"font_name": _FONT, "font_size": _SIZE} | shape
        key = tuple(sorted(whole.items(), key=lambda one: one[0]))
        if key not in self._formats:
            self._formats[key] = self._book.add_format(whole)
        return self._formats[key]


def sheet_name(title: str, taken: set[str]) -> str:
    """Return a name that Excel takes, unlike those taken already, and add it to them."""
    base = _NO_SHEET_NAME.sub("", printable(title)).strip()[:_LONGEST_NAME] or "-"
    name, number = base, 2
    while name.casefold() in taken:
        end = f" {number}"
        name, number = base[: _LONGEST_NAME - len(end)] + end, number + 1
    taken.add(name.casefold())
    return name


def _safe(text: str) -> str:
    return guard_text(printable(text))


def _margin(text: str) -> str:
    # In a head or foot & begins an instruction.
    return printable(text).replace("&", "&&")


def _height(table: Table, row: tuple[Cell, ...], widths: list[float]) -> float:
    """Return a row's height in points: not every program works out how many lines wrapped text needs."""
    lines = [
        math.ceil(_letters(cell) / (width - 1))
        for cell, column, width in zip(row, table.columns, widths, strict=True)
        if is_text(column) and isinstance(cell, str)
    ]
    return _LINE_PT * max([1, *lines])


def _width(table: Table, across: int, column: Column) -> float:
    if table.key == "definitions":
        return 12 * column.width
    longest = max([_letters(column.title), *(_letters(row[across]) for row in table.rows)])
    return max(8.0, min(_MOST_LETTERS, longest + 2)) if is_text(column) else _LETTERS_A_WIDTH


def _letters(cell: Cell) -> int:
    """Return how many narrow letters wide a text is; a Chinese one is two."""
    return sum(1 if letter.isascii() else 2 for letter in cell) if isinstance(cell, str) else 8


def _frozen(table: Table) -> int:
    """Return how many columns stay in sight: those up to the first text."""
    return next((at + 1 for at, column in enumerate(table.columns[:3]) if is_text(column)), 0)
