"""Density equals the definition of a Gaussian kernel density, conserves points and hides lone ones."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grid.density import density_surface

BOUNDS = (0.0, 0.0, 40_000.0, 30_000.0)
SHAPE = (300, 400)


def _centres() -> tuple[np.ndarray, np.ndarray]:
    return np.meshgrid((np.arange(400) + 0.5) * 100.0, (np.arange(300) + 0.5) * 100.0)


def _exact(x: np.ndarray, y: np.ndarray, bandwidth_m: float) -> np.ndarray:
    across, up = _centres()
    total = np.zeros(SHAPE)
    for one_x, one_y in zip(x, y, strict=True):
        total += np.exp(-((across - one_x) ** 2 + (up - one_y) ** 2) / (2 * bandwidth_m**2))
    return total * 1e6 / (2 * np.pi * bandwidth_m**2)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), n=st.integers(1, 60), bandwidth_m=st.floats(400, 3000))
def test_equals_the_sum_of_gaussians(seed: int, n: int, bandwidth_m: float) -> None:
    rng = np.random.default_rng(seed)
    x, y = rng.uniform(-2000, 42_000, n), rng.uniform(-2000, 32_000, n)
    surface = density_surface(x, y, bounds_m=BOUNDS, bandwidth_m=bandwidth_m, shape=SHAPE, minimum_support=0)
    exact = _exact(x, y, bandwidth_m)
    peak_of_one = 1e6 / (2 * np.pi * bandwidth_m**2)
    # One point's binning variance lies in 0..h²/4, its mean h²/6 is corrected: h²/(4 σ²) bounds the rest.
    assert np.abs(surface.per_km2 - exact).max() <= n * peak_of_one * (100 / bandwidth_m) ** 2 / 4


def test_is_accurate_for_many_points() -> None:
    rng = np.random.default_rng(11)
    x, y = rng.uniform(0, 40_000, 2000), rng.uniform(0, 30_000, 2000)
    surface = density_surface(x, y, bounds_m=BOUNDS, bandwidth_m=1000, shape=SHAPE, minimum_support=0)
    exact = _exact(x, y, 1000)
    assert np.abs(surface.per_km2 - exact).max() <= 2e-3 * exact.max()


def test_conserves_the_number_of_points() -> None:
    rng = np.random.default_rng(3)
    x, y = rng.normal(20_000, 1000, 5000), rng.normal(15_000, 1000, 5000)
    surface = density_surface(x, y, bounds_m=BOUNDS, bandwidth_m=800, shape=SHAPE, minimum_support=0)
    assert surface.n == 5000
    assert surface.per_km2.sum() * 0.01 == pytest.approx(5000, rel=1e-4)


@pytest.mark.parametrize(("points", "visible"), [(4, False), (5, True)])
def test_fewer_than_five_points_never_glow(points: int, visible: bool) -> None:
    x, y = np.full(points, 20_030.0), np.full(points, 15_070.0)
    surface = density_surface(x, y, bounds_m=BOUNDS, bandwidth_m=1000, shape=SHAPE)
    assert np.isfinite(surface.per_km2).any() == visible


def test_row_zero_is_south() -> None:
    x, y = np.full(9, 1000.0), np.full(9, 1000.0)
    surface = density_surface(x, y, bounds_m=BOUNDS, bandwidth_m=500, shape=SHAPE)
    assert np.unravel_index(np.nanargmax(surface.per_km2), SHAPE) in {(9, 9), (9, 10), (10, 9), (10, 10)}


def test_refuses_a_bandwidth_that_the_grid_cannot_show() -> None:
    with pytest.raises(ValueError, match="smaller than a cell"):
        density_surface(np.zeros(1), np.zeros(1), bounds_m=BOUNDS, bandwidth_m=50, shape=SHAPE)
