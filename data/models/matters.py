"""Responsible units, matters and where their problems are."""

from __future__ import annotations

from datetime import date
from typing import Any

from geoalchemy2 import Geometry
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import SRID, Base, one_of, surrogate
from grid.coverage import UnitKind
from grid.matters import Category, Channel, Evaluation, Purpose, Stage, Track
from grid.places import Granularity, PlaceMethod, PlaceStatus


class Unit(Base):
    """A responsible unit (责任单位): the government of an area, or a department."""

    __tablename__ = "unit"
    __table_args__ = (
        one_of("kind", UnitKind),
        CheckConstraint("(kind = 'area') = (area_id IS NOT NULL)", name="area_of_kind"),
        Index("uq_unit_department", "name", unique=True, postgresql_where=text("kind = 'department'")),
    )
    id: Mapped[int] = surrogate()
    name: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"), unique=True)


class Petition(Base):
    """A matter (信访件). ``matter_no`` is the opaque number of its source system."""

    __tablename__ = "petition"
    __table_args__ = (
        UniqueConstraint("source", "matter_no"),
        one_of("channel", Channel),
        one_of("purpose", Purpose),
        one_of("category", Category),
        one_of("stage", Stage),
        one_of("track", Track),
        one_of("evaluation", Evaluation),
        CheckConstraint("submissions >= 1", name="submissions"),
        CheckConstraint("heads >= 1", name="heads"),
        CheckConstraint("purpose <> 'accusation' OR unit_id IS NULL", name="accusation_has_no_unit"),
        Index("ix_petition_registered_on", "registered_on"),
        Index("ix_petition_due_on", "due_on"),
    )
    id: Mapped[int] = surrogate()
    source: Mapped[str] = mapped_column(Text)
    matter_no: Mapped[str] = mapped_column(Text)
    channel: Mapped[str] = mapped_column(Text)
    purpose: Mapped[str] = mapped_column(Text)
    category: Mapped[str] = mapped_column(Text)
    track: Mapped[str] = mapped_column(Text)
    stage: Mapped[str] = mapped_column(Text)
    registered_on: Mapped[date]
    accepted_on: Mapped[date | None]
    due_on: Mapped[date | None]
    """Due day of the 办结 clock, extension included; none before acceptance or outside the ordinary track."""
    replied_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    is_repeat: Mapped[bool]
    submissions: Mapped[int] = mapped_column(server_default="1")
    heads: Mapped[int] = mapped_column(server_default="1")
    is_backlog: Mapped[bool] = mapped_column(server_default="false")
    evaluation: Mapped[str | None] = mapped_column(Text)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("import_batch.id"), index=True)


class Place(Base):
    """Where a matter's problem is; none for accusations, which are on no map."""

    __tablename__ = "place"
    __table_args__ = (
        one_of("status", PlaceStatus),
        one_of("granularity", Granularity),
        one_of("method", PlaceMethod),
        CheckConstraint("point IS NULL OR granularity IN ('point', 'building')", name="no_centroid"),
        Index("ix_place_review", "status", postgresql_where=text("status <> 'accepted'")),
    )
    petition_id: Mapped[int] = mapped_column(ForeignKey("petition.id", ondelete="CASCADE"), primary_key=True)
    status: Mapped[str] = mapped_column(Text)
    granularity: Mapped[str] = mapped_column(Text)
    method: Mapped[str] = mapped_column(Text)
    address: Mapped[str] = mapped_column(Text, server_default="")
    """The problem's address as imported (问题属地), kept for review."""
    datum: Mapped[str | None] = mapped_column(Text)
    """Datum of the source's coordinates: CGCS2000, WGS84, GCJ02 or BD09."""
    point: Mapped[Any | None] = mapped_column(Geometry("POINT", srid=SRID))
    county_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"), index=True)
    town_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"), index=True)
    village_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"), index=True)
    grid_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"), index=True)
    functional_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"), index=True)
    reasons: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    candidates: Mapped[list[int]] = mapped_column(ARRAY(BigInteger), server_default="{}")
