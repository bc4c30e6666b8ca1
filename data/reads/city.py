"""Readings shared by every screen: data version, the city, its areas and their shapes."""

from __future__ import annotations

import gzip
from datetime import date
from typing import Any

from sqlalchemy import Row, Select, func, select, text
from sqlalchemy.orm import Session

from data import models
from grid.areas import LEVELS, Area, AreaKind, Level
from grid.metric import metric_epsg
from grid.questions import City, DataVersion
from grid.refusals import Refused

CITY_ZONE = "Asia/Shanghai"
SHAPE_BAND = {Level.CITY: 0, Level.COUNTY: 0, Level.TOWN: 0, Level.VILLAGE: 1, Level.GRID: 2}
"""Zoom band in which a level is drawn."""
_COORDINATE_DIGITS = 5
"""About one metre."""


def version(session: Session) -> DataVersion:
    """Return the data version."""
    row = session.execute(select(models.DataVersion.number, models.DataVersion.changed_at)).one()
    return DataVersion(row.number, row.changed_at)


def today(session: Session) -> date:
    """Return the database's day in the city's time zone."""
    day: date = session.execute(text(f"SELECT (now() AT TIME ZONE '{CITY_ZONE}')::date")).scalar_one()
    return day


def city(session: Session) -> City:
    """Return the city's name, stamps, bounds and current boundary editions."""
    settings = dict(session.execute(select(models.CitySetting.key, models.CitySetting.value)).all())
    editions = session.execute(
        select(models.Edition.level, models.Edition.id, models.Edition.synthetic, models.Edition.source)
        .where(models.Edition.valid_to.is_(None))
        .order_by(models.Edition.id)
    ).all()
    bounds = _bounds(session)
    return City(
        name=settings.get("name") or _city_area_name(session),
        synthetic=any(edition.synthetic for edition in editions),
        internal=settings.get("internal", "true") == "true",
        source=settings.get("source") or next((edition.source for edition in editions), ""),
        review_number=settings.get("review_number", ""),
        bounds=bounds,
        metric_epsg=bounds and metric_epsg((bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2),
        editions={Level(edition.level): edition.id for edition in editions},
        today=today(session),
        office_line=settings.get("office_line", ""),
    )


def select_areas() -> Select[*tuple[Any, ...]]:
    """Return the statement of all areas of all editions, as ``to_area`` reads them."""
    area = models.Area
    return select(
        area.id, area.level, area.kind, area.code, area.name, area.code_system, area.vintage, area.parent_id,
        area.population, area.area_km2,
        func.ST_X(area.label).label("lon"), func.ST_Y(area.label).label("lat"),
    ).order_by(area.code)  # fmt: skip


def to_area(row: Row[*tuple[Any, ...]]) -> Area:
    """Return the domain's area of one row of ``select_areas``."""
    return Area(
        id=row.id,
        level=Level(row.level),
        kind=AreaKind(row.kind),
        code=row.code,
        name=row.name,
        code_system=row.code_system,
        vintage=row.vintage,
        parent_id=row.parent_id,
        population=row.population,
        area_km2=row.area_km2,
        label_lon=row.lon,
        label_lat=row.lat,
    )


def areas(session: Session, level: Level) -> tuple[Area, ...]:
    """Return the areas of a level valid today, by code."""
    rows = session.execute(select_areas().where(models.Area.level == level, models.Area.valid_to.is_(None)))
    return tuple(to_area(row) for row in rows)


def area(session: Session, area_id: int) -> Area:
    """Return one area, also a former one; raises ``Refused('area_unknown')``."""
    row = session.execute(select_areas().where(models.Area.id == area_id)).one_or_none()
    if row is None:
        raise Refused("area_unknown")
    return to_area(row)


def area_path(session: Session, area_id: int) -> tuple[str, ...]:
    """Return the names from the widest known area down to this one."""
    rows = session.execute(
        text(
            "WITH RECURSIVE up (id, parent_id, name, depth) AS ("
            " SELECT id, parent_id, name, 0 FROM area WHERE id = :id"
            " UNION ALL"
            " SELECT a.id, a.parent_id, a.name, depth + 1 FROM area a JOIN up ON a.id = up.parent_id)"
            " SELECT name FROM up ORDER BY depth DESC"
        ),
        {"id": area_id},
    )
    return tuple(rows.scalars())


def shapes(session: Session, level: Level, edition_id: int) -> bytes:
    """Return an edition's simplified shapes as gzip-compressed GeoJSON.

    Raises ``Refused('edition_unknown')``.
    """
    body = session.execute(
        text(
            "SELECT json_build_object('type', 'FeatureCollection', 'features', json_agg(json_build_object("
            " 'type', 'Feature', 'id', a.id::text, 'geometry', ST_AsGeoJSON(s.geom, :digits)::json,"
            " 'properties', json_build_object('name', a.name, 'code', a.code, 'kind', a.kind,"
            "  'synthetic', e.synthetic)) ORDER BY a.code))::text"
            " FROM area a JOIN area_shape s ON s.area_id = a.id AND s.band = :band"
            " JOIN edition e ON e.id = a.edition_id"
            " WHERE a.edition_id = :edition AND a.level = :level HAVING count(*) > 0"
        ),
        {
            "digits": _COORDINATE_DIGITS,
            "band": SHAPE_BAND[level],
            "edition": edition_id,
            "level": level.value,
        },
    ).scalar_one_or_none()
    if body is None:
        raise Refused("edition_unknown")
    return gzip.compress(body.encode(), mtime=0)


def _city_area_name(session: Session) -> str:
    name = session.execute(
        select(models.Area.name)
        .where(models.Area.level == Level.CITY, models.Area.valid_to.is_(None))
        .limit(1)
    ).scalar_one_or_none()
    return name or ""


def _bounds(session: Session) -> tuple[float, float, float, float] | None:
    """Return the extent of the widest level that has areas; functional areas may stick out and count too."""
    for level in LEVELS:
        row = session.execute(
            text(
                "SELECT ST_XMin(e) AS west, ST_YMin(e) AS south, ST_XMax(e) AS east, ST_YMax(e) AS north FROM"
                " (SELECT ST_Extent(geom) AS e FROM area WHERE level = :level AND valid_to IS NULL) extent"
            ),
            {"level": level.value},
        ).one()
        if row.west is not None:
            return (row.west, row.south, row.east, row.north)
    return None
