"""Fake desks of the planner's screen as a whole: the life of plans, formulas, runs and patches."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any, NoReturn

from grid.areas import Area, Level
from grid.coverage import Bar, CoverageBook, CoveragePlan
from grid.planning import PlanStep, PlanStepKind
from grid.planning.blockers import Blocker, blockers
from grid.planning.history import PlanHistory
from grid.questions import City
from grid.refusals import Refused
from grid.workloads import DEFAULT_WEIGHTS, Formula
from tests.screens.plan_city import AREAS, CITY, LEADERS, PLAN, TODAY, UNITS, FakePlanDesk, book


def refusing(code: str) -> Callable[..., NoReturn]:
    """Return a reading or writing that is always refused."""

    def refuse(*_: object, **__: object) -> NoReturn:
        raise Refused(code)

    return refuse


class LifeDesk(FakePlanDesk):
    """The fake desk with one save by another in its history; nothing but drafts is written."""

    propose = withdraw = send_back = publish = cancel = roll_back = staticmethod(refusing("plan_unknown"))
    covered_on = staticmethod(refusing("unit_unknown"))
    bar, unbar = staticmethod(refusing("bar_pair_unknown")), staticmethod(refusing("bar_unknown"))
    handover = handover_file = staticmethod(refusing("handover_nothing_before"))
    annex_file = staticmethod(refusing("plan_unknown"))
    add_formula = staticmethod(refusing("formula_exists"))
    suggest = staticmethod(refusing("suggest_busy"))
    run = stop_run = staticmethod(refusing("run_unknown"))

    def weighed(self, formula: int) -> LifeDesk:
        return self

    def formulas(self) -> tuple[Formula, ...]:
        return (Formula(1, "积案件数", date(2000, 1, 1), DEFAULT_WEIGHTS),)

    def steps(self, plan_id: int) -> tuple[PlanStep, ...]:
        at = datetime(2026, 11, 20, 2, 5, tzinfo=UTC)
        return (PlanStep(PlanStepKind.SAVE, None, "", "另一位编排员", at),)

    def history(self) -> PlanHistory:
        self._check()
        plans: tuple[CoveragePlan, ...] = tuple(reversed(self.plans.values()))
        steps = {one.id: self.steps(one.id) for one in plans}
        return PlanHistory(TODAY, plans, steps, UNITS, LEADERS)

    def blockers(self, plan_id: int, on: date | None = None) -> tuple[Blocker, ...]:
        return blockers(self.plan_book(plan_id), PLAN, on or TODAY)

    def bars(self) -> tuple[Bar, ...]:
        return ()

    def planned_on(self, on: date) -> CoverageBook | None:
        return book() if self.published else None


class FakePatchPlans:
    """``grid.ports.PatchPlanDesk`` of a city without grids."""

    town = staticmethod(refusing("town_unknown"))
    patch_plan = save_patches = discard_patches = staticmethod(refusing("patches_unknown"))
    propose_patches = withdraw_patches = staticmethod(refusing("patches_unknown"))
    return_patches = publish_patches = staticmethod(refusing("patches_unknown"))

    def city(self) -> City:
        return CITY

    def areas(self, level: Level) -> tuple[Area, ...]:
        return AREAS if level is Level.COUNTY else ()

    def towns(self) -> tuple[Any, ...]:
        return ()
