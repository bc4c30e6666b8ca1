"""A report as a Word file: real headings, repeated table heads, page numbers, stamps on every page, A4."""

from __future__ import annotations

import io
from datetime import UTC, datetime, time

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Emu, Pt

from data.reports.asked import Say
from data.reports.cells import printable
from data.reports.still import still
from data.reports.word_styles import (
    NOTE,
    TABLE_TITLE,
    WARNING,
    lay_margins,
    lay_page,
    lay_styles,
    text_width,
    turn_page,
)
from data.reports.word_tables import add_table
from grid.reports.content import Column, ColumnKind, DefinitionLine, Picture, Report, Section, Table

_WIDE = 10
"""A table of more columns lies across the page."""
_TALLEST_SHARE = 0.62
"""A map takes at most so much of a page's height."""
_INDENT_PT = 32
"""Two letters of the body."""


def write_word(report: Report, say: Say) -> bytes:
    """Return the file; equal reports are equal bytes."""
    document = Document()
    lay_styles(document)
    lay_page(document.sections[0], wide=False)
    lay_margins(document.sections[0], report.stamps, report.title)
    _properties(document, report)
    _front(document, report)
    for number, section in enumerate(report.sections, start=1):
        _section(
            document, section, say("reports.numbered", number=_chinese(number, say), title=section.title)
        )
    _definitions(document, report, say)
    body = io.BytesIO()
    document.save(body)
    return still(body.getvalue())


def _properties(document: WordDocument, report: Report) -> None:
    at = datetime.combine(report.as_of, time(), UTC)
    kept = document.core_properties
    kept.title, kept.author, kept.last_modified_by = printable(report.title), "", ""
    kept.comments, kept.keywords, kept.language = "", report.code, "zh-CN"
    kept.created = kept.modified = at
    kept.revision = 1


def _front(document: WordDocument, report: Report) -> None:
    document.add_paragraph(printable(report.title), style="Title")
    document.add_paragraph(report.period_words, style="Subtitle")
    document.add_paragraph(report.as_of_words, style=NOTE).alignment = WD_ALIGN_PARAGRAPH.CENTER
    for warning in report.warnings:
        document.add_paragraph(printable(warning), style=WARNING)


def _section(document: WordDocument, section: Section, title: str) -> None:
    wide = any(len(table.columns) > _WIDE for table in section.tables)
    turn_page(document, wide=wide)
    document.add_heading(printable(title), level=1)
    for sentence in section.sentences:
        document.add_paragraph(printable(sentence)).paragraph_format.first_line_indent = Pt(_INDENT_PT)
    if section.picture:
        _picture(document, section.picture)
    for table in section.tables:
        _table(document, table)


def _table(document: WordDocument, table: Table) -> None:
    document.add_paragraph(printable(table.title), style=TABLE_TITLE)
    add_table(document, table, Emu(text_width(document.sections[-1])))
    for note in table.notes or ("",):
        document.add_paragraph(printable(note), style=NOTE)


def _picture(document: WordDocument, picture: Picture) -> None:
    document.add_paragraph(printable(picture.title), style=TABLE_TITLE)
    page = document.sections[-1]
    tallest = ((page.page_height or 0) - (page.top_margin or 0) - (page.bottom_margin or 0)) * _TALLEST_SHARE
    width = min(text_width(page), tallest * picture.width_px / picture.height_px)
    holder = document.add_paragraph(style=NOTE)
    holder.alignment = WD_ALIGN_PARAGRAPH.CENTER
    holder.paragraph_format.line_spacing = 1.0
    holder.paragraph_format.keep_with_next = True
    drawn = holder.add_run().add_picture(io.BytesIO(picture.png), width=Emu(round(width)))
    drawn._inline.docPr.set("descr", printable(picture.alternative))
    stamps = "".join(f"【{stamp}】" for stamp in picture.stamps)
    for line in (*picture.lines, stamps):
        document.add_paragraph(printable(line), style=NOTE)


def _definitions(document: WordDocument, report: Report, say: Say) -> None:
    turn_page(document, wide=False)
    document.add_heading(say("reports.section.definitions"), level=1)
    _table(document, definition_table(report.definitions, say))


def definition_table(lines: tuple[DefinitionLine, ...], say: Say) -> Table:
    """Return what every number means as a table."""
    kinds = {"definition_version": ColumnKind.COUNT, "definition_n": ColumnKind.COUNT}
    widths = {"definition_name": 1.4, "definition_version": 0.5, "definition": 5.0, "definition_n": 0.8}
    columns = tuple(
        Column(key, say(f"reports.column.{key}"), kinds.get(key, ColumnKind.TEXT), width=width)
        for key, width in widths.items()
    )
    rows = tuple((line.name, line.version, line.words, line.n) for line in lines)
    return Table("definitions", say("reports.table.definitions"), columns, rows)


def _chinese(number: int, say: Say) -> str:
    return say("reports.numerals").split()[number - 1]
