"""The demo's outlines never cross and never leave gaps, whatever the cells, the labels and the noise."""

import numpy as np
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.spatial import Voronoi

from data.demo.divide import OUTSIDE, divide, grow, share_out
from data.demo.mesh import Mesh, find_hearts, neighbour_graph
from data.demo.outlines import draw_pieces, outline


def small_mesh(rng: np.random.Generator, cells: int) -> Mesh:
    """Cells of unrelaxed sites, as ugly as they come; land is what lies well inside."""
    sites = rng.uniform(-20_000, 20_000, (cells, 2))
    diagram = Voronoi(sites)
    ridge_corners = np.array(diagram.ridge_vertices)
    finite = (ridge_corners >= 0).all(axis=1)
    is_open = np.isin(np.arange(cells), diagram.ridge_points[~finite])
    beside_open = np.isin(np.arange(cells), diagram.ridge_points[is_open[diagram.ridge_points].any(axis=1)])
    ridge_cells, ridge_corners = diagram.ridge_points[finite].astype(np.int64), ridge_corners[finite]
    return Mesh(
        sites=sites,
        hearts=find_hearts(cells, diagram.vertices[ridge_corners], ridge_cells),
        corners=diagram.vertices,
        ridge_cells=ridge_cells,
        ridge_corners=ridge_corners.astype(np.int64),
        is_land=~beside_open & (np.hypot(*sites.T) < 16_000),
        is_lake=np.zeros(cells, dtype=bool),
    )


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), cells=st.integers(60, 400), labels=st.integers(1, 30))
def test_any_labelling_gives_a_coverage_without_gaps(seed: int, cells: int, labels: int) -> None:
    rng = np.random.default_rng(seed)
    mesh = small_mesh(rng, cells)
    fine = np.where(mesh.is_land, rng.integers(0, labels, cells), OUTSIDE)
    used, numbered = np.unique(fine[fine != OUTSIDE], return_inverse=True)
    fine[fine != OUTSIDE] = numbered
    pieces = draw_pieces(mesh, fine, rng)
    areas = outline(pieces, fine, len(used))
    assert shapely.is_valid(areas).all()
    assert shapely.coverage_is_valid(areas)
    whole = outline(pieces, np.where(fine == OUTSIDE, OUTSIDE, 0), 1)[0]
    assert whole.is_valid
    assert shapely.area(areas).sum() == pytest.approx(whole.area, rel=1e-9)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_coarser_areas_are_exactly_made_of_finer_ones(seed: int) -> None:
    rng = np.random.default_rng(seed)
    mesh = small_mesh(rng, 300)
    fine = np.where(mesh.is_land, np.arange(300) % 40, OUTSIDE)
    coarse = np.where(fine == OUTSIDE, OUTSIDE, fine % 5)
    pieces = draw_pieces(mesh, fine, rng)
    children, parents = outline(pieces, fine, 40), outline(pieces, coarse, 5)
    for number, parent in enumerate(parents):
        mine = np.array(
            [child for row, child in enumerate(children) if row % 5 == number and child is not None]
        )
        assert shapely.coverage_union_all(mine).equals(parent)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), count=st.integers(1, 12))
def test_division_fills_its_parents_with_connected_children(seed: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    mesh = small_mesh(rng, 400)
    graph = neighbour_graph(mesh, rng.random(400), 1.5)
    cells = np.flatnonzero(mesh.is_land)
    parents = grow(graph, mesh.sites, np.where(mesh.is_land, 0, OUTSIDE), cells[[0, len(cells) // 2]])
    assume((np.bincount(parents[cells], minlength=2) >= [count, 3]).all())
    children, parent_of = divide(graph, mesh.sites, parents, np.array([count, 3]), rng)
    assert ((children == OUTSIDE) == (parents == OUTSIDE)).all()
    assert (parent_of[children[cells]] == parents[cells]).all()
    assert np.unique(children[cells]).size == count + 3
    pieces = draw_pieces(mesh, children, rng)
    parts = shapely.get_num_geometries(outline(pieces, children, count + 3))
    stray = shapely.get_num_geometries(outline(pieces, np.where(mesh.is_land, 0, OUTSIDE), 1)[0]) - 1
    assert parts.sum() <= count + 3 + 2 * stray


@given(
    total=st.integers(0, 5_000),
    weights=st.lists(st.floats(0.01, 1e6), min_size=1, max_size=60),
    least=st.integers(0, 3),
)
def test_shares_add_up_and_keep_the_least(total: int, weights: list[float], least: int) -> None:
    total += least * len(weights)
    shares = share_out(total, np.array(weights), least)
    assert shares.sum() == total
    assert shares.min() >= least
