"""What people decided where the geocoder would not, what it changed, and what others said."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from geoalchemy2 import Geometry
from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import SRID, Base, one_of, surrogate
from grid.places import Granularity
from grid.reviewing import ReportVerdict, Verdict


class PlaceDecision(Base):
    """What a person said one address text means; holds for every matter with this text until undone."""

    __tablename__ = "place_decision"
    __table_args__ = (
        one_of("verdict", Verdict),
        one_of("granularity", Granularity),
        CheckConstraint("(verdict = 'placed') = (area_id IS NOT NULL)", name="placed"),
        CheckConstraint("point IS NULL OR granularity IN ('point', 'building')", name="no_centroid"),
        Index(
            "uq_place_decision_in_force",
            "address_key",
            unique=True,
            postgresql_where=text("undone_at IS NULL"),
        ),
    )
    id: Mapped[int] = surrogate()
    address_key: Mapped[str] = mapped_column(Text)
    """The address in normal form (``grid.geocoding.normalise``)."""
    verdict: Mapped[str] = mapped_column(Text)
    granularity: Mapped[str] = mapped_column(Text)
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"), index=True)
    point: Mapped[Any | None] = mapped_column(Geometry("POINT", srid=SRID, spatial_index=False))
    principal: Mapped[str] = mapped_column(Text)
    decided_at: Mapped[datetime] = mapped_column(server_default=func.now())
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[str] = mapped_column(Text, server_default="")


class PlaceChange(Base):
    """What a decision changed in one matter: its place as it was before, to be put back."""

    __tablename__ = "place_change"
    decision_id: Mapped[int] = mapped_column(
        ForeignKey("place_decision.id", ondelete="CASCADE"), primary_key=True
    )
    petition_id: Mapped[int] = mapped_column(
        ForeignKey("petition.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    before: Mapped[dict[str, Any]]


class PlaceReport(Base):
    """What a grid worker said on the spot of a matter's place."""

    __tablename__ = "place_report"
    __table_args__ = (
        one_of("verdict", ReportVerdict),
        CheckConstraint("(verdict = 'moved') = (point IS NOT NULL)", name="moved"),
        Index("ix_place_report_open", "petition_id", postgresql_where=text("settled_at IS NULL")),
    )
    id: Mapped[int] = surrogate()
    petition_id: Mapped[int] = mapped_column(ForeignKey("petition.id", ondelete="CASCADE"))
    principal: Mapped[str] = mapped_column(Text)
    verdict: Mapped[str] = mapped_column(Text)
    point: Mapped[Any | None] = mapped_column(Geometry("POINT", srid=SRID, spatial_index=False))
    before: Mapped[dict[str, Any] | None]
    """The matter's place before the worker moved it, to be put back."""
    reported_at: Mapped[datetime] = mapped_column(server_default=func.now())
    settled_at: Mapped[datetime | None]


class ProviderAnswer(Base):
    """What an online provider said of an address: in its own datum, with the raw answer."""

    __tablename__ = "provider_answer"
    __table_args__ = (UniqueConstraint("provider", "address_key"),)
    id: Mapped[int] = surrogate()
    provider: Mapped[str] = mapped_column(Text)
    address_key: Mapped[str] = mapped_column(Text, index=True)
    outcome: Mapped[str] = mapped_column(Text)
    """A code: ``found``, or why the answer is none to use."""
    datum: Mapped[str | None] = mapped_column(Text)
    lon: Mapped[float | None]
    lat: Mapped[float | None]
    point: Mapped[Any | None] = mapped_column(Geometry("POINT", srid=SRID, spatial_index=False))
    raw: Mapped[dict[str, Any]]
    asked_at: Mapped[datetime] = mapped_column(server_default=func.now())


class ProviderSpent(Base):
    """How many questions a provider was asked on a day."""

    __tablename__ = "provider_spent"
    provider: Mapped[str] = mapped_column(Text, primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    used: Mapped[int]
