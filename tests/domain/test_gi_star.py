"""Gi* equals esda's and the figures that PySAL publishes; z depends on neither order, unit nor offset."""

import esda
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grid.hotspots.adjacency import adjacency_of
from grid.hotspots.gi_star import gi_star, two_sided_p
from tests.domain.neighbourhoods import lattice, scattered, weights

SEEDS = st.integers(0, 2**32 - 1)


@settings(max_examples=25, deadline=None)
@given(seed=SEEDS, n=st.integers(5, 60))
def test_equals_esda(seed: int, n: int) -> None:
    rng = np.random.default_rng(seed)
    adjacency = scattered(rng, n, 2 * n)
    values = rng.poisson(3, n) + rng.random(n)
    peer = esda.G_Local(values, weights(adjacency), transform="B", star=True, permutations=0)
    said = adjacency.degrees + 1 < n
    z = gi_star(values, adjacency)
    np.testing.assert_allclose(z[said], peer.Zs[said], rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(two_sided_p(z)[said], 2 * peer.p_norm[said], rtol=1e-6)
    assert np.isnan(z[~said]).all()


def test_reproduces_what_pysal_publishes() -> None:
    # esda.G_Local, example "Applying Getis and Ord local G* test using a binary weights object".
    points = np.array([(10, 10), (20, 10), (40, 10), (15, 20), (30, 20), (30, 30)])
    apart = np.hypot(*(points[:, None] - points).transpose(2, 0, 1))
    adjacency = adjacency_of(np.arange(6), np.argwhere(apart <= 15))
    z = gi_star(np.array([2, 3, 3.2, 5, 8, 7]), adjacency)
    published = [-1.39727626, -0.28917762, 0.65064964, -0.28917762, 1.23452088, 2.02424331]
    assert z.tolist() == pytest.approx(published, abs=1e-8)


@settings(max_examples=30, deadline=None)
@given(seed=SEEDS, scale=st.floats(1e-3, 1e6), offset=st.floats(-1e4, 1e4))
def test_does_not_depend_on_order_unit_or_offset(seed: int, scale: float, offset: float) -> None:
    rng = np.random.default_rng(seed)
    borders = rng.integers(0, 40, (90, 2))
    values, order = rng.poisson(2, 40).astype(float), rng.permutation(40)
    z = gi_star(values, adjacency_of(np.arange(40), borders))
    moved = gi_star(values[order], adjacency_of(order, borders[::-1, ::-1]))
    np.testing.assert_allclose(moved, z[order], atol=1e-9)
    scaled = gi_star(scale * values + offset, adjacency_of(np.arange(40), borders))
    np.testing.assert_allclose(scaled, z, atol=1e-4 * (1 + abs(offset) / scale / 1e4))


def test_layers_are_each_as_if_alone() -> None:
    rng = np.random.default_rng(2)
    adjacency = lattice(12)
    values = rng.poisson(2, (144, 7)).astype(float)
    values[:, 3] = 0.1
    together = gi_star(values, adjacency)
    for layer in range(7):
        np.testing.assert_allclose(together[:, layer], gi_star(values[:, layer], adjacency), rtol=1e-9)
    assert np.isnan(together[:, 3]).all()
    assert not np.isnan(np.delete(together, 3, axis=1)).any()


@pytest.mark.parametrize("value", [0, 7, 0.1])
def test_nothing_is_said_of_values_that_are_all_the_same(value: float) -> None:
    assert np.isnan(gi_star(np.full(25, value), lattice(5))).all()


def test_nothing_is_said_of_one_area_or_of_none() -> None:
    assert np.isnan(gi_star(np.array([5.0]), lattice(1))).all()
    assert gi_star(np.zeros(0), adjacency_of(np.arange(0), np.empty((0, 2), dtype=int))).shape == (0,)
    assert gi_star(np.zeros((0, 4)), adjacency_of(np.arange(0), np.empty((0, 2), dtype=int))).shape == (0, 4)


def test_an_island_is_compared_by_itself() -> None:
    values = np.array([9.0, 1, 2, 3, 2, 1])
    adjacency = adjacency_of(np.arange(6), np.array([(1, 2), (2, 3), (3, 4), (4, 5)]))
    assert adjacency.degrees.tolist() == [0, 1, 2, 2, 2, 1]
    assert gi_star(values, adjacency)[0] == pytest.approx((9 - values.mean()) / values.std())


def test_hot_is_where_it_was_planted() -> None:
    values = np.random.default_rng(4).poisson(3, 400).astype(float).reshape(20, 20)
    values[5:8, 11:14] += 12
    assert np.argmax(gi_star(values.ravel(), lattice(20))) == 6 * 20 + 12
