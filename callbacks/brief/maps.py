"""The map of each scene on a light ground: the wall's layers, drawn for a desk and for a phone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from callbacks.brief.asked import Asked, BriefScene
from callbacks.brief.readings import Readings
from callbacks.units_map.clock_view import clock_scene
from callbacks.wall.scene import Answers, ShapeBook, area_labels, ask_for_scene
from callbacks.wall.state import counted_level
from grid.areas import AreaKind, Level
from grid.ports import WallReads
from grid.questions import City
from layers.desk_map import desk_figure
from layers.legends import Legend
from layers.map_base import Drawing, MapPart, base_part, shapes_url
from layers.map_camera import Bounds, Camera, DeskViewport, Padding, fit_camera
from layers.map_clocks import clock_figure, clock_legend
from layers.map_counts import counts_labels, counts_legend, counts_part
from layers.map_coverage import coverage_legend, coverage_part, covered_units
from layers.map_labels import AreaLabel, label_part, minor_part, place_labels
from layers.map_listing import listing_legend, listing_part
from layers.service_map import ServiceScene, legend_entries, service_figure
from layers.theme import LIGHT
from layers.unit_map import on_colours, pick_areas
from layers.words import Language, say

MAP = DeskViewport(420, 370, 0.45)
"""Room that labels are placed for; the browser fits the map to its own."""


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A drawn map with what its colours mean."""

    figure: Drawing
    legend: Legend | None


class BriefMaps:
    """Draws scenes, with the shapes of latest editions kept between requests."""

    def __init__(self) -> None:
        self._shapes = ShapeBook()

    def draw(self, readings: Readings, city: City, asked: Asked, language: Language) -> Picture:
        """Return the map of a state, of a city that has boundaries."""
        reads = readings.wall
        if asked.scene is BriefScene.CLOCKS:
            scene = clock_scene(readings.units, city, readings.clocks, asked.clock, language)
            return Picture(clock_figure(scene), clock_legend(scene))
        if asked.scene is BriefScene.SERVICE:
            network = readings.network
            counties = [one for one in reads.areas(Level.COUNTY) if one.kind is AreaKind.REGULAR]
            drawn = service_figure(ServiceScene(city, network, counties, MAP, language))
            title = say("service.legend.villages", language)
            return Picture(drawn, Legend(title, tuple(legend_entries(network, language))))
        return self._wall_scene(reads, asked, language, city.bounds or (0.0, 0.0, 0.0, 0.0))

    def _wall_scene(self, reads: WallReads, asked: Asked, language: Language, bounds: Bounds) -> Picture:
        state = asked.wall
        answers = ask_for_scene(reads, state)
        camera = fit_camera(bounds, MAP, Padding(8, 8, 8, 8))
        counties = self._shapes.of(reads, answers.city, Level.COUNTY)
        level = counted_level(state, answers.city) if asked.scene is BriefScene.HOTSPOTS else Level.COUNTY
        base = base_part(
            answers.city, answers.counties.values(), counties.features, camera, LIGHT, finest=level
        )
        labels = place_labels(_labels(asked, answers, language), camera)
        named = frozenset(label.area_id for label in labels)
        part, legend = self._layer(reads, asked, answers, camera, language, named=named)
        names = on_colours(label_part(labels, camera, LIGHT))
        parts = [base, part, names, _pick(reads, answers, level)]
        return Picture(desk_figure(parts, camera), legend)

    def _layer(
        self,
        reads: WallReads,
        asked: Asked,
        answers: Answers,
        camera: Camera,
        language: Language,
        *,
        named: frozenset[int],
    ) -> tuple[MapPart, Legend | None]:
        """Return what the scene lays on the map; nothing where there is nothing yet.

        Areas that are ``named`` already get no small label.
        """
        city = answers.city
        counties = self._shapes.of(reads, city, Level.COUNTY)
        if asked.scene is BriefScene.LISTING:
            towns = self._shapes.of(reads, city, Level.TOWN) if answers.towns else counties
            geometries, features = (
                towns.geometries | counties.geometries,
                towns.features | counties.features,
            )
            part = listing_part(answers.listings, geometries, features, camera=camera, theme=LIGHT)
            return part, listing_legend(answers.listings, LIGHT, language) if answers.listings else None
        if asked.scene is BriefScene.COVERAGE:
            url = shapes_url(city, Level.COUNTY)
            if answers.book is None or url is None:
                return MapPart(), None
            covered = covered_units(answers.book)
            part = coverage_part(
                covered, answers.counties, url, counties.geometries, camera=camera, theme=LIGHT
            )
            return part, coverage_legend(covered, answers.counties, LIGHT, language)
        level = counted_level(asked.wall, city)
        url = shapes_url(city, level)
        if answers.counts is None or url is None:
            return MapPart(), None
        own = self._shapes.of(reads, city, level).geometries
        part = counts_part(answers.counts, asked.basis, url, own, camera=camera, theme=LIGHT)
        others = [one for one in counts_labels(answers.counts, asked.basis) if one.area_id not in named]
        minor = on_colours(minor_part(others, camera, LIGHT))
        legend = counts_legend(answers.counts, asked.basis, LIGHT, language)
        return MapPart(part.traces + minor.traces, part.layers), legend


def _labels(asked: Asked, answers: Answers, language: Language) -> list[AreaLabel]:
    """Return the scene's labels; a town's stays on the town, or comes as a small one when one is nearer."""
    found = area_labels(asked.wall, answers, language)
    if asked.scene is not BriefScene.HOTSPOTS:
        return found
    return [one if one.area_id in answers.counties else replace(one, reach=0) for one in found]


def _pick(reads: WallReads, answers: Answers, level: Level) -> MapPart:
    """Return the areas to tap, each of which opens its card."""
    url = shapes_url(answers.city, level)
    if url is None:
        return MapPart()
    areas: Sequence[Any] = [*answers.counties.values()] if level is Level.COUNTY else reads.areas(level)
    return pick_areas(areas, url, {})
