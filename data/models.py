"""The schema: matters, places and duty holders in PostGIS; no table or column for a person who petitions.

Geometries are EPSG:4490 (CGCS2000, lon/lat) with GiST indexes. Enumerations are text with a CHECK from the
domain's StrEnums, so that a new member is one migration and no type.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar

from geoalchemy2 import Geometry
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from grid.areas import AreaKind, Level
from grid.coverage import AssignmentKind, PlanState, UnitKind
from grid.findings import ImportKind, Severity
from grid.listings import ListingState
from grid.matters import Category, Channel, Evaluation, Purpose, Stage, Track
from grid.places import Granularity, PlaceMethod, PlaceStatus

SRID = 4490


class Base(DeclarativeBase):
    """Base of all tables; constraint names are derived so that migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar = {dict[str, Any]: JSONB, datetime: DateTime(timezone=True)}


def _one_of(column: str, members: type[StrEnum]) -> CheckConstraint:
    values = ", ".join(f"'{member.value}'" for member in members)
    return CheckConstraint(f"{column} IN ({values})", name=column)


def _surrogate() -> Mapped[int]:
    return mapped_column(BigInteger, Identity(always=True), primary_key=True)


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
        _one_of("kind", ImportKind),
        Index(
            "uq_import_batch_done",
            "kind",
            "sha256",
            "options",
            unique=True,
            postgresql_where=text("NOT dry_run AND NOT superseded"),
        ),
    )
    id: Mapped[int] = _surrogate()
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


class ImportFinding(Base):
    """One remark on one row of a batch."""

    __tablename__ = "import_finding"
    __table_args__ = (_one_of("severity", Severity),)
    id: Mapped[int] = _surrogate()
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
        CheckConstraint("state IN ('queued', 'running', 'done', 'failed')", name="state"),
        Index("ix_job_queued", "id", postgresql_where=text("state = 'queued'")),
    )
    id: Mapped[int] = _surrogate()
    kind: Mapped[str] = mapped_column(Text)
    payload: Mapped[dict[str, Any]]
    content: Mapped[bytes | None] = mapped_column(LargeBinary)
    """The upload, removed when the job ends."""
    principal: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text, server_default="queued")
    step: Mapped[str] = mapped_column(Text, server_default="queued")
    step_at: Mapped[datetime | None]
    """When the step began; the time left is worked out from it."""
    done: Mapped[int] = mapped_column(server_default="0")
    total: Mapped[int | None]
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
    """Who did what to which thing, written in the transaction that did it."""

    __tablename__ = "audit"
    id: Mapped[int] = _surrogate()
    at: Mapped[datetime] = mapped_column(server_default=func.now())
    principal: Mapped[str] = mapped_column(Text)
    role: Mapped[str] = mapped_column(Text)
    action: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(Text)
    facts: Mapped[dict[str, Any]]


class Edition(Base):
    """One imported set of boundaries of one level; its geometry never changes."""

    __tablename__ = "edition"
    __table_args__ = (_one_of("level", Level),)
    id: Mapped[int] = _surrogate()
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
        _one_of("level", Level),
        _one_of("kind", AreaKind),
        UniqueConstraint("edition_id", "code"),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="validity"),
        Index("ix_area_level_valid_to", "level", "valid_to"),
    )
    id: Mapped[int] = _surrogate()
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"))
    level: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    code: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    code_system: Mapped[str] = mapped_column(Text)
    vintage: Mapped[str] = mapped_column(Text)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"), index=True)
    population: Mapped[int | None]
    area_km2: Mapped[float]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    geom: Mapped[Any] = mapped_column(Geometry("MULTIPOLYGON", srid=SRID))
    label: Mapped[Any] = mapped_column(Geometry("POINT", srid=SRID, spatial_index=False))


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


class GazetteerEntry(Base):
    """A name of the city that an address may use: alias of an area, road, estate, POI."""

    __tablename__ = "gazetteer_entry"
    __table_args__ = (
        CheckConstraint("kind IN ('alias', 'road', 'estate', 'poi')", name="kind"),
        CheckConstraint("parity IN ('all', 'odd', 'even')", name="parity"),
    )
    id: Mapped[int] = _surrogate()
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


class Unit(Base):
    """A responsible unit (责任单位): the government of an area, or a department."""

    __tablename__ = "unit"
    __table_args__ = (
        _one_of("kind", UnitKind),
        CheckConstraint("(kind = 'area') = (area_id IS NOT NULL)", name="area_of_kind"),
        Index("uq_unit_department", "name", unique=True, postgresql_where=text("kind = 'department'")),
    )
    id: Mapped[int] = _surrogate()
    name: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"), unique=True)


class Petition(Base):
    """A matter (信访件). ``matter_no`` is the opaque number of its source system."""

    __tablename__ = "petition"
    __table_args__ = (
        UniqueConstraint("source", "matter_no"),
        _one_of("channel", Channel),
        _one_of("purpose", Purpose),
        _one_of("category", Category),
        _one_of("stage", Stage),
        _one_of("track", Track),
        _one_of("evaluation", Evaluation),
        CheckConstraint("submissions >= 1", name="submissions"),
        CheckConstraint("heads >= 1", name="heads"),
        CheckConstraint("purpose <> 'accusation' OR unit_id IS NULL", name="accusation_has_no_unit"),
        Index("ix_petition_registered_on", "registered_on"),
        Index("ix_petition_due_on", "due_on"),
    )
    id: Mapped[int] = _surrogate()
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
        _one_of("status", PlaceStatus),
        _one_of("granularity", Granularity),
        _one_of("method", PlaceMethod),
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


class ServiceStation(Base):
    """代办站: one a town."""

    __tablename__ = "service_station"
    id: Mapped[int] = _surrogate()
    name: Mapped[str] = mapped_column(Text)
    town_id: Mapped[int] = mapped_column(ForeignKey("area.id"), unique=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("import_batch.id"))


class ServicePoint(Base):
    """代办点 in a village; ``location`` only where the source gave one."""

    __tablename__ = "service_point"
    __table_args__ = (
        UniqueConstraint("village_id", "name"),
        CheckConstraint("resolved <= handled", name="resolved"),
    )
    id: Mapped[int] = _surrogate()
    name: Mapped[str] = mapped_column(Text)
    village_id: Mapped[int] = mapped_column(ForeignKey("area.id"), index=True)
    location: Mapped[Any | None] = mapped_column(Geometry("POINT", srid=SRID))
    handled: Mapped[int] = mapped_column(server_default="0")
    resolved: Mapped[int] = mapped_column(server_default="0")
    since: Mapped[date | None]
    """First day of the period over which handled and resolved were counted."""
    until: Mapped[date | None]
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


class Leader(Base):
    """A duty holder: a post, perhaps a name; no phone, no photo."""

    __tablename__ = "leader"
    __table_args__ = (UniqueConstraint("post", "name", postgresql_nulls_not_distinct=True),)
    id: Mapped[int] = _surrogate()
    post: Mapped[str] = mapped_column(Text)
    name: Mapped[str | None] = mapped_column(Text)


class CoveragePlan(Base):
    """包片方案: an effective-dated set of assignments."""

    __tablename__ = "coverage_plan"
    __table_args__ = (
        _one_of("state", PlanState),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="validity"),
    )
    id: Mapped[int] = _surrogate()
    name: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    version: Mapped[int] = mapped_column(server_default="1")
    base_id: Mapped[int | None] = mapped_column(ForeignKey("coverage_plan.id"))
    created_by: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("import_batch.id"))


class Assignment(Base):
    """One unit given to one leader in a plan; no leader where the source did not say whose it is."""

    __tablename__ = "assignment"
    __table_args__ = (
        _one_of("kind", AssignmentKind),
        UniqueConstraint("plan_id", "unit_id", "leader_id", "kind", postgresql_nulls_not_distinct=True),
        CheckConstraint("cases >= 0", name="cases"),
    )
    id: Mapped[int] = _surrogate()
    plan_id: Mapped[int] = mapped_column(ForeignKey("coverage_plan.id", ondelete="CASCADE"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    leader_id: Mapped[int | None] = mapped_column(ForeignKey("leader.id"))
    kind: Mapped[str] = mapped_column(Text)
    cases: Mapped[int | None]


class Listing(Base):
    """挂牌: a unit's listing in a quarter."""

    __tablename__ = "listing"
    __table_args__ = (
        _one_of("state", ListingState),
        UniqueConstraint("unit_id", "quarter"),
        CheckConstraint("quarter ~ '^[0-9]{4}Q[1-4]$'", name="quarter"),
    )
    id: Mapped[int] = _surrogate()
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    quarter: Mapped[str] = mapped_column(String(6), index=True)
    state: Mapped[str] = mapped_column(Text)
    rank: Mapped[int | None]
    score: Mapped[float | None]
    reason: Mapped[str] = mapped_column(Text)
    listed_on: Mapped[date | None]
    approver: Mapped[str] = mapped_column(Text, server_default="")
    batch_id: Mapped[int] = mapped_column(ForeignKey("import_batch.id"))
