"""Archives: the tiles of an edition in one file, as MBTiles 1.3, which GDAL and QGIS open by themselves.

A file is written aside and then put in place under a name of its very shapes: it is whole or not there, and
never changes, so that any number of processes may read it without a lock.
"""

from __future__ import annotations

import gzip
import json
import os
import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path
from threading import Lock

from grid.areas import Level
from grid.tiles import TileSet

ENDING = ".mbtiles"
_TABLES = """
PRAGMA journal_mode = OFF;
CREATE TABLE metadata (name TEXT, value TEXT);
CREATE TABLE tiles (zoom_level INTEGER, tile_column INTEGER, tile_row INTEGER, tile_data BLOB,
    PRIMARY KEY (zoom_level, tile_column, tile_row)) WITHOUT ROWID;
"""
_READ = "SELECT tile_data FROM tiles WHERE zoom_level = ? AND tile_column = ? AND tile_row = ?"
FIELDS = {"code": "String", "name": "String", "kind": "String"}
"""What a tile says of an area besides its id."""
Tile = tuple[int, int, int, bytes]
"""Zoom, column, row from the north, and the encoded tile."""


def write_archive(path: Path, tiles: TileSet, attribution: str, encoded: Iterable[Tile]) -> None:
    """Write an archive and put it in place."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_suffix(f".{os.getpid()}.part")
    aside.unlink(missing_ok=True)
    try:
        with closing(sqlite3.connect(aside)) as connection:
            connection.executescript(_TABLES)
            connection.executemany(
                "INSERT INTO metadata VALUES (?, ?)", _metadata(tiles, attribution).items()
            )
            rows = ((z, x, _from_south(z, y), gzip.compress(body, mtime=0)) for z, x, y, body in encoded)
            connection.executemany("INSERT INTO tiles VALUES (?, ?, ?, ?)", rows)
            connection.commit()
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)


class Archive:
    """One archive, open for reading; raises FileNotFoundError where there is none."""

    def __init__(self, path: Path) -> None:
        if not path.is_file():
            raise FileNotFoundError(path.name)
        # Threads of a server share the connection one after the other: a reading takes microseconds.
        self._lock = Lock()
        self._connection = sqlite3.connect(
            f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False
        )
        known = dict(self._connection.execute("SELECT name, value FROM metadata"))
        west, south, east, north = map(float, known["bounds"].split(","))
        self.tiles = TileSet(path.stem, Level(known["name"]), (west, south, east, north))

    def read(self, zoom: int, column: int, row: int) -> bytes | None:
        """Return a tile, gzip-compressed; none for an empty one."""
        with self._lock:
            found = self._connection.execute(_READ, (zoom, column, _from_south(zoom, row))).fetchone()
        return None if found is None else bytes(found[0])

    def close(self) -> None:
        """Let the file go."""
        self._connection.close()


def _metadata(tiles: TileSet, attribution: str) -> Mapping[str, str]:
    first, last = tiles.zooms
    layer = {"id": tiles.level.value, "fields": FIELDS, "minzoom": first, "maxzoom": last}
    return {
        "name": tiles.level.value,
        "format": "pbf",
        "type": "overlay",
        "version": "2",
        "bounds": ",".join(str(degrees) for degrees in tiles.bounds),
        "minzoom": str(first),
        "maxzoom": str(last),
        "attribution": attribution,
        "json": json.dumps({"vector_layers": [layer]}),
    }


def _from_south(zoom: int, row: int) -> int:
    """Return the row as the archive counts it."""
    return (1 << zoom) - 1 - row
