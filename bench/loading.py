"""Rows a second from a CSV file into PostGIS with their places: ``python -m bench.loading``."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from csv import reader
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from struct import Struct
from typing import Any

import click
import numpy as np
import pandas as pd
import psycopg
import pyarrow as pa
import shapely
from pyarrow import csv

from bench import binary_copying as copying
from bench.coverages import draw_points, make_coverage
from bench.placing import open_postgis
from data.models import SRID
from grid.areas import Level
from grid.placing import NOWHERE, AreaIndex, Ids, index_areas, locate

LEAST_RATIO = 2.5
_SEED = 1
_BLOCK = 1 << 19
"""Bytes of CSV read at once: some 7,500 rows. Arrays of more are given new pages by the system every time."""
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
_POINT = bytes.fromhex("0101000020") + SRID.to_bytes(4, "little")
"""What a point's EWKB begins with."""
_PEERS = ("psycopg COPY by write_row, places given", "psycopg COPY of rows read before, places given")
_DIFFER = """
SELECT (SELECT count(*) FROM (TABLE ours EXCEPT ALL TABLE {0}) AS a),
    (SELECT count(*) FROM ours) - (SELECT count(*) FROM {0})
"""
Row = dict[str, Any]


@click.command()
@click.option("--count", default=1_000_000)
@click.option("--repeats", default=3)
def main(count: int, repeats: int) -> None:
    """Print our rate beside both peers'; the loaded rows are compared."""
    for row in measure(count, repeats):
        met = {True: "met", False: "MISSED", None: ""}[row["met"]]
        click.echo(
            f"{row['work']}, {row['size']}: {row['ours']:,.0f} {row['unit']}, {row['peer_name']} "
            f"{row['peer']:,.0f}: {row['ratio']:.2f} times {met}"
        )


def measure(count: int = 1_000_000, repeats: int = 3) -> list[Row]:
    """Return the measurements: work, size, ours, peer, peer_name, ratio, unit, target, met.

    We read a file, place its rows and copy them. The peer reads and copies them with psycopg, and is given
    the places. The second peer has read before: its rows are Python's values already.
    """
    outlines = make_coverage(_SEED, 10_000)
    index = index_areas(Level.GRID, np.arange(len(outlines)), outlines)
    assert index.table.areas == len(outlines), "boundaries are there before matters are"
    folder = Path(tempfile.mkdtemp(prefix="fengtu-loading-"))
    try:
        path = folder / "matters.csv"
        _write_csv(path, count)
        with open_postgis() as connection:
            ours, *theirs = _compare(connection, path, index, repeats)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    row: Row = {"work": "loading CSV with places", "size": f"{count} rows", "unit": "rows/s"}
    rows = []
    for name, spent in zip(_PEERS, theirs, strict=True):
        ratio, has_target = spent / ours, name == _PEERS[0]
        told = {"ours": count / ours, "peer": count / spent, "peer_name": name, "ratio": ratio}
        told["target"] = f">= {LEAST_RATIO} times" if has_target else None
        rows.append(row | told | {"met": ratio >= LEAST_RATIO if has_target else None})
    return rows


def _compare(connection: psycopg.Connection[Any], path: Path, index: AreaIndex, repeats: int) -> list[float]:
    """Return the seconds that we took and each peer."""
    finished = list(_finished_rows(path, index))
    grids = [row[6] for row in finished]
    ways: dict[str, Callable[[], None]] = {
        "ours": lambda: _load(connection, path, index),
        "theirs": lambda: _write_rows(connection, "theirs", _rows_of_csv(path, grids)),
        "finished": lambda: _write_rows(connection, "finished", finished),
    }
    # What is compiled is compiled once for all days.
    next(iter(_read_blocks(path)), None)
    copying.encode_rows((copying.text_field(np.array([b"", b"a"])),))
    spent: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(repeats):
        for table, way in ways.items():
            connection.execute(f"DROP TABLE IF EXISTS {table}".encode())
            connection.execute(_TABLE.format(table).encode())
            started = time.perf_counter()
            way()
            spent[table].append(time.perf_counter() - started)
        click.echo("  " + ", ".join(f"{table} {seconds[-1]:.2f} s" for table, seconds in spent.items()))
    for other in ("theirs", "finished"):
        differ = connection.execute(_DIFFER.format(other).encode()).fetchone()
        assert differ == (0, 0), "all load the same rows"
    return [median(seconds) for seconds in spent.values()]


def _load(connection: psycopg.Connection[Any], path: Path, index: AreaIndex) -> None:
    """Read, place and copy; all rows or none."""
    with connection.cursor() as cursor:
        blocks = (_fields(block, index) for block in _read_blocks(path))
        copying.copy_blocks(cursor, "ours", _COLUMNS, blocks)


def _read_blocks(path: Path) -> Iterator[pa.RecordBatch]:
    word = pa.dictionary(pa.int32(), pa.string())
    kinds = {"matter_no": pa.string(), "registered_on": pa.date32(), "category": word, "channel": word}
    kinds |= {"submissions": pa.int32(), "heads": pa.int32(), "lon": pa.float64(), "lat": pa.float64()}
    reading, converting = csv.ReadOptions(block_size=_BLOCK), csv.ConvertOptions(column_types=kinds)
    yield from csv.open_csv(path, read_options=reading, convert_options=converting)


def _fields(block: pa.RecordBatch, index: AreaIndex) -> tuple[copying.Field, ...]:
    """Return the columns ``_COLUMNS`` of a block, its rows placed."""
    lon, lat = _numbers(block, "lon"), _numbers(block, "lat")
    grid = locate(index, lon, lat)
    return (
        _texts(block.column("matter_no")),
        copying.day_field(_numbers(block, "registered_on")),
        _words(block.column("category")),
        _words(block.column("channel")),
        copying.number_field(_numbers(block, "submissions"), "i4"),
        copying.number_field(_numbers(block, "heads"), "i4"),
        copying.number_field(grid, "i8", grid == NOWHERE),
        copying.point_field(lon, lat),
    )


def _numbers(block: pa.RecordBatch, name: str) -> np.ndarray:
    return np.asarray(block.column(name).to_numpy(zero_copy_only=False))


def _texts(column: pa.StringArray) -> copying.Field:
    """Return texts as they lie in Arrow's memory, one after the other, laid side by side."""
    _, ends, letters = column.buffers()
    bounds = np.frombuffer(ends, np.int32)[column.offset : column.offset + len(column) + 1]
    lengths = np.diff(bounds)
    laid = np.zeros((len(column), max(int(lengths.max(initial=0)), 1)), np.uint8)
    laid[np.arange(laid.shape[1]) < lengths[:, None]] = np.frombuffer(letters, np.uint8)[
        bounds[0] : bounds[-1]
    ]
    return copying.text_field(laid.view(f"S{laid.shape[1]}")[:, 0], lengths=lengths)


def _words(column: pa.DictionaryArray) -> copying.Field:
    """Return a column of few different words: each word is read once."""
    words, codes = _texts(column.dictionary), column.indices.to_numpy()
    assert words.lengths is not None
    return copying.text_field(words.values[codes], lengths=words.lengths[codes])


def _finished_rows(path: Path, index: AreaIndex) -> Iterator[tuple[object, ...]]:
    """Yield the rows as Python has them, read and placed already: what reading costs is not the peer's."""
    for block in _read_blocks(path):
        lon, lat = _numbers(block, "lon"), _numbers(block, "lat")
        grids: Ids = locate(index, lon, lat)
        points = shapely.to_wkb(shapely.points(lon, lat), hex=True)
        columns = (block.column(name).to_pylist() for name in _COLUMNS[:6])
        ids = [None if grid == NOWHERE else grid for grid in grids.tolist()]
        yield from zip(*columns, ids, points.tolist(), strict=True)


def _rows_of_csv(path: Path, grids: list[object]) -> Iterator[tuple[object, ...]]:
    """Yield the rows as Python reads them, each with the place that it is given."""
    point, head = Struct("<dd").pack, _POINT.hex()
    with path.open(encoding="utf-8", newline="") as file:
        rows = reader(file)
        next(rows)
        for (*said, lon, lat), grid in zip(rows, grids, strict=True):
            yield *said, grid, head + point(float(lon), float(lat)).hex()


def _write_rows(connection: psycopg.Connection[Any], table: str, rows: Iterable[tuple[object, ...]]) -> None:
    statement = f"COPY {table} ({', '.join(_COLUMNS)}) FROM STDIN"
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
