"""Contours of a density: for each level the polygons in which the density is above it, as GeoJSON."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from contourpy import FillType, contour_generator
from pyproj import Transformer

from grid.density import DensitySurface
from grid.density_frame import CRS

_STEPS = (1, 2, 5)
_PRECISION_DEG = 1e-7
"""A centimetre: rounding must not make an edge cross itself, which shapely then sees to."""


def contour_levels(surface: DensitySurface, most: int = 6) -> tuple[float, ...]:
    """Return round levels (1, 2 or 5 times a power of ten) below the peak, rising, ``most`` at most."""
    seen = surface.shown[np.isfinite(surface.shown)]
    peak = float(seen.max()) if seen.size else 0.0
    if peak <= 0:
        return ()
    power = int(np.floor(np.log10(peak)))
    levels = [step * 10.0**at for at in range(power - most, power + 1) for step in _STEPS]
    return tuple(level for level in levels if level < peak)[-most:]


def contour_features(surface: DensitySurface, levels: Sequence[float], epsg: int) -> dict[str, Any]:
    """Return a GeoJSON collection (RFC 7946, degrees of EPSG:4490), a MultiPolygon for each level met.

    A cell's centre is in the polygon exactly where its density is above the level. Where a density is masked
    it counts as nothing. ``value`` is the level in ``unit``: per_km2 or per_10k_residents.
    """
    unit = "per_km2" if surface.per_10k is None else "per_10k_residents"
    facts = {"unit": unit, "bandwidth_m": surface.bandwidth_m, "adaptive": surface.adaptive, "n": surface.n}
    features = []
    for level, shape in zip(levels, contour_shapes(surface, levels, epsg), strict=True):
        if not shape.is_empty:
            properties = {"value": level, **facts}
            geometry = shapely.geometry.mapping(shape)
            features.append({"type": "Feature", "geometry": geometry, "properties": properties})
    return {"type": "FeatureCollection", "features": features}


def contour_shapes(surface: DensitySurface, levels: Sequence[float], epsg: int) -> list[shapely.MultiPolygon]:
    """Return for each level where the density is above it: valid, outer rings counter-clockwise; degrees."""
    x_m, y_m, values = _padded(surface)
    generator: Any = contour_generator(x=x_m, y=y_m, z=values, fill_type=FillType.OuterOffset)
    back = Transformer.from_crs(f"EPSG:{epsg}", CRS, always_xy=True)
    # Above a level is not at it: the next larger number bounds what is filled.
    top = np.nextafter(values.max(), np.inf) + 1
    shapes = []
    for level in levels:
        points, offsets = generator.filled(np.nextafter(level, np.inf), max(top, level + 1))
        whole = shapely.MultiPolygon([_polygon(*each) for each in zip(points, offsets, strict=True)])
        degrees = shapely.transform(whole, back.transform, interleaved=False)
        shapes.append(_sound(degrees))
    return shapes


def _polygon(points: npt.NDArray[np.float64], offsets: npt.NDArray[np.uint32]) -> shapely.Polygon:
    rings = [points[start:end] for start, end in pairwise(offsets)]
    return shapely.Polygon(rings[0], rings[1:])


def _padded(
    surface: DensitySurface,
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return the cells' centres and densities with a rim of nothing, so that every contour closes."""
    west, south, east, north = surface.bounds_m
    rows, cols = surface.shown.shape
    x_m = west + (np.arange(-1, cols + 1) + 0.5) * (east - west) / cols
    y_m = south + (np.arange(-1, rows + 1) + 0.5) * (north - south) / rows
    return x_m, y_m, np.pad(np.nan_to_num(surface.shown.astype(np.float64), nan=0.0), 1)


def _sound(shape: shapely.MultiPolygon) -> shapely.MultiPolygon:
    """Return the shape valid and oriented; where contours meet in a point they may need to be cut apart."""
    sound = shapely.set_precision(shape if shape.is_valid else shapely.make_valid(shape), _PRECISION_DEG)
    parts = [part for part in shapely.get_parts(sound) if part.geom_type == "Polygon"]
    return shapely.MultiPolygon(list(shapely.orient_polygons(parts)) if parts else [])
