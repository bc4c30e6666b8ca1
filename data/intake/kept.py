"""Rows kept for their owner to mend: what was not taken in as it stands, without anything personal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from data.intake.personal.persons import redact
from grid.findings import RowState

_LONGEST_CELL = 500
MOST = 20_000
"""Rows kept of one file; who has more to mend mends the source."""


@dataclass(frozen=True, slots=True)
class KeptRow:
    """One row: ``cells`` are texts by header, ``key`` the same for all rows of one conflict."""

    row: int
    state: RowState
    key: str
    cells: dict[str, str]


class KeptRows:
    """Collects rows to mend; one that may be an accusation's is taken off again (``forget``)."""

    def __init__(self) -> None:
        self._rows: dict[int, KeptRow] = {}
        self.left_out = 0
        """Rows that were too many to be kept."""

    def keep(self, row: int, state: RowState, cells: Mapping[str, object], key: str = "") -> None:
        """Keep a row's texts by header, identifiers blanked; the gravest state of a row stays."""
        before = self._rows.get(row)
        if before is not None and before.state is RowState.QUARANTINED:
            return
        if before is None and len(self._rows) >= MOST and state is not RowState.QUARANTINED:
            self.left_out += 1
            return
        texts = {header: _blanked(str(cell)) for header, cell in cells.items() if cell is not None}
        self._rows[row] = KeptRow(row, state, key, texts)

    def forget(self, row: int) -> None:
        """Keep nothing of a row."""
        self._rows.pop(row, None)

    def __iter__(self) -> Iterator[KeptRow]:
        return iter(sorted(self._rows.values(), key=lambda kept: kept.row))

    def __len__(self) -> int:
        return len(self._rows)

    def count(self, state: RowState) -> int:
        """Return how many rows are kept in a state."""
        return sum(kept.state is state for kept in self._rows.values())


@lru_cache(maxsize=8192)
def _blanked(text: str) -> str:
    """Return a cell's text as it may be kept; words and days stand in many rows."""
    return redact(text)[0][:_LONGEST_CELL]
