"""Published products: what shared views may read, ordinary tables that each publication replaces."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    LargeBinary,
    SmallInteger,
    Text,
)
from sqlalchemy.dialects.postgresql import REAL
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base, one_of
from grid.published import GroupKind, Window


def _key() -> Mapped[str]:
    return mapped_column(Text, primary_key=True)


class PublishedState(Base):
    """The publication in force, a single row: what it was made from and by.

    ``number`` names it in addresses that browsers keep, so that no two publications may share one.
    """

    __tablename__ = "published_state"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)
    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger)
    data_version: Mapped[int] = mapped_column(BigInteger)
    changed_at: Mapped[datetime]
    """When that data version began."""
    day: Mapped[date]
    program: Mapped[str] = mapped_column(Text)
    """Digest of the program whose rules it follows."""


class PublishedCount(Base):
    """Matters of a group placed in an area; none where hidden, which a village's of all matters may be."""

    __tablename__ = "published_count"
    __table_args__ = (
        one_of("time_window", Window),
        CheckConstraint("level IN ('county', 'town', 'village')", name="level"),
        one_of("group_kind", GroupKind),
        CheckConstraint("level <> 'village' OR group_kind = 'all'", name="villages_of_all"),
        CheckConstraint("count IS NOT NULL OR level = 'village'", name="hidden_villages"),
    )
    time_window: Mapped[str] = _key()
    level: Mapped[str] = _key()
    group_kind: Mapped[str] = _key()
    group_value: Mapped[str] = _key()
    """Empty for all."""
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id", ondelete="CASCADE"), primary_key=True)
    count: Mapped[int | None]


class PublishedPlaced(Base):
    """How finely the city's matters of a group are placed."""

    __tablename__ = "published_placed"
    __table_args__ = (one_of("time_window", Window), one_of("group_kind", GroupKind))
    time_window: Mapped[str] = _key()
    group_kind: Mapped[str] = _key()
    group_value: Mapped[str] = _key()
    point: Mapped[int]
    grid: Mapped[int]
    village: Mapped[int]
    town: Mapped[int]
    county: Mapped[int]
    unplaced: Mapped[int]


class PublishedFigure(Base):
    """One of the wall's main figures; ``position`` is its place among them."""

    __tablename__ = "published_figure"
    __table_args__ = (one_of("time_window", Window), one_of("group_kind", GroupKind))
    time_window: Mapped[str] = _key()
    group_kind: Mapped[str] = _key()
    group_value: Mapped[str] = _key()
    position: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    code: Mapped[str] = mapped_column(Text)
    unit: Mapped[str] = mapped_column(Text)
    value: Mapped[float | None]
    n: Mapped[int]
    since: Mapped[date]
    until: Mapped[date]
    before: Mapped[float | None]
    year_before: Mapped[float | None]


class PublishedMonth(Base):
    """The city's matters of a group that were registered in a month."""

    __tablename__ = "published_month"
    __table_args__ = (one_of("group_kind", GroupKind),)
    group_kind: Mapped[str] = _key()
    group_value: Mapped[str] = _key()
    month: Mapped[date] = mapped_column(primary_key=True)
    count: Mapped[int]
    repeats: Mapped[int]
    partial: Mapped[bool]


class PublishedDensity(Base):
    """A masked density surface, packed by ``data.density_fields``; none where no matter has a point."""

    __tablename__ = "published_density"
    __table_args__ = (one_of("time_window", Window), one_of("group_kind", GroupKind))
    time_window: Mapped[str] = _key()
    group_kind: Mapped[str] = _key()
    group_value: Mapped[str] = _key()
    west_m: Mapped[float]
    south_m: Mapped[float]
    east_m: Mapped[float]
    north_m: Mapped[float]
    bandwidth_m: Mapped[float]
    n: Mapped[int]
    rows: Mapped[int]
    cols: Mapped[int]
    top_per_km2: Mapped[float] = mapped_column(REAL)
    levels: Mapped[bytes] = mapped_column(LargeBinary)
