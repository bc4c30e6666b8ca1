"""Supervision (督办): the register of cases, and what is done in them."""

from __future__ import annotations

from datetime import date
from typing import Protocol

from grid.ports.shared import CityReads
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


class SupervisionDesk(CityReads, Protocol):
    """Cases within the principal's scope. Reading them is audited: they name matters."""

    def procedures(self) -> ProcedureBook:
        """Return the procedures that came with the program."""

    def page(self, question: SupervisionQuestion) -> CasePage:
        """Return one page of cases, what is due first on top."""

    def case(self, case_id: int) -> CaseRow:
        """Return one case; raises ``Refused('supervision_case_unknown')``, also for what is not theirs."""

    def units(self) -> tuple[Choice, ...]:
        """Return the units that a case may be asked of, departments last."""

    def leaders(self) -> tuple[Choice, ...]:
        """Return the leaders' posts; none for who may not read them."""

    def roster(self, month: date) -> Roster:
        """Return the receptions of the month that starts on a day."""

    def whistles(self) -> WhistleTimes:
        """Return how long departments took to come when they were called, over the last year."""

    def open_case(self, new: NewCase) -> tuple[int, ...]:
        """Open a case and return its id, or those of all leaders who had none.

        Raises ``Refused``: ``supervision_procedure_unknown``, ``supervision_not_yours``, ``matter_unknown``,
        ``matter_ambiguous``, ``supervision_no_unit``, ``supervision_subject``, ``supervision_reason`` or
        ``supervision_open_already``.
        """

    def take_step(self, asked: StepAsked) -> None:
        """Write a step down; the same again changes nothing.

        Raises ``Refused``: ``supervision_case_unknown``, ``supervision_not_yours``, or as
        ``grid.supervision.cases.take``.
        """

    def end_case(self, asked: EndAsked) -> None:
        """End or withdraw a case; the same again changes nothing.

        Raises ``Refused``: ``supervision_case_unknown``, ``supervision_not_yours``, or as
        ``grid.supervision.cases.end``.
        """
