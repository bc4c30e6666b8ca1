"""Readings of the service network (代办)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import Session, aliased

from data import models
from data.reads import city
from grid.areas import Area, AreaKind, Level
from grid.questions import ServiceSummary

point, station, headcount = models.ServicePoint, models.ServiceStation, models.ServiceHeadcount
village, town = aliased(models.Area, name="village"), aliased(models.Area, name="town")


def summary(session: Session, area_id: int | None) -> ServiceSummary:
    """Return the service network of an area, or of the city for none; raises ``Refused('area_unknown')``."""
    area = None if area_id is None else city.area(session, area_id)
    sums = session.execute(
        within_area(
            select(
                func.count().label("points"),
                func.coalesce(func.sum(point.handled), 0).label("handled"),
                func.coalesce(func.sum(point.resolved), 0).label("resolved"),
                func.min(point.since).label("since"),
                func.max(point.until).label("until"),
            ).join(village, village.id == point.village_id),
            area,
        )
    ).one()
    agents = _agents(session, area)
    villages, unserved = _count_villages(session, area)
    towns, stations = _count_towns(session, area)
    return ServiceSummary(
        towns=towns,
        stations=stations,
        points=sums.points,
        agents=sum(agents.values()),
        agents_by_kind=agents,
        handled=sums.handled,
        resolved=sums.resolved,
        since=sums.since,
        until=sums.until,
        villages=villages,
        villages_without_point=unserved,
    )


def within_area(statement: Select[*tuple[Any, ...]], area: Area | None) -> Select[*tuple[Any, ...]]:
    """Narrow a statement over ``village`` to an area; a functional area takes the villages inside it.

    Joins ``town``, without which a village stays where it is.
    """
    statement = statement.join(town, town.id == village.parent_id, isouter=True)
    if area is None or area.level is Level.CITY:
        return statement
    if area.kind is AreaKind.FUNCTIONAL:
        return statement.where(func.ST_Covers(_outline(area), village.label))
    column = {Level.COUNTY: town.parent_id, Level.TOWN: village.parent_id}.get(area.level, village.id)
    return statement.where(column == (area.parent_id if area.level is Level.GRID else area.id))


def _outline(area: Area) -> Any:
    return select(models.Area.geom).where(models.Area.id == area.id).scalar_subquery()


def _agents(session: Session, area: Area | None) -> dict[str, int]:
    statement = (
        select(headcount.kind, func.sum(headcount.count))
        .join(point, point.id == headcount.point_id)
        .join(village, village.id == point.village_id)
        .group_by(headcount.kind)
    )
    return {kind: int(count) for kind, count in session.execute(within_area(statement, area))}


def _count_villages(session: Session, area: Area | None) -> tuple[int, int]:
    """Return how many villages there are today, and how many of them have no point."""
    served = exists().where(point.village_id == village.id)
    statement = select(func.count(), func.count().filter(~served)).select_from(village)
    statement = statement.where(village.level == Level.VILLAGE, village.valid_to.is_(None))
    villages, unserved = session.execute(within_area(statement, area)).one()
    return villages, unserved


def _count_towns(session: Session, area: Area | None) -> tuple[int, int]:
    statement = (
        select(func.count(), func.count(station.id))
        .select_from(town)
        .outerjoin(station, station.town_id == town.id)
        .where(town.level == Level.TOWN, town.valid_to.is_(None))
    )
    if area is not None and area.kind is AreaKind.FUNCTIONAL:
        statement = statement.where(func.ST_Covers(_outline(area), town.label))
    elif area is not None and area.level is not Level.CITY:
        statement = statement.where(_town_belongs_to(area))
    towns, stations = session.execute(statement).one()
    return towns, stations


def _town_belongs_to(area: Area) -> ColumnElement[bool]:
    """Return the condition that a town lies in a county, is the area, or lies around a village or grid."""
    if area.level is Level.COUNTY:
        return town.parent_id == area.id
    if area.level is Level.TOWN:
        return town.id == area.id
    if area.level is Level.VILLAGE:
        return town.id == area.parent_id
    around = select(models.Area.parent_id).where(models.Area.id == area.parent_id)
    return town.id == around.scalar_subquery()
