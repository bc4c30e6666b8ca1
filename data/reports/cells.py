"""Cells as a reader sees them: one way of telling a number for every kind of column."""

from __future__ import annotations

import re
from datetime import date

from grid.reports.content import Cell, Column, ColumnKind, Table

NOTHING = "—"
MINUS = "−"
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What XML cannot hold."""


def cell_words(cell: Cell, kind: ColumnKind) -> str:
    """Return a cell as it is printed: grouped counts, rates to one digit, changes with their sign."""
    if cell is None:
        return NOTHING
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, str):
        return printable(cell)
    return _number(cell, kind).replace("-", MINUS)


def printable(text: str) -> str:
    """Return text without signs that no document may hold."""
    return _UNPRINTABLE.sub("", text)


def groups(table: Table) -> list[tuple[str, int]]:
    """Return the upper head of a table: each group with how many columns it spans; one "" a plain column."""
    spans: list[tuple[str, int]] = []
    for column in table.columns:
        if column.group and spans and spans[-1][0] == column.group:
            spans[-1] = (column.group, spans[-1][1] + 1)
        else:
            spans.append((column.group, 1))
    return spans


def has_groups(table: Table) -> bool:
    """Whether a table has two rows of heads."""
    return any(column.group for column in table.columns)


def is_text(column: Column) -> bool:
    """Whether a column is set to the left."""
    return column.kind is ColumnKind.TEXT


def _number(number: float, kind: ColumnKind) -> str:
    if kind is ColumnKind.RATE:
        return f"{_percent(number):.1f}%"
    if kind is ColumnKind.SCORE:
        return f"{number:.2f}"
    return f"{number:+,.0f}" if kind is ColumnKind.CHANGE and number else f"{number:,.0f}"


def _percent(rate: float) -> float:
    """Return a rate in per cent to one digit; what is not quite all or nothing never reads as 100 or 0."""
    shown = round(100 * rate, 1)
    if shown == 100 and rate < 1:
        return 99.9
    return 0.1 if shown == 0 and rate > 0 else shown
