"""What screens keep: tours of the wall (轮播), and what grid workers did about a matter (代办)."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Text, UniqueConstraint, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base, one_of, surrogate
from grid.assisting import AssistStep


class Tour(Base):
    """A tour of the wall: its scenes in order, as ``grid.tours`` writes them."""

    __tablename__ = "tour"
    __table_args__ = (UniqueConstraint("name"),)
    id: Mapped[int] = surrogate()
    name: Mapped[str] = mapped_column(Text)
    scenes: Mapped[list[Any]] = mapped_column(JSONB)
    version: Mapped[int] = mapped_column(server_default="1")
    """Counts changes: who saves must have seen the last."""
    principal: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now())


class AssistNote(Base):
    """A step that a grid worker took about a matter; insert-only, the same ``key`` of a worker once."""

    __tablename__ = "assist_note"
    __table_args__ = (one_of("step", AssistStep), UniqueConstraint("principal", "key"))
    id: Mapped[int] = surrogate()
    petition_id: Mapped[int] = mapped_column(ForeignKey("petition.id", ondelete="CASCADE"), index=True)
    principal: Mapped[str] = mapped_column(Text)
    key: Mapped[UUID]
    """Given by the phone, so that what is sent twice is kept once."""
    step: Mapped[str] = mapped_column(Text)
    words: Mapped[str] = mapped_column(Text, server_default="")
    """What was done, without a word of persons: identities are refused."""
    taken_at: Mapped[datetime]
    """When the worker took it, as the phone says; never later than ``noted_at``."""
    noted_at: Mapped[datetime] = mapped_column(server_default=func.now())
