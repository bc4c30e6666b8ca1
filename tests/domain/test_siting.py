"""Siting against brute force: bounds are never beaten, choices keep their rules, degenerate input is sane."""

from __future__ import annotations

from itertools import combinations
from math import e

import numpy as np
import pytest

from grid.siting.accessibility import two_step
from grid.siting.coverage import Cover, cover_of, cover_within
from grid.siting.greedy import choose_greedily
from grid.siting.mclp import solve_mclp
from grid.siting.p_median import solve_p_median, weigh_ways
from grid.siting.reducing import reduce_model
from grid.siting.saturation import order_by_gain, saturation_curve
from grid.siting.swapping import covered_by

SEEDS = range(120)


def instance(seed: int) -> tuple[Cover, np.ndarray, np.ndarray, int]:
    """Return a cover, weights (some zero), what is met already, and how many sites are wanted."""
    rng = np.random.default_rng(seed)
    size, sites = int(rng.integers(0, 14)), int(rng.integers(0, 10))
    # A coarse lattice: places coincide and distances tie with the radius.
    demands = rng.integers(0, 6, (size, 2)).astype(float)
    cover = cover_within(
        demands, rng.integers(0, 6, (sites, 2)).astype(float), float(rng.choice([0.0, 1.0, 2.0, 9.0]))
    )
    weights = rng.integers(0, 5, size) * int(rng.choice([1, 1000]))
    return (
        cover,
        weights.astype(np.int64),
        rng.random(size) < rng.choice([0.0, 0.3, 1.0]),
        int(rng.integers(0, 12)),
    )


def best_cover(cover: Cover, weights: np.ndarray, met: np.ndarray, most: int) -> int:
    covers = [set(cover.of(site).tolist()) | set(np.flatnonzero(met).tolist()) for site in range(cover.sites)]
    start = set(np.flatnonzero(met).tolist())
    chosen = combinations(range(cover.sites), min(most, cover.sites))
    return max(int(weights[sorted(start.union(*(covers[s] for s in one)))].sum()) for one in chosen)


@pytest.mark.parametrize("seed", SEEDS)
def test_coverage_is_proven_and_no_bound_is_beaten(seed: int) -> None:
    cover, weights, met, most = instance(seed)
    best = best_cover(cover, weights, met, most)
    steps = list(solve_mclp(cover, weights, most, met, seconds=5))
    for step in steps:
        assert step.bound >= best >= step.covered
        assert len(set(step.sites)) == len(step.sites) <= most
        merged = met.copy()
        for site in step.sites:
            merged[cover.of(site)] = True
        assert step.covered == weights[merged].sum(), "what existing points cover is not lost"
    assert steps[-1].covered == steps[-1].bound == best
    assert [step.bound for step in steps] == sorted((step.bound for step in steps), reverse=True)


@pytest.mark.parametrize("seed", SEEDS)
def test_greedy_keeps_its_promise_and_its_bounds_hold_for_every_number(seed: int) -> None:
    cover, weights, met, most = instance(seed)
    picks = choose_greedily(cover, weights, most, met)
    already = int(weights[met].sum())
    for count in range(most + 1):
        best = best_cover(cover, weights, met, count)
        assert picks.bounds[count] >= best
        gained = sum(picks.gains[:count])
        assert gained >= (1 - 1 / e) * (best - already) - 1e-9
    assert list(picks.gains) == sorted(picks.gains, reverse=True)
    assert 0 not in picks.gains


@pytest.mark.parametrize("seed", SEEDS)
def test_a_reduced_model_has_the_same_best(seed: int) -> None:
    cover, weights, met, most = instance(seed)
    reduced = reduce_model(cover, weights, met)
    nothing = np.zeros(reduced.cover.size, dtype=bool)
    best = best_cover(reduced.cover, reduced.weights, nothing, most) if reduced.cover.sites else 0
    assert best + weights[met].sum() == best_cover(cover, weights, met, most)


def exact_median(costs: np.ndarray, first: np.ndarray, most: int) -> float:
    chosen = combinations(range(costs.shape[1]), min(most, costs.shape[1]))
    return min(
        float(np.minimum(first, costs[:, list(one)].min(axis=1, initial=np.inf)).sum()) for one in chosen
    )


@pytest.mark.parametrize("seed", range(100))
def test_the_median_is_never_below_its_bound_nor_the_bound_above_the_best(seed: int) -> None:
    rng = np.random.default_rng(seed)
    size, sites, most = int(rng.integers(0, 12)), int(rng.integers(0, 9)), int(rng.integers(0, 10))
    ways = rng.integers(0, 20, (size, sites)).astype(float)
    ways[rng.random(ways.shape) < 0.2] = np.inf
    first = np.where(rng.random(size) < 0.5, np.inf, rng.integers(0, 20, size))
    costs, start = weigh_ways(ways, first, rng.integers(0, 5, size), 50.0)
    best = exact_median(costs, start, most)
    for step in solve_p_median(costs, start, most, seconds=0.02):
        assert step.bound <= best + 1e-6 * max(1.0, best)
        assert step.cost >= best - 1e-6
        assert len(set(step.sites)) == len(step.sites) <= most
        opened = costs[:, list(step.sites)].min(axis=1, initial=np.inf)
        assert step.cost == pytest.approx(float(np.minimum(start, opened).sum()))


def test_the_median_of_a_line_is_found_and_nearly_proven() -> None:
    x = np.arange(60.0)
    costs, first = weigh_ways(np.abs(x[:, None] - x), np.full(60, np.inf), np.ones(60, dtype=int), 1000.0)
    *_, last = solve_p_median(costs, first, 6, seconds=2)
    assert last.cost == 6 * (4 + 4 + 3 + 3 + 2 + 2 + 1 + 1 + 5)
    assert last.gap < 0.02


@pytest.mark.parametrize("radius", [0.0, 1.0, 2.5])
def test_reach_is_that_of_a_plain_loop_the_radius_included(radius: float) -> None:
    rng = np.random.default_rng(5)
    demands, sites = rng.integers(0, 5, (40, 2)).astype(float), rng.integers(0, 5, (30, 2)).astype(float)
    cover = cover_within(demands, sites, radius)
    for place, site in enumerate(sites):
        near = [at for at, one in enumerate(demands) if np.hypot(*(one - site)) <= radius]
        assert cover.of(place).tolist() == near


def test_places_that_coincide_are_all_covered_at_no_distance() -> None:
    spot = np.zeros((3, 2))
    assert cover_within(spot, spot[:2], 0.0).matrix().toarray().tolist() == [[1, 1, 1], [1, 1, 1]]


def test_who_is_in_no_table_row_is_reached_from_nowhere() -> None:
    cover = cover_of(np.array([0, 0, 1]), np.array([0, 0, 1]), (2, 4))
    weights = np.array([5, 3, 7, 7])
    *_, last = solve_mclp(cover, weights, 10)
    assert (last.covered, last.bound, set(last.sites)) == (8, 8, {0, 1})
    assert cover.reached().tolist() == [True, True, False, False]


@pytest.mark.parametrize("shape", [(0, 0), (0, 3), (3, 0)])
def test_without_sites_or_without_demand_nothing_is_chosen(shape: tuple[int, int]) -> None:
    nothing = np.zeros(0, dtype=np.int64)
    cover, weights = cover_of(nothing, nothing, shape), np.ones(shape[1], dtype=np.int64)
    assert [(step.sites, step.covered) for step in solve_mclp(cover, weights, 5)] == [((), 0)]
    *_, median = solve_p_median(np.zeros((shape[1], shape[0])), np.full(shape[1], 4.0), 2)
    assert (median.cost, median.bound) == (4.0 * shape[1], 4.0 * shape[1]) or median.cost == 0.0
    assert two_step(cover, np.ones(shape[0]), np.ones(shape[1])).tolist() == [0.0] * shape[1]


@pytest.mark.parametrize("seed", range(20))
def test_accessibility_is_that_of_plain_loops_and_gives_away_no_more_than_there_is(seed: int) -> None:
    rng = np.random.default_rng(seed)
    demands, sites = rng.uniform(0, 9, (30, 2)), rng.uniform(0, 9, (12, 2))
    people, agents = rng.integers(0, 50, 30).astype(float), rng.integers(0, 4, 12).astype(float)
    cover = cover_within(demands, sites, 2.0)
    near = np.hypot(*(demands[:, None] - sites[None]).transpose(2, 0, 1)) <= 2.0
    wanted = np.zeros(30)
    for site in range(12):
        served = sum(people[at] for at in range(30) if near[at, site])
        for at in range(30):
            if near[at, site] and served:
                wanted[at] += agents[site] / served
    found = two_step(cover, agents, people)
    assert found == pytest.approx(wanted, abs=1e-12)
    reaching = [site for site in range(12) if people[near[:, site]].sum() > 0]
    assert float(found @ people) == pytest.approx(float(agents[reaching].sum()))


def test_the_curve_rises_less_and_less_and_stays_below_its_bounds() -> None:
    rng = np.random.default_rng(3)
    cover = cover_within(rng.uniform(0, 9, (80, 2)), rng.uniform(0, 9, (40, 2)), 1.2)
    weights = rng.integers(1, 9, 80)
    curve = saturation_curve(cover, weights, 50)
    steps = np.diff(curve.covered)
    assert len(curve.covered) == len(curve.bounds) == 51
    assert (steps >= 0).all()
    assert (np.diff(steps) <= 0).all()
    assert all(low <= high for low, high in zip(curve.covered, curve.bounds, strict=True))
    assert (np.diff(curve.bounds) >= 0).all()
    assert curve.covered[curve.saturated_at] == curve.covered[-1]


def test_chosen_sites_are_ordered_by_what_each_adds_to_those_before() -> None:
    cover = cover_of(np.array([0, 1, 1, 2, 2, 2]), np.array([0, 0, 1, 1, 2, 3]), (3, 4))
    weights, met = np.array([1, 1, 1, 1]), np.array([False, False, False, True])
    order, gains = order_by_gain(cover, weights, (0, 1, 2), met)
    assert (order.tolist(), gains.tolist()) == ([1, 2, 0], [2, 1, 0])
    assert gains.sum() == covered_by(cover, np.where(met, 0, weights), [0, 1, 2])


@pytest.mark.parametrize(
    "weights", [np.array([1.5, 2.0]), np.array([-1, 2]), np.array([1]), np.array([[1, 2]])]
)
def test_weights_that_would_break_a_proof_are_refused(weights: np.ndarray) -> None:
    cover = cover_of(np.array([0]), np.array([0]), (1, 2))
    with pytest.raises(ValueError, match="whole"):
        choose_greedily(cover, weights, 1)
    with pytest.raises(ValueError, match="number of sites"):
        choose_greedily(cover, np.array([1, 2]), -1)
