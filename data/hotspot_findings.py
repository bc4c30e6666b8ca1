"""Significance and emergence of counts: the areas with their residents and borders, read and compared."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection
from dataclasses import replace

import numpy as np
import numpy.typing as npt
from sqlalchemy import text
from sqlalchemy.orm import Session

from data.counts.snapshot import Snapshot
from grid.areas import Level
from grid.hotspots.adjacency import Adjacency, IntArray, Neighbourhood, adjacency_of
from grid.hotspots.caveats import Caveat, caveats_of_filter, has_partial_month
from grid.hotspots.emerging import find_emerging
from grid.hotspots.findings import Emerging, Method, Significance
from grid.hotspots.questions import AreaCounts, MatterFilter
from grid.hotspots.significance import find_significance

SEED = 20261122
"""The same question is answered the same; which seed it was is among the parameters."""
_DRAWS = 50_000_000
"""Of all areas together: half a second of a core."""
_PERMUTATIONS = (999, 9_999)
_KEPT = 8


class Adjacencies:
    """Who borders on whom, kept for the sets of areas that were asked for last.

    Outlines of an edition never change, nor do their borders, and no id is given twice: ids tell the edition.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[bytes, Adjacency] = OrderedDict()

    def read(self, session: Session, area_ids: IntArray) -> Adjacency:
        """Return the adjacency of areas in the order of their ids."""
        key = area_ids.tobytes()
        adjacency = self._kept.pop(key, None) or adjacency_of(area_ids, _borders(session, area_ids))
        self._kept[key] = adjacency
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return adjacency


def read_neighbourhood(
    session: Session, level: Level, area_ids: IntArray, within: Collection[int], adjacencies: Adjacencies
) -> Neighbourhood:
    """Return the areas of a level as they are today; one that is gone since has no residents and no borders.

    ``within`` holds ids of areas to look at, regular or functional; none for the whole city.
    """
    known = {row.id: row for row in session.execute(text(_AREAS), {"ids": area_ids.tolist()})}
    people = [getattr(known.get(one), "population", None) for one in area_ids.tolist()]
    return Neighbourhood(
        level,
        area_ids,
        np.array([np.nan if number is None else number for number in people], dtype=np.float64),
        _inside(session, area_ids, within),
        adjacencies.read(session, area_ids),
        max((row.valid_from for row in known.values()), default=None),
    )


def significance(
    neighbourhood: Neighbourhood, counted: AreaCounts, matters: MatterFilter, method: Method
) -> Significance:
    """Return which areas are hot or cold by what was counted of a filter."""
    permutations = int(np.clip(_DRAWS // max(len(counted.area_ids), 1), *_PERMUTATIONS))
    rng = np.random.default_rng(SEED)
    found = find_significance(neighbourhood, counted.counts, method, permutations=permutations, rng=rng)
    parameters = found.parameters if method is Method.GI_STAR else found.parameters | {"seed": SEED}
    return replace(
        found, parameters=parameters, caveats=found.caveats + _of_filter(neighbourhood, counted, matters)
    )


def emerging(
    neighbourhood: Neighbourhood, snapshot: Snapshot, counted: AreaCounts, matters: MatterFilter
) -> Emerging:
    """Return how hot spots have come about over the months of a filter."""
    months, counts = snapshot.monthly(counted.level, matters)
    found = find_emerging(neighbourhood, months, counts)
    partial = (Caveat.PARTIAL_MONTH,) if has_partial_month(matters) else ()
    return replace(found, caveats=found.caveats + partial + _of_filter(neighbourhood, counted, matters))


def _of_filter(
    neighbourhood: Neighbourhood, counted: AreaCounts, matters: MatterFilter
) -> tuple[Caveat, ...]:
    return caveats_of_filter(
        matters, placed=counted.placed, total=counted.total, in_force_since=neighbourhood.since
    )


def _borders(session: Session, area_ids: IntArray) -> IntArray:
    rows = session.execute(text(_BORDERS), {"ids": area_ids.tolist()})
    return np.array([tuple(row) for row in rows], dtype=np.int64).reshape(-1, 2)


def _inside(session: Session, area_ids: IntArray, within: Collection[int]) -> npt.NDArray[np.bool_]:
    if not within:
        return np.ones(len(area_ids), dtype=bool)
    found = session.execute(text(_INSIDE), {"ids": area_ids.tolist(), "within": list(within)}).scalars()
    return np.isin(area_ids, np.array(list(found), dtype=np.int64))


_AREAS = "SELECT id, population, valid_from FROM area WHERE id = ANY (:ids)"
_BORDERS = "SELECT area_id, neighbour_id FROM area_border WHERE area_id = ANY (:ids)"
_INSIDE = """
WITH RECURSIVE lineage (id, ancestor) AS (
    SELECT id, id FROM area WHERE id = ANY (:ids)
    UNION ALL
    SELECT lineage.id, area.parent_id FROM lineage JOIN area ON area.id = lineage.ancestor
    WHERE area.parent_id IS NOT NULL
)
SELECT id FROM lineage WHERE ancestor = ANY (:within)
UNION
SELECT area.id FROM area JOIN area wide ON wide.id = ANY (:within) AND wide.kind = 'functional'
WHERE area.id = ANY (:ids) AND ST_Covers(wide.geom, area.label)
"""
