"""Readings of the register: matters one by one, within what row level security leaves of them.

Statements are built apart from their execution. Identifiers come from enums only; texts are always bound.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, collate, func, literal, or_, select
from sqlalchemy.orm import Session, aliased

from data import models
from data.reads import city, clocks, matters
from grid.clocks.states import DUE_SOON_DAYS, days_left
from grid.ids import LARGEST_ID
from grid.matters import SETTLED_STAGES, Category, Channel, Evaluation, Purpose, Stage, Track
from grid.places import Granularity, PlaceStatus
from grid.refusals import Refused
from grid.register import (
    PAGE_ROWS,
    MatterDetail,
    RegisterClock,
    RegisterPage,
    RegisterQuestion,
    RegisterRow,
    SortColumn,
    register_clock,
)

_OPEN = frozenset(
    {RegisterClock.OVERDUE, RegisterClock.DUE_SOON, RegisterClock.RUNNING, RegisterClock.NOT_STARTED}
)
petition = matters.petition
_unit = models.Unit
_county, _town, _village, _grid, _functional = (
    aliased(models.Area, name=name) for name in ("county", "town", "village", "grid", "functional")
)
_ACCEPTED = petition.place_status == PlaceStatus.ACCEPTED
"""An area is said of a matter only when its place is accepted."""


def page(session: Session, question: RegisterQuestion, *, with_accusations: bool) -> RegisterPage:
    """Return one page; ``with_accusations`` asks for the whole city's count of them as well."""
    on = city.today(session)
    by_clock = count_by_clock(session, question, on)
    return RegisterPage(
        rows=rows(session, question, on, limit=PAGE_ROWS, offset=(question.page - 1) * PAGE_ROWS),
        total=total_of(question, by_clock),
        by_clock=by_clock,
        on=on,
        accusations=_accusations(session, question, on) if with_accusations else None,
    )


def count_by_clock(session: Session, question: RegisterQuestion, on: date) -> dict[RegisterClock, int]:
    """Return how many matters a question but for its clock asks for, by clock; zeros included."""
    statement = select(clock_on(on).label("state"), func.count()).where(*conditions(question, on))
    found = {state: count for state, count in session.execute(statement.group_by("state"))}  # noqa: C416
    return {clock: found.get(clock.value, 0) for clock in RegisterClock}


def total_of(question: RegisterQuestion, by_clock: dict[RegisterClock, int]) -> int:
    """Return how many of the matters counted a question asks for with its clock."""
    return sum(by_clock.values()) if question.clock is None else by_clock[question.clock]


def rows(
    session: Session, question: RegisterQuestion, on: date, *, limit: int, offset: int = 0
) -> tuple[RegisterRow, ...]:
    """Return the matters that a question asks for, in its order."""
    statement = select_rows(question, on).limit(limit).offset(offset)
    return tuple(_row(found, on) for found in session.execute(statement))


def detail(session: Session, matter_id: int, *, with_recusals: bool) -> MatterDetail:
    """Return one matter; raises ``Refused('matter_unknown')`` for one that is not there or not to be seen."""
    if not 0 < matter_id <= LARGEST_ID:
        raise Refused("matter_unknown")
    found = session.execute(select_detail(matter_id)).one_or_none()
    if found is None:
        raise Refused("matter_unknown")
    return _detail(found, city.today(session), _recused(session, matter_id) if with_recusals else None)


def select_rows(question: RegisterQuestion, on: date) -> Select[*tuple[Any, ...]]:
    """Return the statement of a question's matters in its order; those without a value come last."""
    statement = _with_names(select(*_row_columns())).where(*conditions(question, on))
    if question.clock is not None:
        statement = statement.where(clock_on(on) == question.clock)
    key, last = _sort_key(question.sort), petition.id
    if question.descending:
        return statement.order_by(key.desc().nulls_last(), last.desc())
    return statement.order_by(key.asc().nulls_last(), last.asc())


def select_detail(matter_id: int) -> Select[*tuple[Any, ...]]:
    """Return the statement of one matter with all that is said of it."""
    statement = select(
        *_row_columns(), petition.purpose, petition.track, petition.accepted_on, petition.replied_on,
        petition.closed_on, petition.submissions, petition.is_backlog, petition.evaluation, petition.address,
        petition.place_status, petition.granularity,
        _grid.name.label("grid"), _functional.name.label("functional"),
    )  # fmt: skip
    statement = _with_names(statement)
    for area, column in ((_grid, petition.grid_id), (_functional, petition.functional_id)):
        statement = statement.outerjoin(area, and_(_ACCEPTED, area.id == column))
    return statement.where(matters.not_accusation(), petition.id == matter_id)


def conditions(question: RegisterQuestion, on: date) -> list[ColumnElement[bool]]:
    """Return the conditions of a question but for its clock."""
    found = [matters.not_accusation()]
    for column, wanted in (
        (petition.category, question.category),
        (petition.channel, question.channel),
        (petition.stage, question.stage),
    ):
        if wanted is not None:
            found.append(column == wanted.value)
    if question.number:
        found.append(petition.matter_no.startswith(question.number, autoescape=True))
    if question.since is not None:
        found.append(petition.registered_on >= question.since)
    if question.until is not None:
        found.append(petition.registered_on <= question.until)
    if question.area is not None:
        found.append(_lies_in(question.area))
    if question.due is not None:
        found.append(clocks.any_stands(question.due, on))
    return found


def _lies_in(area_id: int) -> ColumnElement[bool]:
    """Return the condition that a matter's accepted place lies in an area, of whatever level."""
    columns = (petition.county_id, petition.town_id, petition.village_id, petition.functional_id)
    return and_(_ACCEPTED, or_(*(column == area_id for column in columns)))


def clock_on(on: date) -> ColumnElement[str]:
    """Return ``grid.register.register_clock`` as an expression."""
    due, settled = petition.due_on, matters.settled_on()
    is_open = func.coalesce(settled > on, petition.stage.not_in(SETTLED_STAGES))
    return case(
        (and_(is_open, due.is_(None)), literal(RegisterClock.NOT_STARTED.value)),
        (and_(is_open, due < on), literal(RegisterClock.OVERDUE.value)),
        (and_(is_open, due <= on + timedelta(days=DUE_SOON_DAYS)), literal(RegisterClock.DUE_SOON.value)),
        (is_open, literal(RegisterClock.RUNNING.value)),
        (or_(due.is_(None), settled.is_(None)), literal(RegisterClock.UNTIMED.value)),
        (settled <= due, literal(RegisterClock.STOPPED_IN_TIME.value)),
        else_=literal(RegisterClock.STOPPED_LATE.value),
    )


def _sort_key(sort: SortColumn) -> ColumnElement[Any]:
    """Return what rows are ordered by: texts by their signs, so that every database orders them alike."""
    in_order = {SortColumn.CATEGORY: Category, SortColumn.CHANNEL: Channel, SortColumn.STAGE: Stage}
    if sort in in_order:
        places = {member.value: place for place, member in enumerate(in_order[sort])}
        return case(places, value=getattr(petition, sort.value))
    keys: dict[SortColumn, Any] = {
        SortColumn.NUMBER: collate(petition.matter_no, "C"),
        SortColumn.REGISTERED: petition.registered_on,
        SortColumn.DUE: petition.due_on,
        SortColumn.UNIT: collate(_unit.name, "C"),
        SortColumn.PLACE: collate(func.coalesce(_village.code, _town.code, _county.code), "C"),
    }
    key: ColumnElement[Any] = keys[sort]
    return key


def _row_columns() -> list[Any]:
    return [
        petition.id, petition.matter_no, petition.category, petition.channel, petition.stage,
        petition.registered_on, petition.due_on, petition.is_repeat,
        matters.settled_on().label("settled_on"), _unit.name.label("unit"),
        _county.name.label("county"), _town.name.label("town"), _village.name.label("village"),
    ]  # fmt: skip


def _with_names(statement: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    statement = statement.select_from(petition).outerjoin(_unit, _unit.id == petition.unit_id)
    for area, column in (
        (_county, petition.county_id),
        (_town, petition.town_id),
        (_village, petition.village_id),
    ):
        statement = statement.outerjoin(area, and_(_ACCEPTED, area.id == column))
    return statement


def _row(found: Row[*tuple[Any, ...]], on: date) -> RegisterRow:
    clock = register_clock(found.due_on, found.settled_on, Stage(found.stage), on)
    return RegisterRow(
        id=found.id,
        matter_no=found.matter_no,
        category=Category(found.category),
        channel=Channel(found.channel),
        stage=Stage(found.stage),
        registered_on=found.registered_on,
        due_on=found.due_on,
        settled_on=found.settled_on,
        clock=clock,
        days_left=days_left(found.due_on, on) if clock in _OPEN and found.due_on else None,
        is_repeat=found.is_repeat,
        place=tuple(name for name in (found.county, found.town, found.village) if name),
        unit=found.unit or "",
    )


def _detail(found: Row[*tuple[Any, ...]], on: date, recused: tuple[str, ...] | None) -> MatterDetail:
    row = _row(found, on)
    return MatterDetail(
        row=row,
        purpose=Purpose(found.purpose),
        track=Track(found.track),
        accepted_on=found.accepted_on,
        replied_on=found.replied_on,
        closed_on=found.closed_on,
        submissions=found.submissions,
        is_backlog=found.is_backlog,
        evaluation=found.evaluation and Evaluation(found.evaluation),
        address=found.address,
        path=(*row.place, found.grid) if found.grid else row.place,
        functional=found.functional or "",
        place_status=found.place_status and PlaceStatus(found.place_status),
        granularity=found.granularity and Granularity(found.granularity),
        recused=recused,
    )


def _recused(session: Session, matter_id: int) -> tuple[str, ...]:
    statement = (
        select(models.Account.login)
        .join(models.Recusal, models.Recusal.account_id == models.Account.id)
        .where(models.Recusal.petition_id == matter_id)
        .order_by(models.Account.login)
    )
    return tuple(session.scalars(statement))


def _accusations(session: Session, question: RegisterQuestion, on: date) -> int:
    """Return how many accusations the city had in the question's period: the bureau alone is told."""
    period = func.access.accusations(question.since or date.min, question.until or on)
    count: int = session.execute(select(period)).scalar_one()
    return count
