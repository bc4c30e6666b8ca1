"""The trend of Mann and Kendall equals scipy's tau, its p is honest for short and tied series."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from grid.hotspots.trend import Trend, mann_kendall, mann_kendall_rows

SERIES = st.lists(st.integers(0, 6), min_size=4, max_size=40).filter(lambda values: len(set(values)) > 1)


def _score(values: list[int]) -> int:
    return sum(int(np.sign(later - earlier)) for j, later in enumerate(values) for earlier in values[:j])


@given(SERIES)
def test_equals_scipy_but_for_the_continuity_correction(values: list[int]) -> None:
    trend = mann_kendall(values)
    peer = stats.kendalltau(np.arange(len(values)), values, method="asymptotic")
    assert trend.tau == pytest.approx(peer.statistic, abs=1e-12)
    score = abs(_score(values))
    if score == 0:
        assert trend.p == 1.0
    else:
        # scipy's z is S / sd: from it follows the sd with its correction for ties.
        sd = score / stats.norm.isf(peer.pvalue / 2)
        assert trend.p == pytest.approx(2 * stats.norm.sf((score - 1) / sd), rel=1e-9)


@given(st.permutations(list(range(12))))
def test_is_near_the_exact_test_where_there_are_no_ties(values: list[int]) -> None:
    exact = stats.kendalltau(np.arange(12), values, method="exact").pvalue
    assert mann_kendall(values).p == pytest.approx(exact, abs=0.012)


def test_is_near_the_permutation_distribution_where_there_are_ties() -> None:
    values = [0, 0, 1, 1, 3, 2, 4]
    scores = np.array([_score(list(order)) for order in permutations(values)])
    exact = (np.abs(scores) >= _score(values)).mean()
    assert mann_kendall(values).p == pytest.approx(exact, abs=0.01)


def test_a_table_worked_by_hand() -> None:
    # S of 1 2 3 4 5 is 10, Var = 5·4·15/18 = 16.67, z = 9/4.082 = 2.2045, p = .0275.
    assert mann_kendall([1, 2, 3, 4, 5]) == Trend(1.0, pytest.approx(0.02749, abs=1e-5))
    # Ties: S of 1 1 2 2 is 4; Var = (4·3·13 - 2·(2·1·9))/18 = 6.667; tau-b = 4/√(6·4); z = 3/2.582 = 1.1619.
    assert mann_kendall([1, 1, 2, 2]) == Trend(
        pytest.approx(0.816497, abs=1e-6), pytest.approx(0.24528, abs=1e-5)
    )


@pytest.mark.parametrize("values", [[], [1], [1, 2, 3], [5, 5, 5, 5, 5]])
def test_nothing_is_said_of_too_few_or_of_equal_values(values: list[float]) -> None:
    assert mann_kendall(values) == Trend(None, None)


@given(SERIES)
def test_falls_as_it_rises_when_time_runs_back(values: list[int]) -> None:
    one, other = mann_kendall(values), mann_kendall(values[::-1])
    assert one.tau is not None
    assert other.tau == pytest.approx(-one.tau)
    assert other.p == pytest.approx(one.p)


def test_rows_are_each_as_if_alone() -> None:
    values = np.random.default_rng(5).integers(0, 4, (50, 24))
    values[7] = 3
    rows = mann_kendall_rows(values)
    for row, tau, p in zip(values, rows.tau, rows.p, strict=True):
        alone = mann_kendall(row)
        assert (alone.tau is None) == bool(np.isnan(tau))
        if alone.tau is not None:
            assert (alone.tau, alone.p) == (tau, p)


def test_what_is_no_number_is_refused() -> None:
    with pytest.raises(ValueError, match="not a number"):
        mann_kendall([1, 2, float("nan"), 4])
