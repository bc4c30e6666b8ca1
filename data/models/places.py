"""Editions, areas with their shapes and borders, and the names of the city."""

from __future__ import annotations

from datetime import date
from typing import Any

from geoalchemy2 import Geometry
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    SmallInteger,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import SRID, Base, one_of, surrogate
from grid.areas import AreaKind, Level


class Edition(Base):
    """One imported set of boundaries of one level; its geometry never changes."""

    __tablename__ = "edition"
    __table_args__ = (one_of("level", Level),)
    id: Mapped[int] = surrogate()
    level: Mapped[str] = mapped_column(Text)
    code_system: Mapped[str] = mapped_column(Text)
    vintage: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text)
    source_crs: Mapped[str] = mapped_column(Text)
    synthetic: Mapped[bool]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    batch_id: Mapped[int] = mapped_column(ForeignKey("import_batch.id"))


class Area(Base):
    """An area of one edition. A code is text and unique only within its edition."""

    __tablename__ = "area"
    __table_args__ = (
        one_of("level", Level),
        one_of("kind", AreaKind),
        UniqueConstraint("edition_id", "code"),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="validity"),
        Index("ix_area_level_valid_to", "level", "valid_to"),
    )
    id: Mapped[int] = surrogate()
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"))
    level: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    code: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    code_system: Mapped[str] = mapped_column(Text)
    vintage: Mapped[str] = mapped_column(Text)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"), index=True)
    population: Mapped[int | None]
    population_on: Mapped[date | None]
    """The day of the count, where the population came by itself."""
    area_km2: Mapped[float]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    geom: Mapped[Any] = mapped_column(Geometry("MULTIPOLYGON", srid=SRID))
    label: Mapped[Any] = mapped_column(Geometry("POINT", srid=SRID, spatial_index=False))
    original: Mapped[Any | None] = mapped_column(Geometry("GEOMETRY", srid=SRID, spatial_index=False))
    """The outline as it came, where a repair of it was approved."""


class AreaShape(Base):
    """An area's outline simplified together with its neighbours (no gaps), one for each zoom band."""

    __tablename__ = "area_shape"
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id", ondelete="CASCADE"), primary_key=True)
    band: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    """0: whole city, 1: a county fills the screen, 2: a village does."""
    geom: Mapped[Any] = mapped_column(Geometry("MULTIPOLYGON", srid=SRID, spatial_index=False))


class AreaBorder(Base):
    """Two areas of one level that touch (or, for a functional area, overlap)."""

    __tablename__ = "area_border"
    __table_args__ = (CheckConstraint("area_id < neighbour_id", name="ordered"),)
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id", ondelete="CASCADE"), primary_key=True)
    neighbour_id: Mapped[int] = mapped_column(ForeignKey("area.id", ondelete="CASCADE"), primary_key=True)
    length_m: Mapped[float]


class AreaCrosswalk(Base):
    """What two editions of a level have in common, pair by pair of a former and a later area."""

    __tablename__ = "area_crosswalk"
    old_id: Mapped[int] = mapped_column(ForeignKey("area.id", ondelete="CASCADE"), primary_key=True)
    new_id: Mapped[int] = mapped_column(
        ForeignKey("area.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    shared_m2: Mapped[float]
    share_of_old: Mapped[float]
    share_of_new: Mapped[float]
    matters: Mapped[int]
    """Matters with a point that lie in both, when the later edition was imported."""


class EditionChange(Base):
    """What importing an edition changed in a row that was there before it, so that it can be rolled back."""

    __tablename__ = "edition_change"
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id", ondelete="CASCADE"), primary_key=True)
    changed: Mapped[str] = mapped_column(Text, primary_key=True)
    """The table."""
    row_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    before: Mapped[dict[str, Any]]
    """The columns that changed, as they were; ``after`` as they became."""
    after: Mapped[dict[str, Any]]


class GazetteerEntry(Base):
    """A name of the city that an address may use: alias of an area, road, estate, POI, standard address."""

    __tablename__ = "gazetteer_entry"
    __table_args__ = (
        CheckConstraint("kind IN ('alias', 'road', 'estate', 'poi', 'address')", name="kind"),
        CheckConstraint("parity IN ('all', 'odd', 'even')", name="parity"),
    )
    id: Mapped[int] = surrogate()
    kind: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), index=True)
    """The smallest area that holds the entry wholly (for a number range: that range)."""
    number_from: Mapped[int | None]
    number_to: Mapped[int | None]
    parity: Mapped[str] = mapped_column(Text, server_default="all")
    point: Mapped[Any | None] = mapped_column(Geometry("POINT", srid=SRID, spatial_index=False))
    """Only for an entry that is itself a point; never a centroid."""
    line: Mapped[Any | None] = mapped_column(Geometry("MULTILINESTRING", srid=SRID, spatial_index=False))
    batch_id: Mapped[int] = mapped_column(ForeignKey("import_batch.id"))
