"""Crosswalks: what a level's later edition has in common with the one before it, pair by pair."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from data import models
from data.writes.copying import copy_rows
from grid.areas import Level
from grid.placing import NOWHERE, index_areas, locate

LEAST_SHARE = 1e-4
"""Common ground of less than this part of either area, and of a square metre, is how borders were drawn."""
_COLUMNS = ("old_id", "new_id", "shared_m2", "share_of_old", "share_of_new", "matters")
Outlines = npt.NDArray[np.object_]
Pairs = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """The areas of one edition: outlines in degrees (EPSG:4490) and in metres, of one kind all."""

    ids: Sequence[int]
    lonlat: Outlines
    metric: Outlines


def write_crosswalk(session: Session, level: Level, before: Side, after: Side) -> int:
    """Write the common ground of two editions, and how many matters lie in it; return how many pairs."""
    first, second, shared_m2 = common_ground(before, after)
    of_old, of_new = shapely.area(before.metric)[first], shapely.area(after.metric)[second]
    matters = _count_matters(session, level, before, after)
    rows = [
        (before.ids[a], after.ids[b], m2, m2 / old, m2 / new, matters[before.ids[a], after.ids[b]])
        for a, b, m2, old, new in zip(
            first.tolist(), second.tolist(), shared_m2.tolist(), of_old.tolist(), of_new.tolist(), strict=True
        )
    ]
    copy_rows(session, "area_crosswalk", _COLUMNS, rows)
    return len(rows)


def common_ground(before: Side, after: Side) -> tuple[Pairs, Pairs, npt.NDArray[np.float64]]:
    """Return pairs of positions that share ground, and how much in square metres.

    An outline that did not change is taken to share all of itself and nothing else: in a level without
    overlaps that is so, and it spares most of the work.
    """
    same = {wkb: i for i, wkb in enumerate(shapely.to_wkb(before.lonlat))}
    twin = np.array([same.get(wkb, -1) for wkb in shapely.to_wkb(after.lonlat)], dtype=np.int64)
    kept = np.flatnonzero(twin >= 0)
    old = np.setdiff1d(np.arange(len(before.metric)), twin[kept])
    new = np.flatnonzero(twin < 0)
    a, b = shapely.STRtree(before.metric[old]).query(after.metric[new], predicate="intersects")[::-1]
    a, b = old[a], new[b]
    shared = shapely.area(shapely.intersection(before.metric[a], after.metric[b]))
    smaller = np.minimum(shapely.area(before.metric)[a], shapely.area(after.metric)[b])
    real = (shared > 1.0) & (shared > LEAST_SHARE * smaller)
    return (
        np.concatenate([twin[kept], a[real]]),
        np.concatenate([kept, b[real]]),
        np.concatenate([shapely.area(after.metric[kept]), shared[real]]),
    )


def _count_matters(session: Session, level: Level, before: Side, after: Side) -> Counter[tuple[int, int]]:
    """Return how many matters with a point lie in each pair of areas."""
    point = models.Petition.point
    rows = session.execute(select(func.ST_X(point), func.ST_Y(point)).where(point.is_not(None))).all()
    if not rows:
        return Counter()
    lon, lat = np.array(rows, dtype=np.float64).T
    old = locate(index_areas(level, before.ids, before.lonlat), lon, lat)
    new = locate(index_areas(level, after.ids, after.lonlat), lon, lat)
    both = (old != NOWHERE) & (new != NOWHERE)
    return Counter(zip(old[both].tolist(), new[both].tolist(), strict=True))
