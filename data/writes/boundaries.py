"""Boundary editions: written whole, with shapes, borders and parents; `replacing` closes what was before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Text, cast, func, insert, select, text
from sqlalchemy.orm import Session

from data import models
from data.writes.copying import copy_rows, new_ids
from grid.areas import LEVELS, AreaKind, Level

EARLIEST = date(1949, 10, 1)
"""From when the first edition of a level holds: as far back as any matter that it must place."""
_AREA_COLUMNS = (
    "id", "edition_id", "level", "kind", "code", "name", "code_system", "vintage", "parent_id", "population",
    "area_km2", "valid_from", "geom", "label", "original", "population_on",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class EditionHead:
    """What holds for all areas of an edition."""

    level: Level
    code_system: str
    vintage: str
    source: str
    source_crs: str
    synthetic: bool
    valid_from: date
    batch_id: int


@dataclass(frozen=True, slots=True)
class AreaRow:
    """One area to write; ``geom``, ``label`` and ``original`` are hexadecimal EWKB in EPSG:4490.

    ``code_system`` and ``vintage`` are the edition's where they are none.
    """

    kind: AreaKind
    code: str
    name: str
    parent_id: int | None
    population: int | None
    area_km2: float
    geom: str
    label: str
    original: str | None = None
    code_system: str | None = None
    vintage: str | None = None
    population_on: date | None = None


@dataclass(frozen=True, slots=True)
class CarriedArea:
    """What an area in force has that no file says again, where another edition carries it over."""

    parent_id: int | None
    population: int | None
    original: str | None
    code_system: str
    vintage: str
    population_on: date | None


def read_areas_in_force(session: Session, level: Level) -> list[tuple[int, str, str, str, bytes]]:
    """Return (id, code, name, kind, WKB) of the areas of a level that have no end."""
    area = models.Area
    statement = select(area.id, area.code, area.name, area.kind, func.ST_AsBinary(area.geom))
    rows = session.execute(statement.where(area.level == level.value, area.valid_to.is_(None)))
    return [(i, code, name, kind, bytes(wkb)) for i, code, name, kind, wkb in rows]


def read_carried(session: Session, level: Level) -> dict[int, CarriedArea]:
    """Return by id what the areas of a level in force carry over."""
    area = models.Area
    statement = select(
        area.id, area.parent_id, area.population, cast(func.ST_AsHEXEWKB(area.original), Text),
        area.code_system, area.vintage, area.population_on,
    )  # fmt: skip
    rows = session.execute(statement.where(area.level == level.value, area.valid_to.is_(None)))
    return {row[0]: CarriedArea(*row[1:]) for row in rows}


def read_code_systems(session: Session, level: Level) -> list[str]:
    """Return the code systems of the areas of a level in force."""
    area = models.Area
    in_force = select(area.code_system).where(area.level == level.value, area.valid_to.is_(None))
    return list(session.scalars(in_force.distinct().order_by(area.code_system)))


def read_parents(session: Session, ids: Sequence[int]) -> dict[int, int]:
    """Return by id the parents that areas have."""
    area = models.Area
    rows = session.execute(
        select(area.id, area.parent_id).where(area.id.in_(ids), area.parent_id.is_not(None))
    )
    return {child: parent for child, parent in rows if parent is not None}


def first_day_in_force(session: Session, level: Level) -> date | None:
    """Return since when the level's present edition holds, none where the level has none."""
    edition = models.Edition
    return session.scalar(
        select(func.max(edition.valid_from)).where(edition.level == level.value, edition.valid_to.is_(None))
    )


def insert_edition(session: Session, head: EditionHead, areas: Sequence[AreaRow]) -> tuple[int, list[int]]:
    """Write an edition with its areas and return its id and the areas' in order."""
    row = {
        "level": head.level.value,
        "code_system": head.code_system,
        "vintage": head.vintage,
        "source": head.source,
        "source_crs": head.source_crs,
        "synthetic": head.synthetic,
        "valid_from": head.valid_from,
        "batch_id": head.batch_id,
    }
    edition_id = session.execute(
        insert(models.Edition).values(**row).returning(models.Edition.id)
    ).scalar_one()
    ids = new_ids(session, "area", len(areas))
    rows = (
        (
            i, edition_id, head.level, area.kind, area.code, area.name, area.code_system or head.code_system,
            area.vintage or head.vintage, area.parent_id, area.population, area.area_km2, head.valid_from,
            area.geom, area.label, area.original, area.population_on,
        )
        for i, area in zip(ids, areas, strict=True)
    )  # fmt: skip
    copy_rows(session, "area", _AREA_COLUMNS, rows)
    return edition_id, ids


def insert_shapes(session: Session, band: int, ids: Sequence[int], geoms: Sequence[str]) -> None:
    """Write the simplified outlines of one zoom band (hexadecimal EWKB)."""
    rows = ((i, band, geom) for i, geom in zip(ids, geoms, strict=True))
    copy_rows(session, "area_shape", ("area_id", "band", "geom"), rows)


def insert_borders(session: Session, pairs: Sequence[tuple[int, int, float]]) -> None:
    """Write borders as (area id, area id, metres)."""
    rows = ((min(a, b), max(a, b), length_m) for a, b, length_m in pairs)
    copy_rows(session, "area_border", ("area_id", "neighbour_id", "length_m"), rows)


def adopt_children(session: Session, level: Level, batch_id: int) -> None:
    """Give areas in force that have no parent, or only one wider than this level, a parent by location."""
    wider = [wide.value for wide in LEVELS[: LEVELS.index(level)]]
    narrower = [narrow.value for narrow in LEVELS[LEVELS.index(level) + 1 :]]
    session.execute(
        text(_ADOPT), {"level": level.value, "batch": batch_id, "wider": wider, "narrower": narrower}
    )


def create_area_units(session: Session, ids: Sequence[int]) -> None:
    """Make a responsible unit of each area that has none."""
    area, unit = models.Area, models.Unit
    missing = select(area.name, text("'area'"), area.id).where(
        area.id.in_(ids), ~select(unit.id).where(unit.area_id == area.id).exists()
    )
    session.execute(insert(unit).from_select(["name", "kind", "area_id"], missing))


_ADOPT = """
UPDATE area child SET parent_id = wide.id
FROM area wide JOIN edition ON edition.id = wide.edition_id AND batch_id = :batch
WHERE child.level = ANY (:narrower) AND child.valid_to IS NULL AND wide.kind = 'regular'
  AND (child.parent_id IS NULL
       OR child.parent_id IN (SELECT id FROM area WHERE level = ANY (:wider))
       OR child.parent_id IN (SELECT id FROM area WHERE level = :level AND valid_to IS NOT NULL))
  AND ST_Intersects(wide.geom, child.label)
"""
