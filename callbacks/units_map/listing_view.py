"""The listing map of a quarter: states, ranks and their change, who answers, departments beside the map."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import dcc, html

from callbacks.units_map.asked import MapAsked, card_address
from callbacks.units_map.parts import (
    MapView,
    answers,
    choice_links,
    hover_text,
    list_row,
    listed_section,
    way,
)
from callbacks.units_map.shapes import city_around, level_shapes
from grid.areas import Level
from grid.listings import Quarter
from grid.ports import UnitDesk
from grid.questions import City
from grid.unit_maps import MAP_LEVELS, ListedUnit, ListingMap
from layers.listing_map import LOOKS, ListingScene, listing_figure, listing_map_legend, rank_words
from layers.words import Language, say

_OFFERED = 8
"""Quarters that can be chosen at once: two years."""


def listing_view(desk: UnitDesk, city: City, asked: MapAsked, language: Language) -> MapView:
    """Return the contents of the listing map."""
    told = desk.listing_map(asked.quarter)
    level = asked.level or _busiest(told)
    of_level = told.of_level(level)
    scene = _scene(desk, city, level, told, language)
    quarter = quarter_words(told.quarter, language) if told.quarter else ""
    return MapView(
        title=say("units_map.listing.title", language, quarter=quarter),
        definition=say("units_map.listing.definition", language),
        choices=[_quarters(told, asked, language), _levels(level, told, asked, language)],
        notes=_notes(told, language),
        figure=listing_figure(scene) if level in city.editions else None,
        bounds=scene.city.bounds,
        legend=listing_map_legend(of_level, language, untold=len(scene.untold)),
        as_of=say("units_map.as_of", language, day=told.as_of.isoformat()),
        lists=_lists(told, level, asked, language),
    )


def quarter_words(quarter: Quarter, language: Language) -> str:
    """Return a quarter as it is read."""
    return say("units_map.quarter", language, year=quarter.year, number=quarter.number)


def _busiest(told: ListingMap) -> Level:
    """Return the level with most units in a state, then of most units for who is told of his own alone."""

    def weight(level: Level) -> tuple[int, int]:
        units = told.of_level(level)
        return sum(one.state is not None for one in units), 0 if told.is_whole else len(units)

    return max(MAP_LEVELS, key=weight)


def _scene(desk: UnitDesk, city: City, level: Level, told: ListingMap, language: Language) -> ListingScene:
    shapes = level_shapes(desk, city, level)
    units = told.of_level(level)
    by_area = {one.subject.area_id: one for one in units if one.subject.area_id is not None}
    hover = {area: _hover(one, language) for area, one in by_area.items()}
    return ListingScene(
        city if told.is_whole else city_around(city, shapes, by_area),
        level,
        desk.areas(level),
        by_area,
        shapes.geometries,
        shapes.features,
        hover,
        language,
        is_whole=told.is_whole,
    )


def _hover(one: ListedUnit, language: Language) -> str:
    state = say(f"listing_state.{one.state}", language) if one.state else say("units_map.no_state", language)
    lines = (
        hover_text(one.subject.name),
        f"{state} · {rank_words(one, language)}",
        hover_text(answers(one.leaders, language)),
    )
    return "<br>".join(line for line in lines if line)


def _quarters(told: ListingMap, asked: MapAsked, language: Language) -> Any:
    """Return previous and next around the latest quarters; arrow keys press the same links."""
    if told.quarter is None:
        return None
    at = told.quarters.index(told.quarter)
    first = max(0, min(at - _OFFERED // 2, len(told.quarters) - _OFFERED))
    shown = told.quarters[first : first + _OFFERED]
    options = [(str(one), asked.address(quarter=one), one == told.quarter) for one in shown]
    row = choice_links(say("units_map.quarters", language), options)
    previous = told.quarters[at - 1] if at else None
    following = told.quarters[at + 1] if at + 1 < len(told.quarters) else None
    return html.Div(
        [
            _step("previous", previous, asked, language),
            row,
            _step("next", following, asked, language),
        ],
        className="units-map-quarters",
    )


def _step(which: str, quarter: Quarter | None, asked: MapAsked, language: Language) -> Any:
    words, key = (say(f"units_map.{which}_{part}", language) for part in ("quarter", "key"))
    class_name = f"units-map-step units-map-{which}"
    if quarter is None:
        off: Any = {"aria-disabled": "true"}
        return html.Span(words, className=f"{class_name} units-map-off", **off)
    return dcc.Link(words, href=asked.address(quarter=quarter), title=key, className=class_name)


def _levels(level: Level, told: ListingMap, asked: MapAsked, language: Language) -> Any:
    options = [
        (say(f"level.{one}", language), asked.address(level=one, quarter=told.quarter), one is level)
        for one in MAP_LEVELS
    ]
    return choice_links(say("units_map.levels", language), options)


def _notes(told: ListingMap, language: Language) -> list[Any]:
    """Return what must be known of these ranks: frozen or not, visits weighed, not all told."""
    if told.quarter is None:
        return [_note("no_quarter", language)]
    said = [_frozen(told, language)]
    if told.with_visits:
        said.append(_note("with_visits", language))
    if not told.is_whole:
        said.append(_note("in_part", language))
    return said


def _frozen(told: ListingMap, language: Language) -> Any:
    if not told.scheme:
        return _note("no_ranks", language)
    if told.revision is None:
        return _note("not_frozen", language)
    return _note("frozen", language, revision=told.revision, checksum=told.checksum[:12], scheme=told.scheme)


def _note(name: str, language: Language, **facts: object) -> Any:
    words = say(f"units_map.listing.note.{name}", language, **facts)
    return html.P(words, className=f"units-map-note units-map-note-{name.replace('_', '-')}")


def _lists(told: ListingMap, level: Level, asked: MapAsked, language: Language) -> list[Any]:
    """Return those on the map, the departments, and who is in a state on the other level."""
    names = {one: say(f"level.{one}", language) for one in MAP_LEVELS}
    on_map = told.of_level(level)
    parts = [
        _section(say("units_map.listing.on_map", language, level=names[level]), on_map, language),
        _section(say("units_map.listing.departments", language), told.of_level(None), language),
    ]
    for other in MAP_LEVELS:
        elsewhere = (
            [one for one in told.of_level(other) if one.state is not None] if other is not level else []
        )
        if elsewhere:
            words = say("units_map.listing.elsewhere", language, level=names[other], count=len(elsewhere))
            address = asked.address(level=other, quarter=told.quarter)
            parts.append(html.P(way(words, address), className="units-map-elsewhere"))
    return parts


def _section(title: str, units: Sequence[ListedUnit], language: Language) -> Any:
    order = {state: at for at, state in enumerate(LOOKS)}
    stated = sorted(
        (one for one in units if one.state is not None),
        key=lambda one: (order[one.state or next(iter(LOOKS))], one.rank or 10_000, one.subject.code),
    )
    others = [one for one in units if one.state is None]
    empty = say("units_map.listing.nobody_listed", language)
    section = listed_section(title, [_row(one, language) for one in stated], empty)
    if others:
        summary = html.Summary(say("units_map.listing.others", language, count=len(others)))
        rows = html.Ol([_row(one, language) for one in others], className="units-map-rows")
        section.children = [*section.children, html.Details([summary, rows], className="units-map-others")]
    return section


def _row(one: ListedUnit, language: Language) -> Any:
    state = say(f"listing_state.{one.state}", language) if one.state else say("units_map.no_state", language)
    chip = html.Span(state, className=f"units-map-state units-map-state-{one.state or 'none'}")
    first = [html.B(one.subject.name), chip, html.Span(rank_words(one, language), className="units-map-rank")]
    return list_row(
        one.subject.area_id,
        first,
        [answers(one.leaders, language), _listed(one, language), one.reason],
        [way(say("units_map.card", language), card_address(one.subject.code))],
    )


def _listed(one: ListedUnit, language: Language) -> str:
    """Return score, day and approver, as far as they are known."""
    said = [
        say("units_map.listing.score", language, score=f"{one.score:.2f}") if one.score is not None else "",
        say("units_map.listing.listed_on", language, day=one.listed_on.isoformat()) if one.listed_on else "",
        say("units_map.listing.approver", language, approver=one.approver) if one.approver else "",
    ]
    return " · ".join(word for word in said if word)
