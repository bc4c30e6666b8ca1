"""Both ways to blur give the same density, and the points around a cell are counted exactly."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grid.density import density_surface
from grid.density_frame import DensityFrame
from grid.hotspots import density_blur
from grid.hotspots.density_bins import Cells, bin_compiled, bin_plainly
from grid.hotspots.density_blur import blurred, count_around, margins
from grid.hotspots.density_surfaces import Smoothing, surface_of_bins

SEEDS = st.integers(0, 2**32 - 1)
FEW = settings(max_examples=12, deadline=None)


@pytest.fixture
def ways(monkeypatch: pytest.MonkeyPatch) -> object:
    """Make sure that both ways were gone, not one of them twice."""
    gone: list[str] = []
    for name in ("blur_by_taps", "count_compiled", "count_plainly", "canvas"):
        whole = getattr(density_blur, name)
        monkeypatch.setattr(
            density_blur, name, lambda *given, name=name, whole=whole: gone.append(name) or whole(*given)
        )
    return gone


def lumps(seed: int, shape: tuple[int, int]) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return (rng.poisson(0.05, shape) * rng.integers(1, 4000, shape)).astype(np.float32)


def both(monkeypatch: pytest.MonkeyPatch, run: object) -> tuple[np.ndarray, np.ndarray]:
    made = []
    for many in (0, 10**9):
        monkeypatch.setattr(density_blur, "MANY_CELLS", many)
        made.append(run())  # type: ignore[operator]
    return made[0], made[1]


@pytest.mark.parametrize("seed", range(6))
def test_rows_and_columns_give_what_frequency_space_gives(
    seed: int, monkeypatch: pytest.MonkeyPatch, ways: list[str]
) -> None:
    rng = np.random.default_rng(seed)
    cell_m = tuple(rng.uniform(50, 200, 2).tolist())
    bandwidth_m = max(cell_m) * float(rng.uniform(1.5, 14))
    up, across = margins(cell_m, bandwidth_m)
    wide = lumps(seed, (int(rng.integers(1, 90)) + 2 * up, int(rng.integers(1, 90)) + 2 * across))
    direct, transformed = both(monkeypatch, lambda: blurred(wide, cell_m, bandwidth_m, 1 / 6, scale=3.0))
    assert ways == ["blur_by_taps", "canvas"]
    assert direct.shape == transformed.shape == (wide.shape[0] - 2 * up, wide.shape[1] - 2 * across)
    assert np.abs(direct - transformed).max() <= 5e-5 * transformed.max()


@FEW
@given(
    seed=SEEDS, rows=st.integers(1, 12), cols=st.integers(1, 12), size=st.tuples(*[st.floats(60, 150)] * 2)
)
def test_around_a_cell_is_what_lies_within_two_bandwidths_of_its_middle(
    seed: int, rows: int, cols: int, size: tuple[float, float]
) -> None:
    bandwidth_m = 160.0
    up, across = margins(size, bandwidth_m)
    wide = lumps(seed, (rows + 2 * up, cols + 2 * across))
    expected = np.zeros((rows, cols))
    for row, column in np.argwhere(wide > 0):
        away = np.hypot(
            (np.arange(rows)[:, None] + up - row) * size[1],
            (np.arange(cols)[None] + across - column) * size[0],
        )
        expected += wide[row, column] * (away <= 2 * bandwidth_m)
    with pytest.MonkeyPatch.context() as patch:
        for found in both(patch, lambda: count_around(wide, size, bandwidth_m)):
            assert np.array_equal(found, expected)


def test_shares_of_points_are_counted_alike_by_both(monkeypatch: pytest.MonkeyPatch, ways: list[str]) -> None:
    wide = lumps(5, (120, 130)) * np.float32(0.3)
    compiled, plain = both(monkeypatch, lambda: count_around(wide, (100.0, 80.0), 900.0))
    assert ways == ["count_compiled", "count_plainly"]
    assert np.array_equal(compiled, plain)


@pytest.mark.parametrize("many", [0, 10**9])
def test_few_are_hidden_however_many_are_elsewhere(many: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(density_blur, "MANY_CELLS", many)
    frame = DensityFrame((0.0, 0.0, 30_000.0, 20_000.0), 1000.0, 4546)
    bins = np.zeros((200, 300), np.float32)
    bins[20:60, 20:60] = 200_000
    bins[150, 250], bins[150, 150] = 4, 5
    seen = np.isfinite(surface_of_bins(bins, frame, smoothing=Smoothing(500.0)).per_km2)
    assert not seen[135:166, 235:266].any()
    # A cell is seen where five are within two bandwidths, and nowhere else.
    away = np.hypot(*(np.mgrid[:200, :300] - np.array([150, 150])[:, None, None]))
    assert np.array_equal(seen[100:, 100:200], (away <= 10)[100:, 100:200])


def test_a_very_wide_bandwidth_goes_through_frequency_space(ways: list[str]) -> None:
    x, y = np.random.default_rng(1).uniform(0, 60_000, (2, 500))
    bounds_m = (0.0, 0.0, 60_000.0, 60_000.0)
    density_surface(x, y, bounds_m=bounds_m, bandwidth_m=4000.0, shape=(600, 600), minimum_support=0)
    assert ways == ["canvas"]


def test_two_threads_lose_no_point() -> None:
    cells = Cells((0.0, 0.0, 1000.0, 900.0), (9, 10))
    for n in (0, 1, 2, 3, 1001):
        x, y = np.random.default_rng(n).uniform(100, 800, (2, n))
        shared = bin_compiled(x, y, cells)
        np.testing.assert_allclose(shared, bin_plainly(x, y, cells), atol=1e-4)
        assert shared.sum() == pytest.approx(n)
