"""Local Moran equals esda's, z and p are those of all sets of neighbours there could be."""

from itertools import combinations

import esda
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grid.hotspots.adjacency import adjacency_of
from grid.hotspots.findings import Cluster
from grid.hotspots.local_moran import local_moran
from tests.domain.neighbourhoods import lattice, scattered, weights

QUADRANTS = {1: Cluster.HIGH_HIGH, 2: Cluster.LOW_HIGH, 3: Cluster.LOW_LOW, 4: Cluster.HIGH_LOW}


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), n=st.integers(5, 60))
def test_equals_esda(seed: int, n: int) -> None:
    rng = np.random.default_rng(seed)
    adjacency = scattered(rng, n, 2 * n)
    values = rng.gamma(2, 2, n)
    peer = esda.Moran_Local(values, weights(adjacency), permutations=0)
    moran = local_moran(values, adjacency, permutations=9, rng=rng)
    borders = adjacency.degrees > 0
    np.testing.assert_allclose(moran.index[borders], peer.Is[borders], atol=1e-9)
    assert [moran.quadrants[at] for at in np.flatnonzero(borders)] == [QUADRANTS[q] for q in peer.q[borders]]
    assert all(moran.quadrants[at] is None for at in np.flatnonzero(~borders))
    assert np.isnan(moran.p[~borders]).all()


def test_z_and_p_are_what_all_sets_of_neighbours_come_to() -> None:
    rng = np.random.default_rng(7)
    adjacency, values = scattered(rng, 10, 16), np.array([0, 1, 1, 2, 3, 3, 5, 8, 13, 21.0])
    moran = local_moran(values, adjacency, permutations=20_000, rng=rng)
    own = values - values.mean()
    for area, degree in enumerate(adjacency.degrees):
        if degree == 0:
            continue
        drawn = np.array([np.mean(few) for few in combinations(np.delete(own, area), degree)])
        indices = 9 * own[area] * drawn / (own @ own)
        assert moran.z[area] == pytest.approx((moran.index[area] - indices.mean()) / indices.std())
        lag = (adjacency.matrix @ own)[area] / degree
        tail = (drawn >= lag - 1e-12) if lag > 0 else (drawn <= lag + 1e-12)
        assert moran.p[area] == pytest.approx(min(2 * tail.mean(), 1), abs=0.025)


@pytest.mark.parametrize("values", [[], [3.0], [1.0, 2.0], [4.0] * 9])
def test_nothing_is_said_where_nothing_can_be(values: list[float]) -> None:
    n = len(values)
    chain = adjacency_of(np.arange(n), np.column_stack([np.arange(n), np.arange(n) + 1]))
    moran = local_moran(np.array(values), chain, permutations=9, rng=np.random.default_rng(1))
    assert np.isnan(moran.index).all()
    assert np.isnan(moran.p).all()
    assert moran.quadrants == (None,) * n


def test_what_stands_out_is_told_from_what_is_alike() -> None:
    values = np.random.default_rng(3).normal(10, 1, 400).reshape(20, 20)
    values[3:7, 3:7] = 30
    values[15, 15] = 30
    moran = local_moran(values.ravel(), lattice(20), permutations=999, rng=np.random.default_rng(4))
    assert moran.quadrants[4 * 20 + 4] is Cluster.HIGH_HIGH
    assert moran.p[4 * 20 + 4] <= 0.01
    assert moran.quadrants[15 * 20 + 15] is Cluster.HIGH_LOW
