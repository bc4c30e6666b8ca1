"""Cutting: the areas of an edition simplified together for one zoom and cut into tiles, in whole tile units.

Neighbours share every corner before rounding, and rounding moves a corner the same way for both: there is no
gap between them in a tile. Tile units are those of the Mapbox Vector Tile specification 2.1, y downwards.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from data.intake.boundaries.outlines import CGCS2000, Mask, Outlines, project, repair, transformer

EXTENT = 4096
"""Units along one side of a tile."""
BUFFER = 64
"""Units beyond its side that a tile holds, so that no outline is drawn along its edge."""
_TOLERANCE = 6.0
"""Units: less than half a pixel of a tile that is drawn 256 pixels wide."""
_WEB_MERCATOR = "EPSG:3857"
_HALF_WORLD_M = 20037508.342789244


@dataclass(frozen=True, slots=True, eq=False)
class CutTile:
    """One tile: positions of its areas, and their outlines in its own units, rings turned as a tile needs."""

    column: int
    row: int
    areas: npt.NDArray[np.int64]
    outlines: Outlines


def to_mercator(lonlat: Outlines) -> Outlines:
    """Return outlines in degrees (EPSG:4490) in metres of the web's projection (EPSG:3857)."""
    return project(lonlat, transformer(CGCS2000, _WEB_MERCATOR))


def fit_to_zoom(mercator: Outlines, functional: Mask, zoom: int) -> Outlines:
    """Return outlines simplified for a zoom, in whole units of the world's grid at that zoom.

    Regular areas are simplified as one coverage, functional ones, which lie over them, each alone.
    """
    scale = EXTENT * 2**zoom / (2 * _HALF_WORLD_M)
    fine = shapely.transform(mercator, lambda c: (c * [1, -1] + _HALF_WORLD_M) * scale)
    simple = np.array(fine, dtype=object)
    simple[~functional] = shapely.coverage_simplify(fine[~functional], _TOLERANCE)
    simple[functional] = shapely.simplify(fine[functional], _TOLERANCE)
    # A faulty coverage may lose an area altogether: that one keeps its full outline.
    whole = np.where(shapely.is_empty(simple), fine, simple)
    return _rounded(whole)


def cut(units: Outlines, zoom: int) -> Iterator[CutTile]:
    """Yield the tiles of a zoom that any outline reaches into."""
    areas, columns, rows = _reached(units)
    inside = (columns >= 0) & (columns < 2**zoom) & (rows >= 0) & (rows < 2**zoom)
    areas, columns, rows = areas[inside], columns[inside], rows[inside]
    order = np.lexsort((areas, rows, columns))
    tiles, starts = np.unique(np.column_stack([columns, rows])[order], axis=0, return_index=True)
    for (column, row), among in zip(tiles.tolist(), np.split(areas[order], starts[1:]), strict=True):
        tile = _cut_one(units[among], among, column, row)
        if len(tile.areas):
            yield tile


def _reached(units: Outlines) -> tuple[npt.NDArray[Any], npt.NDArray[Any], npt.NDArray[Any]]:
    """Return pairs of an outline's position and a tile (column, row) that its box reaches into."""
    held = np.flatnonzero(~shapely.is_empty(units))
    boxes = shapely.bounds(units[held])
    low = np.floor((boxes[:, :2] - BUFFER) / EXTENT).astype(np.int64)
    high = np.floor((boxes[:, 2:] + BUFFER) / EXTENT).astype(np.int64)
    spans = high - low + 1
    sizes = spans.prod(axis=1)
    which = np.repeat(np.arange(len(held)), sizes)
    nth = np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    return held[which], low[which, 0] + nth // spans[which, 1], low[which, 1] + nth % spans[which, 1]


def _cut_one(outlines: Outlines, areas: npt.NDArray[np.int64], column: int, row: int) -> CutTile:
    west, north = column * EXTENT, row * EXTENT
    box = (west - BUFFER, north - BUFFER, west + EXTENT + BUFFER, north + EXTENT + BUFFER)
    parts = _rounded(shapely.clip_by_rect(outlines, *box))
    held = ~shapely.is_empty(parts)
    moved = shapely.transform(parts[held], lambda c: c - [west, north])
    # With y downwards an exterior ring of positive area by the surveyor's formula is what a tile asks for.
    return CutTile(column, row, areas[held], np.asarray(shapely.orient_polygons(moved)))


def _rounded(outlines: Outlines) -> Outlines:
    """Return outlines with whole coordinates; what rounding laid flat or crossed is mended by itself."""
    whole = np.array(shapely.transform(outlines, np.round), dtype=object)
    broken = ~shapely.is_valid(whole)
    # Not all: mending puts corners where edges cross, which a neighbour need not have.
    whole[broken] = shapely.set_precision(repair(whole[broken]), 1.0)
    return repair(whole)
