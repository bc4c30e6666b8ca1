"""Points a second and core through point in polygon, ours and peers': ``python -m bench.placing``."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

import click
import geopandas
import numpy as np
import psycopg
import shapely

from bench.coverages import Floats, Geometries, draw_points, make_coverage
from data import cluster
from data.geocode.placing_tables import PlacingTables
from data.settings import Settings
from grid.areas import Level
from grid.placing import NOWHERE, AreaIndex, Ids, index_areas, locate

SIZES = (1_000_000, 10_000_000)
LEAST_RATIO, LEAST_RATE, MOST_BUILD_S = 15.0, 8e6, 5.0
_POSTGIS_POINTS = 200_000
_SEED = 1
Row = dict[str, Any]
_JOIN = """
SELECT count(*) FROM (
    SELECT DISTINCT ON (inside.id) inside.id, outline.place FROM outline
    CROSS JOIN LATERAL (SELECT id FROM spot WHERE ST_Covers(outline.geom, spot.geom) OFFSET 0) AS inside
    ORDER BY inside.id, outline.place) AS placed
"""


@click.command()
@click.option("--areas", default=10_000)
@click.option("--points", multiple=True, type=int, default=SIZES)
@click.option("--postgis/--no-postgis", default=True, help="start a cluster of its own for PostGIS")
def main(areas: int, points: tuple[int, ...], *, postgis: bool) -> None:
    """Print how fast points are placed by us and by peers, side by side; all answers are compared."""
    for row in measure(areas, points, postgis=postgis):
        ratio = f"{row['ratio']:,.1f} times {row['peer_name']}" if row["ratio"] else ""
        met = {True: "met", False: "MISSED", None: ""}[row["met"]]
        click.echo(f"{row['work']}, {row['size']}: {row['ours']:,.2f} {row['unit']}  {ratio} {met}")


def measure(areas: int = 10_000, sizes: tuple[int, ...] = SIZES, *, postgis: bool = True) -> list[Row]:
    """Return the measurements: work, size, ours, peer, peer_name, ratio, unit, target, met."""
    outlines = make_coverage(_SEED, areas)
    folder = Path(tempfile.mkdtemp(prefix="fengtu-placing-"))
    try:
        rows, index = _measure_building(outlines, folder)
        for size in sizes:
            rows += _measure_placing(index, size)
        if postgis:
            rows.append(_measure_postgis(index))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return rows


def _measure_building(outlines: Geometries, folder: Path) -> tuple[list[Row], AreaIndex]:
    tables = PlacingTables(folder)
    started = time.process_time()
    tables(outlines)
    build_s = time.process_time() - started
    index = index_areas(Level.GRID, np.arange(len(outlines)), outlines, tables)
    started = time.process_time()
    size_mb = index.table.size_mb
    open_s = time.process_time() - started
    size = f"{len(outlines)} areas, {size_mb:.0f} MB"
    built = _row("building the table", size, build_s, "s", target=f"<= {MOST_BUILD_S} s")
    built["met"] = build_s <= MOST_BUILD_S
    return [built, _row("opening the kept table", size, open_s, "s")], index


def _measure_placing(index: AreaIndex, size: int) -> list[Row]:
    lon, lat = draw_points(_SEED, size)
    found = locate(index, lon, lat)
    # Peers get a million of them: their rate falls as points grow more, and ten million take them minutes.
    few = min(size, SIZES[0])
    of_few = "" if few == size else f", of {few} points"
    peers: dict[str, Callable[[], None]] = {
        "shapely, tree of the points": lambda: _ask_tree(index, lon[:few], lat[:few], found[:few])
    }
    if few == size:
        peers["geopandas.sjoin"] = lambda: _join_frames(index, lon, lat, found)
    ours: list[float] = []
    theirs: dict[str, list[float]] = {name: [] for name in peers}
    # One after the other, so that whatever else the machine does falls on all.
    for _ in range(3):
        ours.append(_core_s(lambda: locate(index, lon, lat)))
        for name, peer in peers.items():
            theirs[name].append(_core_s(peer))
    rate = size / median(ours) / 1e6
    target = f">= {LEAST_RATIO:.0f} times shapely and {LEAST_RATE / 1e6:.0f} M/s a core"
    rows = []
    for name, spent in theirs.items():
        row = _row("placing", f"{size} points", rate, "M points/s a core", target=target)
        row |= {"peer": few / median(spent) / 1e6, "peer_name": f"{name}{of_few}"}
        row["ratio"] = rate / row["peer"]
        row["met"] = row["ratio"] >= LEAST_RATIO and rate * 1e6 >= LEAST_RATE
        rows.append(row)
    seconds = median(_locate_by_two(index, lon, lat) for _ in range(3))
    rows.append(_row("placing on two threads", f"{size} points", size / seconds / 1e6, "M points/s"))
    return rows


def _core_s(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def _ask_tree(index: AreaIndex, lon: Floats, lat: Floats, found: Ids) -> None:
    tree = shapely.STRtree(shapely.points(lon, lat))
    area, point = tree.query(index.geometries, predicate="covers")
    first = np.full(len(lon), len(index.ids))
    np.minimum.at(first, point, area)
    assert np.array_equal(np.append(index.ids, NOWHERE)[first], found), "shapely places alike"


def _join_frames(index: AreaIndex, lon: Floats, lat: Floats, found: Ids) -> None:
    points = geopandas.GeoDataFrame(geometry=geopandas.points_from_xy(lon, lat))
    areas = geopandas.GeoDataFrame({"place": index.ids}, geometry=index.geometries)
    joined = geopandas.sjoin(points, areas, predicate="intersects")
    placed = joined.groupby(level=0)["place"].min()
    assert np.array_equal(placed.to_numpy(), found[placed.index]), "geopandas places alike"
    assert len(placed) == (found != NOWHERE).sum()


def _locate_by_two(index: AreaIndex, lon: Floats, lat: Floats) -> float:
    half = len(lon) // 2
    with ThreadPoolExecutor(2) as pool:
        started = time.perf_counter()
        parts = (slice(None, half), slice(half, None))
        list(pool.map(lambda part: locate(index, lon[part], lat[part]), parts))
        return time.perf_counter() - started


def _measure_postgis(index: AreaIndex) -> Row:
    lon, lat = draw_points(_SEED, _POSTGIS_POINTS)
    ours = median(_core_s(lambda: locate(index, lon, lat)) for _ in range(5))
    with open_postgis() as connection:
        _copy(connection, "outline (place int PRIMARY KEY, geom geometry(Geometry, 4490))", index.geometries)
        _copy(connection, "spot (id int PRIMARY KEY, geom geometry(Point, 4490))", shapely.points(lon, lat))
        connection.execute("SET max_parallel_workers_per_gather = 0")
        theirs = []
        for _ in range(3):
            # PostgreSQL works in a process of its own: the clock stands for its core.
            started = time.perf_counter()
            (count,) = connection.execute(_JOIN).fetchone() or (0,)
            theirs.append(time.perf_counter() - started)
    assert count == (locate(index, lon, lat) != NOWHERE).sum(), "PostGIS places as many"
    row = _row("placing", f"{_POSTGIS_POINTS} points", _POSTGIS_POINTS / ours / 1e6, "M points/s a core")
    row |= {"peer": _POSTGIS_POINTS / median(theirs) / 1e6, "peer_name": "PostGIS, polygon outer"}
    return row | {"ratio": row["ours"] / row["peer"]}


@contextmanager
def open_postgis() -> Iterator[psycopg.Connection[Any]]:
    """Give a PostGIS of its own, by its superuser."""
    home = Path(tempfile.mkdtemp(prefix="fengtu-bench-"))
    home.chmod(0o755)
    settings = Settings(home=home, database_url=None, port=8050)
    try:
        cluster.ensure_running(settings)
        where = f"host={cluster.socket_dir(settings)} dbname={cluster.DATABASE} user=postgres"
        with psycopg.connect(where, autocommit=True) as connection:
            connection.execute("CREATE EXTENSION IF NOT EXISTS postgis")
            yield connection
    finally:
        cluster.stop(settings)
        shutil.rmtree(home, ignore_errors=True)


def _copy(connection: psycopg.Connection[Any], table: str, geometries: Geometries) -> None:
    connection.execute(f"CREATE TABLE {table}".encode())
    name = table.split(maxsplit=1)[0].encode()
    hexes = shapely.to_wkb(shapely.set_srid(geometries, 4490), hex=True, include_srid=True).tolist()
    with connection.cursor() as cursor, cursor.copy(b"COPY " + name + b" FROM STDIN") as copy:
        for row in enumerate(hexes):
            copy.write_row(row)
    connection.execute(b"CREATE INDEX ON " + name + b" USING gist (geom)")
    connection.execute(b"VACUUM ANALYZE " + name)


def _row(work: str, size: str, ours: float, unit: str, *, target: str | None = None) -> Row:
    return {
        "work": work, "size": size, "ours": ours, "peer": None, "peer_name": None, "ratio": None,
        "unit": unit, "target": target, "met": None,
    }  # fmt: skip


if __name__ == "__main__":
    main()
