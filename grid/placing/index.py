"""Areas of one level, ready to be asked which of them holds, or is nearest to, each of many points."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt
import shapely

from grid.areas import Level
from grid.placing.building import build_table
from grid.placing.frame import Floats
from grid.placing.table import PlacingTable, look_up

NOWHERE = -1
"""Stands for an area id where no area holds the point."""

Ids = npt.NDArray[np.int64]
Geometries = npt.NDArray[np.object_]
TableOf = Callable[[Geometries], PlacingTable]
"""Gives the table of outlines in order: builds it, or has it from where it is kept."""

_METRES_PER_DEGREE = 111_195.0
_FARTHEST_NORTH = 54.0
_FEW = 1000
"""So few points are asked of the tree, where a table is not at hand: that gives the same."""


@dataclass(frozen=True, eq=False)
class AreaIndex:
    """Areas of one level, ready to be asked.

    ``ids`` is int64 of shape (n,); ``geometries`` are prepared shapely polygons of shape (n,), degrees in
    EPSG:4490. Their order decides who owns a shared border: see `locate`.
    """

    level: Level
    ids: Ids
    geometries: Geometries
    table_of: TableOf = field(default=build_table, repr=False)

    @cached_property
    def table(self) -> PlacingTable:
        """The placing table, made when it is first asked for."""
        return self.table_of(self.geometries)

    @cached_property
    def tree(self) -> shapely.STRtree:
        """The tree of the areas' boxes, made when it is first asked for."""
        return shapely.STRtree(self.geometries)


def index_areas(
    level: Level, ids: npt.ArrayLike, geometries: npt.ArrayLike, table_of: TableOf = build_table
) -> AreaIndex:
    """Return an index over the areas of one level, in the order given (by code, where codes exist)."""
    polygons = np.asarray(geometries, dtype=np.object_)
    shapely.prepare(polygons)
    return AreaIndex(level, np.asarray(ids, dtype=np.int64), polygons, table_of)


def locate(index: AreaIndex, lon: npt.ArrayLike, lat: npt.ArrayLike) -> Ids:
    """Return the id of the area that holds each point, `NOWHERE` for none; int64 of shape (m,).

    Exact as the predicate *covers* of GEOS is: the table answers where it is certain, GEOS itself for points
    upon edges. A point on a border that areas share, in an overlap or a sliver goes to the first of them in
    the index's order, so to exactly one. NaN coordinates are nowhere.
    """
    x, y = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    if len(x) <= _FEW and "table" not in vars(index):
        return _with_nowhere(index)[_ask_geos(index, x, y)]
    found, unsure = look_up(index.table, x, y)
    if len(unsure):
        found[unsure] = _ask_geos(index, x[unsure], y[unsure])
    return _with_nowhere(index).take(found)


def _with_nowhere(index: AreaIndex) -> Ids:
    return np.append(index.ids, NOWHERE)


def _ask_geos(index: AreaIndex, x: Floats, y: Floats) -> Ids:
    """Return the position of the first area that holds each point, the number of areas for none."""
    # Asking prepared polygons about the points in their boxes is some five times faster than the tree's own
    # predicate, which prepares the points.
    point, area = index.tree.query(shapely.points(x, y))
    held = shapely.intersects_xy(index.geometries[area], x[point], y[point])
    first = np.full(x.shape, len(index.ids), dtype=np.int64)
    np.minimum.at(first, point[held], area[held])
    return first


def locate_near(index: AreaIndex, lon: npt.ArrayLike, lat: npt.ArrayLike, within_m: float) -> Ids:
    """Return the id of the area nearest to each point, `NOWHERE` where none is within a distance; (m,).

    The nearest is sought in degrees and its distance then taken in metres on a sphere, so that at a corner a
    distance may come out too long by a tenth. NaN coordinates are nowhere.
    """
    x, y = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    reach = within_m / _METRES_PER_DEGREE / np.cos(np.radians(_FARTHEST_NORTH))
    points = shapely.points(x, y)
    point, area = index.tree.query_nearest(points, max_distance=reach, all_matches=False)
    lines = shapely.get_coordinates(shapely.shortest_line(points[point], index.geometries[area]))
    steps = (lines[1::2] - lines[::2]) * _METRES_PER_DEGREE
    near = np.hypot(steps[:, 0] * np.cos(np.radians(y[point])), steps[:, 1]) <= within_m
    found = np.full(x.shape, NOWHERE, dtype=np.int64)
    found[point[near]] = index.ids[area[near]]
    return found
