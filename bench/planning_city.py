"""Seeded synthetic cities for planning: units of a grid-like city, leaders' territories grown at random."""

from __future__ import annotations

import heapq

import numpy as np

from grid.suggesting.problem import Problem


def make_city(units: int, leaders: int, most_changes: int, *, seed: int = 7) -> Problem:
    """Return a city whose leaders have connected areas of very different load.

    Units lie on a lattice of 2 columns to 3 rows, a few borders missing and a few diagonal ones added;
    workloads are lognormal, heavier towards the centre.
    """
    rng = np.random.default_rng(seed)
    edges, places = _lattice(units, rng)
    centre = np.exp(-((places - places.mean(axis=0)) ** 2).sum(axis=1) / (0.15 * units))
    workloads = np.maximum(1, rng.lognormal(2.0, 0.6, units) * (1 + 1.5 * centre)).astype(np.int64)
    today = _territories(edges, units, leaders, rng)
    return Problem(
        unit_ids=tuple(range(1, units + 1)), leader_ids=tuple(range(1, leaders + 1)), workloads=workloads,
        today=today, has_place=np.ones(units, dtype=bool), edges=edges,
        fixed=np.zeros(leaders, dtype=np.int64), shares=np.full(leaders, 100, dtype=np.int64),
        most_changes=most_changes,
    )  # fmt: skip


_ANNEX = (
    (44,), (44,), (27,), (24,), (21,), (18,), (16,), (12, 9), (7, 4), (6,), (3,), (2,),
)  # fmt: skip
"""The units of each leader: ten areas with 222 matters, four departments with 15, as in an official annex."""
_DEPARTMENTS = frozenset({4, 6, 3, 2})


def make_annex_problem() -> Problem:
    """Return the annex of coverage.md's shape: 14 units, 237 matters, two units of 44, a ring of areas."""
    workloads = np.array([cases for units in _ANNEX for cases in units], dtype=np.int64)
    today = np.array([leader for leader, units in enumerate(_ANNEX) for _ in units], dtype=np.int64)
    has_place = np.array([cases not in _DEPARTMENTS for cases in workloads.tolist()])
    areas = np.flatnonzero(has_place)
    return Problem(
        unit_ids=tuple(range(1, len(workloads) + 1)), leader_ids=tuple(range(1, len(_ANNEX) + 1)),
        workloads=workloads, today=today, has_place=has_place,
        edges=np.column_stack([areas, np.roll(areas, 1)]), fixed=np.zeros(len(_ANNEX), dtype=np.int64),
        shares=np.full(len(_ANNEX), 100, dtype=np.int64), most_changes=0,
    )  # fmt: skip


def _lattice(units: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    columns = max(1, round((units * 2 / 3) ** 0.5))
    places = np.array([divmod(unit, columns) for unit in range(units)], dtype=float)
    straight = [(unit, unit + step) for unit in range(units) for step in (1, columns) if unit + step < units
                and not (step == 1 and (unit + 1) % columns == 0)]  # fmt: skip
    slanted = [(unit, unit + columns + 1) for unit in range(units)
               if unit + columns + 1 < units and (unit + 1) % columns and rng.random() < 0.3]  # fmt: skip
    kept = [edge for edge in straight if edge[1] - edge[0] == 1 or rng.random() > 0.05]
    return np.array(kept + slanted, dtype=np.int64), places


def _territories(edges: np.ndarray, units: int, leaders: int, rng: np.random.Generator) -> np.ndarray:
    """Return who leads each unit: territories grown from random seats at random speeds."""
    neighbours: list[list[int]] = [[] for _ in range(units)]
    for one, other in edges.tolist():
        neighbours[one].append(other)
        neighbours[other].append(one)
    today = np.full(units, -1, dtype=np.int64)
    speeds = rng.uniform(0.6, 1.4, leaders)
    seats = rng.choice(units, leaders, replace=False)
    waiting = [(0.0, int(seat), leader) for leader, seat in enumerate(seats)]
    while waiting:
        at, unit, leader = heapq.heappop(waiting)
        if today[unit] < 0:
            today[unit] = leader
            for other in neighbours[unit]:
                heapq.heappush(waiting, (at + rng.uniform(0.5, 1.5) / speeds[leader], other, leader))
    today[today < 0] = 0
    return today
