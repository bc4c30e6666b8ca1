"""Keeping what units, villages and grids have on their hands: counted over all matters, as of today.

It is stale on a new day, with another program, after clocks were made anew, a matter or boundaries changed.
Open and late are counted as everywhere else (``data.reads.clocks``), accusations left out.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, delete, func, insert, literal, select, text
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from data import models
from data.processes import program_digest
from data.reads import city, clocks
from data.reads.matters import AREA_COLUMN, not_accusation, petition
from data.reads.workloads import NAME
from data.writes.clocks import STATE as CLOCKS
from grid.areas import Level
from grid.places import PlaceStatus

_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtext('fengtu.workloads'))"
_PLACES = (Level.VILLAGE, Level.GRID)
_LOG = logging.getLogger("fengtu.workloads")
Counts = tuple[int, int, int]


def count_if_stale(engine: Engine) -> bool:
    """Count anew where stale; tell whether that was so."""
    with engine.connect() as connection, Session(connection) as session:
        if not _is_stale(session):
            return False
    with engine.begin() as alone:
        # A connection of its own: what is counted must begin after the lock is held.
        alone.execute(text(_ONE_AT_A_TIME))
        snapshot = engine.execution_options(isolation_level="REPEATABLE READ")
        with Session(snapshot) as session, session.begin():
            if stale := _is_stale(session):
                _make(session)
    return stale


def try_to_count(engine: Engine) -> bool:
    """Count anew where stale, but only log what goes wrong; tell whether it was done."""
    try:
        return count_if_stale(engine)
    except Exception as error:
        # What was counted before stays; a message may quote data.
        _LOG.error("workloads were not counted: %s", type(error).__name__)
        return False


def _is_stale(session: Session) -> bool:
    state = models.DerivedState
    watermark = session.scalar(
        select(state.watermark).where(
            state.name == NAME, state.digest == _digest(session), state.as_of == city.today(session)
        )
    )
    if watermark is None:
        return True
    return session.scalar(select(petition.id).where(petition.changed >= watermark).limit(1)) is not None


def _digest(session: Session) -> str:
    """Return a digest of what is counted from besides matters: program, clocks, units and their areas."""
    state, area, unit = models.DerivedState, models.Area, models.Unit
    reckoned = session.execute(
        select(state.digest, state.watermark, state.as_of).where(state.name == CLOCKS)
    ).one_or_none()
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


def _make(session: Session) -> None:
    # From before anything is read: what is not yet written then is read again the next time.
    watermark = session.execute(
        text("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
    ).scalar_one()
    on = city.today(session)
    _replace(session, models.UnitWorkload, _unit_rows(session, on))
    _replace(session, models.AreaWorkload, _area_rows(session, on))
    state = models.DerivedState
    session.execute(delete(state).where(state.name == NAME))
    made = {"name": NAME, "digest": _digest(session), "watermark": watermark, "as_of": on}
    session.execute(insert(state).values(**made))


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
