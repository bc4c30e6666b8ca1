"""The density of a filter as a picture on light ground: from nothing over amber to deep maple."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from grid.density import DensitySurface
from grid.density_frame import picture_bounds
from grid.measures import MeasureUnit
from layers.density import faded, image_corners, ramp_value, resample
from layers.map_camera import Bounds
from layers.numbers import decimal, grouped
from layers.words import Language, say

RAMP = ("#F6D58A00", "#F6D58A96", "#F2A24EBE", "#E4572ED2", "#A8320FE6", "#4E1304F5")
"""#RRGGBBAA at even distances; luminance falls, since the ground is light."""
_TOP_QUANTILE = 0.998
_STEPS = 255
_PIXELS_PER_CELL = 2
"""A cell is a small part of a bandwidth, and the browser smooths between pixels."""
_COMPRESSION = 1


@dataclass(frozen=True, slots=True)
class LightDensity:
    """A PNG over ``corners`` (lon, lat, clockwise from the north-west), and what its ramp ends at.

    ``top`` is per square kilometre, or per 10,000 residents if ``is_per_residents``.
    """

    png: bytes
    corners: tuple[tuple[float, float], ...]
    top: float
    bandwidth_m: float
    n: int
    is_per_residents: bool = False
    is_adaptive: bool = False


def draw_light_density(surface: DensitySurface, *, bounds: Bounds, epsg: int) -> LightDensity:
    """Return the picture of a density over a city's bounds (degrees, EPSG:4490)."""
    seen = surface.shown[np.isfinite(surface.shown)]
    top = float(np.quantile(seen, _TOP_QUANTILE)) if seen.size else 0.0
    box = picture_bounds(bounds, surface.bandwidth_m)
    png = _encode(resample(_steps(surface, top), surface.bounds_m, box, epsg, finer=_PIXELS_PER_CELL))
    return LightDensity(
        png, image_corners(box), top, surface.bandwidth_m, surface.n,
        is_per_residents=surface.per_10k is not None, is_adaptive=surface.adaptive,
    )  # fmt: skip


def light_density_legend(drawn: LightDensity, unit: MeasureUnit, language: Language) -> dict[str, Any]:
    """Return the ramp with densities of a unit of count, and the method."""
    last = len(RAMP) - 1
    ticks = [_tick(ramp_value(at / last, drawn.top)) for at in range(last + 1)]
    facts = {"metres": grouped(drawn.bandwidth_m), "n": grouped(drawn.n)}
    note = say(f"hotspots.legend.density_{'adaptive' if drawn.is_adaptive else 'fixed'}", language, **facts)
    title = f"hotspots.legend.density_{'residents' if drawn.is_per_residents else 'km2'}"
    return {
        "title": say(title, language, unit=say(f"hotspots.unit.{unit}", language)),
        "ramp": list(RAMP),
        "ticks": ticks,
        "note": note,
    }


def _steps(surface: DensitySurface, top: float) -> npt.NDArray[np.float32]:
    """Return each cell's place on the ramp, 0 … ``_STEPS``; it follows the square root of the density.

    So that middling density is seen too.
    """
    shown = faded(surface)
    return np.sqrt(np.clip(shown / top, 0, 1)) * np.float32(_STEPS) if top > 0 else np.zeros_like(shown)


def _encode(steps: npt.NDArray[np.float32]) -> bytes:
    """Return a PNG whose pixels are steps of a palette: a fourth of what their colours are to compress."""
    # Adding a half in place and cutting off is rounding.
    picture = Image.fromarray(np.add(steps, np.float32(0.5), out=steps).astype(np.uint8), "P")
    palette, buffer = _palette(), io.BytesIO()
    picture.putpalette(palette[:, :3].tobytes())
    picture.save(buffer, "PNG", transparency=palette[:, 3].tobytes(), compress_level=_COMPRESSION)
    return buffer.getvalue()


@cache
def _palette() -> npt.NDArray[np.uint8]:
    stops = np.array([[int(one[at : at + 2], 16) for at in (1, 3, 5, 7)] for one in RAMP], dtype=np.float64)
    steps, places = np.linspace(0, 1, _STEPS + 1), np.linspace(0, 1, len(stops))
    palette = np.stack([np.interp(steps, places, stops[:, one]) for one in range(4)], axis=-1)
    return palette.round().astype(np.uint8)


def _tick(per_km2: float) -> str:
    if per_km2 >= 10 or per_km2 == 0:
        return grouped(per_km2)
    return decimal(per_km2) if per_km2 >= 1 else f"{per_km2:.2f}"
