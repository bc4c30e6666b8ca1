"""Hatching: strokes clipped to areas, for what must not be told by colour alone."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from layers.map_base import Drawing, MapPart, Slot, line_layer
from layers.map_camera import METRES_PER_DEGREE, Camera


def geometries(shapes: Mapping[str, Any]) -> dict[int, BaseGeometry]:
    """Return the geometries (degrees) of a GeoJSON feature collection by area id.

    A simplified outline may cross itself, over which no stroke could be clipped: it is mended.
    """
    return {int(feature["id"]): _sound(feature) for feature in shapes["features"]}


def hatch_part(
    areas: Iterable[BaseGeometry],
    slot: Slot,
    camera: Camera,
    colour: str,
    *,
    spacing_px: float = 12,
    falling: bool = False,
    opacity: float = 0.55,
) -> MapPart:
    """Return diagonal strokes over areas, ``spacing_px`` apart at the camera's zoom, rising or falling."""
    scale = camera.viewport.scale
    spacing_deg = spacing_px * scale * camera.metres_per_px / METRES_PER_DEGREE
    strokes = [hatch_lines(area, spacing_deg, falling=falling) for area in areas]
    drawn = [stroke for stroke in strokes if not stroke.is_empty]
    if not drawn:
        return MapPart()
    layer = line_layer(_collection(drawn), slot, colour, 1.6 * scale, opacity=opacity)
    return MapPart(layers=(layer,))


def hatch_lines(area: BaseGeometry, spacing_deg: float, *, falling: bool = False) -> BaseGeometry:
    """Return the parts of parallel diagonals inside an area.

    The diagonals lie on one lattice for all areas, so that strokes of neighbours meet. ``spacing_deg`` is
    measured across the strokes.
    """
    west, south, east, north = area.bounds
    slope = -1.0 if falling else 1.0
    step = spacing_deg * math.sqrt(2)
    low = south - slope * (west if slope < 0 else east)
    high = north - slope * (east if slope < 0 else west)
    offsets = np.arange(math.ceil(low / step), math.floor(high / step) + 1) * step
    ends = np.empty((len(offsets), 2, 2))
    ends[:, 0, 0], ends[:, 1, 0] = west, east
    ends[:, 0, 1], ends[:, 1, 1] = offsets + slope * west, offsets + slope * east
    return shapely.intersection(shapely.multilinestrings(shapely.linestrings(ends)), area)


def _sound(feature: Mapping[str, Any]) -> BaseGeometry:
    geometry = shapely.from_geojson(json.dumps(feature["geometry"]))
    if geometry.is_valid:
        return geometry
    return shapely.make_valid(geometry, method="structure", keep_collapsed=False)


def _collection(strokes: Iterable[BaseGeometry]) -> Drawing:
    """Return all strokes as one GeoJSON feature, to about a metre; points left by touching are dropped."""
    parts = shapely.get_parts(shapely.get_parts(list(strokes)))
    lines = [part for part in shapely.set_precision(parts, 1e-5) if part.geom_type == "LineString"]
    geometry = shapely.geometry.mapping(shapely.multilinestrings(lines))
    return {"type": "Feature", "properties": {}, "geometry": geometry}
