"""Baked shapes of the city's boundaries, for everyone who is signed in."""

from __future__ import annotations

from typing import Protocol

from grid.areas import Level
from grid.tiles import TileSet


class TileReads(Protocol):
    """Readings of baked tiles: shapes alone, the same for everyone."""

    def tileset(self, level: Level) -> TileSet | None:
        """Return the tiles of a level's edition in force, none while they are not baked."""

    def tile(self, name: str, zoom: int, column: int, row: int) -> bytes | None:
        """Return a tile of a set by its name, gzip-compressed; none for an empty one.

        Raises ``Refused('tiles_unknown')`` for a set, a zoom or a tile that there is not.
        """
