"""Density and issue sites beside their peers, in one run: ``python -m bench.density``.

Errors are against the exact sum of Gaussians, relative to its peak, at random cells.
"""

from __future__ import annotations

import shutil
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import click
import numpy as np
from scipy import fft, ndimage

from bench.counts_city import DAYS, SINCE, make_city, rows_by_day
from data.counts.snapshot import CELLS, Snapshot
from grid.density import density_surface
from grid.density_frame import DensityFrame, density_frame
from grid.hotspots.counting import kind_slots
from grid.hotspots.density_bins import Cells, bin_linearly, bin_nearest, pool
from grid.hotspots.density_ground import DensityGround, pooled_ground
from grid.hotspots.density_surfaces import Smoothing, pooling, surface_of_bins
from grid.hotspots.questions import MatterFilter
from grid.hotspots.sites import EPS_M, LEAST_MATTERS, find_sites
from grid.matters import Category
from layers.hotspot_density import draw_light_density

Row = dict[str, Any]
_EXTENT_M = 130_000.0
_BOUNDS = (0.0, 0.0, _EXTENT_M, _EXTENT_M)
_BANDWIDTH_M = 1000.0
_FRAME = DensityFrame(_BOUNDS, 2000.0, 4546)
_DEGREES = (119.5, 28.0, 120.83, 29.17)
_CITY = density_frame(_DEGREES, 4549, cells=CELLS)
_SAMPLE = 400
_FASTER, _EXACT, _FILTER_MS = 1.0, 1e-4, 60.0


@click.command()
@click.option("--points", default=1_000_000)
@click.option("--rows", default=24_000_000)
@click.option("--sites", default=1_000_000)
@click.option("--repeats", default=7)
def main(points: int, rows: int, sites: int, repeats: int) -> None:
    """Print medians and errors."""
    measure(points=points, rows=rows, sites=sites, repeats=repeats)


def measure(
    *, points: int = 1_000_000, rows: int = 24_000_000, sites: int = 1_000_000, repeats: int = 7
) -> list[Row]:
    """Return a row for each comparison; print them."""
    found = [
        *_from_points(points, repeats), *_from_histogram(points, repeats), _filter_change(rows, repeats),
        _issue_sites(sites),
    ]  # fmt: skip
    for row in found:
        click.echo("{work:46} {size:10} {ours:10.4g} {peer_name} {peer} {unit} of {target}".format(**row))
    return found


def _from_points(points: int, repeats: int) -> list[Row]:
    x, y = np.random.default_rng(1).normal(_EXTENT_M / 2, _EXTENT_M / 12, (2, points))
    ways: dict[str, Callable[[], np.ndarray]] = {
        "ours": lambda: (
            density_surface(
                x, y, bounds_m=_BOUNDS, bandwidth_m=_BANDWIDTH_M, shape=(CELLS, CELLS), minimum_support=0
            ).per_km2
        ),
        "bincount + scipy FFT": lambda: _bincount_fft(x, y),
        "histogram2d + scipy filter": lambda: _histogram_filter(x, y),
    }
    cells, exact = _exact(x, y)
    errors = {name: _error(way(), cells, exact) for name, way in ways.items()}
    # One after the other in each round, so that all meet the same machine.
    rounds = [{name: _seconds(way) for name, way in ways.items()} for _ in range(repeats)]
    times = {name: statistics.median(each[name] for each in rounds) for name in ways}
    peer = min((name for name in ways if name != "ours"), key=lambda name: times[name])
    size = f"{points:,}"
    return [
        _row("KDE at 1024², from points", size, times["ours"], times[peer], peer, "s", _FASTER),
        _row(
            "KDE at 1024², error of the peak", size, errors["ours"], errors[peer], peer, "", _EXACT, less=True
        ),
    ]


def _from_histogram(points: int, repeats: int) -> list[Row]:
    x, y = np.random.default_rng(2).normal(_EXTENT_M / 2, _EXTENT_M / 12, (2, points))
    bins = bin_nearest(x, y, Cells(_BOUNDS, (CELLS, CELLS)))
    cells, exact = _exact(x, y)
    smoothing = Smoothing(_BANDWIDTH_M)

    def ours() -> np.ndarray:
        return surface_of_bins(bins, _FRAME, smoothing=smoothing, minimum_support=0).per_km2

    def linear() -> np.ndarray:
        binned = bin_linearly(x, y, Cells(_BOUNDS, (CELLS, CELLS)))
        return surface_of_bins(
            binned, _FRAME, smoothing=smoothing, binned_variance=1 / 6, minimum_support=0
        ).per_km2

    def peer() -> np.ndarray:
        cell_m = _EXTENT_M / CELLS
        return ndimage.gaussian_filter(bins, _BANDWIDTH_M / cell_m) * (1e6 / cell_m**2)

    errors = {way.__name__: _error(way(), cells, exact) for way in (ours, linear, peer)}
    click.echo(f"errors from a histogram: {errors}")
    adaptive = Smoothing(2000.0, adaptive=True)
    factor = pooling(_FRAME, bins.shape, adaptive)
    few = pool(bins, factor)
    seconds = statistics.median(
        _seconds(lambda: surface_of_bins(few, _FRAME, smoothing=adaptive)) for _ in range(3)
    )
    click.echo(f"adaptive, bandwidth 2 km, {few.shape[0]}²: {seconds:.3f} s")
    times = [(_seconds(ours), _seconds(peer)) for _ in range(repeats)]
    mine, theirs = (statistics.median(column) for column in zip(*times, strict=True))
    name = "scipy gaussian_filter"
    return [_row("KDE at 1024², from a histogram", f"{points:,}", mine, theirs, name, "s", _FASTER)]


def _filter_change(rows: int, repeats: int) -> Row:
    """Time what a change of the filter costs: the scan for the histogram, its density, the picture of that.

    The peer's time has no picture in it.
    """
    city = make_city(rows, 10_000)
    try:
        snapshot = replace(city.snapshot, frame=_CITY)
        ground, by_day = _round_city(), rows_by_day(snapshot.base)
        filters = [
            MatterFilter(SINCE + timedelta(days=at), SINCE + timedelta(days=at + span), categories=chosen)
            for at, span in ((0, DAYS - 1), (100, 365), (300, 90), (0, DAYS - 1))
            for chosen in (
                frozenset(),
                frozenset({Category.LABOUR}),
                frozenset({Category.LAND, Category.RURAL}),
            )
        ]
        ours, scans, peers = [], [], []
        for _ in range(max(repeats // 3, 1)):
            for matters in filters:
                scans.append(_seconds(partial(_scanned, snapshot, matters)))
                ours.append(_seconds(partial(_changed, snapshot, ground, matters)))
                peers.append(_seconds(partial(_changed_plainly, by_day, matters)))
    finally:
        shutil.rmtree(city.folder, ignore_errors=True)
    mine, scan, theirs = (1000 * statistics.median(each) for each in (ours, scans, peers))
    click.echo(
        f"of {mine:.1f} ms to the PNG the scan takes {scan:.1f}; p95 {1000 * np.percentile(ours, 95):.1f} ms"
    )
    name = "numpy mask, bincount, scipy FFT"
    return _row("raster after a filter change", f"{rows:,}", mine, theirs, name, "ms", _FILTER_MS, less=True)


def _scanned(snapshot: Snapshot, matters: MatterFilter) -> object:
    return snapshot.cell_histogram(matters, pooling(_CITY, (CELLS, CELLS), Smoothing()))


def _changed(snapshot: Snapshot, ground: DensityGround, matters: MatterFilter) -> object:
    """Do all that the screen asks for: count, smooth, colour and encode."""
    factor = pooling(_CITY, (CELLS, CELLS), Smoothing())
    bins = snapshot.cell_histogram(matters, factor)
    surface = surface_of_bins(bins, _CITY, ground=pooled_ground(ground, factor))
    return draw_light_density(surface, bounds=_DEGREES, epsg=_CITY.epsg).png


def _changed_plainly(by_day: dict[str, np.ndarray], matters: MatterFilter) -> object:
    period = ((matters.since - SINCE).days, (matters.until - SINCE).days + 1)
    rows = slice(*np.searchsorted(by_day["day"], period))
    slots, _ = kind_slots(matters)
    cell = by_day["cell"][rows]
    taken = cell[(slots[by_day["kind"][rows]] == 0) & (cell >= 0)]
    counts = np.bincount(taken, minlength=CELLS * CELLS).reshape(CELLS, CELLS)
    return _fft_blur(counts.astype(float), _CITY.bandwidth_m)


def _round_city() -> DensityGround:
    up, across = np.mgrid[:CELLS, :CELLS] - CELLS / 2
    return DensityGround(np.hypot(up, across) < CELLS * 0.45)


def _issue_sites(matters: int) -> Row:
    """Time all categories' sites, and scikit-learn's DBSCAN on one category in twelve as large."""
    from sklearn.cluster import DBSCAN

    rng = np.random.default_rng(3)
    clustered = matters * 7 // 10
    centres = rng.uniform(0, _EXTENT_M, (200, 2))
    at = centres[rng.integers(0, 200, clustered)] + rng.normal(0, 1000, (clustered, 2))
    x, y = np.concatenate([at, rng.uniform(0, _EXTENT_M, (matters - clustered, 2))]).T
    category = rng.integers(0, 12, matters)

    def ours() -> object:
        return [find_sites(x[category == each], y[category == each]) for each in range(12)]

    def peer() -> object:
        xy = np.column_stack([x, y])
        fit = DBSCAN(eps=EPS_M, min_samples=LEAST_MATTERS, n_jobs=2)
        return [fit.fit(xy[category == each]).labels_ for each in range(12)]

    name = "scikit-learn DBSCAN (one pass, too wide ones stay)"
    return _row(
        "issue sites of 12 categories", f"{matters:,}", _seconds(ours), _seconds(peer), name, "s", 1.0
    )


def _bincount_fft(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    cell_m = _EXTENT_M / CELLS
    at = (y / cell_m).astype(np.int64) * CELLS + (x / cell_m).astype(np.int64)
    inside = (x >= 0) & (x < _EXTENT_M) & (y >= 0) & (y < _EXTENT_M)
    counts = np.bincount(at[inside], minlength=CELLS * CELLS).reshape(CELLS, CELLS)
    return _fft_blur(counts.astype(float), _BANDWIDTH_M)


def _fft_blur(counts: np.ndarray, bandwidth_m: float) -> np.ndarray:
    cell_m = _EXTENT_M / CELLS
    side = fft.next_fast_len(CELLS + int(np.ceil(4 * bandwidth_m / cell_m)), real=True)
    falls = [
        np.exp(-2 * (np.pi * bandwidth_m / cell_m * frequency) ** 2)
        for frequency in (np.fft.fftfreq(side), np.fft.rfftfreq(side))
    ]
    spectrum = fft.rfft2(counts, s=(side, side), workers=-1) * np.outer(*falls)
    blurred = fft.irfft2(spectrum, s=(side, side), workers=-1)[:CELLS, :CELLS]
    return blurred * (1e6 / cell_m**2)


def _histogram_filter(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    counts, _, _ = np.histogram2d(y, x, bins=CELLS, range=[[0, _EXTENT_M]] * 2)
    cell_m = _EXTENT_M / CELLS
    return ndimage.gaussian_filter(counts, _BANDWIDTH_M / cell_m) * (1e6 / cell_m**2)


def _exact(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    cells = np.random.default_rng(4).integers(CELLS // 4, 3 * CELLS // 4, (_SAMPLE, 2))
    centres = (cells + 0.5) * (_EXTENT_M / CELLS)
    scale = 1e6 / (2 * np.pi * _BANDWIDTH_M**2)
    squares = ((x - column) ** 2 + (y - row) ** 2 for row, column in centres)
    return cells, np.array([np.exp(square / (-2 * _BANDWIDTH_M**2)).sum() * scale for square in squares])


def _error(surface: np.ndarray, cells: np.ndarray, exact: np.ndarray) -> float:
    return float(np.abs(surface[cells[:, 0], cells[:, 1]] - exact).max() / exact.max())


def _row(  # noqa: PLR0917  one a column
    work: str, size: str, ours: float, peer: float, name: str, unit: str, target: float, *, less: bool = False
) -> Row:
    """Return a row; ``less``: the target is one for ours itself, else for the ratio of the peer to ours."""
    ratio = peer / ours
    return {
        "work": work, "size": size, "ours": ours, "peer": peer, "peer_name": name, "ratio": ratio,
        "unit": unit, "target": target, "met": ours <= target if less else ratio > target,
    }  # fmt: skip


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
