"""Readings of matters: which ones a question is about, and how many there are where and when.

Accusations (检举控告) are left out by ``about`` and so of every reading here. A matter counts for an area
only when its place is accepted; one under review counts as not placed.
"""

from __future__ import annotations

import math
from datetime import date

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from data import models
from data.models.matters import CELLS_PER_DEGREE
from data.reads import city
from grid.areas import Area, AreaKind, Level
from grid.matters import SETTLED_STAGES, Purpose
from grid.places import Granularity, PlacedTotals, PlaceStatus
from grid.questions import MatterQuestion, MonthCount

petition = models.Petition

AREA_COLUMN: dict[Level, InstrumentedAttribute[int | None]] = {
    Level.COUNTY: petition.county_id,
    Level.TOWN: petition.town_id,
    Level.VILLAGE: petition.village_id,
    Level.GRID: petition.grid_id,
}
Box = tuple[float, float, float, float]
"""West, south, east and north in degrees (EPSG:4490)."""


def about(question: MatterQuestion, within: Area | None) -> list[ColumnElement[bool]]:
    """Return the conditions of a question but for its period; ``within`` is the area it names."""
    conditions = [not_accusation()]
    if question.category is not None:
        conditions.append(petition.category == question.category)
    if question.channel is not None:
        conditions.append(petition.channel == question.channel)
    if within is not None:
        conditions.append(placed_in(within))
    return conditions


def not_accusation() -> ColumnElement[bool]:
    """Return the condition that keeps accusations out of every reading but the bureau's own."""
    return petition.purpose != Purpose.ACCUSATION


def placed_in(area: Area) -> ColumnElement[bool]:
    """Return the condition that a matter's accepted place lies in an area; the city takes all."""
    if area.level is Level.CITY:
        return petition.id.is_not(None)
    column = petition.functional_id if area.kind is AreaKind.FUNCTIONAL else AREA_COLUMN[area.level]
    return and_(petition.place_status == PlaceStatus.ACCEPTED, column == area.id)


def in_window(box: Box) -> ColumnElement[bool]:
    """Return the condition that a matter's point lies in a box, edges included.

    The cells find the rows by their index also under row level security; the coordinates then decide.
    """
    west, south, east, north = box
    lon, lat = func.ST_X(petition.point), func.ST_Y(petition.point)
    return and_(
        petition.cell_x.between(_cell(west), _cell(east)),
        petition.cell_y.between(_cell(south), _cell(north)),
        lon.between(west, east),
        lat.between(south, north),
    )


def registered(question: MatterQuestion) -> ColumnElement[bool]:
    """Return the condition that a matter was registered in the question's period."""
    return petition.registered_on.between(question.since, question.until)


def is_open(on: date) -> ColumnElement[bool]:
    """Return the condition that a matter was registered and not yet settled at the end of a day.

    One that is in a settled stage without any day of it counts as settled from the start.
    """
    undated = case((petition.stage.in_(SETTLED_STAGES), date.min), else_=date.max)
    return and_(petition.registered_on <= on, func.coalesce(settled_on(), undated) > on)


def settled_on() -> ColumnElement[date | None]:
    """Return the day on which a matter was replied to, else closed; none where the source gives neither."""
    return func.coalesce(petition.replied_on, petition.closed_on)


def is_overdue(on: date) -> ColumnElement[bool]:
    """Return the condition that an open matter was past its reply date."""
    return and_(is_open(on), petition.due_on < on)


def area_of(session: Session, question: MatterQuestion) -> Area | None:
    """Return the area that a question names; raises ``Refused('area_unknown')``."""
    return None if question.within is None else city.area(session, question.within)


def placed_totals(session: Session, *conditions: ColumnElement[bool]) -> PlacedTotals:
    """Return how finely the matters under some conditions are placed."""
    fineness = case(
        (petition.place_status == PlaceStatus.ACCEPTED, petition.granularity), else_=Granularity.NONE
    )
    statement = select(fineness.label("fineness"), func.count()).where(*conditions).group_by("fineness")
    found: dict[str, int] = dict(session.execute(statement).all())
    return PlacedTotals(
        point=found.get(Granularity.POINT, 0) + found.get(Granularity.BUILDING, 0),
        grid=found.get(Granularity.GRID, 0),
        village=found.get(Granularity.VILLAGE, 0),
        town=found.get(Granularity.TOWN, 0),
        county=found.get(Granularity.COUNTY, 0),
        unplaced=found.get(Granularity.NONE, 0),
    )


def trend(session: Session, question: MatterQuestion) -> tuple[MonthCount, ...]:
    """Return the counts of every month that the question touches, oldest first."""
    month = func.date_trunc("month", petition.registered_on)
    repeats = func.count().filter(petition.is_repeat)
    statement = (
        select(month.label("month"), func.count(), repeats)
        .where(registered(question), *about(question, area_of(session, question)))
        .group_by("month")
    )
    found = {month.date(): (count, repeats) for month, count, repeats in session.execute(statement)}
    today = city.today(session)
    return tuple(
        MonthCount(
            month=first,
            count=found.get(first, (0, 0))[0],
            repeats=found.get(first, (0, 0))[1],
            partial=(first.year, first.month) == (today.year, today.month),
        )
        for first in months_of(question.since, question.until)
    )


def months_of(since: date, until: date) -> list[date]:
    """Return the first day of every month that a period touches."""
    numbers = range(since.year * 12 + since.month - 1, until.year * 12 + until.month)
    return [date(number // 12, number % 12 + 1, 1) for number in numbers]


def _cell(degrees: float) -> int:
    return math.floor(degrees * CELLS_PER_DEGREE)
