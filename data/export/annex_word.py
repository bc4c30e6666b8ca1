"""The coverage annex as a Word file: A4 across, its header row on every page, merged leader cells."""

from __future__ import annotations

import io
from datetime import UTC, datetime, time

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.table import WD_ALIGN_VERTICAL, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.shared import Emu, Pt
from docx.table import Table, _Cell, _Row

from data.export.annex import LEADER, POST, cells_of_rows, columns_of, leader_spans
from data.export.rows import Annex, Cell
from data.reports.cells import printable
from data.reports.still import still
from data.reports.word_styles import (
    NOTE,
    TABLE_TEXT,
    lay_margins,
    lay_page,
    lay_styles,
    text_width,
)

_TEXT_PT, _AROUND_PT = 11, 3
_EPOCH = datetime.combine(datetime(1980, 1, 1), time(), UTC)  # noqa: DTZ001


def annex_docx(annex: Annex) -> bytes:
    """Return the annex as DOCX; equal annexes are equal bytes."""
    document = Document()
    lay_styles(document)
    section = document.sections[0]
    lay_page(section, wide=True)
    lay_margins(section, annex.stamps, printable(annex.title))
    _set_properties(document, annex)
    document.add_paragraph(printable(annex.title), style="Title")
    for note in annex.notes:
        document.add_paragraph(printable(note), style=NOTE)
    _add_table(document, annex, text_width(section))
    body = io.BytesIO()
    document.save(body)
    return still(body.getvalue())


def _set_properties(document: WordDocument, annex: Annex) -> None:
    kept = document.core_properties
    kept.title, kept.author, kept.last_modified_by = printable(annex.title)[:255], "", ""
    kept.comments, kept.language = "", "zh-CN"
    kept.created = kept.modified = _EPOCH


def _add_table(document: WordDocument, annex: Annex, width: int) -> None:
    columns = columns_of(annex)
    table = document.add_table(rows=1, cols=len(columns), style="Table Grid")
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    widths = [width * share // sum(columns.values()) for share in columns.values()]
    for column, share in zip(table.columns, widths, strict=True):
        column.width = Emu(share)
    _fill(table.rows[0], list(columns), widths)
    for cell in table.rows[0].cells:
        cell.paragraphs[0].runs[0].bold = True
    _on_every_page(table.rows[0])
    for cells in cells_of_rows(annex):
        _fill(table.add_row(), cells, widths)
    _merge_leaders(table, annex)


def _fill(row: _Row, cells: list[str] | tuple[Cell, ...], widths: list[int]) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    for cell, value, width in zip(row.cells, cells, widths, strict=True):
        cell.width = Emu(width)
        cell.vertical_alignment = WD_ALIGN_VERTICAL.CENTER
        _write(cell, value)


def _write(cell: _Cell, value: Cell) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.style = TABLE_TEXT
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(_AROUND_PT)
    paragraph.add_run("" if value is None else printable(str(value))).font.size = Pt(_TEXT_PT)


def _on_every_page(row: _Row) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _merge_leaders(table: Table, annex: Annex) -> None:
    for start, end in leader_spans(annex):
        for column in (LEADER, POST):
            first = table.cell(start + 1, column)
            merged = first.merge(table.cell(end + 1, column))
            # Merging leaves an empty paragraph for each cell that it took in.
            for paragraph in merged.paragraphs[1:]:
                paragraph._p.getparent().remove(paragraph._p)
