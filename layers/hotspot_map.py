"""The hotspot map as MapLibre draws it: sources by immutable address, layers coloured by what is told apart.

Plotly gives the map; on it stand layers of our own, since its choropleth takes a second for 10,000 areas. The
fill of an area follows from its feature state ``c``, a byte (see ``hotspot_paint``), and the style itself
never changes: every change of a style is read anew by the map's workers.
"""

from __future__ import annotations

import math
from typing import Any

from grid.areas import PLACED_LEVELS, Area, AreaKind, Level
from grid.hotspots.findings import IssueSite
from grid.questions import City
from layers.hotspot_paint import COLOURS, HATCHED
from layers.map_base import Drawing, shapes_url
from layers.map_camera import METRES_PER_DEGREE, WORLD_TILE_PX
from layers.theme import LIGHT

AREAS = "hotspots-areas-"
"""Source, and begin of the names of its layers, of each level's shapes."""
MARKS, SITES, NAMES = "hotspots-marks", "hotspots-sites", "hotspots-names"
POINTED = "hotspots-pointed"
"""Source of the outlines of the areas that are chosen or under the pointer."""
_FONT = ["Noto Sans SC", "Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC"]
_BOLD = ["Noto Sans SC Bold", *_FONT[1:]]
_CLEAR = "rgba(0,0,0,0)"
_REGULAR = ["==", ["get", "kind"], AreaKind.REGULAR.value]
_LINES = (
    (Level.GRID, 0.4, 0.35),
    (Level.VILLAGE, 0.5, 0.45),
    (Level.TOWN, 0.9, 0.6),
    (Level.COUNTY, 1.8, 0.85),
)
_CLOSEST = 22
_GRID_LINES_ZOOM = 10.2
"""Where a grid of a square kilometre is 20 pixels wide: outlines of smaller ones are but grey, and costly."""


def map_spec(city: City) -> dict[str, Any]:
    """Return sources and layers, from bottom to top; ``hatch`` is the colour of the hatch's strokes.

    The layers of a level are there from the start and shown when it is chosen.
    """
    levels = [level for level in PLACED_LEVELS if level in city.editions]
    sources: dict[str, Any] = {
        AREAS + level: {"type": "geojson", "data": shapes_url(city, level), "tolerance": 0.2}
        for level in levels
    }
    sources |= {name: _points([]) for name in (MARKS, SITES, NAMES, POINTED)}
    land = [_land(levels[0])] if levels else []
    fills = [layer for level in levels for layer in (_fill(level), _hatch(level))]
    lines = [_line(level, width, opacity) for level, width, opacity in _LINES if level in levels]
    return {
        "levels": [str(level) for level in levels],
        "urls": {str(level): shapes_url(city, level) for level in levels},
        "sources": sources,
        "layers": [*land, *fills, *lines, *_functional(levels), _pointed(), *_text_layers(), *_site_layers()],
        "hatch": LIGHT.muted,
        "colours": {str(int(code)): colour for code, colour in COLOURS.items()},
        "bounds": city.bounds,
    }


def blank_figure(city: City) -> Drawing:
    """Return Plotly's map with nothing but the ground, on the middle of the city."""
    west, south, east, north = city.bounds or (0.0, 0.0, 0.0, 0.0)
    nothing = {"type": "geojson", "data": {"type": "FeatureCollection", "features": []}}
    ground = {"id": "ground", "type": "background", "paint": {"background-color": LIGHT.ground}}
    style = {"version": 8, "id": "hotspots", "sources": {"nothing": nothing}, "layers": [ground]}
    view = {"center": {"lon": (west + east) / 2, "lat": (south + north) / 2}, "zoom": 7}
    return {
        # A map subplot without any trace is not drawn.
        "data": [{"type": "scattermap", "lon": [None], "lat": [None], "hoverinfo": "skip"}],
        "layout": {
            "margin": {"l": 0, "r": 0, "t": 0, "b": 0}, "paper_bgcolor": LIGHT.ground, "showlegend": False,
            "uirevision": "kept", "map": {"style": style, "fitbounds": False, **view},
        },
    }  # fmt: skip


def site_features(sites: tuple[IssueSite, ...], texts: dict[int, str]) -> Drawing:
    """Return issue sites as points; ``px`` is the radius on the ground in pixels at zoom 0."""
    features: list[Drawing] = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [round(one.lon, 6), round(one.lat, 6)]},
            "properties": {"site": one.id, "px": _zoom_zero_px(one), "text": texts[one.id]},
        }
        for one in sites
    ]
    return {"type": "FeatureCollection", "features": features}


def label_rows(areas: list[Area], texts: dict[int, str]) -> list[list[object]]:
    """Return name labels as rows of longitude, latitude and text; those placed first come first."""
    return [[round(one.label_lon, 5), round(one.label_lat, 5), texts[one.id]] for one in areas]


def _zoom_zero_px(site: IssueSite) -> float:
    metres_per_px = METRES_PER_DEGREE * 360 * math.cos(math.radians(site.lat)) / WORLD_TILE_PX
    return round(site.radius_m / metres_per_px, 8)


def _points(features: list[Drawing]) -> Drawing:
    return {"type": "geojson", "data": {"type": "FeatureCollection", "features": features}}


def _land(level: Level) -> Drawing:
    return {
        "id": "hotspots-land", "type": "fill", "source": AREAS + level,
        "paint": {"fill-color": LIGHT.panel, "fill-antialias": False},
    }  # fmt: skip


def _fill(level: Level) -> Drawing:
    stops = [part for code, colour in COLOURS.items() for part in (int(code), colour)]
    colour = ["match", ["coalesce", ["feature-state", "c"], 0], *stops, _CLEAR]
    return {
        "id": f"{AREAS}{level}-fill", "type": "fill", "source": AREAS + level, "filter": _REGULAR,
        "layout": {"visibility": "none"}, "paint": {"fill-color": colour, "fill-antialias": False},
    }  # fmt: skip


def _hatch(level: Level) -> Drawing:
    codes = [int(code) for code in HATCHED]
    shown = ["match", ["coalesce", ["feature-state", "c"], 0], codes, 1, 0]
    return {
        "id": f"{AREAS}{level}-hatch", "type": "fill", "source": AREAS + level, "filter": _REGULAR,
        "layout": {"visibility": "none"}, "paint": {"fill-pattern": "hotspots-hatch", "fill-opacity": shown},
    }  # fmt: skip


def _line(level: Level, width: float, opacity: float) -> Drawing:
    thin = level in {Level.VILLAGE, Level.GRID}
    near = {"minzoom": _GRID_LINES_ZOOM} if level is Level.GRID else {}
    return {
        "id": f"{AREAS}{level}-line", "type": "line", "source": AREAS + level, "filter": _REGULAR,
        "layout": {"visibility": "none" if thin else "visible"},
        "paint": {"line-color": LIGHT.muted, "line-width": width, "line-opacity": opacity},
    } | near  # fmt: skip


def _functional(levels: list[Level]) -> list[Drawing]:
    if Level.COUNTY not in levels:
        return []
    return [
        {
            "id": "hotspots-functional", "type": "line", "source": AREAS + Level.COUNTY,
            "filter": ["!", _REGULAR],
            "paint": {"line-color": LIGHT.text, "line-width": 1.4, "line-dasharray": [3, 2]},
        }
    ]  # fmt: skip


def _pointed() -> Drawing:
    width = ["match", ["get", "kind"], "chosen", 3.2, 1.8]
    return {
        "id": f"{POINTED}-line", "type": "line", "source": POINTED, "layout": {"line-join": "round"},
        "paint": {"line-color": LIGHT.text, "line-width": width},
    }  # fmt: skip


def _site_layers() -> list[Drawing]:
    on_ground = ["interpolate", ["exponential", 2], ["zoom"], 0, ["get", "px"],
                 _CLOSEST, ["*", ["get", "px"], 2**_CLOSEST]]  # fmt: skip
    ring = {"circle-color": LIGHT.amber, "circle-opacity": 0.14, "circle-stroke-color": LIGHT.amber,
            "circle-stroke-width": 1.4, "circle-radius": on_ground}  # fmt: skip
    dot = {"circle-color": LIGHT.panel, "circle-stroke-color": LIGHT.amber, "circle-stroke-width": 2.4,
           "circle-radius": 4.5}  # fmt: skip
    return [
        {"id": "hotspots-sites-ring", "type": "circle", "source": SITES, "paint": ring},
        {"id": "hotspots-sites-dot", "type": "circle", "source": SITES, "paint": dot},
        _text("hotspots-sites-text", SITES, 12, _FONT, offset=1.1),
    ]


def _text_layers() -> list[Drawing]:
    return [_text("hotspots-marks-text", MARKS, 13, _BOLD), _text("hotspots-names-text", NAMES, 13, _FONT)]


def _text(name: str, source: str, size: int, font: list[str], *, offset: float = 0.0) -> Drawing:
    layout: dict[str, Any] = {
        "text-field": ["get", "text"], "text-font": font, "text-size": size, "text-max-width": 12,
        "symbol-sort-key": ["coalesce", ["get", "at"], 0], "text-padding": 2,
    }  # fmt: skip
    if offset:
        layout |= {"text-anchor": "top", "text-offset": [0, offset * 0.6]}
    halo = {"text-color": LIGHT.text, "text-halo-color": LIGHT.panel, "text-halo-width": 1.6}
    return {"id": name, "type": "symbol", "source": source, "layout": layout, "paint": halo}
