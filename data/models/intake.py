"""What an import keeps beside its rows: uploads, what a source's columns mean, and rows to be mended."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, Text, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base, one_of, surrogate
from grid.findings import ImportKind, RowState


class Upload(Base):
    """A file as it was sent, kept for a few hours so that it is sent once; ``key`` is what a page holds."""

    __tablename__ = "upload"
    __table_args__ = (CheckConstraint("size = length(content)", name="size"),)
    id: Mapped[int] = surrogate()
    key: Mapped[str] = mapped_column(String(43), unique=True)
    principal: Mapped[str] = mapped_column(Text)
    file_name: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class ImportProfile(Base):
    """What the columns of a source's files mean, remembered from its last import."""

    __tablename__ = "import_profile"
    __table_args__ = (one_of("kind", ImportKind), UniqueConstraint("kind", "source"))
    id: Mapped[int] = surrogate()
    kind: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text)
    columns: Mapped[dict[str, Any]]
    """Field by header in its normal form; "-" for a column that is left out."""
    options: Mapped[dict[str, Any]]
    """Options that hold for every file of the source."""
    principal: Mapped[str] = mapped_column(Text)
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())


class ImportRow(Base):
    """A row that was not taken in as it stands, to be mended and sent again: no person column, redacted."""

    __tablename__ = "import_row"
    __table_args__ = (one_of("state", RowState),)
    batch_id: Mapped[int] = mapped_column(ForeignKey("import_batch.id", ondelete="CASCADE"), primary_key=True)
    row: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(Text)
    key: Mapped[str] = mapped_column(Text, server_default="")
    """Source and number, the same for all rows of one conflict."""
    cells: Mapped[dict[str, Any]]
    """Text by header, in the order of ``import_batch.inspection``'s columns."""
