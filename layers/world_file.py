"""A density to lay under other maps: a picture of its own cells with where it lies, legend and contours.

The picture is in the projected CRS in which the density was made (its EPSG code is in the file names and in
``.prj``), one pixel a cell: nothing is resampled, and a GIS puts it in its place by the world file.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Sequence
from xml.sax.saxutils import escape

import numpy as np
import pyproj

from grid.density import DensitySurface
from layers.contours import contour_features, contour_levels
from layers.density import encode_png, paint, ramp_value
from layers.numbers import decimal, grouped
from layers.theme import DENSITY_RAMP
from layers.words import Language, say

_TOP_QUANTILE = 0.998
_STOP_PX, _HIGH_PX = 80, 16


def density_archive(
    surface: DensitySurface, epsg: int, language: Language, *, unit: str, told: Sequence[str]
) -> bytes:
    """Return a ZIP archive of a density's picture, world file, CRS, legend and contours.

    ``unit`` is what was counted, in words; ``told`` are the lines that every exported picture carries:
    period, choice, time, source and review number (审图号). They stand on the legend.
    """
    name, buffer = f"density_epsg{epsg}", io.BytesIO()
    files = {
        f"{name}.png": density_raster(surface),
        f"{name}.pgw": world_file(surface).encode("ascii"),
        f"{name}.prj": pyproj.CRS.from_epsg(epsg).to_wkt("WKT1_ESRI").encode("ascii"),
        "legend.svg": legend_svg(surface, language, unit=unit, told=told).encode(),
        "contours.geojson": json.dumps(contour_features(surface, contour_levels(surface), epsg)).encode(),
    }
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for file_name, body in files.items():
            # A fixed date: the same density gives the same bytes.
            archive.writestr(zipfile.ZipInfo(file_name), body, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def density_raster(surface: DensitySurface) -> bytes:
    """Return a PNG of the density's cells, north above, transparent where nothing is shown."""
    shown = np.nan_to_num(surface.shown[::-1], nan=0.0)
    return encode_png(paint(shown, top_shown(surface)))


def world_file(surface: DensitySurface) -> str:
    """Return the six lines of a world file, in metres: a pixel's sides and turns, the first one's centre."""
    west, south, east, north = surface.bounds_m
    rows, cols = surface.shown.shape
    wide, high = (east - west) / cols, (north - south) / rows
    return "".join(f"{value:.10f}\n" for value in (wide, 0, 0, -high, west + wide / 2, north - high / 2))


def top_shown(surface: DensitySurface) -> float:
    """Return the density at which the ramp ends: few cells have more."""
    seen = surface.shown[np.isfinite(surface.shown)]
    return float(np.quantile(seen, _TOP_QUANTILE)) if seen.size else 0.0


def legend_svg(surface: DensitySurface, language: Language, *, unit: str, told: Sequence[str]) -> str:
    """Return the ramp with its values, the unit, the method and what else is told."""
    per = "per_km2" if surface.per_10k is None else "per_10k"
    kind = "adaptive" if surface.adaptive else "fixed"
    facts = {"metres": grouped(surface.bandwidth_m), "n": grouped(surface.n)}
    title = say(f"density_file.{per}", language, unit=unit)
    notes = [say(f"density_file.{kind}", language, **facts), say("density_file.masked", language), *told]
    top, last = top_shown(surface), len(DENSITY_RAMP) - 1
    body = [_text(8, 18, title), *(
        f'<rect x="{8 + at * _STOP_PX}" y="28" width="{_STOP_PX}" height="{_HIGH_PX}" fill="{colour[:7]}"'
        f' fill-opacity="{int(colour[7:], 16) / 255:.3f}" stroke="#888"/>'
        + _text(8 + at * _STOP_PX, 58, _number(ramp_value(at / last, top)))
        for at, colour in enumerate(DENSITY_RAMP)
    )]  # fmt: skip
    body += [_text(8, 80 + 18 * at, note) for at, note in enumerate(notes)]
    width, height = 16 + _STOP_PX * len(DENSITY_RAMP), 80 + 18 * len(notes)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}"'
        f' font-family="sans-serif" font-size="12">{"".join(body)}</svg>'
    )


def _text(x: int, y: int, words: str) -> str:
    return f'<text x="{x}" y="{y}">{escape(words)}</text>'


def _number(value: float) -> str:
    if value >= 10 or value == 0:
        return grouped(value)
    return decimal(value) if value >= 1 else f"{value:.2f}"
