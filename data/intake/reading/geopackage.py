"""GeoPackages: databases that strangers made, looked through before GDAL opens them, and only ever read."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from data.intake.reading.features import Layer
from data.intake.reading.gdal import cell, gdal, remarks_on
from grid.refusals import Refused

_NAME = Path("layer.gpkg")
_MOST_OBJECTS = 10_000
_OWN_TRIGGERS = re.compile(r"rtree_|gpkg_|trigger_(?:insert|delete|update)_feature_count_|.*feature_count")
_OWN_VIEWS = frozenset({"st_spatial_ref_sys", "st_geometry_columns", "spatial_ref_sys", "geometry_columns"})
_RTREE = re.compile(r"\s*CREATE\s+VIRTUAL\s+TABLE\s+\S+\s+USING\s+rtree\s*\(", re.IGNORECASE)
_VIRTUAL = re.compile(r"\s*CREATE\s+VIRTUAL", re.IGNORECASE)
_NEEDED = {"gpkg_contents", "gpkg_geometry_columns", "gpkg_spatial_ref_sys"}


def read_geopackage(path: Path, layer: str | None, preferred: str) -> Layer:
    """Return one layer of a GeoPackage; raises ``Refused``."""
    _bring(path)
    _check_schema()
    with gdal() as pyogrio:
        layers = [str(name) for name, kind in pyogrio.list_layers(_NAME) if kind is not None]
        chosen = _choose(layers, layer, preferred)
        meta, fids, geometry, columns = pyogrio.raw.read(
            _NAME, layer=chosen, force_2d=True, return_fids=True, datetime_as_string=True
        )
    attributes = {
        str(name): [cell(value) for value in column.tolist()]
        for name, column in zip(meta["fields"], columns, strict=True)
    }
    remarks = remarks_on(meta["geometry_type"], len(fids))
    numbers = [int(fid) for fid in fids]
    return Layer(list(geometry), attributes, numbers, meta["crs"], chosen, layers, remarks=remarks)


def _bring(path: Path) -> None:
    """Put the file beside us: what SQLite writes beside a database must not land where the file lies."""
    try:
        os.link(path, _NAME)
    except OSError:
        shutil.copyfile(path, _NAME)


def _check_schema() -> None:
    """Refuse a database that holds more than tables: a query of ours would run what it brings along."""
    try:
        with closing(sqlite3.connect(f"file:{_NAME}?mode=ro&immutable=1", uri=True)) as connection:
            connection.execute("PRAGMA trusted_schema=OFF")
            connection.execute("PRAGMA cell_size_check=ON")
            found = connection.execute("SELECT type, name, sql FROM sqlite_schema").fetchmany(
                _MOST_OBJECTS + 1
            )
    except (sqlite3.Error, UnicodeDecodeError, OverflowError):
        raise Refused("layer_broken") from None
    if len(found) > _MOST_OBJECTS:
        raise Refused("layer_broken")
    for kind, name, sql in found:
        _check_object(str(kind), str(name), str(sql or ""))
    if not {str(name).lower() for kind, name, _ in found if kind == "table"} >= _NEEDED:
        raise Refused("layer_broken")


def _check_object(kind: str, name: str, sql: str) -> None:
    if kind == "trigger" and not _OWN_TRIGGERS.match(name.lower()):
        raise Refused("geopackage_trigger", name=name[:60])
    if kind == "view" and name.lower() not in _OWN_VIEWS:
        raise Refused("geopackage_view", name=name[:60])
    if kind == "table" and _VIRTUAL.match(sql) and not _RTREE.match(sql):
        raise Refused("geopackage_virtual_table", name=name[:60])


def _choose(layers: Sequence[str], wanted: str | None, preferred: str) -> str:
    if wanted is not None and wanted in layers:
        return wanted
    if wanted is None and preferred in layers:
        return preferred
    if wanted is None and len(layers) == 1:
        return layers[0]
    raise Refused("layer_unknown", layers="、".join(layers))
