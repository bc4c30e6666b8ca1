"""The planner's map: areas in their leader's colour, labelled, with what is changed and demanded marked.

The figure is drawn once for a base plan, a size and a set of split counties; what a step changes travels as
``plan_paint`` and is put on the map by the browser, which also outlines what is selected and pointed at.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from grid.areas import Area, AreaKind, Level
from grid.coverage import AssignmentKind, CoverageBook, RuleKind, Unit, lead_by_unit
from grid.planning import changes, standing_units, unit_workloads, wholes
from grid.questions import City
from layers.desk_map import desk_figure
from layers.map_base import Drawing, MapPart, Slot, line_layer, shapes_url
from layers.map_camera import Camera, Padding, Viewport, fit_camera
from layers.map_labels import AreaLabel, place_labels, text_trace
from layers.theme import LEADER_COLOURS, LIGHT
from layers.words import Language, say

FILL_OPACITY = 0.62
"""Leader colours are dark enough for a list; on the map they lie lighter, under dark labels."""
NOBODY_COLOUR = LIGHT.muted
"""An area that nobody leads is to be seen, not overlooked."""
PALETTE = (*LEADER_COLOURS, NOBODY_COLOUR)
"""The map's colours by place, so that a step changes numbers and not the scale."""
_LABEL_PX = 13.5
_LONGEST_LINE = 9
"""Characters; the map's text engine breaks longer lines where it likes: long names are left to the lists."""
_MOST_LABELS = 40
"""Up to this many areas all labels find room, and a hover text would only cover them."""
_SLOTS = {
    Level.COUNTY: Slot.COVERAGE,
    Level.TOWN: Slot.COUNTS,
    Level.VILLAGE: Slot.DENSITY,
    Level.GRID: Slot.LAND,
}
"""A slot for each level: a county may be split while the others are whole."""


@dataclass(frozen=True, slots=True)
class _DeskViewport(Viewport):
    """A map beside panels: text has the size of the desk's other text, however small the map."""

    @property
    def scale(self) -> float:
        return 0.55


@dataclass(frozen=True)
class PlanScene:
    """What is to be drawn: a plan against its base, and by whom areas are led."""

    city: City
    book: CoverageBook
    base: CoverageBook
    areas: Mapping[int, Area]
    colours: Mapping[int, str]
    viewport: Viewport
    language: Language

    @cached_property
    def units(self) -> tuple[Unit, ...]:
        """The units that the plan gives out: of a split county its towns."""
        return standing_units(self.book)

    @cached_property
    def placed(self) -> tuple[tuple[Unit, Area], ...]:
        """Units with an area that there is, in the book's order."""
        pairs = ((unit, self.areas.get(unit.area_id or 0)) for unit in self.units)
        return tuple((unit, area) for unit, area in pairs if area is not None)

    @cached_property
    def leads(self) -> dict[int, int | None]:
        """Who leads each unit."""
        return lead_by_unit(self.book.plan)

    @cached_property
    def names(self) -> dict[int | None, str]:
        """What to call each leader, and nobody."""
        return {None: say("plan.nobody", self.language)} | {one.id: one.label for one in self.book.leaders}

    @cached_property
    def weights(self) -> dict[int, int | None]:
        """The workload of each unit, none where nothing is known of it."""
        if not self.book.weights.counts_cases_alone:
            return dict(unit_workloads(self.book))
        counts: dict[int, int | None] = {}
        for one in self.book.plan.assignments:
            if one.cases is not None:
                counts[one.unit_id] = (counts.get(one.unit_id) or 0) + one.cases
        return counts

    @cached_property
    def moved(self) -> dict[int, int | None]:
        """Who led, in the base plan, each unit that another leads now."""
        found = changes(self.book.plan, self.base.plan, wholes(self.book))
        return {change.unit_id: change.before for change in found}

    @cached_property
    def marks(self) -> dict[int, str]:
        """Marks of each unit: pinned, forbidden to somebody, helped."""
        marks: dict[int, str] = {}
        rules = [(rule.unit_id, rule.kind.value) for rule in self.book.plan.rules]
        helped = {one.unit_id for one in self.book.plan.assignments if one.kind is AssignmentKind.HELPER}
        wanted = {(unit, kind) for unit, kind in rules if kind in {RuleKind.PIN, RuleKind.FORBID}}
        found = {(unit, str(kind)) for unit, kind in wanted if unit is not None}
        for unit, kind in sorted(found | {(unit, "help") for unit in helped}):
            marks[unit] = marks.get(unit, "") + say(f"plan.mark.{kind}", self.language)
        return marks


def plan_figure(scene: PlanScene) -> Drawing:
    """Return the figure of the planner's map."""
    camera = plan_camera(scene)
    return desk_figure([_fills(scene), _outlines(scene), _labels(scene, camera)], camera)


def plan_camera(scene: PlanScene) -> Camera:
    """Return the camera on all that is given out."""
    desk = _DeskViewport(scene.viewport.width, scene.viewport.height)
    return fit_camera(scene.city.bounds or (0.0, 0.0, 0.0, 0.0), desk, Padding(8, 8, 8, 8))


def plan_paint(scene: PlanScene) -> dict[str, Any]:
    """Return what a step may change on the map and in the list: per unit the place of its colour in
    ``PALETTE``, its label, who has it, how much, and its marks; and the place of each leader's colour."""
    return {
        "units": {
            str(unit.id): [
                _place(scene, unit.id),
                _label(scene, unit),
                _holder(scene, unit.id),
                _amount(scene, unit.id),
                scene.marks.get(unit.id, ""),
                scene.leads.get(unit.id),
            ]
            for unit in scene.units
        },
        "leaders": {str(leader): PALETTE.index(colour) for leader, colour in scene.colours.items()},
        "palette": list(PALETTE),
        "rules": [
            [one.kind.value, one.unit_id, one.leader_id, one.other_id, one.value]
            for one in scene.book.plan.rules
        ],
    }


def _fills(scene: PlanScene) -> MapPart:
    """One choropleth for each level of areas, and one on top for functional areas, which overlap counties."""
    traces = []
    for level, slot in _SLOTS.items():
        regular = [pair for pair in scene.placed if pair[1].level is level and not _functional(pair[1])]
        traces.append(_fill(scene, regular, level, slot))
    functional = [pair for pair in scene.placed if _functional(pair[1])]
    traces.append(_fill(scene, functional, Level.COUNTY, Slot.LISTING))
    return MapPart(traces=tuple(trace for trace in traces if trace is not None))


def _fill(scene: PlanScene, pairs: Sequence[tuple[Unit, Area]], level: Level, slot: Slot) -> Drawing | None:
    url = shapes_url(scene.city, level)
    if url is None or not pairs:
        return None
    functional = slot is Slot.LISTING
    return {
        "type": "choroplethmap", "uid": f"{slot}-{level}", "below": slot, "geojson": url,
        "featureidkey": "id", "locations": [str(area.id) for _, area in pairs],
        "customdata": [unit.id for unit, _ in pairs],
        "z": [_place(scene, unit.id) for unit, _ in pairs],
        "zmin": -0.5, "zmax": len(PALETTE) - 0.5, "colorscale": _steps(PALETTE), "showscale": False,
        "text": [_hover(scene, unit) for unit, _ in pairs],
        "hoverinfo": "none" if len(scene.placed) <= _MOST_LABELS else "text",
        "marker": {
            "opacity": FILL_OPACITY,
            "line": {
                "width": [1.6 if functional else 1.0] * len(pairs),
                "color": [LIGHT.text if functional else LIGHT.panel] * len(pairs),
            },
        },
        "selected": {"marker": {"opacity": FILL_OPACITY}},
        "unselected": {"marker": {"opacity": FILL_OPACITY}},
    }  # fmt: skip


def _steps(palette: Sequence[str]) -> list[list[float | str]]:
    """A colour scale of equal steps without blending."""
    share = 1 / len(palette)
    return [[edge * share, colour] for at, colour in enumerate(palette) for edge in (at, at + 1)]


def _place(scene: PlanScene, unit_id: int) -> int:
    return PALETTE.index(scene.colours.get(scene.leads.get(unit_id) or 0, NOBODY_COLOUR))


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
    by_area = {area.id: unit for unit, area in scene.placed}
    units = [by_area[one.area_id] for one in placed]
    texts = [f"{one.title}<br>{one.note or ' '}" for one in placed]
    trace = text_trace(Slot.LABEL_TITLE, placed, texts, _LABEL_PX, colour=LIGHT.text, theme=LIGHT)
    return MapPart(traces=(trace | {"customdata": [unit.id for unit in units]},))


def _wanted_labels(scene: PlanScene) -> Iterator[AreaLabel]:
    """Who leads each area (and led it before), what and how much it is; the pressing first."""
    for unit, area in scene.placed:
        title, note = _label(scene, unit).split("<br>")
        pressing = unit.id in scene.moved or scene.leads.get(unit.id) is None
        urgency = (scene.weights.get(unit.id) or 0) + 1000 * pressing - 500 * _functional(area)
        yield AreaLabel(area.id, area.label_lon, area.label_lat, title, note, urgency=urgency)


def _label(scene: PlanScene, unit: Unit) -> str:
    """Return two lines: marks, who leads the unit and who led it before; its name and workload.

    Always two: the place was reckoned for a title above the middle and a note below it.
    """
    leader = _holder(scene, unit.id)
    if unit.id in scene.moved:
        before = scene.names.get(scene.moved[unit.id], scene.names[None])
        leader = say("plan.map.moved", scene.language, leader=leader, before=before)
    area, note = scene.areas.get(unit.area_id or 0), _counted(scene, unit)
    if len(note) > _LONGEST_LINE or (area is not None and _functional(area)):
        note = _amount(scene, unit.id)
    return f"{scene.marks.get(unit.id, '')}{leader}<br>{note or ' '}"


def _holder(scene: PlanScene, unit_id: int) -> str:
    return scene.names.get(scene.leads.get(unit_id), scene.names[None])


def _amount(scene: PlanScene, unit_id: int) -> str:
    return workload_words(scene.weights.get(unit_id), scene.book, scene.language)


def _counted(scene: PlanScene, unit: Unit) -> str:
    if scene.weights.get(unit.id) is None:
        return say("plan.map.uncounted", scene.language, unit=unit.name)
    return f"{unit.name} {_amount(scene, unit.id)}"


def _hover(scene: PlanScene, unit: Unit) -> str:
    return f"{_counted(scene, unit)}<br>{_holder(scene, unit.id)}"


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


def workload_words(amount: int | None, book: CoverageBook, language: Language) -> str:
    """Return a workload in 件 or 分, as the book's weights have it."""
    if amount is None or book.weights.counts_cases_alone:
        return cases_words(amount, language)
    return say("plan.points", language, points=amount)


def _functional(area: Area) -> bool:
    return area.kind is AreaKind.FUNCTIONAL
