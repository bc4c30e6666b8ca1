"""The desk of supervision: who reads a case by its matter's number leaves an audit row."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Engine

from data.desks import CityDesk
from data.faults import refusing
from data.reads import supervision
from data.reads.noting import noting
from data.supervision.book import procedure_book
from data.writes import supervision as writes
from grid.audits import Action
from grid.principals import Principal
from grid.supervision.procedures import ProcedureBook
from grid.supervision.register import (
    CasePage,
    CaseRow,
    Choice,
    EndAsked,
    NewCase,
    StepAsked,
    SupervisionQuestion,
)
from grid.supervision.rosters import (
    Roster,
    WhistleTimes,
)

_SUBJECT = "supervision_case"


class SupervisionDesk(CityDesk):
    """``grid.ports.SupervisionDesk`` over PostGIS."""

    def procedures(self) -> ProcedureBook:
        """Return the procedures."""
        return procedure_book()

    def page(self, question: SupervisionQuestion) -> CasePage:
        """Return one page of cases."""
        return self._note(_page, question)

    def case(self, case_id: int) -> CaseRow:
        """Return one case."""
        return self._note(_read_case, case_id)

    def units(self) -> tuple[Choice, ...]:
        """Return the units."""
        return self._read(supervision.units)

    def leaders(self) -> tuple[Choice, ...]:
        """Return the leaders' posts."""
        return self._read(supervision.leaders, self._principal.role)

    def roster(self, month: date) -> Roster:
        """Return the receptions of a month."""
        return self._read(supervision.receptions, self._principal.role, procedure_book(), month)

    def whistles(self) -> WhistleTimes:
        """Return how long departments took to come."""
        return self._read(supervision.whistles, self._principal.role, procedure_book())

    def open_case(self, new: NewCase) -> tuple[int, ...]:
        """Open a case."""
        with refusing():
            return writes.open_case(self._engine, self._principal, procedure_book(), new)

    def take_step(self, asked: StepAsked) -> None:
        """Write a step down."""
        with refusing():
            writes.take_step(self._engine, self._principal, procedure_book(), asked)

    def end_case(self, asked: EndAsked) -> None:
        """End or withdraw a case."""
        with refusing():
            writes.end_case(self._engine, self._principal, procedure_book(), asked)


def _page(engine: Engine, principal: Principal, question: SupervisionQuestion) -> CasePage:
    with noting(engine, principal, Action.SUPERVISION_LIST, _SUBJECT) as (session, facts):
        answer = supervision.page(session, principal.role, procedure_book(), question)
        facts["procedure"], facts["page"] = question.procedure, question.page
        facts["count"] = len(answer.rows)
    return answer


def _read_case(engine: Engine, principal: Principal, case_id: int) -> CaseRow:
    with noting(engine, principal, Action.SUPERVISION_READ, _SUBJECT) as (session, facts):
        answer = supervision.case(session, principal.role, procedure_book(), case_id)
        facts["case"], facts["procedure"] = case_id, answer.procedure.code
        facts["matter"] = answer.matter_no or None
    return answer
