"""The ledger of one import: its findings, and what became of each row."""

from __future__ import annotations

from data.intake.persons import redact
from grid.findings import Finding, Severity

Fact = str | int | float
_WEIGHT = {Severity.NOTE: 0, Severity.REVIEW: 1, Severity.REFUSED: 2}
_LONGEST_ORIGINAL = 200


class Ledger:
    """Collects findings while a file is read; a row counts by the worst of its findings."""

    def __init__(self) -> None:
        self.rows = 0
        self.findings: list[Finding] = []
        self.figures: dict[str, int] = {}
        self._worst: dict[int, Severity] = {}

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

    def refused(self, row: int) -> bool:
        """Return whether a row has been refused."""
        return self._worst.get(row) is Severity.REFUSED

    def count(self, severity: Severity) -> int:
        """Return how many rows have ``severity`` as their worst; for notes that is every accepted row."""
        if severity is Severity.NOTE:
            return self.rows - self.count(Severity.REVIEW) - self.count(Severity.REFUSED)
        return sum(worst is severity for worst in self._worst.values())

    def tally(self, name: str, by: int = 1) -> None:
        """Add to one of the report's figures."""
        self.figures[name] = self.figures.get(name, 0) + by

    def _add(self, finding: Finding) -> None:
        self.findings.append(finding)
        before = self._worst.get(finding.row, Severity.NOTE)
        if finding.row and _WEIGHT[finding.severity] > _WEIGHT[before]:
            self._worst[finding.row] = finding.severity


def _quote(original: object) -> str:
    """Return what stood in a cell, without what may be personal."""
    return "" if original is None else redact(str(original))[0][:_LONGEST_ORIGINAL]
