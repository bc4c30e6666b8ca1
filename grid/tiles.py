"""Tiles: baked shapes of one boundary edition in the web's square tiling; they hold no count of anything."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

from grid.areas import Level

LAST_ZOOM = 13
"""A unit of a tile is a metre there: finer than any outline is drawn."""
FIRST_ZOOM = MappingProxyType(
    {Level.CITY: 4, Level.COUNTY: 5, Level.TOWN: 7, Level.VILLAGE: 8, Level.GRID: 10}
)
"""From which zoom a level is drawn at all: below it its areas would be a few pixels wide."""


@dataclass(frozen=True, slots=True)
class TileSet:
    """The tiles of one edition; ``name`` is of these very shapes, so that what it names never changes.

    ``bounds`` is (west, south, east, north) in degrees.
    """

    name: str
    level: Level
    bounds: tuple[float, float, float, float]

    @property
    def zooms(self) -> tuple[int, int]:
        """The first and the last zoom that there are tiles of."""
        return FIRST_ZOOM[self.level], LAST_ZOOM

    def has(self, zoom: int, column: int, row: int) -> bool:
        """Return whether the tiling has such a tile, be it an empty one."""
        first, last = self.zooms
        return first <= zoom <= last and 0 <= column < 2**zoom and 0 <= row < 2**zoom
