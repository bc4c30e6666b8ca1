"""Search (局部搜索): better plans near today's: greedy first, then annealing from several seeds."""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np

from grid.suggesting.pieces import count_pieces, stays_whole
from grid.suggesting.problem import NOBODY, Ints
from grid.suggesting.terms import WHOLE, Terms, changes_of, heaviest_of, is_legal, loads_of

_SEEDS = 3
_STEPS = 40_000
_HOT, _COLD = 0.3, 0.01
"""Heat of the annealing, as parts of the squared mean workload of a unit."""
_EVENNESS = 1e-4
"""What a square of a load counts beside a square of what is above the limit."""
_LONGEST_GREEDY_S = 0.2


def start(terms: Terms) -> Ints:
    """Return today's plan with every unit given to somebody who may have it, where that is possible.

    The rest of the demands may be broken: more pieces, caps, too many changes.
    """
    holders = terms.problem.today.copy()
    homeless = np.flatnonzero((holders == NOBODY) | terms.forced)
    holders[homeless] = NOBODY
    left = sorted(homeless.tolist(), key=lambda unit: -int(terms.problem.workloads[unit]))
    while left:
        beside = [unit for unit in left if (holders[terms.borders.neighbours(unit)] != NOBODY).any()]
        unit = (beside or left)[0]
        left.remove(unit)
        _place(terms, holders, unit)
    return holders


def greedy(terms: Terms) -> Ints:
    """Return a plan reached by single moves, each the one that relieves the heaviest leader most."""
    holders, began = start(terms), time.perf_counter()
    while changes_of(terms.problem, holders) < terms.problem.most_changes:
        move = _best_move(terms, holders)
        if move is None or time.perf_counter() - began > _LONGEST_GREEDY_S:
            break
        holders[move[0]] = move[1]
    return holders


def improve(terms: Terms, holders: Ints, *, best: int, seed: int, seconds: float) -> Iterator[Ints]:
    """Yield legal plans, each with a smaller heaviest load than ``best`` and than the one before."""
    rng, until, tried = np.random.default_rng(seed), time.perf_counter() + seconds, 0
    here = holders
    while time.perf_counter() < until:
        begin = (here, holders, start(terms))[tried % _SEEDS]
        found = _anneal(terms, begin, best - 1, int(rng.integers(1 << 31)), _STEPS * (1 + tried // 4))
        tried += 1
        if found is not None:
            best, here = heaviest_of(terms.problem, loads_of(terms.problem, found)), found
            tried = 0
            yield found


def even_out(terms: Terms, holders: Ints, *, top: int, seed: int, seconds: float) -> Ints:
    """Return a plan with nobody above ``top`` and, as far as found, the least sum of squared loads."""
    rng, until, best = np.random.default_rng(seed), time.perf_counter() + seconds, holders
    while time.perf_counter() < until:
        found = _anneal(terms, best, top, int(rng.integers(1 << 31)), _STEPS, polish=True)
        if found is not None and _squares(terms, found) < _squares(terms, best):
            best = found
    return best


def take_back(terms: Terms, holders: Ints, top: int) -> Ints:
    """Return the plan without moves that can be taken back with nobody above ``top``, nor less even."""
    while True:
        units = np.flatnonzero((holders != terms.problem.today) & terms.led)
        fewer = (_with_back(terms, holders, int(unit)) for unit in units)
        found = next((one for one in fewer if _is_no_worse(terms, one, holders, top)), None)
        if found is None:
            return holders
        holders = found


def _with_back(terms: Terms, holders: Ints, unit: int) -> Ints:
    back = holders.copy()
    back[unit] = terms.problem.today[unit]
    return back


def _is_no_worse(terms: Terms, back: Ints, holders: Ints, top: int) -> bool:
    heaviest = heaviest_of(terms.problem, loads_of(terms.problem, back))
    return heaviest <= top and _squares(terms, back) <= _squares(terms, holders) and is_legal(terms, back)


def _squares(terms: Terms, holders: Ints) -> float:
    shares = np.maximum(terms.problem.shares, 1)
    return float(((loads_of(terms.problem, holders) / shares) ** 2)[terms.problem.shares > 0].sum())


def _place(terms: Terms, holders: Ints, unit: int) -> None:
    """Give a unit to who has least, first among those who keep as few pieces as allowed."""
    loads, most = loads_of(terms.problem, holders), _most_pieces(terms, holders)
    open_to = np.flatnonzero(terms.allowed[unit])
    told = _told(terms, loads)
    order = sorted(open_to.tolist(), key=lambda one: int(told[one]))
    whole = (one for one in order if stays_whole(terms.borders, holders, [(unit, one)], most))
    holders[unit] = next(whole, order[0] if order else NOBODY)


def _most_pieces(terms: Terms, holders: Ints) -> Ints:
    """Return how many pieces each may have: no more than allowed, or than there are."""
    return np.maximum(terms.most_pieces, count_pieces(terms.borders, holders, terms.leaders))


def _told(terms: Terms, loads: Ints) -> Ints:
    """Return 100·load/share of each leader, rounded up; 0 without a share."""
    shares = terms.problem.shares
    told: Ints = np.where(shares > 0, -(-WHOLE * loads // np.maximum(shares, 1)), 0)
    return told


def _best_move(terms: Terms, holders: Ints) -> tuple[int, int] | None:
    """Return the gift by the heaviest leader after which he and who takes are lightest, if it helps."""
    workloads, loads = terms.problem.workloads, loads_of(terms.problem, holders)
    told = _told(terms, loads)
    heavy = int(told.argmax())
    most = _most_pieces(terms, holders)
    tried = []
    for unit in np.flatnonzero((holders == heavy) & (workloads > 0)).tolist():
        for other in _takers(terms, holders, unit):
            after = loads.copy()
            after[heavy] -= workloads[unit]
            after[other] += workloads[unit]
            worst = _told(terms, after)[[heavy, other]].max()
            if worst < told[heavy] and after[other] <= terms.caps[other]:
                tried.append((int(worst), unit, other))
    whole = (one for one in sorted(tried) if stays_whole(terms.borders, holders, [one[1:]], most))
    best = next(whole, None)
    return None if best is None else best[1:]


def _takers(terms: Terms, holders: Ints, unit: int) -> list[int]:
    """Return who may take a unit: leaders beside it or without an area; for a department anybody."""
    if terms.problem.has_place[unit]:
        idle = np.setdiff1d(np.arange(terms.leaders), holders[terms.problem.has_place])
        near = np.union1d(holders[terms.borders.neighbours(unit)], idle)
    else:
        near = np.arange(terms.leaders)
    near = near[(near != NOBODY) & (near != holders[unit])]
    return [int(one) for one in near if terms.allowed[unit, one]]


def _anneal(
    terms: Terms, begin: Ints, top: int, seed: int, steps: int, *, polish: bool = False
) -> Ints | None:
    """Return a legal plan with nobody above ``top``, or none if the steps did not suffice."""
    from grid.suggesting.search_compiled import anneal

    problem = terms.problem
    if (begin == NOBODY).any():
        return None
    holders, best = begin.copy(), begin.copy()
    state = (holders, loads_of(problem, begin), count_pieces(terms.borders, begin, terms.leaders))
    rules = (problem.today, terms.allowed, problem.workloads, terms.most_pieces, problem.most_changes)
    graph = (terms.borders.starts, terms.borders.others, problem.has_place)
    shares = np.where(problem.shares > 0, WHOLE / np.maximum(problem.shares, 1), 1.0)
    weights = np.append(shares, 1.0 if polish else _EVENNESS)
    unit = float((problem.workloads.mean() + 1) ** 2)
    run = (steps, seed, _HOT * unit, _COLD * unit, polish, best)
    met = anneal(rules, graph, (terms.limits(top), weights), state, run)
    found = best if polish else holders
    return found if (met or polish) and is_legal(terms, found) else None
