"""Outlines of a level: repaired without loss, bordered as brute force says, simplified without gaps."""

from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import Polygon, box

from data.intake.boundaries import outlines
from grid.refusals import Refused


def wiggled_grid(seed: int, side: int, metres: float = 1000.0) -> np.ndarray:
    """Return side × side cells whose shared edges wiggle, each edge drawn once for both neighbours."""
    rng = np.random.default_rng(seed)
    corners = np.stack(np.meshgrid(range(side + 1), range(side + 1), indexing="ij"), -1) * metres
    corners = corners + rng.uniform(-0.15, 0.15, corners.shape) * metres
    edges: dict[tuple, np.ndarray] = {}

    def edge(a, b):
        key = (min(a, b), max(a, b))
        if key not in edges:
            start, end = corners[key[0]], corners[key[1]]
            t = np.linspace(0, 1, 9)[:, None]
            across = np.array([start[1] - end[1], end[0] - start[0]])
            sway = np.r_[0, rng.uniform(-0.04, 0.04, 7), 0][:, None]
            edges[key] = start * (1 - t) + end * t + sway * across
        return edges[key] if key == (a, b) else edges[key][::-1]

    cells = []
    for i in range(side):
        for j in range(side):
            ring = [(i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1), (i, j)]
            cells.append(Polygon(np.vstack([edge(a, b)[:-1] for a, b in pairwise(ring)])))
    return outlines.repair(np.array(cells))


def none_of(cells):
    return np.zeros(len(cells), dtype=bool)


def by_brute_force(cells):
    pairs = {}
    for i in range(len(cells)):
        for j in range(i + 1, len(cells)):
            length = shapely.length(
                shapely.intersection(shapely.boundary(cells[i]), shapely.boundary(cells[j]))
            )
            if length > 0:
                pairs[i, j] = float(length)
    return pairs


def as_dict(borders):
    return {
        (int(a), int(b)): float(m)
        for a, b, m in zip(borders.first, borders.second, borders.length_m, strict=True)
    }


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6), st.integers(2, 4))
def test_borders_of_a_clean_level_equal_brute_force(seed, side):
    cells = wiggled_grid(seed, side)
    borders, faults = outlines.find_borders(cells, none_of(cells))
    assert as_dict(borders) == pytest.approx(by_brute_force(cells))
    assert not faults.gappy.any()
    assert not len(faults.first)


def test_a_level_whose_vertices_do_not_match_is_still_bordered():
    cells = outlines.repair(
        np.array([box(0, 0, 10, 10), box(10, 0, 20, 4), box(10, 4, 20, 10), box(30, 0, 40, 10)])
    )
    borders, faults = outlines.find_borders(cells, none_of(cells))
    assert as_dict(borders) == pytest.approx({(0, 1): 4, (0, 2): 6, (1, 2): 10})
    assert len(faults.first) == 0


def test_gaps_and_overlaps_are_counted_and_measured():
    cells = outlines.repair(
        np.array([box(0, 0, 1000, 1000), box(1005, 0, 2000, 1000), box(1900, 0, 3000, 1000)])
    )
    borders, faults = outlines.find_borders(cells, none_of(cells))
    assert faults.gappy.tolist() == [True, False, False]
    assert (faults.first.tolist(), faults.second.tolist()) == ([1], [2])
    assert shapely.area(faults.common).tolist() == pytest.approx([100_000])
    assert (1, 2) in as_dict(borders)


def test_a_functional_area_borders_what_it_overlaps_and_spoils_no_coverage():
    cells = outlines.repair(
        np.array([box(0, 0, 10, 10), box(10, 0, 20, 10), box(8, 4, 12, 6), box(30, 0, 40, 10)])
    )
    borders, faults = outlines.find_borders(cells, np.array([False, False, True, False]))
    assert set(as_dict(borders)) == {(0, 1), (0, 2), (1, 2)}
    assert not faults.gappy.any()
    assert not len(faults.first)


def test_a_bow_tie_keeps_both_its_halves():
    bow_tie = Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])
    mended = outlines.repair(np.array([bow_tie]))[0]
    assert mended.is_valid
    assert mended.geom_type == "MultiPolygon"
    assert mended.area == pytest.approx(50)


def test_repair_drops_lines_and_keeps_every_polygon_of_a_collection():
    nested = shapely.from_wkt(
        "GEOMETRYCOLLECTION (POINT (0 0), MULTIPOLYGON (((0 0,1 0,1 1,0 0)), ((5 5,6 5,6 6,5 5))), "
        "GEOMETRYCOLLECTION (POLYGON ((9 9,10 9,10 10,9 9)), LINESTRING (0 0,1 1)))"
    )
    mended = outlines.repair(np.array([nested, shapely.from_wkt("LINESTRING (0 0,1 1)"), box(0, 0, 1, 1)]))
    assert [len(each.geoms) for each in mended] == [3, 0, 1]


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10**6))
def test_every_zoom_band_is_a_coverage_in_which_nothing_vanishes(seed):
    cells = wiggled_grid(seed, 5)
    for simple in outlines.simplify_bands(cells, none_of(cells)).values():
        assert shapely.is_valid(simple).all()
        assert not shapely.is_empty(simple).any()
        assert shapely.coverage_is_valid(simple)
        assert shapely.area(simple) == pytest.approx(shapely.area(cells), rel=0.2)


def test_coarser_bands_have_fewer_points_and_small_areas_keep_their_form():
    far = shapely.MultiPolygon([box(200_000, 200_000, 230_000, 230_000)])
    cells = np.append(wiggled_grid(3, 6), far)
    bands = outlines.simplify_bands(cells, none_of(cells))
    points = [shapely.get_num_coordinates(bands[band]).sum() for band in outlines.BANDS]
    assert points[0] <= points[1] <= points[2] <= shapely.get_num_coordinates(cells).sum()
    tiny = outlines.repair(np.array([box(i * 50, 0, i * 50 + 50, 50) for i in range(40)]))
    for simple in outlines.simplify_bands(tiny, none_of(tiny)).values():
        assert shapely.area(simple) == pytest.approx(shapely.area(tiny), rel=0.05)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6))
def test_labels_lie_inside_the_largest_part(seed):
    cells = wiggled_grid(seed, 2)
    two_parts = [shapely.MultiPolygon([*cells[0].geoms, box(9000, 9000, 9010, 9010)]), *cells[1:]]
    labels = outlines.label_points(np.array(two_parts))
    assert shapely.contains(cells, labels).all()


def test_a_label_avoids_a_hole_where_a_centroid_falls_into_it():
    ring = shapely.difference(box(0, 0, 100, 100), box(20, 20, 80, 80))
    label = outlines.label_points(outlines.repair(np.array([ring])))[0]
    assert ring.contains(label)
    assert not ring.contains(ring.centroid)


@pytest.mark.parametrize(
    "text",
    [
        "+init=/etc/passwd:1",
        "/etc/passwd",
        "+proj=longlat +nadgrids=/etc/passwd",
        '{"type": "GeographicCRS"}',
        "EPSG:4549 x",
        "EPSG:999999",
    ],
)
def test_a_reference_system_is_a_code_or_wkt_and_never_something_to_open(text):
    with pytest.raises(Refused, match="crs_unknown"):
        outlines.read_crs(text)


@pytest.mark.parametrize("text", ["EPSG:4549", "OGC:CRS84", "urn:ogc:def:crs:EPSG::4490", 4549])
def test_codes_and_their_wkt_name_one_reference_system(text):
    crs = outlines.read_crs(text)
    assert outlines.read_crs(crs.to_wkt()) == crs
    assert outlines.read_crs(crs.to_wkt("WKT1_ESRI")).is_projected == crs.is_projected
