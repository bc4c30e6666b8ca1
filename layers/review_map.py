"""The review's map: what an address may mean outlined and numbered, what others suggest, what is chosen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from grid.areas import Area, Level
from grid.questions import City
from grid.reviewing import Candidate, Suggestion
from layers.map_base import Drawing, MapPart, Slot, line_layer, map_figure, shapes_url
from layers.map_camera import Bounds, Camera, Padding, Viewport, fit_camera, with_room
from layers.map_labels import BOLD_FONT, AreaLabel, place_labels, text_trace
from layers.theme import LIGHT

_LABEL_PX, _MINOR_PX, _SPOT_PX = 15.0, 12.0, 22
_SMALLEST_SPAN = 0.012
"""Degrees; nearer than about a kilometre nothing tells where one is."""
SUGGESTION_KEYS = "ABCDEFGH"
_ABOVE = "<br> <br> "
"""Moves a title a line up, off the small area that it names."""


@dataclass(frozen=True, slots=True)
class _DeskViewport(Viewport):
    """A map beside panels: text has the size of the desk's other text, however small the map."""

    @property
    def scale(self) -> float:
        return 0.55


@dataclass(frozen=True, slots=True)
class ReviewScene:
    """What is to be drawn; ``offered`` are the candidates in the order of their keys.

    ``around`` are areas of one level to be named, ``thin`` those to be outlined for looking; ``chosen`` and
    ``point`` (lon, lat) what would be decided.
    """

    city: City
    viewport: Viewport
    offered: tuple[Candidate, ...] = ()
    around: tuple[Area, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()
    chosen: Candidate | None = None
    point: tuple[float, float] | None = None
    thin: tuple[Candidate, ...] = ()


def review_figure(scene: ReviewScene) -> Drawing:
    """Return the figure of the review's map."""
    camera = review_camera(scene)
    return map_figure([_ground(scene), _areas(scene), _labels(scene, camera), _spots(scene)], camera, LIGHT)


def review_camera(scene: ReviewScene) -> Camera:
    """Return the camera on what is offered or chosen, on the whole city where that is nothing."""
    view = _DeskViewport(scene.viewport.width, scene.viewport.height)
    return fit_camera(
        seen_bounds(scene) or scene.city.bounds or (0.0, 0.0, 0.0, 0.0), view, Padding(8, 8, 8, 8)
    )


def seen_bounds(scene: ReviewScene) -> Bounds | None:
    """Return the box that is shown: candidates, suggestions and an area chosen besides, with surroundings.

    A point that somebody sets leaves the map where it is.
    """
    shown = [*scene.offered, *([scene.chosen] if scene.chosen and scene.point is None else [])]
    spots = [spot for one in shown if one.outline for spot in _corners(one.outline["coordinates"])]
    spots += [(one.lon, one.lat) for one in scene.suggestions]
    if not spots:
        return None
    lons, lats = zip(*spots, strict=True)
    seen = (min(lons), min(lats), max(lons), max(lats))
    return with_room(seen, least=(_SMALLEST_SPAN, _SMALLEST_SPAN))


def _ground(scene: ReviewScene) -> MapPart:
    land = shapes_url(scene.city, Level.COUNTY)
    layers = [] if land is None else [line_layer(land, Slot.LAND, LIGHT.panel, 0) | {"type": "fill"}]
    for level, slot, width in ((Level.TOWN, Slot.TOWN_LINE, 0.8), (Level.COUNTY, Slot.COUNTY_LINE, 1.8)):
        url = shapes_url(scene.city, level)
        if url is not None:
            layers.append(line_layer(url, slot, LIGHT.muted, width, opacity=0.7))
    thin = [_feature(one) for one in scene.thin if one.outline]
    if thin:
        layers.append(line_layer(_collection(thin), Slot.VILLAGE_LINE, LIGHT.muted, 0.7, opacity=0.6))
    return MapPart(layers=tuple(layers))


def _areas(scene: ReviewScene) -> MapPart:
    chosen = scene.chosen.area.id if scene.chosen else None
    others = [_feature(one) for one in scene.offered if one.outline and one.area.id != chosen]
    layers: list[Drawing] = []
    if others:
        layers += _area_layers(others, Slot.COUNTS, Slot.PROPOSED_LINE, 0.10, 2.0)
    if scene.chosen is not None and scene.chosen.outline:
        layers += _area_layers([_feature(scene.chosen)], Slot.COVERAGE, Slot.LISTED_LINE, 0.28, 4.0)
    return MapPart(layers=tuple(layers))


def _area_layers(
    features: list[Drawing], fill: Slot, line: Slot, opacity: float, width_px: float
) -> list[Drawing]:
    shapes = _collection(features)
    filled = line_layer(shapes, fill, LIGHT.accent, 0, opacity=opacity) | {"type": "fill"}
    return [filled, line_layer(shapes, line, LIGHT.accent, width_px)]


def _labels(scene: ReviewScene, camera: Camera) -> MapPart:
    wanted = [*_numbered(scene), *_names(scene)]
    placed = place_labels(wanted, camera)
    offered = {one.area.id for one in scene.offered} | ({scene.chosen.area.id} if scene.chosen else set())
    bold = [one for one in placed if one.area_id in offered]
    plain = [one for one in placed if one.area_id not in offered]
    return MapPart(
        traces=(
            text_trace(Slot.LABEL_TITLE, bold, [one.title + _ABOVE for one in bold], _LABEL_PX,
                       colour=LIGHT.accent, theme=LIGHT, bold=True),
            text_trace(Slot.MINOR_LABEL, plain, [one.title for one in plain], _MINOR_PX,
                       colour=LIGHT.muted, theme=LIGHT),
        )
    )  # fmt: skip


def _numbered(scene: ReviewScene) -> Iterator[AreaLabel]:
    """The candidates with their keys, then what is chosen besides them."""
    shown = {one.area.id: f"{key} {one.area.name}" for key, one in enumerate(scene.offered, 1)}
    chosen = [scene.chosen] if scene.chosen and scene.chosen.area.id not in shown else []
    for one in (*scene.offered, *chosen):
        title = shown.get(one.area.id, one.area.name)
        yield AreaLabel(one.area.id, one.area.label_lon, one.area.label_lat, title, urgency=100)


def _names(scene: ReviewScene) -> Iterator[AreaLabel]:
    shown = {one.area.id for one in scene.offered} | ({scene.chosen.area.id} if scene.chosen else set())
    for area in scene.around:
        if area.id not in shown:
            yield AreaLabel(area.id, area.label_lon, area.label_lat, area.name, reach=1)


def _spots(scene: ReviewScene) -> MapPart:
    """Suggestions as letters, and the point that would be decided as a ring: never an area's middle."""
    keys = SUGGESTION_KEYS[: len(scene.suggestions)]
    lettered = _dots(Slot.HIT, [(one.lon, one.lat) for one in scene.suggestions], LIGHT.text, _SPOT_PX)
    lettered |= {
        "mode": "markers+text", "text": list(keys), "textposition": "middle center",
        "textfont": {"family": BOLD_FONT, "size": 13, "color": LIGHT.panel},
    }  # fmt: skip
    chosen = [] if scene.point is None else [scene.point]
    ring = _dots(Slot.LABEL_NOTE, chosen, LIGHT.accent, 26) | {"hoverinfo": "skip"}
    core = _dots(Slot.LABEL_ALERT, chosen, LIGHT.panel, 10)
    return MapPart(traces=(lettered, ring, core))


def _dots(slot: Slot, spots: Sequence[tuple[float, float]], colour: str, size_px: int) -> Drawing:
    return {
        "type": "scattermap", "uid": slot, "below": slot, "mode": "markers", "hoverinfo": "skip",
        "lon": [lon for lon, _ in spots], "lat": [lat for _, lat in spots],
        "marker": {"color": colour, "size": size_px, "allowoverlap": True},
    }  # fmt: skip


def _feature(one: Candidate) -> Drawing:
    return {"type": "Feature", "id": str(one.area.id), "properties": {}, "geometry": one.outline}


def _collection(features: Iterable[Drawing]) -> Drawing:
    return {"type": "FeatureCollection", "features": list(features)}


def _corners(coordinates: Any) -> Iterator[tuple[float, float]]:
    """Yield the points of nested GeoJSON coordinates of any depth."""
    if isinstance(coordinates[0], (int, float)):
        yield coordinates[0], coordinates[1]
    else:
        for part in coordinates:
            yield from _corners(part)
