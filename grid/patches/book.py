"""A town as the planner's board knows plans: its grids as units, its grid workers as leaders."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

import numpy as np

from grid.coverage import (
    Assignment,
    AssignmentKind,
    CoverageBook,
    CoveragePlan,
    Leader,
    PlanState,
    Unit,
    UnitKind,
)
from grid.patches.dividing import NOBODY, DivideAsked, divide
from grid.patches.graph import IntArray, PatchGraph
from grid.patches.measuring import Division, evaluate
from grid.patches.town import RESIDENTS_A_POINT, PatchPlan, Town
from grid.workloads import UnitMeasures, Weights

TODAY_ID = 0
"""The id of the plan that says who has which grid today; no stored plan has it."""
_RESIDENTS = 10_000
_WEIGHTS = Weights(cases=1, population=_RESIDENTS // RESIDENTS_A_POINT)
"""Matters as the grid weighs them, and residents: ``grid.workloads`` makes the grid's own weight of them."""


def town_book(town: Town, post: str, since: date, plan: PatchPlan | None = None) -> CoverageBook:
    """Return a town's grids as they are given out today or by a plan; ``post`` is what a worker is called.

    A grid that a plan does not name, since it is newer, is nobody's; one that is no more is left out.
    """
    holders = town.today() if plan is None else plan.holders
    known = {worker.id for worker in town.workers}
    assignments = (
        Assignment(grid.area.id, _known(holders.get(grid.area.id), known), cases=grid.matters_weight)
        for grid in town.grids
    )
    return CoverageBook(
        plan=CoveragePlan(
            id=plan.id if plan else TODAY_ID,
            name=plan.name if plan else town.area.name,
            state=plan.state if plan else PlanState.PUBLISHED,
            valid_from=since,
            valid_to=None,
            version=plan.version if plan else 1,
            base_id=TODAY_ID if plan else None,
            assignments=tuple(assignments),
        ),
        units=tuple(Unit(grid.area.id, grid.name, UnitKind.AREA, grid.area.id) for grid in town.grids),
        leaders=tuple(Leader(worker.id, post, worker.login) for worker in town.workers),
        borders=frozenset(town.borders),
        measures={
            grid.area.id: UnitMeasures(cases=grid.matters_weight, population=grid.population or 0)
            for grid in town.grids
        },
        weights=_WEIGHTS,
    )


def holders_of(plan: CoveragePlan) -> dict[int, int | None]:
    """Return who has each grid in a plan of the board."""
    return {one.unit_id: one.leader_id for one in plan.assignments if one.kind is AssignmentKind.LEAD}


def divide_town(
    town: Town,
    now: Mapping[int, int | None],
    sharing: Collection[int],
    *,
    pinned: Collection[int] = (),
    seed: int = 0,
) -> dict[int, int]:
    """Return who is to have each grid: ``sharing`` are the workers among whom the town is divided.

    What is pinned stays with whom it has ``now``, who then shares too. Raises ValueError for nobody to share.
    """
    workers = sorted({*sharing, *(holder for grid in pinned if (holder := now.get(grid)) is not None)})
    place = {worker: at for at, worker in enumerate(workers)}
    ids = [grid.area.id for grid in town.grids]
    asked = DivideAsked(
        workers=len(workers),
        today=_places(now, ids, place),
        pinned=np.array([grid in pinned for grid in ids], dtype=bool),
        seed=seed,
    )
    return dict(zip(ids, (workers[at] for at in divide(graph_of(town), asked)), strict=True))


def judge_town(town: Town, now: Mapping[int, int | None], before: Mapping[int, int | None]) -> Division:
    """Return what a division of a town is worth among those who have grids in it, and what it changes."""
    workers = sorted({holder for holder in now.values() if holder is not None})
    place = {worker: at for at, worker in enumerate(workers)}
    ids = [grid.area.id for grid in town.grids]
    today = np.array([place.get(before.get(grid) or 0, NOBODY - 1) for grid in ids], dtype=np.int64)
    return evaluate(graph_of(town), _places(now, ids, place), max(1, len(workers)), today)


def graph_of(town: Town) -> PatchGraph:
    """Return the graph of a town's grids, in their order."""
    at = {grid.area.id: place for place, grid in enumerate(town.grids)}
    pairs = [(at[one], at[other]) for one, other in town.borders]
    return PatchGraph(
        weights=np.array([grid.weight for grid in town.grids], dtype=np.int64),
        xy_m=np.array([town.middles[grid.area.id] for grid in town.grids]).reshape(-1, 2),
        pairs=np.array(pairs, dtype=np.int64).reshape(-1, 2),
        border_m=np.array(list(town.borders.values()), dtype=np.float64),
    )


def _places(holders: Mapping[int, int | None], ids: list[int], place: Mapping[int, int]) -> IntArray:
    return np.array([place.get(holders.get(grid) or 0, NOBODY) for grid in ids], dtype=np.int64)


def _known(holder: int | None, known: Collection[int]) -> int | None:
    return holder if holder in known else None
