"""Seconds for one density surface, ours beside a binned Gaussian filter: ``python -m bench.density``."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import click
import numpy as np
from scipy import ndimage

from grid.density import density_surface

_EXTENT_M = 130_000.0
_CELLS = 1024
_ERROR_SAMPLE = 400


@click.command()
@click.option("--points", default=1_000_000)
@click.option("--bandwidth", default=1000.0, help="metres")
@click.option("--repeats", default=5)
def main(points: int, bandwidth: float, repeats: int) -> None:
    """Print medians and the largest error, relative to the peak, against the exact sum of Gaussians."""
    rng = np.random.default_rng(1)
    x, y = rng.normal(_EXTENT_M / 2, _EXTENT_M / 12, (2, points))
    bounds = (0.0, 0.0, _EXTENT_M, _EXTENT_M)

    def ours() -> np.ndarray:
        return density_surface(
            x, y, bounds_m=bounds, bandwidth_m=bandwidth, shape=(_CELLS, _CELLS), minimum_support=0
        ).per_km2

    def peer() -> np.ndarray:
        counts, _, _ = np.histogram2d(y, x, bins=_CELLS, range=[[0, _EXTENT_M]] * 2)
        cell_m = _EXTENT_M / _CELLS
        return ndimage.gaussian_filter(counts, bandwidth / cell_m) * (1e6 / cell_m**2)

    cells = rng.integers(_CELLS // 4, 3 * _CELLS // 4, (_ERROR_SAMPLE, 2))
    exact = _exact(x, y, cells, bandwidth)
    for name, surface in (("ours", ours), ("histogram + scipy filter", peer)):
        seconds = statistics.median(_time(surface) for _ in range(repeats))
        error = np.abs(surface()[cells[:, 0], cells[:, 1]] - exact).max() / exact.max()
        click.echo(f"{name:26} {seconds:.3f} s  error {error:.1e}")


def _exact(x: np.ndarray, y: np.ndarray, cells: np.ndarray, bandwidth: float) -> np.ndarray:
    centres = (cells + 0.5) * (_EXTENT_M / _CELLS)
    scale = 1e6 / (2 * np.pi * bandwidth**2)
    squares = ((x - column) ** 2 + (y - row) ** 2 for row, column in centres)
    return np.array([np.exp(square / (-2 * bandwidth**2)).sum() * scale for square in squares])


def _time(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
