"""The patch's map: a grid's outline, its matters that are placed to a point, service points."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from grid.clocks.states import ClockState
from grid.questions import Patch, PatchMatter, PatchPoint
from layers.map_base import Drawing, MapPart, Slot, line_layer, map_figure
from layers.map_camera import Bounds, Padding, Viewport, fit_camera
from layers.map_labels import REGULAR_FONT
from layers.theme import LIGHT
from layers.words import Language, say

PHONE = Viewport(390, 440)
"""Size that the map is framed for; a little more or less of the surroundings shows on other phones."""
_COLOURS = {
    ClockState.OVERDUE: LIGHT.maple,
    ClockState.DUE_SOON: LIGHT.amber,
    ClockState.RUNNING: LIGHT.jade,
}
_PRESSING = (ClockState.OVERDUE, ClockState.DUE_SOON)
_SIZES_PX = {ClockState.OVERDUE: 20, ClockState.DUE_SOON: 16, ClockState.RUNNING: 12}
"""The more urgent the larger, since colour alone does not tell."""
_OTHER_PX, _SERVICE_PX = 9, 14


def patch_figure(patch: Patch, language: Language) -> Drawing:
    """Return the figure of one grid."""
    camera = fit_camera(_bounds(patch), PHONE, Padding(44, 20, 44, 32))
    outline = {"type": "Feature", "properties": {}, "geometry": patch.outline}
    land = line_layer(outline, Slot.LAND, LIGHT.panel, 0) | {"type": "fill"}
    edge = line_layer(outline, Slot.COUNTY_LINE, LIGHT.text, 2.5)
    urgent = [one for one in points_on_map(patch.matters) if one.clock in _PRESSING]
    _, south, _, north = _bounds(replace(patch, points=()))
    named = _points(patch, (south + north) / 2)
    traces = (_matters(patch.matters), _days(urgent, language), *named)
    return map_figure([MapPart(traces, (land, edge))], camera, LIGHT)


def place_figure(patch: Patch, matter: PatchMatter) -> Drawing:
    """Return the figure of one matter's place in its grid; the last trace is for where it would be moved."""
    camera = fit_camera(_bounds(replace(patch, points=())), PHONE, Padding(24, 20, 24, 20))
    outline = {"type": "Feature", "properties": {}, "geometry": patch.outline}
    land = line_layer(outline, Slot.LAND, LIGHT.panel, 0) | {"type": "fill"}
    edge = line_layer(outline, Slot.COUNTY_LINE, LIGHT.text, 2.5)
    chosen = _spots(Slot.LABEL_TITLE, []) | {
        "mode": "markers",
        "marker": {"color": LIGHT.accent, "size": 22, "allowoverlap": True},
    }
    return map_figure([MapPart((_matters([matter]), chosen), (land, edge))], camera, LIGHT)


def points_on_map(matters: Iterable[PatchMatter]) -> tuple[PatchMatter, ...]:
    """Return the matters that are placed to a point: the others are on the list only."""
    return tuple(matter for matter in matters if matter.lon is not None and matter.lat is not None)


def clock_colour(clock: ClockState | None) -> str:
    """Return a clock's colour, muted where no day is set."""
    return _COLOURS.get(clock, LIGHT.muted) if clock else LIGHT.muted


def days_words(matter: PatchMatter, language: Language) -> str:
    """Return a matter's days left or over in words, or that no day is set."""
    if matter.days_left is None:
        return say("patch.clock.none", language)
    key = "over" if matter.days_left < 0 else "left"
    return "".join(
        (say(f"patch.days.{key}", language), str(abs(matter.days_left)), say("patch.days.unit", language))
    )


def _matters(matters: Iterable[PatchMatter]) -> Drawing:
    # The urgent ones last, on top of the others.
    shown = sorted(points_on_map(matters), key=lambda one: _size(one.clock))
    marker = {
        "color": [clock_colour(one.clock) for one in shown],
        "size": [_size(one.clock) for one in shown],
    }
    return _spots(Slot.HIT, shown) | {"mode": "markers", "marker": marker | {"opacity": 0.9}}


def _days(urgent: Iterable[PatchMatter], language: Language) -> Drawing:
    # The most urgent first: a text that finds no room gives way to those before it.
    shown = sorted(urgent, key=lambda one: one.days_left or 0)
    words = [days_words(one, language) for one in shown]
    # Plotly derives the text's distance from a marker's size and draws no text without one.
    unseen = {"marker": {"size": _SIZES_PX[ClockState.OVERDUE], "opacity": 0}}
    return _spots(Slot.LABEL_TITLE, shown) | _text(words, "top center", LIGHT.text) | unseen


def _points(patch: Patch, middle: float) -> tuple[Drawing, ...]:
    """Service points, each named on the side away from the ``middle`` latitude, so off the grid's outline."""
    shown = [(point, point.lat) for point in patch.points if point.lat is not None]
    north = [point for point, lat in shown if lat > middle]
    south = [point for point, lat in shown if lat <= middle]
    sides = ((Slot.LABEL_NOTE, north, "top center"), (Slot.MINOR_LABEL, south, "bottom center"))
    # Plotly forgets the slot of a trace without points.
    return tuple(_named(slot, points, side) for slot, points, side in sides if points)


def _named(slot: Slot, points: Sequence[PatchPoint], side: str) -> Drawing:
    marker = {"color": LIGHT.accent, "size": _SERVICE_PX, "allowoverlap": True}
    halo = {"halo": LIGHT.ground, "halo_px": 1.5, "overlap": False}
    names = _text([one.name for one in points], side, LIGHT.accent)
    return _spots(slot, points) | names | {"marker": marker, "meta": halo}


def _spots(slot: Slot, shown: Sequence[PatchMatter] | Sequence[PatchPoint]) -> Drawing:
    lon, lat = [one.lon for one in shown], [one.lat for one in shown]
    return {"type": "scattermap", "uid": slot, "below": slot, "lon": lon, "lat": lat, "hoverinfo": "skip"}


def _text(words: Sequence[str], position: str, colour: str) -> Drawing:
    font = {"family": REGULAR_FONT, "size": 13, "color": colour}
    return {"mode": "markers+text", "text": words, "textposition": position, "textfont": font}


def _size(clock: ClockState | None) -> int:
    return _SIZES_PX.get(clock, _OTHER_PX) if clock else _OTHER_PX


def _bounds(patch: Patch) -> Bounds:
    """The grid's box, widened to a service point that lies no farther off than the box is wide or high."""
    lons, lats = zip(*_corners(patch.outline["coordinates"]), strict=True)
    west, south, east, north = min(lons), min(lats), max(lons), max(lats)
    wide, high = east - west, north - south
    for point in patch.points:
        if point.lon is None or point.lat is None:
            continue
        if west - wide < point.lon < east + wide and south - high < point.lat < north + high:
            lons, lats = (*lons, point.lon), (*lats, point.lat)
    return min(lons), min(lats), max(lons), max(lats)


def _corners(coordinates: Any) -> Iterator[tuple[float, float]]:
    """Yield the points of nested GeoJSON coordinates of any depth."""
    if isinstance(coordinates[0], (int, float)):
        yield coordinates[0], coordinates[1]
    else:
        for part in coordinates:
            yield from _corners(part)
