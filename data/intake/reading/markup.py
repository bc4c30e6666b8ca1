"""Markup: the HTML and XML that office systems save under the name of a workbook."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path
from xml.parsers import expat

from data.intake.reading.grids import MOST_TOLD, Grid, Range, check_extent, choose
from data.intake.tables.csv_rows import MOST_COLUMNS, MOST_ROWS, find_encoding
from data.intake.tables.values import Cell
from grid.refusals import Refused

_LARGEST_HTML = 64 * 2**20
_PIECE = 2**20
_UNSEEN = frozenset({"script", "style", "title", "template", "xml"})
_REMARK = re.compile(r"<!--|<[!?]")
_SCIENTIFIC = re.compile(r"[\d.]+E\+?\d+", re.IGNORECASE)


class _Page:
    """Cells being placed: those that reach over rows push later cells to the right."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.rows: list[list[Cell]] = []
        self.merges: list[Range] = []
        self.uncached: list[tuple[int, int]] = []
        self.column = 0
        self._reaching: dict[int, int] = {}

    def start_row(self, at: int | None = None) -> None:
        """Begin the next row, or the one at ``at``."""
        while True:
            if len(self.rows) >= MOST_ROWS or (at or 0) >= MOST_ROWS:
                raise Refused("table_too_large", rows=MOST_ROWS, columns=MOST_COLUMNS)
            self._reaching = {column: rows - 1 for column, rows in self._reaching.items() if rows > 1}
            self.rows.append([])
            self.column = 0
            if at is None or len(self.rows) > at:
                return

    def put(self, value: Cell, down: int = 1, across: int = 1) -> None:
        """Put a cell that reaches over ``down`` rows and ``across`` columns."""
        while self.column in self._reaching:
            self.column += 1
        last = self.column + across - 1
        if last >= MOST_COLUMNS:
            raise Refused("table_too_large", rows=MOST_ROWS, columns=MOST_COLUMNS)
        row = self.rows[-1]
        row.extend([None] * (self.column + 1 - len(row)))
        row[self.column] = value
        if down > 1 or across > 1:
            top = len(self.rows) - 1
            self.merges.append((top, self.column, top + down - 1, last))
        if down > 1:
            self._reaching |= dict.fromkeys(range(self.column, last + 1), down)
        self.column = last + 1

    @property
    def holds(self) -> bool:
        """Whether anything stands in it."""
        return any(cell is not None for row in self.rows for cell in row)


def read_html(path: Path, name: str | None) -> Grid:
    """Return one table of an HTML page; tables are called by their caption, else by their number."""
    if path.stat().st_size > _LARGEST_HTML:
        raise Refused("file_too_large", limit_mb=_LARGEST_HTML // 2**20)
    parser = _HtmlTables()
    parser.feed(_without_remarks(path.read_text(encoding=find_encoding(path))))
    parser.close()
    parser.finish()
    if not parser.pages:
        raise Refused("format_markup")
    return _chosen(parser.pages, name)


def _without_remarks(text: str) -> str:
    """Return a page without comments and declarations, in one pass: the parser searches on from every one."""
    kept, at = [], 0
    for mark in _REMARK.finditer(text):
        if mark.start() < at:
            continue
        kept.append(text[at : mark.start()])
        closing = "-->" if mark[0] == "<!--" else ">"
        end = text.find(closing, mark.end())
        if end < 0:
            return "".join(kept)
        at = end + len(closing)
    return "".join([*kept, text[at:]])


def read_spreadsheet_xml(path: Path, name: str | None) -> Grid:
    """Return one sheet of a workbook that Excel 2003 saved as XML."""
    reader = _XmlSheets()
    parser = expat.ParserCreate(encoding="utf-8", namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = reader.doctype
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.hear
    try:
        with path.open(encoding=find_encoding(path)) as file:
            while text := file.read(_PIECE):
                parser.Parse(text.encode(), False)
        parser.Parse(b"", True)
    except (expat.ExpatError, ValueError):
        raise Refused("workbook_broken") from None
    return _chosen(reader.pages, name)


def _chosen(pages: Sequence[_Page], name: str | None) -> Grid:
    titles = [page.title for page in pages]
    holding = [page for page in pages if page.holds]
    title = choose(titles, [page.title for page in holding], name)
    page = next(page for page in holding if page.title == title)
    check_extent(len(page.rows), max(map(len, page.rows)))
    ignored = [other.title for other in holding if other is not page] if name is None else []
    return Grid(page.rows, title, titles, ignored, page.merges, page.uncached)


class _HtmlTables(HTMLParser):
    """Collects the outermost tables of a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pages: list[_Page] = []
        self._depth = 0
        self._unseen = 0
        self._cell: dict[str, str] | None = None
        self._caption = False
        self._text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open tables, rows and cells, which end where the next begins."""
        if tag in _UNSEEN:
            self._unseen += 1
        elif tag == "table":
            self._depth += 1
            if self._depth == 1:
                self.pages.append(_Page(str(len(self.pages) + 1)))
        elif tag == "br" and self._cell is not None:
            self._text.append("\n")
        elif self._depth == 1 and tag in {"tr", "td", "th", "caption"}:
            self._end_cell()
            if tag == "tr" or (not self.pages[-1].rows and tag != "caption"):
                self.pages[-1].start_row()
            if tag in {"td", "th"}:
                self._cell = {key: value or "" for key, value in attrs}
            self._caption = tag == "caption"

    def handle_endtag(self, tag: str) -> None:
        """Close what stands open."""
        if tag in _UNSEEN:
            self._unseen = max(0, self._unseen - 1)
        elif tag == "caption" and self._caption and "".join(self._text).strip():
            taken = {page.title for page in self.pages}
            caption = " ".join("".join(self._text).split())
            self.pages[-1].title = caption if caption not in taken else self.pages[-1].title
            self._caption, self._text = False, []
        elif tag in {"td", "th", "tr", "table"} and self._depth == 1:
            self._end_cell()
        if tag == "table":
            self._depth = max(0, self._depth - 1)

    def handle_data(self, data: str) -> None:
        """Hear the text of a cell or a caption."""
        if not self._unseen and (self._cell is not None or self._caption):
            self._text.append(data)

    def finish(self) -> None:
        """Put the cell that the page leaves open."""
        self._end_cell()

    def _end_cell(self) -> None:
        if self._cell is not None:
            lines = ("".join(self._text)).split("\n") if "\n" in self._text else ["".join(self._text)]
            text = "\n".join(" ".join(line.split()) for line in lines).strip()
            if _SCIENTIFIC.fullmatch(text) and self._cell.get("x:num"):
                text = self._cell["x:num"]  # the number itself, of which the text shows some digits
            self.pages[-1].put(text or None, _span(self._cell, "rowspan"), _span(self._cell, "colspan"))
        self._cell, self._caption, self._text = None, False, []


def _span(said: dict[str, str], name: str) -> int:
    text = said.get(name, "").strip()
    return min(max(int(text), 1), 65_534) if text.isascii() and text.isdigit() and len(text) < 10 else 1


class _XmlSheets:
    """Collects the sheets of an XML spreadsheet from a parser's events."""

    def __init__(self) -> None:
        self.pages: list[_Page] = []
        self._said: dict[str, str] = {}
        self._kind = ""
        self._value: Cell = None
        self._text: list[str] | None = None

    def doctype(self, *_: object) -> None:
        """Refuse what would let a text grow."""
        raise Refused("xml_entities")

    def start(self, tag: str, attrs: dict[str, str]) -> None:
        """Open sheets, rows, cells and their data."""
        said = {key.rsplit(" ", 1)[-1]: value for key, value in attrs.items()}
        name = tag.rsplit(" ", 1)[-1]
        if name == "Worksheet":
            self.pages.append(_Page(said.get("Name", str(len(self.pages) + 1))))
        elif name == "Row" and self.pages:
            at = int(said["Index"]) - 1 if "Index" in said else None
            if at is not None and at < len(self.pages[-1].rows):
                raise Refused("workbook_broken")
            self.pages[-1].start_row(at)
        elif name == "Cell":
            self._said, self._value = said, None
        elif name == "Data":
            self._kind, self._text = said.get("Type", "String"), []

    def end(self, tag: str) -> None:
        """Put a cell once it is complete."""
        name = tag.rsplit(" ", 1)[-1]
        if name == "Data" and self._text is not None:
            self._value, self._text = _typed("".join(self._text), self._kind), None
        elif name == "Cell" and self.pages and self.pages[-1].rows:
            self._put(self.pages[-1])

    def hear(self, text: str) -> None:
        """Hear the text of a cell."""
        if self._text is not None:
            self._text.append(text)

    def _put(self, page: _Page) -> None:
        if "Index" in self._said:
            page.column = max(int(self._said["Index"]) - 1, 0)
        down, across = (int(self._said.get(name, 0)) + 1 for name in ("MergeDown", "MergeAcross"))
        if not (0 < down <= MOST_ROWS and across > 0):
            raise Refused("workbook_broken")
        page.put(self._value, down, across)
        at = (len(page.rows) - 1, page.column - across)
        if "Formula" in self._said and self._value is None and len(page.uncached) < MOST_TOLD:
            page.uncached.append(at)


def _typed(text: str, kind: str) -> Cell:
    if kind == "Number":
        number = float(text)
        return int(number) if number.is_integer() and abs(number) < 2**53 else number
    if kind == "DateTime":
        return datetime.fromisoformat(text)
    if kind == "Boolean":
        return text.strip() == "1"
    return text or None
