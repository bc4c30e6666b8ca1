"""A fake of the port of tiles: one set a level of the wall's fake city, each with one tile."""

from __future__ import annotations

import gzip
from dataclasses import dataclass, field

from grid.areas import Level
from grid.refusals import Refused
from grid.tiles import TileSet
from tests.screens.wall_city import PER

NAME = "1-0123456789ab"
TILE = b"\x1a\x02tile"
AT = (8, 207, 108)


@dataclass
class FakeTiles:
    """``grid.ports.TileReads``; ``baked`` holds the levels that have tiles."""

    baked: set[Level] = field(default_factory=lambda: set(PER))

    def tileset(self, level: Level) -> TileSet | None:
        return TileSet(NAME, level, (111.0, 27.0, 113.0, 29.0)) if level in self.baked else None

    def tile(self, name: str, zoom: int, column: int, row: int) -> bytes | None:
        tiles = TileSet(NAME, Level.TOWN, (111.0, 27.0, 113.0, 29.0))
        if name != NAME or not tiles.has(zoom, column, row):
            raise Refused("tiles_unknown")
        return gzip.compress(TILE, mtime=0) if (zoom, column, row) == AT else None
