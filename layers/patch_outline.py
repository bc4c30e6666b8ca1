"""A grid's outline as a small picture: what a phone and a printed notice show without any map library."""

from __future__ import annotations

from collections.abc import Iterator
from math import cos, radians
from typing import Any
from urllib.parse import quote

from layers.theme import LIGHT
from layers.words import Language, say

_METRES_PER_DEGREE = 111_320.0
"""Of latitude; a grid is so small that degrees are drawn as a plane around its own middle."""
_SIDE_PX, _MARGIN_PX, _FOOT_PX = 600.0, 12.0, 40.0
_BARS_M = (10_000, 5_000, 2_000, 1_000, 500, 200, 100, 50, 20, 10)
_LONGEST_BAR = 0.4
"""Part of the picture's width that a scale bar may take."""
Ring = list[tuple[float, float]]


def outline_picture(outline: dict[str, object], language: Language) -> str:
    """Return a GeoJSON polygon or multipolygon (degrees) as the data address of an SVG, with a scale bar."""
    rings = list(_rings(outline["coordinates"]))
    lons, lats = zip(*(point for ring in rings for point in ring), strict=True)
    west, north = min(lons), max(lats)
    across = _METRES_PER_DEGREE * cos(radians((min(lats) + north) / 2))
    flat = [
        [((lon - west) * across, (north - lat) * _METRES_PER_DEGREE) for lon, lat in ring] for ring in rings
    ]
    wide_m, high_m = (max(values) for values in zip(*(point for ring in flat for point in ring), strict=True))
    scale = (_SIDE_PX - 2 * _MARGIN_PX) / max(wide_m, high_m)
    width, height = wide_m * scale + 2 * _MARGIN_PX, high_m * scale + 2 * _MARGIN_PX
    drawn = "".join(_path(ring, scale) for ring in flat)
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height + _FOOT_PX:.0f}">'
        f'<path d="{drawn}" fill="{LIGHT.empty}" fill-rule="evenodd" stroke="{LIGHT.text}" stroke-width="3"'
        f' stroke-linejoin="round"/>{_bar(width, height, scale, language)}</svg>'
    )
    return f"data:image/svg+xml,{quote(svg)}"


def _path(ring: Ring, scale: float) -> str:
    points = " ".join(f"{x * scale + _MARGIN_PX:.1f},{y * scale + _MARGIN_PX:.1f}" for x, y in ring)
    return f"M{points}Z"


def _bar(width: float, height: float, scale: float, language: Language) -> str:
    longest_m = width * _LONGEST_BAR / scale
    metres = next((one for one in _BARS_M if one <= longest_m), _BARS_M[-1])
    left, right, y, ink = _MARGIN_PX, _MARGIN_PX + metres * scale, height + 16, LIGHT.text
    words = say("patch.me.metres", language, metres=metres)
    return (
        f'<path d="M{left},{y - 6}V{y}H{right:.1f}V{y - 6}" fill="none" stroke="{ink}" stroke-width="2"/>'
        f'<text x="{right + 8:.1f}" y="{y + 2}" font-size="20" fill="{ink}" font-family="sans-serif">'
        f"{words}</text>"
    )


def _rings(coordinates: Any) -> Iterator[Ring]:
    """Yield the rings of nested GeoJSON coordinates of any depth."""
    if isinstance(coordinates[0][0], (int, float)):
        yield [(point[0], point[1]) for point in coordinates]
    else:
        for part in coordinates:
            yield from _rings(part)
