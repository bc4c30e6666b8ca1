"""Totals of a table that is read as a stream: its counted columns as numbers, to be compared at its end."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

from data.intake.ledger import Ledger
from data.intake.tables.table import OpenTable
from data.intake.tables.totals import COUNTED, Sums
from data.intake.tables.values import Cell, CellProblem, read_count

_MOST_KEPT = 10_000


class StreamTotals:
    """Collects the counted columns of a table's data rows, in their order."""

    def __init__(self, table: OpenTable) -> None:
        self._table = table
        fields = {} if table.layout is None else table.layout.fields
        self._columns = {name: fields[name] for name in COUNTED.get(table.kind, ()) if name in fields}
        self._counts = {name: array("q") for name in self._columns}
        self._known: dict[Cell, int] = {}

    def add(self, rows: Sequence[Sequence[Cell]]) -> None:
        """Take data rows in."""
        for name, column in self._columns.items():
            cells = (row[column] if column < len(row) else None for row in rows)
            self._counts[name].extend(map(self._count, cells))

    def check(self, ledger: Ledger) -> None:
        """Compare the totals that the table states with the sums, once all its rows are read."""
        sums = Sums(self._columns)
        done = 0
        for total in self._table.totals:
            # A total that stands over the data is one of all that follows.
            upto = total.after or None
            sums.add({name: sum(counts[done:upto]) for name, counts in self._counts.items()})
            done = max(done, upto or ledger.rows)
            sums.check(total, self._table.header, ledger)

    def _count(self, cell: Cell) -> int:
        if type(cell) is not str:
            return _number(cell)
        if cell not in self._known:
            if len(self._known) >= _MOST_KEPT:
                self._known.clear()
            self._known[cell] = _number(cell)
        return self._known[cell]


def _number(cell: Cell) -> int:
    try:
        return read_count(cell)[0] or 0
    except CellProblem:
        return 0  # what is no number is a finding of its row
