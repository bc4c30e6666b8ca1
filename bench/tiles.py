"""Tiles a second, baked beside live ST_AsMVT, and bytes of shapes and values: ``python -m bench.tiles``.

Both answer the same tiles of the same coverage in a throw-away cluster: once from the store alone, and once
over HTTP by the same web server, ours with its guard. The tiles are as many of each zoom, since a screenful
is as many at each. What the web server answers at most, without any work, is measured beside them.
"""

from __future__ import annotations

import gzip
import json
import secrets
import shutil
import socket
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import click
import numpy as np
import shapely
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from bench.coverages import make_coverage
from bench.tile_servers import BARE, LIVE, LIVE_PACKED, LIVE_TILE, OURS, rate, serving
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
from grid.tiles import LAST_ZOOM
from layers.hotspot_paint import pack, paint_counts

LEVEL = Level.GRID
TARGET_RATIO, TARGET_VALUES_KB = 20.0, 15.0
Place = tuple[int, int, int]
Row = dict[str, Any]


@click.command()
@click.option("--areas", default=10_000)
@click.option("--tiles", default=160, help="tiles asked for, as many of each zoom")
@click.option("--repeats", default=3)
def main(areas: int, tiles: int, repeats: int) -> None:
    """Print tiles a second and bytes."""
    for row in measure(areas=areas, tiles=tiles, repeats=repeats):
        click.echo(
            f"{row['work']:44} {row['ours']:>12,.1f} {row['unit']:8}"
            f" {row['peer_name']}: {row['peer'] if row['peer'] is None else round(row['peer'], 1)}"
            f"  ratio {row['ratio'] and round(row['ratio'], 1)}  target {row['target']}  met {row['met']}"
        )


def measure(*, areas: int = 10_000, tiles: int = 160, repeats: int = 3) -> list[Row]:
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
        rows = [
            _row("tiles from the store", alone, live, "live ST_AsMVT", "tiles/s", TARGET_RATIO),
            *_serve(settings, importer, archive.tiles.name, places, repeats),
            _row("baking an edition", baked_s, None, "none", "s", None),
            *_sizes(importer, archive, outlines),
        ]
    return [row | {"size": f"{areas} areas"} for row in rows]


@contextmanager
def _city(areas: int) -> Iterator[tuple[Settings, Engine, np.ndarray]]:
    folder = Path(tempfile.mkdtemp(prefix="bench-tiles-"))
    folder.chmod(0o755)
    settings = Settings(home=folder, database_url=None, port=_free_port())
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


def _free_port() -> int:
    with closing(socket.socket()) as line:
        line.bind(("127.0.0.1", 0))
        return int(line.getsockname()[1])


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
    """Return tiles that are not empty, as many of each zoom, in an order by chance."""
    rows = np.array(
        archive._connection.execute("SELECT zoom_level, tile_column, tile_row FROM tiles").fetchall()
    )
    rng = np.random.default_rng(1)
    of_zooms = [rows[rows[:, 0] == zoom] for zoom in np.unique(rows[:, 0])]
    chosen = np.concatenate([rng.choice(some, count // len(of_zooms)) for some in of_zooms])
    return [(z, x, 2**z - 1 - y) for z, x, y in rng.permutation(chosen).tolist()]


def _live(connection: Any, place: Place) -> bytes:
    return bytes(connection.exec_driver_sql(LIVE_TILE, dict(zip("zxy", place, strict=True))).scalar_one())


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
) -> Iterator[Row]:
    """Yield rows of what servers answer over HTTP: ours, live ones, and one that does nothing."""
    owner = make_engine(cluster.database_url(settings))
    token = AccountBook(owner, COMMAND_LINE, importer).add_kiosk(f"bench-{secrets.token_hex(4)}", "127.0.0.1")
    owner.dispose()
    asked = ["/{}/{}/{}.mvt".format(*place) for place in places]
    last = [address for address in asked if address.startswith(f"/{LAST_ZOOM}/")]
    database = cluster.importer_url(settings).replace("postgresql+psycopg:", "postgresql:")

    def rates(program: str, before: str = "", headers: str = "") -> list[float]:
        with serving(settings, program, database) as port:
            answers = [[before + address for address in some] for some in (asked, last)]
            return [rate(port, some, headers=headers, repeats=repeats) for some in answers]

    ours = rates(OURS, f"/open/tiles/{name}", f"Authorization: Bearer {token}\r\n")
    live, packed, bare = rates(LIVE), rates(LIVE_PACKED), rates(BARE)
    for at, work in enumerate(
        ("tiles over HTTP, each zoom alike", f"tiles over HTTP, zoom {LAST_ZOOM} alone")
    ):
        target = TARGET_RATIO if at == 0 else None
        yield _row(work, ours[at], live[at], "Flask + ST_AsMVT", "tiles/s", target)
        yield _row(work, ours[at], packed[at], "the same, gzip as ours", "tiles/s", target)
        yield _row(work, ours[at], bare[at], "gunicorn, a bare 200", "tiles/s", None)


def _sizes(engine: Engine, archive: Archive, outlines: np.ndarray) -> list[Row]:
    """Return gzip kilobytes: of shapes as GeoJSON, of all tiles of a zoom, and of the values of a filter."""
    whole = {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "id": at, "geometry": json.loads(shapely.to_geojson(one))}
            for at, one in enumerate(outlines)
        ],
    }
    plain = len(gzip.compress(json.dumps(whole).encode(), compresslevel=6)) / 1024
    drawn = len(PostgisStore(engine).wall(COMMAND_LINE).shapes(LEVEL, 1)) / 1024
    first = archive.tiles.zooms[0]
    statement = "SELECT sum(length(tile_data)) FROM tiles WHERE zoom_level = ?"
    tiled = archive._connection.execute(statement, (first,)).fetchone()[0] / 1024
    counts = np.random.default_rng(1).negative_binomial(0.6, 0.02, len(outlines)).astype(np.int64)
    # The whole answer to a filter change, with ranking and legend, is measured by bench.screen_hotspots.
    values = len(pack(paint_counts(counts, counts, is_fine=True).codes)) / 1024
    return [
        _row("shapes as drawn", drawn, plain, "GeoJSON", "KB", None, smaller=True),
        _row(f"all tiles of zoom {first}", tiled, plain, "GeoJSON", "KB", None, smaller=True),
        _row("values of a filter, as sent", values, plain, "GeoJSON", "KB", TARGET_VALUES_KB, smaller=True),
    ]


def _row(  # noqa: PLR0917  the columns of a result
    work: str,
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
        "work": work, "ours": ours, "peer": peer, "peer_name": peer_name, "ratio": ratio,
        "unit": unit, "target": target, "met": met,
    }  # fmt: skip


if __name__ == "__main__":
    main()
