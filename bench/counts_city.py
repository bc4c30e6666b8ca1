"""A synthetic city of matters as columns, without a database: areas nested, 70 % of matters clustered."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from data.counts.building import arrange, take
from data.counts.files import open_copy, write_copy
from data.counts.opening import snapshot_of
from data.counts.refreshing import columns_arrays, tables_of
from data.counts.snapshot import CELLS, Snapshot
from grid.hotspots.counting import KINDS, MatterColumns
from grid.hotspots.counting_cells import laid_out

SINCE, DAYS = date(2024, 11, 1), 730
_CLUSTERED = 0.7


@dataclass(frozen=True)
class CountedCity:
    """A copy, and each row's town, category and stage as peers are given them."""

    snapshot: Snapshot
    counties: np.ndarray
    towns: np.ndarray
    county_of_town: np.ndarray
    folder: Path
    disk_bytes: int


def make_city(rows: int, grids: int, seed: int = 1) -> CountedCity:
    """Return a city of so many matters and grids, its copy written to a temporary folder and mapped."""
    rng = np.random.default_rng(seed)
    areas, places, counties, towns, county_of_town = _areas(grids)
    columns = _matters(rng, rows, len(places))
    folder = Path(tempfile.mkdtemp(prefix="fengtu-bench-"))
    nothing = take(columns, np.empty(0, dtype=np.int64))
    arrays = {
        **columns_arrays("base", columns), **columns_arrays("plus", nothing),
        **columns_arrays("minus", nothing), **tables_of(columns, places), **areas, "places": places,
    }  # fmt: skip
    header = {"data_version": 1, "changed_at": "2026-11-01T00:00:00+00:00", "rows": rows, "frame": None}
    name = write_copy(folder, header, arrays)
    copied = open_copy(folder, name)
    assert copied is not None
    disk = sum(path.stat().st_size for path in (folder / name).iterdir())
    return CountedCity(snapshot_of(copied), counties, towns, county_of_town, folder, disk)


def rows_by_day(columns: MatterColumns) -> dict[str, np.ndarray]:
    """Return what peers are given, sorted by day: day (from ``SINCE``), kind, place and cell, row by row."""
    kind, at = np.divmod(
        np.repeat(np.arange(len(columns.starts) - 1), np.diff(columns.starts)), len(columns.days)
    )
    order = np.argsort(at.astype(np.uint16), kind="stable")
    cell_at = np.empty(CELLS * CELLS + 1, dtype=np.int32)
    cell_at[-1] = -1
    laid = laid_out(np.arange(CELLS * CELLS), CELLS)
    cell_at[laid.reshape(-1)] = np.arange(CELLS * CELLS)
    return {
        "day": (columns.days[at[order]] - SINCE.toordinal()).astype(np.int32),
        "kind": kind[order].astype(np.uint16),
        "place": columns.place[order],
        "cell": cell_at[columns.cell[order]],
    }


def _areas(grids: int) -> tuple[dict[str, np.ndarray], np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    villages, towns, counties = max(grids // 5, 1), max(grids // 55, 1), max(grids // 830, 1)
    sizes = (counties, towns, villages, grids)
    first = np.cumsum([1, *sizes])
    grid = np.arange(grids)
    village = grid * villages // grids
    town = village * towns // villages
    county = town * counties // towns
    numbers = np.stack([county, town, village, grid], axis=1) + first[:4]
    places = np.zeros((grids + villages + towns + 1, 5), dtype=np.int64)
    places[1 : grids + 1, :4] = numbers
    # Of every village and town also the place of what is known no finer.
    for start, level, count in ((grids + 1, 2, villages), (grids + villages + 1, 1, towns)):
        _, at = np.unique(numbers[:, level], return_index=True)
        places[start : start + count, : level + 1] = numbers[at, : level + 1]
    ids = np.arange(1, first[-1])
    areas = {
        "area.id": ids, "area.level": np.repeat(np.arange(4), sizes).astype(np.uint8),
        "area.regular": np.ones(len(ids), dtype=bool), "area.today": np.ones(len(ids), dtype=bool),
    }  # fmt: skip
    _, at = np.unique(town, return_index=True)
    return areas, places, first[0] + np.arange(counties), first[1] + np.arange(towns), first[0] + county[at]


def _matters(rng: np.random.Generator, rows: int, places: int) -> MatterColumns:
    day = rng.integers(0, DAYS, rows).astype(np.int32) + np.int32(SINCE.toordinal())
    clustered = rng.random(rows, dtype=np.float32) < _CLUSTERED
    centres = rng.integers(0, places, 60)
    spread = (rng.standard_normal(rows, dtype=np.float32) * places / 400).astype(np.int64)
    near = np.clip(centres[rng.integers(0, 60, rows)] + spread, 1, places - 1)
    place = np.where(clustered, near, rng.integers(1, places, rows))
    # Cells lie where their grids lie, some hundred to a grid.
    around = place * (CELLS * CELLS // (places + 1)) + rng.integers(0, 100, rows)
    pointed = rng.random(rows, dtype=np.float32) < 0.8
    cell = np.where(pointed, np.minimum(around, CELLS * CELLS - 1), -1).astype(np.int32)
    common = rng.zipf(1.4, rows)
    kind = (common * 2_654_435_761 % len(KINDS)).astype(np.uint16)
    columns, _ = arrange(day, kind, {
        "place": place.astype(np.uint16 if places < 1 << 16 else np.uint32),
        "cell": cell,
        "submissions": np.minimum(rng.geometric(0.6, rows), 60).astype(np.uint16),
        "heads": np.minimum(rng.geometric(0.4, rows), 90).astype(np.uint16),
    })  # fmt: skip
    return columns


def day_of(number: int) -> date:
    """Return a day of the city by its number."""
    return SINCE + timedelta(days=number)
