"""The parts of a service network: the counties of the city, or the towns of a county, each summed up.

Summed from the rows that the page lists, so that a part never says something else than its rows; a test
compares every part with ``data.reads.service.summary``.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from data.reads import city
from data.reads.service import station, town
from grid.areas import Area, AreaKind, Level
from grid.questions import ServiceSummary
from grid.service import AreaService, PointState, count_states

Found = Row[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True, eq=False)
class PartRows:
    """Rows of points, their states in the same order, and rows of villages."""

    points: Sequence[Found]
    states: Sequence[PointState]
    villages: Sequence[Found]


def make_parts(session: Session, within: Area | None, rows: PartRows) -> tuple[AreaService, ...]:
    """Return the parts of an area by code; none of a town, a village or a functional area."""
    if within is None or within.level is Level.CITY:
        level, key = Level.COUNTY, "county_id"
    elif within.level is Level.COUNTY and within.kind is AreaKind.REGULAR:
        level, key = Level.TOWN, "town_id"
    else:
        return ()
    areas = [
        area
        for area in city.areas(session, level)
        if area.kind is AreaKind.REGULAR and (level is Level.COUNTY or area.parent_id == within.id)  # type: ignore[union-attr]
    ]
    points: dict[int, list[tuple[Found, PointState]]] = defaultdict(list)
    for row, state in zip(rows.points, rows.states, strict=True):
        points[getattr(row, key)].append((row, state))
    villages: dict[int, list[Found]] = defaultdict(list)
    for row in rows.villages:
        villages[getattr(row, key)].append(row)
    stations = _stations(session, level)
    return tuple(_part(area, points[area.id], villages[area.id], stations[area.id]) for area in areas)


def _part(
    area: Area,
    points: Sequence[tuple[Found, PointState]],
    villages: Sequence[Found],
    stations: tuple[int, int],
) -> AreaService:
    rows = [row for row, _ in points]
    agents: Counter[str] = Counter()
    for row in rows:
        agents.update(row.agents or {})
    since = [row.since for row in rows if row.since is not None]
    until = [row.until for row in rows if row.until is not None]
    summary = ServiceSummary(
        towns=stations[0],
        stations=stations[1],
        points=len(rows),
        agents=agents.total(),
        agents_by_kind=dict(agents),
        handled=sum(row.handled for row in rows),
        resolved=sum(row.resolved for row in rows),
        since=min(since, default=None),
        until=max(until, default=None),
        villages=len(villages),
        villages_without_point=sum(row.points == 0 for row in villages),
    )
    return AreaService(area, summary, count_states(state for _, state in points))


def _stations(session: Session, level: Level) -> defaultdict[int, tuple[int, int]]:
    """Return how many towns and stations each county has, or each town itself."""
    key = town.parent_id if level is Level.COUNTY else town.id
    statement = (
        select(key, func.count(), func.count(station.id))
        .select_from(town)
        .outerjoin(station, station.town_id == town.id)
        .where(town.level == Level.TOWN, town.valid_to.is_(None))
        .group_by(key)
    )
    counted = session.execute(statement.having(key.is_not(None))).all()
    found: dict[int, tuple[int, int]] = {row[0]: (row[1], row[2]) for row in counted}  # type: ignore[misc]
    return defaultdict(lambda: (0, 0), found)
