"""A map of the city's areas as PNG, drawn without a browser: fills, outlines, labels, legend, stamps."""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from PIL import Image, ImageDraw

from data.reports.fonts import chinese_font_name, font

WIDTH_PX = 1600
_FINER = 2
"""Drawn so many times larger and made smaller again: Pillow's polygons have hard edges."""
_MARGIN_PX, _LINE_PX, _LEGEND_PX, _TEXT_PX, _SMALL_PX = 40, 46, 34, 30, 25
_TALLEST = 1.1
"""A map is at most so many times as high as wide: it shares a page with its words."""
INK, MUTED, EDGE, GROUND, STAMP = "#172033", "#56657D", "#FFFFFF", "#FFFFFF", "#B3261E"
_HALO_PX = 3

Colour = str
Point = tuple[float, float]


@dataclass(frozen=True, slots=True, eq=False)
class MapArea:
    """One area: its outline (degrees, EPSG:4490), where its label stands, and how it is drawn.

    ``number`` is its number in the table beside the map: on a machine without a Chinese font it stands alone.
    """

    outline: Any
    lon: float
    lat: float
    number: int
    label: str
    fill: Colour
    edge: Colour | None = None
    """Of a thick outline, for what is to be seen on paper without colour too."""


@dataclass(frozen=True, slots=True)
class LegendBox:
    """One line of the legend."""

    fill: Colour
    words: str
    edge: Colour | None = None


def draw_map(
    areas: Sequence[MapArea], legend: Sequence[LegendBox], lines: Sequence[str], stamps: Sequence[str]
) -> tuple[bytes, int, int]:
    """Return a PNG with its width and height in pixels; raises ValueError without areas.

    ``lines`` stand beneath the map (source, review number), ``stamps`` in its upper right corner.
    """
    frame = _Frame.around(areas)
    written = list(lines) if chinese_font_name() else []
    height = frame.height + _MARGIN_PX * 2 + _LEGEND_PX * 2 + _LINE_PX * len(written)
    sheet = Image.new("RGB", (WIDTH_PX * _FINER, height * _FINER), GROUND)
    pen = ImageDraw.Draw(sheet)
    # The widest first: an enclave lies in a hole of what surrounds it and is painted after it.
    for area in sorted(areas, key=lambda one: -one.outline.area):
        _fill(pen, area, frame)
    for area in sorted(areas, key=lambda one: one.edge is not None):
        _edge(pen, area, frame)
    sheet = sheet.resize((WIDTH_PX, height), Image.Resampling.LANCZOS)
    pen = ImageDraw.Draw(sheet)
    _labels(pen, areas, frame)
    below = frame.height + _MARGIN_PX * 2
    _legend(pen, legend, below)
    for at, line in enumerate(written):
        top = below + _LEGEND_PX * 2 + _LINE_PX * at
        pen.text((_MARGIN_PX, top), line, MUTED, font(_SMALL_PX))
    if chinese_font_name():
        _stamps(pen, stamps)
    return _png(sheet), WIDTH_PX, height


@dataclass(frozen=True, slots=True)
class _Frame:
    """From degrees to pixels: plate carrée true to scale at the city's middle latitude."""

    west: float
    north: float
    across: float
    """Pixels a degree of longitude."""
    up: float
    height: int
    left: float

    @classmethod
    def around(cls, areas: Sequence[MapArea]) -> _Frame:
        if not areas:
            raise ValueError("a map needs areas")
        boxes = [area.outline.bounds for area in areas]
        west, south = min(box[0] for box in boxes), min(box[1] for box in boxes)
        east, north = max(box[2] for box in boxes), max(box[3] for box in boxes)
        shrink = math.cos(math.radians((south + north) / 2))
        room = WIDTH_PX - 2 * _MARGIN_PX
        up = min(room / ((east - west) * shrink), room * _TALLEST / (north - south))
        left = (WIDTH_PX - (east - west) * shrink * up) / 2
        return cls(west, north, up * shrink, up, round((north - south) * up), left)

    def at(self, lon: float, lat: float) -> Point:
        """Return the pixel of a place."""
        return self.left + (lon - self.west) * self.across, _MARGIN_PX + (self.north - lat) * self.up

    def ring(self, ring: Any) -> list[Point]:
        """Return a ring's pixels, in those of the sheet drawn on."""
        return [(x * _FINER, y * _FINER) for x, y in (self.at(lon, lat) for lon, lat, *_ in ring.coords)]


def _polygons(outline: Any) -> Iterable[Any]:
    parts = outline.geoms if hasattr(outline, "geoms") else (outline,)
    return [part for part in parts if part.geom_type == "Polygon" and not part.is_empty]


def _fill(pen: ImageDraw.ImageDraw, area: MapArea, frame: _Frame) -> None:
    for polygon in _polygons(area.outline):
        pen.polygon(frame.ring(polygon.exterior), fill=area.fill)
        for hole in polygon.interiors:
            pen.polygon(frame.ring(hole), fill=GROUND)


def _edge(pen: ImageDraw.ImageDraw, area: MapArea, frame: _Frame) -> None:
    width = (6 if area.edge else 2) * _FINER
    for polygon in _polygons(area.outline):
        for ring in (polygon.exterior, *polygon.interiors):
            pen.line(frame.ring(ring), fill=area.edge or MUTED, width=width, joint="curve")


def _labels(pen: ImageDraw.ImageDraw, areas: Sequence[MapArea], frame: _Frame) -> None:
    for area in areas:
        text = area.label if chinese_font_name() else str(area.number)
        pen.multiline_text(
            frame.at(area.lon, area.lat), text, INK, font(_TEXT_PX), anchor="mm", align="center",
            stroke_width=_HALO_PX, stroke_fill=EDGE, spacing=4,
        )  # fmt: skip


def _legend(pen: ImageDraw.ImageDraw, legend: Sequence[LegendBox], top: int) -> None:
    left = float(_MARGIN_PX)
    for box in legend:
        frame = (left, top, left + _LEGEND_PX * 1.4, top + _LEGEND_PX)
        pen.rectangle(frame, fill=box.fill, outline=box.edge or MUTED, width=5 if box.edge else 1)
        words = box.words if chinese_font_name() or box.words.isascii() else ""
        pen.text((frame[2] + 10, top + _LEGEND_PX / 2), words, INK, font(_SMALL_PX), anchor="lm")
        left = frame[2] + 10 + pen.textlength(words, font(_SMALL_PX)) + 36


def _stamps(pen: ImageDraw.ImageDraw, stamps: Sequence[str]) -> None:
    right = float(WIDTH_PX - _MARGIN_PX)
    for stamp in stamps:
        width = pen.textlength(stamp, font(_TEXT_PX)) + 28
        box = (right - width, _MARGIN_PX / 2, right, _MARGIN_PX / 2 + _LINE_PX + 6)
        pen.rectangle(box, fill=GROUND, outline=STAMP, width=3)
        pen.text(((box[0] + box[2]) / 2, (box[1] + box[3]) / 2), stamp, STAMP, font(_TEXT_PX), anchor="mm")
        right = box[0] - 16


def _png(sheet: Image.Image) -> bytes:
    # Few colours: a palette makes the file a quarter as large, and equal pixels are equal bytes.
    body = io.BytesIO()
    sheet.quantize(128, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(
        body, "PNG", optimize=True
    )
    return body.getvalue()
