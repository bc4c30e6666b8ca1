"""Tables: a sheet with its header found, columns named, person columns and totals gone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from data.intake import headers
from data.intake.ledger import Ledger
from data.intake.persons import is_person_header, looks_personal
from data.intake.sheets import Merge, Sheet, read_sheet
from data.intake.values import Cell, plain
from grid.findings import ImportKind
from grid.refusals import Refused

_HEADER_WITHIN = 20
"""A header stands in the first rows, under a title and notes."""
_TOTALS = ("合计", "总计", "小计", "共计", "total")


@dataclass(frozen=True, slots=True)
class Row:
    """One data row: its number as a spreadsheet shows it, and its cells by field."""

    number: int
    cells: Mapping[str, Cell]


@dataclass(frozen=True, slots=True)
class Table:
    """What a file's table holds.

    ``header`` gives each field's header as written; ``above`` the texts over the header; ``totals`` the rows
    of sums, which are not data.
    """

    header: Mapping[str, str]
    above: tuple[str, ...]
    rows: tuple[Row, ...]
    totals: tuple[Row, ...]


def read_table(
    path: Path, kind: ImportKind, ledger: Ledger, *, sheet: str | None = None, fill: Sequence[str] = ()
) -> Table:
    """Read the table of a file and count its rows in the ledger.

    ``fill`` names the fields whose merged cells hold for every row of the merged range, and only for it.
    Raises ``Refused('header_not_found')`` or ``Refused('column_missing')``, besides what a sheet raises.
    """
    read = read_sheet(path, sheet, with_merges=bool(fill))
    if read.ignored:
        ledger.note("sheets_ignored", sheets="、".join(read.ignored))
    at = _find_header(read.rows, kind)
    columns = _name_columns(read, at, kind, ledger)
    filled = _fill_merged(read, {i for field, i in columns.items() if field in fill})
    rows: list[Row] = []
    totals: list[Row] = []
    for row in _data_rows(filled, at, columns):
        (totals if _is_total(row) else rows).append(row)
    if dropped := sum(finding.code == "person_column_dropped" for finding in ledger.findings):
        ledger.tally("person_columns_dropped", dropped)
    for row in totals:
        ledger.note("total_row_dropped", row.number)
    ledger.rows = len(rows)
    header = {field: str(read.rows[at][i]).strip() for field, i in columns.items()}
    return Table(header, tuple(_texts(read.rows[:at])), tuple(rows), tuple(totals))


def _find_header(rows: Sequence[Sequence[Cell]], kind: ImportKind) -> int:
    """Return the index of the row that names most fields; two at least, or all that are required."""
    known = headers.BY_KIND[kind]
    scores = [len({f for c in row if (f := headers.field_of(c, known))}) for row in rows[:_HEADER_WITHIN]]
    if not scores or max(scores) < 2:
        first = "、".join(names[0] for names in known.values())
        raise Refused("header_not_found", columns=first)
    return scores.index(max(scores))


def _name_columns(sheet: Sheet, at: int, kind: ImportKind, ledger: Ledger) -> dict[str, int]:
    known = headers.BY_KIND[kind]
    columns: dict[str, int] = {}
    for i, cell in enumerate(sheet.rows[at]):
        written = plain(cell)
        field = headers.field_of(cell, known)
        if field is not None and field not in columns:
            columns[field] = i
        elif written:
            values = [row[i] for row in sheet.rows[at + 1 :] if i < len(row)]
            ledger.note("column_twice" if field else _why_unused(written, values), at + 1, written)
    for field in headers.REQUIRED[kind]:
        if field not in columns:
            raise Refused("column_missing", column=known[field][0])
    return columns


def _why_unused(header: str, values: Sequence[Cell]) -> str:
    personal = is_person_header(header) or looks_personal(values)
    return "person_column_dropped" if personal else "column_unknown"


def _fill_merged(sheet: Sheet, columns: set[int]) -> list[Sequence[Cell]]:
    rows = list(sheet.rows)
    for merge in sheet.merges:
        if merge.left in columns and merge.bottom > merge.top:
            _fill(rows, merge)
    return rows


def _fill(rows: list[Sequence[Cell]], merge: Merge) -> None:
    value = rows[merge.top][merge.left]
    for i in range(merge.top + 1, min(merge.bottom + 1, len(rows))):
        row = list(rows[i])
        row[merge.left] = value
        rows[i] = row


def _data_rows(rows: Sequence[Sequence[Cell]], at: int, columns: Mapping[str, int]) -> Iterator[Row]:
    for i in range(at + 1, len(rows)):
        cells = rows[i]
        found = {field: cells[c] if c < len(cells) else None for field, c in columns.items()}
        if any(value is not None and value != "" for value in found.values()):
            yield Row(i + 1, found)


def _is_total(row: Row) -> bool:
    first = next(value for value in row.cells.values() if value is not None and value != "")
    return isinstance(first, str) and plain(first).replace(" ", "").lower().rstrip(":：").startswith(_TOTALS)


def _texts(rows: Sequence[Sequence[Cell]]) -> Iterator[str]:
    return (plain(cell) for row in rows for cell in row if isinstance(cell, str) and plain(cell))
