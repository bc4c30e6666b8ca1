"""Findings: what was planted is found, noise is not, and "too few" is an answer to degenerate input."""

from collections import Counter
from dataclasses import fields, replace

import numpy as np
import pytest

from grid.hotspots.adjacency import Neighbourhood, adjacency_of
from grid.hotspots.caveats import Caveat
from grid.hotspots.findings import AreaFinding, Cluster, HotspotClass, Method, Significance
from grid.hotspots.significance import classes, find_significance
from grid.measures import MINIMUM_N
from tests.domain.neighbourhoods import lattice, neighbourhood

SIDE = 20
HOT = {HotspotClass.HOT_90, HotspotClass.HOT_95, HotspotClass.HOT_99}
SILENT = {HotspotClass.TOO_FEW}


def find(
    city: Neighbourhood, counts: np.ndarray, method: Method = Method.GI_STAR, seed: int = 1
) -> Significance:
    rng = np.random.default_rng(seed)
    return find_significance(city, counts.astype(np.int64), method, permutations=999, rng=rng)


def hot(found: Significance) -> set[int]:
    return {row.area_id - 100 for row in found.rows if row.verdict in HOT}


def planted() -> tuple[np.ndarray, set[int]]:
    counts = np.random.default_rng(2).poisson(4, (SIDE, SIDE))
    counts[8:12, 8:12] += 14
    return counts.ravel(), {row * SIDE + column for row in range(8, 12) for column in range(8, 12)}


@pytest.mark.parametrize("method", Method)
def test_what_was_planted_is_found_and_little_else(method: Method) -> None:
    counts, where = planted()
    city = neighbourhood(lattice(SIDE))
    found = hot(find(city, counts, method))
    assert len(found & where) >= 10
    beside = {
        other for one in where for other in np.flatnonzero(city.adjacency.matrix[[one]].toarray()).tolist()
    }
    assert len(found - where - beside) <= 2


@pytest.mark.parametrize("method", Method)
def test_noise_is_not_hot_beyond_the_rate_of_false_discoveries(method: Method) -> None:
    rng, people = np.random.default_rng(9), np.exp(np.linspace(6.5, 10.5, SIDE**2))
    city = neighbourhood(lattice(SIDE), rng.permutation(people))
    alarms = 0
    for _ in range(30):
        found = find(city, rng.poisson(0.01 * city.residents), method)
        alarms += any(row.q is not None and row.q <= 0.05 for row in found.rows)
    # All nulls are true, so that the chance of any discovery is .05 a time: of 30, six are one in 300.
    assert alarms <= 5


def test_a_populous_area_is_not_hot_where_residents_are_known() -> None:
    people = np.full((SIDE, SIDE), 2000.0)
    people[8:12, 8:12] = 12_000
    counts = np.random.default_rng(2).poisson(people.ravel() * 0.01)
    assert len(hot(find(neighbourhood(lattice(SIDE)), counts))) >= 12
    by_rate = find(neighbourhood(lattice(SIDE), people.ravel()), counts)
    assert hot(by_rate) & set(np.flatnonzero(people.ravel() > 2000)) == set()
    assert by_rate.parameters["value"] == "standardised_rate"
    assert Caveat.COUNTS_NOT_RATES not in by_rate.caveats


def test_counts_are_tested_with_a_caveat_where_residents_are_mostly_unknown() -> None:
    counts, _ = planted()
    people = np.full(SIDE**2, 1500.0)
    people[:41] = np.nan
    found = find(neighbourhood(lattice(SIDE), people), counts)
    assert found.parameters["value"] == "count"
    assert Caveat.COUNTS_NOT_RATES in found.caveats
    assert found.rows[0].rate is None
    assert found.rows[0].verdict not in SILENT
    assert found.rows[50].rate == pytest.approx(10_000 * counts[50] / 1500)


@pytest.mark.parametrize("unknown", [0.0, np.nan, 99.0])
@pytest.mark.parametrize("method", Method)
def test_an_area_of_unknown_residents_is_too_few_and_leaves_the_others_alone(
    unknown: float, method: Method
) -> None:
    counts, _ = planted()
    people = np.full(SIDE**2, 1500.0)
    people[[0, 210]] = unknown
    found = find(neighbourhood(lattice(SIDE), people), counts, method)
    assert [row.area_id - 100 for row in found.rows if row.verdict in SILENT] == [0, 210]
    assert Caveat.RESIDENTS_UNKNOWN in found.caveats
    row = found.rows[210]
    assert (row.count, row.rate, row.smoothed, row.z, row.p, row.q) == (int(counts[210]), *[None] * 5)
    assert found.n == counts.sum()


@pytest.mark.parametrize("method", Method)
def test_islands_are_too_few_and_named(method: Method) -> None:
    counts, _ = planted()
    pairs = np.argwhere(lattice(SIDE).matrix.toarray())
    city = neighbourhood(adjacency_of(np.arange(SIDE**2), pairs[~np.isin(pairs, [210, 399]).any(axis=1)]))
    found = find(city, counts, method)
    assert [row.area_id - 100 for row in found.rows if row.verdict in SILENT] == [210, 399]
    assert Caveat.ISLANDS in found.caveats
    if method is Method.LOCAL_MORAN:
        assert found.rows[210].cluster is Cluster.TOO_FEW


@pytest.mark.parametrize("method", Method)
@pytest.mark.parametrize(
    ("counts", "caveat"),
    [
        (np.zeros(400), Caveat.FEW_MATTERS),
        (np.eye(1, 400, 7).ravel(), Caveat.FEW_MATTERS),
        (np.eye(1, 400, 7).ravel() * (MINIMUM_N - 1), Caveat.FEW_MATTERS),
        (np.full(400, 3), Caveat.ALL_ALIKE),
    ],
)
@pytest.mark.parametrize("people", [np.nan, 0.0])
def test_degenerate_counts_say_nothing_of_any_area(
    method: Method, counts: np.ndarray, caveat: Caveat, people: float
) -> None:
    found = find(neighbourhood(lattice(20), people), counts, method)
    assert {row.verdict for row in found.rows} == SILENT
    assert {(row.z, row.p, row.q, row.smoothed) for row in found.rows} == {(None,) * 4}
    assert caveat in found.caveats
    assert found.n == counts.sum()


@pytest.mark.parametrize("method", Method)
@pytest.mark.parametrize("side", [0, 1, 2])
def test_few_areas_say_nothing(method: Method, side: int) -> None:
    found = find(neighbourhood(lattice(side), 5000.0), np.arange(side**2) * 30, method)
    assert len(found.rows) == side**2
    assert {row.verdict for row in found.rows} <= SILENT
    assert Caveat.FEW_AREAS in found.caveats


def test_all_in_one_area_is_hot_there_or_nowhere_else() -> None:
    counts = np.eye(1, 400, 210).ravel() * 500
    for method in Method:
        assert hot(find(neighbourhood(lattice(20)), counts, method)) <= {210, 209, 211, 190, 230}


def test_findings_are_stable_under_seeds_and_the_same_for_the_same() -> None:
    counts, _ = planted()
    city = neighbourhood(lattice(SIDE), np.random.default_rng(5).uniform(500, 3000, SIDE**2))
    for method in (Method.GI_STAR_PERMUTED, Method.LOCAL_MORAN):
        one, again, other = (find(city, counts, method, seed) for seed in (1, 1, 2))
        assert one == again
        same = sum(a.verdict is b.verdict for a, b in zip(one.rows, other.rows, strict=True))
        assert same / len(one.rows) >= 0.97


def test_the_order_of_the_areas_does_not_matter() -> None:
    counts, _ = planted()
    order = np.random.default_rng(3).permutation(SIDE**2)
    pairs, people = (
        np.argwhere(lattice(SIDE).matrix.toarray()),
        np.random.default_rng(4).uniform(300, 900, 400),
    )
    straight = neighbourhood(lattice(SIDE), people)
    mixed = Neighbourhood(
        straight.level, order + 100, people[order], straight.inside, adjacency_of(order, pairs), None
    )
    one, other = find(straight, counts), find(mixed, counts[order])
    of_area = {row.area_id: row for row in other.rows}
    for row in one.rows:
        for field in fields(AreaFinding):
            there = getattr(of_area[row.area_id], field.name)
            assert there == getattr(row, field.name) or there == pytest.approx(
                getattr(row, field.name), abs=1e-9
            )


@pytest.mark.parametrize("people", [np.nan, 1500.0])
def test_within_a_part_of_the_city_its_areas_are_compared_with_each_other_alone(people: float) -> None:
    counts, _ = planted()
    part = np.arange(SIDE**2) // SIDE < 7
    pairs = np.argwhere(lattice(SIDE).matrix.toarray())
    city = replace(neighbourhood(lattice(SIDE), people), inside=part)
    alone = neighbourhood(adjacency_of(np.arange(part.sum()), pairs), people)
    found, apart = find(city, np.where(part, counts, 0)), find(alone, counts[part])
    assert [row for row in found.rows if row.verdict not in SILENT] == list(apart.rows)
    assert [row.area_id - 100 for row in found.rows if row.verdict in SILENT] == np.flatnonzero(
        ~part
    ).tolist()
    assert (Caveat.PART_OF_CITY in found.caveats, Caveat.RESIDENTS_UNKNOWN in found.caveats) == (True, False)


def test_each_class_is_told_by_q_and_the_sign_of_z() -> None:
    q = np.array([0.01, 0.05, 0.1, 0.100001, 0.01, 0.050001, 0.1, np.nan])
    z = np.array([4, 3, 2, 2, -4, -2, -2, np.nan])
    assert [one.value for one in classes(z, q)] == [
        "hot_99", "hot_95", "hot_90", "not_significant", "cold_99", "cold_90", "cold_90", "too_few",
    ]  # fmt: skip


def test_permutation_and_analysis_are_both_shown() -> None:
    counts, _ = planted()
    skewed = counts**3
    analytic = find(neighbourhood(lattice(SIDE)), skewed)
    permuted = find(neighbourhood(lattice(SIDE)), skewed, Method.GI_STAR_PERMUTED)
    differ = sum(a.verdict is not b.verdict for a, b in zip(analytic.rows, permuted.rows, strict=True))
    assert permuted.parameters["differ_from_analytic"] == differ
    assert [row.z for row in permuted.rows] == [row.z for row in analytic.rows]
    assert Caveat.SKEWED_COUNTS in analytic.caveats
    assert Caveat.PERMUTATIONS_COARSE in permuted.caveats
    assert permuted.parameters["permutations"] == 999


def test_what_stands_out_is_neither_hot_nor_cold() -> None:
    counts = np.random.default_rng(3).poisson(10, (SIDE, SIDE))
    counts[3:8, 3:8] += 30
    counts[5, 5] = 0
    found = find(neighbourhood(lattice(SIDE)), counts.ravel(), Method.LOCAL_MORAN)
    row = found.rows[5 * SIDE + 5]
    assert (row.cluster, row.verdict) == (Cluster.LOW_HIGH, HotspotClass.NOT_SIGNIFICANT)
    kinds = Counter((row.cluster, row.verdict.value.split("_")[0]) for row in found.rows)
    assert kinds[Cluster.HIGH_HIGH, "hot"] >= 15
    assert not kinds[Cluster.HIGH_HIGH, "cold"]
