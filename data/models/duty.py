"""Who answers: leaders, coverage plans, listings; and the service network."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from geoalchemy2 import Geometry
from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Integer,
    String,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import SRID, Base, one_of, surrogate
from grid.coverage import AssignmentKind, PlanState
from grid.listings import ListingState


class Leader(Base):
    """A duty holder: a post, perhaps a name; no phone, no photo."""

    __tablename__ = "leader"
    __table_args__ = (UniqueConstraint("post", "name", postgresql_nulls_not_distinct=True),)
    id: Mapped[int] = surrogate()
    post: Mapped[str] = mapped_column(Text)
    name: Mapped[str | None] = mapped_column(Text)


class CoveragePlan(Base):
    """包片方案: an effective-dated set of assignments."""

    __tablename__ = "coverage_plan"
    __table_args__ = (
        one_of("state", PlanState),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="validity"),
        # Who covers a unit on a day is one plan's word: no two in force may share a day.
        ExcludeConstraint(
            (text("daterange(valid_from, valid_to)"), "&&"),
            where=text("state = 'published'"),
            name="ex_coverage_plan_in_force",
        ),
    )
    id: Mapped[int] = surrogate()
    name: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    version: Mapped[int] = mapped_column(server_default="1")
    base_id: Mapped[int | None] = mapped_column(ForeignKey("coverage_plan.id"))
    created_by: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("import_batch.id"))
    formula: Mapped[int] = mapped_column(ForeignKey("workload_formula.version"), server_default="1")


class Assignment(Base):
    """One unit given to one leader in a plan; no leader where the source did not say whose it is."""

    __tablename__ = "assignment"
    __table_args__ = (
        one_of("kind", AssignmentKind),
        UniqueConstraint("plan_id", "unit_id", "leader_id", "kind", postgresql_nulls_not_distinct=True),
        CheckConstraint("cases >= 0", name="cases"),
    )
    id: Mapped[int] = surrogate()
    plan_id: Mapped[int] = mapped_column(ForeignKey("coverage_plan.id", ondelete="CASCADE"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    leader_id: Mapped[int | None] = mapped_column(ForeignKey("leader.id"))
    kind: Mapped[str] = mapped_column(Text)
    cases: Mapped[int | None]


class Listing(Base):
    """挂牌: a unit's listing in a quarter."""

    __tablename__ = "listing"
    __table_args__ = (
        one_of("state", ListingState),
        UniqueConstraint("unit_id", "quarter"),
        CheckConstraint("quarter ~ '^[0-9]{4}Q[1-4]$'", name="quarter"),
    )
    id: Mapped[int] = surrogate()
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    quarter: Mapped[str] = mapped_column(String(6), index=True)
    state: Mapped[str] = mapped_column(Text)
    rank: Mapped[int | None]
    score: Mapped[float | None]
    reason: Mapped[str] = mapped_column(Text)
    listed_on: Mapped[date | None]
    approver: Mapped[str] = mapped_column(Text, server_default="")
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("import_batch.id"))
    """None where it was proposed here."""
    recorded_at: Mapped[datetime] = mapped_column(server_default=func.now())
    """Since when it is known here: of an imported one nothing from before is owed."""
    snapshot_id: Mapped[int | None] = mapped_column(ForeignKey("quarter_snapshot.id"))
    """The frozen quarter that its score and rank are from."""
    evidence: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    """By which criteria it was proposed, with their numbers."""


class ServiceStation(Base):
    """代办站: one a town."""

    __tablename__ = "service_station"
    id: Mapped[int] = surrogate()
    name: Mapped[str] = mapped_column(Text)
    town_id: Mapped[int] = mapped_column(ForeignKey("area.id"), unique=True)
    hours: Mapped[str] = mapped_column(Text, server_default="")
    """Opening hours in words."""
    batch_id: Mapped[int] = mapped_column(ForeignKey("import_batch.id"))


class ServicePoint(Base):
    """代办点 in a village; ``location`` only where the source gave one."""

    __tablename__ = "service_point"
    __table_args__ = (
        UniqueConstraint("village_id", "name"),
        CheckConstraint("resolved <= handled", name="resolved"),
    )
    id: Mapped[int] = surrogate()
    name: Mapped[str] = mapped_column(Text)
    village_id: Mapped[int] = mapped_column(ForeignKey("area.id"), index=True)
    location: Mapped[Any | None] = mapped_column(Geometry("POINT", srid=SRID))
    handled: Mapped[int] = mapped_column(server_default="0")
    resolved: Mapped[int] = mapped_column(server_default="0")
    since: Mapped[date | None]
    """First day of the period over which handled and resolved were counted."""
    until: Mapped[date | None]
    hours: Mapped[str] = mapped_column(Text, server_default="")
    last_handled_on: Mapped[date | None]
    """The day of its latest matter, where the source says so."""
    batch_id: Mapped[int] = mapped_column(ForeignKey("import_batch.id"))


class ServiceHeadcount(Base):
    """代办员: how many agents of a kind a point has; never who."""

    __tablename__ = "service_headcount"
    __table_args__ = (
        CheckConstraint("kind IN ('cadre', 'grid_worker', 'volunteer')", name="kind"),
        CheckConstraint("count >= 0", name="count"),
    )
    point_id: Mapped[int] = mapped_column(
        ForeignKey("service_point.id", ondelete="CASCADE"), primary_key=True
    )
    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    count: Mapped[int] = mapped_column(Integer)
