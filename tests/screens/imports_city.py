"""An import desk that remembers what was submitted, and the report of one batch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from grid.findings import Finding, ImportKind, ImportReport, Severity
from grid.questions import JobView
from grid.refusals import Refused

BLANK: dict[str, str | int | float] = {"unit": "南屏区", "row_number": 8}


def make_report(**changes: Any) -> ImportReport:
    made: dict[str, Any] = {
        "kind": ImportKind.COVERAGE, "file_name": "附件.xlsx", "dry_run": True, "rows": 14, "accepted": 12,
        "review": 1, "refused": 1, "batch_id": 7,
        "figures": {"cases_departments": 15, "cases": 237, "rows": 14},
        "findings": (
            Finding("leader_missing", Severity.REVIEW, 8, "包片领导", "", BLANK),
            Finding("gone_since", Severity.NOTE, 0, "", "", {}),
        ),
    }  # fmt: skip
    return ImportReport(**(made | changes))


class FakeDesk:
    """``ImportDesk`` that remembers what was submitted."""

    def __init__(self) -> None:
        self.submitted: list[dict[str, Any]] = []
        self.view = JobView(1, "queued", "queued", 0, None, None)
        self.outcome_report = make_report()
        self.refusal: Refused | None = None

    def submit(self, kind: ImportKind, file_name: str, content: bytes, **how: Any) -> int:
        self._refuse()
        self.submitted.append({"kind": kind, "file_name": file_name, "content": content} | how)
        return len(self.submitted)

    def job(self, job_id: int) -> JobView:
        self._refuse()
        return self.view

    def report(self, batch_id: int) -> ImportReport:
        if batch_id != self.outcome_report.batch_id:
            raise Refused("batch_unknown")
        return self.outcome_report

    def outcome(self, batch_id: int, say: Callable[..., str]) -> bytes:
        self.report(batch_id)
        return say("severity.refused").encode()

    def batches(self) -> tuple[tuple[ImportReport, str], ...]:
        self._refuse()
        return ((self.outcome_report, "2026-07-01 04:05"),)

    def _refuse(self) -> None:
        if self.refusal is not None:
            raise self.refusal
