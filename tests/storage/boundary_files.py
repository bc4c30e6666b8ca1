"""Boundary files as offices send them: Shapefiles in GBK, in a Gauss-Krüger zone, crossed and in pieces."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path

import geopandas
import numpy as np
import shapely
from pyproj import Transformer

from grid.datums import Datum, from_cgcs2000

GK_PREFIXED = "EPSG:4528"
"""CGCS2000 / 3-degree Gauss-Krüger zone 40 (120°E), eastings of eight digits."""
Areas = Sequence[tuple[str, str, shapely.Geometry]]
"""Code, name and outline in degrees."""


def cell(x: float, y: float, width: float = 0.1, height: float = 0.1) -> shapely.Polygon:
    """Return a rectangle, offsets in degrees from 120°E 28°N, its long edges with vertices between."""
    return shapely.segmentize(shapely.box(120 + x, 28 + y, 120 + x + width, 28 + y + height), 0.02)


def bow_tie(x: float, y: float, size: float = 0.1) -> shapely.Polygon:
    """Return a square whose eastern corners are exchanged, so that it crosses itself."""
    west, south = 120 + x, 28 + y
    return shapely.Polygon(
        [(west, south), (west + size, south + size), (west + size, south), (west, south + size)]
    )


def towns_to_mend() -> Areas:
    """Return four towns: two plain, one crossed, and one with an exclave inside the first."""
    hole = shapely.box(120.03, 28.03, 120.05, 28.05)
    return (
        ("990101001", "东山街道", shapely.difference(cell(0, 0), hole)),
        ("990101100", "双石镇", shapely.MultiPolygon([cell(0.1, 0), hole])),
        ("990101101", "鿎山乡", cell(0, 0.1)),
        ("990101102", "结绳乡", bow_tie(0.1, 0.1)),
    )


def write_shapefile(
    folder: Path,
    areas: Areas,
    *,
    name: str = "乡镇界",
    crs: str = GK_PREFIXED,
    encoding: str = "gb18030",
    leave_out: Sequence[str] = (".cpg",),
) -> Path:
    """Write a zipped Shapefile of areas given in degrees; ``leave_out`` are endings of parts not sent."""
    codes, names, outlines = zip(*areas, strict=True)
    columns = {"行政区代码": list(codes), "名称": list(names)}
    frame = geopandas.GeoDataFrame(columns, geometry=list(outlines), crs="EPSG:4490").to_crs(crs)
    frame.to_file(folder / f"{name}.shp", engine="pyogrio", encoding=encoding)
    path = folder / f"{name}.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for part in sorted(folder.glob(f"{name}.*")):
            if part.suffix in {".shp", ".shx", ".dbf", ".prj", ".cpg"} and part.suffix not in leave_out:
                archive.write(part, part.name)
    return path


def in_crs(areas: Areas, crs: str, *, swapped: bool = False) -> Areas:
    """Return areas with their numbers in another CRS, northing first where swapped."""
    change = Transformer.from_crs("EPSG:4490", crs, always_xy=True)

    def move(points: np.ndarray) -> np.ndarray:
        moved = np.column_stack(change.transform(points[:, 0], points[:, 1]))
        return moved[:, ::-1] if swapped else moved

    return [(code, name, shapely.transform(outline, move)) for code, name, outline in areas]


def in_datum(areas: Areas, datum: Datum) -> Areas:
    """Return areas as a map service shifts them."""

    def move(points: np.ndarray) -> np.ndarray:
        return np.column_stack(from_cgcs2000(points[:, 0], points[:, 1], datum))

    return [(code, name, shapely.transform(outline, move)) for code, name, outline in areas]
