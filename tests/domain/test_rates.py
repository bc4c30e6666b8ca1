"""Rates: none without residents; smoothed as by Marshall's estimator in esda and its published figures."""

import libpysal
import numpy as np
import pytest
from esda.smoothing import Empirical_Bayes, assuncao_rate
from hypothesis import given
from hypothesis import strategies as st

from grid.hotspots.rates import (
    LEAST_RESIDENTS,
    PER_RESIDENTS,
    has_rate,
    rates,
    smoothed_rates,
    standardised_rates,
)

PEOPLE = st.lists(st.integers(LEAST_RESIDENTS, 20_000), min_size=1, max_size=40)


def test_reproduces_the_smoothed_homicides_of_st_louis() -> None:
    # The first ten risks that the documentation of esda.smoothing.Empirical_Bayes prints.
    table = np.array(libpysal.io.open(libpysal.examples.get_path("stl_hom.csv"), "r"))
    homicides, people = table[:, 10].astype(float), table[:, 13].astype(float)
    published = [
        2.36718950e-05, 4.54539167e-05, 4.78114019e-05, 2.76907146e-05, 6.58989323e-05,
        3.66494122e-05, 5.79952721e-05, 2.03064590e-05, 3.31152999e-05, 3.02748380e-05,
    ]  # fmt: skip
    found = smoothed_rates(homicides, people)[:10] / PER_RESIDENTS
    assert found.tolist() == pytest.approx(published, rel=1e-7)


@given(PEOPLE, st.integers(0, 2**32 - 1))
def test_equals_esda_where_areas_vary_more_than_by_chance(people: list[int], seed: int) -> None:
    rng, residents = np.random.default_rng(seed), np.array(people, dtype=float)
    counts = rng.poisson(residents * rng.gamma(1, 0.01, len(people)))
    smoothed = smoothed_rates(counts, residents)
    overall = PER_RESIDENTS * counts.sum() / residents.sum()
    crude = rates(counts, residents)
    assert (
        (smoothed >= np.minimum(crude, overall) - 1e-9) & (smoothed <= np.maximum(crude, overall) + 1e-9)
    ).all()
    if counts.any() and not np.allclose(smoothed, overall):
        peer = Empirical_Bayes(counts.astype(float), residents).r.ravel()
        np.testing.assert_allclose(smoothed, PER_RESIDENTS * peer, rtol=1e-8)
        standardised = standardised_rates(counts, residents)
        np.testing.assert_allclose(standardised, assuncao_rate(counts, residents), rtol=1e-8, atol=1e-9)


def test_areas_that_vary_by_chance_have_the_rate_of_all() -> None:
    smoothed = smoothed_rates(np.array([10, 20, 30]), np.array([1000.0, 2000, 3000]))
    assert smoothed.tolist() == pytest.approx([100, 100, 100])


def test_a_rate_of_few_residents_is_drawn_further_than_one_of_many() -> None:
    residents = np.array([200.0, 20_000, 10_000, 10_000])
    counts = np.array([10, 1000, 10, 100])
    smoothed = smoothed_rates(counts, residents)
    assert rates(counts, residents)[0] == rates(counts, residents)[1]
    assert smoothed[0] < smoothed[1] < 500


@pytest.mark.parametrize("residents", [0, -5, 99, float("nan"), float("inf")])
def test_there_is_no_rate_of_nobody_or_of_nobody_knows_how_many(residents: float) -> None:
    people, counts = np.array([residents, 1000.0, 2000.0]), np.array([7, 3, 9])
    for found in (rates(counts, people), smoothed_rates(counts, people), standardised_rates(counts, people)):
        assert np.isnan(found[0])
        assert np.isfinite(found[1:]).all()
    assert has_rate(people).tolist() == [False, True, True]


def test_by_chance_alone_a_standardised_rate_spreads_the_same_whoever_lives_there() -> None:
    rng, people = np.random.default_rng(6), np.repeat([400.0, 20_000], 4000)
    standardised = standardised_rates(rng.poisson(0.02 * people), people)
    assert standardised[:4000].std() == pytest.approx(1, abs=0.05)
    assert standardised[4000:].std() == pytest.approx(1, abs=0.05)


def test_an_area_without_a_rate_does_not_weigh_in_the_others() -> None:
    people, counts = np.array([1000.0, 2000.0, 500]), np.array([3, 90, 1])
    with_stranger = smoothed_rates(np.append(counts, 1000), np.append(people, np.nan))
    np.testing.assert_array_equal(with_stranger[:3], smoothed_rates(counts, people))


def test_layers_are_each_as_if_alone() -> None:
    rng = np.random.default_rng(3)
    people, counts = rng.uniform(50, 3000, 30), rng.poisson(4, (30, 6))
    counts[:, 2] = 0
    together = smoothed_rates(counts, people)
    for layer in range(6):
        np.testing.assert_allclose(together[:, layer], smoothed_rates(counts[:, layer], people), rtol=1e-12)
    assert (together[has_rate(people), 2] == 0).all()


def test_nothing_known_gives_no_rate() -> None:
    assert np.isnan(smoothed_rates(np.array([4, 5]), np.full(2, np.nan))).all()
    assert rates(np.zeros(0, dtype=int), np.zeros(0)).shape == (0,)
