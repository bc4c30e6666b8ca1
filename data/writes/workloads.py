"""Keeping what units, villages and grids have on their hands: counted over all matters, as of today.

It is stale on a new day, with another program, after clocks were made anew, a matter or boundaries changed.
Open and late are counted as everywhere else (``data.reads.clocks``), accusations left out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import delete, func, insert, literal, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from data import models
from data.processes import program_digest
from data.reads import clocks
from data.reads.matters import AREA_COLUMN, not_accusation, petition
from data.reads.workloads import NAME
from data.writes.clocks import STATE as CLOCKS
from data.writes.deriving import Derived, state_of
from grid.areas import Level
from grid.places import PlaceStatus

_PLACES = (Level.VILLAGE, Level.GRID)
Counts = tuple[int, int, int]


def _digest(session: Session) -> str:
    """Return a digest of what is counted from besides matters: program, clocks, units and their areas."""
    area, unit = models.Area, models.Unit
    reckoned = state_of(session, CLOCKS)
    above = func.concat_ws(":", unit.id, unit.area_id, area.parent_id)
    units = session.scalar(
        select(func.md5(func.string_agg(above, aggregate_order_by(literal(","), unit.id))))
        .select_from(unit)
        .outerjoin(area, area.id == unit.area_id)
    )
    editions = session.execute(select(func.max(models.Edition.id), func.count(models.Edition.valid_to))).one()
    return hashlib.sha256(
        repr((_program(), reckoned and tuple(reckoned), units, tuple(editions))).encode()
    ).hexdigest()


@cache
def _program() -> str:
    return program_digest(Path(__file__).parents[2])


def _make(session: Session, on: date, former: int | None) -> None:
    _replace(session, models.UnitWorkload, _unit_rows(session, on))
    _replace(session, models.AreaWorkload, _area_rows(session, on))


def _replace(session: Session, table: type[models.Base], rows: Iterable[dict[str, object]]) -> None:
    session.execute(delete(table))
    if found := list(rows):
        session.execute(insert(table), found)


def _unit_rows(session: Session, on: date) -> Iterator[dict[str, object]]:
    """Yield what each unit and all below it have; those with nothing are left out."""
    units_above = _units_above(session)
    totals: dict[int, Counts] = {}
    for one in clocks.clock_counts_by_unit(session, on):
        assert one.unit_id is not None  # noqa: S101  counted by unit
        for unit_id in (one.unit_id, *units_above.get(one.unit_id, ())):
            open_, overdue, soon = totals.get(unit_id, (0, 0, 0))
            totals[unit_id] = open_ + one.open, overdue + one.overdue, soon + one.due_in_7
    for unit_id, (open_, overdue, soon) in sorted(totals.items()):
        yield {"unit_id": unit_id, "as_of": on, "open": open_, "overdue": overdue, "due_soon": soon}


def _units_above(session: Session) -> Mapping[int, tuple[int, ...]]:
    """Return the units of the areas above each unit's area, the nearest first."""
    unit, area = models.Unit, models.Area
    unit_of = {a: u for u, a in session.execute(select(unit.id, unit.area_id)) if a is not None}
    parent_of: dict[int, int | None] = dict(session.execute(select(area.id, area.parent_id)).all())
    found = {}
    for area_id, unit_id in unit_of.items():
        above, parent = [], parent_of.get(area_id)
        while parent is not None:
            if parent in unit_of:
                above.append(unit_of[parent])
            parent = parent_of.get(parent)
        found[unit_id] = tuple(above)
    return found


def _area_rows(session: Session, on: date) -> Iterator[dict[str, object]]:
    """Yield what lies in each village and grid; those with nothing are left out."""
    for level in _PLACES:
        kept: dict[int, dict[str, Any]] = {}
        for one in clocks.clock_counts(session, on, level):
            assert one.area_id is not None  # noqa: S101  counted by area
            kept[one.area_id] = {"open": one.open, "overdue": one.overdue, "recent": 0}
        for area_id, recent in _recent(session, on, level):
            kept.setdefault(area_id, {"open": 0, "overdue": 0})["recent"] = recent
        for area_id, counts in sorted(kept.items()):
            yield {"area_id": area_id, "as_of": on, **counts}


def _year_before(day: date) -> date:
    is_leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year - 1, day=28 if is_leap_day else day.day)


def _recent(session: Session, on: date, level: Level) -> Iterator[tuple[int, int]]:
    """Yield the matters that were registered within the year to a day, by the area that they lie in."""
    column = AREA_COLUMN[level]
    rows = session.execute(
        select(column, func.count())
        .where(
            not_accusation(),
            petition.place_status == PlaceStatus.ACCEPTED,
            column.is_not(None),
            petition.registered_on > _year_before(on),
            petition.registered_on <= on,
        )
        .group_by(column)
    )
    for area_id, count in rows:
        if area_id is not None:
            yield area_id, count


WORKLOADS = Derived(NAME, _digest, _make)
"""What units, villages and grids have on their hands."""
