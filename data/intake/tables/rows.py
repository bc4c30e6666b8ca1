"""Rows read field by field: what cannot be read becomes a finding with its row, column and original text."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from enum import StrEnum
from typing import TypeVar

from data.intake.ledger import Ledger
from data.intake.tables import values
from data.intake.tables.table import HasHeader, Row
from data.intake.tables.values import Cell, CellProblem
from data.intake.tables.vocabulary import Vocabulary

T = TypeVar("T")
Member = TypeVar("Member", bound=StrEnum)


class RowReader:
    """One row of a table. Every unreadable cell refuses the row, unless the field is read as optional."""

    def __init__(self, row: Row, table: HasHeader, ledger: Ledger, today: date) -> None:
        self.number = row.number
        self._cells = row.cells
        self._header = table.header
        self._ledger = ledger
        self._today = today

    @property
    def refused(self) -> bool:
        """Whether something in this row refused it."""
        return self._ledger.refused(self.number)

    def refuse(self, code: str, /, field: str = "", **facts: str | int | float) -> None:
        """Refuse this row for what stands in a field."""
        self._ledger.refuse(code, self.number, self.header(field), self._cells.get(field), **facts)

    def review(self, code: str, /, field: str = "", **facts: str | int | float) -> None:
        """Ask about what stands in a field."""
        self._ledger.review(code, self.number, self.header(field), self._cells.get(field), **facts)

    def note(self, code: str, /, field: str = "", **facts: str | int | float) -> None:
        """Remark on what stands in a field."""
        self._ledger.note(code, self.number, self.header(field), self._cells.get(field), **facts)

    def header(self, field: str) -> str:
        """Return a field's header as written."""
        return self._header.get(field, "")

    def text(self, field: str, longest: int = 300, *, read: Callable[[Cell], str] = values.plain) -> str:
        """Return a field's text in NFKC or as it is otherwise ``read``, "" where there is none."""
        text = read(self._cells.get(field))
        if text in values.DITTO:
            # What stood in the row above may have been sorted away, or refused.
            self.review("value_ditto", field)
            return ""
        if len(text) > longest:
            self.refuse("text_too_long", field, limit=longest)
        return text

    def required_text(self, field: str) -> str:
        """Return a field's text; refuses the row where there is none."""
        text = "" if values.is_absent(self._cells.get(field)) else self.text(field)
        if not text:
            self.refuse("value_missing", field)
        return text

    def day(self, field: str) -> date | None:
        """Return a day that is not in the future."""
        return self._read(field, lambda cell: values.read_day(cell, self._today), self.refuse)

    def count(self, field: str, *, quote: bool = True) -> int | None:
        """Return a whole number; an approximate one goes to review. ``quote`` shows the cell in findings."""
        cell = self._cells.get(field)
        try:
            number, approximate = values.read_count(cell)
        except CellProblem as problem:
            self._ledger.refuse(problem.code, self.number, self.header(field), cell if quote else "")
            return None
        if approximate:
            self.review("count_approximate", field, number=number or 0)
        return number

    def decimal(self, field: str) -> float | None:
        """Return a number; an unreadable one refuses the row."""
        return self._read(field, values.read_number, self.refuse)

    def degrees(self, field: str) -> float | None:
        """Return a longitude or latitude; 120°30′ is rewritten with a note, an unreadable one is reviewed."""
        degrees, rewritten = self._read(field, values.read_degrees, self.review) or (None, False)
        if rewritten:
            self.note("degrees_rewritten", field, degrees=degrees or 0.0)
        return degrees

    def number_or_review(self, field: str) -> float | None:
        """Return a number; an unreadable one is left out and sent to review."""
        return self._read(field, values.read_number, self.review)

    def flag(self, field: str) -> bool | None:
        """Return yes, no or none."""
        return self._read(field, values.read_flag, self.refuse)

    def code(self, field: str) -> str:
        """Return an area code as text, "" where there is none; a restored one is noted."""
        code, restored = self._read(field, values.read_code, self.refuse) or ("", False)
        if restored:
            self.note("code_restored", field, code=code)
        return code

    def code_unsaid(self, field: str) -> str:
        """Return what `code` returns, "" for an unreadable one, and make no finding of it."""
        try:
            return values.read_code(self._cells.get(field))[0]
        except CellProblem:
            return ""

    def word(self, field: str, vocabulary: Vocabulary[Member]) -> Member | None:
        """Return the member that a word means, none for an absent one; an unknown word refuses the row."""
        cell = self._cells.get(field)
        if isinstance(cell, str) and (member := vocabulary.find(cell)) is not None:
            return member
        if values.is_absent(cell):
            return None
        member = vocabulary.find(values.plain(cell))
        if member is None:
            self.refuse("value_unknown", field, allowed=vocabulary.allowed)
        return member

    def _read(self, field: str, read: Callable[[values.Cell], T], complain: Callable[..., None]) -> T | None:
        try:
            return read(self._cells.get(field))
        except CellProblem as problem:
            complain(problem.code, field, **problem.facts)
            return None
