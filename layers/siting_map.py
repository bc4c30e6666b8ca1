"""Siting's map: villages within reach or not, or by accessibility; points, and new ones by number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from shapely.geometry.base import BaseGeometry

from grid.areas import Area, Level
from grid.questions import City
from grid.siting.answers import SitingAnswer
from grid.siting.places import Village
from layers.desk_map import area_names, desk_figure, dots_trace, outlines
from layers.legends import LegendEntry, Swatch
from layers.map_base import Drawing, MapPart, Slot, shapes_url
from layers.map_camera import Bounds, Camera, DeskViewport, Padding, Viewport, fit_camera
from layers.map_hatch import hatch_part
from layers.map_labels import BOLD_FONT
from layers.siting_words import count_words
from layers.theme import LIGHT
from layers.words import Language, say

REACHED, GAINED, OUTSIDE = LIGHT.sequence[1], LIGHT.sequence[3], LIGHT.panel
NEW_PX = 20.0
_POINT_PX, _CITY_POINT_PX = 6.0, 2.2
"""Existing points: on a map of the whole city they would hide the villages."""
_EDGE_DEG = 0.01


@dataclass(frozen=True, slots=True, eq=False)
class SitingScene:
    """What is to be drawn: the answer, the areas with names, the villages' shapes by id, and the view."""

    city: City
    found: SitingAnswer
    labelled: Sequence[Area]
    shapes: Mapping[int, BaseGeometry]
    viewport: Viewport
    language: Language
    by_access: bool = False


@dataclass(frozen=True, slots=True)
class _Classes:
    """A class for each village, its colours and words; ``hatched`` classes are told apart without colour."""

    of: Mapping[int, int]
    colours: tuple[str, ...]
    words: tuple[str, ...]
    hatched: frozenset[int]


def siting_figure(scene: SitingScene) -> Drawing:
    """Return the figure of the map."""
    desk = DeskViewport(scene.viewport.width, scene.viewport.height)
    camera = fit_camera(siting_bounds(scene), desk, Padding(8, 8, 8, 8))
    classes = _classes(scene)
    parts = [
        _villages(scene, classes),
        _hatch(scene, classes, camera),
        outlines(scene.city),
        _points(scene),
        area_names(scene.labelled, camera, beside=_new_spots(scene)),
    ]
    return desk_figure(parts, camera)


def legend_entries(scene: SitingScene) -> list[LegendEntry]:
    """Return what the villages' classes mean, with how many villages each has."""
    classes = _classes(scene)
    counts = np.bincount(list(classes.of.values()), minlength=len(classes.colours))
    return [
        LegendEntry(Swatch.HATCH if at in classes.hatched else Swatch.FILL, colour, text, int(counts[at]))
        for at, (colour, text) in enumerate(zip(classes.colours, classes.words, strict=True))
        if counts[at]
    ]


def siting_bounds(scene: SitingScene) -> Bounds:
    """Return the box of the villages asked about, in degrees; of the city where there are none."""
    inside = [one for one in scene.found.places.villages if one.is_inside]
    if not inside or scene.found.question.within is None:
        return scene.city.bounds or (0.0, 0.0, 0.0, 0.0)
    boxes = [scene.shapes[one.id].bounds for one in inside if one.id in scene.shapes]
    boxes = boxes or [(one.lon - _EDGE_DEG, one.lat - _EDGE_DEG, one.lon + _EDGE_DEG, one.lat + _EDGE_DEG)
                      for one in inside]  # fmt: skip
    west, south, east, north = zip(*boxes, strict=True)
    return min(west), min(south), max(east), max(north)


def _classes(scene: SitingScene) -> _Classes:
    found, language = scene.found, scene.language
    if scene.by_access and found.access is not None:
        return _access_classes(scene, found.access)
    of = {
        one.id: 0 if before else 1 if after else 2
        for one, before, after in zip(found.places.villages, found.before, found.after, strict=True)
        if one.is_inside
    }
    words = tuple(say(f"siting.legend.{name}", language) for name in ("before", "gained", "outside"))
    return _Classes(of, (REACHED, GAINED, OUTSIDE), words, frozenset({2}))


def _access_classes(scene: SitingScene, access: np.ndarray[tuple[int], np.dtype[np.float64]]) -> _Classes:
    """Return five classes of as many villages each among those that reach an agent, and one that do not."""
    inside = [
        (one.id, value) for one, value in zip(scene.found.places.villages, access, strict=True)
        if one.is_inside
    ]  # fmt: skip
    some = np.array([value for _, value in inside if value > 0])
    cuts = np.unique(np.round(np.quantile(some, (0.2, 0.4, 0.6, 0.8)), 1)) if len(some) else np.zeros(0)
    of = {one: 0 if value <= 0 else 1 + int(np.searchsorted(cuts, value, side="right"))
          for one, value in inside}  # fmt: skip
    edges = ("0", *(f"{cut:,.1f}" for cut in cuts))
    words = [say("siting.legend.no_access", scene.language)]
    words += [
        say("siting.legend.between", scene.language, low=low, high=high) for low, high in pairwise(edges)
    ]
    words.append(say("siting.legend.beyond", scene.language, low=edges[-1]))
    return _Classes(of, (OUTSIDE, *LIGHT.sequence[: len(cuts) + 1]), tuple(words), frozenset({0}))


def _villages(scene: SitingScene, classes: _Classes) -> MapPart:
    url = shapes_url(scene.city, Level.VILLAGE)
    inside = [one for one in scene.found.places.villages if one.is_inside]
    if url is None or not inside:
        return MapPart()
    share = 1 / len(classes.colours)
    scale = [[edge * share, colour] for at, colour in enumerate(classes.colours) for edge in (at, at + 1)]
    trace: Drawing = {
        "type": "choroplethmap", "uid": Slot.COUNTS, "below": Slot.COUNTS, "geojson": url,
        "featureidkey": "id", "locations": [str(one.id) for one in inside],
        "z": [classes.of[one.id] for one in inside],
        "zmin": -0.5, "zmax": len(classes.colours) - 0.5, "colorscale": scale, "showscale": False,
        "text": [_hover(scene, one, classes) for one in inside], "hoverinfo": "text",
        "marker": {"line": {"width": 0.4, "color": LIGHT.line}},
    }  # fmt: skip
    return MapPart(traces=(trace,))


def _hover(scene: SitingScene, village: Village, classes: _Classes) -> str:
    demand = scene.found.question.demand
    unit = say(f"siting.demand_unit.{demand}", scene.language)
    weight = f"{count_words(village.weight(demand), demand)} {unit}"
    return (
        f"{' › '.join(name for name in village.path if name)}<br>{weight}<br>{_class_words(village, classes)}"
    )


def _class_words(village: Village, classes: _Classes) -> str:
    return classes.words[classes.of[village.id]]


def _hatch(scene: SitingScene, classes: _Classes, camera: Camera) -> MapPart:
    left = [
        scene.shapes[one] for one, at in classes.of.items() if at in classes.hatched and one in scene.shapes
    ]
    if not left:
        return MapPart()
    return hatch_part(left, Slot.COUNTS_HATCH, camera, LIGHT.text, spacing_px=16, opacity=0.9)


def _points(scene: SitingScene) -> MapPart:
    """Small dark dots that are there, and large numbered ones that are suggested."""
    inside = {one.id for one in scene.found.places.villages if one.is_inside}
    old = [(one.lon, one.lat) for one in scene.found.places.points if one.village_id in inside]
    new, spots = scene.found.suggested, _new_spots(scene)
    numbers: Drawing = {
        "type": "scattermap", "mode": "text", "uid": Slot.LABEL_ALERT, "below": Slot.LABEL_ALERT,
        "hoverinfo": "skip", "lon": [lon for lon, _ in spots], "lat": [lat for _, lat in spots],
        "text": [str(one.number) for one in new], "textposition": "middle center",
        "textfont": {"family": BOLD_FONT, "size": 12, "color": LIGHT.panel},
        "meta": {"halo": LIGHT.text, "halo_px": 0.5, "overlap": True},
    }  # fmt: skip
    return MapPart(
        traces=(
            dots_trace(Slot.FUNCTIONAL_LINE, old, _point_px(scene), LIGHT.text),
            dots_trace(Slot.LISTED_LINE, spots, NEW_PX + 3, LIGHT.panel),
            dots_trace(Slot.HIT, spots, NEW_PX, LIGHT.text),
            numbers,
        )
    )


def _new_spots(scene: SitingScene) -> list[tuple[float, float]]:
    return [(one.village.lon, one.village.lat) for one in scene.found.suggested]


def _point_px(scene: SitingScene) -> float:
    return _CITY_POINT_PX if scene.found.question.within is None else _POINT_PX
