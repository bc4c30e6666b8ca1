"""The planner's map: areas in their leader's colour, with what is chosen, changed and pointed at outlined."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from grid.areas import Area, AreaKind, Level
from grid.coverage import CoverageBook, Unit, lead_by_unit
from grid.planning import changes
from grid.questions import City
from layers.map_base import Drawing, MapPart, Slot, line_layer, map_figure, shapes_url
from layers.map_camera import Bounds, Camera, Padding, Viewport, fit_camera
from layers.map_labels import AreaLabel, place_labels, text_trace
from layers.theme import FONT_FAMILY, LIGHT
from layers.words import Language, say

FILL_OPACITY = 0.62
"""Leader colours are dark enough for a list; on the map they lie lighter, under dark labels."""
NOBODY_COLOUR = LIGHT.muted
"""An area that nobody leads is to be seen, not overlooked."""
_LABEL_PX = 13.5
_LONGEST_LINE = 9
"""Characters; the map's text engine breaks longer lines where it likes: long names are left to the lists."""
_MOST_LABELS = 40
"""Up to this many areas all labels find room, and a hover text would only cover them."""
_FOCUS_SPAN = 0.42
"""Share of the city's extent that is shown around areas pointed at."""
_LEVELS = (Level.COUNTY, Level.TOWN, Level.VILLAGE)


@dataclass(frozen=True, slots=True)
class _DeskViewport(Viewport):
    """A map beside panels: text has the size of the desk's other text, however small the map."""

    @property
    def scale(self) -> float:
        return 0.55


@dataclass(frozen=True, slots=True)
class PlanScene:
    """What is to be drawn: a plan against its base, by whom areas are led, and what the planner points at.

    ``chosen`` is the leader who receives what is clicked; ``focus`` are units pointed at by an issue.
    """

    city: City
    book: CoverageBook
    base: CoverageBook
    areas: Mapping[int, Area]
    colours: Mapping[int, str]
    viewport: Viewport
    language: Language
    chosen: int | None = None
    focus: tuple[int, ...] = ()

    @property
    def placed(self) -> tuple[tuple[Unit, Area], ...]:
        """Units with an area that there is, in the book's order."""
        pairs = ((unit, self.areas.get(unit.area_id or 0)) for unit in self.book.units)
        return tuple((unit, area) for unit, area in pairs if area is not None)


def plan_figure(scene: PlanScene) -> Drawing:
    """Return the figure of the planner's map."""
    camera = plan_camera(scene)
    figure = map_figure([_fills(scene), _outlines(scene), _labels(scene, camera)], camera, LIGHT)
    font = {"family": FONT_FAMILY, "size": 13, "color": LIGHT.text}
    figure["layout"]["hoverlabel"] = {"bgcolor": LIGHT.panel, "bordercolor": LIGHT.line, "font": font}
    return figure


def plan_camera(scene: PlanScene) -> Camera:
    """Return the camera on the whole city, or nearer on the areas pointed at."""
    bounds = scene.city.bounds or (0.0, 0.0, 0.0, 0.0)
    spots = [(area.label_lon, area.label_lat) for unit, area in scene.placed if unit.id in scene.focus]
    desk = _DeskViewport(scene.viewport.width, scene.viewport.height)
    return fit_camera(_around(spots, bounds) if spots else bounds, desk, Padding(8, 8, 8, 8))


def _around(spots: Sequence[tuple[float, float]], city: Bounds) -> Bounds:
    half_lon, half_lat = ((city[2] - city[0]) * _FOCUS_SPAN / 2, (city[3] - city[1]) * _FOCUS_SPAN / 2)
    lons, lats = zip(*spots, strict=True)
    return min(lons) - half_lon, min(lats) - half_lat, max(lons) + half_lon, max(lats) + half_lat


def _fills(scene: PlanScene) -> MapPart:
    """One choropleth for each level of areas, and one on top for functional areas, which overlap counties."""
    traces = []
    for level in _LEVELS:
        regular = [pair for pair in scene.placed if pair[1].level is level and not _functional(pair[1])]
        traces.append(_fill(scene, regular, level, Slot.COVERAGE))
    functional = [pair for pair in scene.placed if _functional(pair[1])]
    traces.append(_fill(scene, functional, Level.COUNTY, Slot.LISTING))
    return MapPart(traces=tuple(trace for trace in traces if trace is not None))


def _fill(scene: PlanScene, pairs: Sequence[tuple[Unit, Area]], level: Level, slot: Slot) -> Drawing | None:
    url = shapes_url(scene.city, level)
    if url is None or not pairs:
        return None
    leads = lead_by_unit(scene.book.plan)
    palette = sorted({scene.colours.get(leads.get(unit.id) or 0, NOBODY_COLOUR) for unit, _ in pairs})
    colours = [scene.colours.get(leads.get(unit.id) or 0, NOBODY_COLOUR) for unit, _ in pairs]
    width, line = _edges(scene, pairs, leads)
    return {
        "type": "choroplethmap", "uid": f"{slot}-{level}", "below": slot, "geojson": url,
        "featureidkey": "id", "locations": [str(area.id) for _, area in pairs],
        "z": [palette.index(colour) for colour in colours],
        "zmin": -0.5, "zmax": len(palette) - 0.5, "colorscale": _steps(palette), "showscale": False,
        "text": [_hover(scene, unit, leads) for unit, _ in pairs],
        "hoverinfo": "none" if len(scene.placed) <= _MOST_LABELS else "text",
        "marker": {"opacity": FILL_OPACITY, "line": {"width": width, "color": line}},
    }  # fmt: skip


def _edges(
    scene: PlanScene, pairs: Sequence[tuple[Unit, Area]], leads: Mapping[int, int | None]
) -> tuple[list[float], list[str]]:
    width, colour = [], []
    for unit, area in pairs:
        pointed = unit.id in scene.focus
        chosen = scene.chosen is not None and leads.get(unit.id) == scene.chosen
        width.append(4.0 if pointed else 3.0 if chosen else 1.6 if _functional(area) else 1.0)
        colour.append(LIGHT.accent if pointed else LIGHT.text if chosen or _functional(area) else LIGHT.panel)
    return width, colour


def _steps(palette: Sequence[str]) -> list[list[float | str]]:
    """A colour scale of equal steps without blending."""
    share = 1 / len(palette)
    return [[edge * share, colour] for at, colour in enumerate(palette) for edge in (at, at + 1)]


def _outlines(scene: PlanScene) -> MapPart:
    """The city's own outline, and counties as a heavier line where the plan gives out finer areas."""
    widths = {Level.CITY: (Slot.CITY_LINE, 2.0)}
    if any(area.level is not Level.COUNTY for _, area in scene.placed):
        widths[Level.COUNTY] = (Slot.COUNTY_LINE, 1.4)
    urls = {level: shapes_url(scene.city, level) for level in widths}
    return MapPart(
        layers=tuple(
            line_layer(url, widths[level][0], LIGHT.muted, widths[level][1])
            for level, url in urls.items()
            if url is not None
        )
    )


def _labels(scene: PlanScene, camera: Camera) -> MapPart:
    placed = place_labels(_wanted_labels(scene), camera)
    # Always two lines: the place was reckoned for a title above the middle and a note below it.
    texts = [f"{one.title}<br>{one.note or ' '}" for one in placed]
    trace = text_trace(Slot.LABEL_TITLE, placed, texts, _LABEL_PX, colour=LIGHT.text, theme=LIGHT)
    return MapPart(traces=(trace,))


def _wanted_labels(scene: PlanScene) -> Iterator[AreaLabel]:
    """Who leads each area (and led it before), what and how much it is; the pressing first."""
    leads = lead_by_unit(scene.book.plan)
    moved = {change.unit_id: change.before for change in changes(scene.book.plan, scene.base.plan)}
    for unit, area in scene.placed:
        leader = leader_label(scene.book, leads.get(unit.id), scene.language)
        if unit.id in moved:
            before = leader_label(scene.book, moved[unit.id], scene.language)
            leader = say("plan.map.moved", scene.language, leader=leader, before=before)
        note = _counted(scene, unit)
        if _functional(area) or len(note) > _LONGEST_LINE:
            note = cases_words(cases_of(scene.book, {unit.id}), scene.language)
        urgency = _urgency(scene, unit, area, leads.get(unit.id), moved=unit.id in moved)
        yield AreaLabel(area.id, area.label_lon, area.label_lat, leader, note, urgency=urgency)


def _urgency(scene: PlanScene, unit: Unit, area: Area, leader: int | None, *, moved: bool) -> float:
    """The moved, nobody's and the chosen leader's first, then by cases; functional areas give way."""
    pressing = moved or leader is None or leader == scene.chosen
    return (cases_of(scene.book, {unit.id}) or 0) + 1000 * pressing - 500 * _functional(area)


def leader_label(book: CoverageBook, leader_id: int | None, language: Language) -> str:
    """Return what to call a leader of a book, or that nobody is named."""
    found = (leader.label for leader in book.leaders if leader.id == leader_id)
    return next(found, say("plan.nobody", language))


def cases_of(book: CoverageBook, unit_ids: Collection[int]) -> int | None:
    """Return the cases of some units, none where no assignment of theirs has a count."""
    counts = [one.cases for one in book.plan.assignments if one.unit_id in unit_ids and one.cases is not None]
    return sum(counts) if counts else None


def cases_words(cases: int | None, language: Language) -> str:
    """Return a count of cases, or that there is none."""
    return say("plan.no_cases", language) if cases is None else say("plan.cases", language, cases=cases)


def _counted(scene: PlanScene, unit: Unit) -> str:
    cases = cases_of(scene.book, {unit.id})
    if cases is None:
        return say("plan.map.uncounted", scene.language, unit=unit.name)
    return say("plan.map.counted", scene.language, unit=unit.name, cases=cases)


def _hover(scene: PlanScene, unit: Unit, leads: Mapping[int, int | None]) -> str:
    who = leader_label(scene.book, leads.get(unit.id), scene.language)
    return f"{_counted(scene, unit)}<br>{who}"


def _functional(area: Area) -> bool:
    return area.kind is AreaKind.FUNCTIONAL
