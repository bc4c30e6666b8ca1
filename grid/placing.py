"""Placing points: which area of one level holds each point."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from grid.areas import Level

NOWHERE = -1
"""Stands for an area id where no area holds the point."""

Ids = npt.NDArray[np.int64]
_METRES_PER_DEGREE = 111_195.0
_FARTHEST_NORTH = 54.0


@dataclass(frozen=True, slots=True, eq=False)
class AreaIndex:
    """Areas of one level, ready to be asked.

    ``ids`` is int64 of shape (n,); ``geometries`` are prepared shapely polygons of shape (n,), degrees in
    EPSG:4490. Their order decides who owns a shared border: see `locate`.
    """

    level: Level
    ids: Ids
    geometries: npt.NDArray[np.object_]
    tree: shapely.STRtree


def index_areas(level: Level, ids: npt.ArrayLike, geometries: npt.ArrayLike) -> AreaIndex:
    """Return an index over the areas of one level, in the order given (by code, where codes exist)."""
    polygons = np.asarray(geometries, dtype=np.object_)
    shapely.prepare(polygons)
    return AreaIndex(level, np.asarray(ids, dtype=np.int64), polygons, shapely.STRtree(polygons))


def locate(index: AreaIndex, lon: npt.ArrayLike, lat: npt.ArrayLike) -> Ids:
    """Return the id of the area that holds each point, `NOWHERE` for none; int64 of shape (m,).

    Exact as the predicate *covers* of GEOS is. A point on a border that areas share, or in an overlap, goes
    to the first of them in the index's order, so to exactly one. NaN coordinates are nowhere.
    """
    x, y = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    # Asking prepared polygons about the points in their boxes is some five times faster than the tree's own
    # predicate, which prepares the points.
    point, area = index.tree.query(shapely.points(x, y))
    held = shapely.intersects_xy(index.geometries[area], x[point], y[point])
    first = np.full(x.shape, len(index.ids), dtype=np.int64)
    np.minimum.at(first, point[held], area[held])
    return np.append(index.ids, NOWHERE)[first]


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
