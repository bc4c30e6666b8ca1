"""Import batches: one row a file, with its findings; the same file is done once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from psycopg.types.json import Jsonb
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from data import models
from data.intake.kept import KeptRow
from data.intake.stored_inspection import to_json
from data.writes.copying import copy_rows
from grid.findings import ImportKind, ImportReport

_ROW_COLUMNS = ("batch_id", "row", "state", "key", "cells")
_FINDING_COLUMNS = ("batch_id", "code", "severity", "row", "column", "original", "facts")


@dataclass(frozen=True, slots=True)
class Source:
    """What makes an import the same as another: its kind, the file's SHA-256, canonical options."""

    kind: ImportKind
    file_name: str
    sha256: str
    options: str
    principal: str


def find_batch(session: Session, source: Source) -> int | None:
    """Return the batch that already did this import, none where none did or a later one replaced it."""
    batch = models.ImportBatch
    return session.scalar(
        select(batch.id).where(
            batch.kind == source.kind.value,
            batch.sha256 == source.sha256,
            batch.options == source.options,
            ~batch.dry_run,
            ~batch.superseded,
        )
    )


def open_batch(session: Session, source: Source, *, dry_run: bool = False) -> int:
    """Insert a batch without outcome and return its id."""
    row = {
        "kind": source.kind.value,
        "file_name": source.file_name,
        "sha256": source.sha256,
        "options": source.options,
        "dry_run": dry_run,
        "principal": source.principal,
    }
    counts = dict.fromkeys(("seconds", "rows", "accepted", "review", "refused"), 0)
    statement = insert(models.ImportBatch).values(**row, **counts)
    return session.execute(statement.returning(models.ImportBatch.id)).scalar_one()


def close_batch(session: Session, batch_id: int, report: ImportReport) -> None:
    """Write the outcome of a batch: its counts, figures and findings."""
    batch = models.ImportBatch
    session.execute(
        update(batch)
        .where(batch.id == batch_id)
        .values(
            seconds=report.seconds,
            rows=report.rows,
            accepted=report.accepted,
            review=report.review,
            refused=report.refused,
            figures=report.figures,
            inspection=to_json(report.inspection),
        )
    )
    rows = (
        (batch_id, f.code, f.severity.value, f.row, f.column, f.original, Jsonb(f.facts))
        for f in report.findings
    )
    copy_rows(session, "import_finding", _FINDING_COLUMNS, rows)


def keep_rows(session: Session, batch_id: int, kept: Iterable[KeptRow]) -> None:
    """Write the rows of a batch that are kept for mending."""
    rows = ((batch_id, one.row, one.state.value, one.key, Jsonb(one.cells)) for one in kept)
    copy_rows(session, "import_row", _ROW_COLUMNS, rows)


def supersede(session: Session, batch_ids: Iterable[int]) -> None:
    """Mark batches as replaced, so that their files may be imported again."""
    batch = models.ImportBatch
    session.execute(update(batch).where(batch.id.in_(set(batch_ids))).values(superseded=True))
