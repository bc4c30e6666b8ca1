"""The planner's small city with plans of several states, and a suggester that says what a test has it say."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from grid.areas import Area, Level
from grid.coverage import Assignment, AssignmentKind, CoverageBook, CoveragePlan, PlanState
from grid.planning import Edit
from grid.questions import City
from grid.refusals import Refused
from tests.screens.plan_city import AREAS, CITY, PLAN, book

HELPED = replace(
    PLAN,
    id=11,
    name="由领导4协助",
    state=PlanState.PROPOSED,
    valid_from=date(2026, 12, 1),
    base_id=PLAN.id,
    assignments=(
        Assignment(1, 1, cases=24),
        Assignment(1, 4, AssignmentKind.HELPER, 20),
        Assignment(2, 3, cases=20),
        *PLAN.assignments[2:],
    ),
)
"""Unit 2 went from leader 2 to 3, and leader 4 helps with 20 of the 44 of unit 1."""


@dataclass
class SuggestDesk:
    """What the panel and the comparison read of ``grid.ports.PlanDesk``.

    ``refusal`` is raised by every reading while it is set, ``busy`` by whoever asks for a suggestion.
    """

    held: dict[int, CoveragePlan] = field(default_factory=lambda: {PLAN.id: PLAN, HELPED.id: HELPED})
    runs: dict[int, Any] = field(default_factory=dict)
    asked: list[tuple[int, tuple[Edit, ...], Any]] = field(default_factory=list)
    stopped: list[int] = field(default_factory=list)
    refusal: Refused | None = None
    busy: Refused | None = None

    def city(self) -> City:
        self._check()
        return CITY

    def areas(self, level: Level) -> tuple[Area, ...]:
        return AREAS if level is Level.COUNTY else ()

    def coverage(self, on: date) -> CoverageBook | None:
        published = [plan for plan in self.held.values() if plan.state is PlanState.PUBLISHED]
        return book(published[0]) if published else None

    def plans(self) -> tuple[CoveragePlan, ...]:
        self._check()
        return tuple(self.held.values())

    def plan_book(self, plan_id: int) -> CoverageBook:
        self._check()
        if plan_id not in self.held:
            raise Refused("plan_unknown", plan=plan_id)
        return book(self.held[plan_id])

    def suggest(self, base_id: int, edits: tuple[Edit, ...], asked: Any) -> int:
        self._check()
        if self.busy is not None:
            raise self.busy
        self.asked.append((base_id, edits, asked))
        return 70 + len(self.asked)

    def run(self, run_id: int) -> Any:
        self._check()
        if run_id not in self.runs:
            raise Refused("run_unknown", run=run_id)
        return self.runs[run_id]

    def stop_run(self, run_id: int) -> None:
        self.run(run_id)
        self.stopped.append(run_id)

    def _check(self) -> None:
        if self.refusal is not None:
            raise self.refusal
