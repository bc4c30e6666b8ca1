"""Features: outlines with attributes from GeoJSON, GeoPackage, zipped Shapefile or CSV with WKT.

GDAL only ever sees a GeoPackage or a Shapefile whose first bytes were checked, under a name of ours: it is
never left to guess a driver (a VRT renamed .csv would make it read other files of the machine).
"""

from __future__ import annotations

import codecs
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
import shapely
from shapely.errors import ShapelyError
from shapely.geometry import shape

from data.intake import headers
from data.intake.sheets import read_sheet
from data.intake.sniff import FileFormat, open_archive, sniff
from data.intake.values import Cell, plain
from grid.refusals import Refused

CGCS2000 = "EPSG:4490"
_GEOJSON_CRS = "EPSG:4326"
_SHAPE_FAULTS = (ValueError, TypeError, KeyError, IndexError, AttributeError, ShapelyError)
_SIDECARS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_CHINESE = {"gbk", "gb2312", "cp936", "936", "gb18030", "ansi 936"}


@dataclass(frozen=True, slots=True, eq=False)
class Features:
    """Outlines (shapely objects, none where unreadable) with their attributes by column.

    ``crs`` is what the file says of its coordinates, none where it says nothing; ``numbers`` are row numbers
    as a person would count them in the file.
    """

    outlines: np.ndarray[Any, Any]
    attributes: dict[str, list[Cell]]
    numbers: list[int]
    crs: str | None


def read_features(path: Path, *, layer: str | None, preferred_layer: str) -> Features:
    """Read the outlines of a file; of several layers ``layer``, else the one called ``preferred_layer``.

    Raises ``Refused`` with a code that names what is wrong with the file.
    """
    form = sniff(path)
    if form is FileFormat.GEOJSON:
        return _read_geojson(path)
    if form is FileFormat.GPKG:
        return _read_geopackage(path, layer, preferred_layer)
    if form is FileFormat.SHAPEFILE:
        return _read_shapefile(path, layer)
    return _read_wkt_table(path)


def _read_geojson(path: Path) -> Features:
    try:
        content = json.loads(path.read_bytes().decode("utf-8-sig"))
        features = [f for f in content["features"] if isinstance(f, dict)]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise Refused("geojson_broken") from None
    outlines = np.empty(len(features), dtype=object)
    outlines[:] = [_shape_of(f.get("geometry")) for f in features]
    properties = [{"id": f.get("id")} | (f.get("properties") or {}) for f in features]
    names = list(dict.fromkeys(name for p in properties for name in p))
    attributes = {name: [_cell(p.get(name)) for p in properties] for name in names}
    if all(value is None for value in attributes.get("id", ())):
        attributes.pop("id", None)
    return Features(outlines, attributes, list(range(1, len(features) + 1)), _crs_of(content))


def _shape_of(geometry: object) -> object:
    try:
        return shape(geometry) if geometry else None
    except _SHAPE_FAULTS:
        return None


def _crs_of(content: dict[str, Any]) -> str:
    """Return the CRS of a GeoJSON: WGS84 by RFC 7946, but the older ``crs`` member is still written."""
    try:
        return str(content["crs"]["properties"]["name"])
    except (KeyError, TypeError):
        return _GEOJSON_CRS


def _cell(value: object) -> Cell:
    if isinstance(value, float) and np.isnan(value):
        return None
    return value if isinstance(value, (str, int, float, bool)) or value is None else str(value)


def _read_wkt_table(path: Path) -> Features:
    rows = read_sheet(path).rows
    names = [plain(cell) for cell in rows[0]] if rows else []
    at = next((i for i, n in enumerate(names) if headers.field_of(n, headers.BOUNDARIES) == "geometry"), None)
    if at is None:
        raise Refused("column_missing", column=headers.BOUNDARIES["geometry"][0])
    body = [(number, row) for number, row in enumerate(rows[1:], 2) if any(row)]
    texts = [plain(row[at]) if at < len(row) else "" for _, row in body]
    outlines = np.array(shapely.from_wkt(texts, on_invalid="ignore"), dtype=object)
    attributes = {
        name: [row[i] if i < len(row) else None for _, row in body]
        for i, name in enumerate(names)
        if name and i != at
    }
    return Features(outlines, attributes, [number for number, _ in body], CGCS2000)


def _read_geopackage(path: Path, layer: str | None, preferred: str) -> Features:
    with tempfile.TemporaryDirectory(prefix="fengtu-layer-") as folder:
        safe = Path(folder) / "layer.gpkg"
        safe.symlink_to(path.resolve())
        with _gdal() as pyogrio:
            layers = [str(name) for name, kind in pyogrio.list_layers(safe) if kind is not None]
        return _read_layer(safe, _choose_layer(layers, layer, preferred), None)


def _choose_layer(layers: list[str], wanted: str | None, preferred: str) -> str:
    if wanted is not None and wanted in layers:
        return wanted
    if wanted is None and preferred in layers:
        return preferred
    if wanted is None and len(layers) == 1:
        return layers[0]
    raise Refused("layer_unknown", layers="、".join(layers))


def _read_shapefile(path: Path, layer: str | None) -> Features:
    with open_archive(path) as archive, tempfile.TemporaryDirectory(prefix="fengtu-layer-") as folder:
        entries = {entry: PurePosixPath(entry.replace("\\", "/")) for entry in archive.namelist()}
        stems = {str(p.with_suffix("")): p.stem for p in entries.values() if p.suffix.lower() == ".shp"}
        chosen = [s for s, name in stems.items() if layer in (None, name)]
        if len(chosen) != 1:
            raise Refused("layer_unknown", layers="、".join(stems.values()))
        for entry, inside in entries.items():
            suffix = inside.suffix.lower()
            if str(inside.with_suffix("")) == chosen[0] and suffix in _SIDECARS:
                (Path(folder) / f"layer{suffix}").write_bytes(_read_entry(archive, entry))
        encoding = _encoding(Path(folder) / "layer.cpg")
        _mend_field_names(Path(folder) / "layer.dbf", encoding)
        return _read_layer(Path(folder) / "layer.shp", None, encoding)


def _read_entry(archive: Any, entry: str) -> bytes:
    import zipfile
    import zlib

    try:
        return bytes(archive.read(entry))
    except (zipfile.BadZipFile, zlib.error, OSError, NotImplementedError):
        raise Refused("zip_broken") from None


def _encoding(cpg: Path) -> str:
    """Return the encoding of a Shapefile's attributes: GB 18030, which holds GBK, unless it says other."""
    said = cpg.read_text(encoding="ascii", errors="ignore").strip().lower() if cpg.exists() else ""
    if not said or said in _CHINESE:
        return "gb18030"
    try:
        return codecs.lookup(f"cp{said}" if said.isdigit() else said).name
    except LookupError:
        raise Refused("encoding_unknown") from None


def _mend_field_names(dbf: Path, encoding: str) -> None:
    """Drop the half characters of field names that were cut at ten bytes, on which decoding would fail.

    dBASE: descriptors of 32 bytes from byte 32 on, a name in 11 of them, ended by 0x0D.
    """
    if not dbf.exists():
        return
    content = bytearray(dbf.read_bytes())
    at = 32
    while at + 32 <= len(content) and content[at] != 0x0D:
        name = bytes(content[at : at + 11]).split(b"\0")[0]
        whole = name.decode(encoding, errors="ignore").encode(encoding)
        content[at : at + 11] = whole.ljust(11, b"\0")
        at += 32
    dbf.write_bytes(content)


def _read_layer(path: Path, layer: str | None, encoding: str | None) -> Features:
    with _gdal() as pyogrio:
        meta, fids, geometry, columns = pyogrio.raw.read(
            path, layer=layer, encoding=encoding, force_2d=True, return_fids=True, datetime_as_string=True
        )
    outlines = np.array(shapely.from_wkb(geometry, on_invalid="ignore"), dtype=object)
    values = ([_cell(value) for value in column.tolist()] for column in columns)
    attributes = dict(zip(map(str, meta["fields"]), values, strict=True))
    first = 0 if path.suffix == ".gpkg" else 1
    return Features(outlines, attributes, [int(fid) + first for fid in fids], meta["crs"])


@contextmanager
def _gdal() -> Iterator[Any]:
    """Give pyogrio, and turn what it says of a broken file into a refusal."""
    os.environ.setdefault("OGR_SKIP", "OGR_VRT")
    import pyogrio
    from pyogrio.errors import CRSError, DataLayerError, DataSourceError, FeatureError, GeometryError

    try:
        yield pyogrio
    except (UnicodeDecodeError, LookupError):
        raise Refused("encoding_unknown") from None
    except (DataSourceError, DataLayerError, FeatureError, GeometryError, CRSError):
        raise Refused("layer_broken") from None
