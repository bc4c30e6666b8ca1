"""A small register of supervision behind a fake port that remembers what it was asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from data.clocks.seeding import seed_days
from data.supervision.book import procedure_book
from grid.clocks.calendars import WorkCalendar
from grid.matters import Category
from grid.principals import Role
from grid.questions import City, DataVersion
from grid.refusals import Refused
from grid.supervision.cases import Case, StepDone, case_state
from grid.supervision.procedures import ProcedureBook, SubjectKind
from grid.supervision.register import (
    CasePage,
    CaseRow,
    Choice,
    EndAsked,
    NewCase,
    Standing,
    StepAsked,
    SupervisionQuestion,
    page_of,
)
from grid.supervision.rosters import (
    Roster,
    WhistleTimes,
    roster,
    whistle_times,
)
from tests.screens.plan_city import CITY, TODAY

CALENDAR = WorkCalendar(seed_days())
CASES = {
    1: "urge", 2: "warning", 3: "listed_matter", 4: "whistle", 5: "reception", 6: "reception_days",
    7: "call_in", 8: "gates", 9: "unsatisfied",
}  # fmt: skip
"""Procedures by the id of their case; each was opened so many days before today as ten times its id."""


def make_row(number: int, role: Role, done: tuple[StepDone, ...] = ()) -> CaseRow:
    """A case of a procedure, as a role sees it."""
    procedure = procedure_book().procedure(CASES[number])
    opened = TODAY - timedelta(days=10 * number)
    at = datetime(opened.year, opened.month, opened.day, 1, tzinfo=UTC)
    is_matter = procedure.subject is SubjectKind.MATTER
    of_leader = procedure.subject is SubjectKind.LEADER
    names_matters = role in {Role.BUREAU, Role.TOWN, Role.UNIT}
    return CaseRow(
        id=number,
        matter_no=f"XF{number:04d}" if is_matter and names_matters else "",
        category=Category.LAND if is_matter else None,
        unit_id=None if of_leader else 7,
        unit="" if of_leader else "住建局",
        leader_post="副市长" if of_leader else "",
        reason="" if of_leader else "逾期未答复",
        outcome="",
        is_automatic=procedure.opens is not None,
        state=case_state(Case(procedure, opened, at, done), CALENDAR, TODAY),
    )


class FakeSupervision:
    """``grid.ports.SupervisionDesk`` on behalf of a role; ``refusal`` is raised while it is set."""

    def __init__(self, role: Role = Role.BUREAU, cases: tuple[int, ...] = tuple(CASES)) -> None:
        self.role = role
        self.rows = {number: make_row(number, role) for number in cases}
        self.refusal: Refused | None = None
        self.asked: list[tuple[Any, ...]] = []

    def version(self) -> DataVersion:
        return DataVersion(1, datetime(2026, 11, 19, 23, 30, tzinfo=UTC))

    def city(self) -> City:
        return CITY

    def procedures(self) -> ProcedureBook:
        return procedure_book()

    def page(self, question: SupervisionQuestion) -> CasePage:
        self._note("page", question)
        ended = [row for row in self.rows.values() if row.standing is Standing.ENDED]
        open_rows = [row for row in self.rows.values() if row.standing is not Standing.ENDED]
        answer = page_of(open_rows, question, len(ended), TODAY)
        if question.standing is not Standing.ENDED:
            return answer
        return replace(answer, rows=tuple(ended), total=len(ended))

    def case(self, case_id: int) -> CaseRow:
        self._note("case", case_id)
        return self._row(case_id)

    def units(self) -> tuple[Choice, ...]:
        return (Choice(1, "县1"), Choice(7, "住建局", is_department=True))

    def leaders(self) -> tuple[Choice, ...]:
        return (Choice(1, "副市长"),)

    def roster(self, month: date) -> Roster:
        self._note("roster", month)
        rows = [row for row in self.rows.values() if row.procedure.subject is SubjectKind.LEADER]
        return roster(rows, month, frozenset({month}), TODAY)

    def whistles(self) -> WhistleTimes:
        return whistle_times((row.state for row in self.rows.values()), TODAY)

    def open_case(self, new: NewCase) -> tuple[int, ...]:
        self._note("open_case", new)
        return (1,)

    def take_step(self, asked: StepAsked) -> None:
        self._note("take_step", asked)
        at = datetime(TODAY.year, TODAY.month, TODAY.day, 2, tzinfo=UTC)
        done = StepDone(asked.step, asked.turn, asked.day or TODAY, at, asked.official, asked.words)
        before = self._row(asked.case_id).state.case.done
        self.rows[asked.case_id] = make_row(asked.case_id, self.role, (*before, done))

    def end_case(self, asked: EndAsked) -> None:
        self._note("end_case", asked)
        row = self._row(asked.case_id)
        case = replace(row.state.case, ended_on=TODAY, withdrawn=asked.withdrawn)
        state = case_state(case, CALENDAR, TODAY)
        self.rows[asked.case_id] = replace(row, state=state, outcome=asked.outcome)

    def _row(self, case_id: int) -> CaseRow:
        if case_id not in self.rows:
            raise Refused("supervision_case_unknown")
        return self.rows[case_id]

    def _note(self, name: str, *given: Any) -> None:
        self.asked.append((name, *given))
        if self.refusal is not None:
            raise self.refusal
