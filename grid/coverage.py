"""Coverage (市领导包片): which leader answers for which unit, and what a plan makes of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


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


@dataclass(frozen=True, slots=True)
class CoveragePlan:
    """An effective-dated set of assignments.

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


@dataclass(frozen=True, slots=True)
class CoverageBook:
    """A plan with everything needed to show and judge it.

    ``borders`` holds unordered pairs of units whose areas share a border, as (smaller id, larger id).
    """

    plan: CoveragePlan
    units: tuple[Unit, ...]
    leaders: tuple[Leader, ...]
    borders: frozenset[tuple[int, int]]


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
