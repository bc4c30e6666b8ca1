"""The import desk over the database: uploads become jobs, jobs become batches that can be read again."""

from __future__ import annotations

import re
from collections.abc import Callable

from sqlalchemy import Engine

from data.intake.outcome import write_outcome
from data.reads import batches
from data.sessions import reading, writing
from data.writes import jobs
from grid.findings import ImportKind, ImportReport
from grid.principals import Principal
from grid.questions import JobView
from grid.refusals import Refused

LARGEST_FILE_MB = 64
FINDINGS_ON_A_PAGE = 2000
_MOST_OPTIONS = 60
_LONGEST_NAME = 120
_LONGEST_VALUE = 200
_OPTION_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


class JobDesk:
    """``grid.ports.ImportDesk`` on behalf of a principal."""

    def __init__(self, engine: Engine, principal: Principal) -> None:
        self._engine = engine
        self._principal = principal

    def submit(
        self, kind: ImportKind, file_name: str, content: bytes, *, dry_run: bool, options: dict[str, str]
    ) -> int:
        """Store an upload and queue its import; returns the job's id.

        Raises ``Refused`` with ``file_too_large``, ``upload_empty``, ``option_unreadable`` or ``queue_full``.
        """
        _check_content(content)
        _check_options(options)
        upload = jobs.Upload(kind, clean_file_name(file_name), content, dry_run, options)
        audit = {"kind": kind.value, "dry_run": dry_run, "bytes": len(content)}
        with writing(
            self._engine, self._principal, "import.submit", "job", changes_data=False, **audit
        ) as session:
            return jobs.enqueue(session, upload, self._principal)

    def job(self, job_id: int) -> JobView:
        """Return how a job stands; raises ``Refused('job_unknown')``."""
        with reading(self._engine, self._principal) as session:
            return batches.job_view(session, job_id)

    def report(self, batch_id: int) -> ImportReport:
        """Return a batch's outcome with its gravest findings; raises ``Refused('batch_unknown')``."""
        with reading(self._engine, self._principal) as session:
            return batches.report(session, batch_id, most_findings=FINDINGS_ON_A_PAGE)

    def outcome(self, batch_id: int, say: Callable[..., str]) -> bytes:
        """Return a workbook of all findings of a batch; raises ``Refused('batch_unknown')``."""
        with reading(self._engine, self._principal) as session:
            report = batches.report(session, batch_id)
        return write_outcome(report, say)

    def batches(self) -> tuple[tuple[ImportReport, str], ...]:
        """Return the latest batches, newest first, with their times in the city's zone."""
        with reading(self._engine, self._principal) as session:
            return batches.batches(session)


def clean_file_name(name: str) -> str:
    """Return the last part of what a browser calls a file, printable and short; a label, never a path."""
    last = re.split(r"[/\\]", name)[-1]
    printable = "".join(letter for letter in last if letter.isprintable()).strip()
    return printable[-_LONGEST_NAME:] or "-"


def _check_content(content: bytes) -> None:
    if not content:
        raise Refused("upload_empty")
    if len(content) > LARGEST_FILE_MB * 1024 * 1024:
        raise Refused("file_too_large", limit_mb=LARGEST_FILE_MB)


def _check_options(options: dict[str, str]) -> None:
    if len(options) > _MOST_OPTIONS:
        raise Refused("options_too_many", most=_MOST_OPTIONS)
    for name, value in options.items():
        if not _OPTION_NAME.fullmatch(name) or len(value) > _LONGEST_VALUE or not value.isprintable():
            raise Refused("option_unreadable", option=name[:40])
