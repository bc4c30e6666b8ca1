"""Loads (负荷): what a plan asks of each leader, and what no plan of whole units can go below.

A leader's load is the sum of his parts of the workloads of the units that he leads (包片) or helps
(协助包片), departments included; pieces are counted over the areas that he leads, by shared borders and
links, since a department has no place.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from grid.coverage import Assignment, AssignmentKind, CoverageBook, RuleKind, UnitKind
from grid.planning.changes import is_unassigned
from grid.planning.standing import LOADING, portions, standing_borders, standing_units, unit_workloads

FULL_SHARE = 100


@dataclass(frozen=True, slots=True)
class Load:
    """What a plan asks of one leader.

    ``workload`` is in 件, or in 分 where the plan's weights count more than cases; ``cases`` is in 件;
    ``uncounted`` is the number of his units without a count; ``pieces`` are the connected parts of his areas,
    the heaviest first; ``share`` is per cent of a full share of the load; ``helps`` how many units he helps.
    """

    leader_id: int
    cases: int
    unit_ids: tuple[int, ...]
    uncounted: int
    pieces: tuple[frozenset[int], ...]
    workload: int = 0
    share: int = FULL_SHARE
    helps: int = 0

    @property
    def broken(self) -> int:
        """Pieces beyond the first."""
        return max(0, len(self.pieces) - 1)

    @property
    def by_share(self) -> int:
        """The workload as if the leader had a full share, rounded up; 0 where he has none."""
        return -(-FULL_SHARE * self.workload // self.share) if self.share else 0


@dataclass(frozen=True, slots=True)
class Balance:
    """How a plan spreads the load over all leaders of the book, in 件 or 分.

    ``maximum`` is the largest load by share, ``mean`` the sum of loads over the sum of shares, so that both
    are what a full share has, leaders without a share apart; ``ratio`` is maximum over mean, ``gini`` the
    mean difference of two loads by share over twice their mean (Gini 1912), both none where nobody has a
    load. ``helpers`` is the number of assignments that help.
    """

    loads: tuple[Load, ...]
    maximum: int
    mean: float
    ratio: float | None
    unassigned_cases: int
    broken: int
    gini: float | None = None
    helpers: int = 0


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
    areas = {unit.id for unit in standing_units(book) if unit.kind is UnitKind.AREA}
    shares, held = shares_of(book), _held(book)
    borders = _borders_within(book, held)
    return tuple(
        _load(
            leader.id,
            held.get(leader.id, ()),
            areas,
            borders.get(leader.id, ()),
            shares.get(leader.id, FULL_SHARE),
        )
        for leader in book.leaders
    )


def balance(book: CoverageBook) -> Balance:
    """Return how a book's plan spreads the load over its leaders."""
    each = loads(book)
    maximum = max((load.by_share for load in each), default=0)
    full_shares = sum(load.share for load in each) / FULL_SHARE
    mean = sum(load.workload for load in each if load.share) / full_shares if full_shares else 0.0
    unassigned = (part for one, part in held_parts(book) if is_unassigned(one))
    return Balance(
        loads=each,
        maximum=maximum,
        mean=mean,
        ratio=maximum / mean if mean else None,
        unassigned_cases=sum(unassigned),
        broken=sum(load.broken for load in each),
        gini=gini([load.by_share for load in each if load.share]),
        helpers=sum(load.helps for load in each),
    )


def gini(values: Sequence[int]) -> float | None:
    """Return the Gini coefficient of values ≥ 0: 0 where all are alike, none where all are 0.

    Half the relative mean absolute difference, from sorted values: Σ (2i − n − 1)·x_i / (n·Σx).
    """
    total, count = sum(values), len(values)
    if not total:
        return None
    weighed = sum((2 * at - count - 1) * value for at, value in enumerate(sorted(values), start=1))
    return weighed / (count * total)


def shares_of(book: CoverageBook) -> dict[int, int]:
    """Return by leader the per cent of a full share that the plan's rules leave him; the others have 100."""
    return {
        rule.leader_id: FULL_SHARE if rule.value is None else rule.value
        for rule in book.plan.rules
        if rule.kind is RuleKind.SHARE and rule.leader_id is not None
    }


def held_parts(book: CoverageBook) -> tuple[tuple[Assignment, int], ...]:
    """Return every assignment that is a load with its part of the unit's workload.

    A unit's workload is shared out over its holders by their cases, evenly where none has a count.
    """
    by_unit: dict[int, list[Assignment]] = {}
    for one in book.plan.assignments:
        if one.kind in LOADING:
            by_unit.setdefault(one.unit_id, []).append(one)
    whole = unit_workloads(book)
    return tuple(
        pair
        for unit, rows in by_unit.items()
        for pair in zip(rows, portions(whole[unit], [one.cases or 0 for one in rows]), strict=True)
    )


def floor(book: CoverageBook) -> Floor:
    """Return what no plan of whole units can go below: the largest part, and all workload shared evenly.

    Units without a leader count, since somebody must lead them; what helpers and co-leaders took stays split.
    What a leader without a share holds may stay with him, and is in nobody's load by share.
    """
    shares = shares_of(book)
    parts = [(one, part) for one, part in held_parts(book) if shares.get(one.leader_id or 0) != 0]
    total = sum(part for _, part in parts)
    largest = max((part for _, part in parts), default=0)
    full_shares = sum(shares.get(leader.id, FULL_SHARE) for leader in book.leaders)
    return Floor(
        largest=largest,
        largest_unit_ids=tuple(one.unit_id for one, part in parts if part == largest > 0),
        shared=math.ceil(FULL_SHARE * total / full_shares) if full_shares else total,
    )


def _held(book: CoverageBook) -> Mapping[int, list[tuple[Assignment, int]]]:
    held: dict[int, list[tuple[Assignment, int]]] = {}
    for one, part in held_parts(book):
        if one.leader_id is not None:
            held.setdefault(one.leader_id, []).append((one, part))
    return held


def _borders_within(
    book: CoverageBook, held: Mapping[int, list[tuple[Assignment, int]]]
) -> dict[int, list[tuple[int, int]]]:
    """Return by leader the borders between two units of his: few of all that there are."""
    of: dict[int, set[int]] = {}
    for leader, rows in held.items():
        for row, _ in rows:
            of.setdefault(row.unit_id, set()).add(leader)
    within: dict[int, list[tuple[int, int]]] = {}
    for one, other in standing_borders(book):
        for leader in of.get(one, set()) & of.get(other, set()):
            within.setdefault(leader, []).append((one, other))
    return within


def _load(
    leader_id: int,
    held: Sequence[tuple[Assignment, int]],
    areas: Collection[int],
    borders: Iterable[tuple[int, int]],
    share: int,
) -> Load:
    led = {one.unit_id: part for one, part in held if one.kind is AssignmentKind.LEAD}
    pieces = connected_pieces([unit for unit in led if unit in areas], borders)
    return Load(
        leader_id=leader_id,
        cases=sum(one.cases or 0 for one, _ in held),
        unit_ids=tuple(dict.fromkeys(one.unit_id for one, _ in held)),
        uncounted=sum(one.cases is None for one, _ in held),
        pieces=tuple(
            sorted(pieces, key=lambda piece: (-sum(led[unit] for unit in piece), -len(piece), min(piece)))
        ),
        workload=sum(part for _, part in held),
        share=share,
        helps=sum(one.kind is AssignmentKind.HELPER for one, _ in held),
    )
