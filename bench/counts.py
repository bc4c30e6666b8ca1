"""Milliseconds a count, ours beside peers on the same matters: ``python -m bench.counts``.

Ours reads a copy written to disk and mapped, as the server does. Peers are asked for the same cross tables by
town, category and stage over the same random periods and areas, each in a process of the bench's environment
(``.venv-bench``, from requirements-bench.in); PostgreSQL in a throw-away cluster, by a covering index.
"""

from __future__ import annotations

import json
import resource
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import click
import numpy as np

from bench.counts_city import DAYS, SINCE, CountedCity, day_of, make_city, rows_by_day
from bench.counts_postgres import ask_postgres
from grid.areas import Level
from grid.hotspots.counting import KIND_SHAPE
from grid.hotspots.questions import Dimension, MatterFilter
from grid.matters import Category, Channel, Stage
from grid.measures import MeasureUnit

_CROSSED = (Dimension.CATEGORY, Dimension.STAGE)
_PEERS = ("polars", "duckdb", "duckdb-parquet")
_PYTHON = Path(__file__).parents[1] / ".venv-bench" / "bin" / "python"
_GROWTH = ((1_000_000, 10_000), (4_000_000, 10_000), (10_000_000, 10_000), (24_000_000, 10_000),
           (4_000_000, 1_000), (4_000_000, 100_000))  # fmt: skip
_POOLED = 4
"""Cells a side put together at the city's own bandwidth: ``density_surfaces.pooling``."""
Row = dict[str, Any]


@click.command()
@click.option("--rows", default=1_000_000)
@click.option("--areas", default=10_000)
@click.option("--asked", default=60, help="random filters")
@click.option("--postgres-rows", default=200_000)
@click.option("--growth", is_flag=True, help="the table of sizes instead")
@click.option("--peer-python", default=_PYTHON, type=click.Path(path_type=Path))
def main(  # noqa: PLR0917  one an option
    rows: int, areas: int, asked: int, postgres_rows: int, growth: bool, peer_python: Path
) -> None:
    """Print medians, 95th percentiles, memory and ratios; with --growth what sizes cost."""
    if growth:
        _print_growth(asked)
        return
    for row in measure(rows, areas, asked, postgres_rows=postgres_rows, peer_python=peer_python):
        beside = f"  {row['peer_name']} {row['peer']:.2f}, ×{row['ratio']:.0f}" if row["peer"] else ""
        verdict = "met" if row["met"] else "MISSED"
        click.echo(f"{row['work']:44} {row['ours']:9.3f} {row['unit']}{beside}  {row['target']}: {verdict}")


def measure(
    rows: int = 1_000_000,
    areas: int = 10_000,
    asked: int = 60,
    *,
    postgres_rows: int = 200_000,
    peer_python: Path = _PYTHON,
) -> list[Row]:
    """Return rows for bench/results.json; raises AssertionError where a peer's totals differ from ours."""
    with _city(postgres_rows, areas) as city:
        questions = _questions(city, asked)
        found = ask_postgres(_columns(city), [_plain(city, each) for each in questions])
        _compare(f"postgres {postgres_rows:,}", found, _ours(city, questions))
    with _city(rows, areas) as city:
        questions = _questions(city, asked)
        ours = _ours(city, questions)
        peers = _ask_peers(city, questions, peer_python) if peer_python.exists() else {}
        for name, found in peers.items():
            _compare(name, found, ours)
        _print_times("ours", ours)
        click.echo(f"{'':20} {city.disk_bytes / 1e6:.0f} MB on disk, mapped: all processes share it")
        return [*_crossed(f"{rows:,} × {areas:,}", ours, peers), *_readings(city, f"{rows:,} × {areas:,}")]


@contextmanager
def _city(rows: int, grids: int) -> Iterator[CountedCity]:
    city = make_city(rows, grids)
    try:
        yield city
    finally:
        shutil.rmtree(city.folder)


def _questions(city: CountedCity, count: int) -> list[MatterFilter]:
    """Return filters of random periods: of the city, of a county, of some towns, a third of them each."""
    rng, made = np.random.default_rng(3), []
    for number in range(count):
        since, until = sorted(rng.integers(0, DAYS, 2).tolist())
        towns = rng.choice(city.towns, min(8, len(city.towns)), replace=False)
        within = ([], [rng.choice(city.counties)], towns)[number % 3]
        made.append(MatterFilter(day_of(since), day_of(until), within=frozenset(map(int, within))))
    return made


def _plain(city: CountedCity, matters: MatterFilter) -> tuple[int, int, list[int]]:
    of_county = city.towns[np.isin(city.county_of_town, list(matters.within))].tolist()
    towns = sorted({*of_county, *(matters.within & set(city.towns.tolist()))})
    return (matters.since - SINCE).days, (matters.until - SINCE).days, towns


def _columns(city: CountedCity) -> dict[str, np.ndarray]:
    rows = rows_by_day(city.snapshot.base)
    category, _, _, stage = np.unravel_index(rows["kind"].astype(np.int64), KIND_SHAPE)
    return {
        "day": rows["day"],
        "town": city.snapshot.book.places[rows["place"], 1].astype(np.int32),
        "category": category.astype(np.int8),
        "stage": stage.astype(np.int8),
    }


def _ours(city: CountedCity, questions: Sequence[MatterFilter]) -> Row:
    def ask(matters: MatterFilter) -> int:
        return int(city.snapshot.cross(Level.TOWN, matters, _CROSSED).sum())

    # As on a server that has been asked before: all pages are mapped.
    for matters in questions:
        ask(matters)
    timed = [_timed(lambda: ask(matters)) for matters in questions]  # noqa: B023  called at once
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": [s for s, _ in timed], "totals": [total for _, total in timed], "peak_mb": peak_mb}


def _ask_peers(city: CountedCity, questions: Sequence[MatterFilter], python: Path) -> dict[str, Row]:
    with tempfile.TemporaryDirectory(prefix="fengtu-bench-") as name:
        folder = Path(name)
        for column, values in _columns(city).items():
            np.save(folder / f"{column}.npy", values)
        (folder / "asked.json").write_text(json.dumps([_plain(city, each) for each in questions]))
        script = Path(__file__).with_name("counts_peers.py")
        return {
            peer: json.loads(
                subprocess.run([python, script, folder, peer], capture_output=True, check=True).stdout
            )
            for peer in _PEERS
        }


def _compare(name: str, found: Row, ours: Row) -> None:
    assert found["totals"] == ours["totals"], f"{name} counts otherwise"
    _print_times(name, found)


def _print_times(name: str, found: Row) -> None:
    p50, p95 = _percentiles(found["seconds"])
    click.echo(f"{name:20} p50 {p50:9.3f} ms  p95 {p95:9.3f} ms  peak {found['peak_mb']:6.0f} MB")


def _crossed(size: str, ours: Row, peers: dict[str, Row]) -> list[Row]:
    best = min(peers, key=lambda name: _percentiles(peers[name]["seconds"])[0], default=None)
    peer = _percentiles(peers[best]["seconds"]) if best else (None, None)
    (p50, p95) = _percentiles(ours["seconds"])
    rows = []
    for name, mine, theirs, target in (("p50", p50, peer[0], 1.0), ("p95", p95, peer[1], 8.0)):
        ratio = theirs / mine if theirs else None
        met = mine <= target and (name != "p50" or ratio is None or ratio >= 80)
        rows.append(_row(f"counts town × category × stage, {name}", size, mine, target, met)
                    | {"peer": theirs, "peer_name": best, "ratio": ratio})  # fmt: skip
    return rows


def _readings(city: CountedCity, size: str) -> list[Row]:
    """Time what has no peer: filters by grid, a slider, the raster's cells, days, a playback."""
    ever = MatterFilter(day_of(0), day_of(DAYS - 1))
    crossed = replace(
        ever, categories=frozenset(list(Category)[:5]), channels=frozenset(list(Channel)[:3]),
        stages=frozenset(list(Stage)[:6]),
    )  # fmt: skip
    snapshot, periods = city.snapshot, np.random.default_rng(5).integers(0, DAYS // 2, (200, 2))
    sure = iter(range(1, 1 << 30))

    def fresh(matters: MatterFilter) -> MatterFilter:
        # Other areas each time, that hold all: neither a slider nor slots of places are at hand.
        return replace(matters, within=frozenset({*city.counties.tolist(), next(sure) % len(city.towns) + 1}))

    def category(number: int) -> MatterFilter:
        return replace(ever, categories=frozenset({list(Category)[number % 12]}))

    def slide(number: int) -> object:
        since, length = periods[number % len(periods)].tolist()
        return snapshot.counts(
            Level.GRID, replace(crossed, since=day_of(since), until=day_of(since + length))
        )

    works: tuple[tuple[str, Callable[[int], object], float, int], ...] = (
        ("grid counts, categories × channels × stages",
         lambda _: snapshot.counts(Level.GRID, fresh(crossed)), 30.0, 15),
        ("grid counts, one category", lambda n: snapshot.counts(Level.GRID, category(n)), 30.0, 15),
        ("grid counts, all matters", lambda _: snapshot.counts(Level.GRID, fresh(ever)), 30.0, 15),
        ("grid counts, 人次 of all matters", lambda _: snapshot.counts(
            Level.GRID, fresh(replace(ever, unit=MeasureUnit.HEADS))), 30.0, 15),
        ("day slider of a filter, p50", slide, 0.1, 200),
        ("days, all matters", lambda _: snapshot.days(ever), 30.0, 15),
        ("days, all matters of a county", lambda _: snapshot.days(
            replace(ever, within=frozenset({int(city.counties[0])}))), 30.0, 7),
        ("cells of the raster, one category",
         lambda n: snapshot.cell_histogram(category(n), _POOLED), 60.0, 7),
        ("cells of the raster, all matters", lambda _: snapshot.cell_histogram(ever, _POOLED), 60.0, 7),
        ("playback by month, grids", lambda _: snapshot.monthly(Level.GRID, crossed), 30.0, 7),
    )  # fmt: skip
    rows = []
    for name, work, target, repeats in works:
        for number in range(4):
            work(number)
        p50, _ = _percentiles([_timed(lambda: work(number))[0] for number in range(repeats)])  # noqa: B023
        rows.append(_row(name, size, p50, target, p50 <= target))
    return rows


def _row(work: str, size: str, ours: float, target: float, met: bool) -> Row:
    return {"work": work, "size": size, "ours": ours, "unit": "ms", "target": f"≤ {target} ms", "met": met,
            "peer": None, "peer_name": None, "ratio": None}  # fmt: skip


def _print_growth(asked: int) -> None:
    click.echo("ms but for MB: what is mapped (all processes share it), and a process's own beside it")
    for rows, grids in _GROWTH:
        # A process a size: memory that one has taken is not given back to be measured again.
        with ProcessPoolExecutor(1, get_context("spawn")) as process:
            found = process.submit(_grown, rows, grids, asked).result()
        click.echo(f"{rows:,} × {grids:,}: " + ", ".join(f"{name} {n:.2f}" for name, n in found.items()))


def _grown(rows: int, grids: int, asked: int) -> dict[str, float]:
    with _city(rows, grids) as city:
        before = _own_mb()
        p50, p95 = _percentiles(_ours(city, _questions(city, asked))["seconds"])
        readings = {row["work"]: row["ours"] for row in _readings(city, "")}
        mapped = city.disk_bytes / 1e6
        return {"MB mapped": mapped, "MB own": _own_mb() - before, "cross p50": p50, "p95": p95, **readings}


def _own_mb() -> float:
    (line,) = (each for each in Path("/proc/self/status").read_text().splitlines() if "RssAnon" in each)
    return int(line.split()[1]) / 1000


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    started = time.perf_counter()
    found = work()
    return time.perf_counter() - started, found


def _percentiles(seconds: Sequence[float]) -> tuple[float, float]:
    p50, p95 = np.percentile(seconds, (50, 95)) * 1000
    return float(p50), float(p95)


if __name__ == "__main__":
    main()
