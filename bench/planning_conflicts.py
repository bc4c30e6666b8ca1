"""Conflicts at 180 units and 20 leaders: how long until they are named, are minimal, and have a way out."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from bench.planning_city import make_city
from grid.suggesting.conflicts import explain
from grid.suggesting.problem import Demand, DemandKind, Problem
from grid.suggesting.runs import Conflict
from grid.suggesting.terms import loads_of

UNITS, LEADERS, CHANGES = 180, 20, 15
SEEDS = range(5)
MOST_S = 2.0
_LONGEST_S = 10.0
Row = dict[str, Any]


def measure() -> list[Row]:
    """Return the worst of the seeds for each kind of conflict, and how many demands were named."""
    rows: dict[str, list[tuple[list[float], Conflict]]] = {}
    for seed in SEEDS:
        for kind, problem in _conflicts(make_city(UNITS, LEADERS, CHANGES, seed=seed), seed):
            rows.setdefault(kind, []).append(_timed(problem))
    found = []
    for kind, told in rows.items():
        sizes = [len(conflict.demands) for _, conflict in told]
        size = f"{min(sizes)}–{max(sizes)} named"
        minimal = sum(conflict.is_minimal for _, conflict in told)
        ways = sum(bool(conflict.relaxations or conflict.together) for _, conflict in told)
        found.append(_row(f"{kind}: named", size, max(times[0] for times, _ in told), MOST_S))
        found.append(
            _row(f"{kind}: minimal in {minimal} of {len(told)}", size, max(times[-2] for times, _ in told))
        )
        found.append(
            _row(f"{kind}: way out in {ways} of {len(told)}", size, max(times[-1] for times, _ in told))
        )
    for row in found:
        print(f"{row['work']:50} {row['size']:>12} {row['ours']:.2f} s {row['met'] or ''}")
    return found


def _conflicts(city: Problem, seed: int) -> Iterator[tuple[str, Problem]]:
    rng = np.random.default_rng(seed)
    loads = loads_of(city, city.today)
    bars = tuple(
        Demand(DemandKind.BAR, int(unit), int(leader))
        for unit, leader in zip(rng.integers(0, UNITS, 40), rng.integers(0, LEADERS, 40), strict=True)
        if city.today[unit] != leader
    )
    low = int(loads.mean()) - 1
    caps = tuple(Demand(DemandKind.CAP, leader=each, value=low) for each in range(LEADERS))
    yield "caps below the mean", replace(city, demands=caps + bars)
    heaviest = int(loads.argmax())
    pins = tuple(
        Demand(DemandKind.PIN, int(unit), heaviest) for unit in np.flatnonzero(city.today == heaviest)
    )
    cap = Demand(DemandKind.CAP, leader=heaviest, value=int(loads[heaviest]) * 3 // 4)
    yield "pins above a cap", replace(city, demands=(*pins, cap, *bars))
    yield (
        "a target in too few changes",
        replace(city, demands=bars, most_changes=2, target=int(loads.mean() * 1.3)),
    )
    walled = tuple(Demand(DemandKind.FORBID, 0, each) for each in range(LEADERS))
    yield "a unit that nobody may have", replace(city, demands=walled + bars)


def _timed(problem: Problem) -> tuple[list[float], Conflict]:
    began, told = time.perf_counter(), []
    for conflict in explain(problem, _LONGEST_S):
        told.append((time.perf_counter() - began, conflict))
    return [at for at, _ in told], told[-1][1]


def _row(work: str, size: str, ours: float, target: float | None = None) -> Row:
    unset = {"peer": None, "peer_name": "", "ratio": None}
    met = None if target is None else ours <= target
    return {"work": work, "size": size, "ours": ours, "unit": "s", "target": target, "met": met, **unset}


if __name__ == "__main__":
    measure()
