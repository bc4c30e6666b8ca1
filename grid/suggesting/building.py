"""Building (列题): from the plan on a planner's screen to a problem of arrays, with every demand by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from grid.coverage import AssignmentKind, CoverageBook, RuleKind, UnitKind
from grid.planning import Edit, EditKind, apply_edits
from grid.planning.loads import held_parts, shares_of
from grid.planning.standing import standing_borders, unit_workloads, wholes
from grid.refusals import Refused
from grid.suggesting.problem import NOBODY, Demand, DemandKind, Problem

MOST_UNITS = 2500
FULL_SHARE = 100
_RANGES = {"changes": (0, 200), "helpers": (0, 8), "seconds": (1, 120), "target": (0, 1_000_000)}
_MOST_SPLITS = 2


@dataclass(frozen=True, slots=True)
class SuggestAsked:
    """What a planner asks: at most so many units to other leaders, so many new helpers, within ``seconds``.

    Changes are counted from the plan on the screen: what was already changed in a draft is not counted again.
    ``target`` asks for the fewest changes with no load above it, none for the least heaviest load.
    Raises ``Refused('suggest_range')``.
    """

    most_changes: int
    most_helpers: int = 0
    seconds: int = 20
    target: int | None = None

    def __post_init__(self) -> None:
        given = (self.most_changes, self.most_helpers, self.seconds, self.target)
        for (name, (least, most)), value in zip(_RANGES.items(), given, strict=True):
            if value is not None and (type(value) is not int or not least <= value <= most):
                raise Refused("suggest_range", name=name, least=least, most=most)


@dataclass(frozen=True, slots=True)
class _Row:
    """A place in the arrays: a unit with one of its leaders."""

    unit_id: int
    leader_id: int | None
    workload: int
    is_shared: bool
    """Whether others lead the unit too: then it stays as it is."""


def problem_of(book: CoverageBook, asked: SuggestAsked) -> Problem:
    """Return the problem of making a plan better.

    A unit that several lead stays with them all: it is pinned, a place each, and what the others hold of it
    counts as ``fixed``. What helpers hold already is ``fixed`` too. Where workloads are no 件, no helpers can
    be asked for, since a helper takes 件. Raises ``Refused('suggest_nothing')``, ``('suggest_too_large')`` or
    ``('suggest_helpers_uncounted')``.
    """
    rows, places = _rows(book), {leader.id: at for at, leader in enumerate(book.leaders)}
    _check(book, asked, rows)
    fixed, shares = np.zeros(len(places), dtype=np.int64), shares_of(book)
    for one, part in held_parts(book):
        if one.kind is AssignmentKind.HELPER and one.leader_id in places:
            fixed[places[one.leader_id]] += part
    workloads = np.array([row.workload for row in rows], dtype=np.int64)
    seen: set[int] = set()
    for at, row in enumerate(rows):
        if row.unit_id in seen and row.leader_id is not None:
            fixed[places[row.leader_id]] += workloads[at]
            workloads[at] = 0
        seen.add(row.unit_id)
    kinds = {unit.id: unit.kind for unit in book.units}
    today = [NOBODY if row.leader_id is None else places[row.leader_id] for row in rows]
    return Problem(
        unit_ids=tuple(row.unit_id for row in rows),
        leader_ids=tuple(places),
        workloads=workloads,
        today=np.array(today, dtype=np.int64),
        has_place=np.array([kinds[row.unit_id] is UnitKind.AREA for row in rows], dtype=np.bool_),
        edges=np.array(sorted(_edges(book, rows)), dtype=np.int64).reshape(-1, 2),
        fixed=fixed,
        shares=np.array([shares.get(one, FULL_SHARE) for one in places], dtype=np.int64),
        demands=tuple(dict.fromkeys(_demands(book, rows, places))),
        most_changes=min(asked.most_changes, len(rows)),
        most_helpers=asked.most_helpers,
        target=asked.target,
    )


def split_problems_of(book: CoverageBook, asked: SuggestAsked) -> Iterator[tuple[int, int, Problem]]:
    """Yield unit, number of parts and problem for the heaviest units that could be split into towns."""
    weights = unit_workloads(book)
    whole = sorted((unit for unit in book.parts if weights.get(unit)), key=lambda unit: -weights[unit])
    for unit in whole[:_MOST_SPLITS]:
        try:
            split = apply_edits(book, (Edit(EditKind.SPLIT, unit),))
            yield unit, len(book.parts[unit]), problem_of(split, asked)
        except Refused:
            continue  # it is helped, or led in part already


def helped_of(book: CoverageBook) -> tuple[tuple[int, int, int], ...]:
    """Return unit, leader and 件 of all help that there is already."""
    return tuple(
        (one.unit_id, one.leader_id, one.cases or 0)
        for one in book.plan.assignments
        if one.kind is AssignmentKind.HELPER and one.leader_id is not None
    )


def _check(book: CoverageBook, asked: SuggestAsked, rows: tuple[_Row, ...]) -> None:
    if not rows or not book.leaders:
        raise Refused("suggest_nothing")
    if len(rows) > MOST_UNITS:
        raise Refused("suggest_too_large", most=MOST_UNITS)
    if asked.most_helpers and not book.weights.counts_cases_alone:
        raise Refused("suggest_helpers_uncounted")


def _rows(book: CoverageBook) -> tuple[_Row, ...]:
    """Return a row for every unit and known leader of it, in the book's order; one for nobody's unit."""
    known = {leader.id for leader in book.leaders}
    led: dict[int, dict[int | None, int]] = {}
    for one, part in held_parts(book):
        if one.kind is AssignmentKind.LEAD:
            leader = one.leader_id if one.leader_id in known else None
            holders = led.setdefault(one.unit_id, {})
            holders[leader] = holders.get(leader, 0) + part
    rows = []
    for unit in book.units:
        holders = led.get(unit.id, {})
        named = {leader: part for leader, part in holders.items() if leader is not None} or holders
        rows += [_Row(unit.id, leader, part, len(holders) > 1) for leader, part in named.items()]
    return tuple(rows)


def _edges(book: CoverageBook, rows: tuple[_Row, ...]) -> Iterator[tuple[int, int]]:
    at: dict[int, list[int]] = {}
    for place, row in enumerate(rows):
        at.setdefault(row.unit_id, []).append(place)
    for one, other in standing_borders(book):
        yield from ((a, b) for a in at.get(one, ()) for b in at.get(other, ()))


def _demands(book: CoverageBook, rows: tuple[_Row, ...], places: Mapping[int, int]) -> Iterator[Demand]:
    """Yield what was demanded; a demand about a county that is split is one about each of its towns."""
    county, held = wholes(book), {row.unit_id: at for at, row in reversed(list(enumerate(rows)))}
    for at, row in enumerate(rows):
        if row.is_shared and row.leader_id is not None:
            yield Demand(DemandKind.PIN, at, places[row.leader_id])
            others = (one.leader_id for one in rows if one.unit_id == row.unit_id and one is not row)
            yield from (Demand(DemandKind.FORBID, at, places[one]) for one in others if one is not None)
    about = {
        unit: [at for one, at in held.items() if unit in (one, county.get(one))] for unit in _named(book)
    }
    for bar in book.bars:
        if (bar.until is None or bar.until > book.plan.valid_from) and bar.leader_id in places:
            yield from (Demand(DemandKind.BAR, at, places[bar.leader_id]) for at in about[bar.unit_id])
    for rule in book.plan.rules:
        leader = None if rule.leader_id is None else places.get(rule.leader_id)
        if rule.kind is RuleKind.CAP and leader is not None and rule.value is not None:
            yield Demand(DemandKind.CAP, leader=leader, value=rule.value)
        for at in about.get(rule.unit_id or 0, ()):
            holder = rows[at].leader_id
            if rule.kind is RuleKind.PIN and holder is not None:
                yield Demand(DemandKind.PIN, at, places[holder])
            if rule.kind is RuleKind.FORBID and leader is not None:
                yield Demand(DemandKind.FORBID, at, leader)


def _named(book: CoverageBook) -> set[int]:
    named = {rule.unit_id for rule in book.plan.rules if rule.unit_id is not None}
    return named | {bar.unit_id for bar in book.bars}
