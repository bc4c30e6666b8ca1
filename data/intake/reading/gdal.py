"""GDAL: layers of the two formats that need it, with every other driver left out."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from data.intake.reading.features import NOTE, Said
from data.intake.tables.values import Cell
from grid.refusals import Refused

DRIVERS = frozenset({"GPKG", "ESRI Shapefile"})
SKIPPED = (
    "ADBC", "AIVector", "AVCBin", "AVCE00", "AmigoCloud", "CSV", "CSW", "Carto", "DGN", "DXF",
    "EDIGEO", "EEDA", "ESRIJSON", "Elasticsearch", "FlatGeobuf", "GDALG", "GML", "GPSBabel", "GPX",
    "GTFS", "GeoJSON", "GeoJSONSeq", "GeoRSS", "HTTP", "Idrisi", "JML", "JSONFG", "KML", "LIBKML",
    "LVBAG", "MBTiles", "MEM", "MVT", "MapInfo File", "MapML", "MiraMonVector", "NGW", "OAPIF",
    "ODS", "OGCAPI", "OGR_GMT", "OGR_PDS", "OGR_VRT", "OSM", "OpenFileGDB", "PCIDSK", "PDF", "PDS4",
    "PGDUMP", "PLSCENES", "PMTiles", "S57", "SQLite", "SXF", "Selafin", "TopoJSON", "VDV", "VFK",
    "VICAR", "WAsP", "WFS", "XLSX",
)  # fmt: skip
"""Every other driver of vectors that pyogrio's wheels bring; a test asks whether only ours are left."""
_NOT_NEEDED = ("pandas", "geopandas", "pyarrow")
_OPTIONS = {
    "OGR_SKIP": ",".join(SKIPPED),
    "OGR_SQLITE_PRAGMA": "trusted_schema=0",
    "OGR_SQLITE_LOAD_EXTENSIONS": "",
    "GDAL_CACHEMAX": "32",
    "CPL_LOG": "/dev/null",
}


@contextmanager
def gdal() -> Iterator[Any]:
    """Give pyogrio, and turn what it says of a broken file into a refusal."""
    os.environ |= _OPTIONS
    for name in _NOT_NEEDED:
        sys.modules.setdefault(name, None)  # type: ignore[arg-type]  # slow to import, and never asked for
    import pyogrio
    import pyogrio.raw
    from pyogrio.errors import CRSError, DataLayerError, DataSourceError, FeatureError, GeometryError

    try:
        yield pyogrio
    except (UnicodeDecodeError, LookupError):
        raise Refused("encoding_unknown") from None
    except (DataSourceError, DataLayerError, FeatureError, GeometryError, CRSError):
        raise Refused("layer_broken") from None


def remarks_on(geometry_type: str | None, count: int) -> list[Said]:
    """Return what a layer loses when it is read as plain outlines in two dimensions."""
    kind, remarks = geometry_type or "", list[Said]()
    if kind.endswith((" Z", " M", " ZM")) or kind.startswith(("2.5D", "3D", "Measured")):
        remarks.append((NOTE, 0, "heights_dropped", "", {"count": count}))
    if any(word in kind for word in ("Curve", "Surface")):
        remarks.append((NOTE, 0, "curves_straightened", "", {"count": count}))
    return remarks


def cell(value: object) -> Cell:
    """Return an attribute as a cell."""
    if isinstance(value, float) and value != value:  # noqa: PLR0124  not a number
        return None
    return value if isinstance(value, (str, int, float, bool)) or value is None else str(value)
