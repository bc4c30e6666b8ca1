"""Supervision written down: cases opened, steps taken, cases ended; a second click changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from sqlalchemy import Engine, exists, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from data import models
from data.reads import city
from data.reads import supervision as reads
from data.reads.noting import noting
from data.sessions import bump_version
from grid.audits import Action
from grid.coverage import UnitKind
from grid.principals import Principal
from grid.refusals import Refused
from grid.supervision import cases
from grid.supervision.cases import StepDone
from grid.supervision.procedures import Owner, Procedure, ProcedureBook, SubjectKind
from grid.supervision.register import EndAsked, NewCase, StepAsked

_SUBJECT = "supervision_case"
_case, _step = models.SupervisionCase, models.SupervisionStep


class _Same(Exception):  # noqa: N818  no fault: what is asked for is so
    """It was done before by the same click: nothing is written, and nothing audited."""


def open_case(engine: Engine, principal: Principal, book: ProcedureBook, new: NewCase) -> tuple[int, ...]:
    """Open a case, or one for every leader that has none; raises as ``grid.ports.SupervisionDesk``."""
    procedure = book.procedure(new.procedure)
    if not procedure.may_be_opened_by(principal.role):
        raise Refused("supervision_not_yours")
    if procedure.subject is not SubjectKind.LEADER and not new.reason:
        raise Refused("supervision_reason")
    with noting(engine, principal, Action.SUPERVISION_OPEN, _SUBJECT) as (session, facts):
        facts["procedure"], facts["matter"] = procedure.code, new.matter_no or None
        subjects = _subjects(session, procedure, new)
        row = {
            "procedure": procedure.code,
            "version": procedure.version,
            "opened_on": city.today(session),
            "opened_by": principal.id,
            "reason": new.reason,
        }
        made = [_open_one(session, row, subject) for subject in subjects]
        facts["cases"] = [one for one in made if one is not None]
        if not facts["cases"]:
            raise Refused("supervision_open_already")
        bump_version(session)
    return tuple(one for one in made if one is not None)


def take_step(engine: Engine, principal: Principal, book: ProcedureBook, asked: StepAsked) -> None:
    """Write a step down; raises as ``grid.ports.SupervisionDesk``."""
    with _once(engine, principal, Action.SUPERVISION_STEP) as (session, facts):
        row = reads.case(session, principal.role, book, asked.case_id)
        step = row.procedure.step(asked.step)
        if not step.may_be_taken_by(principal.role):
            raise Refused("supervision_not_yours")
        on = city.today(session)
        if _is_same(session, principal, asked):
            raise _Same
        told = StepDone(
            step.code, asked.turn, asked.day or on, datetime.now(UTC), asked.official, asked.words
        )
        done = cases.take(row.state, step.code, asked.turn, told, on)
        if not _insert_step(session, principal, asked.case_id, done):
            # Somebody was quicker by a moment: the row is there, and not ours.
            raise Refused("supervision_step_taken")
        facts["case"], facts["procedure"] = asked.case_id, row.procedure.code
        facts["supervision_step"], facts["turn"] = done.step, done.turn
        bump_version(session)


def end_case(engine: Engine, principal: Principal, book: ProcedureBook, asked: EndAsked) -> None:
    """End or withdraw a case; raises as ``grid.ports.SupervisionDesk``."""
    with _once(engine, principal, Action.SUPERVISION_END) as (session, facts):
        row = reads.case(session, principal.role, book, asked.case_id)
        if not row.procedure.may_be_opened_by(principal.role):
            raise Refused("supervision_not_yours")
        before = row.state.case
        if before.ended_on and (row.outcome, before.withdrawn) == (asked.outcome, asked.withdrawn):
            raise _Same
        cases.end(row.state, withdrawn=asked.withdrawn, outcome=asked.outcome)
        changed = session.execute(
            update(_case)
            .where(_case.id == asked.case_id, _case.ended_at.is_(None))
            .values(ended_at=func.now(), withdrawn=asked.withdrawn, outcome=asked.outcome)
            .returning(_case.id)
        ).scalar()
        if changed is None:
            raise Refused("supervision_ended")
        facts["case"], facts["procedure"] = asked.case_id, row.procedure.code
        facts["withdrawn"] = asked.withdrawn
        bump_version(session)


@contextmanager
def _once(
    engine: Engine, principal: Principal, action: Action
) -> Iterator[tuple[Session, dict[str, object]]]:
    """Open a noted transaction that is as if it had not been where nothing was to be done."""
    try:
        with noting(engine, principal, action, _SUBJECT) as (session, facts):
            yield session, facts
    except _Same:
        return


_Subject = dict[str, int | None]


def _subjects(session: Session, procedure: Procedure, new: NewCase) -> list[_Subject]:
    """Return what a case is opened on; the unit of a matter's is the one that handles it."""
    if procedure.subject is SubjectKind.MATTER:
        return [_matter(session, new.matter_no)]
    if procedure.subject is SubjectKind.UNIT:
        return [{"unit_id": _unit(session, procedure, new.unit_id)}]
    leader = models.Leader
    wanted = select(leader.id).order_by(leader.id)
    if not new.all_leaders:
        wanted = wanted.where(leader.id == new.leader_id)
    found = session.scalars(wanted).all()
    if not found:
        raise Refused("supervision_subject")
    return [{"leader_id": one} for one in found]


def _matter(session: Session, number: str) -> _Subject:
    petition = models.Petition
    wanted = select(petition.id, petition.unit_id).where(petition.matter_no == number).limit(2)
    found = session.execute(wanted).all() if number else []
    if len(found) != 1:
        raise Refused("matter_ambiguous" if found else "matter_unknown")
    if found[0].unit_id is None:
        raise Refused("supervision_no_unit")
    return {"petition_id": found[0].id, "unit_id": found[0].unit_id}


def _unit(session: Session, procedure: Procedure, unit_id: int | None) -> int:
    kind = session.scalar(select(models.Unit.kind).where(models.Unit.id == unit_id))
    # A town calls departments; those who answer for areas are not called by one of them.
    if kind is None or unit_id is None or (procedure.opened_by is Owner.TOWN and kind != UnitKind.DEPARTMENT):
        raise Refused("supervision_subject")
    return unit_id


def _open_one(session: Session, row: dict[str, object], subject: _Subject) -> int | None:
    """Return the id of a new case, none where one is open already."""
    about = [getattr(_case, name) == value for name, value in subject.items()]
    is_open = (_case.procedure == row["procedure"], _case.ended_at.is_(None), *about)
    if session.scalar(select(exists().where(*is_open))):
        return None
    made = insert(_case).values(row | subject).on_conflict_do_nothing().returning(_case.id)
    return session.execute(made).scalar()


def _is_same(session: Session, principal: Principal, asked: StepAsked) -> bool:
    """Return whether the turn was written down by the same account with the same words."""
    wanted = select(_step.principal, _step.official, _step.words).where(
        _step.case_id == asked.case_id, _step.step == asked.step, _step.turn == asked.turn
    )
    found = session.execute(wanted).one_or_none()
    return found is not None and tuple(found) == (principal.id, asked.official, asked.words)


def _insert_step(session: Session, principal: Principal, case_id: int, done: StepDone) -> bool:
    values = {
        "case_id": case_id,
        "step": done.step,
        "turn": done.turn,
        "done_on": done.on,
        "official": done.official,
        "words": done.words,
        "principal": principal.id,
    }
    made = insert(_step).values(values).on_conflict_do_nothing().returning(_step.id)
    return session.execute(made).scalar() is not None
