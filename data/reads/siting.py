"""What siting is worked out from: villages with residents and counts of matters, points, given times."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
from sqlalchemy import Row, Select, case, func, select
from sqlalchemy.orm import Session, aliased

from data import models
from data.reads import city
from data.reads.service import headcount, point, town, village, within_area
from grid.areas import Area, Level
from grid.measures import SMALL_CELL
from grid.patches.town import STAND_IN
from grid.siting.places import Places, Point, Times, Village

_county = aliased(models.Area, name="county")
Found = Row[*tuple[Any, ...]]


def places(session: Session, area_id: int | None) -> Places:
    """Return the places of the city, those in an area marked; raises ``Refused('area_unknown')``."""
    within = None if area_id is None else city.area(session, area_id)
    epsg = city.city(session).metric_epsg or 0
    inside = _inside(session, within)
    rows = session.execute(_select_villages(epsg)).all()
    as_of: date | None = session.scalar(select(func.max(models.AreaWorkload.as_of)))
    return Places(
        villages=tuple(_village(row, within is None or row.id in inside) for row in rows),
        points=tuple(_point(row) for row in session.execute(_select_points(epsg))),
        times=_times(session),
        matters_as_of=as_of,
    )


def _inside(session: Session, within: Area | None) -> set[int]:
    if within is None:
        return set()
    asked = select(village.id).where(village.level == Level.VILLAGE, village.valid_to.is_(None))
    return set(session.execute(within_area(asked, within)).scalars())


def _select_villages(epsg: int) -> Select[*tuple[Any, ...]]:
    """Return the statement of today's villages with label (degrees, metres), residents and matters."""
    spot, counted = func.ST_Transform(village.label, epsg), models.AreaWorkload
    return (
        select(
            village.id, village.code, village.name.label("village"), town.name.label("town"),
            _county.name.label("county"), village.population,
            func.ST_X(village.label).label("lon"), func.ST_Y(village.label).label("lat"),
            func.ST_X(spot).label("x"), func.ST_Y(spot).label("y"),
            _unless_none(counted.recent).label("recent"), _unless_none(counted.open).label("open"),
        )
        .select_from(village)
        .outerjoin(town, town.id == village.parent_id)
        .outerjoin(_county, _county.id == town.parent_id)
        .outerjoin(counted, counted.area_id == village.id)
        .where(village.level == Level.VILLAGE, village.valid_to.is_(None))
        .order_by(village.code, village.id)
    )  # fmt: skip


def _select_points(epsg: int) -> Select[*tuple[Any, ...]]:
    """Return the statement of points in today's villages, at their location or else their village's label."""
    place = func.coalesce(point.location, village.label)
    spot = func.ST_Transform(place, epsg)
    agents = select(func.coalesce(func.sum(headcount.count), 0)).where(headcount.point_id == point.id)
    return (
        select(
            point.id, point.name, point.village_id, func.ST_X(place).label("lon"),
            func.ST_Y(place).label("lat"), func.ST_X(spot).label("x"), func.ST_Y(spot).label("y"),
            agents.scalar_subquery().label("agents"), point.location.is_not(None).label("is_located"),
        )
        .join(village, village.id == point.village_id)
        .where(village.valid_to.is_(None))
        .order_by(point.id)
    )  # fmt: skip


def _unless_none(count: Any) -> Any:
    """Return a village's count, none where no village has any of the kind."""
    anywhere = select(func.max(count)).correlate(None).scalar_subquery()
    return case((func.coalesce(anywhere, 0) > 0, func.coalesce(count, 0)))


def _village(row: Found, is_inside: bool) -> Village:
    return Village(
        id=row.id,
        code=row.code,
        path=(row.county or "", row.town or "", row.village),
        lon=row.lon,
        lat=row.lat,
        spot_m=(row.x, row.y),
        population=row.population,
        recent=_told(row.recent),
        open=_told(row.open),
        is_inside=is_inside,
    )


def _told(count: int | None) -> int:
    """Return a count as it weighs: small ones all the same, so that no sum or difference tells of one.

    None at all is kept where nothing was counted anywhere.
    """
    return 0 if count is None else STAND_IN if count < SMALL_CELL else count


def _point(row: Found) -> Point:
    return Point(
        row.id, row.name, row.village_id, row.lon, row.lat, (row.x, row.y), int(row.agents), row.is_located
    )


def _times(session: Session) -> Times:
    table = models.TravelTime
    rows = session.execute(select(table.from_area_id, table.to_area_id, table.minutes)).all()
    told = np.array([tuple(row) for row in rows], dtype=np.int64).reshape(-1, 3)
    return Times(told[:, 0], told[:, 1], told[:, 2].astype(np.float64))
