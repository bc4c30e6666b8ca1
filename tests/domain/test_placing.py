"""Placing: the same as asking every area about every point; a shared border has exactly one owner."""

from __future__ import annotations

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from grid.areas import Level
from grid.placing import NOWHERE, AreaIndex, index_areas, locate


def cells(rng: np.random.Generator, count: int) -> np.ndarray:
    """Voronoi cells of a unit square: they share edges exactly."""
    points = shapely.multipoints(rng.random((count, 2)))
    found = shapely.voronoi_polygons(points, extend_to=shapely.box(0, 0, 1, 1))
    return np.array([cell.intersection(shapely.box(0, 0, 1, 1)) for cell in found.geoms], dtype=object)


def by_brute_force(index: AreaIndex, lon: np.ndarray, lat: np.ndarray) -> list[int]:
    """First area in order that covers each point."""
    points = shapely.points(lon, lat)
    return [
        next((int(i) for i, g in zip(index.ids, index.geometries, strict=True) if g.covers(p)), NOWHERE)
        for p in points
    ]


@settings(deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 40))
def test_it_agrees_with_brute_force(seed: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    polygons = cells(rng, count)
    ids = rng.permutation(len(polygons)) + 1000
    index = index_areas(Level.VILLAGE, ids, polygons)
    lon, lat = rng.uniform(-0.1, 1.1, 60), rng.uniform(-0.1, 1.1, 60)
    assert locate(index, lon, lat).tolist() == by_brute_force(index, lon, lat)


def test_a_shared_border_goes_to_the_first_area_alone_whatever_the_shape_of_the_index() -> None:
    rng = np.random.default_rng(3)
    polygons = cells(rng, 30)
    corners = np.unique(shapely.get_coordinates(polygons), axis=0)
    owners = index_areas(Level.GRID, np.arange(len(polygons)), polygons)
    found = locate(owners, corners[:, 0], corners[:, 1])
    assert found.tolist() == by_brute_force(owners, corners[:, 0], corners[:, 1])
    reverse = index_areas(Level.GRID, np.arange(len(polygons))[::-1], polygons[::-1])
    other = locate(reverse, corners[:, 0], corners[:, 1])
    assert (other > found).sum() > 20, "in the other order the other neighbour owns the corner"
    assert ((found == NOWHERE) == (other == NOWHERE)).all()


def test_holes_exclaves_and_overlaps() -> None:
    lake = shapely.Polygon(shapely.box(0, 0, 4, 4).exterior.coords, [shapely.box(1, 1, 2, 2).exterior.coords])
    island = shapely.MultiPolygon([shapely.box(1.2, 1.2, 1.4, 1.4), shapely.box(10, 10, 11, 11)])
    overlapping = shapely.box(3, 3, 6, 6)
    index = index_areas(Level.TOWN, [7, 8, 9], [lake, island, overlapping])
    lon, lat = [0.5, 1.3, 1.8, 10.5, 3.5, 5, 7, 1, np.nan], [0.5, 1.3, 1.8, 10.5, 3.5, 5, 7, 1.5, 1]
    assert locate(index, lon, lat).tolist() == [7, 8, NOWHERE, 8, 7, 9, NOWHERE, 7, NOWHERE]


def test_nothing_is_nowhere() -> None:
    empty = index_areas(Level.GRID, [], [])
    assert locate(empty, [1.0, 2.0], [1.0, 2.0]).tolist() == [NOWHERE, NOWHERE]
    one = index_areas(Level.GRID, [5], [shapely.box(0, 0, 1, 1)])
    assert locate(one, [], []).tolist() == []
