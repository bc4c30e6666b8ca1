"""Baking: the tiles of every edition in force, made once and kept as an archive beside the database.

PostGIS encodes what was cut: its ``ST_AsMVT`` takes outlines in tile units as they are.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from data.intake.boundaries.outlines import Mask, Outlines
from data.sessions import reading
from data.tiles import cutting
from data.tiles.archive import ENDING, Tile, write_archive
from data.tiles.names import names_in_force
from grid.areas import AreaKind, Level
from grid.principals import COMMAND_LINE
from grid.tiles import TileSet

_EDITION = text("SELECT level, source FROM edition WHERE id = :edition")
_AREAS = text(
    "SELECT id, code, name, kind, ST_AsBinary(geom) AS outline FROM area"
    " WHERE edition_id = :edition ORDER BY id"
)
_ENCODE = text(
    "SELECT ST_AsMVT(f, :layer, :extent, 'geom', 'id') FROM (SELECT p.id, p.code, p.name, p.kind,"
    " ST_GeomFromWKB(p.outline) AS geom FROM unnest(CAST(:ids AS bigint[]), CAST(:codes AS text[]),"
    " CAST(:names AS text[]), CAST(:kinds AS text[]), CAST(:outlines AS bytea[]))"
    " AS p (id, code, name, kind, outline)) f"
)
_LOG = logging.getLogger("fengtu.tiles")


@dataclass(frozen=True, slots=True, eq=False)
class _Areas:
    """The areas of an edition, and their outlines in the web's projection."""

    ids: npt.NDArray[np.int64]
    said: npt.NDArray[np.object_]
    """Code, name and kind, of shape (n, 3)."""
    lonlat: Outlines
    functional: Mask


def bake_missing(engine: Engine, folder: Path) -> int:
    """Bake every edition in force that has no archive in a folder, drop all others; return how many."""
    with reading(engine, COMMAND_LINE) as session:
        editions = names_in_force(session)
        missing = {name: number for name, number in editions.items() if not _path(folder, name).exists()}
        for name, number in missing.items():
            bake(session, folder, number, name)
    for path in folder.glob(f"*{ENDING}") if folder.is_dir() else ():
        if path.stem not in editions:
            path.unlink(missing_ok=True)
    return len(missing)


def try_to_bake(engine: Engine, folder: Path) -> int:
    """Bake what is missing, but only log what goes wrong; return how many were baked."""
    try:
        return bake_missing(engine, folder)
    except Exception as error:
        # Shapes are drawn without tiles too; type only, since a message may quote a name.
        _LOG.error("baking tiles failed: %s", type(error).__name__)
        return 0


def bake(session: Session, folder: Path, edition: int, name: str) -> None:
    """Write the archive of one edition, which has areas."""
    head = session.execute(_EDITION, {"edition": edition}).one()
    areas = _read_areas(session, edition)
    west, south, east, north = shapely.total_bounds(areas.lonlat).tolist()
    tiles = TileSet(name, Level(head.level), (west, south, east, north))
    write_archive(_path(folder, name), tiles, head.source, _encoded(session, tiles, areas))


def _encoded(session: Session, tiles: TileSet, areas: _Areas) -> Iterator[Tile]:
    first, last = tiles.zooms
    mercator = cutting.to_mercator(areas.lonlat)
    for zoom in range(last, first - 1, -1):
        for tile in cutting.cut(cutting.fit_to_zoom(mercator, areas.functional, zoom), zoom):
            yield zoom, tile.column, tile.row, _encode(session, tiles.level, areas, tile)


def _encode(session: Session, level: Level, areas: _Areas, tile: cutting.CutTile) -> bytes:
    codes, names, kinds = areas.said[tile.areas].T.tolist()
    values: dict[str, Any] = {
        "layer": level.value,
        "extent": cutting.EXTENT,
        "ids": areas.ids[tile.areas].tolist(),
        "codes": codes,
        "names": names,
        "kinds": kinds,
        "outlines": shapely.to_wkb(tile.outlines).tolist(),
    }
    return bytes(session.execute(_ENCODE, values).scalar_one())


def _read_areas(session: Session, edition: int) -> _Areas:
    rows = session.execute(_AREAS, {"edition": edition}).all()
    return _Areas(
        np.array([row.id for row in rows], dtype=np.int64),
        np.array([(row.code, row.name, row.kind) for row in rows], dtype=object).reshape(-1, 3),
        np.array([shapely.from_wkb(bytes(row.outline)) for row in rows], dtype=object),
        np.array([row.kind == AreaKind.FUNCTIONAL for row in rows], dtype=bool),
    )


def _path(folder: Path, name: str) -> Path:
    return folder / f"{name}{ENDING}"
