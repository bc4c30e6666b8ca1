"""Responsible units, and matters with where their problems are.

A matter and its place are one row: row level security then guards one table, and no reading needs a join.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from geoalchemy2 import Geometry
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Computed,
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
from grid.matters import BacklogTier, Category, Channel, Evaluation, Purpose, Stage, Track
from grid.places import Granularity, PlaceMethod, PlaceStatus

_NOWHERE = (
    "(address = '' AND address_key = '' AND place_reasons = '{}' AND place_candidates = '{}'"
    " AND num_nonnulls(place_status, granularity, place_method, datum, point,"
    " county_id, town_id, village_id, grid_id, functional_id, place_decision_id) = 0)"
)
"""Nothing at all is said of where: so of every accusation (Art. 30, 46)."""
CELLS_PER_DEGREE = 500


def _cell(coordinate: str) -> Mapped[int | None]:
    """Return the column that the database fills with a coordinate of the point, in cells."""
    # As PostgreSQL writes it back, so that models and database compare equal.
    expression = f"floor(({coordinate}(point) * {CELLS_PER_DEGREE}::double precision))::integer"
    return mapped_column(Computed(expression, persisted=True))


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
    """A matter (信访件) and where its problem is. ``matter_no`` is the opaque number of its source system."""

    __tablename__ = "petition"
    __table_args__ = (
        UniqueConstraint("source", "matter_no"),
        # Found by its number alone, whatever source it came from.
        Index("ix_petition_matter_no", "matter_no"),
        one_of("channel", Channel),
        one_of("purpose", Purpose),
        one_of("category", Category),
        one_of("stage", Stage),
        one_of("track", Track),
        one_of("evaluation", Evaluation),
        one_of("backlog_tier", BacklogTier),
        CheckConstraint("submissions >= 1", name="submissions"),
        CheckConstraint("heads >= 1", name="heads"),
        one_of("place_status", PlaceStatus),
        one_of("granularity", Granularity),
        one_of("place_method", PlaceMethod),
        CheckConstraint(
            f"num_nonnulls(place_status, granularity, place_method) = 3 OR {_NOWHERE}", name="whole_place"
        ),
        CheckConstraint("point IS NULL OR granularity IN ('point', 'building')", name="no_centroid"),
        CheckConstraint(
            f"purpose <> 'accusation' OR (unit_id IS NULL AND summary = '' AND {_NOWHERE})",
            name="accusation_has_no_unit_or_place",
        ),
        Index(
            "ix_petition_review",
            "address_key",
            postgresql_where=text("place_status <> 'accepted' AND place_decision_id IS NULL"),
        ),
        Index(
            "ix_petition_decided", "place_decision_id", postgresql_where=text("place_decision_id IS NOT NULL")
        ),
        # For windows of the map: ``&&`` is not LEAKPROOF, so that under row level security the GiST index is
        # not used for them; comparisons of integers are.
        Index("ix_petition_cell", "cell_x", "cell_y"),
        Index("ix_petition_changed", "changed", postgresql_using="brin"),
    )
    id: Mapped[int] = surrogate()
    source: Mapped[str] = mapped_column(Text)
    matter_no: Mapped[str] = mapped_column(Text)
    channel: Mapped[str] = mapped_column(Text)
    purpose: Mapped[str] = mapped_column(Text)
    category: Mapped[str] = mapped_column(Text)
    track: Mapped[str] = mapped_column(Text)
    stage: Mapped[str] = mapped_column(Text)
    received_on: Mapped[date | None]
    """The bureau received it (收到)."""
    registered_on: Mapped[date] = mapped_column(index=True)
    forwarded_on: Mapped[date | None]
    """转送、交办."""
    unit_received_on: Mapped[date | None]
    accepted_on: Mapped[date | None]
    noticed_on: Mapped[date | None]
    """受理告知."""
    notice_due_on: Mapped[date | None] = mapped_column(index=True)
    """Due day of the 受理告知 clock, by the rules; the same day of the clock's stop is in time."""
    due_on: Mapped[date | None] = mapped_column(index=True)
    """Due day of the 办结 clock, extension included; none before acceptance or outside the ordinary track."""
    replied_on: Mapped[date | None]
    evaluated_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    resubmitted_on: Mapped[date | None]
    """First submitted again on this day, as imported; never computed from who submits."""
    is_repeat: Mapped[bool]
    submissions: Mapped[int] = mapped_column(server_default="1")
    heads: Mapped[int] = mapped_column(server_default="1")
    is_backlog: Mapped[bool] = mapped_column(server_default="false")
    backlog_tier: Mapped[str | None] = mapped_column(Text)
    """Who handed a backlog matter over (交办批次)."""
    backlog_resolved_on: Mapped[date | None]
    head_read_on: Mapped[date | None]
    """阅批: the unit's head read and signed it."""
    evaluation: Mapped[str | None] = mapped_column(Text)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("import_batch.id"), index=True)
    place_status: Mapped[str | None] = mapped_column(Text)
    """None: the matter has no place, as accusations have none."""
    granularity: Mapped[str | None] = mapped_column(Text)
    place_method: Mapped[str | None] = mapped_column(Text)
    address: Mapped[str] = mapped_column(Text, server_default="")
    """The problem's address as imported (问题属地), kept for review."""
    address_key: Mapped[str] = mapped_column(Text, server_default="")
    """The address in normal form: matters with the same are decided together."""
    summary: Mapped[str] = mapped_column(Text, server_default="")
    """What the matter is about, only where the source's profile asks for it; redacted."""
    datum: Mapped[str | None] = mapped_column(Text)
    """Datum of the source's coordinates: CGCS2000, WGS84, GCJ02 or BD09."""
    point: Mapped[Any | None] = mapped_column(Geometry("POINT", srid=SRID))
    """Its GiST index is for placing matters anew (``data.writes.replacing``)."""
    cell_x: Mapped[int | None] = _cell("st_x")
    cell_y: Mapped[int | None] = _cell("st_y")
    county_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"), index=True)
    town_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"), index=True)
    village_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"), index=True)
    grid_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"), index=True)
    functional_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"), index=True)
    place_reasons: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    place_candidates: Mapped[list[int]] = mapped_column(ARRAY(BigInteger), server_default="{}")
    place_decision_id: Mapped[int | None] = mapped_column(ForeignKey("place_decision.id"))
    changed: Mapped[int] = mapped_column(
        BigInteger, server_default=text("(pg_current_xact_id()::text)::bigint")
    )
    """The transaction that wrote the row last (a trigger sees to it): the counts follow by it."""
