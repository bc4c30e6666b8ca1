"""The planner's board."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Protocol

from grid.coverage import Bar, CoverageBook, CoveragePlan
from grid.planning import Edit, PlanStep
from grid.planning.blockers import Blocker
from grid.planning.handover import Handover
from grid.planning.history import Cover, PlanHistory
from grid.ports.shared import CityReads
from grid.suggesting.building import SuggestAsked
from grid.suggesting.runs import RunState
from grid.workloads import Formula, Weights


class PlanDesk(CityReads, Protocol):
    """Readings and writings of the planner's board."""

    def coverage(self, on: date) -> CoverageBook | None:
        """Return the published plan in force on a day, or none."""

    def plan_book(self, plan_id: int) -> CoverageBook:
        """Return any plan; raises ``Refused('plan_unknown')``."""

    def weighed(self, formula: int) -> PlanDesk:
        """Return the desk whose ``plan_book``s are weighed by a version of the formula, each plan's alike.

        They raise ``Refused('plan_formula_unknown')`` where there is no such version.
        """

    def drafts(self) -> tuple[CoveragePlan, ...]:
        """Return the drafts, newest first."""

    def save_draft(self, plan: CoveragePlan) -> CoveragePlan:
        """Save a draft under its optimistic lock and return it with its new id and version.

        Raises ``Refused('plan_changed_meanwhile')`` when another saved it first, ``('plan_unknown')``,
        ``('plan_not_draft')``, ``('plan_base_unusable')``, or what ``grid.planning.read_name`` raises.
        """

    def discard_draft(self, plan_id: int, version: int) -> None:
        """Delete a draft as it was seen in ``version``.

        Raises ``Refused('plan_unknown')``, ``('plan_not_draft')``, ``('plan_changed_meanwhile')`` or
        ``('plan_has_drafts')`` when other drafts start from it.
        """

    def propose(self, plan_id: int, version: int, words: str = "") -> CoveragePlan:
        """Propose a draft as it was seen, with a note, and return it as it is then.

        Every step raises ``Refused``: ``plan_unknown``, ``plan_changed_meanwhile``, and what
        ``grid.planning.lifecycle.check_step`` and ``read_words`` raise; this one ``plan_blocked``.
        """

    def withdraw(self, plan_id: int, version: int) -> CoveragePlan:
        """Take a proposal back to a draft."""

    def send_back(self, plan_id: int, version: int, words: str) -> CoveragePlan:
        """Send a proposal back to a draft with a reason; raises ``plan_words_missing`` without one."""

    def publish(self, plan_id: int, version: int, on: date) -> CoveragePlan:
        """Put a proposal in force from a day on, until a later published plan begins.

        Raises ``plan_day_past``, ``plan_own_proposal`` or ``plan_blocked``.
        """

    def cancel(self, plan_id: int, version: int) -> CoveragePlan:
        """Take back a publication before its first day; its days go back to the plan before."""

    def roll_back(self, plan_id: int, on: date) -> CoveragePlan:
        """Publish a copy of an earlier published plan from a day on, and return the copy.

        Raises ``plan_day_past``, ``plan_covers_already`` (``day``) or ``plan_blocked``.
        """

    def blockers(self, plan_id: int, on: date | None = None) -> tuple[Blocker, ...]:
        """Return what keeps a plan from being proposed now, or published (restored) for a day."""

    def plans(self) -> tuple[CoveragePlan, ...]:
        """Return the plans of every state, the newest made first, without their rules."""

    def steps(self, plan_id: int) -> tuple[PlanStep, ...]:
        """Return the steps of a plan's life in their order; none for an unknown plan."""

    def history(self) -> PlanHistory:
        """Return all plans with their steps, units and leaders."""

    def covered_on(self, unit_id: int, on: date) -> Cover:
        """Return who covered a unit on a day, by which plan."""

    def bars(self) -> tuple[Bar, ...]:
        """Return the bars (不宜安排) that hold or will hold."""

    def bar(self, asked: Bar) -> int:
        """Write a bar and return its id.

        Raises ``bar_pair_unknown``, ``bar_days_wrong``, ``bar_exists``, and what ``read_words`` raises.
        """

    def unbar(self, bar_id: int) -> None:
        """End a bar today, or before it begins; raises ``Refused('bar_unknown')``."""

    def handover(self, plan_id: int) -> Handover:
        """Return what changes hands with a plan, against the one before it.

        That is the published plan in force on the day before its first, for a draft or a proposal the plan
        that it started from. Raises ``Refused('plan_unknown')`` or ``('handover_nothing_before')``.
        """

    def annex_file(self, plan_id: int, suffix: str, say: Callable[..., str]) -> bytes:
        """Return a plan's annex as XLSX or DOCX and note the export.

        Raises ``Refused('plan_unknown')`` or ``('annex_suffix')``.
        """

    def handover_file(self, plan_id: int, say: Callable[..., str]) -> bytes:
        """Return the handover list as XLSX and note the export; raises what ``handover`` raises."""

    def formulas(self) -> tuple[Formula, ...]:
        """Return every version of the weighing of workloads, the newest first."""

    def add_formula(self, name: str, weights: Weights) -> Formula:
        """Add a version of the weighing and return it; none is ever changed.

        Raises ``Refused``: ``formula_exists`` (``version``), what ``grid.workloads.check_weights`` or
        ``grid.planning.read_name`` raises.
        """

    def suggest(self, base_id: int, edits: tuple[Edit, ...], asked: SuggestAsked) -> int:
        """Start a suggestion for a plan with edits, as on the screen, and return the run's id.

        Raises ``Refused('suggest_busy')`` when two runs are at work already, ``('suggest_nothing')``,
        ``('suggest_too_large')``, ``('suggest_helpers_uncounted')``, or what ``plan_book`` and
        ``grid.planning.apply_edits`` raise.
        """

    def run(self, run_id: int) -> RunState:
        """Return how one's own suggestion stands; raises ``Refused('run_unknown')``."""

    def stop_run(self, run_id: int) -> None:
        """Ask for one's own run to be stopped; what it found stays. Raises ``Refused('run_unknown')``."""
