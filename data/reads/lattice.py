"""The lattice of published products, counted from matters: every window and group in a few statements.

A group is none, one category or one channel, so that ``GROUPING SETS`` give all groups in one pass.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import ColumnElement, Row, case, func, select, tuple_
from sqlalchemy.orm import Session

from data.reads import city, figures
from data.reads.matters import months_of, not_accusation, petition
from grid.areas import Area, AreaKind, Level
from grid.measures import Measure
from grid.places import Granularity, PlacedTotals, PlaceStatus
from grid.published import GROUPS, Group, GroupKind, Window
from grid.questions import MonthCount

IntArray = npt.NDArray[np.int64]
WINDOWS = tuple(Window)
"""The narrowest first: each holds the ones before it."""
_ALL: Group = (GroupKind.ALL, "")
_AREA_COLUMNS = {
    Level.COUNTY: petition.county_id,
    Level.TOWN: petition.town_id,
    Level.VILLAGE: petition.village_id,
}
_YEAR_MONTHS = 12


@dataclass(frozen=True, slots=True, eq=False)
class GroupPoints:
    """Points of matters in degrees (EPSG:4490), with day, category and channel; each of shape (n,)."""

    lon: npt.NDArray[np.float64]
    lat: npt.NDArray[np.float64]
    day: npt.NDArray[np.datetime64]
    category: npt.NDArray[np.str_]
    channel: npt.NDArray[np.str_]

    def of(self, window: Window, group: Group, day: date) -> npt.NDArray[np.bool_]:
        """Return which points belong to a group in a window that ends on a day."""
        inside = self.day >= np.datetime64(window.since(day))
        kind, value = group
        if kind is GroupKind.CATEGORY:
            inside &= self.category == value
        elif kind is GroupKind.CHANNEL:
            inside &= self.channel == value
        return inside


def area_counts(session: Session, day: date) -> tuple[dict[int, Area], dict[tuple[int, Group], IntArray]]:
    """Return the regular areas down to villages, and the counts of each area and group, one a window.

    Villages have those of all matters only.
    """
    areas = {
        area.id: area
        for level in _AREA_COLUMNS
        for area in city.areas(session, level)
        if area.kind is AreaKind.REGULAR
    }
    counts = {
        (area.id, group): np.zeros(len(WINDOWS), dtype=np.int64)
        for area in areas.values()
        for group in (GROUPS if area.level is not Level.VILLAGE else (_ALL,))
    }
    for row in session.execute(_counting(day)):
        area_id = next((each for each in row[:3] if each is not None), None)
        if area_id in areas:
            counts[area_id, _group(row)][:] = row[-len(WINDOWS) :]
    return areas, counts


def _counting(day: date) -> Any:
    by = (petition.category, petition.channel)
    wide = [_AREA_COLUMNS[Level.COUNTY], _AREA_COLUMNS[Level.TOWN]]
    sets = [tuple_(_AREA_COLUMNS[Level.VILLAGE])]
    sets += [tuple_(area, *more) for area in wide for more in ((), by[:1], by[1:])]
    return (
        select(*_AREA_COLUMNS.values(), *by, *_in_windows(petition.registered_on, day))
        .where(
            not_accusation(),
            petition.place_status == PlaceStatus.ACCEPTED,
            petition.registered_on.between(WINDOWS[-1].since(day), day),
        )
        .group_by(func.grouping_sets(*sets))
    )


def _in_windows(registered_on: Any, day: date) -> list[ColumnElement[int]]:
    return [func.count().filter(registered_on >= window.since(day)).label(window.value) for window in WINDOWS]


def _group(row: Row[*tuple[Any, ...]]) -> Group:
    """Return the group of a row of grouping sets: what is rolled up is none."""
    if row.category is not None:
        return GroupKind.CATEGORY, row.category
    return _ALL if row.channel is None else (GroupKind.CHANNEL, row.channel)


def _by_group(columns: Any, *also: ColumnElement[Any]) -> ColumnElement[Any]:
    sets = (also, (*also, columns.category), (*also, columns.channel))
    return func.grouping_sets(*(tuple_(*each) for each in sets))


def placed_totals(session: Session, day: date) -> dict[tuple[Window, Group], PlacedTotals]:
    """Return how finely the matters of each window and group are placed."""
    fineness = case(
        (petition.place_status == PlaceStatus.ACCEPTED, petition.granularity), else_=Granularity.NONE
    )
    inner = (
        select(
            fineness.label("fineness"), petition.category, petition.channel, petition.registered_on
        )
        .where(not_accusation(), petition.registered_on.between(WINDOWS[-1].since(day), day))
        .subquery()
    )  # fmt: skip
    rows = session.execute(
        select(inner.c.fineness, inner.c.category, inner.c.channel, *_in_windows(inner.c.registered_on, day))
        .group_by(_by_group(inner.c, inner.c.fineness))
    )  # fmt: skip
    found = {(row.fineness, _group(row)): row for row in rows}

    def total(window: Window, group: Group, *finenesses: Granularity) -> int:
        hits = (found.get((fineness, group)) for fineness in finenesses)
        return sum(getattr(row, window.value) for row in hits if row is not None)

    return {
        (window, group): PlacedTotals(
            point=total(window, group, Granularity.POINT, Granularity.BUILDING),
            grid=total(window, group, Granularity.GRID),
            village=total(window, group, Granularity.VILLAGE),
            town=total(window, group, Granularity.TOWN),
            county=total(window, group, Granularity.COUNTY),
            unplaced=total(window, group, Granularity.NONE),
        )
        for window in WINDOWS
        for group in GROUPS
    }


def month_counts(session: Session, day: date) -> dict[Group, list[MonthCount]]:
    """Return the months of the widest window for each group, oldest first."""
    since = WINDOWS[-1].since(day)
    inner = (
        select(
            func.date_trunc("month", petition.registered_on).label("month"),
            petition.category, petition.channel, petition.is_repeat,
        )
        .where(not_accusation(), petition.registered_on.between(since, day))
        .subquery()
    )  # fmt: skip
    rows = session.execute(
        select(
            inner.c.month, inner.c.category, inner.c.channel,
            func.count().label("matters"), func.count().filter(inner.c.is_repeat).label("repeats"),
        ).group_by(_by_group(inner.c, inner.c.month))
    )  # fmt: skip
    found = {(_group(row), row.month.date()): (row.matters, row.repeats) for row in rows}
    return {
        group: [
            MonthCount(month, *found.get((group, month), (0, 0)), partial=month == day.replace(day=1))
            for month in months_of(since, day)
        ]
        for group in GROUPS
    }


def measures(session: Session, day: date) -> dict[tuple[Window, Group], tuple[Measure, ...]]:
    """Return the wall's figures of each window and group.

    Before is the window as many months earlier as it is long, to the same date: a month to date is compared
    with the month before to date.
    """
    first_day = figures.first_registered(session)
    tallies: dict[tuple[date, date], Mapping[Group, tuple[Measure, ...]]] = {}

    def of(period: tuple[date, date]) -> Mapping[Group, tuple[Measure, ...]]:
        if period not in tallies:
            tallies[period] = _tallied(session, *period)
        return tallies[period]

    network = figures.network_measures(session, WINDOWS[-1].since(day), day)
    answer = {}
    for window in WINDOWS:
        now = of(window.period(day))
        earlier = [
            of(period) if first_day and period[0] >= first_day else {}
            for period in (window.period(day, window.months), window.period(day, _YEAR_MONTHS))
        ]
        for group in GROUPS:
            compared = (each.get(group) for each in earlier)
            answer[window, group] = (*figures.with_earlier(now[group], *compared), *network)
    return answer


def _tallied(session: Session, since: date, until: date) -> dict[Group, tuple[Measure, ...]]:
    rows = session.execute(
        select(petition.category, petition.channel, *figures.tally_columns(since, until))
        .where(petition.registered_on <= until, not_accusation())
        .group_by(_by_group(petition))
    )
    names = [field.name for field in fields(figures.Tally)]
    found = {_group(row): figures.Tally(**{name: getattr(row, name) for name in names}) for row in rows}
    nothing = figures.Tally(**dict.fromkeys(names, 0))
    return {group: figures.tally_measures(found.get(group, nothing), since, until) for group in GROUPS}


def points(session: Session, day: date) -> GroupPoints:
    """Return the matters of the widest window that are placed to a point."""
    rows = session.execute(
        select(
            func.ST_X(petition.point), func.ST_Y(petition.point), petition.registered_on,
            petition.category, petition.channel,
        ).where(
            not_accusation(),
            petition.place_status == PlaceStatus.ACCEPTED,
            petition.point.is_not(None),
            petition.registered_on.between(WINDOWS[-1].since(day), day),
        )
    ).all()  # fmt: skip
    lon, lat, days, category, channel = zip(*rows, strict=True) if rows else ((),) * 5
    return GroupPoints(
        np.array(lon, dtype=np.float64),
        np.array(lat, dtype=np.float64),
        np.array(days, dtype="datetime64[D]"),
        np.array(category, dtype=np.str_),
        np.array(channel, dtype=np.str_),
    )
