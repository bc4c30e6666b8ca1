"""Readings of clocks: rules, calendar, one matter's clocks, and how many are late or due with whom."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
from sqlalchemy import ColumnElement, Select, case, func, null, select
from sqlalchemy.orm import Session

from data import models
from data.clocks.gathering import area_codes, recorded_events
from data.clocks.terms import stored_terms, work_calendar
from data.reads import city, matters
from grid.areas import Level
from grid.clocks.counts import DUE_WITHIN_DAYS, ClockCounts, ClockQuestion
from grid.clocks.events import ClockedMatter
from grid.clocks.matter_clocks import MatterClock, matter_clocks
from grid.clocks.records import ClockRecord
from grid.clocks.row_events import DAY_COLUMNS, EventDays, days_of, event_days, merge_events
from grid.clocks.rules import RuleBook
from grid.matters import SETTLED_STAGES, Purpose, Track
from grid.places import PlaceStatus
from grid.refusals import Refused

__all__ = [
    "clock_counts",
    "clock_counts_by_unit",
    "clock_record",
    "clocks_of",
    "rule_book",
    "work_calendar",
]
petition, clock = matters.petition, models.OpenClock


def rule_book(session: Session) -> RuleBook:
    """Return the rules of all jurisdictions."""
    return stored_terms(session).terms.rules


def clocks_of(session: Session, matter_id: int, on: date) -> tuple[MatterClock, ...]:
    """Return a matter's clocks on a day; raises ``Refused('matter_unknown')``."""
    return clock_record(session, matter_id, on).clocks


def clock_record(session: Session, matter_id: int, on: date) -> ClockRecord:
    """Return a matter's clocks with what was assumed of it; raises ``Refused('matter_unknown')``."""
    terms = stored_terms(session).terms
    matter, said = _clocked(session, matter_id)
    assumed = said.assumptions_of(0)
    record = ClockRecord(matter, matter_clocks(matter, terms.rules, terms.calendar, on), assumed)
    found = [each for each in record.clocks if not (each.is_open and record.is_undated)]
    return ClockRecord(matter, tuple(sorted(found, key=lambda each: not each.is_open)), assumed)


def clock_counts(
    session: Session, on: date, level: Level | None = None, within: int | None = None
) -> tuple[ClockCounts, ...]:
    """Return counts by area of a level, one of the whole city for none; ``within`` an area of any level.

    Areas without an open clock are left out. A matter counts where its accepted place lies. Clocks stand as
    they were last made anew (``derived_state``); ``on`` says which of them are late or due soon by then.
    """
    area = None if level in {None, Level.CITY} else matters.AREA_COLUMN[level or Level.COUNTY]
    conditions = [] if area is None else [area.is_not(None), petition.place_status == PlaceStatus.ACCEPTED]
    if within is not None:
        conditions.append(matters.placed_in(city.area(session, within)))
    rows = session.execute(_counted(on, area, conditions))
    return tuple(ClockCounts(key, None, *counts) for key, *counts in rows)


def clock_counts_by_unit(session: Session, on: date, only: int | None = None) -> tuple[ClockCounts, ...]:
    """Return counts by the unit that answers, as ``clock_counts``; matters without a unit are left out.

    Of one unit where ``only`` names it.
    """
    whose = petition.unit_id.is_not(None) if only is None else petition.unit_id == only
    rows = session.execute(_counted(on, petition.unit_id, [whose]))
    return tuple(ClockCounts(None, key, *counts) for key, *counts in rows)


def any_stands(question: ClockQuestion, on: date) -> ColumnElement[bool]:
    """Return the condition that any of a matter's clocks stands so: the same matters as are counted."""
    mine = select(clock.petition_id).where(clock.petition_id == petition.id, clock.is_window.is_(False))
    return mine.where(_stands(question, on)).exists()


def _stands(question: ClockQuestion, on: date) -> ColumnElement[bool]:
    runs = clock.paused_since.is_(None)
    if question is ClockQuestion.OVERDUE:
        return runs & (clock.due_on < on)
    three, seven = DUE_WITHIN_DAYS
    days = three if question is ClockQuestion.DUE_IN_3 else seven
    return runs & clock.due_on.between(on, on + timedelta(days=days))


def _counted(
    on: date, by: ColumnElement[Any] | Any, conditions: list[ColumnElement[bool]]
) -> Select[*tuple[Any, ...]]:
    """Return the statement of counts by a column, none for all together."""
    said = {
        **{question.value: _stands(question, on) for question in ClockQuestion},
        "paused": clock.paused_since.is_not(None),
        "provisional": clock.provisional,
    }
    columns = [func.bool_or(condition).label(name) for name, condition in said.items()]
    by_matter = (
        select(*([] if by is None else [by.label("key")]), *columns)
        .select_from(clock)
        .join(petition, petition.id == clock.petition_id)
        .where(clock.is_window.is_(False), matters.not_accusation(), *conditions)
        .group_by(clock.petition_id, *([] if by is None else [by]))
        .subquery()
    )
    counts = [func.count(), *(func.count().filter(by_matter.c[name]) for name in said)]
    if by is None:
        return select(null(), *counts).having(func.count() > 0)
    return select(by_matter.c.key, *counts).group_by(by_matter.c.key).order_by(by_matter.c.key)


def _clocked(session: Session, matter_id: int) -> tuple[ClockedMatter, EventDays]:
    row = session.execute(_select_matter(matter_id)).one_or_none()
    if row is None:
        raise Refused("matter_unknown")
    settled = np.array([row.stage in SETTLED_STAGES])
    said = event_days(days_of({name: getattr(row, name) for name in DAY_COLUMNS}), settled)
    codes = area_codes(session)
    code = codes.get(row.area_id or 0, codes[0])
    recorded = recorded_events(session, np.array([matter_id])).get(matter_id, [])
    events = merge_events(said.events_of(0), recorded)
    return ClockedMatter(matter_id, code, Track(row.track), Purpose(row.purpose), events), said


def _select_matter(matter_id: int) -> Select[*tuple[Any, ...]]:
    placed = func.coalesce(petition.town_id, petition.county_id)
    where = case((petition.place_status == PlaceStatus.ACCEPTED, placed))
    unit_area = select(models.Unit.area_id).where(models.Unit.id == petition.unit_id).scalar_subquery()
    return select(
        petition.track, petition.purpose, petition.stage, func.coalesce(where, unit_area).label("area_id"),
        *(getattr(petition, name) for name in DAY_COLUMNS),
    ).where(petition.id == matter_id, matters.not_accusation())  # fmt: skip
