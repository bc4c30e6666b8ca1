"""The desk of coverage plans: ``grid.ports.PlanDesk`` over PostGIS."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from copy import copy
from datetime import date

from sqlalchemy import Engine

from data import coverage_runs, plan_files, plan_runs
from data.desks import CityDesk, Shapes
from data.faults import refusing
from data.reads import coverage, plan_history, planning_books, workloads
from data.writes import leader_bars, plan_life, plans, workload_formulas
from grid.coverage import Bar, CoverageBook, CoveragePlan
from grid.planning import Edit, PlanStep, apply_edits
from grid.planning.blockers import Blocker
from grid.planning.handover import Handover
from grid.planning.history import Cover, PlanHistory, covered_on
from grid.principals import Principal
from grid.suggesting.building import SuggestAsked
from grid.suggesting.runs import RunState
from grid.workloads import Formula, Weights

Books = OrderedDict[tuple[str, int, int], tuple[tuple[object, ...], CoverageBook]]
"""By session, plan and formula: what a book was read from, and the book."""
_KEPT_BOOKS = 32


class PlannerDesk(CityDesk):
    """``grid.ports.PlanDesk`` over PostGIS."""

    _formula = 0
    """The version by which books are weighed, 0 for each plan's own."""

    def __init__(
        self, engine: Engine, principal: Principal, shapes: Shapes, books: Books | None = None
    ) -> None:
        super().__init__(engine, principal, shapes)
        self._books: Books = OrderedDict() if books is None else books

    def coverage(self, on: date) -> CoverageBook | None:
        """Return the plan in force."""
        return self._read(planning_books.planned_on, on)

    def plan_book(self, plan_id: int) -> CoverageBook:
        """Return any plan; one that nothing changed since this session read it is not read again."""
        token = self._principal.token
        stamp = self._read(planning_books.stamp, plan_id) if token else None
        if token is None or stamp is None:
            return self._read(planning_books.planning_book, plan_id, self._formula)
        key = (token, plan_id, self._formula)
        kept = self._books.get(key)
        if kept is not None and kept[0] == stamp:
            return kept[1]
        # Asked for before the book was read: what changes in between makes it be read once more.
        book = self._read(planning_books.planning_book, plan_id, self._formula)
        self._books[key] = (stamp, book)
        while len(self._books) > _KEPT_BOOKS:
            self._books.popitem(last=False)
        return book

    def weighed(self, formula: int) -> PlannerDesk:
        """Return this desk with the books of plans weighed by a version of the formula."""
        desk = copy(self)
        desk._formula = formula
        return desk

    def drafts(self) -> tuple[CoveragePlan, ...]:
        """Return the drafts."""
        return self._read(coverage.drafts)

    def save_draft(self, plan: CoveragePlan) -> CoveragePlan:
        """Save a draft under its optimistic lock."""
        with refusing():
            return plans.save_draft(self._engine, self._principal, plan)

    def discard_draft(self, plan_id: int, version: int) -> None:
        """Delete a draft as it was seen."""
        with refusing():
            plans.discard_draft(self._engine, self._principal, plan_id, version)

    def propose(self, plan_id: int, version: int, words: str = "") -> CoveragePlan:
        """Propose a draft."""
        with refusing():
            return plan_life.propose(self._engine, self._principal, plan_id, version, words)

    def withdraw(self, plan_id: int, version: int) -> CoveragePlan:
        """Take a proposal back."""
        with refusing():
            return plan_life.withdraw(self._engine, self._principal, plan_id, version)

    def send_back(self, plan_id: int, version: int, words: str) -> CoveragePlan:
        """Send a proposal back."""
        with refusing():
            return plan_life.send_back(self._engine, self._principal, plan_id, version, words)

    def publish(self, plan_id: int, version: int, on: date) -> CoveragePlan:
        """Put a proposal in force from a day on."""
        with refusing():
            return plan_life.publish(self._engine, self._principal, plan_id, version, on)

    def cancel(self, plan_id: int, version: int) -> CoveragePlan:
        """Take back a publication before its first day."""
        with refusing():
            return plan_life.cancel(self._engine, self._principal, plan_id, version)

    def roll_back(self, plan_id: int, on: date) -> CoveragePlan:
        """Publish a copy of an earlier plan from a day on."""
        with refusing():
            return plan_life.roll_back(self._engine, self._principal, plan_id, on)

    def blockers(self, plan_id: int, on: date | None = None) -> tuple[Blocker, ...]:
        """Return what keeps a plan from being proposed, or published for a day."""
        return self._read(plan_life.found_blockers, plan_id, on)

    def plans(self) -> tuple[CoveragePlan, ...]:
        """Return all plans."""
        return self._read(plan_history.plans)

    def steps(self, plan_id: int) -> tuple[PlanStep, ...]:
        """Return the steps of a plan's life."""
        return self._read(plan_history.steps, plan_id)

    def history(self) -> PlanHistory:
        """Return all plans with their steps."""
        return self._read(plan_history.history)

    def covered_on(self, unit_id: int, on: date) -> Cover:
        """Return who covered a unit on a day."""
        return covered_on(self.history(), unit_id, on)

    def bars(self) -> tuple[Bar, ...]:
        """Return the bars that hold or will hold."""
        return self._read(plan_history.bars)

    def bar(self, asked: Bar) -> int:
        """Write a bar."""
        with refusing():
            return leader_bars.bar(self._engine, self._principal, asked)

    def unbar(self, bar_id: int) -> None:
        """End a bar."""
        with refusing():
            leader_bars.unbar(self._engine, self._principal, bar_id)

    def handover(self, plan_id: int) -> Handover:
        """Return what changes hands with a plan."""
        return self._read(plan_files.handover_of, plan_id)

    def annex_file(self, plan_id: int, suffix: str, say: Callable[..., str]) -> bytes:
        """Return a plan's annex."""
        return self._note(plan_files.annex_file, plan_id, suffix, say)

    def handover_file(self, plan_id: int, say: Callable[..., str]) -> bytes:
        """Return a plan's handover list."""
        return self._note(plan_files.handover_file, plan_id, say)

    def formulas(self) -> tuple[Formula, ...]:
        """Return every version of the formula."""
        return self._read(workloads.formulas)

    def add_formula(self, name: str, weights: Weights) -> Formula:
        """Add a version of the formula."""
        with refusing():
            return workload_formulas.add_formula(self._engine, self._principal, name, weights)

    def suggest(self, base_id: int, edits: tuple[Edit, ...], asked: SuggestAsked) -> int:
        """Start a suggestion."""
        book = apply_edits(self.plan_book(base_id), edits)
        with refusing():
            return coverage_runs.suggest(self._engine, self._principal, book, asked)

    def run(self, run_id: int) -> RunState:
        """Return how a suggestion stands."""
        return self._read(coverage_runs.state, run_id)

    def stop_run(self, run_id: int) -> None:
        """Stop a run."""
        with refusing():
            plan_runs.stop(self._engine, self._principal, run_id)
