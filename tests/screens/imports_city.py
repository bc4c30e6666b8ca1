"""An import desk that remembers what it was asked, and the report of one batch."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from grid.areas import Level
from grid.editions import CrosswalkLine, EditionView
from grid.findings import Conflict, Finding, ImportKind, ImportReport, Severity
from grid.inspection import (
    BoundaryView,
    Choice,
    CodeChange,
    ColumnView,
    CoverageFault,
    CrsEvidence,
    DatumShare,
    GuessSource,
    Inspection,
    Question,
    Repair,
    TableView,
)
from grid.questions import JobView
from grid.refusals import Refused

KEY = "k" * 42
BLANK: dict[str, str | int | float] = {"unit": "南屏区", "row_number": 8}


_SQUARE: dict[str, object] = {
    "type": "Polygon",
    "coordinates": [[[119.0, 28.0], [119.1, 28.0], [119.1, 28.1], [119.0, 28.1], [119.0, 28.0]]],
}
_SPECK: dict[str, object] = {
    "type": "Polygon",
    "coordinates": [[[119.05, 28.05], [119.0501, 28.05], [119.0501, 28.0501], [119.05, 28.05]]],
}
DATUM = Question(
    "datum",
    "datum",
    choices=(Choice("BD09", "datum"), Choice("CGCS2000", "datum")),
    proposed="BD09",
)
TABLE = Inspection(
    questions=(DATUM,),
    table=TableView(
        "三月", ("三月", "四月"), 2, 3,
        (
            ColumnView(0, "信访件编号", "matter_no", GuessSource.HEADER, samples=("XF1", "XF2")),
            ColumnView(1, "姓名", "", GuessSource.NONE, personal=True),
            ColumnView(2, "登记时间", "registered_on", GuessSource.REMEMBERED, samples=("2026-03-01",)),
            ColumnView(3, "", "", GuessSource.NONE, samples=("甲",)),
        ),
        ("matter_no", "registered_on", "address"), ("address",),
    ),
    datums=(DatumShare("CGCS2000", 0.02, 300), DatumShare("BD09", 0.99, 300)),
)  # fmt: skip
"""A table with a column of persons, one remembered and one that nobody knows, and a question to answer."""
BOUNDARIES = Inspection(
    boundaries=BoundaryView(
        crs=(CrsEvidence("EPSG:4490", "CGCS2000", False, 0.98, ("gone_since",)),),
        datums=(DatumShare("CGCS2000", 0.98, 9),),
        faults=(
            CoverageFault("gap", 12.4, ("云岭区", "青川县"), _SPECK),
            CoverageFault("overlap", 3.2e6, ("云岭区",), _SPECK),
        ),
        faults_total={"gap": 70, "overlap": 1},
        repairs=(Repair(3, "白石县", 1e6, 0.9e6, 1, 2, _SQUARE, _SPECK, approved=False),),
        repairs_total=1,
        changes=(CodeChange("renamed", "990101", "云岭区", "990101", "老云岭"),),
        changes_total={"renamed": 1},
        outline=_SQUARE,
    ),
)


CONFLICTS = (
    Conflict("市/XF1", ((4, {"编号": "XF1", "人数": "1"}), (9, {"编号": "XF1", "人数": "8"}))),
    Conflict("市/XF2", ((5, {"编号": "XF2"}), (6, {"编号": "XF2", "人数": "3"})), settled=6),
)
EDITIONS = tuple(
    EditionView(
        number, Level.COUNTY, f"202{number}", "统计", date(2020 + number, 1, 1),
        None if number == 2 else date(2022, 1, 1), 4, "县界.zip", "EPSG:4490", False, number == 2,
    )
    for number in (1, 2)
)  # fmt: skip


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
        self.uploaded: list[tuple[str, bytes]] = []
        self.submitted: list[dict[str, Any]] = []
        self.cancelled: list[int] = []
        self.forgotten: list[tuple[ImportKind, str]] = []
        self.settled: list[tuple[int, int]] = []
        self.taken_back: list[Level] = []
        self.contradicting: tuple[Conflict, ...] = ()
        self.view = JobView(1, "queued", "queued", 0, None, None)
        self.outcome_report = make_report()
        self.refusal: Refused | None = None

    def upload(self, file_name: str, content: bytes) -> str:
        self._refuse()
        self.uploaded.append((file_name, content))
        return f"{KEY}{len(self.uploaded)}"

    def submit(self, kind: ImportKind, key: str, **how: Any) -> int:
        self._refuse()
        self.submitted.append({"kind": kind, "key": key} | how)
        return len(self.submitted)

    def cancel(self, job_id: int) -> None:
        self._refuse()
        self.cancelled.append(job_id)

    def forget_profile(self, kind: ImportKind, source: str) -> None:
        self._refuse()
        self.forgotten.append((kind, source))

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

    def rows_to_mend(self, batch_id: int, say: Callable[..., str]) -> bytes:
        self.report(batch_id)
        return say("rows_to_mend.sheet").encode()

    def conflicts(self, batch_id: int) -> tuple[Conflict, ...]:
        self.report(batch_id)
        return self.contradicting

    def settle(self, batch_id: int, row: int) -> int:
        self._refuse()
        self.settled.append((batch_id, row))
        return 11

    def editions(self) -> tuple[EditionView, ...]:
        self._refuse()
        return EDITIONS

    def crosswalk(self, level: Level) -> tuple[CrosswalkLine, ...]:
        return (CrosswalkLine("990101", "老云岭", "990101", "云岭区", 2.5e6, 0.9, 1.0, None),)

    def roll_back(self, level: Level) -> int:
        self.taken_back.append(level)
        return 9

    def batches(self) -> tuple[tuple[ImportReport, str], ...]:
        self._refuse()
        return ((self.outcome_report, "2026-07-01 04:05"),)

    def _refuse(self) -> None:
        if self.refusal is not None:
            raise self.refusal
