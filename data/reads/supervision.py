"""Readings of supervision: cases with their steps, within what row level security leaves of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, any_, func, literal, select
from sqlalchemy.orm import Session

from data import models
from data.clocks.terms import work_calendar
from data.reads import city
from grid.clocks.calendars import WorkCalendar
from grid.clocks.duties import Period, next_period
from grid.coverage import UnitKind
from grid.ids import LARGEST_ID
from grid.matters import Category
from grid.principals import Role
from grid.refusals import Refused
from grid.supervision.cases import Case, StepDone, case_state
from grid.supervision.procedures import ProcedureBook
from grid.supervision.register import (
    PAGE_ROWS,
    CasePage,
    CaseRow,
    Choice,
    Standing,
    SupervisionQuestion,
    page_of,
)
from grid.supervision.rosters import (
    ROSTER_PROCEDURES,
    WHISTLE,
    WHISTLE_DAYS,
    Roster,
    WhistleTimes,
    roster,
    whistle_times,
)

_NAMES_MATTERS = frozenset({Role.BUREAU, Role.TOWN, Role.UNIT})
"""Who is told a matter's number; the rest see its category and unit."""
_NAMES_LEADERS = frozenset({Role.BUREAU, Role.LEADER, Role.APPROVER})
_case, _step = models.SupervisionCase, models.SupervisionStep


def page(session: Session, role: Role, book: ProcedureBook, question: SupervisionQuestion) -> CasePage:
    """Return one page; every open case is read, since how it stands is reckoned and not kept."""
    reader = _Reader.of(session, role, book)
    open_rows = reader.rows(_open(role, book))
    ended = _ended(book, question)
    total = session.scalar(select(func.count()).select_from(_case).where(*ended)) or 0
    answer = page_of(open_rows, question, total, reader.on)
    if question.standing is not Standing.ENDED:
        return answer
    first = (question.page - 1) * PAGE_ROWS
    wanted = _select(role).where(*ended).order_by(_case.ended_at.desc(), _case.id).offset(first)
    return replace(answer, rows=reader.rows(wanted.limit(PAGE_ROWS)), total=total)


def case(session: Session, role: Role, book: ProcedureBook, case_id: int) -> CaseRow:
    """Return one case; raises ``Refused('supervision_case_unknown')``."""
    if not 0 < case_id <= LARGEST_ID:
        raise Refused("supervision_case_unknown")
    statement = _select(role).where(_case.id == case_id, _known(book))
    found = _Reader.of(session, role, book).rows(statement)
    if not found:
        raise Refused("supervision_case_unknown")
    return found[0]


def units(session: Session) -> tuple[Choice, ...]:
    """Return every unit, areas' by their code and departments by name after them."""
    unit, area = models.Unit, models.Area
    statement = (
        select(unit.id, unit.name, unit.kind)
        .outerjoin(area, area.id == unit.area_id)
        .where(area.id.is_(None) | area.valid_to.is_(None))
        .order_by(unit.kind, func.length(area.code), area.code, unit.name)
    )
    return tuple(
        Choice(row.id, row.name, row.kind == UnitKind.DEPARTMENT) for row in session.execute(statement)
    )


def leaders(session: Session, role: Role) -> tuple[Choice, ...]:
    """Return the leaders' posts by id; none for a role that reads no leaders."""
    if role not in _NAMES_LEADERS:
        return ()
    leader = models.Leader
    statement = select(leader.id, leader.post).order_by(leader.post, leader.id)
    return tuple(Choice(row.id, row.post) for row in session.execute(statement))


def receptions(session: Session, role: Role, book: ProcedureBook, month: date) -> Roster:
    """Return the reception roster of the month that starts on a day."""
    reader = _Reader.of(session, role, book)
    after = next_period(Period.MONTH, month)
    lived = _case.ended_at.is_(None) | (_day(_case.ended_at) >= month)
    wanted = _select(role).where(_case.procedure.in_(ROSTER_PROCEDURES), lived, _case.opened_on < after)
    days = (month + timedelta(days=number) for number in range((after - month).days))
    resting = frozenset(day for day in days if not reader.calendar.is_working(day))
    return roster(reader.rows(wanted), month, resting, reader.on)


def whistles(session: Session, role: Role, book: ProcedureBook) -> WhistleTimes:
    """Return how long departments took over the last year, in hours."""
    reader = _Reader.of(session, role, book)
    since = reader.on - timedelta(days=WHISTLE_DAYS)
    wanted = _select(role).where(_case.procedure == WHISTLE, _case.opened_on >= since)
    return whistle_times((row.state for row in reader.rows(wanted)), reader.on)


def _select(role: Role) -> Select[*tuple[Any, ...]]:
    """Return the statement of cases, with what a role may read of their matter and leader."""
    petition, leader = models.Petition, models.Leader
    number = func.coalesce(petition.matter_no, "") if role in _NAMES_MATTERS else literal("")
    post = func.coalesce(leader.post, "") if role in _NAMES_LEADERS else literal("")
    statement = (
        select(
            _case,
            models.Unit.name.label("unit_name"),
            petition.category.label("category"),
            number.label("matter_no"),
            post.label("post"),
            _day(_case.ended_at).label("ended_on"),
        )
        .outerjoin(models.Unit, models.Unit.id == _case.unit_id)
        .outerjoin(petition, petition.id == _case.petition_id)
    )
    return statement.outerjoin(leader, leader.id == _case.leader_id) if role in _NAMES_LEADERS else statement


def _open(role: Role, book: ProcedureBook) -> Select[*tuple[Any, ...]]:
    return _select(role).where(_case.ended_at.is_(None), _known(book)).order_by(_case.id)


def _ended(book: ProcedureBook, question: SupervisionQuestion) -> list[ColumnElement[bool]]:
    """Return the conditions of the ended cases that a question asks for; none of them is due any more."""
    conditions: list[ColumnElement[bool]] = [_case.ended_at.is_not(None), _known(book)]
    if question.procedure is not None:
        conditions.append(_case.procedure == question.procedure)
    if question.unit_id is not None:
        conditions.append(_case.unit_id == question.unit_id)
    if question.due_within is not None:
        conditions.append(literal(False))
    return conditions


def _known(book: ProcedureBook) -> ColumnElement[bool]:
    """Leave out what the program has no procedure for, as after going back to an older one."""
    return func.row(_case.procedure, _case.version).in_(
        [func.row(one.code, one.version) for one in book.procedures]
    )


def _day(moment: Any) -> ColumnElement[date]:
    return func.date(func.timezone(city.CITY_ZONE, moment))


def _done(session: Session, case_ids: Collection[int]) -> dict[int, list[StepDone]]:
    done: dict[int, list[StepDone]] = defaultdict(list)
    if not case_ids:
        return done
    wanted = select(_step).where(_step.case_id == any_(literal(list(case_ids)))).order_by(_step.id)
    for one in session.scalars(wanted):
        done[one.case_id].append(
            StepDone(one.step, one.turn, one.done_on, one.done_at, one.official, one.words)
        )
    return done


@dataclass(frozen=True)
class _Reader:
    """What every case is read and reckoned with."""

    session: Session
    role: Role
    book: ProcedureBook
    on: date
    calendar: WorkCalendar

    @classmethod
    def of(cls, session: Session, role: Role, book: ProcedureBook) -> _Reader:
        return cls(session, role, book, city.today(session), work_calendar(session))

    def rows(self, statement: Select[*tuple[Any, ...]]) -> tuple[CaseRow, ...]:
        found = self.session.execute(statement).all()
        done = _done(self.session, [row.SupervisionCase.id for row in found])
        return tuple(self._row(row, done[row.SupervisionCase.id]) for row in found)

    def _row(self, row: Row[*tuple[Any, ...]], done: Iterable[StepDone]) -> CaseRow:
        kept: models.SupervisionCase = row.SupervisionCase
        procedure = self.book.procedure(kept.procedure, kept.version)
        case = Case(procedure, kept.opened_on, kept.opened_at, tuple(done), row.ended_on, kept.withdrawn)
        return CaseRow(
            id=kept.id,
            matter_no=row.matter_no,
            category=Category(row.category) if row.category else None,
            unit_id=kept.unit_id,
            unit=row.unit_name or "",
            leader_post=row.post,
            reason=kept.reason,
            outcome=kept.outcome,
            is_automatic=bool(kept.cause),
            state=case_state(case, self.calendar, self.on),
        )
