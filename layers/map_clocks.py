"""Matters with late or soon due clocks by area: classes of one hue, light to dark, the number on the area."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shapely.geometry.base import BaseGeometry

from grid.areas import Area, AreaKind, Level
from grid.classes import Classes, quantile_classes
from grid.clocks.counts import ClockCounts, ClockQuestion
from grid.questions import City
from layers.legends import Legend, LegendEntry, Swatch
from layers.map_base import Drawing, MapPart, Slot, shapes_url
from layers.map_hatch import hatch_part
from layers.map_labels import AreaLabel
from layers.numbers import grouped
from layers.theme import LIGHT
from layers.unit_map import functional_features, pick_areas, unit_camera, unit_figure
from layers.words import Language, say

LATE = ("#FBE3DA", "#F4BBA3", "#E68C69", "#CF5C34", "#96300F")
SOON = ("#FBF0D3", "#EFD595", "#DBB257", "#B78529", "#7C5505")
"""Maple is late, amber is soon (``layers.theme``); each class is darker than the one before."""
_LABELLED = {Level.COUNTY: 60, Level.TOWN: 40}


@dataclass(frozen=True, slots=True, eq=False)
class ClockScene:
    """What is to be drawn. ``clocks`` is by area id; an area that is not in it is not told of.

    ``shapes`` are geometries by area id, ``features`` the functional areas' as GeoJSON.
    """

    city: City
    level: Level
    question: ClockQuestion
    areas: Sequence[Area]
    clocks: Mapping[int, ClockCounts]
    shapes: Mapping[int, BaseGeometry]
    features: Mapping[int, Drawing]
    hover: Mapping[int, str]
    language: Language

    @property
    def regular(self) -> list[Area]:
        """The areas that are coloured: functional ones lie over them and would count twice."""
        return [area for area in self.areas if area.kind is AreaKind.REGULAR]

    def value(self, area: Area) -> int | None:
        """Return an area's number, none where it is not told."""
        clocks = self.clocks.get(area.id)
        return None if clocks is None else self.question.of(clocks)

    @property
    def classes(self) -> Classes:
        """The classes of the values that are shown."""
        return quantile_classes(float(self.value(area) or 0) for area in self.regular)


def clock_figure(scene: ClockScene) -> Drawing:
    """Return the figure: fill of values, hatch where nothing is told, name and number of the most."""
    url = shapes_url(scene.city, scene.level)
    if url is None:
        return unit_figure(scene.city, (), (), (), finest=scene.level)
    parts = (_fill(scene, url), _untold(scene), pick_areas(scene.regular, url, scene.hover))
    functional = functional_features(scene.areas, scene.features)
    return unit_figure(scene.city, parts, _labels(scene), functional, finest=scene.level)


def clock_legend(scene: ClockScene) -> Legend:
    """Return the legend: zero, classes as they were cut, not told; each with its number of areas."""
    language, classes, ramp = scene.language, scene.classes, _ramp(scene.question)
    steps = [_step(scene.value(area), classes) for area in scene.regular]
    entries = [LegendEntry(Swatch.FILL, LIGHT.panel, "0", steps.count(0))] if 0 in steps else []
    for at, (lower, below) in enumerate(classes.ranges()):
        text = _range(int(lower), int(classes.highest if below is None else below - 1))
        entries.append(LegendEntry(Swatch.FILL, _colour(at, classes, ramp), text, steps.count(at + 1)))
    if None in steps:
        untold = say("units_map.clocks.legend.untold", language)
        entries.append(LegendEntry(Swatch.FALLING, LIGHT.muted, untold, steps.count(None)))
    level = say(f"level.{scene.level}", language)
    title = say(f"units_map.clocks.legend.{scene.question}", language, level=level)
    how = say("units_map.clocks.legend.how", language, classes=len(classes.lower)) if classes.lower else ""
    return Legend(title, tuple(entries), note=how)


def _ramp(question: ClockQuestion) -> tuple[str, ...]:
    return LATE if question is ClockQuestion.OVERDUE else SOON


def _colour(at: int, classes: Classes, ramp: Sequence[str]) -> str:
    """Return the colour of a class; few classes spread over the whole ramp."""
    last = len(classes.lower) - 1
    return ramp[round(at * 4 / last) if last else 2]


def _step(value: int | None, classes: Classes) -> int | None:
    """Return 0 for zero, the class from 1 on, none for what is not told."""
    if value is None:
        return None
    at = classes.index(value)
    return 0 if at is None else at + 1


def _fill(scene: ClockScene, url: str) -> MapPart:
    classes, ramp = scene.classes, _ramp(scene.question)
    colours = [LIGHT.panel, *(_colour(at, classes, ramp) for at in range(len(classes.lower)))]
    if len(colours) == 1:
        colours *= 2  # a colour scale needs two ends
    told = [(area, step) for area in scene.regular if (step := _step(scene.value(area), classes)) is not None]
    top = len(colours) - 1
    trace: Drawing = {
        "type": "choroplethmap", "uid": Slot.COUNTS, "below": Slot.COUNTS, "geojson": url,
        "featureidkey": "id", "locations": [str(area.id) for area, _ in told],
        "z": [step for _, step in told], "zmin": 0, "zmax": top,
        "colorscale": [[at / top, colour] for at, colour in enumerate(colours)],
        "showscale": False, "hoverinfo": "skip", "marker": {"opacity": 1, "line": {"width": 0}},
    }  # fmt: skip
    return MapPart(traces=(trace,))


def _untold(scene: ClockScene) -> MapPart:
    hatched = [
        scene.shapes[area.id]
        for area in scene.regular
        if scene.value(area) is None and area.id in scene.shapes
    ]
    return hatch_part(
        hatched,
        Slot.COUNTS_HATCH,
        unit_camera(scene.city, scene.level),
        LIGHT.muted,
        falling=True,
        opacity=0.4,
    )


def _labels(scene: ClockScene) -> list[AreaLabel]:
    """Return name and number of the areas with most; of counties all that are told."""
    told = [(area, value) for area in scene.regular if (value := scene.value(area)) is not None]
    if scene.level is not Level.COUNTY:
        told = [(area, value) for area, value in told if value]
    most = sorted(told, key=lambda pair: -pair[1])[: _LABELLED[scene.level]]
    return [
        AreaLabel(
            # In the bold line: a thin number is not legible on the darkest class.
            area.id, area.label_lon, area.label_lat, f"{area.name} {grouped(value)}", urgency=value,
            reach=2 if scene.level is Level.COUNTY else 0,
        )
        for area, value in most
    ]  # fmt: skip


def _range(low: int, high: int) -> str:
    return grouped(low) if high <= low else f"{grouped(low)} – {grouped(high)}"
