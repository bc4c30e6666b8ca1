"""The inner loop of ``search`` compiled by numba: annealing over gifts, chains of gifts and returns.

Throughout: ``rules`` are today (n), allowed (n × m), workloads (n), most pieces (m) and most changes;
``graph`` starts, others and has_place; ``numbers`` limits (m) and weights (m + 1: the last weighs evenness);
``state`` the plan that is changed in place: holders (n), loads (m), pieces (m); ``totals`` excess, pieces too
many, changes and cost. Indices are trusted: whoever calls has made the arrays.
"""

# mypy: disable-error-code="untyped-decorator"
from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

_compile: Any = njit(nogil=True, cache=True, boundscheck=False)


@_compile
def anneal(rules: Any, graph: Any, numbers: Any, state: Any, run: Any) -> Any:
    """Change the plan until no load is above its limit, or the steps are over; return whether it is so.

    ``run``: steps, seed, first and last heat, whether to ``polish``: go on then, and keep in ``best`` (n) the
    plan of least cost.
    """
    steps, seed, hot, cold, polish, best = run
    np.random.seed(seed)
    plan = np.empty((3, 2), np.int64)
    room = np.empty((3, len(state[0])), np.int64)
    totals = _totals(rules, numbers, state)
    least = np.inf
    for step in range(steps):
        if totals[0] == 0 and totals[1] == 0 and totals[2] <= rules[4]:
            if not polish:
                return True
            if totals[3] < least - 1e-9:
                least = totals[3]
                best[:] = state[0]
        size = _propose((rules, graph, numbers, state), plan, room[2], totals[2])
        if size:
            heat = hot * (cold / hot) ** (step / steps)
            _try(size, plan, (rules, graph, numbers, state), room, (totals, heat))
    return totals[0] == 0 and totals[1] == 0 and totals[2] <= rules[4]


@_compile
def _totals(rules: Any, numbers: Any, state: Any) -> Any:
    totals = np.zeros(4)
    for leader in range(len(state[1])):
        totals[0] += max(0, state[1][leader] - numbers[0][leader])
        totals[1] += max(0, state[2][leader] - rules[3][leader])
        totals[3] += _cost(leader, state[1][leader], numbers)
    for unit in range(len(state[0])):
        totals[2] += rules[0][unit] >= 0 and state[0][unit] != rules[0][unit]
    return totals


@_compile
def _cost(leader: Any, load: Any, numbers: Any) -> Any:
    """Return what a leader's load counts: its excess squared, and a little of its square."""
    limits, weights = numbers
    over = max(0, load - limits[leader]) * weights[leader]
    even = load * weights[leader]
    return over * over + weights[-1] * even * even


@_compile
def _propose(all_: Any, plan: Any, some: Any, changes: Any) -> Any:
    """Write gifts and returns (unit, leader) into ``plan``; return how many, 0 for none that is allowed."""
    rules, graph, numbers, state = all_
    kind = np.random.random()
    if kind < 0.15:
        return _return(0, plan, rules, state[0], some)
    leader = _burdened(state[1], numbers[0]) if kind < 0.55 else -1
    if not _gift(leader, plan[0], (rules, graph, state[0]), some):
        return 0
    size = 1
    if np.random.random() < 0.3:
        # A chain: who takes gives one on, or gives one back.
        size += _gift(plan[0, 1], plan[1], (rules, graph, state[0]), some) and plan[1, 0] != plan[0, 0]
    if changes + _more(size, plan, rules[0], state[0]) > rules[4]:
        size = _return(size, plan, rules, state[0], some)
    after = changes + _more(size, plan, rules[0], state[0])
    return size if after <= rules[4] or after < changes else 0


@_compile
def _burdened(loads: Any, limits: Any) -> Any:
    """Return a leader above his limit, any if there is none."""
    m = len(loads)
    begin = np.random.randint(m)
    for k in range(m):
        if loads[(begin + k) % m] > limits[(begin + k) % m]:
            return (begin + k) % m
    return begin


@_compile
def _gift(leader: Any, gift: Any, all_: Any, some: Any) -> Any:
    """Write a leader's unit (-1: anybody's) and who may take it, mostly a neighbour; return whether."""
    rules, graph, holders = all_
    starts, others, has_place = graph
    found = 0
    for unit in range(len(holders)):
        if leader < 0 or holders[unit] == leader:
            some[found] = unit
            found += 1
    if found == 0:
        return False
    unit = some[np.random.randint(found)]
    degree = starts[unit + 1] - starts[unit]
    if has_place[unit] and degree and np.random.random() < 0.95:
        taker = holders[others[starts[unit] + np.random.randint(degree)]]
    else:
        taker = np.random.randint(rules[1].shape[1])
    gift[0], gift[1] = unit, taker
    return taker != holders[unit] and rules[1][unit, taker]


@_compile
def _return(size: Any, plan: Any, rules: Any, holders: Any, some: Any) -> Any:
    """Write after ``size`` gifts that a changed unit goes back; return how many there are, 0 for none."""
    found = 0
    for unit in range(len(holders)):
        if rules[0][unit] >= 0 and holders[unit] != rules[0][unit]:
            some[found] = unit
            found += 1
    if found == 0:
        return 0
    unit = some[np.random.randint(found)]
    for k in range(size):
        if plan[k, 0] == unit:
            return 0
    plan[size, 0], plan[size, 1] = unit, rules[0][unit]
    return size + 1 if rules[1][unit, rules[0][unit]] else 0


@_compile
def _more(size: Any, plan: Any, today: Any, holders: Any) -> Any:
    """Return how many changes more a plan would have."""
    more = 0
    for k in range(size):
        unit, leader = plan[k, 0], plan[k, 1]
        if today[unit] >= 0:
            more += int(leader != today[unit]) - int(holders[unit] != today[unit])
    return more


@_compile
def _try(size: Any, plan: Any, all_: Any, room: Any, goal: Any) -> None:
    """Carry out what is proposed, and take it back if it is worse than the heat lets pass."""
    rules, graph, numbers, state = all_
    totals, heat = goal
    holders, loads, pieces = state
    touched, before, old, count = _touched(size, plan, holders, pieces)
    change = _sum(touched, count, loads, numbers)
    more = _more(size, plan, rules[0], holders)
    for k in range(size):
        _hand(plan[k, 0], plan[k, 1], rules[2], state)
    difference = _sum(touched, count, loads, numbers) - change
    worse = 0.0
    good = difference[1] <= 0 or np.random.random() < np.exp(-difference[1] / heat)
    if good:
        for j in range(count):
            pieces[touched[j]] = _count_parts(touched[j], holders, graph, room)
            worse += max(0, pieces[touched[j]] - rules[3][touched[j]]) - max(0, old[j] - rules[3][touched[j]])
    if good and worse <= 0:
        totals += np.array([difference[0], worse, more, difference[1]])
        return
    for k in range(size - 1, -1, -1):
        _hand(plan[k, 0], before[k], rules[2], state)
    for j in range(count):
        pieces[touched[j]] = old[j]


@_compile
def _touched(size: Any, plan: Any, holders: Any, pieces: Any) -> Any:
    """Return the leaders that a plan touches, whose the units were, the pieces, and how many leaders."""
    touched, before, old = np.empty(6, np.int64), np.empty(3, np.int64), np.empty(6, np.int64)
    count = 0
    for k in range(size):
        before[k] = holders[plan[k, 0]]
        for leader in (before[k], plan[k, 1]):
            known = False
            for j in range(count):
                known |= touched[j] == leader
            if not known:
                touched[count], old[count] = leader, pieces[leader]
                count += 1
    return touched, before, old, count


@_compile
def _sum(touched: Any, count: Any, loads: Any, numbers: Any) -> Any:
    """Return excess and cost of the leaders touched."""
    sums = np.zeros(2)
    for j in range(count):
        sums[0] += max(0, loads[touched[j]] - numbers[0][touched[j]])
        sums[1] += _cost(touched[j], loads[touched[j]], numbers)
    return sums


@_compile
def _hand(unit: Any, leader: Any, workloads: Any, state: Any) -> None:
    holders, loads, _ = state
    loads[holders[unit]] -= workloads[unit]
    loads[leader] += workloads[unit]
    holders[unit] = leader


@_compile
def _count_parts(leader: Any, holders: Any, graph: Any, room: Any) -> Any:
    """Return the number of pieces of a leader; ``room`` is working space."""
    starts, others, has_place = graph
    mark, queue = room[0], room[1]
    mark[:] = 0
    pieces = 0
    for unit in range(len(holders)):
        if holders[unit] != leader or not has_place[unit] or mark[unit]:
            continue
        pieces += 1
        mark[unit], queue[0] = 1, unit
        at, end = 0, 1
        while at < end:
            here = queue[at]
            at += 1
            for k in range(starts[here], starts[here + 1]):
                other = others[k]
                if holders[other] == leader and not mark[other]:
                    mark[other], queue[end] = 1, other
                    end += 1
    return pieces
