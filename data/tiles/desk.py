"""The desk of tiles: which set is in force the database says, the tiles themselves come from its archive."""

from __future__ import annotations

import re
from collections import OrderedDict
from pathlib import Path
from threading import Lock

from sqlalchemy import Engine

from data.faults import refusing
from data.sessions import reading
from data.tiles.archive import ENDING, Archive
from data.tiles.names import name_in_force
from grid.areas import Level
from grid.principals import Principal
from grid.refusals import Refused
from grid.tiles import TileSet

_NAME = re.compile(r"\d{1,18}-[0-9a-f]{12}", re.ASCII)
_KEPT_OPEN = 16


class Shelf:
    """The archives of a folder, each opened once for all threads of a process; none without a folder."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._open: OrderedDict[str, Archive] = OrderedDict()
        self._lock = Lock()

    def find(self, name: str) -> Archive | None:
        """Return the archive of a name, none where there is none."""
        if self._folder is None or not _NAME.fullmatch(name):
            return None
        with self._lock:
            if name not in self._open:
                try:
                    self._open[name] = Archive(self._folder / f"{name}{ENDING}")
                except FileNotFoundError:
                    return None
                while len(self._open) > _KEPT_OPEN:
                    # Not closed: another thread may be reading it; it goes with its last reader.
                    self._open.popitem(last=False)
            self._open.move_to_end(name)
            return self._open[name]


class TileDesk:
    """``grid.ports.TileReads`` over PostGIS and a shelf."""

    def __init__(self, engine: Engine, principal: Principal, shelf: Shelf) -> None:
        self._engine, self._principal, self._shelf = engine, principal, shelf

    def tileset(self, level: Level) -> TileSet | None:
        """Return the tiles of a level's edition in force."""
        with refusing(), reading(self._engine, self._principal) as session:
            name = name_in_force(session, level)
        archive = self._shelf.find(name) if name else None
        return archive.tiles if archive else None

    def tile(self, name: str, zoom: int, column: int, row: int) -> bytes | None:
        """Return a tile of a set."""
        archive = self._shelf.find(name)
        if archive is None or not archive.tiles.has(zoom, column, row):
            raise Refused("tiles_unknown")
        return archive.read(zoom, column, row)
