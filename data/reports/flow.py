"""Stock and flow of the city and its areas over a period, in one statement."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, case, func, literal, or_, select
from sqlalchemy.orm import Session

from data.reads.matters import AREA_COLUMN, is_open, not_accusation, petition, settled_on
from grid.areas import Level
from grid.indicators.figures import Period
from grid.matters import SETTLED_STAGES
from grid.places import PlaceStatus
from grid.reports.flow import StockFlow


def stock_flow(session: Session, period: Period, level: Level) -> tuple[StockFlow, ...]:
    """Return the city's (``area_id`` none), then each area's of a level that has any; accusations never.

    What is not placed in an area of the level counts for the city alone.
    """
    placed = case(
        (petition.place_status == PlaceStatus.ACCEPTED, AREA_COLUMN[level]), else_=literal(None)
    ).label("area_id")
    statement = (
        select(placed, func.grouping(placed).label("whole"), *_sums(period))
        .where(petition.registered_on <= period.until, not_accusation())
        .group_by(func.rollup(placed))
    )
    rows = session.execute(statement).mappings().all()
    whole = [_flow(dict(row), None) for row in rows if row["whole"]]
    return tuple(whole) + tuple(
        _flow(dict(row), row["area_id"])
        for row in sorted(rows, key=lambda row: row["area_id"] or 0)
        if row["area_id"] is not None
    )


def _sums(period: Period) -> list[ColumnElement[int]]:
    was_open, still_open = is_open(period.since - timedelta(days=1)), is_open(period.until)
    # What was handed over in a batch (交办批次) is backlog, whatever its source marks.
    is_backlog = petition.is_backlog | petition.backlog_tier.is_not(None)
    ended = _backlog_ended()
    is_new = petition.registered_on.between(period.since, period.until)
    return [
        func.count().filter(was_open).label("opening"),
        func.count().filter(is_new).label("new"),
        func.count().filter(or_(was_open, is_new) & ~still_open).label("resolved"),
        func.count().filter(still_open).label("closing"),
        func.count().filter(is_backlog & (ended > period.until)).label("backlog"),
        func.count().filter(is_backlog & ended.between(period.since, period.until)).label("backlog_resolved"),
    ]


def _backlog_ended() -> ColumnElement[date]:
    """Return the day on which a backlog matter was resolved: as the source says, else as any matter's."""
    undated = case((petition.stage.in_(SETTLED_STAGES), date.min), else_=date.max)
    return func.coalesce(petition.backlog_resolved_on, settled_on(), undated)


def _flow(row: dict[str, Any], area_id: int | None) -> StockFlow:
    names = ("opening", "new", "resolved", "closing", "backlog", "backlog_resolved")
    return StockFlow(area_id, *(row[name] for name in names))
