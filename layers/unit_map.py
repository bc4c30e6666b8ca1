"""What the maps of units share: a small light map beside a list, its outlines, and the areas to pick."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from grid.areas import Area, AreaKind, Level
from grid.questions import City
from layers.desk_map import desk_figure
from layers.map_base import (
    Drawing,
    MapPart,
    Slot,
    dashed_layer,
    invisible_areas,
    line_layer,
    shapes_url,
)
from layers.map_camera import Camera, DeskViewport, Padding, fit_camera
from layers.map_labels import AreaLabel, label_part, place_labels
from layers.theme import LIGHT

_WIDTH, _HEIGHT = 800, 390
"""The least room that a desk leaves: labels are placed for it, the browser fits the map to its own."""
_HALO_OF_TEXT = 5.5
"""A halo's share of its text; the map draws none above a quarter."""
_TEXT_SCALE = {Level.COUNTY: 0.58, Level.TOWN: 0.5}
_LINES = (
    (Level.TOWN, Slot.TOWN_LINE, 0.7, LIGHT.muted, 0.45),
    (Level.COUNTY, Slot.COUNTY_LINE, 1.2, LIGHT.muted, 0.7),
    (Level.CITY, Slot.CITY_LINE, 1.8, LIGHT.text, 0.7),
)


def unit_camera(city: City, level: Level) -> Camera:
    """Return the camera that shows the whole city, with labels as large as areas of a level bear."""
    viewport = DeskViewport(_WIDTH, _HEIGHT, _TEXT_SCALE[level])
    return fit_camera(city.bounds or (0.0, 0.0, 0.0, 0.0), viewport, Padding(8, 8, 8, 8))


def unit_figure(
    city: City,
    parts: Iterable[MapPart],
    labels: Iterable[AreaLabel],
    functional: Sequence[Drawing],
    *,
    finest: Level,
) -> Drawing:
    """Return the figure of a map: what is drawn, outlines down to ``finest``, functional areas, labels."""
    camera = unit_camera(city, finest)
    dashed = dashed_layer(list(functional), Slot.FUNCTIONAL_LINE, LIGHT.muted, 1.2)
    lines = MapPart(layers=(*_outlines(city, finest), *dashed))
    drawn = [lines, *parts, on_colours(label_part(place_labels(labels, camera), camera, LIGHT))]
    return desk_figure(drawn, camera)


def on_colours(labels: MapPart) -> MapPart:
    """Return labels as they are legible on dark fills too: a broad halo, and no word in a state's colour."""
    return MapPart(tuple(_on_colour(trace) for trace in labels.traces), labels.layers)


def _on_colour(trace: Drawing) -> Drawing:
    font = trace["textfont"]
    halo_px = font["size"] / _HALO_OF_TEXT
    return trace | {
        "textfont": font | {"color": LIGHT.text},
        "meta": trace["meta"] | {"halo_px": halo_px},
    }


def pick_areas(areas: Iterable[Area], url: str, texts: Mapping[int, str]) -> MapPart:
    """Return the areas to point at and to click: ``texts`` are shown, ``customdata`` has the area's id.

    Functional areas come first, since the first area that holds the point is the one picked.
    """
    ordered = sorted(areas, key=lambda area: area.kind is not AreaKind.FUNCTIONAL)
    trace = invisible_areas(Slot.HIT, url, [str(area.id) for area in ordered])
    trace["customdata"] = [str(area.id) for area in ordered]
    trace["hovertext"] = [texts.get(area.id, area.name) for area in ordered]
    trace["hovertemplate"] = "%{hovertext}<extra></extra>"
    return MapPart(traces=(trace,))


def functional_features(areas: Iterable[Area], features: Mapping[int, Drawing]) -> list[Drawing]:
    """Return the GeoJSON features of functional areas, which overlap the counties."""
    return [features[area.id] for area in areas if area.kind is AreaKind.FUNCTIONAL and area.id in features]


def _outlines(city: City, finest: Level) -> list[Drawing]:
    """Return outlines of the city, its counties and, where towns are shown, towns."""
    drawn = [line for line in _LINES if line[0] is not Level.TOWN or finest is Level.TOWN]
    return [
        line_layer(url, slot, colour, width, opacity=opacity)
        for level, slot, width, colour, opacity in drawn
        if (url := shapes_url(city, level)) is not None
    ]
