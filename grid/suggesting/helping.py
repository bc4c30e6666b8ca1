"""Helping (协助): how much of which unit others take, in whole numbers."""

from __future__ import annotations

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import maximum_flow

from grid.suggesting.bounds import helpers_needed
from grid.suggesting.model import ABSENT, Model, Reals
from grid.suggesting.problem import Help, Ints
from grid.suggesting.terms import Terms, heaviest_of, loads_of


def write_helpers(model: Model) -> None:
    """Add to a model: b[i, l] whether l helps with unit i, h[i, l] how much, u[i, l] how much l is relieved.

    Σ_l h = Σ_l u ≤ workload; h ≤ workload · b; u ≤ workload · x; b + x ≤ 1; load = led − relieved + helped.
    """
    terms = model.terms
    problem, limits = terms.problem, terms.limits(model.top)
    helps = np.full((3, terms.units, terms.leaders), ABSENT, dtype=np.int64)
    for unit in np.flatnonzero(problem.workloads > 0):
        _write_unit(model, int(unit), helps)
    model.rows.add(helps[0].ravel(), 1.0, upper=problem.most_helpers)
    for row, least in enumerate(helpers_needed(terms, model.top).tolist()):
        if least:
            model.rows.add(helps[0, row], 1.0, lower=least)
    for leader in range(terms.leaders):
        columns = np.concatenate([model.x[:, leader], helps[1, :, leader], helps[2, :, leader]])
        values = np.concatenate([problem.workloads, np.ones(terms.units), -np.ones(terms.units)])
        model.rows.add(columns, values, upper=float(limits[leader] - problem.fixed[leader]))
        _write_room(model, leader, helps)
    model.helpers = helps


def _write_room(model: Model, leader: int, helps: Ints) -> None:
    """Write that each help is within the room of today and what the leader is relieved of himself.

    h[i, l] ≤ room · b[i, l] + Σ over the units j of today (workload · (1 − x[j, l]) + u[j, l]).
    """
    problem = model.terms.problem
    mine = np.flatnonzero(problem.today == leader)
    own = int(problem.workloads[mine].sum())
    room = model.terms.limits(model.top)[leader] - problem.fixed[leader] - own
    relief = np.concatenate([model.x[mine, leader], helps[2, mine, leader]])
    values = np.concatenate([problem.workloads[mine], -np.ones(len(mine))])
    for unit in np.flatnonzero((helps[0, :, leader] != ABSENT) & (problem.workloads > room)):
        columns = np.concatenate([helps[1::-1, unit, leader], relief])
        model.rows.add(columns, np.concatenate([[1.0, -max(0, room)], values]), upper=own)


def read_helps(model: Model, values: Reals, holders: Ints) -> tuple[Help, ...]:
    """Return whole amounts for the helpers that a solution chose, so that nobody is above the limit."""
    if model.helpers is None:
        return ()
    chosen = (model.helpers[0] != ABSENT) & (values[model.helpers[0]] > 0.5)
    pairs = [(int(unit), int(leader)) for unit, leader in np.argwhere(chosen)]
    return share_out(model.terms, holders, pairs, model.top) or ()


def share_out(terms: Terms, holders: Ints, pairs: list[tuple[int, int]], top: int) -> tuple[Help, ...] | None:
    """Return how much each helper (unit, leader) takes so that nobody is above ``top``; none if they cannot.

    Workloads flow from units through who leads or helps them into the room below the limit.
    """
    problem, n, m = terms.problem, terms.units, terms.leaders
    source, sink = n + m, n + m + 1
    room = np.minimum(terms.limits(top) - problem.fixed, int(problem.workloads.sum()))
    if (room < 0).any():
        return None
    arcs = [(source, unit, int(problem.workloads[unit])) for unit in range(n)]
    arcs += [(unit, n + int(holders[unit]), int(problem.workloads[unit])) for unit in range(n)]
    arcs += [(unit, n + leader, int(problem.workloads[unit])) for unit, leader in pairs]
    arcs += [(n + leader, sink, int(room[leader])) for leader in range(m)]
    rows, columns, sizes = np.array(arcs, dtype=np.int64).T
    graph = coo_array((sizes.astype(np.int32), (rows, columns)), shape=(sink + 1, sink + 1)).tocsr()
    flow = maximum_flow(graph, source, sink)
    if flow.flow_value < problem.workloads.sum():
        return None
    helps = [Help(unit, leader, int(flow.flow[unit, n + leader])) for unit, leader in pairs]
    return tuple(one for one in helps if one.amount)


def relieve(terms: Terms, holders: Ints) -> tuple[Help, ...]:
    """Return helps that lower the heaviest load of a plan as far as giving by turns can.

    ``holders`` (n) lead every unit. Whoever is most above a limit gives to who has most room below it.
    """
    high = heaviest_of(terms.problem, loads_of(terms.problem, holders))
    low = 0
    best: tuple[Help, ...] = ()
    while low < high:
        middle = (low + high) // 2
        helps = _helps_below(terms, holders, middle)
        low, high, best = (middle + 1, high, best) if helps is None else (low, middle, helps)
    return best


def _helps_below(terms: Terms, holders: Ints, top: int) -> tuple[Help, ...] | None:
    loads, limits = loads_of(terms.problem, holders), terms.limits(top)
    left = terms.problem.workloads.copy()
    helps: list[Help] = []
    while (loads > limits).any():
        if len(helps) == terms.problem.most_helpers:
            return None
        heavy = int((loads - limits).argmax())
        room = np.where(terms.helping, np.maximum(limits - loads, 0), 0)
        room[[one.unit for one in helps], [one.leader for one in helps]] = 0
        amounts = np.minimum(np.minimum(room, left[:, None]), int(loads[heavy] - limits[heavy]))
        amounts[holders != heavy] = 0
        unit, leader = np.unravel_index(int((amounts * (room.max() + 1) - room).argmax()), amounts.shape)
        amount = int(amounts[unit, leader])
        if amount == 0:
            return None
        helps.append(Help(int(unit), int(leader), amount))
        left[unit] -= amount
        loads[heavy] -= amount
        loads[leader] += amount
    return tuple(helps)


def _write_unit(model: Model, unit: int, helps: Ints) -> None:
    """Add the columns and rows of help with one unit."""
    terms, size = model.terms, float(model.terms.problem.workloads[unit])
    rooms = np.maximum(terms.limits(model.top) - terms.problem.fixed, 0).tolist()
    for leader in range(terms.leaders):
        if terms.helping[unit, leader]:
            b, h = model.column(1.0, 1.0, whole=True), model.column(0.0, size, whole=False)
            helps[0, unit, leader], helps[1, unit, leader] = b, h
            model.rows.add(np.array([h, b]), (1.0, -min(size, rooms[leader])), upper=0.0)
            model.rows.add(np.array([b, model.x[unit, leader]]), 1.0, upper=1.0)
        if model.x[unit, leader] != ABSENT:
            u = model.column(0.0, size, whole=False)
            helps[2, unit, leader] = u
            model.rows.add(np.array([u, model.x[unit, leader]]), (1.0, -size), upper=0.0)
    both = np.concatenate([helps[1, unit], helps[2, unit]])
    model.rows.add(both, np.repeat([1.0, -1.0], terms.leaders), 0.0, 0.0)
