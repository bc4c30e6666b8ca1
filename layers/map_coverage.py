"""Coverage (市领导包片): areas in their leader's colour, labelled with leader, area and cases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from shapely.geometry.base import BaseGeometry

from grid.areas import Area, AreaKind
from grid.coverage import CoverageBook, Leader, Unit, UnitKind, lead_by_unit
from layers.leader_colours import assign_colours
from layers.legends import Legend, LegendEntry, Swatch
from layers.map_base import Drawing, MapPart, Slot
from layers.map_camera import Camera
from layers.map_hatch import hatch_part
from layers.map_labels import AreaLabel
from layers.theme import Theme
from layers.words import Language, say


@dataclass(frozen=True, slots=True)
class CoveredUnit:
    """A unit with who answers for it and how many cases; ``colour`` is none for nobody."""

    unit: Unit
    leader: Leader | None
    cases: int | None
    colour: str | None


def covered_units(book: CoverageBook) -> tuple[CoveredUnit, ...]:
    """Return all units of a plan, areas and departments, in the book's order."""
    colours, leads = assign_colours(book), lead_by_unit(book.plan)
    leaders = {leader.id: leader for leader in book.leaders}
    cases = cases_by_unit(book)
    return tuple(
        CoveredUnit(
            unit,
            leader := leaders.get(leads.get(unit.id) or 0),
            cases.get(unit.id),
            colours[leader.id] if leader else None,
        )
        for unit in book.units
        if unit.id in leads
    )


def cases_by_unit(book: CoverageBook) -> dict[int, int]:
    """Return the backlog of each unit; units without any count are left out."""
    cases: dict[int, int] = {}
    for assignment in book.plan.assignments:
        if assignment.cases is not None:
            cases[assignment.unit_id] = cases.get(assignment.unit_id, 0) + assignment.cases
    return cases


def coverage_part(
    covered: tuple[CoveredUnit, ...],
    areas: Mapping[int, Area],
    url: str,
    shapes: Mapping[int, BaseGeometry],
    *,
    camera: Camera,
    theme: Theme,
    faint: bool = False,
) -> MapPart:
    """Return fills by leader and a hatch where nobody is named.

    A functional area lies over counties that have leaders of their own: it has its outline and no fill.
    """
    on_map = [one for one in covered if one.unit.kind is UnitKind.AREA and one.unit.area_id in shapes]
    regular = [one for one in on_map if not _is_functional(one, areas)]
    led = {one.unit.area_id for one in regular if one.leader}
    nobodys = [
        shapes[area_id] for area_id in shapes if area_id not in led and _is_regular(areas.get(area_id))
    ]
    hatch = hatch_part(nobodys, Slot.COVERAGE_HATCH, camera, theme.muted, spacing_px=16, opacity=0.7)
    fill = _fill([one for one in regular if one.leader], url, 0.4 if faint else 0.72)
    return MapPart((fill,), hatch.layers)


def coverage_labels(
    covered: tuple[CoveredUnit, ...], areas: Mapping[int, Area], language: Language
) -> tuple[AreaLabel, ...]:
    """Return a label for each covered area: the leader, then area and cases; the heaviest first."""
    return tuple(
        AreaLabel(
            area.id,
            area.label_lon,
            area.label_lat,
            leader_words(one, language),
            _note(area, one, language),
            urgency=float(one.cases or 0) + (0.5 if one.leader else 500.0),
        )
        for one in covered
        if (area := areas.get(one.unit.area_id or 0)) is not None
    )


def leader_words(one: CoveredUnit, language: Language) -> str:
    """Return what to call who answers for a unit."""
    return one.leader.label if one.leader else say("wall.nobody", language)


def coverage_legend(
    covered: tuple[CoveredUnit, ...], areas: Mapping[int, Area], theme: Theme, language: Language
) -> Legend:
    """Return what colour, hatch and dashes mean; leaders themselves are named on the map."""
    entries = [LegendEntry(Swatch.MANY, theme.text, say("wall.legend.leader", language))]
    if any(one.leader is None for one in covered):
        entries.append(LegendEntry(Swatch.HATCH, theme.muted, say("wall.nobody", language)))
    if any(_is_functional(one, areas) for one in covered):
        entries.append(LegendEntry(Swatch.DASHED, theme.text, say("area_kind.functional", language)))
    return Legend(say("wall.legend.coverage", language), tuple(entries))


def _note(area: Area, one: CoveredUnit, language: Language) -> str:
    if one.cases is None:
        return area.name
    return say("wall.area_cases", language, area=area.name, cases=one.cases)


def _is_functional(one: CoveredUnit, areas: Mapping[int, Area]) -> bool:
    area = areas.get(one.unit.area_id or 0)
    return area is not None and area.kind is AreaKind.FUNCTIONAL


def _is_regular(area: Area | None) -> bool:
    return area is not None and area.kind is AreaKind.REGULAR


def _fill(covered: list[CoveredUnit], url: str, opacity: float) -> Drawing:
    top = max(len(covered) - 1, 1)
    colours = [one.colour for one in covered] * (2 if len(covered) == 1 else 1)
    return {
        "type": "choroplethmap", "uid": Slot.COVERAGE, "below": Slot.COVERAGE, "geojson": url,
        "featureidkey": "id",
        "locations": [str(one.unit.area_id) for one in covered],
        "z": list(range(len(covered))), "zmin": 0, "zmax": top,
        "colorscale": [[at / top, colour] for at, colour in enumerate(colours)],
        "showscale": False, "hoverinfo": "skip",
        "marker": {"opacity": opacity, "line": {"width": 0}},
    }  # fmt: skip
