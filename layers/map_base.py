"""The map that every layer is laid on: ground, slots, outlines, and the figure put together from parts.

A slot is an empty style layer; whatever is drawn ``below`` it stays in its place in the stack, however many
layers are switched on. One slot holds one thing: Plotly draws everything anew where two share one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from grid.areas import Area, AreaKind, Level
from grid.questions import City
from layers.map_camera import Camera
from layers.theme import FONT_FAMILY, Theme

Drawing = dict[str, Any]
"""A part of a Plotly figure as plain data."""


class Slot(StrEnum):
    """Places in the stack of the map, from bottom to top."""

    LAND = "slot-land"
    COUNTS = "slot-counts"
    COVERAGE = "slot-coverage"
    LISTING = "slot-listing"
    DENSITY = "slot-density"
    COUNTS_HATCH = "slot-counts-hatch"
    COUNTS_HIDDEN = "slot-counts-hidden"
    COVERAGE_HATCH = "slot-coverage-hatch"
    LISTED_HATCH = "slot-listed-hatch"
    RECTIFYING_HATCH = "slot-rectifying-hatch"
    VILLAGE_LINE = "slot-village-line"
    TOWN_LINE = "slot-town-line"
    COUNTY_LINE = "slot-county-line"
    CITY_LINE = "slot-city-line"
    FUNCTIONAL_LINE = "slot-functional-line"
    REJECTED_LINE = "slot-rejected-line"
    PROPOSED_LINE = "slot-proposed-line"
    LISTED_LINE = "slot-listed-line"
    STANDING_LINE = "slot-standing-line"
    SPOT_LINE = "slot-spot-line"
    HIT = "slot-hit"
    MINOR_LABEL = "slot-minor-label"
    LABEL_NOTE = "slot-label-note"
    LABEL_ALERT = "slot-label-alert"
    LABEL_TITLE = "slot-label-title"


@dataclass(frozen=True, slots=True)
class MapPart:
    """What one layer adds to the map: traces and ``layout.map.layers``."""

    traces: tuple[Drawing, ...] = ()
    layers: tuple[Drawing, ...] = ()


def map_figure(parts: Iterable[MapPart], camera: Camera, theme: Theme) -> Drawing:
    """Return the figure of a map from its parts, in the order of the slots.

    Every slot has its place among the layers, with nothing in it where nothing is drawn: where their number
    changes, Plotly takes all layers away and loads their shapes anew. Raises ``ValueError`` for two layers in
    one slot, of which one would not be seen.
    """
    order = list(Slot)
    traces = [trace for part in parts for trace in part.traces]
    layers = _in_slots(layer for part in parts for layer in part.layers)
    return {
        "data": sorted(traces, key=lambda trace: order.index(trace["below"])),
        "layout": {
            "margin": {"l": 0, "r": 0, "t": 0, "b": 0},
            "paper_bgcolor": theme.ground,
            "showlegend": False,
            "uirevision": f"{camera.lon:.5f} {camera.lat:.5f} {camera.zoom:.4f}",
            "hoverlabel": _hover_label(camera, theme),
            "map": {
                "style": map_style(theme),
                "center": {"lon": camera.lon, "lat": camera.lat},
                "zoom": camera.zoom,
                "fitbounds": False,
                "layers": [layers.get(slot, {"visible": False}) for slot in Slot],
            },
        },
    }


def _in_slots(layers: Iterable[Drawing]) -> dict[Slot, Drawing]:
    found: dict[Slot, Drawing] = {}
    for layer in layers:
        if layer["below"] in found:
            raise ValueError(f"two layers in {layer['below']}")
        found[layer["below"]] = layer
    return found


def map_style(theme: Theme) -> Drawing:
    """Return a style of our own: ground and slots, no address outside this machine.

    The source is never used, but a style without any breaks the next update.
    """
    nothing = {"type": "geojson", "data": {"type": "FeatureCollection", "features": []}}
    ground = {"id": "ground", "type": "background", "paint": {"background-color": theme.ground}}
    slots = [{"id": slot, "type": "background", "layout": {"visibility": "none"}} for slot in Slot]
    return {"version": 8, "id": "fengtu", "sources": {"nothing": nothing}, "layers": [ground, *slots]}


def shapes_url(city: City, level: Level) -> str | None:
    """Return the immutable address of a level's shapes, none where the city has no such areas."""
    edition = city.editions.get(level)
    return None if edition is None else f"/shapes/{level}/{edition}.json"


def base_part(
    city: City,
    counties: Iterable[Area],
    features: Mapping[int, Drawing],
    camera: Camera,
    theme: Theme,
    *,
    finest: Level,
) -> MapPart:
    """Return land and outlines, heavy to thin from county to village, functional areas dashed.

    ``features`` holds the counties' GeoJSON by id. ``finest`` is the level asked about: its outlines show at
    once, finer ones only when one comes nearer.
    """
    land = shapes_url(city, Level.COUNTY) or shapes_url(city, finest)
    layers = [] if land is None else [_land(land, theme)]
    for level, slot, width, colour, opacity in (
        (Level.VILLAGE, Slot.VILLAGE_LINE, 0.5, theme.muted, 0.35),
        (Level.TOWN, Slot.TOWN_LINE, 0.8, theme.muted, 0.42),
        (Level.CITY, Slot.CITY_LINE, 3.0, theme.text, 0.9),
    ):
        url = shapes_url(city, level)
        if url is not None:
            nearer = 1.2 if level is Level.VILLAGE and finest is not Level.VILLAGE else 0.0
            line = line_layer(url, slot, colour, width * camera.viewport.scale, opacity=opacity)
            layers.append(line | ({"minzoom": camera.zoom + nearer} if nearer else {}))
    functional = [features[area.id] for area in counties if _is_functional(area) and area.id in features]
    dashed = dashed_layer(functional, Slot.FUNCTIONAL_LINE, theme.text, 2.2 * camera.viewport.scale)
    return MapPart(_county_lines(city, counties, camera, theme), (*layers, *dashed))


def dashed_layer(
    features: list[Drawing], slot: Slot, colour: str, width_px: float, dash: tuple[float, float] = (3, 2)
) -> tuple[Drawing, ...]:
    """Return dashed outlines of GeoJSON features; ``dash`` in widths of the line."""
    if not features:
        return ()
    layer = line_layer({"type": "FeatureCollection", "features": features}, slot, colour, width_px)
    return (layer | {"line": {"width": width_px, "dash": list(dash)}},)


def line_layer(
    source: str | Drawing, slot: Slot, colour: str, width_px: float, *, opacity: float = 1.0
) -> Drawing:
    """Return a line layer over a GeoJSON address or object."""
    return {
        "sourcetype": "geojson", "source": source, "type": "line", "below": slot, "name": slot,
        "color": colour, "opacity": opacity, "line": {"width": width_px},
    }  # fmt: skip


def _land(url: str, theme: Theme) -> Drawing:
    return {
        "sourcetype": "geojson", "source": url, "type": "fill", "below": Slot.LAND, "name": Slot.LAND,
        "color": theme.panel, "fill": {"outlinecolor": theme.panel},
    }  # fmt: skip


def _county_lines(city: City, counties: Iterable[Area], camera: Camera, theme: Theme) -> tuple[Drawing, ...]:
    """A trace rather than a layer, since it can leave the functional areas out."""
    url = shapes_url(city, Level.COUNTY)
    regular = [str(area.id) for area in counties if not _is_functional(area)]
    if url is None or not regular:
        return ()
    trace = invisible_areas(Slot.COUNTY_LINE, url, regular) | {"hoverinfo": "skip"}
    trace["marker"] = {"line": {"width": 2.0 * camera.viewport.scale, "color": theme.text}, "opacity": 0.75}
    return (trace,)


def invisible_areas(slot: Slot, url: str, locations: list[str]) -> Drawing:
    """Return areas without a fill: for their outlines, or to be clicked."""
    clear = "rgba(0,0,0,0)"
    return {
        "type": "choroplethmap", "uid": slot, "below": slot, "geojson": url, "featureidkey": "id",
        "locations": locations, "z": [0] * len(locations), "zmin": 0, "zmax": 1,
        "colorscale": [[0, clear], [1, clear]], "showscale": False,
        "marker": {"opacity": 0, "line": {"width": 0}},
    }  # fmt: skip


def _is_functional(area: Area) -> bool:
    return area.kind is AreaKind.FUNCTIONAL


def _hover_label(camera: Camera, theme: Theme) -> Drawing:
    font = {"family": FONT_FAMILY, "size": 20 * camera.viewport.scale, "color": theme.text}
    return {"bgcolor": theme.panel, "bordercolor": theme.accent, "font": font, "align": "left"}
