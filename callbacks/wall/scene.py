"""The map of a state: asks what the layers on it need and lets them draw."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass, field, replace

from shapely.geometry.base import BaseGeometry

from callbacks.density import DensityPictures, density_url
from callbacks.tools import Tools
from callbacks.wall.layout import free_padding
from callbacks.wall.spots import in_free_view, spot_areas, spot_part
from callbacks.wall.state import (
    CardKind,
    Layer,
    WallState,
    ask,
    counted_level,
    drawn_state,
    shown_level,
)
from grid.areas import Area, Level
from grid.coverage import CoverageBook
from grid.hotspots.findings import Significance
from grid.listings import Listing, Quarter
from grid.ports import WallReads
from grid.published import TOWNSHIP, Publication, PublishedCounts
from grid.questions import City
from layers.legends import Legend
from layers.map_base import Drawing, MapPart, base_part, map_figure, shapes_url
from layers.map_camera import Camera, Viewport, bounds_around, fit_camera
from layers.map_counts import (
    counts_labels,
    counts_legend,
    counts_part,
    hidden_words,
    shown_counts,
    worst_labels,
)
from layers.map_coverage import coverage_labels, coverage_legend, coverage_part, covered_units
from layers.map_density import density_legend, density_part
from layers.map_hatch import geometries
from layers.map_labels import AreaLabel, label_part, minor_part, place_labels
from layers.map_listing import listing_labels, listing_legend, listing_part, listing_words
from layers.map_pick import pick_part
from layers.map_significance import (
    significance_labels,
    significance_legend,
    significance_part,
    verdict_words,
)
from layers.numbers import grouped
from layers.theme import DARK
from layers.words import Language, say

_KEPT_EDITIONS = 8
NO_AREAS, NO_MATTERS, NO_POINTS, NO_PLAN, NO_LISTINGS = "areas", "matters", "points", "plan", "listings"
NO_PRODUCTS, LEVEL_WITHHELD = "products", "withheld"
"""Nothing is published yet; the level chosen is not published for the group."""
LEVEL_NOT_JUDGED, COUNTS_CROWDED = "not_judged", "crowded"
"""The level chosen is too fine for significance; the hotspots colour the areas, so that counts cannot."""


@dataclass(frozen=True, slots=True, eq=False)
class Shapes:
    """Shapes of one level: geometries for hatching and GeoJSON features, both by area id."""

    geometries: dict[int, BaseGeometry] = field(default_factory=dict)
    features: dict[int, Drawing] = field(default_factory=dict)

    def with_those_of(self, other: Shapes) -> Shapes:
        """Return these shapes and another level's."""
        return Shapes(self.geometries | other.geometries, self.features | other.features)


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """What the map of a state is drawn from; what its layers do not need is not asked for."""

    publication: Publication | None
    city: City
    counties: dict[int, Area]
    towns: dict[int, Area] = field(default_factory=dict)
    """Only where towns are listed."""
    listings: tuple[Listing, ...] = ()
    book: CoverageBook | None = None
    counts: PublishedCounts | None = None
    significance: Significance | None = None
    judged: dict[int, Area] = field(default_factory=dict)
    """The areas that significance is about."""


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """A drawn map with its legends and the names of what is missing or otherwise than chosen."""

    figure: Drawing
    legends: tuple[Legend, ...]
    missing: tuple[str, ...]


class ShapeBook:
    """Keeps the decoded shapes of the latest editions; an edition never changes."""

    def __init__(self) -> None:
        self._decoded: dict[tuple[Level, int], Shapes] = {}

    def of(self, reads: WallReads, city: City, level: Level) -> Shapes:
        """Return the shapes of a level's current edition, empty where there is none."""
        edition = city.editions.get(level)
        if edition is None:
            return Shapes()
        key = (level, edition)
        if key not in self._decoded:
            self._decoded = dict([*self._decoded.items()][1 - _KEPT_EDITIONS :])
            self._decoded[key] = _decode(reads.shapes(level, edition))
        return self._decoded[key]


class SceneMaker:
    """Makes scenes over readings, with the pictures and shapes kept between them."""

    def __init__(self, pictures: DensityPictures, tools: Tools) -> None:
        self._pictures = pictures
        self._tools = tools
        self._shapes = ShapeBook()

    @property
    def _language(self) -> Language:
        return self._tools.language

    def make(self, reads: WallReads, state: WallState, viewport: Viewport) -> Scene | None:
        """Return the scene of a state, or none where the city has no areas to draw."""
        otherwise = _otherwise(state)
        state = drawn_state(state)
        answers = ask_for_scene(reads, state)
        city = answers.city
        if city.bounds is None:
            return None
        shapes = self._shapes.of(reads, city, Level.COUNTY)
        spot, drawn = spot_areas(state.spot, answers.book), shapes
        if not spot <= shapes.features.keys():
            drawn = shapes.with_those_of(self._shapes.of(reads, city, Level.TOWN))
        bounds = bounds_around(spot, drawn.geometries) or city.bounds
        camera = fit_camera(bounds, viewport, free_padding(viewport))
        base = base_part(
            city, answers.counties.values(), shapes.features, camera, DARK, finest=_pick_level(state, city)
        )
        parts, legends, missing = [base], [], otherwise
        draw = {
            Layer.COUNTS: self._counts, Layer.COVERAGE: self._coverage,
            Layer.DENSITY: self._significance if state.judged else self._density,
            Layer.LISTING: self._listing,
        }  # fmt: skip
        for layer in state.layers:
            part, legend, lack = draw[layer](reads, state, answers, shapes, camera)
            parts.append(part)
            legends += [legend] if legend else []
            missing += [lack] if lack else []
        wanted = area_labels(state, answers, self._language)
        if spot:
            wanted = in_free_view(wanted, camera, free_padding(viewport))
        labels = place_labels(wanted, camera)
        parts += [label_part(labels, camera, DARK), self._pick(reads, state, answers)]
        parts.append(spot_part(spot, drawn.features, camera, DARK))
        return Scene(map_figure(parts, camera, DARK), tuple(legends), tuple(dict.fromkeys(missing)))

    def _density(
        self, reads: WallReads, state: WallState, answers: Answers, shapes: Shapes, camera: Camera
    ) -> tuple[MapPart, Legend | None, str | None]:
        publication, bounds, question = answers.publication, answers.city.bounds, ask(state)
        if publication is None:
            return MapPart(), None, NO_PRODUCTS
        drawn = self._pictures.picture(publication, question)
        if drawn is None or bounds is None or drawn.picture.n == 0:
            return MapPart(), None, NO_POINTS
        faint = bool({Layer.COVERAGE, Layer.COUNTS} & set(state.layers))
        part = density_part(density_url(publication, question), bounds, drawn.bandwidth_m, faint=faint)
        return part, density_legend(drawn.picture, drawn.bandwidth_m, self._language), None

    def _significance(
        self, reads: WallReads, state: WallState, answers: Answers, shapes: Shapes, camera: Camera
    ) -> tuple[MapPart, Legend | None, str | None]:
        level = counted_level(state, answers.city)
        url, found = shapes_url(answers.city, level), answers.significance
        if answers.publication is None:
            return MapPart(), None, NO_PRODUCTS
        if found is None or url is None:
            return MapPart(), None, level
        if not found.n:
            return MapPart(), None, NO_MATTERS
        own = self._shapes.of(reads, answers.city, level)
        part = significance_part(found, url, own.geometries, own.features, camera=camera, theme=DARK)
        return part, significance_legend(found, DARK, self._language), None

    def _listing(
        self, reads: WallReads, state: WallState, answers: Answers, shapes: Shapes, camera: Camera
    ) -> tuple[MapPart, Legend | None, str | None]:
        if not answers.listings:
            return MapPart(), None, NO_LISTINGS
        if answers.towns:
            towns = self._shapes.of(reads, answers.city, Level.TOWN)
            shapes = shapes.with_those_of(towns)
        part = listing_part(answers.listings, shapes.geometries, shapes.features, camera=camera, theme=DARK)
        return part, listing_legend(answers.listings, DARK, self._language), None

    def _coverage(
        self, reads: WallReads, state: WallState, answers: Answers, shapes: Shapes, camera: Camera
    ) -> tuple[MapPart, Legend | None, str | None]:
        url = shapes_url(answers.city, Level.COUNTY)
        if answers.book is None or url is None:
            return MapPart(), None, NO_PLAN
        covered, faint = covered_units(answers.book), len(state.layers) > 1
        part = coverage_part(
            covered, answers.counties, url, shapes.geometries, camera=camera, theme=DARK, faint=faint
        )
        return part, coverage_legend(covered, answers.counties, DARK, self._language), None

    def _counts(
        self, reads: WallReads, state: WallState, answers: Answers, shapes: Shapes, camera: Camera
    ) -> tuple[MapPart, Legend | None, str | None]:
        level = counted_level(state, answers.city)
        url = shapes_url(answers.city, level)
        if answers.publication is None:
            return MapPart(), None, NO_PRODUCTS
        if answers.counts is None or url is None:
            return MapPart(), None, level
        if answers.counts.placed.total == 0:
            return MapPart(), None, NO_MATTERS
        own = self._shapes.of(reads, answers.city, level).geometries
        faint = bool({Layer.COVERAGE, Layer.DENSITY} & set(state.layers))
        part = counts_part(answers.counts, state.basis, url, own, camera=camera, theme=DARK, faint=faint)
        legend = counts_legend(answers.counts, state.basis, DARK, self._language)
        note = LEVEL_WITHHELD if state.level_withheld else None
        if state.scene is not Layer.COUNTS:
            return part, legend, note
        worst = {one.area_id for one in worst_labels(answers.counts, state.basis)}
        others = [one for one in counts_labels(answers.counts, state.basis) if one.area_id not in worst]
        minor = minor_part(others, camera, DARK)
        return replace(part, traces=part.traces + minor.traces), legend, note

    def _pick(self, reads: WallReads, state: WallState, answers: Answers) -> MapPart:
        level = _pick_level(state, answers.city)
        url = shapes_url(answers.city, level)
        if url is None:
            return MapPart()
        areas = answers.counties.values() if level is Level.COUNTY else reads.areas(level)
        return pick_part(areas, url, _texts(state, answers, self._language))


def ask_for_scene(reads: WallReads, state: WallState) -> Answers:
    """Return the answers that a state's layers need."""
    city = reads.city()
    quarter = chosen_quarter(reads, state) if Layer.LISTING in state.layers else None
    level, publication = counted_level(state, city), reads.publication()
    leads_to = state.spot is not None and state.spot.kind is CardKind.LEADER
    needs_plan = Layer.COVERAGE in state.layers or leads_to
    judged = publication is not None and state.judged and level in city.editions
    counties = {area.id: area for area in reads.areas(Level.COUNTY)}
    listings = reads.listings(quarter) if quarter else ()
    elsewhere = {one.area_id for one in listings if one.area_id} - counties.keys()
    return Answers(
        publication=publication,
        city=city,
        counties=counties,
        towns={area.id: area for area in reads.areas(Level.TOWN)} if elsewhere else {},
        listings=listings,
        book=reads.coverage(city.today) if needs_plan else None,
        counts=(
            reads.counts(level, ask(state))
            if publication and Layer.COUNTS in state.layers and level in city.editions
            else None
        ),
        significance=reads.significance(level, ask(state)) if judged else None,
        judged={area.id: area for area in reads.areas(level)} if judged else {},
    )


def _otherwise(state: WallState) -> list[str]:
    """Return the names of what is drawn otherwise than chosen."""
    judged_wider = state.judged and state.level not in TOWNSHIP
    crowded = state.hotspots_fill and Layer.COUNTS in state.layers
    return [LEVEL_NOT_JUDGED] * judged_wider + [COUNTS_CROWDED] * crowded


def chosen_quarter(reads: WallReads, state: WallState) -> Quarter | None:
    """Return the quarter asked for where it has listings, else the newest begun that has."""
    known, now = reads.quarters(), Quarter.of(reads.city().today)
    return state.quarter if state.quarter in known else next((one for one in known if one <= now), None)


def area_labels(state: WallState, answers: Answers, language: Language) -> list[AreaLabel]:
    """Return one label for each county and listed town, with what every layer that is on says of it."""
    labels = {
        area.id: AreaLabel(area.id, area.label_lon, area.label_lat, area.name)
        for area in answers.counties.values()
    }
    if answers.book is not None:
        for label in coverage_labels(covered_units(answers.book), answers.counties, language):
            labels[label.area_id] = label
    areas = answers.counties | answers.towns
    for alert in listing_labels(answers.listings, areas, answers.city.today, language):
        own = labels.get(alert.area_id, alert)
        labels[alert.area_id] = replace(own, alert=alert.alert, urgency=own.urgency + alert.urgency)
    if answers.significance is not None:
        standing = significance_labels(answers.significance, answers.judged, language)
        labels |= {label.area_id: label for label in standing}
    if state.scene is Layer.COUNTS and answers.counts is not None:
        labels |= {label.area_id: label for label in worst_labels(answers.counts, state.basis)}
    return list(labels.values())


def _pick_level(state: WallState, city: City) -> Level:
    if state.scene in {Layer.LISTING, Layer.COVERAGE}:
        return shown_level(Level.COUNTY, city)
    counted = state.scene is Layer.COUNTS or state.judged
    return counted_level(state, city) if counted else shown_level(Level.TOWN, city)


def _texts(state: WallState, answers: Answers, language: Language) -> dict[int, str]:
    if state.scene is Layer.LISTING:
        today = answers.city.today
        return {one.area_id: listing_words(one, today, language) for one in answers.listings if one.area_id}
    if state.scene is Layer.COUNTS and answers.counts is not None:
        shown = shown_counts(answers.counts, state.basis)
        return {
            one.area.id: hidden_words(language)
            if one.n is None
            else say("wall.cases", language, cases=grouped(one.n))
            for one in shown
        }
    if state.scene is Layer.DENSITY and answers.significance is not None:
        return {one.area_id: verdict_words(one.verdict, language) for one in answers.significance.rows}
    return {}


def _decode(body: bytes) -> Shapes:
    collection = json.loads(gzip.decompress(body))
    features = {int(feature["id"]): feature for feature in collection["features"]}
    return Shapes(geometries(collection), features)
