"""Density from counts by cell: equals direct sums, ends at the border, is silent where nothing is known."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Transformer
from scipy import ndimage

from grid.density_frame import CRS, DensityFrame
from grid.hotspots.density_adaptive import adapted_bandwidths, class_shares
from grid.hotspots.density_bins import LINEAR_VARIANCE, Cells, bin_linearly, bin_nearest, bin_plainly
from grid.hotspots.density_ground import DensityGround, density_ground
from grid.hotspots.density_surfaces import (
    LEAST_RESIDENTS,
    Smoothing,
    bandwidth_range_m,
    surface_of_bins,
)
from grid.refusals import Refused

ROWS, COLS = 180, 240
FRAME = DensityFrame((500_000.0, 3_000_000.0, 524_000.0, 3_018_000.0), 1000.0, 4546)
CELLS = Cells(FRAME.bounds_m, (ROWS, COLS))
SEEDS = st.integers(0, 2**32 - 1)
LOOSE = settings(max_examples=5, deadline=None)


def points(seed: int, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Return points, most of them around three centres, all well inside the frame."""
    rng = np.random.default_rng(seed)
    centres = rng.uniform((506_000, 3_006_000), (518_000, 3_012_000), (3, 2))
    at = centres[rng.integers(0, 3, n)] + rng.normal(0, rng.uniform(300, 1500), (n, 2))
    x, y = np.where(
        rng.random((n, 1)) < 0.7, at, rng.uniform((501_000, 3_001_000), (523_000, 3_017_000), (n, 2))
    ).T
    return np.clip(x, 500_200, 523_800), np.clip(y, 3_000_200, 3_017_800)


def direct_sum(x: np.ndarray, y: np.ndarray, bandwidth_m: np.ndarray | float) -> np.ndarray:
    """Return the sum of Gaussians at the cells' centres, per km²."""
    west, south, _, _ = FRAME.bounds_m
    across = west + (np.arange(COLS) + 0.5) * CELLS.size_m[0]
    up = south + (np.arange(ROWS) + 0.5) * CELLS.size_m[1]
    wide = np.broadcast_to(bandwidth_m, x.shape)
    left = np.exp(-((across[None, :] - x[:, None]) ** 2) / (2 * wide[:, None] ** 2))
    low = np.exp(-((up[None, :] - y[:, None]) ** 2) / (2 * wide[:, None] ** 2))
    return np.asarray((low / (2 * np.pi * wide[:, None] ** 2)).T @ left * 1e6)


def ragged(seed: int, island_cells: int = 15) -> np.ndarray:
    """Return a city with a bay and an island of a radius, as cells."""
    rng = np.random.default_rng(seed)
    up, across = np.mgrid[:ROWS, :COLS]
    city = np.hypot((up - 90) / 70, (across - 120) / 95) < 1
    bay, island = rng.integers(30, 150, 2), rng.integers(20, 200, 2)
    city &= np.hypot(up - bay[0], across - bay[1]) > 25
    return np.asarray(city | (np.hypot(up - island[0], across - island[1]) < island_cells))


@LOOSE
@given(seed=SEEDS, bandwidth_m=st.floats(800, 4000))
def test_many_points_equal_the_sum_of_gaussians_to_a_ten_thousandth_of_the_peak(
    seed: int, bandwidth_m: float
) -> None:
    x, y = points(seed, 20_000)
    surface = surface_of_bins(
        bin_linearly(x, y, CELLS), FRAME, smoothing=Smoothing(bandwidth_m),
        binned_variance=LINEAR_VARIANCE, minimum_support=0,
    )  # fmt: skip
    exact = direct_sum(x, y, bandwidth_m)
    assert np.abs(surface.per_km2 - exact).max() <= 1e-4 * exact.max()
    assert surface.n == 20_000


@pytest.mark.parametrize("seed", range(3))
def test_counts_by_the_nearest_cell_are_narrowed_by_their_own_variance(seed: int) -> None:
    rng = np.random.default_rng(seed)
    centre, spread, bandwidth_m, n = (
        rng.uniform((510_000, 3_007_000), (511_000, 3_008_000)),
        150.0,
        200.0,
        10**6,
    )
    bins = bin_nearest(*(centre[:, None] + rng.normal(0, spread, (2, n))), CELLS)
    # Normal points blurred by a Gaussian are a Gaussian.
    exact = n * direct_sum(*centre[:, None], float(np.hypot(spread, bandwidth_m)))

    def error(variance: float) -> float:
        made = surface_of_bins(
            bins, FRAME, smoothing=Smoothing(bandwidth_m), binned_variance=variance, minimum_support=0
        )
        return float(np.abs(made.per_km2 - exact).max() / exact.max())

    assert error(1 / 12) <= 4e-3
    assert min(error(0.0), error(1 / 6)) >= 2 * error(1 / 12)


def mass(bins: np.ndarray, inside: np.ndarray, smoothing: Smoothing) -> float:
    """Return how many matters a city's density adds up to, by its own area alone."""
    ground = DensityGround(inside)
    surface = surface_of_bins(bins, FRAME, smoothing=smoothing, ground=ground, minimum_support=0)
    assert (np.isfinite(surface.per_km2) == inside).all()
    return float(np.nansum(surface.per_km2.astype(float)) * CELLS.area_km2)


def scattered(seed: int, inside: np.ndarray) -> np.ndarray:
    """Return matters by cell, anywhere in a city."""
    return np.random.default_rng(seed).poisson(0.4, (ROWS, COLS)).astype(np.float32) * inside


@LOOSE
@given(seed=SEEDS, bandwidth_m=st.floats(300, 3000), adaptive=st.booleans())
def test_every_matter_of_the_city_is_in_its_density_whatever_the_border(
    seed: int, bandwidth_m: float, adaptive: bool
) -> None:
    """Of an island so wide that no matter on it must count more than ten times."""
    inside = ragged(seed, island_cells=30)
    bins = scattered(seed, inside)
    assert mass(bins, inside, Smoothing(bandwidth_m, adaptive)) == pytest.approx(bins.sum(), rel=1e-4)


@LOOSE
@given(seed=SEEDS, bandwidth_m=st.floats(300, 3000))
def test_what_is_lost_is_what_lies_on_spits_and_islets_of_which_a_matter_counts_ten_times_at_most(
    seed: int, bandwidth_m: float
) -> None:
    inside = ragged(seed, island_cells=5)
    bins, sigma = scattered(seed, inside), [bandwidth_m / size for size in reversed(CELLS.size_m)]
    share = ndimage.gaussian_filter(inside.astype(float), sigma, truncate=4.5, mode="constant")
    kept = float((bins * np.minimum(share / 0.1, 1.0)).sum())
    assert mass(bins, inside, Smoothing(bandwidth_m)) == pytest.approx(kept, rel=1e-5)


def test_an_even_city_is_nearly_even_up_to_its_border_and_was_not_without_the_border() -> None:
    inside = ragged(1)
    bins = inside.astype(np.float32)
    even = surface_of_bins(bins, FRAME, ground=DensityGround(inside), minimum_support=0).per_km2[inside]
    fading = surface_of_bins(bins, FRAME, minimum_support=0).per_km2[inside]
    density = 1 / CELLS.area_km2
    assert abs(even.mean() / density - 1) < 1e-3
    assert fading.mean() / density < 0.9
    assert np.abs(even / density - 1).mean() < 0.6 * np.abs(fading / density - 1).mean()


def test_matters_outside_the_city_are_not_counted() -> None:
    inside = np.zeros((ROWS, COLS), dtype=bool)
    inside[:, :100] = True
    bins = np.zeros((ROWS, COLS), dtype=np.float32)
    bins[50, 150], bins[50, 40] = 1000, 7
    surface = surface_of_bins(bins, FRAME, ground=DensityGround(inside))
    assert surface.n == 7
    assert np.nansum(surface.per_km2) * CELLS.area_km2 <= 7.01


@LOOSE
@given(seed=SEEDS)
def test_adaptive_equals_the_direct_sum_of_kernels_each_of_its_own_bandwidth(seed: int) -> None:
    x, y = points(seed, 3000)
    west, south, _, _ = FRAME.bounds_m
    # On cell centres: binning then moves nothing, and only the classes are tested.
    column, row = ((x - west) // CELLS.size_m[0]).astype(int), ((y - south) // CELLS.size_m[1]).astype(int)
    x, y = west + (column + 0.5) * CELLS.size_m[0], south + (row + 0.5) * CELLS.size_m[1]
    bins = bin_nearest(x, y, CELLS)
    made = surface_of_bins(
        bins, FRAME, smoothing=Smoothing(800.0, adaptive=True), binned_variance=0.0, minimum_support=0
    )
    pilot = direct_sum(x, y, 800.0)[row, column]
    factor = (pilot / np.exp(np.log(pilot).mean())) ** -0.5
    exact = direct_sum(x, y, np.clip(800 * factor, 200, 3200))
    assert np.abs(made.per_km2 - exact).max() <= 3e-3 * exact.max()
    assert made.adaptive


def test_bandwidths_follow_the_square_root_law_within_a_factor_of_four() -> None:
    matters = np.array([[1, 1, 2, 0]], dtype=np.float32)
    pilot = np.array([[1.0, 16.0, 4.0, 1e-9]], dtype=np.float32)
    found = adapted_bandwidths(matters, pilot, 1000.0, (10.0, 1e5))
    np.testing.assert_allclose(found, [[2000.0, 500.0, 1000.0, 4000.0]], rtol=1e-6)
    shares = class_shares(matters, pilot, 1000.0, (10.0, 1e5))
    np.testing.assert_allclose(shares.weights.sum(axis=0), 1, atol=1e-6)


@LOOSE
@given(seed=SEEDS, adaptive=st.booleans())
def test_equal_risk_is_equal_wherever_many_or_few_live(seed: int, adaptive: bool) -> None:
    rng = np.random.default_rng(seed)
    inside = ragged(seed)
    residents = (rng.gamma(0.3, 300, (ROWS, COLS)) * inside).astype(np.float32)
    ground = DensityGround(inside, residents)
    surface = surface_of_bins(
        residents * np.float32(0.002), FRAME, smoothing=Smoothing(1000, adaptive), ground=ground,
        per_residents=True, minimum_support=0,
    )  # fmt: skip
    rate = surface.per_10k
    assert rate is not None
    assert np.isfinite(rate[inside]).mean() > 0.5
    np.testing.assert_allclose(rate[np.isfinite(rate)], 20, rtol=2e-3)


def test_nothing_is_said_per_resident_where_nobody_lives() -> None:
    inside = np.ones((ROWS, COLS), dtype=bool)
    bins = np.full((ROWS, COLS), 3, dtype=np.float32)
    empty = DensityGround(inside, np.zeros((ROWS, COLS), dtype=np.float32))
    surface = surface_of_bins(bins, FRAME, ground=empty, per_residents=True)
    assert surface.per_10k is not None
    assert np.isnan(surface.per_10k).all()
    assert np.isfinite(surface.per_km2).all()
    per_cell = LEAST_RESIDENTS / (4 * np.pi) * CELLS.area_km2
    for factor, known in ((0.9, False), (1.1, True)):
        few = DensityGround(inside, np.full((ROWS, COLS), per_cell * factor, dtype=np.float32))
        rate = surface_of_bins(bins, FRAME, ground=few, per_residents=True).per_10k
        assert rate is not None
        assert np.isfinite(rate[90, 120]) == known


def test_residents_unknown_are_no_zero() -> None:
    bins, ground = np.ones((ROWS, COLS), dtype=np.float32), DensityGround(np.ones((ROWS, COLS), dtype=bool))
    for known in (None, ground):
        with pytest.raises(Refused, match="residents_unknown"):
            surface_of_bins(bins, FRAME, ground=known, per_residents=True)


@pytest.mark.parametrize("bandwidth_m", [0.0, 99.0, 4501.0, 1e9, -5.0, float("nan")])
def test_a_bandwidth_that_the_frame_cannot_show_is_refused_with_its_range(bandwidth_m: float) -> None:
    with pytest.raises(Refused, match="bandwidth_out_of_range") as refused:
        surface_of_bins(np.ones((ROWS, COLS), np.float32), FRAME, smoothing=Smoothing(bandwidth_m))
    assert refused.value.facts == {"least": 100, "most": 4500}
    for offered in bandwidth_range_m(FRAME, (ROWS, COLS)):
        surface_of_bins(np.ones((ROWS, COLS), np.float32), FRAME, smoothing=Smoothing(offered))


@pytest.mark.parametrize("adaptive", [False, True])
@pytest.mark.parametrize("n", [0, 1, 4, 5])
def test_none_one_and_few_are_not_seen(n: int, adaptive: bool) -> None:
    bins = np.zeros((ROWS, COLS), dtype=np.float32)
    bins[90, 120] = n
    inside = ragged(3) | (np.hypot(*(np.mgrid[:ROWS, :COLS] - np.array([90, 120])[:, None, None])) < 30)
    ground = DensityGround(inside, np.full((ROWS, COLS), 100, dtype=np.float32))
    surface = surface_of_bins(
        bins, FRAME, smoothing=Smoothing(adaptive=adaptive), ground=ground, per_residents=True
    )
    assert surface.n == n
    assert np.isfinite(surface.per_km2).any() == (n == 5)
    assert surface.per_10k is not None
    assert np.isfinite(surface.per_10k).any() == (n == 5)


def test_points_of_nowhere_are_in_no_cell() -> None:
    x = np.array([np.nan, np.inf, -1e300, 499_000.0, 512_030.0])
    y = np.array([3_005_000.0, 3_005_000.0, 1e300, 3_005_000.0, 3_005_020.0])
    assert bin_linearly(x, y, CELLS).sum() == pytest.approx(1)
    assert bin_nearest(x, y, CELLS).sum() == 1
    assert bin_linearly(x[:0], y[:0], CELLS).sum() == 0


@given(seed=SEEDS)
def test_linear_binning_shares_each_point_among_its_four_cells(seed: int) -> None:
    x, y = points(seed, 40)
    expected = np.zeros((ROWS, COLS))
    column, row = (x - 500_000) / 100 - 0.5, (y - 3_000_000) / 100 - 0.5
    for one_column, one_row in zip(column, row, strict=True):
        for at_row in (int(one_row), int(one_row) + 1):
            for at_column in (int(one_column), int(one_column) + 1):
                share = (1 - abs(one_row - at_row)) * (1 - abs(one_column - at_column))
                expected[at_row, at_column] += share
    np.testing.assert_allclose(bin_linearly(x, y, CELLS), expected, atol=1e-5)


def test_the_compiled_loop_shares_as_numpy_does(monkeypatch: pytest.MonkeyPatch) -> None:
    x, y = points(9, 5000)
    x[:3], y[3:5] = (np.nan, np.inf, 499_990.0), (-np.inf, 3_018_000.0)
    plain = bin_plainly(x, y, CELLS)
    monkeypatch.setattr("grid.hotspots.density_bins.MANY_POINTS", 0)
    np.testing.assert_allclose(bin_linearly(x, y, CELLS), plain, atol=1e-4)
    assert bin_linearly(x, y, CELLS).dtype == np.float32


def degrees(west: float, south: float, east: float, north: float) -> shapely.Geometry:
    """Return a rectangle of metres in degrees, with many corners so that it stays one."""
    box = shapely.segmentize(shapely.box(west, south, east, north), 500)
    back = Transformer.from_crs(f"EPSG:{FRAME.epsg}", CRS, always_xy=True)
    return shapely.transform(box, back.transform, interleaved=False)


def test_residents_are_spread_over_their_area_and_none_is_lost() -> None:
    city = degrees(504_000, 3_004_000, 520_000, 3_014_000)
    halves = (
        degrees(504_000, 3_004_000, 512_000, 3_014_000),
        degrees(512_000, 3_004_000, 520_000, 3_014_000),
    )
    tiny = degrees(515_010, 3_008_010, 515_030, 3_008_030)
    ground = density_ground(FRAME, (ROWS, COLS), [city], [(halves[0], 8000), (halves[1], 4000), (tiny, 77)])
    assert ground.residents is not None
    assert ground.inside.sum() == 160 * 100
    assert ground.residents.sum() == pytest.approx(12_077, rel=1e-5)
    assert ground.residents[60, 60] == pytest.approx(1.0, rel=1e-4)
    assert ground.residents[80, 150] == pytest.approx(0.5 + 77, rel=1e-4)
    assert not ground.residents[~ground.inside].any()


def test_a_city_without_outlines_has_no_inside() -> None:
    ground = density_ground(FRAME, (ROWS, COLS), [], [])
    assert not ground.inside.any()
    assert ground.residents is None
    surface = surface_of_bins(np.ones((ROWS, COLS), np.float32), FRAME, ground=ground)
    assert surface.n == 0
    assert np.isnan(surface.per_km2).all()
