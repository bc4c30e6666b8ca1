"""Hotspot density (热点密度): a server-made picture under the outlines, with the numbers of its ramp."""

from __future__ import annotations

from grid.density_frame import picture_bounds
from layers.density import DensityPicture, image_corners, ramp_value
from layers.legends import Legend, RampLegend
from layers.map_base import MapPart, Slot
from layers.map_camera import Bounds
from layers.numbers import decimal, grouped
from layers.theme import DENSITY_RAMP
from layers.words import Language, say


def density_part(url: str, bounds: Bounds, bandwidth_m: float, *, faint: bool = False) -> MapPart:
    """Return the picture over a city's bounds as a layer; ``faint`` where areas are filled under it."""
    corners = image_corners(picture_bounds(bounds, bandwidth_m))
    layer = {
        "sourcetype": "image", "source": url,
        "coordinates": [list(corner) for corner in corners],
        "type": "raster", "below": Slot.DENSITY, "name": Slot.DENSITY, "opacity": 0.85 if faint else 1.0,
    }  # fmt: skip
    return MapPart(layers=(layer,))


def density_legend(picture: DensityPicture, bandwidth_m: float, language: Language) -> Legend:
    """Return the ramp with densities in matters per square kilometre, and the method."""
    stops = len(DENSITY_RAMP)
    ticks = tuple(_tick(ramp_value(at / (stops - 1), picture.top_per_km2)) for at in range(stops))
    note = say("wall.legend.density_note", language, metres=grouped(bandwidth_m), n=grouped(picture.n))
    return Legend(say("wall.legend.density", language), ramp=RampLegend(DENSITY_RAMP, ticks), note=note)


def _tick(per_km2: float) -> str:
    if per_km2 >= 10 or per_km2 == 0:
        return grouped(per_km2)
    return decimal(per_km2) if per_km2 >= 1 else f"{per_km2:.2f}"
