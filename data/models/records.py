"""What the system keeps about itself: settings, data version, batches, findings, jobs, audit."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    SmallInteger,
    String,
    Text,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base, one_of, surrogate
from grid.findings import ImportKind, Severity


class CitySetting(Base):
    """One setting of the city that an administrator may change (name, source, 审图号, stamps)."""

    __tablename__ = "city_setting"
    key: Mapped[str] = mapped_column(Text, primary_key=True)
    value: Mapped[str] = mapped_column(Text)


class DataVersion(Base):
    """A single row that every writing transaction bumps, so that a screen knows whether to look again."""

    __tablename__ = "data_version"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)
    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger)
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now())


class ImportBatch(Base):
    """One import of one file, or one dry run of it."""

    __tablename__ = "import_batch"
    __table_args__ = (
        one_of("kind", ImportKind),
        Index(
            "uq_import_batch_done",
            "kind",
            "sha256",
            "options",
            unique=True,
            postgresql_where=text("NOT dry_run AND NOT superseded"),
        ),
    )
    id: Mapped[int] = surrogate()
    kind: Mapped[str] = mapped_column(Text)
    file_name: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    options: Mapped[str] = mapped_column(Text)
    """Canonical JSON of the options that change the outcome."""
    dry_run: Mapped[bool]
    superseded: Mapped[bool] = mapped_column(server_default="false")
    """A later batch replaced what this one brought; the same file may then be imported again."""
    principal: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    seconds: Mapped[float]
    rows: Mapped[int]
    accepted: Mapped[int]
    review: Mapped[int]
    refused: Mapped[int]
    figures: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    inspection: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    """What was shown of the file and asked (``grid.inspection``)."""


class ImportFinding(Base):
    """One remark on one row of a batch."""

    __tablename__ = "import_finding"
    __table_args__ = (one_of("severity", Severity),)
    id: Mapped[int] = surrogate()
    batch_id: Mapped[int] = mapped_column(ForeignKey("import_batch.id", ondelete="CASCADE"), index=True)
    code: Mapped[str] = mapped_column(Text)
    severity: Mapped[str] = mapped_column(Text)
    row: Mapped[int]
    column: Mapped[str] = mapped_column(Text)
    original: Mapped[str] = mapped_column(Text)
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB)


class Job(Base):
    """Work for the background worker; claimed with FOR UPDATE SKIP LOCKED."""

    __tablename__ = "job"
    __table_args__ = (
        CheckConstraint("state IN ('queued', 'running', 'done', 'failed', 'cancelled')", name="state"),
        Index("ix_job_queued", "id", postgresql_where=text("state = 'queued'")),
    )
    id: Mapped[int] = surrogate()
    kind: Mapped[str] = mapped_column(Text)
    payload: Mapped[dict[str, Any]]
    upload_id: Mapped[int | None] = mapped_column(ForeignKey("upload.id", ondelete="SET NULL"), index=True)
    principal: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text, server_default="queued")
    step: Mapped[str] = mapped_column(Text, server_default="queued")
    step_at: Mapped[datetime | None]
    """When the step began; the time left is worked out from it."""
    done: Mapped[int] = mapped_column(server_default="0")
    total: Mapped[int | None]
    cancel_asked: Mapped[bool] = mapped_column(server_default="false")
    unchanged: Mapped[bool] = mapped_column(server_default="false")
    """The import found its file done already; ``batch_id`` is the batch that did it."""
    attempts: Mapped[int] = mapped_column(server_default="0")
    error_code: Mapped[str | None] = mapped_column(Text)
    error_facts: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("import_batch.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class Audit(Base):
    """Who did what to which thing, written in the transaction that did it.

    Insert-only and hash-chained: a trigger gives ``number`` without gaps and
    ``digest = sha256(previous || row)``, so that a changed or missing row shows (``fengtu audit verify``).
    """

    __tablename__ = "audit"
    id: Mapped[int] = surrogate()
    at: Mapped[datetime] = mapped_column(server_default=func.now())
    principal: Mapped[str] = mapped_column(Text)
    role: Mapped[str] = mapped_column(Text)
    action: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(Text)
    facts: Mapped[dict[str, Any]]
    number: Mapped[int] = mapped_column(BigInteger, unique=True)
    previous: Mapped[bytes] = mapped_column(LargeBinary)
    digest: Mapped[bytes] = mapped_column(LargeBinary)
