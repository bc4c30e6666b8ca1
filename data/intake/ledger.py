"""The ledger of one import: its findings, and what became of each row."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import replace

from data.intake.personal.persons import BLANK, redact
from grid.findings import Finding, Severity
from grid.refusals import Refused

Fact = str | int | float
_WEIGHT = {Severity.NOTE: 0, Severity.REVIEW: 1, Severity.REFUSED: 2}
_LONGEST_ORIGINAL = 200
_QUOTING = frozenset({"code"})
"""Facts that repeat what stands in a cell."""


class Ledger:
    """Collects findings while a file is read; a row counts by the worst of its findings."""

    def __init__(self) -> None:
        self.rows = 0
        self._findings: list[Finding] = []
        self.figures: dict[str, int] = {}
        self._worst: dict[int, Severity] = {}
        self._hushed: dict[int, str | None] = {}

    def note(
        self, code: str, /, row: int = 0, column: str = "", original: object = "", **facts: Fact
    ) -> None:
        """Remark on something that was taken in, or on the file as a whole (row 0)."""
        self._add(Finding(code, Severity.NOTE, row, column, _quote(original), facts))

    def review(
        self, code: str, /, row: int = 0, column: str = "", original: object = "", **facts: Fact
    ) -> None:
        """Ask a person to decide something of a row that was taken in as far as it is certain."""
        self._add(Finding(code, Severity.REVIEW, row, column, _quote(original), facts))

    def refuse(self, code: str, /, row: int, column: str = "", original: object = "", **facts: Fact) -> None:
        """Say why a row was not taken in."""
        self._add(Finding(code, Severity.REFUSED, row, column, _quote(original), facts))

    def tell_refusal(self, refused: Refused) -> None:
        """Say why the table as a whole cannot be taken in, where saying so is all that is wanted."""
        self._add(Finding(f"table_{refused.code}", Severity.REFUSED, 0, "", "", dict(refused.facts)))

    def hush(self, row: int, *, but: str | None = None) -> None:
        """Let no finding of a row quote what stands in it, but for one column; of no earlier one either.

        Findings are read by whoever may import, which is more than who may know of this row.
        """
        self._hushed[row] = but

    @property
    def findings(self) -> list[Finding]:
        """The findings so far, those of hushed rows without what they quote."""
        return [self._muted(finding) for finding in self._findings]

    @property
    def is_empty(self) -> bool:
        """Whether nothing was found."""
        return not self._findings

    def withdraw(self, rows: Set[int]) -> None:
        """Take back all that was found of some rows."""
        self._findings = [finding for finding in self._findings if finding.row not in rows]
        for row in rows:
            self._worst.pop(row, None)

    def refused(self, row: int) -> bool:
        """Return whether a row has been refused."""
        return self._worst.get(row) is Severity.REFUSED

    def worst(self, row: int) -> Severity:
        """Return the gravest of a row's findings, a note where there is none."""
        return self._worst.get(row, Severity.NOTE)

    def hushed(self, row: int) -> bool:
        """Return whether nothing of a row may be quoted."""
        return row in self._hushed

    def count(self, severity: Severity) -> int:
        """Return how many rows have ``severity`` as their worst; for notes that is every accepted row."""
        if severity is Severity.NOTE:
            return self.rows - self.count(Severity.REVIEW) - self.count(Severity.REFUSED)
        return sum(worst is severity for worst in self._worst.values())

    def tally(self, name: str, by: int = 1) -> None:
        """Add to one of the report's figures."""
        self.figures[name] = self.figures.get(name, 0) + by

    def _add(self, finding: Finding) -> None:
        finding = replace(finding, facts={name: _clean(fact) for name, fact in finding.facts.items()})
        self._findings.append(finding)
        before = self._worst.get(finding.row, Severity.NOTE)
        if finding.row and _WEIGHT[finding.severity] > _WEIGHT[before]:
            self._worst[finding.row] = finding.severity

    def _muted(self, finding: Finding) -> Finding:
        if finding.row not in self._hushed:
            return finding
        if finding.column and finding.column == self._hushed[finding.row]:
            return finding
        facts = {name: BLANK if name in _QUOTING else fact for name, fact in finding.facts.items()}
        return replace(finding, original="", facts=facts)


def _clean(fact: Fact) -> Fact:
    return redact(fact)[0] if isinstance(fact, str) else fact


def _quote(original: object) -> str:
    """Return what stood in a cell, without what may be personal."""
    return "" if original is None else redact(str(original))[0][:_LONGEST_ORIGINAL]
