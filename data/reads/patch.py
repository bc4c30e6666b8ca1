"""Readings of a worker's grids: which these are, and of one its open matters and the service points near."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Row, ScalarSelect, func, literal, select
from sqlalchemy.orm import Session, aliased

from data import models
from data.reads import assisting, city, matters
from grid.areas import Area, Level
from grid.assisting import AssistTold
from grid.clocks.states import clock_state, days_left
from grid.matters import Category, Channel, Stage
from grid.places import Granularity, PlaceStatus
from grid.questions import Patch, PatchMatter, PatchPoint
from grid.refusals import Refused
from grid.reviewing import ReportVerdict

CLOSED_WITHIN_DAYS = 90
NEAREST_POINTS = 5
petition = matters.petition


def patch(session: Session, grid_id: int, reader: str) -> Patch:
    """Return one grid, its open matters by urgency, and the nearest service points.

    ``reader`` is the id of the principal who asks, whose own notes of matters are told so.
    Raises ``Refused('area_unknown')`` for an id that is no grid.
    """
    grid = city.area(session, grid_id)
    if grid.level is not Level.GRID:
        raise Refused("area_unknown")
    on = city.today(session)
    return Patch(
        grid=grid,
        path=city.area_path(session, grid_id),
        outline=_outline(session, grid_id),
        matters=_open_matters(session, grid, on, reader),
        closed_in_90_days=_closed_since(session, grid, on - timedelta(days=CLOSED_WITHIN_DAYS)),
        points=_points_near(session, grid),
    )


def is_own(session: Session, grid_id: int) -> bool:
    """Return whether a grid is one of the worker's who asks."""
    return bool(session.execute(select(literal(grid_id) == func.any(func.access.my_grids()))).scalar_one())


def grids(session: Session) -> tuple[tuple[Area, int], ...]:
    """Return the grids of the worker who asks, each with its open matters, the busiest first."""
    own = select(func.unnest(func.access.my_grids()).label("id")).cte("own").prefix_with("MATERIALIZED")
    open_matters = (
        select(petition.grid_id, func.count().label("count"))
        .where(
            matters.not_accusation(),
            petition.place_status == PlaceStatus.ACCEPTED,
            matters.is_open(city.today(session)),
        )
        .group_by(petition.grid_id)
        .subquery()
    )
    count = func.coalesce(open_matters.c.count, 0)
    statement = (
        city.select_areas()
        .add_columns(count.label("open_count"))
        .join(own, own.c.id == models.Area.id)
        .outerjoin(open_matters, open_matters.c.grid_id == models.Area.id)
        .where(models.Area.valid_to.is_(None))
        .order_by(None)
        .order_by(count.desc(), models.Area.code)
    )
    return tuple((city.to_area(row), row.open_count) for row in session.execute(statement))


def _outline(session: Session, grid_id: int) -> dict[str, object]:
    shape = models.AreaShape
    finest = select(func.ST_AsGeoJSON(shape.geom, 6)).where(shape.area_id == grid_id)
    outline: dict[str, object] = json.loads(
        session.execute(finest.order_by(shape.band.desc()).limit(1)).scalar_one()
    )
    return outline


def _open_matters(session: Session, grid: Area, on: date, reader: str) -> tuple[PatchMatter, ...]:
    statement = (
        select(
            petition.id,
            petition.matter_no,
            petition.category,
            petition.channel,
            petition.stage,
            petition.registered_on,
            petition.due_on,
            petition.is_repeat,
            petition.granularity,
            func.ST_X(petition.point).label("lon"),
            func.ST_Y(petition.point).label("lat"),
            _own_report().label("report"),
        )
        .where(matters.not_accusation(), matters.placed_in(grid), matters.is_open(on))
        .order_by(petition.due_on.nulls_last(), petition.registered_on, petition.id)
    )
    rows = session.execute(statement).all()
    notes = assisting.notes(session, [row.id for row in rows], reader)
    return tuple(_patch_matter(row, on, notes.get(row.id, ())) for row in rows)


def _patch_matter(row: Row[*tuple[Any, ...]], on: date, notes: tuple[AssistTold, ...]) -> PatchMatter:
    return PatchMatter(
        id=row.id,
        matter_no=row.matter_no,
        category=Category(row.category),
        channel=Channel(row.channel),
        stage=Stage(row.stage),
        registered_on=row.registered_on,
        due_on=row.due_on,
        clock=clock_state(row.due_on, None, on) if row.due_on else None,
        days_left=days_left(row.due_on, on) if row.due_on else None,
        is_repeat=row.is_repeat,
        granularity=Granularity(row.granularity),
        lon=row.lon,
        lat=row.lat,
        report=ReportVerdict(row.report) if row.report else None,
        notes=notes,
    )


def _own_report() -> ScalarSelect[str]:
    """Return what the worker who asks last said of a matter's place; the policy hides what others said."""
    report = models.PlaceReport
    return (
        select(report.verdict)
        .where(report.petition_id == petition.id, report.settled_at.is_(None))
        .order_by(report.id.desc())
        .limit(1)
        .scalar_subquery()
    )


def _closed_since(session: Session, grid: Area, since: date) -> int:
    statement = select(func.count()).where(
        matters.not_accusation(), matters.placed_in(grid), matters.settled_on() >= since
    )
    count: int = session.execute(statement).scalar_one()
    return count


def _points_near(session: Session, grid: Area) -> tuple[PatchPoint, ...]:
    """Return the service points nearest to the grid, by distance on the ellipsoid; unlocated ones last."""
    point, village = models.ServicePoint, aliased(models.Area)
    outline = select(models.Area.geom).where(models.Area.id == grid.id).scalar_subquery()
    # SRID 4490 and WGS 84 differ by centimetres; geography measures on the ellipsoid in metres.
    distance_m = func.ST_Distance(
        func.geography(func.ST_SetSRID(point.location, 4326)), func.geography(func.ST_SetSRID(outline, 4326))
    )
    agents = (
        select(func.coalesce(func.sum(models.ServiceHeadcount.count), 0))
        .where(models.ServiceHeadcount.point_id == point.id)
        .scalar_subquery()
    )
    statement = (
        select(
            point.name,
            village.name.label("village_name"),
            agents.label("agents"),
            func.ST_X(point.location).label("lon"),
            func.ST_Y(point.location).label("lat"),
            distance_m.label("distance_m"),
        )
        .join(village, village.id == point.village_id)
        .where(point.location.is_not(None) | (point.village_id == grid.parent_id))
        .order_by(point.location.op("<->")(outline), point.name)
        .limit(NEAREST_POINTS)
    )
    return tuple(PatchPoint(**row._mapping) for row in session.execute(statement))
