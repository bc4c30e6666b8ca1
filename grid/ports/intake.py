"""The import page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from grid.areas import Level
from grid.editions import CrosswalkLine, EditionView
from grid.findings import Conflict, ImportKind, ImportReport
from grid.questions import JobView


class ImportDesk(Protocol):
    """Readings and writings of the import page."""

    def upload(self, file_name: str, content: bytes) -> str:
        """Keep a file for some hours and return the key by which its owner refers to it.

        Raises ``Refused('file_empty')`` or ``('file_too_large')``.
        """

    def submit(self, kind: ImportKind, key: str, *, dry_run: bool, options: dict[str, str]) -> int:
        """Queue the import of an upload of one's own; returns the job's id.

        Raises ``Refused``: ``upload_gone``, ``options_too_many``, ``option_unreadable`` or ``queue_full``.
        """

    def cancel(self, job_id: int) -> None:
        """Ask for a job of one's own to be given up; one that ended stays as it ended.

        Raises ``Refused('job_unknown')``.
        """

    def job(self, job_id: int) -> JobView:
        """Return how a job stands; raises ``Refused('job_unknown')``."""

    def report(self, batch_id: int) -> ImportReport:
        """Return a batch's outcome with its gravest findings, so many as a page bears.

        Raises ``Refused('batch_unknown')``.
        """

    def outcome(self, batch_id: int, say: Callable[..., str]) -> bytes:
        """Return a workbook (XLSX) of all findings of a batch; ``say(key, **facts)`` gives the words.

        Raises ``Refused('batch_unknown')``.
        """

    def rows_to_mend(self, batch_id: int, say: Callable[..., str]) -> bytes:
        """Return a workbook (XLSX) of the rows that a batch did not take in as they stand, with reasons.

        Raises ``Refused('batch_unknown')``.
        """

    def conflicts(self, batch_id: int) -> tuple[Conflict, ...]:
        """Return the rows of a batch that contradict each other, so many as a page bears.

        Raises ``Refused('batch_unknown')``.
        """

    def settle(self, batch_id: int, row: int) -> int:
        """Let a row of a conflict hold and queue its import; returns the job's id.

        Raises ``Refused('row_not_in_conflict')`` or ``('queue_full')``.
        """

    def forget_profile(self, kind: ImportKind, source: str) -> None:
        """Remember no longer what the columns of a source's files mean; unknown sources are nothing."""

    def batches(self) -> tuple[tuple[ImportReport, str], ...]:
        """Return the latest 50 batches without findings, newest first, with times in the city's zone."""

    def editions(self) -> tuple[EditionView, ...]:
        """Return every edition of boundaries, levels from wide to narrow, the newest of each first."""

    def crosswalk(self, level: Level) -> tuple[CrosswalkLine, ...]:
        """Return where a level's newest edition differs from the one before; few matters are hidden."""

    def roll_back(self, level: Level) -> int:
        """Queue going back to a level's edition before; returns the job's id, which ends without a batch.

        Raises ``Refused('queue_full')``; the job fails with ``rollback_nothing``, ``rollback_narrower`` or
        ``rollback_in_use``.
        """
