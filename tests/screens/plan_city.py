"""A small city for the planner's board and the patch: six areas in a row, two departments, five leaders."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from grid.areas import Area, AreaKind, Level
from grid.coverage import Assignment, CoverageBook, CoveragePlan, Leader, PlanState, Unit, UnitKind
from grid.principals import Principal
from grid.questions import City, DataVersion
from grid.refusals import Refused

TODAY = date(2026, 11, 20)
CITY = City(
    name="枫溪市",
    synthetic=True,
    internal=True,
    source="测试",
    review_number="",
    bounds=(119.0, 28.0, 121.0, 29.0),
    metric_epsg=4549,
    editions={Level.COUNTY: 3},
    today=TODAY,
)


def _area(number: int) -> Area:
    kind = AreaKind.FUNCTIONAL if number == 6 else AreaKind.REGULAR
    lon = 119.1 + 0.3 * number
    return Area(
        100 + number,
        Level.COUNTY,
        kind,
        f"99010{number}",
        f"县{number}",
        "T",
        "2026",
        None,
        9000,
        10.0,
        lon,
        28.5,
    )


AREAS = tuple(_area(number) for number in range(1, 7))
UNITS = (
    *(Unit(number, f"县{number}", UnitKind.AREA, 100 + number) for number in range(1, 7)),
    Unit(7, "住建局", UnitKind.DEPARTMENT, None),
    Unit(8, "人社局", UnitKind.DEPARTMENT, None),
)
LEADERS = (
    *(Leader(number, "副市长", f"领导{number}") for number in range(1, 5)),
    Leader(5, "政法委书记", None),
)
_ROWS = ((1, 1, 44), (2, 2, 20), (3, 1, 7), (4, 3, 9), (5, 4, 12), (6, None, 6), (7, 2, 5), (8, 5, None))
PLAN = CoveragePlan(
    id=10,
    name="现方案",
    state=PlanState.PUBLISHED,
    valid_from=date(2026, 3, 1),
    valid_to=None,
    version=1,
    base_id=None,
    assignments=tuple(Assignment(unit, leader, cases=cases) for unit, leader, cases in _ROWS),
)
BORDERS = frozenset((number, number + 1) for number in range(1, 6))


def book(plan: CoveragePlan = PLAN) -> CoverageBook:
    """Return a plan with the city's units, leaders and borders."""
    return CoverageBook(plan, UNITS, LEADERS, BORDERS)


class FakePlanDesk:
    """``grid.ports.PlanDesk`` in memory; ``refusal`` is raised by every reading while it is set."""

    def __init__(self) -> None:
        self.plans = {PLAN.id: PLAN}
        self.refusal: Refused | None = None
        self.published = True

    def _check(self) -> None:
        if self.refusal is not None:
            raise self.refusal

    def version(self) -> DataVersion:
        return DataVersion(1, datetime(2026, 11, 20, 1, 0, tzinfo=UTC))

    def city(self) -> City:
        self._check()
        return CITY

    def areas(self, level: Level) -> tuple[Area, ...]:
        self._check()
        return AREAS if level is Level.COUNTY else ()

    def shapes(self, level: Level, edition_id: int) -> bytes:
        raise Refused("edition_unknown")

    def coverage(self, on: date) -> CoverageBook | None:
        self._check()
        return book() if self.published else None

    def plan_book(self, plan_id: int) -> CoverageBook:
        self._check()
        if plan_id not in self.plans:
            raise Refused("plan_unknown", plan=plan_id)
        return book(self.plans[plan_id])

    def drafts(self) -> tuple[CoveragePlan, ...]:
        self._check()
        return tuple(plan for plan in self.plans.values() if plan.state is PlanState.DRAFT)

    def save_draft(self, plan: CoveragePlan) -> CoveragePlan:
        self._check()
        if plan.id == 0:
            saved = replace(plan, id=max(self.plans) + 1, version=1)
        else:
            stored = self.plan_book(plan.id).plan
            if stored.state is not PlanState.DRAFT:
                raise Refused("plan_not_draft", plan=plan.id)
            if stored.version != plan.version:
                raise Refused("plan_changed_meanwhile", plan=plan.id)
            saved = replace(plan, version=plan.version + 1)
        self.plans[saved.id] = saved
        return saved

    def discard_draft(self, plan_id: int, version: int) -> None:
        draft = self.plan_book(plan_id).plan
        if draft.state is not PlanState.DRAFT:
            raise Refused("plan_not_draft", plan=plan_id)
        if draft.version != version:
            raise Refused("plan_changed_meanwhile", plan=plan_id)
        del self.plans[plan_id]


class FakeStore:
    """A store with one desk for every screen."""

    def __init__(self, desk: object) -> None:
        self.desk = desk

    def plan(self, principal: Principal) -> object:
        return self.desk

    wall = patch = imports = plan
