"""Baked tiles: no gap between neighbours, no grid below its zoom, whole or not there, never other shapes."""

from __future__ import annotations

import gzip
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pyogrio
import pytest
import shapely
from sqlalchemy import Engine, text

from callbacks.open_api import short_way
from callbacks.shell import make_shell
from callbacks.tools import Tools
from data import cluster
from data.access import roles
from data.store import PostgisStore
from data.tiles import baking, cutting
from data.tiles.archive import Archive
from data.worker import run_worker
from data.writes.accounts import AccountBook
from grid.areas import Level
from grid.principals import COMMAND_LINE, Principal, Role
from grid.refusals import Refused
from grid.tiles import FIRST_ZOOM, LAST_ZOOM

SIDE = 12
"""Cells along each side of the tests' own coverage."""
NOT_DRAWN = 1e-9
COARSE = 11


def _cells(seed: int, faults: int = 0) -> np.ndarray:
    """Return SIDE × SIDE cells in degrees with wiggled common edges; some faults push a corner aside."""
    rng = np.random.default_rng(seed)
    steps = np.arange(SIDE * 20 + 1) / 20
    lon, lat = np.meshgrid(steps, steps)
    x = 120 + 0.02 * (lon + 0.1 * np.sin(lat * 6) + rng.normal(0, 0.005, lon.shape))
    y = 28 + 0.02 * (lat + 0.1 * np.sin(lon * 5) + rng.normal(0, 0.005, lon.shape))
    made = []
    for row in range(SIDE):
        for column in range(SIDE):
            a, b, c, d = row * 20, row * 20 + 20, column * 20, column * 20 + 20
            ring = [
                *((a, at) for at in range(c, d)), *((at, d) for at in range(a, b)),
                *((b, at) for at in range(d, c, -1)), *((at, c) for at in range(b, a, -1)),
            ]  # fmt: skip
            made.append(shapely.Polygon([(x[at], y[at]) for at in ring]))
    cells = np.array(made, dtype=object)
    assert shapely.coverage_is_valid(cells)
    for number in rng.choice(len(cells), faults, replace=False):
        cells[number] = shapely.buffer(cells[number], 0.0004)
    return cells


def _edges(outlines: np.ndarray, box: tuple[float, float, float, float]) -> Counter[tuple[float, ...]]:
    """Count edges by their ends, whichever way they run, of those wholly inside a box."""
    found: Counter[tuple[float, ...]] = Counter()
    for ring in shapely.get_rings(shapely.get_parts(outlines)):
        points = shapely.get_coordinates(ring)
        for a, b in zip(points[:-1].tolist(), points[1:].tolist(), strict=True):
            inside = all(box[0] < p[0] < box[2] and box[1] < p[1] < box[3] for p in (a, b))
            if inside and a != b:
                found[tuple(min(a, b) + max(a, b))] += 1
    return found


@pytest.mark.parametrize("zoom", range(FIRST_ZOOM[Level.VILLAGE], LAST_ZOOM + 1))
def test_neighbours_share_every_edge_in_a_tile(zoom: int) -> None:
    """Each edge inside a tile is of two areas, but for those of the city's own border."""
    none = np.zeros(SIDE**2, dtype=bool)
    units = cutting.fit_to_zoom(cutting.to_mercator(_cells(1)), none, zoom)
    border = _edges(np.array([shapely.coverage_union_all(units)]), (-np.inf, -np.inf, np.inf, np.inf))
    seen = 0
    for tile in cutting.cut(units, zoom):
        corner = np.array([tile.column, tile.row]) * cutting.EXTENT
        # Away from where the tile itself cuts: there edges end at its side.
        box = (1 - cutting.BUFFER, 1 - cutting.BUFFER, *[cutting.EXTENT + cutting.BUFFER - 1] * 2)
        whole = shapely.transform(tile.outlines, lambda c, corner=corner: c + corner)
        world = (box[0] + corner[0], box[1] + corner[1], box[2] + corner[0], box[3] + corner[1])
        for edge, times in _edges(whole, world).items():
            assert times == (1 if edge in border else 2), (tile.column, tile.row, edge)
            seen += 1
    assert seen > 200


@pytest.mark.parametrize(("zoom", "faults"), [(13, 0), (11, 0), (13, 9), (10, 9)])
def test_tiles_together_are_the_city(zoom: int, faults: int) -> None:
    """Nothing is lost and nothing covered twice, but for what the faults of the source overlap."""
    cells = _cells(2, faults)
    units = cutting.fit_to_zoom(cutting.to_mercator(cells), np.zeros(SIDE**2, dtype=bool), zoom)
    clipped = dict.fromkeys(range(SIDE**2), 0.0)
    for tile in cutting.cut(units, zoom):
        assert shapely.is_valid(tile.outlines).all()
        assert (shapely.get_coordinates(tile.outlines) % 1 == 0).all(), "a tile has whole units"
        assert all(ring.is_ccw for one in tile.outlines for part in one.geoms for ring in [part.exterior])
        square = shapely.box(0, 0, cutting.EXTENT, cutting.EXTENT)
        for number, outline in zip(tile.areas.tolist(), tile.outlines, strict=True):
            clipped[number] += shapely.area(shapely.intersection(outline, square))
    together = np.array([clipped[number] for number in range(SIDE**2)])
    # Where a tile's side cuts an edge its end is rounded: at most half a unit along that edge.
    assert np.allclose(together, shapely.area(units), rtol=0.002, atol=60)
    if not faults:
        whole = shapely.area(shapely.union_all(units))
        assert abs(shapely.area(units).sum() - whole) < NOT_DRAWN * whole


def test_a_functional_area_is_cut_by_itself() -> None:
    cells = np.append(_cells(3), shapely.box(120.03, 28.03, 120.11, 28.09))
    functional = np.arange(len(cells)) == SIDE**2
    units = cutting.fit_to_zoom(cutting.to_mercator(cells), functional, 12)
    alone = cutting.fit_to_zoom(cutting.to_mercator(cells[:-1]), functional[:-1], 12)
    assert (shapely.to_wkb(units[:-1]) == shapely.to_wkb(alone)).all(), "it changes no regular area"
    assert any(SIDE**2 in tile.areas for tile in cutting.cut(units, 12))


# Baked from a database


@pytest.fixture(scope="module", autouse=True)
def coarse() -> Iterator[None]:
    """Bake two zooms less than the product does: what is cut at the last ones is looked at above."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("grid.tiles.LAST_ZOOM", COARSE)
        yield


@pytest.fixture(scope="module")
def baked(
    new_database: Callable[..., Engine], _small_city_template: str, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Engine, Path]:
    engine, folder = new_database(_small_city_template), tmp_path_factory.mktemp("tiles")
    assert baking.bake_missing(engine, folder) == 4
    return engine, folder


def _archives(folder: Path) -> dict[Level, Archive]:
    found = [Archive(path) for path in sorted(folder.glob("*.mbtiles"))]
    return {archive.tiles.level: archive for archive in found}


def test_each_level_has_its_zooms_and_no_grid_is_drawn_from_afar(baked: tuple[Engine, Path]) -> None:
    for level, archive in _archives(baked[1]).items():
        (path,) = baked[1].glob(f"{archive.tiles.name}.*")
        with sqlite3.connect(path) as connection:
            zooms = {z for (z,) in connection.execute("SELECT DISTINCT zoom_level FROM tiles")}
        assert zooms == set(range(FIRST_ZOOM[level], COARSE + 1))
    assert FIRST_ZOOM[Level.GRID] == 10


def test_gdal_reads_what_was_baked(baked: tuple[Engine, Path]) -> None:
    """The archive is MBTiles and its tiles are vector tiles to another program; areas are where they were."""
    engine, folder = baked
    for level, archive in _archives(folder).items():
        path = folder / f"{archive.tiles.name}.mbtiles"
        frame = pyogrio.read_dataframe(path, layer=level.value).to_crs(4326)
        with engine.connect() as connection:
            rows = connection.execute(
                text(
                    "SELECT code, name, kind, ST_AsBinary(geom) FROM area"
                    " WHERE level = :level AND valid_to IS NULL"
                ),
                {"level": level.value},
            ).all()
        assert set(frame["code"]) == {row.code for row in rows}
        assert set(frame["name"]) == {row.name for row in rows}
        for row in rows:
            told = shapely.union_all(
                shapely.make_valid(frame.loc[frame["code"] == row.code].geometry.to_numpy())
            )
            true = shapely.from_wkb(bytes(row[3]))
            shared = shapely.area(shapely.intersection(told, true))
            assert shared > 0.98 * max(shapely.area(told), shapely.area(true)), row.code


def test_what_is_baked_is_not_baked_again_and_what_is_past_goes(
    baked: tuple[Engine, Path], tmp_path: Path
) -> None:
    engine, folder = baked
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert baking.bake_missing(engine, folder) == 0
    (folder / "99-0123456789ab.mbtiles").write_bytes(b"of an edition rolled back")
    assert baking.bake_missing(engine, folder) == 0
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert baking.bake_missing(engine, tmp_path) == 4
    again = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert again == before, "the same shapes give the same file"


def test_other_shapes_have_another_name(small_city: Engine, tmp_path: Path) -> None:
    """Also of an edition of the same number: a database put back gives its numbers out again."""
    baking.bake_missing(small_city, tmp_path)
    before = {path.stem for path in tmp_path.iterdir()}
    with small_city.begin() as connection:
        connection.execute(text("UPDATE area SET geom = ST_Translate(geom, 0.001, 0) WHERE level = 'grid'"))
    assert baking.bake_missing(small_city, tmp_path) == 1
    after = {path.stem for path in tmp_path.iterdir()}
    assert len(before & after) == 3
    assert len(after) == 4


def test_a_baking_that_fails_leaves_nothing_half_done(
    baked: tuple[Engine, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = iter(range(10**6))

    def fail(*_: object) -> bytes:
        if next(calls) > 3:
            raise RuntimeError("canary")
        return b"x"

    monkeypatch.setattr(baking, "_encode", fail)
    assert baking.try_to_bake(baked[0], tmp_path) == 0
    assert list(tmp_path.iterdir()) == []


def test_the_worker_bakes(baked: tuple[Engine, Path], tmp_path: Path) -> None:
    class Stop(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            self.set()
            return True

    run_worker(baked[0], Stop(), poll_s=0.01, tiles=tmp_path)
    assert len(list(tmp_path.glob("*.mbtiles"))) == 4


# Read by a desk


def test_everyone_signed_in_reads_tiles_and_nobody_else_a_name(
    baked: tuple[Engine, Path],
    login_as: Callable[[Engine, str], Engine],
    sign_in: Callable[..., Principal],
) -> None:
    engine, folder = baked
    store = PostgisStore(login_as(engine, roles.SERVER), tiles=folder)
    for role in (Role.LEADER, Role.KIOSK, Role.WORKER):
        tiles = store.tiles(sign_in(engine, role)).tileset(Level.TOWN)
        assert tiles is not None
        assert tiles == _archives(folder)[Level.TOWN].tiles
    nobody = Principal("nobody", Role.KIOSK, "no-such-token-0123456789abcdef")
    assert store.tiles(nobody).tileset(Level.TOWN) is None


@pytest.mark.parametrize(
    ("name", "place"),
    [("x", (8, 0, 0)), ("../1-0123456789ab", (8, 0, 0)), ("1-0123456789ab", (8, 0, 0)), ("", (8, 0, 0)),
     ("{}", (6, 0, 0)), ("{}", (14, 0, 0)), ("{}", (8, 256, 0)), ("{}", (8, 0, -1)), ("{}\x00", (8, 0, 0)),
     ("{}.mbtiles", (8, 0, 0)), ("./{}", (8, 0, 0)), ("{}\n", (8, 0, 0))],
)  # fmt: skip
def test_no_other_tile_is_any(baked: tuple[Engine, Path], name: str, place: tuple[int, int, int]) -> None:
    engine, folder = baked
    known = _archives(folder)[Level.TOWN].tiles.name
    desk = PostgisStore(engine, tiles=folder).tiles(COMMAND_LINE)
    with pytest.raises(Refused, match="tiles_unknown"):
        desk.tile(name.format(known), *place)
    assert desk.tile(known, 8, 0, 0) is None, "an empty tile is no fault"


def test_many_threads_read_one_archive(baked: tuple[Engine, Path]) -> None:
    engine, folder = baked
    archive = _archives(folder)[Level.VILLAGE]
    with sqlite3.connect(folder / f"{archive.tiles.name}.mbtiles") as connection:
        places = connection.execute("SELECT zoom_level, tile_column, tile_row FROM tiles").fetchall()
    wanted = [(z, x, 2**z - 1 - y) for z, x, y in places]
    expected = [archive.read(*place) for place in wanted]
    desk = PostgisStore(engine, tiles=folder).tiles(COMMAND_LINE)
    found: list[bool] = []

    def read() -> None:
        found.append([desk.tile(archive.tiles.name, *place) for place in wanted] == expected)

    threads = [threading.Thread(target=read) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [True] * 6
    assert all(body and gzip.decompress(body) for body in expected)


def test_a_revoked_kiosk_gets_no_tile_once_the_second_is_over(
    baked: tuple[Engine, Path], login_as: Callable[[Engine, str], Engine], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Over the real gate: it is revoked by another process, which no process of the server is told of."""
    monkeypatch.setattr(short_way, "KEPT_S", 0.4)
    engine, folder = baked
    book = AccountBook(login_as(engine, cluster.OWNER), COMMAND_LINE, engine)
    token = book.add_kiosk("qgis", "127.0.0.1")
    store = PostgisStore(login_as(engine, roles.SERVER), tiles=folder)
    asked: list[str] = []
    true_who = store.gate().who
    monkeypatch.setattr(store.gate(), "who", lambda *who: asked.append("who") or true_who(*who))
    client = make_shell(Tools(store=store)).server.test_client()
    tiles = _archives(folder)[Level.TOWN]
    with sqlite3.connect(folder / f"{tiles.tiles.name}.mbtiles") as connection:
        places = connection.execute("SELECT zoom_level, tile_column, tile_row FROM tiles").fetchall()
    headers = {"Authorization": f"Bearer {token}", "Accept-Encoding": "gzip"}

    def ask() -> list[int]:
        paths = [f"/open/tiles/{tiles.tiles.name}/{z}/{x}/{2**z - 1 - y}.mvt" for z, x, y in places]
        return [client.get(path, headers=headers).status_code for path in paths]

    assert set(ask()) == {200}
    first = len(asked)
    assert first < len(places) > 5, "most went the short way"
    book.revoke_kiosk("qgis")
    time.sleep(0.4)
    assert set(ask()) == {401}


def test_without_a_folder_there_are_no_tiles(baked: tuple[Engine, Path]) -> None:
    desk = PostgisStore(baked[0]).tiles(COMMAND_LINE)
    assert desk.tileset(Level.TOWN) is None
    with pytest.raises(Refused, match="tiles_unknown"):
        desk.tile("1-0123456789ab", 8, 0, 0)
