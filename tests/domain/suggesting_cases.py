"""Small problems of every odd kind, and what is best for them by trying everything, written another way."""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Iterator

import numpy as np

from grid.planning import connected_pieces
from grid.suggesting.problem import NOBODY, Demand, DemandKind, Help, Problem

Plan = tuple[int, ...]


def make_problem(seed: int, *, helpers: int = 0) -> Problem:
    """Return a problem of up to 7 units and 3 leaders (4 and 3 with helpers), odd in some way by its seed."""
    rng = random.Random(seed)
    n, m = (rng.randint(1, 4), rng.randint(1, 3)) if helpers else (rng.randint(1, 7), rng.randint(1, 3))
    today = [
        rng.choice([*range(m), *range(m), NOBODY]) if seed % 4 == 0 else rng.randrange(m) for _ in range(n)
    ]
    if seed % 5 == 0:
        today = [0 if one != NOBODY else one for one in today]
    heavy = 4 if helpers else rng.choice([3, 9, 30])
    return Problem(
        unit_ids=tuple(range(n)), leader_ids=tuple(range(m)),
        workloads=np.array([rng.choice([0, rng.randint(0, heavy), heavy]) for _ in range(n)], dtype=np.int64),
        today=np.array(today, dtype=np.int64),
        has_place=np.array([rng.random() > 0.15 for _ in range(n)], dtype=bool),
        edges=np.array(_edges(rng, n), dtype=np.int64).reshape(-1, 2),
        fixed=np.array([rng.choice([0, 0, 2]) for _ in range(m)], dtype=np.int64),
        shares=np.array([rng.choice([100, 100, 100, 50, 30, 0]) for _ in range(m)], dtype=np.int64),
        demands=tuple(_demands(rng, n, m, today)),
        most_changes=rng.randint(0, n), most_helpers=helpers,
    )  # fmt: skip


def _edges(rng: random.Random, n: int) -> list[tuple[int, int]]:
    path = [(at, at + 1) for at in range(n - 1) if rng.random() < 0.8]
    return path + [pair for pair in itertools.combinations(range(n), 2) if rng.random() < 0.15]


def _demands(rng: random.Random, n: int, m: int, today: list[int]) -> Iterator[Demand]:
    for unit in range(n):
        if rng.random() < 0.12:
            yield Demand(DemandKind.PIN, unit, None if today[unit] == NOBODY else today[unit])
        if rng.random() < 0.2:
            kind = rng.choice([DemandKind.FORBID, DemandKind.BAR])
            yield Demand(kind, unit, rng.randrange(m))
    if rng.random() < 0.3:
        yield Demand(DemandKind.CAP, leader=rng.randrange(m), value=rng.randint(0, 20))


def legal_plans(problem: Problem, *, most_changes: int | None = None) -> Iterator[Plan]:
    """Yield every plan that meets the demands, caps excepted."""
    most = problem.most_changes if most_changes is None else most_changes
    today, leaders = problem.today.tolist(), range(len(problem.leader_ids))
    before = [max(1, pieces(problem, today, one)) for one in leaders]
    for plan in itertools.product(leaders, repeat=len(today)):
        changed = sum(one not in (was, NOBODY) for one, was in zip(today, plan, strict=True))
        if (
            changed <= most
            and all(may_lead(problem, unit, leader) for unit, leader in enumerate(plan))
            and all(pieces(problem, plan, one) <= before[one] for one in leaders)
        ):
            yield plan


def pieces(problem: Problem, plan: list[int] | Plan, leader: int) -> int:
    """Count pieces by the plan board's own way."""
    held = [unit for unit, one in enumerate(plan) if one == leader and problem.has_place[unit]]
    return len(connected_pieces(held, map(tuple, problem.edges.tolist())))


def may_lead(problem: Problem, unit: int, leader: int) -> bool:
    """Whether pins, forbidden pairs and shares let a leader have a unit."""
    was = problem.today[unit]
    for demand in problem.demands:
        if demand.unit != unit:
            continue
        if demand.kind is DemandKind.PIN:
            stays = demand.leader if demand.leader is not None else was
            if stays not in (NOBODY, leader):
                return False
        elif demand.leader == leader:
            return False
    return leader == was or problem.shares[leader] > 0


def may_help(problem: Problem, unit: int, leader: int) -> bool:
    """Whether a leader may take part of a unit."""
    denied = any(
        (one.kind, one.unit, one.leader)
        in {(DemandKind.FORBID, unit, leader), (DemandKind.BAR, unit, leader)}
        for one in problem.demands
    )
    return not denied and problem.shares[leader] > 0


def load_below_caps(problem: Problem, plan: Plan, helps: tuple[Help, ...] = ()) -> int | None:
    """Return the heaviest load of a plan; none where a cap is broken."""
    loads = problem.fixed.tolist()
    for unit, leader in enumerate(plan):
        loads[leader] += int(problem.workloads[unit])
    for one in helps:
        loads[one.leader] += one.amount
        loads[plan[one.unit]] -= one.amount
    for demand in problem.demands:
        if demand.kind is DemandKind.CAP and loads[demand.leader or 0] > (demand.value or 0):
            return None
    told = [
        math.ceil(100 * load / share)
        for load, share in zip(loads, problem.shares.tolist(), strict=True)
        if share
    ]
    return max(told, default=0)


def best_by_trying(problem: Problem) -> int | None:
    """Return the least heaviest load of all plans; none where no plan meets the demands."""
    found = [
        load
        for plan in legal_plans(problem)
        for helps in help_choices(problem, plan)
        if (load := load_below_caps(problem, plan, helps)) is not None
    ]
    return min(found, default=None)


def help_choices(problem: Problem, plan: Plan) -> Iterator[tuple[Help, ...]]:
    """Yield every way to help a plan, of no helper or more, to the last whole amount."""
    pairs = [
        (unit, leader)
        for unit, leader in itertools.product(range(len(plan)), range(len(problem.leader_ids)))
        if plan[unit] != leader and problem.workloads[unit] and may_help(problem, unit, leader)
    ]
    for size in range(problem.most_helpers + 1):
        for chosen in itertools.combinations(pairs, size):
            ranges = [range(1, int(problem.workloads[unit]) + 1) for unit, _ in chosen]
            for amounts in itertools.product(*ranges):
                helps = tuple(Help(*pair, amount) for pair, amount in zip(chosen, amounts, strict=True))
                taken = [sum(one.amount for one in helps if one.unit == unit) for unit in range(len(plan))]
                if all(part <= whole for part, whole in zip(taken, problem.workloads, strict=True)):
                    yield helps
