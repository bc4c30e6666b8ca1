"""Issue sites: DBSCAN as its inventors meant it, the same whatever the order, and never one matter alone."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.cluster import DBSCAN

from grid.hotspots.sites import (
    EPS_M,
    LEAST_MATTERS,
    NO_SITE,
    WIDEST_M,
    dbscan,
    find_sites,
    gather_places,
    site_shape,
)

SEEDS = st.integers(0, 2**32 - 1)
SOME = settings(max_examples=12, deadline=None)


def crowd(seed: int, n: int = 600) -> tuple[np.ndarray, np.ndarray]:
    """Return matters around a few places, some of them the same point, others far and wide."""
    rng = np.random.default_rng(seed)
    centres = rng.uniform(0, 6000, (8, 2))
    at = centres[rng.integers(0, 8, n)] + rng.normal(0, rng.choice([0.0, 5.0, 60.0, 250.0], (n, 1)), (n, 2))
    x, y = np.where(rng.random((n, 1)) < 0.8, at, rng.uniform(0, 6000, (n, 2))).T
    return 500_000 + x, 3_000_000 + y


def partition(labels: np.ndarray) -> set[frozenset[int]]:
    return {frozenset(np.flatnonzero(labels == label).tolist()) for label in set(labels.tolist()) - {NO_SITE}}


@SOME
@given(seed=SEEDS, least=st.integers(2, 40), eps_m=st.sampled_from([40.0, 100.0, 300.0]))
def test_clusters_are_those_of_scikit_learn(seed: int, least: int, eps_m: float) -> None:
    rng = np.random.default_rng(seed)
    xy = np.column_stack(crowd(seed, 300))
    weight = rng.integers(1, 6, len(xy))
    oracle = DBSCAN(eps=eps_m, min_samples=least).fit(xy, sample_weight=weight)
    core = np.zeros(len(xy), dtype=bool)
    core[oracle.core_sample_indices_] = True
    ours = dbscan(xy, weight, least, eps_m)
    assert partition(np.where(core, ours, NO_SITE)) == partition(np.where(core, oracle.labels_, NO_SITE))
    assert ((ours == NO_SITE) == (oracle.labels_ == NO_SITE)).all()
    for border in np.flatnonzero(~core & (ours != NO_SITE)):
        apart = np.hypot(*(xy - xy[border]).T)
        nearest = np.flatnonzero(core)[apart[core].argmin()]
        assert ours[border] == ours[nearest]


@SOME
@given(seed=SEEDS)
def test_the_order_of_matters_is_of_no_account(seed: int) -> None:
    x, y = crowd(seed)
    order = np.random.default_rng(seed).permutation(x.size)
    sites = find_sites(x, y)
    assert (find_sites(x[order], y[order]) == sites[order]).all()


@SOME
@given(seed=SEEDS)
def test_a_site_holds_enough_matters_is_not_wide_and_no_site_is_left_out(seed: int) -> None:
    x, y = crowd(seed)
    sites = find_sites(x, y)
    assert set(sites.tolist()) - {NO_SITE} == set(range(sites.max() + 1))
    places = gather_places(x, y)
    plain = dbscan(places.xy_m, places.weight, LEAST_MATTERS)[places.of_matter]
    assert (plain[sites != NO_SITE] != NO_SITE).all()
    for site in range(sites.max() + 1):
        members = sites == site
        assert members.sum() >= LEAST_MATTERS
        assert site_shape(x[members], y[members]).radius_m <= WIDEST_M + 2 * EPS_M
    for cluster in range(plain.max() + 1):
        members = plain == cluster
        if site_shape(x[members], y[members]).radius_m < WIDEST_M - EPS_M:
            assert len(set(sites[members].tolist())) == 1


def test_a_dense_centre_is_no_site_but_the_places_in_it_are() -> None:
    rng = np.random.default_rng(5)
    x, y = rng.uniform(0, 4000, (2, 8000))
    hot = rng.uniform(500, 3500, (4, 2))
    x = np.concatenate([x, *(rng.normal(each[0], 20, 400) for each in hot)])
    y = np.concatenate([y, *(rng.normal(each[1], 20, 400) for each in hot)])
    sites = find_sites(x, y)
    for number, each in enumerate(hot):
        own = sites[8000 + 400 * number : 8400 + 400 * number]
        site = np.bincount(own[own != NO_SITE]).argmax()
        assert (own == site).mean() > 0.9
        shape = site_shape(x[sites == site], y[sites == site])
        assert np.hypot(shape.x_m - each[0], shape.y_m - each[1]) < 60
        assert shape.radius_m <= WIDEST_M


@pytest.mark.parametrize("n", [0, 1, 4, 5, 500])
def test_identical_coordinates_are_one_place_with_n_matters(n: int) -> None:
    x, y = np.full(n, 500_123.0), np.full(n, 3_000_456.0)
    sites = find_sites(x, y)
    assert sites.shape == (n,)
    assert (sites == (0 if n >= LEAST_MATTERS else NO_SITE)).all()
    if n >= LEAST_MATTERS:
        assert site_shape(x, y).radius_m > 0


def test_matters_without_a_place_are_in_no_site() -> None:
    x = np.array([np.nan, 1.0, 2.0, 3.0, 4.0, 5.0, np.inf])
    y = np.array([1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0])
    assert find_sites(x, y).tolist() == [-1, 0, 0, 0, 0, 0, -1]


def test_matters_far_apart_are_no_site() -> None:
    far = np.arange(1000) * (EPS_M + 25)
    assert (find_sites(far, far) == NO_SITE).all()


def test_a_long_row_of_matters_ends() -> None:
    row = np.repeat(np.arange(400) * 50.0, 3)
    sites = find_sites(row, np.zeros_like(row))
    for site in range(sites.max() + 1):
        assert np.ptp(row[sites == site]) <= 2 * WIDEST_M
