"""Rows a second from a CSV file into PostGIS with their places: ``python -m bench.loading``."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from typing import Any

import click
import numpy as np
import pandas as pd
import psycopg
import shapely

from bench import binary_copying as copying
from bench.coverages import draw_points, make_coverage
from bench.placing import open_postgis
from grid.areas import Level
from grid.placing import NOWHERE, AreaIndex, Ids, index_areas, locate

LEAST_RATIO = 2.5
_SEED = 1
_BLOCK = 25_000
_CATEGORIES = (
    "城乡建设",
    "劳动和社会保障",
    "国土资源",
    "农村农业",
    "环境保护",
    "教育文体",
    "卫生健康",
    "交通运输",
)
_CHANNELS = ("来信", "来访", "网上", "来电", "代办", "网格上报")
_COLUMNS = ("matter_no", "registered_on", "category", "channel", "submissions", "heads", "grid_id", "point")
_TABLE = """
CREATE UNLOGGED TABLE {} (matter_no text NOT NULL, registered_on date NOT NULL, category text NOT NULL,
    channel text NOT NULL, submissions int NOT NULL, heads int NOT NULL, grid_id bigint,
    point geometry(Point, 4490))
"""
Row = dict[str, Any]


@click.command()
@click.option("--count", default=1_000_000)
@click.option("--repeats", default=3)
def main(count: int, repeats: int) -> None:
    """Print both rates and their ratio; the loaded rows are compared."""
    for row in measure(count, repeats):
        click.echo(
            f"{row['work']}, {row['size']}: {row['ours']:,.0f} {row['unit']}, {row['peer_name']} "
            f"{row['peer']:,.0f}: {row['ratio']:.2f} times {'met' if row['met'] else 'MISSED'}"
        )


def measure(count: int = 1_000_000, repeats: int = 3) -> list[Row]:
    """Return the measurement: work, size, ours, peer, peer_name, ratio, unit, target, met."""
    outlines = make_coverage(_SEED, 10_000)
    index = index_areas(Level.GRID, np.arange(len(outlines)), outlines)
    assert index.table.areas == len(outlines), "boundaries are there before matters are"
    folder = Path(tempfile.mkdtemp(prefix="fengtu-loading-"))
    try:
        path = folder / "matters.csv"
        _write_csv(path, count)
        with open_postgis() as connection:
            ours, theirs = _compare(connection, path, index, repeats)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    row: Row = {"work": "loading CSV with places", "size": f"{count} rows", "unit": "rows/s"}
    row |= {"ours": count / ours, "peer": count / theirs, "peer_name": "psycopg write_row of finished rows"}
    row |= {"ratio": theirs / ours, "target": f">= {LEAST_RATIO} times", "met": theirs / ours >= LEAST_RATIO}
    return [row]


def _compare(
    connection: psycopg.Connection[Any], path: Path, index: AreaIndex, repeats: int
) -> tuple[float, float]:
    rows = list(_finished_rows(path, index))
    ours, theirs = [], []
    for _ in range(repeats):
        for table in ("ours", "theirs"):
            connection.execute(f"DROP TABLE IF EXISTS {table}".encode())
            connection.execute(_TABLE.format(table).encode())
        started = time.perf_counter()
        _load(connection, path, index)
        ours.append(time.perf_counter() - started)
        started = time.perf_counter()
        _write_rows(connection, rows)
        theirs.append(time.perf_counter() - started)
        click.echo(f"  ours {ours[-1]:.2f} s, write_row {theirs[-1]:.2f} s")
    differ = connection.execute(
        "SELECT (SELECT count(*) FROM (TABLE ours EXCEPT ALL TABLE theirs) AS a),"
        " (SELECT count(*) FROM ours) - (SELECT count(*) FROM theirs)"
    ).fetchone()
    assert differ == (0, 0), "both load the same rows"
    return median(ours), median(theirs)


def _load(connection: psycopg.Connection[Any], path: Path, index: AreaIndex) -> None:
    """Read, place and encode a block while the one before it is on its way to the database."""
    with connection.cursor() as cursor, ThreadPoolExecutor(1) as writer:
        sent: Future[None] | None = None
        for frame in _read_blocks(path):
            fields = _fields(frame, index)
            if sent is not None:
                sent.result()
            sent = writer.submit(copying.copy_columns, cursor, "ours", fields)
        if sent is not None:
            sent.result()


def _read_blocks(path: Path) -> Iterator[pd.DataFrame]:
    words = dict.fromkeys(("registered_on", "category", "channel"), "category")
    numbers = {"submissions": "i4", "heads": "i4", "lon": "f8", "lat": "f8"}
    kinds: Any = {"matter_no": object} | words | numbers
    return iter(pd.read_csv(path, dtype=kinds, chunksize=_BLOCK))


def _fields(frame: pd.DataFrame, index: AreaIndex) -> dict[str, copying.Field]:
    lon, lat = frame["lon"].to_numpy(), frame["lat"].to_numpy()
    grid = locate(index, lon, lat)
    numbers = np.array([number.encode() for number in frame["matter_no"].tolist()], dtype="S")
    return {
        "matter_no": copying.text_field(numbers),
        "registered_on": copying.day_field(_spread(frame["registered_on"], "M8[D]")),
        "category": copying.text_field(_spread(frame["category"], "S")),
        "channel": copying.text_field(_spread(frame["channel"], "S")),
        "submissions": copying.number_field(frame["submissions"], "i4"),
        "heads": copying.number_field(frame["heads"], "i4"),
        "grid_id": copying.number_field(grid, "i8", grid == NOWHERE),
        "point": copying.point_field(lon, lat),
    }


def _spread(column: pd.Series, kind: str) -> np.ndarray:
    """Return a column of few different words as an array of ``kind``: each word is read once."""
    words = [str(word) for word in column.cat.categories]
    read = np.array([word.encode() for word in words] if kind == "S" else words, dtype=kind)
    return read[column.cat.codes.to_numpy()]


def _finished_rows(path: Path, index: AreaIndex) -> Iterator[tuple[object, ...]]:
    """Yield the rows as Python has them, read and placed already: what reading costs is not the peer's."""
    for frame in _read_blocks(path):
        lon, lat = frame["lon"].to_numpy(), frame["lat"].to_numpy()
        grids: Ids = locate(index, lon, lat)
        points = shapely.to_wkb(shapely.points(lon, lat), hex=True)
        days = _spread(frame["registered_on"], "M8[D]").tolist()
        columns = (frame[name].tolist() for name in ("category", "channel", "submissions", "heads"))
        ids = [None if grid == NOWHERE else grid for grid in grids.tolist()]
        yield from zip(frame["matter_no"].tolist(), days, *columns, ids, points.tolist(), strict=True)


def _write_rows(connection: psycopg.Connection[Any], rows: list[tuple[object, ...]]) -> None:
    statement = f"COPY theirs ({', '.join(_COLUMNS)}) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(statement.encode()) as copy:
        for row in rows:
            copy.write_row(row)


def _write_csv(path: Path, count: int) -> None:
    rng = np.random.default_rng(_SEED)
    lon, lat = draw_points(_SEED, count)
    first = date(2025, 7, 1)
    days = np.array([(first + timedelta(days)).isoformat() for days in range(365)])
    frame = {
        "matter_no": [f"FX{serial:09d}" for serial in range(count)],
        "registered_on": days[rng.integers(0, 365, count)],
        "category": np.array(_CATEGORIES)[rng.integers(0, len(_CATEGORIES), count)],
        "channel": np.array(_CHANNELS)[rng.integers(0, len(_CHANNELS), count)],
        "submissions": rng.integers(1, 4, count),
        "heads": rng.integers(1, 9, count),
        "lon": lon.round(6),
        "lat": lat.round(6),
    }
    pd.DataFrame(frame).to_csv(path, index=False)


if __name__ == "__main__":
    main()
