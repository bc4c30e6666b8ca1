"""The whole service network of an area: its parts, villages with distances, and points with their states."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from sqlalchemy import Row, Select, func, select, true
from sqlalchemy.orm import Session, aliased

from data import models
from data.reads import city, service
from data.reads.service import headcount, point, town, village, within_area
from data.reads.service_parts import PartRows, make_parts
from grid.areas import Area, AreaKind, Level
from grid.service import (
    Distances,
    Metres,
    PointReport,
    ServiceNetwork,
    ServicePointView,
    VillageService,
    count_states,
    nearest_points,
    network_day,
    point_state,
    spread_of,
)

Found = Row[*tuple[Any, ...]]
_NAMELESS = ""
_county = aliased(models.Area, name="county")
_grid = aliased(models.Area, name="grid")


@dataclass(frozen=True, slots=True, eq=False)
class _Located:
    """The city's points that have a location: names, and (x, y) in the city's projected CRS, metres."""

    names: list[str]
    spots: Metres


def network(session: Session, area_id: int | None) -> ServiceNetwork:
    """Return the network of an area, or of the city for none; raises ``Refused('area_unknown')``."""
    within = None if area_id is None else city.area(session, area_id)
    epsg = city.city(session).metric_epsg or 0
    as_of = _as_of(session)
    found = session.execute(within_area(_select_points(), within)).all()
    points = tuple(_point(row, as_of) for row in found)
    located = _located(session, epsg)
    rows = session.execute(within_area(_select_villages(epsg), within)).all()
    villages = _villages(rows, located)
    states = [one.state for one in points]
    return ServiceNetwork(
        within=within,
        as_of=as_of,
        summary=service.summary(session, area_id),
        states=count_states(states),
        parts=make_parts(session, within, PartRows(found, states, rows)),
        villages=villages,
        points=points,
        village_distances=spread_of([one.distance_m for one in villages]),
        grid_distances=_grid_distances(session, within, epsg, located),
        path=_path(session, within),
        bounds=None if within is None else _bounds(session, within),
    )


def _as_of(session: Session) -> date:
    """Return the last day up to which any point of the city reports."""
    days = session.execute(select(point.until).distinct()).scalars()
    return network_day(days, city.today(session))


def _select_points() -> Select[*tuple[Any, ...]]:
    """Return the statement of points with their agents by kind; ``within_area`` adds the town."""
    agents = (
        select(func.jsonb_object_agg(headcount.kind, headcount.count))
        .where(headcount.point_id == point.id)
        .scalar_subquery()
    )
    return (
        select(
            point.id, point.name, point.village_id, point.handled, point.resolved, point.since, point.until,
            point.hours, point.last_handled_on, village.code.label("village_code"),
            village.name.label("village"), town.id.label("town_id"), town.name.label("town"),
            town.parent_id.label("county_id"),
            select(_county.name).where(_county.id == town.parent_id).scalar_subquery().label("county"),
            func.ST_X(point.location).label("lon"), func.ST_Y(point.location).label("lat"),
            agents.label("agents"),
        )
        .join(village, village.id == point.village_id)
        .order_by(village.code, point.id)
    )  # fmt: skip


def _select_villages(epsg: int) -> Select[*tuple[Any, ...]]:
    """Return the statement of today's villages with their label in degrees and metres."""
    spot = func.ST_Transform(village.label, epsg)
    own = select(func.count(), func.count(point.location)).where(point.village_id == village.id)
    counted = own.lateral("own")
    return (
        select(
            village.id, village.code, village.name.label("village"), town.id.label("town_id"),
            town.name.label("town"), town.parent_id.label("county_id"),
            select(_county.name).where(_county.id == town.parent_id).scalar_subquery().label("county"),
            func.ST_X(village.label).label("lon"), func.ST_Y(village.label).label("lat"),
            func.ST_X(spot).label("x"), func.ST_Y(spot).label("y"),
            counted.c[0].label("points"), counted.c[1].label("located"),
        )
        .select_from(village)
        .join(counted, true())
        .where(village.level == Level.VILLAGE, village.valid_to.is_(None))
        .order_by(village.code, village.id)
    )  # fmt: skip


def _point(row: Found, as_of: date) -> ServicePointView:
    report = PointReport(row.handled, row.since, row.until, row.last_handled_on)
    return ServicePointView(
        id=row.id,
        name=row.name,
        village_code=row.village_code,
        path=_names(row),
        agents=sum((row.agents or {}).values()),
        state=point_state(report, as_of),
        last_handled_on=row.last_handled_on,
        hours=row.hours,
        lon=row.lon,
        lat=row.lat,
    )


def _located(session: Session, epsg: int) -> _Located:
    spot = func.ST_Transform(point.location, epsg)
    statement = select(point.name, func.ST_X(spot), func.ST_Y(spot)).where(point.location.is_not(None))
    rows = session.execute(statement.order_by(point.id)).all()
    return _Located([row[0] for row in rows], _spots((row[1], row[2]) for row in rows))


def _villages(rows: Sequence[Found], located: _Located) -> tuple[VillageService, ...]:
    nearest, distances = nearest_points(_spots((row.x, row.y) for row in rows), located.spots)
    return tuple(
        _village(row, located, int(nearest[at]), float(distances[at])) for at, row in enumerate(rows)
    )


def _village(row: Found, located: _Located, nearest: int, distance_m: float) -> VillageService:
    # Where its own points have no location, the nearest located one is another village's.
    known = bool(located.names) and (row.points == 0 or row.located > 0)
    return VillageService(
        id=row.id,
        code=row.code,
        path=_names(row),
        points=row.points,
        distance_m=round(distance_m, 1) if known else None,
        nearest=located.names[nearest] if known else _NAMELESS,
        lon=row.lon,
        lat=row.lat,
    )


def _grid_distances(session: Session, within: Area | None, epsg: int, located: _Located) -> Distances:
    """Return how far grids are from the nearest point, from label to point.

    Unknown, as their village's, where the village's own points have no location.
    """
    unlocated = select(point.village_id).group_by(point.village_id).having(func.count(point.location) == 0)
    spot = func.ST_Transform(_grid.label, epsg)
    statement = (
        select(func.ST_X(spot), func.ST_Y(spot), village.id.in_(unlocated))
        .select_from(_grid)
        .join(village, village.id == _grid.parent_id)
        .where(_grid.level == Level.GRID, _grid.valid_to.is_(None))
    )
    rows = session.execute(within_area(statement, within)).all()
    _, distances = nearest_points(_spots((row[0], row[1]) for row in rows), located.spots)
    measured = zip(rows, distances, strict=True)
    return spread_of([None if row[2] or np.isnan(far) else float(far) for row, far in measured])


def _bounds(session: Session, within: Area) -> tuple[float, float, float, float]:
    box = models.Area.geom
    edges = (func.ST_XMin(box), func.ST_YMin(box), func.ST_XMax(box), func.ST_YMax(box))
    west, south, east, north = session.execute(select(*edges).where(models.Area.id == within.id)).one()
    return west, south, east, north


def _path(session: Session, within: Area | None) -> tuple[Area, ...]:
    """Return the areas from the county down to one; of a functional area itself alone."""
    if within is None or within.kind is AreaKind.FUNCTIONAL or within.level in {Level.CITY, Level.COUNTY}:
        return () if within is None else (within,)
    above = () if within.parent_id is None else _path(session, city.area(session, within.parent_id))
    return (*above, within)


def _names(row: Found) -> tuple[str, str, str]:
    return row.county or _NAMELESS, row.town or _NAMELESS, row.village


def _spots(pairs: Iterable[tuple[float, float]]) -> Metres:
    return np.array(list(pairs), dtype=np.float64).reshape(-1, 2)
