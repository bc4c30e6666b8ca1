"""Placing: the same as asking every area about every point; a shared border has exactly one owner."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.coverages import draw_points, make_coverage
from grid.areas import Level
from grid.placing import NOWHERE, AreaIndex, index_areas, locate
from grid.placing.table import look_up

Points = tuple[np.ndarray, np.ndarray]


def make_index(polygons: object, ids: object = None) -> AreaIndex:
    """An index whose table is made already, so that even a few points are looked up in it."""
    shapes = np.array(polygons, dtype=object)
    index = index_areas(Level.GRID, np.arange(len(shapes)) if ids is None else ids, shapes)
    assert index.table.areas == len(shapes)
    return index


def by_brute_force(index: AreaIndex, lon: np.ndarray, lat: np.ndarray) -> list[int]:
    """First area in order that covers each point."""
    if not len(index.ids):
        return [NOWHERE] * len(lon)
    bare = shapely.from_wkb(shapely.to_wkb(index.geometries))
    covered = shapely.covers(bare[:, None], shapely.points(lon, lat)[None, :])
    return np.where(covered.any(axis=0), index.ids[covered.argmax(axis=0)], NOWHERE).tolist()


def awkward_points(index: AreaIndex) -> Points:
    """Vertices and middles of edges, both also moved by the least step, and corners and middles of cells."""
    corners = shapely.get_coordinates(index.geometries)
    rings = [shapely.get_coordinates(ring) for ring in shapely.get_rings(shapely.get_parts(index.geometries))]
    middles = [(one + other) / 2 for ring in rings for one, other in pairwise(ring)]
    on_edges = np.concatenate([corners, np.array(middles).reshape(-1, 2)])
    moved = [np.nextafter(on_edges, on_edges + step) for step in ((1, 0), (-1, 0), (0, 1), (0, -1))]
    frame = index.table.frame
    steps = np.linspace(0, 1, 12)
    columns, rows = np.floor(steps * frame.columns), np.floor(steps * frame.rows)
    cells = [
        np.stack(
            np.meshgrid(frame.west + (columns + by) * frame.size, frame.south + (rows + by) * frame.size)
        )
        for by in (0.0, 0.5)
    ]
    corners_of_cells = np.concatenate([cell.reshape(2, -1).T for cell in cells])
    wherever = np.array([[np.nan, 1], [1, np.nan], [np.inf, 1], [1, -np.inf], [1e300, 1e300], [-1e9, 1]])
    found = np.concatenate([on_edges, *moved, corners_of_cells, wherever])
    return found[:, 0], found[:, 1]


@st.composite
def shapes(draw: st.DrawFn) -> list[shapely.Geometry]:
    """Areas whose corners share few coordinates: they touch, overlap, have holes, parts and slivers."""
    scale = draw(st.sampled_from([1.0, 0.1, 1 / 3, 1e-6]))
    west = draw(st.sampled_from([0.0, 120.3, -0.7]))
    corner = st.tuples(st.integers(0, 6), st.integers(0, 6))
    found = []
    for ring in draw(st.lists(st.lists(corner, min_size=3, max_size=9), min_size=1, max_size=8)):
        made = shapely.make_valid(shapely.Polygon(ring), method="structure", keep_collapsed=False)
        placed = shapely.transform(made, lambda xy: xy * scale + west)
        if not placed.is_empty and placed.is_valid:
            found.append(placed)
    return found


@settings(max_examples=40)
@given(shapes(), st.integers(0, 2**32 - 1))
def test_areas_that_touch_and_overlap_anyhow_are_placed_as_geos_places_them(
    areas: list[shapely.Geometry], seed: int
) -> None:
    index = make_index(areas)
    rng = np.random.default_rng(seed)
    if areas:
        west, south, east, north = shapely.total_bounds(areas)
        lon, lat = awkward_points(index)
        lon = np.append(lon, rng.uniform(west, east, 200))
        lat = np.append(lat, rng.uniform(south, north, 200))
    else:
        lon, lat = rng.random(5), rng.random(5)
    assert locate(index, lon, lat).tolist() == by_brute_force(index, lon, lat)


_GROUND = shapely.box(119.5, 28.0, 120.5, 29.0)
_OFFSETS = st.sampled_from([0.0, 0.5, 0.5 + 1e-4, 0.5 - 1e-4, 1e-4, -1e-4, 1e-11, 0.5 - 1e-11, 0.3])
_ON_RASTER = st.tuples(st.integers(100, 105), st.integers(200, 205), _OFFSETS, _OFFSETS)


@settings(max_examples=25)
@given(
    st.lists(st.lists(_ON_RASTER, min_size=3, max_size=6), min_size=3, max_size=3), st.integers(0, 2**32 - 1)
)
def test_edges_along_and_through_the_corners_and_middles_of_cells(
    rings: list[list[tuple[int, int, float, float]]], seed: int
) -> None:
    # The ground alone decides where cells are: what lies within can be laid along them.
    frame = make_index([_GROUND] * 4).table.frame
    areas = []
    for ring in rings:
        corners = [
            (frame.west + (c + i) * frame.size, frame.south + (r + j) * frame.size) for c, r, i, j in ring
        ]
        made = shapely.make_valid(shapely.Polygon(corners), method="structure", keep_collapsed=False)
        areas.append(made if made.is_valid else shapely.Polygon())
    index = make_index([*areas, _GROUND])
    assert index.table.frame == frame
    lon, lat = awkward_points(index)
    cells = np.random.default_rng(seed).choice([0, 0.5, 0.5 + 1e-5, 0.5 - 1e-5, 1e-5, 0.25], (300, 2))
    cells += np.random.default_rng(seed).integers((100, 200), (106, 206), (300, 2))
    lon = np.append(lon, frame.west + cells[:, 0] * frame.size)
    lat = np.append(lat, frame.south + cells[:, 1] * frame.size)
    assert locate(index, lon, lat).tolist() == by_brute_force(index, lon, lat)


@settings(max_examples=15)
@given(st.integers(0, 2**32 - 1), st.integers(1, 60), st.integers(1, 12))
def test_a_coverage_with_gaps_overlaps_and_slivers_is_placed_as_geos_places_it(
    seed: int, count: int, steps: int
) -> None:
    polygons = make_coverage(seed, count, steps, faults=count // 4)
    rng = np.random.default_rng(seed)
    index = make_index(polygons[rng.permutation(len(polygons))], rng.permutation(len(polygons)) + 1000)
    drawn, awkward = draw_points(seed, 3000, clustered=0.2), awkward_points(index)
    lon, lat = (np.concatenate(axis) for axis in zip(drawn, awkward, strict=True))
    assert locate(index, lon, lat).tolist() == by_brute_force(index, lon, lat)


def test_a_few_points_without_a_table_are_placed_alike() -> None:
    polygons = make_coverage(5, 40, 6, faults=9)
    index, other = make_index(polygons), index_areas(Level.GRID, np.arange(len(polygons)), polygons)
    lon, lat = draw_points(5, 900)
    assert locate(other, lon, lat).tolist() == locate(index, lon, lat).tolist()
    assert "table" not in vars(other), "so few are not worth building one"


def test_hardly_any_point_is_left_to_geos() -> None:
    index = make_index(make_coverage(6, 400, 10, faults=40))
    lon, lat = draw_points(6, 200_000)
    _, unsure = look_up(index.table, lon, lat)
    assert len(unsure) < 20


def test_the_table_is_certain_of_no_corner_but_inside_an_area_that_comes_before() -> None:
    index = make_index(make_coverage(6, 400, 10, faults=40))
    corners = shapely.get_coordinates(index.geometries)
    found, unsure = look_up(index.table, corners[:, 0], corners[:, 1])
    assert len(unsure) > 0.9 * len(corners)
    certain = np.delete(np.arange(len(corners)), unsure)
    assert len(certain) > 100
    within = shapely.contains_properly(index.geometries[found[certain]], shapely.points(corners[certain]))
    assert within.all()


def test_a_shared_border_goes_to_the_first_area_alone() -> None:
    polygons = make_coverage(3, 36, 5, faults=0)
    corners = np.unique(shapely.get_coordinates(polygons), axis=0)
    owners, reverse = make_index(polygons), make_index(polygons[::-1], np.arange(len(polygons))[::-1])
    found = locate(owners, corners[:, 0], corners[:, 1])
    assert found.tolist() == by_brute_force(owners, corners[:, 0], corners[:, 1])
    other = locate(reverse, corners[:, 0], corners[:, 1])
    assert (other > found).sum() > 200, "in the other order the other neighbour owns the corner"
    assert ((found == NOWHERE) == (other == NOWHERE)).all()


def test_holes_exclaves_and_overlaps() -> None:
    lake = shapely.Polygon(shapely.box(0, 0, 4, 4).exterior.coords, [shapely.box(1, 1, 2, 2).exterior.coords])
    island = shapely.MultiPolygon([shapely.box(1.2, 1.2, 1.4, 1.4), shapely.box(10, 10, 11, 11)])
    overlapping = shapely.box(3, 3, 6, 6)
    index = make_index([lake, island, overlapping], [7, 8, 9])
    lon, lat = [0.5, 1.3, 1.8, 10.5, 3.5, 5, 7, 1, np.nan], [0.5, 1.3, 1.8, 10.5, 3.5, 5, 7, 1.5, 1]
    assert locate(index, lon, lat).tolist() == [7, 8, NOWHERE, 8, 7, 9, NOWHERE, 7, NOWHERE]


def test_areas_far_smaller_than_a_cell_and_far_apart() -> None:
    dots = [shapely.box(x, 10, x + 1e-7, 10 + 1e-7) for x in np.arange(100) * 3e-7]
    index = make_index([*dots, shapely.box(100, 40, 101, 41)])
    assert index.table.asks.any(), "a hundred areas in one cell are not sorted out by looking at all edges"
    lon = np.append(np.repeat(np.arange(100) * 3e-7, 3) + np.tile([0, 5e-8, 2e-7], 100), [100.5, 50])
    lat = np.append(np.full(300, 10 + 5e-8), [40.5, 20])
    found = locate(index, lon, lat)
    assert found.tolist() == by_brute_force(index, lon, lat)
    assert (found == NOWHERE).sum() == 101


def test_one_area_of_very_many_corners_within_few_cells() -> None:
    turn = np.linspace(0, 2 * np.pi, 20_001)[:-1]
    star = shapely.Polygon(
        np.column_stack([np.cos(turn), np.sin(turn)]) * (1 + 0.2 * np.cos(900 * turn))[:, None]
    )
    index = make_index([star])
    rng = np.random.default_rng(1)
    lon, lat = rng.uniform(-1.3, 1.3, (2, 4000))
    assert locate(index, lon, lat).tolist() == by_brute_force(index, lon, lat)


@pytest.mark.parametrize("thin", [1e-9, 1e-13])
def test_a_strip_across_the_country(thin: float) -> None:
    strip = shapely.box(75, 30, 130, 30 + thin)
    slanted = shapely.Polygon([(75, 20), (130, 50), (130, 50 + thin), (75, 20 + thin)])
    index = make_index([strip, slanted])
    lon = np.linspace(74, 131, 500)
    for lat in (np.full(500, 30 + thin / 2), 20 + (lon - 75) * 30 / 55 + thin / 2):
        assert locate(index, lon, lat).tolist() == by_brute_force(index, lon, lat)


@pytest.mark.parametrize("extent", [1e-6, 3e-9, 1e-9, 3e-10])
def test_areas_so_small_that_coordinates_are_rounded_by_parts_of_them(extent: float) -> None:
    # Cells as fine as these areas would like have middles that rounding moves by more than a cell's margin.
    rng = np.random.default_rng(2)
    corners = np.array([119.7, 28.3]) + rng.random((8, 3, 2)) * extent
    index = make_index(list(shapely.polygons(corners)))
    area, corner, along = rng.integers(0, 8, 6000), rng.integers(0, 3, 6000), rng.random((6000, 1))
    on_edges = corners[area, corner] * (1 - along) + corners[area, corner - 1] * along
    lon, lat = (on_edges + rng.normal(0, extent / 1000, on_edges.shape)).T
    assert locate(index, lon, lat).tolist() == by_brute_force(index, lon, lat)


def test_nothing_is_nowhere() -> None:
    empty = make_index([])
    assert locate(empty, [1.0, 2.0], [1.0, 2.0]).tolist() == [NOWHERE, NOWHERE]
    one = make_index([shapely.box(0, 0, 1, 1)], [5])
    assert locate(one, [], []).tolist() == []
    assert locate(make_index([shapely.Polygon()]), [0.0], [0.0]).tolist() == [NOWHERE]
