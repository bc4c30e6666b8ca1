"""Tiles a second, baked beside live ST_AsMVT, and bytes of shapes and values: ``python -m bench.tiles``.

Both answer the same tiles of the same coverage in a throw-away cluster: once from the store alone, and once
through the program's own server with its guard, which asks the database who comes with every request.
"""

from __future__ import annotations

import gzip
import json
import secrets
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
import numpy as np
import shapely
from flask import Flask
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from bench.coverages import make_coverage
from callbacks.shell import make_shell
from callbacks.tools import Tools
from data import cluster
from data.intake.boundaries.edition_writing import ewkb
from data.migrate import migrate
from data.sessions import make_engine
from data.settings import Settings
from data.store import PostgisStore
from data.tiles.archive import Archive
from data.tiles.baking import bake_missing
from data.writes.accounts import AccountBook
from data.writes.boundaries import EARLIEST, AreaRow, EditionHead, insert_edition, insert_shapes
from data.writes.copying import analyze
from grid.areas import AreaKind, Level
from grid.principals import COMMAND_LINE

LEVEL = Level.GRID
TARGET_RATIO, TARGET_VALUES_KB = 20.0, 15.0
_LIVE = text(
    "SELECT ST_AsMVT(f, 'grid', 4096, 'geom', 'id') FROM (SELECT id, code, name, kind,"
    " ST_AsMVTGeom(ST_Transform(geom, 3857), ST_TileEnvelope(:z, :x, :y), 4096, 64) AS geom FROM area"
    " WHERE level = 'grid' AND valid_to IS NULL"
    " AND geom && ST_Transform(ST_TileEnvelope(:z, :x, :y), 4490)) f WHERE geom IS NOT NULL"
)
Place = tuple[int, int, int]
Row = dict[str, Any]


@click.command()
@click.option("--areas", default=10_000)
@click.option("--tiles", default=150, help="tiles asked for, drawn from all zooms")
@click.option("--repeats", default=3)
def main(areas: int, tiles: int, repeats: int) -> None:
    """Print tiles a second and bytes."""
    for row in measure(areas=areas, tiles=tiles, repeats=repeats):
        click.echo(
            f"{row['work']:44} {row['ours']:>12,.1f} {row['unit']:8}"
            f" {row['peer_name']}: {row['peer'] if row['peer'] is None else round(row['peer'], 1)}"
            f"  ratio {row['ratio'] and round(row['ratio'], 1)}  target {row['target']}  met {row['met']}"
        )


def measure(*, areas: int = 10_000, tiles: int = 150, repeats: int = 3) -> list[Row]:
    """Return a row for each comparison."""
    with _city(areas) as (settings, importer, outlines):
        folder = settings.tile_dir
        began = time.perf_counter()
        bake_missing(importer, folder)
        baked_s = time.perf_counter() - began
        archive = Archive(next(folder.glob("*.mbtiles")))
        places = _places(archive, tiles)
        with importer.connect() as connection:
            live = _rate(lambda place: _live(connection, place), places, repeats)
        alone = _rate(lambda place: archive.read(*place), places, repeats)
        served, served_live = _serve(settings, importer, archive.tiles.name, places, repeats)
        bytes_rows = _sizes(importer, archive, outlines)
    size = f"{areas} areas"
    return [
        _row("tiles from the store", size, alone, live, "live ST_AsMVT", "tiles/s", TARGET_RATIO),
        _row("tiles through a server", size, served, served_live, "Flask + ST_AsMVT", "tiles/s", None),
        _row("baking an edition", size, baked_s, None, "none", "s", None),
        *[row | {"size": size} for row in bytes_rows],
    ]


@contextmanager
def _city(areas: int) -> Iterator[tuple[Settings, Engine, np.ndarray]]:
    folder = Path(tempfile.mkdtemp(prefix="bench-tiles-"))
    folder.chmod(0o755)
    settings = Settings(home=folder, database_url=None, port=8050)
    try:
        cluster.ensure_running(settings)
        owner = make_engine(cluster.database_url(settings))
        migrate(owner)
        importer = make_engine(cluster.importer_url(settings))
        outlines = np.array([_multi(one) for one in make_coverage(1, areas, faults=0)], dtype=object)
        _write(importer, outlines)
        yield settings, importer, outlines
    finally:
        cluster.stop(settings)
        shutil.rmtree(folder, ignore_errors=True)


def _multi(outline: Any) -> Any:
    return outline if outline.geom_type == "MultiPolygon" else shapely.MultiPolygon([outline])


def _write(engine: Engine, outlines: np.ndarray) -> None:
    hexed = ewkb(outlines)
    with Session(engine) as session, session.begin():
        batch = session.execute(
            text(
                "INSERT INTO import_batch (kind, file_name, sha256, options, dry_run, rows, accepted, review,"
                " refused, figures, principal, seconds)"
                " VALUES ('boundaries', 'bench', repeat('0', 64), '{}', false,"
                " 0, 0, 0, 0, '{}', 'bench', 0) RETURNING id"
            )
        ).scalar_one()
        head = EditionHead(LEVEL, "BENCH", "2026", "bench", "EPSG:4490", True, EARLIEST, batch)
        labels = ewkb(shapely.point_on_surface(outlines))
        rows = [
            AreaRow(AreaKind.REGULAR, f"{at:015d}", f"网格{at}", None, 1000, 1.0, geom, label)
            for at, (geom, label) in enumerate(zip(hexed, labels, strict=True))
        ]
        _, ids = insert_edition(session, head, rows)
        insert_shapes(session, 2, ids, ewkb(shapely.coverage_simplify(outlines, 0.00012)))
        analyze(session, "area", "area_shape")


def _places(archive: Archive, count: int) -> list[Place]:
    rows = archive._connection.execute("SELECT zoom_level, tile_column, tile_row FROM tiles").fetchall()
    chosen = np.random.default_rng(1).choice(len(rows), min(count, len(rows)), replace=False)
    return [(z, x, 2**z - 1 - y) for z, x, y in (rows[at] for at in chosen.tolist())]


def _live(connection: Any, place: Place) -> bytes:
    z, x, y = place
    return bytes(connection.execute(_LIVE, {"z": z, "x": x, "y": y}).scalar_one())


def _rate(ask: Callable[[Place], object], places: Sequence[Place], repeats: int) -> float:
    """Return the median of tiles a second; each tile is asked for once before."""
    for place in places:
        ask(place)
    rates = []
    for _ in range(repeats):
        began = time.perf_counter()
        for place in places:
            ask(place)
        rates.append(len(places) / (time.perf_counter() - began))
    return statistics.median(rates)


def _serve(
    settings: Settings, importer: Engine, name: str, places: Sequence[Place], repeats: int
) -> tuple[float, float]:
    """Return tiles a second of our server, with its guard, and of a bare one that asks PostGIS each time."""
    owner = make_engine(cluster.database_url(settings))
    token = AccountBook(owner, COMMAND_LINE, importer).add_kiosk(f"bench-{secrets.token_hex(4)}", "127.0.0.1")
    server = make_engine(cluster.server_url(settings))
    ours = make_shell(Tools(store=PostgisStore(server, tiles=settings.tile_dir))).server.test_client()
    headers = {"Authorization": f"Bearer {token}", "Accept-Encoding": "gzip"}
    bare = Flask(__name__)

    @bare.get("/<int:z>/<int:x>/<int:y>.mvt")
    def tile(z: int, x: int, y: int) -> bytes:
        with importer.connect() as connection:
            return gzip.compress(_live(connection, (z, x, y)), compresslevel=5)

    peer = bare.test_client()

    def ask_ours(place: Place) -> None:
        z, x, y = place
        answer = ours.get(f"/open/tiles/{name}/{z}/{x}/{y}.mvt", headers=headers)
        if answer.status_code != 200:
            raise RuntimeError(answer.status)

    return (
        _rate(ask_ours, places, repeats),
        _rate(lambda place: peer.get("/{}/{}/{}.mvt".format(*place)), places, repeats),
    )


def _sizes(engine: Engine, archive: Archive, outlines: np.ndarray) -> list[Row]:
    """Return gzip kilobytes: of shapes as GeoJSON, of all tiles of a zoom, and of the values of a filter."""
    whole = {
        "type": "FeatureCollection",
        "features": [json.loads(shapely.to_geojson(one)) for one in outlines],
    }
    plain = len(gzip.compress(json.dumps(whole).encode(), compresslevel=6)) / 1024
    drawn = len(PostgisStore(engine).wall(COMMAND_LINE).shapes(LEVEL, 1)) / 1024
    first = archive.tiles.zooms[0]
    statement = "SELECT sum(length(tile_data)) FROM tiles WHERE zoom_level = ?"
    tiled = archive._connection.execute(statement, (first,)).fetchone()[0] / 1024
    counts = np.random.default_rng(1).negative_binomial(0.6, 0.02, len(outlines)).tolist()
    values = len(gzip.compress(json.dumps(counts, separators=(",", ":")).encode(), compresslevel=6)) / 1024
    return [
        _row("shapes as drawn", "", drawn, plain, "GeoJSON", "KB", None, smaller=True),
        _row(f"all tiles of zoom {first}", "", tiled, plain, "GeoJSON", "KB", None, smaller=True),
        _row("values alone", "", values, plain, "GeoJSON", "KB", TARGET_VALUES_KB, smaller=True),
    ]


def _row(  # noqa: PLR0917  the columns of a result
    work: str,
    size: str,
    ours: float,
    peer: float | None,
    peer_name: str,
    unit: str,
    target: float | None,
    *,
    smaller: bool = False,
) -> Row:
    ratio = None if peer is None else (peer / ours if smaller else ours / peer)
    met = None if target is None else (ours <= target if smaller else (ratio or 0) >= target)
    return {
        "work": work, "size": size, "ours": ours, "peer": peer, "peer_name": peer_name, "ratio": ratio,
        "unit": unit, "target": target, "met": met,
    }  # fmt: skip


if __name__ == "__main__":
    main()
