"""The density of a filter as a picture on light ground: from nothing over amber to deep maple."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from grid.density import DensitySurface
from grid.density_frame import picture_bounds
from layers.density import encode_png, image_corners, ramp_value, to_mercator
from layers.map_camera import Bounds
from layers.numbers import decimal, grouped
from layers.words import Language, say

RAMP = ("#F6D58A00", "#F6D58A96", "#F2A24EBE", "#E4572ED2", "#A8320FE6", "#4E1304F5")
"""#RRGGBBAA at even distances; luminance falls, since the ground is light."""
_TOP_QUANTILE = 0.998


@dataclass(frozen=True, slots=True)
class LightDensity:
    """A PNG over ``corners`` (lon, lat, clockwise from the north-west), and what its ramp ends at."""

    png: bytes
    corners: tuple[tuple[float, float], ...]
    top_per_km2: float
    bandwidth_m: float
    n: int


def draw_light_density(surface: DensitySurface, *, bounds: Bounds, epsg: int) -> LightDensity:
    """Return the picture of a density over a city's bounds (degrees, EPSG:4490)."""
    seen = surface.per_km2[np.isfinite(surface.per_km2)]
    top = float(np.quantile(seen, _TOP_QUANTILE)) if seen.size else 0.0
    box = picture_bounds(bounds, surface.bandwidth_m)
    png = encode_png(_paint(to_mercator(surface, box, epsg), top))
    return LightDensity(png, image_corners(box), top, surface.bandwidth_m, surface.n)


def light_density_legend(drawn: LightDensity, language: Language) -> dict[str, Any]:
    """Return the ramp with densities in matters per square kilometre, and the method."""
    last = len(RAMP) - 1
    ticks = [_tick(ramp_value(at / last, drawn.top_per_km2)) for at in range(last + 1)]
    facts = {"metres": grouped(drawn.bandwidth_m), "n": grouped(drawn.n)}
    note = say("hotspots.legend.density_note", language, **facts)
    return {
        "title": say("hotspots.legend.density", language),
        "ramp": list(RAMP),
        "ticks": ticks,
        "note": note,
    }


def _paint(per_km2: npt.NDArray[np.float32], top: float) -> npt.NDArray[np.uint8]:
    """Return RGBA; the ramp follows the square root, so that middling density is seen too.

    Looked up in 1,024 steps: a picture has two million pixels.
    """
    share = np.sqrt(np.clip(per_km2 / top, 0, 1)) if top > 0 else np.zeros_like(per_km2)
    stops = np.array([[int(one[at : at + 2], 16) for at in (1, 3, 5, 7)] for one in RAMP], dtype=np.float64)
    steps = np.linspace(0, 1, 1024)
    places = np.linspace(0, 1, len(stops))
    table = np.stack([np.interp(steps, places, stops[:, one]) for one in range(4)], axis=-1)
    painted: npt.NDArray[np.uint8] = table.round().astype(np.uint8)[(share * 1023).astype(np.int16)]
    return painted


def _tick(per_km2: float) -> str:
    if per_km2 >= 10 or per_km2 == 0:
        return grouped(per_km2)
    return decimal(per_km2) if per_km2 >= 1 else f"{per_km2:.2f}"
