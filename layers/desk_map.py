"""What the maps of a desk share: the figure with a hover label of reading size, outlines, names and dots."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from grid.areas import Area, AreaKind, Level
from grid.questions import City
from layers.map_base import Drawing, MapPart, Slot, line_layer, map_figure, shapes_url
from layers.map_camera import Camera
from layers.map_labels import AreaLabel, place_labels, text_trace
from layers.theme import FONT_FAMILY, LIGHT

_NAME_PX, _HOVER_PX = 13.0, 13
_MARK, _DIGITS = -1, "00"
"""A numbered mark takes the room of two lines of two digits, and is no area."""
_LINES = (
    (Level.TOWN, Slot.TOWN_LINE, 0.7, LIGHT.muted),
    (Level.COUNTY, Slot.COUNTY_LINE, 1.6, LIGHT.text),
    (Level.CITY, Slot.CITY_LINE, 2.2, LIGHT.text),
)


def desk_figure(parts: Iterable[MapPart], camera: Camera) -> Drawing:
    """Return the light figure of a map from its parts, in the order of the slots."""
    figure = map_figure(parts, camera, LIGHT)
    font = {"family": FONT_FAMILY, "size": _HOVER_PX, "color": LIGHT.text}
    label = {"bgcolor": LIGHT.panel, "bordercolor": LIGHT.line, "font": font, "align": "left"}
    figure["layout"]["hoverlabel"] = label
    return figure


def outlines(city: City) -> MapPart:
    """Return the outlines of towns, counties and the city, as far as it has them."""
    addressed = [(shapes_url(city, level), slot, width, colour) for level, slot, width, colour in _LINES]
    layers = [
        line_layer(url, slot, colour, width, opacity=0.7)
        for url, slot, width, colour in addressed
        if url is not None
    ]
    return MapPart(layers=tuple(layers))


def area_names(
    areas: Sequence[Area], camera: Camera, *, beside: Iterable[tuple[float, float]] = ()
) -> MapPart:
    """Return the names of regular areas, the large first, none on another or on the marks at ``beside``."""
    wanted = [
        AreaLabel(area.id, area.label_lon, area.label_lat, area.name, urgency=area.area_km2)
        for area in areas
        if area.kind is AreaKind.REGULAR
    ]
    marks = [AreaLabel(_MARK, lon, lat, _DIGITS, _DIGITS, urgency=math.inf, reach=0) for lon, lat in beside]
    placed = [one for one in place_labels([*marks, *wanted], camera) if one.area_id != _MARK]
    texts = [label.title for label in placed]
    trace = text_trace(Slot.LABEL_TITLE, placed, texts, _NAME_PX, colour=LIGHT.text, theme=LIGHT)
    return MapPart(traces=(trace,))


def dots_trace(slot: Slot, spots: Sequence[tuple[float, float]], size_px: float, colour: str) -> Drawing:
    """Return dots at (longitude, latitude) in degrees."""
    return {
        "type": "scattermap", "mode": "markers", "uid": slot, "below": slot, "hoverinfo": "skip",
        "lon": [lon for lon, _ in spots], "lat": [lat for _, lat in spots],
        "marker": {"size": size_px, "color": colour, "allowoverlap": True},
    }  # fmt: skip
