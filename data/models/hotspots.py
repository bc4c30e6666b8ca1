"""Hotspots: which columnar copy of the matters counts at present, and the issue sites found in them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from geoalchemy2 import Geometry
from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, SmallInteger, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import SRID, Base, one_of, surrogate
from grid.matters import Category


class CountSnapshot(Base):
    """The columnar copy in force, a single row.

    ``name`` is its folder, which nobody can guess who may not read this row.
    """

    __tablename__ = "count_snapshot"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)
    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    data_version: Mapped[int] = mapped_column(BigInteger)
    changed_at: Mapped[datetime]
    """When that data version began."""
    watermark: Mapped[int] = mapped_column(BigInteger)
    """Every transaction before this one is in the copy."""
    rows: Mapped[int] = mapped_column(BigInteger)
    verified_at: Mapped[datetime | None]
    """When its numbers were last found equal to those of SQL."""


class IssueSite(Base):
    """A cluster of matters of one category around a place, never of so few that one could be told apart."""

    __tablename__ = "issue_site"
    __table_args__ = (
        one_of("category", Category),
        CheckConstraint("count >= 5", name="small"),
        CheckConstraint("radius_m > 0", name="radius"),
        Index("ix_issue_site_category", "category"),
    )
    id: Mapped[int] = surrogate()
    category: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    """Of the estate, project, place or road that most of its matters name or lie at, else of the village."""
    named_by: Mapped[str] = mapped_column(Text)
    """The kind of what it is named after: a kind of gazetteer entry, or ``area``."""
    village_id: Mapped[int | None] = mapped_column(ForeignKey("area.id", ondelete="CASCADE"), index=True)
    town_id: Mapped[int | None] = mapped_column(ForeignKey("area.id", ondelete="CASCADE"), index=True)
    county_id: Mapped[int | None] = mapped_column(ForeignKey("area.id", ondelete="CASCADE"), index=True)
    centre: Mapped[Any] = mapped_column(Geometry("POINT", srid=SRID, spatial_index=False))
    """Mean of its matters' points; no matter's own."""
    radius_m: Mapped[float]
    count: Mapped[int]
    open_count: Mapped[int]
    since: Mapped[date]
    until: Mapped[date]
    """The months that were looked at, first and last day."""
    months: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
    """Matters registered in each month from ``since`` to ``until``."""
