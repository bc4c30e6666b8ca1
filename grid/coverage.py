"""Coverage (市领导包片): which leader answers for which unit, and what a plan makes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from grid.workloads import DEFAULT_WEIGHTS, UnitMeasures, Weights


class UnitKind(StrEnum):
    """A responsible unit is the government of an area or a department without a place."""

    AREA = "area"
    DEPARTMENT = "department"


class AssignmentKind(StrEnum):
    """How a leader answers for a unit."""

    LEAD = "lead"
    """包片."""
    CASE = "case"
    """包案."""
    LINKED = "linked"
    """挂点."""
    HELPER = "helper"
    """协助包片."""


class PlanState(StrEnum):
    """Life of a coverage plan."""

    DRAFT = "draft"
    PROPOSED = "proposed"
    PUBLISHED = "published"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class Unit:
    """A responsible unit (责任单位); ``area_id`` is none for a department."""

    id: int
    name: str
    kind: UnitKind
    area_id: int | None


@dataclass(frozen=True, slots=True)
class Leader:
    """A duty holder (包片领导): a post, perhaps a name; never a phone or a photo."""

    id: int
    post: str
    name: str | None

    @property
    def label(self) -> str:
        """What to call the leader: the name where there is one, else the post."""
        return self.name or self.post


@dataclass(frozen=True, slots=True)
class Assignment:
    """One unit given to one leader. ``leader_id`` is none where the source did not say whose it is.

    ``cases`` is the backlog that the assignment answers for, none where the source gave no count.
    """

    unit_id: int
    leader_id: int | None
    kind: AssignmentKind = AssignmentKind.LEAD
    cases: int | None = None


class RuleKind(StrEnum):
    """What a planner may demand of a draft; a value says which fields of ``PlanRule`` it uses."""

    PIN = "pin"
    """``unit_id`` stays with whom the base plan gives it to."""
    FORBID = "forbid"
    """``unit_id`` is not led or helped by ``leader_id``."""
    CAP = "cap"
    """``leader_id`` has at most ``value``."""
    SHARE = "share"
    """``leader_id`` has ``value`` per cent of a full share: 0–100."""
    LINK = "link"
    """``unit_id`` and ``other_id`` count as neighbours, such as by a bridge."""


@dataclass(frozen=True, slots=True)
class PlanRule:
    """One demand on a plan; which fields are filled is said by its kind."""

    kind: RuleKind
    unit_id: int | None = None
    leader_id: int | None = None
    other_id: int | None = None
    value: int | None = None


class BarReason(StrEnum):
    """Why a leader may not be given a unit, whatever the plan."""

    RECUSAL = "recusal"
    """回避."""
    PORTFOLIO = "portfolio"
    """分管: outside, or in conflict with, what the leader is in charge of."""


@dataclass(frozen=True, slots=True)
class Bar:
    """不宜安排: a leader who may neither lead nor help a unit from ``since`` to the day before ``until``."""

    id: int
    leader_id: int
    unit_id: int
    reason: BarReason
    words: str
    since: date
    until: date | None = None


@dataclass(frozen=True, slots=True)
class CoveragePlan:
    """An effective-dated set of assignments, with what was demanded of it while it was drawn up.

    ``version`` is the optimistic lock of a draft; ``id`` is 0 before it is first saved; ``base_id`` is the
    plan that a draft started from.
    """

    id: int
    name: str
    state: PlanState
    valid_from: date
    valid_to: date | None
    version: int
    base_id: int | None
    assignments: tuple[Assignment, ...]
    rules: tuple[PlanRule, ...] = ()
    formula: int = 1
    """The version of the formula by which loads are weighed."""


@dataclass(frozen=True, slots=True)
class CoverageBook:
    """A plan with everything needed to show and judge it.

    ``borders`` holds unordered pairs of units whose areas share a border, as (smaller id, larger id), those
    of ``parts`` included. ``parts`` are the units into which one may be split (a county's towns);
    ``measures`` what units and parts have on their hands, by unit id.
    """

    plan: CoveragePlan
    units: tuple[Unit, ...]
    leaders: tuple[Leader, ...]
    borders: frozenset[tuple[int, int]]
    bars: tuple[Bar, ...] = ()
    parts: Mapping[int, tuple[Unit, ...]] = field(default_factory=dict)
    measures: Mapping[int, UnitMeasures] = field(default_factory=dict)
    weights: Weights = DEFAULT_WEIGHTS


def lead_by_unit(plan: CoveragePlan) -> dict[int, int | None]:
    """Return the leader (包片) of each unit of a plan; none where the source did not say whose it is.

    A unit with several leads is shown under the first one that is known.
    """
    leads: dict[int, int | None] = {}
    for assignment in plan.assignments:
        if assignment.kind is AssignmentKind.LEAD and leads.get(assignment.unit_id) is None:
            leads[assignment.unit_id] = assignment.leader_id
    return leads


def bordering_leaders(book: CoverageBook) -> dict[int, frozenset[int]]:
    """Return for each leader of a book those whose areas share a border with theirs."""
    leads = lead_by_unit(book.plan)
    neighbours: dict[int, set[int]] = {leader.id: set() for leader in book.leaders}
    for one, other in book.borders:
        pair = leads.get(one), leads.get(other)
        if pair[0] in neighbours and pair[1] in neighbours and pair[0] != pair[1]:
            neighbours[pair[0]].add(pair[1])
            neighbours[pair[1]].add(pair[0])
    return {leader: frozenset(others) for leader, others in neighbours.items()}
