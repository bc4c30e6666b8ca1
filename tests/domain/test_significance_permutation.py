"""Permuted tails: those of all sets of neighbours there could be, and the same for the same seed."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grid.hotspots.adjacency import adjacency_of
from grid.hotspots.permutation import neighbour_tails
from tests.domain.neighbourhoods import lattice, scattered


def test_draws_are_those_of_all_sets_of_others() -> None:
    # Nine areas: all sets of as many others can be listed, ties included. An area never draws itself.
    rng = np.random.default_rng(8)
    adjacency = scattered(rng, 9, 14)
    values = np.array([0, 0, 1, 1, 2, 3, 5, 8, 13.0])
    many = 40_000
    tails = neighbour_tails(values, adjacency, permutations=many, rng=rng)
    for area, degree in enumerate(adjacency.degrees):
        others = np.delete(values, area)
        sums = np.array([sum(drawn) for drawn in combinations(others, degree)])
        observed = (adjacency.matrix @ values)[area]
        assert tails.higher[area] / many == pytest.approx((sums >= observed).mean(), abs=0.012)
        assert tails.lower[area] / many == pytest.approx((sums <= observed).mean(), abs=0.012)


def test_seeds_give_the_same_findings_and_the_same_seed_the_same_numbers() -> None:
    adjacency = lattice(25)
    values = np.random.default_rng(1).poisson(2, 625).astype(float)
    values[:50] += 6

    def p(seed: int) -> np.ndarray:
        tails = neighbour_tails(values, adjacency, permutations=999, rng=np.random.default_rng(seed))
        return tails.p(np.ones(625))

    np.testing.assert_array_equal(p(3), p(3))
    assert ((p(3) <= 0.05) == (p(4) <= 0.05)).mean() > 0.97


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), permutations=st.integers(1, 50), n=st.integers(1, 30))
def test_every_draw_is_high_or_low_and_none_is_missed(seed: int, permutations: int, n: int) -> None:
    rng = np.random.default_rng(seed)
    adjacency = scattered(rng, n, int(rng.integers(0, 4 * n)))
    values = rng.integers(0, 3, n).astype(float)
    tails = neighbour_tails(values, adjacency, permutations=permutations, rng=rng)
    assert (tails.higher + tails.lower >= permutations).all()
    assert (np.maximum(tails.higher, tails.lower) <= permutations).all()
    assert (tails.p(rng.normal(size=n)) >= 2 / (permutations + 1) - 1e-12).all()
    alone = adjacency.degrees == 0
    assert (tails.higher[alone] == permutations).all()
    assert (tails.p(np.ones(n))[alone] == 1).all()


def test_equal_sums_are_ties_in_any_unit() -> None:
    # 0.1 added up in another order is another float: rounding must not decide between equal sums.
    values = np.tile([0.1, 0.2, 0.3], 12)
    adjacency = lattice(6)
    tenths, whole = (
        neighbour_tails(unit, adjacency, permutations=199, rng=np.random.default_rng(6))
        for unit in (values, np.rint(values * 10))
    )
    np.testing.assert_array_equal(tenths.higher, whole.higher)
    np.testing.assert_array_equal(tenths.lower, whole.lower)


def test_p_is_uniform_where_nothing_is_hot() -> None:
    rng = np.random.default_rng(12)
    adjacency = lattice(40)
    tails = neighbour_tails(rng.normal(size=1600), adjacency, permutations=999, rng=rng)
    higher = (tails.higher + 1) / 1000
    assert np.quantile(higher, [0.1, 0.5, 0.9]) == pytest.approx([0.1, 0.5, 0.9], abs=0.04)


def test_a_tail_against_the_direction_asked_for_is_not_significant() -> None:
    # A giant among the lowest: its neighbours are surely low, which does not make it surely hot.
    values = np.full(100, 5.0) + np.random.default_rng(3).random(100)
    values[[44, 46, 35, 55]], values[45] = 0, 80
    tails = neighbour_tails(values, lattice(10), permutations=999, rng=np.random.default_rng(3))
    assert tails.p(np.full(100, -1.0))[45] < 0.01
    assert tails.p(np.full(100, 1.0))[45] == 1


def test_no_areas_have_no_tails() -> None:
    nobody = adjacency_of(np.arange(0), np.empty((0, 2), dtype=int))
    assert neighbour_tails(np.zeros(0), nobody, permutations=9, rng=np.random.default_rng()).higher.size == 0
