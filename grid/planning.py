"""Planning (包片调整): what a plan asks of each leader, what a move changes, what stands in its way.

A leader's load is the sum of 件 of the assignments in which he leads (包片) or helps (协助包片), departments
included; pieces are counted over the areas that he leads, by shared borders, since a department has no place.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum

from grid.coverage import Assignment, AssignmentKind, CoverageBook, CoveragePlan, UnitKind, lead_by_unit
from grid.refusals import Refused

OVERLOAD_RATIO = 1.5
"""A leader with more than this many times the mean load is shown as overloaded."""
LONGEST_NAME = 60
"""Characters that a plan's name may have."""
_LOADING = frozenset({AssignmentKind.LEAD, AssignmentKind.HELPER})


@dataclass(frozen=True, slots=True)
class Move:
    """One unit given to a leader; none takes it from everybody."""

    unit_id: int
    leader_id: int | None


@dataclass(frozen=True, slots=True)
class Change:
    """A unit whose leader differs between two plans."""

    unit_id: int
    before: int | None
    after: int | None


@dataclass(frozen=True, slots=True)
class Load:
    """What a plan asks of one leader.

    ``cases`` is in 件; ``uncounted`` is the number of his units without a count; ``pieces`` are the connected
    parts of his areas, the part with most cases first.
    """

    leader_id: int
    cases: int
    unit_ids: tuple[int, ...]
    uncounted: int
    pieces: tuple[frozenset[int], ...]

    @property
    def broken(self) -> int:
        """Pieces beyond the first."""
        return max(0, len(self.pieces) - 1)


@dataclass(frozen=True, slots=True)
class Balance:
    """How a plan spreads the load: ``mean`` and ``maximum`` in 件 over all leaders of the book.

    ``ratio`` is maximum over mean, none where nobody has a load.
    """

    loads: tuple[Load, ...]
    maximum: int
    mean: float
    ratio: float | None
    unassigned_cases: int
    broken: int


@dataclass(frozen=True, slots=True)
class Floor:
    """A maximum load that no plan of whole units can go below, and why.

    ``largest`` is the count of the largest unit (``largest_unit_ids`` are those that have it), since somebody
    must lead it; ``shared`` is all cases over all leaders, rounded up.
    """

    largest: int
    largest_unit_ids: tuple[int, ...]
    shared: int

    @property
    def cases(self) -> int:
        """The floor itself, in 件."""
        return max(self.largest, self.shared)


class IssueCode(StrEnum):
    """What may be wrong with a plan; drafts may have issues, published plans may not."""

    UNASSIGNED = "unassigned"
    BROKEN_PIECE = "broken_piece"
    OVERLOADED = "overloaded"
    LEADER_WITHOUT_UNIT = "leader_without_unit"
    NO_COUNT = "no_count"


@dataclass(frozen=True, slots=True)
class PlanIssue:
    """One issue with the units and leaders it is about; ``facts`` fill its words."""

    code: IssueCode
    unit_ids: tuple[int, ...]
    leader_ids: tuple[int, ...]
    facts: dict[str, int | float] = field(default_factory=dict)


def read_name(text: str) -> str:
    """Return a plan's name with single spaces.

    Raises ``Refused('plan_name_missing')``, ``('plan_name_long')``, or ``('plan_name_unprintable')`` for
    characters that no database or page takes: NUL, controls, lone surrogates.
    """
    name = " ".join(text.split())
    if not name:
        raise Refused("plan_name_missing")
    if len(name) > LONGEST_NAME:
        raise Refused("plan_name_long", most=LONGEST_NAME)
    if not name.isprintable():
        raise Refused("plan_name_unprintable")
    return name


def give(plan: CoveragePlan, unit_id: int, leader_id: int | None) -> CoveragePlan:
    """Return the plan with a unit led by another leader alone; its other kinds of assignment stay.

    Raises ``Refused('plan_unit_unknown')`` where nothing in the plan leads the unit.
    """
    led = [one for one in plan.assignments if one.unit_id == unit_id and one.kind is AssignmentKind.LEAD]
    if not led:
        raise Refused("plan_unit_unknown", unit=unit_id)
    given = Assignment(unit_id, leader_id, AssignmentKind.LEAD, _sum_known(one.cases for one in led))
    kept = (given if one is led[0] else one for one in plan.assignments if one is led[0] or one not in led)
    return replace(plan, assignments=tuple(kept))


def apply_moves(book: CoverageBook, moves: Iterable[Move]) -> CoverageBook:
    """Return the book after moves in order.

    Raises ``Refused('plan_unit_unknown')`` or ``Refused('plan_leader_unknown')``.
    """
    known = {leader.id for leader in book.leaders}
    plan = book.plan
    for move in moves:
        if move.leader_id is not None and move.leader_id not in known:
            raise Refused("plan_leader_unknown", leader=move.leader_id)
        plan = give(plan, move.unit_id, move.leader_id)
    return replace(book, plan=plan)


def connected_pieces(
    unit_ids: Collection[int], borders: Iterable[tuple[int, int]]
) -> tuple[frozenset[int], ...]:
    """Return the parts of a set of units that hang together by borders inside the set, in no fixed order."""
    neighbours: dict[int, set[int]] = {unit: set() for unit in unit_ids}
    for one, other in borders:
        if one in neighbours and other in neighbours:
            neighbours[one].add(other)
            neighbours[other].add(one)
    pieces = []
    while neighbours:
        reached, edge = set(), {next(iter(neighbours))}
        while edge:
            reached |= edge
            edge = set().union(*(neighbours.pop(unit) for unit in edge)) - reached
        pieces.append(frozenset(reached))
    return tuple(pieces)


def loads(book: CoverageBook) -> tuple[Load, ...]:
    """Return the load of every leader of a book, in the book's order, those without a unit included."""
    areas = {unit.id for unit in book.units if unit.kind is UnitKind.AREA}
    return tuple(_load(leader.id, book, areas) for leader in book.leaders)


def balance(book: CoverageBook) -> Balance:
    """Return how a book's plan spreads the load over its leaders."""
    each = loads(book)
    maximum = max((load.cases for load in each), default=0)
    mean = sum(load.cases for load in each) / len(each) if each else 0.0
    return Balance(
        loads=each,
        maximum=maximum,
        mean=mean,
        ratio=maximum / mean if mean else None,
        unassigned_cases=sum(one.cases or 0 for one in book.plan.assignments if _is_unassigned(one)),
        broken=sum(load.broken for load in each),
    )


def floor(book: CoverageBook) -> Floor:
    """Return what no plan of whole units can go below: the largest unit, and all cases shared evenly.

    Units without a leader count, since somebody must lead them; what helpers and co-leaders took stays split.
    """
    parts = [one for one in book.plan.assignments if one.kind in _LOADING]
    total = sum(one.cases or 0 for one in parts)
    largest = max((one.cases or 0 for one in parts), default=0)
    return Floor(
        largest=largest,
        largest_unit_ids=tuple(one.unit_id for one in parts if one.cases == largest > 0),
        shared=math.ceil(total / len(book.leaders)) if book.leaders else total,
    )


def changes(plan: CoveragePlan, base: CoveragePlan) -> tuple[Change, ...]:
    """Return the units led differently than in a base plan, in the plan's order."""
    before, after = lead_by_unit(base), lead_by_unit(plan)
    return tuple(
        Change(unit, before.get(unit), leader) for unit, leader in after.items() if before.get(unit) != leader
    )


def issues(book: CoverageBook, base: CoverageBook | None = None) -> tuple[PlanIssue, ...]:
    """Return everything that is wrong with a plan, the gravest first.

    Against a ``base`` a broken piece tells how many there were before: an island is a debt, not news.
    """
    spread = balance(book)
    before = {load.leader_id: len(load.pieces) for load in loads(base)} if base else {}
    return (
        *_unassigned(book),
        *_broken(spread, before),
        *_overloaded(spread),
        *_idle(spread),
        *_uncounted(book),
    )


def _load(leader_id: int, book: CoverageBook, areas: Collection[int]) -> Load:
    held = [one for one in book.plan.assignments if one.leader_id == leader_id and one.kind in _LOADING]
    led = {one.unit_id: one.cases or 0 for one in held if one.kind is AssignmentKind.LEAD}
    pieces = connected_pieces([unit for unit in led if unit in areas], book.borders)
    return Load(
        leader_id=leader_id,
        cases=sum(one.cases or 0 for one in held),
        unit_ids=tuple(dict.fromkeys(one.unit_id for one in held)),
        uncounted=sum(one.cases is None for one in held),
        pieces=tuple(
            sorted(pieces, key=lambda piece: (-sum(led[unit] for unit in piece), -len(piece), min(piece)))
        ),
    )


def _unassigned(book: CoverageBook) -> Iterable[PlanIssue]:
    for one in book.plan.assignments:
        if _is_unassigned(one):
            yield PlanIssue(IssueCode.UNASSIGNED, (one.unit_id,), (), {"cases": one.cases or 0})


def _broken(spread: Balance, before: dict[int, int]) -> Iterable[PlanIssue]:
    for load in spread.loads:
        if load.broken:
            strays = tuple(sorted(frozenset().union(*load.pieces[1:])))
            was = before.get(load.leader_id, len(load.pieces))
            facts: dict[str, int | float] = {"pieces": len(load.pieces), "before": was}
            yield PlanIssue(IssueCode.BROKEN_PIECE, strays, (load.leader_id,), facts)


def _overloaded(spread: Balance) -> Iterable[PlanIssue]:
    for load in sorted(spread.loads, key=lambda load: -load.cases):
        if load.cases > OVERLOAD_RATIO * spread.mean:
            facts = {
                "cases": load.cases,
                "mean": round(spread.mean, 1),
                "ratio": round(load.cases / spread.mean, 2),
            }
            yield PlanIssue(IssueCode.OVERLOADED, load.unit_ids, (load.leader_id,), facts)


def _idle(spread: Balance) -> Iterable[PlanIssue]:
    for load in spread.loads:
        if not load.unit_ids:
            yield PlanIssue(IssueCode.LEADER_WITHOUT_UNIT, (), (load.leader_id,))


def _uncounted(book: CoverageBook) -> Iterable[PlanIssue]:
    for one in book.plan.assignments:
        if one.kind is AssignmentKind.LEAD and one.cases is None:
            holders = (one.leader_id,) if one.leader_id is not None else ()
            yield PlanIssue(IssueCode.NO_COUNT, (one.unit_id,), holders)


def _is_unassigned(assignment: Assignment) -> bool:
    return assignment.kind is AssignmentKind.LEAD and assignment.leader_id is None


def _sum_known(counts: Iterable[int | None]) -> int | None:
    known = [count for count in counts if count is not None]
    return sum(known) if known else None
