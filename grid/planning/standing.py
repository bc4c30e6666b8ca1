"""Standing units (在用单位): those that a plan gives out, what each weighs, and which of them are neighbours.

A county that is split does not stand, its towns do; a town of a whole county does not.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from grid.coverage import Assignment, AssignmentKind, CoverageBook, RuleKind, Unit
from grid.workloads import UnitMeasures, workload

LOADING = frozenset({AssignmentKind.LEAD, AssignmentKind.HELPER})
"""Kinds of assignment that are a load; a case (包案) or a linked unit (挂点) is counted elsewhere."""


def wholes(book: CoverageBook) -> dict[int, int]:
    """Return by part the unit that it is a part of."""
    return {part.id: whole for whole, parts in book.parts.items() for part in parts}


def standing_units(book: CoverageBook) -> tuple[Unit, ...]:
    """Return the units that somebody, or nobody yet, leads or helps, in the book's order."""
    loaded = {one.unit_id for one in book.plan.assignments if one.kind in LOADING}
    return tuple(unit for unit in book.units if unit.id in loaded)


def standing_borders(book: CoverageBook) -> frozenset[tuple[int, int]]:
    """Return pairs of standing units that share a border or are linked, as (smaller id, larger id).

    The border of a town of a whole county is its county's; a county that is split has its towns' alone.
    """
    return standing_pairs(book, {unit.id for unit in standing_units(book)})


def standing_pairs(book: CoverageBook, standing: Collection[int]) -> frozenset[tuple[int, int]]:
    """Return the neighbours among some units, as ``standing_borders`` has them for all that stand."""
    whole = wholes(book)
    linked = ((rule.unit_id, rule.other_id) for rule in book.plan.rules if rule.kind is RuleKind.LINK)
    found = set()
    for one, other in (*book.borders, *linked):
        if one is None or other is None:
            continue
        ends = (
            one if one in standing else whole.get(one, one),
            other if other in standing else whole.get(other, other),
        )
        if ends[0] != ends[1] and ends[0] in standing and ends[1] in standing:
            found.add((min(ends), max(ends)))
    return frozenset(found)


def unit_workloads(book: CoverageBook) -> dict[int, int]:
    """Return the workload of every standing unit by the book's weights, all its holders together.

    In 件 as the plan states them where the weights count cases alone, else in 分 by the unit's measures, of
    which the cases are those that the plan states.
    """
    stated = _stated(book.plan.assignments)
    if book.weights.counts_cases_alone:
        return {unit: cases or 0 for unit, cases in stated.items()}
    found = {}
    for unit, cases in stated.items():
        measures = book.measures.get(unit, UnitMeasures())
        measures = measures if cases is None else replace(measures, cases=cases)
        found[unit] = workload(measures, book.weights)
    return found


def portions(total: int, weights: Sequence[int]) -> tuple[int, ...]:
    """Return a whole total shared out in proportion to weights ≥ 0, by the largest remainders.

    Evenly where all weights are 0; of equal remainders the earlier gets more. Hamilton's method (1792).
    """
    if len(weights) == 1:
        return (total,)
    even = weights if sum(weights) else [1] * len(weights)
    whole = sum(even)
    shares = [total * weight // whole for weight in even]
    by_remainder = sorted(range(len(even)), key=lambda at: -(total * even[at] % whole))
    for at in by_remainder[: total - sum(shares)]:
        shares[at] += 1
    return tuple(shares)


def part_cases(book: CoverageBook, unit_id: int, cases: int | None) -> tuple[int | None, ...]:
    """Return a unit's cases shared out over its parts: by their own cases, else open matters, else people."""
    parts = book.parts[unit_id]
    if cases is None:
        return (None,) * len(parts)
    measures = [book.measures.get(part.id, UnitMeasures()) for part in parts]
    tries = ([one.cases for one in measures], [one.open for one in measures])
    weights = next((each for each in tries if sum(each)), [one.population for one in measures])
    return portions(cases, weights)


def sum_known(counts: Iterable[int | None]) -> int | None:
    """Return the sum of the counts that there are, none where there is none."""
    known = [count for count in counts if count is not None]
    return sum(known) if known else None


def _stated(assignments: Iterable[Assignment]) -> dict[int, int | None]:
    stated: dict[int, int | None] = {}
    for one in assignments:
        if one.kind in LOADING:
            stated[one.unit_id] = sum_known((stated.get(one.unit_id), one.cases))
    return stated
