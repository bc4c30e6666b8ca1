"""Tables: a sheet with its header found, columns named, person columns, notes and totals gone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Protocol

from data.intake.ledger import Ledger
from data.intake.sniff import FileFormat, sniff_head
from data.intake.tables import headers
from data.intake.tables.csv_rows import open_rows
from data.intake.tables.header_rows import same_header
from data.intake.tables.layout import Layout, Wishes, lay_out
from data.intake.tables.sheets import Merge, Sheet, read_sheet
from data.intake.tables.table_view import tell_columns
from data.intake.tables.totals import COUNTED, Sums, TotalRow, read_total
from data.intake.tables.values import Cell, plain
from grid.findings import ImportKind
from grid.refusals import Refused

HEAD_ROWS = 1000
"""Rows on which a table's layout is decided."""
_NOTE = re.compile(
    r"(?:备注|说明|附注|填表|制表|填报|审核|审批|打印|统计人|复核|单位负责人|联系人|报送|数据来源|注)[\u4e00-\u9fff]{0,4}[:：]|"
    r"第\s*\d+\s*页|共\s*\d+\s*页"
)
_NOTE_BEGINS = frozenset("备说附填制审打统复单联报数注第共")


@dataclass(frozen=True, slots=True)
class Row:
    """One data row: its number as a spreadsheet shows it, its cells by field, and what may be kept of it."""

    number: int
    cells: Mapping[str, Cell]
    keepable: Mapping[str, Cell]


@dataclass(frozen=True, slots=True)
class Table:
    """What a file's table holds.

    ``header`` gives each field's header as written; ``above`` the texts over the header; ``totals`` the rows
    of sums, which are not data.
    """

    header: Mapping[str, str]
    above: tuple[str, ...]
    rows: tuple[Row, ...]
    totals: tuple[TotalRow, ...]
    layout: Layout | None
    sheet: str = ""
    sheets: tuple[str, ...] = ()


class HasHeader(Protocol):
    """A table, be it read or only opened."""

    @property
    def header(self) -> Mapping[str, str]:
        """Each field's header as written."""
        ...


class OpenTable:
    """A table whose layout is known and whose rows are still to be read, once, one after another.

    Its data rows come without repeated headers, notes and totals; ``totals`` fills up while they are read.
    """

    def __init__(self, rows: Iterable[Sequence[Cell]], kind: ImportKind, wishes: Wishes) -> None:
        self._rows = iter(rows)
        self._first = list(islice(self._rows, HEAD_ROWS))
        self.kind = kind
        self.layout = lay_out(self._first, kind, wishes)
        self.totals: list[TotalRow] = []
        self.repeated = 0
        self.notes: list[int] = []
        self.sheet = ""
        self.sheets: tuple[str, ...] = ()

    @property
    def header(self) -> Mapping[str, str]:
        """Each field's header as written."""
        return {} if self.layout is None else self.layout.header

    @property
    def above(self) -> tuple[str, ...]:
        """The texts over the header."""
        end = 0 if self.layout is None else self.layout.head.first
        return tuple(plain(c) for row in self._first[:end] for c in row if isinstance(c, str) and plain(c))

    def data_rows(self) -> Iterator[tuple[int, Sequence[Cell]]]:
        """Yield number and cells of every data row."""
        layout = self.layout
        if layout is None:
            return
        head = self._first[layout.head.first : layout.head.last + 1]
        starts = {first for row in head if (first := _first_text(row))}
        columns = tuple(layout.fields.values())
        above = {c for row in self._first[: layout.head.first] for c in row if isinstance(c, str) and c}
        rows = chain(islice(self._first, layout.head.last + 1, None), self._rows)
        given = 0
        for number, cells in enumerate(rows, layout.head.last + 2):
            first = _first_text(cells)
            if first is None:
                if not _says(cells, columns):
                    continue
            elif first in starts and any(same_header(cells, row) for row in head):
                self.repeated += 1
                continue
            elif self._is_aside(number, cells, first, above, given) or not _says(cells, columns):
                continue
            given += 1
            yield number, cells

    def _is_aside(self, number: int, cells: Sequence[Cell], first: str, above: set[str], given: int) -> bool:
        """Return whether a row is a total, a note, or a title printed again; remembers which."""
        partial = read_total(cells)
        if partial is not None:
            self.totals.append(TotalRow(number, self.by_field(cells), partial, given))
            return True
        if (first[0] in _NOTE_BEGINS and _NOTE.match(first)) or (first in above and _alone(cells)):
            self.notes.append(number)
            return True
        return False

    def by_field(self, cells: Sequence[Cell]) -> dict[str, Cell]:
        """Return a row's cells by field."""
        fields = {} if self.layout is None else self.layout.fields
        return {field: cells[i] if i < len(cells) else None for field, i in fields.items()}

    def row(self, number: int, cells: Sequence[Cell]) -> Row:
        """Return a data row by field."""
        return Row(number, self.by_field(cells), self.keepable(cells))

    def keepable(self, cells: Sequence[Cell]) -> dict[str, Cell]:
        """Return what of a row may be kept for mending, by header: nothing personal, no free text."""
        columns = {} if self.layout is None else self.layout.keepable
        return {header: cells[i] for i, header in columns.items() if i < len(cells)}

    def tell(self, ledger: Ledger) -> None:
        """Say what was left out, once all rows are read."""
        for total in self.totals:
            ledger.note("total_row_dropped", total.number)
        for number in self.notes:
            ledger.note("note_row_dropped", number)
        if self.repeated:
            ledger.note("header_repeated", count=self.repeated)


def open_table(
    path: Path, kind: ImportKind, ledger: Ledger, wishes: Wishes, *, fill: Sequence[str] = ()
) -> OpenTable:
    """Open the table of a file: its columns are told to the ledger, its rows not read yet.

    A CSV file is read as a stream. ``fill`` names the fields whose merged cells hold for every row of the
    merged range, and only for it. Raises what a sheet and a layout raise.
    """
    if sniff_head(path) is FileFormat.CSV:
        opened = OpenTable(open_rows(path), kind, wishes)
    else:
        opened = _open_sheet(read_sheet(path, wishes.sheet, with_merges=True), kind, ledger, wishes, fill)
    if opened.layout is not None:
        tell_columns(opened.layout, ledger)
    return opened


def _open_sheet(
    sheet: Sheet, kind: ImportKind, ledger: Ledger, wishes: Wishes, fill: Sequence[str]
) -> OpenTable:
    if sheet.ignored:
        ledger.note("sheets_ignored", sheets="、".join(sheet.ignored))
    opened = OpenTable(sheet.rows, kind, wishes)
    if opened.layout is not None:
        columns = {i for field, i in opened.layout.fields.items() if field in fill}
        filled = _fill_merged(sheet, columns, opened.layout.head.last)
        if filled is not sheet.rows:
            layout = opened.layout
            opened = OpenTable(filled, kind, wishes)
            opened.layout = layout
        used = set(opened.layout.fields.values()) if opened.layout else set()
        for row, column in sheet.uncached:
            if column in used and opened.layout and row > opened.layout.head.last:
                ledger.refuse("formula_without_value", row + 1, _written(opened.layout, column))
    opened.sheet, opened.sheets = sheet.title, sheet.titles
    return opened


def read_table(
    path: Path, kind: ImportKind, ledger: Ledger, *, wishes: Wishes | None = None, fill: Sequence[str] = ()
) -> Table:
    """Read the whole table of a file and count its rows in the ledger.

    Raises ``Refused('header_not_found')`` or ``Refused('column_missing')``, besides what opening it raises.
    """
    opened = open_table(path, kind, ledger, wishes or Wishes(), fill=fill)
    check_columns(opened)
    return read_rows(opened, ledger)


def check_columns(opened: OpenTable) -> None:
    """Raise ``Refused`` where the header or a required column was not found."""
    known = headers.BY_KIND[opened.kind]
    layout = opened.layout
    if layout is None or not layout.fields:
        raise Refused("header_not_found", columns="、".join(names[0] for names in known.values()))
    if layout.missing:
        raise Refused("column_missing", column=known[layout.missing[0]][0])


def read_rows(opened: OpenTable, ledger: Ledger) -> Table:
    """Read all rows of an opened table, count them, and compare its totals with their sums."""
    rows = tuple(opened.row(number, cells) for number, cells in opened.data_rows())
    opened.tell(ledger)
    _check_totals(opened, rows, ledger)
    ledger.rows = len(rows)
    return Table(
        opened.header, opened.above, rows, tuple(opened.totals), opened.layout, opened.sheet, opened.sheets
    )


def _check_totals(opened: OpenTable, rows: Sequence[Row], ledger: Ledger) -> None:
    sums = Sums(field for field in COUNTED.get(opened.kind, ()) if field in opened.header)
    done = 0
    for total in opened.totals:
        # A total that stands over the data is one of all that follows.
        upto = total.after or len(rows)
        for row in rows[done:upto]:
            sums.add(row.cells)
        done = max(done, upto)
        sums.check(total, opened.header, ledger)


def _alone(cells: Sequence[Cell]) -> bool:
    """Return whether one cell only says something."""
    return sum(cell is not None and cell != "" for cell in cells) == 1


def _first_text(cells: Sequence[Cell]) -> str | None:
    """Return what a row begins with where that is a text: neither data nor asides begin otherwise."""
    for cell in cells:
        if cell is not None and cell != "":
            return cell if isinstance(cell, str) else None
    return None


def _says(cells: Sequence[Cell], columns: Sequence[int]) -> bool:
    """Return whether anything stands in the mapped columns of a row."""
    width = len(cells)
    return any(i < width and cells[i] is not None and cells[i] != "" for i in columns)


def _written(layout: Layout, column: int) -> str:
    return next((layout.header[field] for field, i in layout.fields.items() if i == column), "")


def _fill_merged(sheet: Sheet, columns: set[int], head: int) -> list[Sequence[Cell]]:
    """Return the rows with merged cells of the columns filled down, below the header only."""
    merges = [m for m in sheet.merges if m.left in columns and m.bottom > m.top > head]
    if not merges:
        return sheet.rows
    rows = list(sheet.rows)
    for merge in merges:
        _fill(rows, merge)
    return rows


def _fill(rows: list[Sequence[Cell]], merge: Merge) -> None:
    value = rows[merge.top][merge.left] if merge.top < len(rows) else None
    for i in range(merge.top + 1, min(merge.bottom + 1, len(rows))):
        row = list(rows[i])
        row += [None] * (merge.left + 1 - len(row))
        row[merge.left] = value
        rows[i] = row
