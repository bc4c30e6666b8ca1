"""Conflicts (冲突): which demands cannot all be met, by name, and which single change of one would do.

A deletion filter: each demand in turn is left out, and stays out where the rest still cannot be met (Chinneck
and Dravnieks 1991). Counting says so in milliseconds; what counting cannot say is solved again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from grid.suggesting.bounds import is_counted_out
from grid.suggesting.problem import Certainty, Demand, DemandKind, Problem
from grid.suggesting.runs import Conflict, NamedDemand, Relaxation
from grid.suggesting.search import start
from grid.suggesting.solving import solve
from grid.suggesting.terms import WHOLE, is_legal, loads_of, terms_of

_SLICE_S = 1.0
"""How long one set of demands is solved."""
_TRY_S = 0.3
"""How long a plan is looked for where a demand is changed."""
_WHOLE_PROBLEM = frozenset({DemandKind.CHANGES, DemandKind.TARGET, DemandKind.PIECES})
_TRIED_FIRST = (
    DemandKind.PIECES,
    DemandKind.BAR,
    DemandKind.FORBID,
    DemandKind.PIN,
    DemandKind.CAP,
    DemandKind.CHANGES,
    DemandKind.TARGET,
)
"""In which order demands are left out: what stays is what a planner changes most easily."""
_UNCHANGED = frozenset({DemandKind.BAR, DemandKind.PIECES})
"""What no planner may let go."""
_TAKEN_BACK = (DemandKind.CHANGES, DemandKind.FORBID, DemandKind.PIN, DemandKind.CAP, DemandKind.TARGET)

_Impossible = Callable[[Sequence[Demand]], bool | None]


def all_demands(problem: Problem) -> tuple[Demand, ...]:
    """Return what a problem demands: by name, and as a whole."""
    whole = [Demand(DemandKind.PIECES), Demand(DemandKind.CHANGES, value=problem.most_changes)]
    if problem.target is not None:
        whole.append(Demand(DemandKind.TARGET, value=problem.target))
    return (*problem.demands, *whole)


def with_demands(problem: Problem, demands: Sequence[Demand]) -> Problem:
    """Return the problem with nothing demanded but ``demands``; a target becomes a cap of everybody."""
    values = {one.kind: one.value for one in demands if one.kind in _WHOLE_PROBLEM}
    named = [one for one in demands if one.kind not in _WHOLE_PROBLEM]
    target = values.get(DemandKind.TARGET)
    if target is not None:
        shared = np.flatnonzero(problem.shares > 0)
        tops = problem.shares * target // WHOLE
        named += [Demand(DemandKind.CAP, leader=int(one), value=int(tops[one])) for one in shared]
    most = values.get(DemandKind.CHANGES)
    return replace(
        problem,
        demands=tuple(named),
        most_changes=len(problem.workloads) if most is None else most,
        has_place=problem.has_place & (DemandKind.PIECES in values),
        target=None,
    )


def is_impossible(problem: Problem, seconds: float = _SLICE_S) -> bool | None:
    """Return whether no plan meets a problem's demands; none where that could not be told in time.

    Counting and the plan nearest to today's answer most questions in milliseconds, the search the others.
    """
    terms = terms_of(problem)
    if is_counted_out(terms):
        return True
    if is_legal(terms, start(terms)):
        return False
    for progress in solve(problem, seconds):
        if progress.heaviest is not None:
            return False
        if progress.certainty is Certainty.INFEASIBLE:
            return True
    return None


def explain(problem: Problem, seconds: float) -> Iterator[Conflict]:
    """Yield the conflict of a problem that cannot be solved: its demands, those needed, then the ways out.

    What counting proves comes at once, perhaps with a demand too many, and is then held against solving;
    nothing comes where no conflict could be proven.
    """
    until = time.perf_counter() + seconds
    demands, is_counted = _counted(problem)
    if is_counted:
        yield Conflict(_names(problem, demands), (), (), False)
    elif not _solved(problem, demands, until):
        return
    # Of what counting proves hardly anything can be left out: one at a time.
    first = 1 if is_counted else len(demands) // 2
    core, is_minimal = _filter(demands, lambda rest: _solved(problem, rest, until), first)
    found = Conflict(_names(problem, core), (), (), is_minimal)
    yield found
    ways = relaxations(problem, core, until)
    yield replace(found, relaxations=ways, together=() if ways else together(problem, until))


def _counted(problem: Problem) -> tuple[list[Demand], bool]:
    """Return demands of which counting proves that they cannot all be met, else all and no."""
    demands = sorted(all_demands(problem), key=lambda one: _TRIED_FIRST.index(one.kind))

    def impossible(some: Sequence[Demand]) -> bool:
        return is_counted_out(terms_of(with_demands(problem, some)))

    if not impossible(demands):
        return demands, False
    return _filter(demands, impossible, len(demands) // 2)[0], True


def _solved(problem: Problem, demands: Sequence[Demand], until: float) -> bool | None:
    left = until - time.perf_counter()
    return is_impossible(with_demands(problem, demands), min(_SLICE_S, left)) if left > 0 else None


def relaxations(problem: Problem, core: Sequence[Demand], until: float) -> tuple[Relaxation, ...]:
    """Return single changes of a conflict's demands that make everything possible, the cheapest first.

    A change costs what it is about: 件 above a cap or a target, the workload of a unit set free, the mean
    workload for each unit more that may change. Bars and pieces are not to be changed.
    """
    demands = all_demands(problem)
    found = []
    for one in core:
        others = [other for other in demands if other != one]
        way = _way_out(problem, one, others, until)
        if way is not None:
            found.append(way)
    found.sort(key=lambda way: way[0])
    return tuple(relaxation for _, relaxation in found)


def _filter(demands: Sequence[Demand], impossible: _Impossible, first: int) -> tuple[list[Demand], bool]:
    """Return what is left when nothing more can be left out, and whether that is known of each.

    Kinds are tried first, then ``first`` demands at once, then half as many, down to each by itself.
    """
    kept, is_known = list(demands), True
    for kind in _TRIED_FIRST:
        rest = [one for one in kept if one.kind is not kind]
        if len(rest) + 1 < len(kept) and impossible(rest):
            kept = rest
    size = max(1, min(first, len(kept) // 2))
    while size:
        at = 0
        while at < len(kept):
            answer = impossible([*kept[:at], *kept[at + size :]])
            kept, at = ([*kept[:at], *kept[at + size :]], at) if answer else (kept, at + size)
            is_known = is_known and (answer is not None or size > 1)
        size //= 2
    return kept, is_known


def together(problem: Problem, until: float) -> tuple[Relaxation, ...]:
    """Return changes of several demands that make everything possible at once; empty where none were found.

    All but bars and pieces are let go and taken back one by one, as long as there is a plan; of what stays
    out each is changed as little as will do.
    """
    asked = all_demands(problem)
    kept = [one for one in asked if one.kind in _UNCHANGED]
    if not _is_possible(problem, kept, until):
        return ()
    out = []
    for one in (one for kind in _TAKEN_BACK for one in asked if one.kind is kind):
        if _is_possible(problem, [*kept, one], until):
            kept.append(one)
        else:
            out.append(one)
    found = []
    for one in out:
        value = None if one.unit is not None else _least(problem, one, kept, until)
        found.append(Relaxation(_named(problem, one), value))
        kept += [] if value is None else [replace(one, value=value)]
    return tuple(found)


def _way_out(
    problem: Problem, demand: Demand, others: Sequence[Demand], until: float
) -> tuple[int, Relaxation] | None:
    """Return the cost and the least change of one demand by which all can be met, if there is one."""
    if demand.kind in _UNCHANGED or not _is_possible(problem, others, until):
        return None
    named = _named(problem, demand)
    if demand.unit is not None:
        return int(problem.workloads[demand.unit]), Relaxation(named, None)
    value = _least(problem, demand, others, until)
    price = int(np.ceil(problem.workloads.mean())) if demand.kind is DemandKind.CHANGES else 1
    return price * (value - (demand.value or 0)), Relaxation(named, value)


def _least(problem: Problem, demand: Demand, others: Sequence[Demand], until: float) -> int:
    """Return the least value of a demand that a plan was found for; the others alone can be met."""
    lowest, highest = demand.value or 0, _most(problem, demand)
    while lowest + 1 < highest:
        middle = (lowest + highest) // 2
        if _is_possible(problem, [*others, replace(demand, value=middle)], until):
            highest = middle
        else:
            lowest = middle
    return highest


def _is_possible(problem: Problem, demands: Sequence[Demand], until: float) -> bool:
    """Return whether a plan was found, which is more than that none is known to be impossible."""
    left = until - time.perf_counter()
    return left > 0 and is_impossible(with_demands(problem, demands), min(_TRY_S, left)) is False


def _most(problem: Problem, demand: Demand) -> int:
    """Return a value at which a demand asks for nothing more."""
    if demand.kind is DemandKind.CHANGES:
        return len(problem.workloads)
    whole = int(problem.workloads.sum() + problem.fixed.sum())
    if demand.kind is DemandKind.CAP:
        return max(whole, (demand.value or 0) + 1)
    shares = problem.shares[problem.shares > 0]
    heaviest = whole * WHOLE // int(shares.min()) if len(shares) else whole
    return max(heaviest, int(loads_of(problem, problem.today).max(initial=0)), (demand.value or 0)) + 1


def _names(problem: Problem, demands: Sequence[Demand]) -> tuple[NamedDemand, ...]:
    return tuple(_named(problem, one) for one in demands)


def _named(problem: Problem, demand: Demand) -> NamedDemand:
    return NamedDemand(
        demand.kind,
        None if demand.unit is None else problem.unit_ids[demand.unit],
        None if demand.leader is None else problem.leader_ids[demand.leader],
        demand.value,
    )
