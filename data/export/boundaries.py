"""Boundaries to a GeoPackage: one layer a level, and lines or waters beside them for drawing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyogrio
import shapely

from data.export.rows import BoundaryLayer

_CRS = "EPSG:4490"
_FIXED_TIME = "2000-01-01T00:00:00.000Z"


def write_boundaries(
    path: Path,
    layers: Sequence[BoundaryLayer],
    features: Mapping[str, tuple[Sequence[str], npt.NDArray[np.object_]]] | None = None,
) -> None:
    """Write areas, one layer a level, to a new GeoPackage in EPSG:4490.

    ``features`` are further layers by name (water, roads), each (names, geometries); they are for drawing and
    no import reads them. The time of writing is left out: the same areas give the same file.
    """
    path.unlink(missing_ok=True)
    with _without_time():
        for layer in layers:
            _write_layer(path, layer.level.value, layer.outlines, _columns(layer), "MultiPolygon")
        for name, (names, geometries) in (features or {}).items():
            kind = "MultiPolygon" if shapely.get_dimensions(geometries[0]) == 2 else "LineString"
            _write_layer(path, name, geometries, {"name": np.array(names, dtype=object)}, kind)


def _columns(layer: BoundaryLayer) -> dict[str, npt.NDArray[np.object_]]:
    columns: dict[str, Sequence[object]] = {
        "code": layer.codes,
        "name": layer.names,
        "parent_code": layer.parent_codes,
        "kind": [kind.value for kind in layer.kinds],
        "code_system": layer.code_systems,
        "vintage": layer.vintages,
    }
    arrays = {name: np.array(values, dtype=object) for name, values in columns.items()}
    population = [np.nan if number is None else number for number in layer.populations]
    whole = not np.isnan(np.array(population, dtype=float)).any()
    return arrays | {
        "population": np.array(population, dtype=np.int64 if whole else np.float64),
        "synthetic": np.array(layer.synthetic, dtype=bool),
    }


def _write_layer(
    path: Path,
    name: str,
    geometries: npt.NDArray[np.object_],
    columns: Mapping[str, npt.NDArray[np.generic]],
    kind: str,
) -> None:
    pyogrio.raw.write(
        path,
        shapely.to_wkb(geometries),
        list(columns.values()),
        list(columns),
        layer=name,
        driver="GPKG",
        geometry_type=kind,
        crs=_CRS,
        append=path.exists(),
    )


@contextmanager
def _without_time() -> Iterator[None]:
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": _FIXED_TIME})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})
