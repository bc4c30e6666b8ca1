"""Tables in Word, made as XML: cell by cell a league table of a city would take a minute."""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import escape

from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Emu

from data.reports.cells import cell_words, groups, has_groups, is_text, printable
from data.reports.word_styles import TABLE_TEXT
from grid.reports.content import Cell, Column, Table

_HEAD_FILL, _TOTAL_FILL = "E9EDF2", "F6F7F9"
_MANY_COLUMNS = 13
"""From so many columns on letters are smaller."""
_SMALL_HALF_PT = 15
_TWIPS_A_POINT = 20
_BORDERS = "".join(
    f'<w:{side} w:val="single" w:sz="{weight}" w:space="0" w:color="{colour}"/>'
    for side, weight, colour in (
        ("top", 8, "000000"),
        ("left", 4, "7A8496"),
        ("bottom", 8, "000000"),
        ("right", 4, "7A8496"),
        ("insideH", 4, "7A8496"),
        ("insideV", 4, "7A8496"),
    )
)
_CELL_MARGINS = "".join(f'<w:{side} w:w="57" w:type="dxa"/>' for side in ("left", "right"))


def add_table(document: Document, table: Table, width: Emu) -> Any:
    """Add a table over the whole width; its head rows come again on each page, no row is torn apart."""
    twips = _widths(table, round(width.pt * _TWIPS_A_POINT))
    style = document.styles[TABLE_TEXT].style_id
    small = len(table.columns) >= _MANY_COLUMNS
    rows = _heads(table, twips, style, small)
    rows += [
        _row(table, row, twips, style, small, is_total=at < table.totals) for at, row in enumerate(table.rows)
    ]
    grid = "".join(f'<w:gridCol w:w="{each}"/>' for each in twips)
    element = parse_xml(
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblW w:w="{sum(twips)}" w:type="dxa"/>'
        f'<w:jc w:val="center"/><w:tblBorders>{_BORDERS}</w:tblBorders><w:tblLayout w:type="fixed"/>'
        f"<w:tblCellMar>{_CELL_MARGINS}</w:tblCellMar>"
        f'<w:tblCaption w:val="{escape(printable(table.title), {chr(34): "&quot;"})}"/></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )
    # Before the properties of the last section, which stay last in the body.
    document.element.body.insert_element_before(element, "w:sectPr")
    return element


def _widths(table: Table, whole: int) -> list[int]:
    shares = sum(column.width for column in table.columns)
    return [round(whole * column.width / shares) for column in table.columns]


def _heads(table: Table, twips: list[int], style: str, small: bool) -> list[str]:
    """Return one row of heads or two: groups above, and what has no group through both."""
    columns = table.columns
    if not has_groups(table):
        cells = [
            _head(column.title, width, style, small) for column, width in zip(columns, twips, strict=True)
        ]
        return [_head_row(cells)]
    upper, at = [], 0
    for name, span in groups(table):
        width = sum(twips[at : at + span])
        more = f'<w:gridSpan w:val="{span}"/>' if name else '<w:vMerge w:val="restart"/>'
        upper.append(_head(name or columns[at].title, width, style, small, more))
        at += span
    lower = [
        _head(
            column.title if column.group else "", width, style, small, "" if column.group else "<w:vMerge/>"
        )
        for column, width in zip(columns, twips, strict=True)
    ]
    return [_head_row(upper), _head_row(lower)]


def _head_row(cells: list[str]) -> str:
    return f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{''.join(cells)}</w:tr>"


def _head(text: str, width: int, style: str, small: bool, more: str = "") -> str:
    return _cell(text, width, style, small=small, align="center", fill=_HEAD_FILL, bold=True, more=more)


def _row(
    table: Table, row: tuple[Cell, ...], twips: list[int], style: str, small: bool, *, is_total: bool
) -> str:
    cells = [
        _cell(
            cell_words(cell, column.kind),
            width,
            style,
            small=small,
            align=_align(column),
            fill=_TOTAL_FILL if is_total else "",
            bold=is_total,
        )
        for cell, column, width in zip(row, table.columns, twips, strict=True)
    ]
    return f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{''.join(cells)}</w:tr>"


def _align(column: Column) -> str:
    return "left" if is_text(column) else "right"


def _cell(
    text: str, width: int, style: str, *, small: bool, align: str, fill: str, bold: bool, more: str = ""
) -> str:
    shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{fill}"/>' if fill else ""
    size = f'<w:sz w:val="{_SMALL_HALF_PT}"/><w:szCs w:val="{_SMALL_HALF_PT}"/>' if small else ""
    weight = "<w:b/>" if bold else ""
    run = f'<w:r><w:rPr>{weight}{size}</w:rPr><w:t xml:space="preserve">{escape(printable(text))}</w:t></w:r>'
    form = f'<w:pPr><w:pStyle w:val="{style}"/><w:jc w:val="{align}"/></w:pPr>'
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{more}{shade}<w:vAlign w:val="center"/></w:tcPr>'
        f"<w:p>{form}{run if text else ''}</w:p></w:tc>"
    )
