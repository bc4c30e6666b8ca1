"""The list of each scene: the wall's own numbers as rows that open a card, the gravest first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import html

from callbacks.brief.asked import Asked, BriefScene, Subject
from callbacks.brief.parts import chip, choices, empty, listed, note, row, way
from callbacks.brief.readings import Readings
from callbacks.units_map.asked import MapAsked, View, card_address
from callbacks.units_map.clock_view import all_words
from callbacks.units_map.parts import answers
from callbacks.wall.scene import chosen_quarter
from callbacks.wall.state import COUNT_LEVELS, ask, counted_level
from callbacks.wall.told import (
    answers_words,
    cases_words,
    departments_of,
    listing_facts,
    loads_of,
    placed_words,
    ranked_areas,
    total_words,
    unranked_words,
    value_words,
)
from grid.clocks.counts import ClockQuestion
from grid.ports import WallReads
from grid.published import Window
from grid.questions import City
from grid.service import PointState, ServiceNetwork
from grid.unit_maps import MAP_LEVELS, ClockMap, SubjectClocks, most_first
from layers.map_counts import Basis
from layers.map_coverage import CoveredUnit, covered_units, leader_words
from layers.numbers import grouped
from layers.words import Language, say

_SHOWN, _QUARTERS = 12, 4
"""Rows of a list until all are asked for; quarters to choose from: a year."""


def hotspots(reads: WallReads, city: City, asked: Asked, language: Language) -> list[Any]:
    """Return where matters concentrate: areas by count or rate of the published products."""
    level, basis = counted_level(asked.wall, city), asked.basis
    controls = html.Div(
        [
            _periods(asked, language),
            choices(
                say("brief.basis", language),
                [
                    (say(f"wall.control.{one}", language), asked.address(basis=one), one is basis)
                    for one in Basis
                ],
                "",
                language,
            ),
            _levels(COUNT_LEVELS, level, asked, language),
        ],
        className="brief-choices",
    )
    words = say(f"level.{level}", language)
    if level not in city.editions:
        return [controls, empty(say("brief.empty.levels", language, level=words))]
    if reads.publication() is None:
        return [controls, empty(say("wall.empty.pending", language))]
    counts = reads.counts(level, ask(asked.wall))
    ranked = ranked_areas(counts, basis)
    more = [note(unranked_words(counts, basis, language)), note(placed_words(counts.placed, language))]
    title = say(f"wall.list.ranking_{basis}", language, level=words)
    about = say(f"brief.definition.{basis}", language)
    if not ranked:
        nobody = empty(say("wall.empty.ranking", language, level=words))
        return [controls, *listed(title, about, [nobody], more, language)]
    top = ranked[0].value or 1
    unit = say(f"brief.unit.{basis}", language)
    rows = [
        row(
            [html.Span(one.area.name), html.B(value_words(one, basis)), unit],
            [say("wall.n", language, n=grouped(one.n or 0))] if basis is Basis.RATE else [],
            href=asked.open(Subject.AREA, one.area.id),
            share=(one.value or 0) / top,
        )
        for one in _first(ranked, asked)
    ]
    more = [_rest(ranked, asked, language), *more, _elsewhere("hotspots", "/hotspots", language)]
    return [controls, *listed(title, about, rows, more, language)]


def listing(reads: WallReads, city: City, asked: Asked, language: Language) -> list[Any]:
    """Return the units listed in a quarter, the worst rank first."""
    quarter = chosen_quarter(reads, asked.wall)
    rows = reads.listings(quarter) if quarter else ()
    if quarter is None or not rows:
        return [empty(say("brief.empty.listings", language))]
    options = [
        (str(one), asked.address(quarter=one, card=None), one == quarter)
        for one in reads.quarters()[:_QUARTERS]
    ]
    controls = html.Div(
        choices(say("units_map.quarters", language), options, "", language), className="brief-choices"
    )
    shown = [
        row(
            [
                html.B(say("wall.rank", language, rank=one.rank) if one.rank else "—"),
                html.Span(one.unit_name),
                chip(one.state, say(f"listing_state.{one.state}", language)),
            ],
            [listing_facts(one, city.today, language), answers_words(one, language)],
            href=asked.address(quarter=quarter, card=(Subject.UNIT, one.unit_id)),
        )
        for one in _first(rows, asked)
    ]
    map_address = MapAsked(View.LISTING, quarter).address()
    more = [_rest(rows, asked, language), _elsewhere("units", map_address, language)]
    title = say("wall.list.listing", language, quarter=quarter)
    return [controls, *listed(title, say("brief.definition.listing", language), shown, more, language)]


def coverage(reads: WallReads, city: City, asked: Asked, language: Language) -> list[Any]:
    """Return who covers what: leaders with their loads, the heaviest first, then the departments."""
    book = reads.coverage(city.today)
    if book is None:
        return [empty(say("brief.empty.plan", language))]
    covered = covered_units(book)
    loads, departments = loads_of(covered), departments_of(covered)
    top = max((load.cases for load in loads), default=0) or 1
    rows = [
        row(
            [
                html.I(className="brief-swatch", style={"background": load.one.colour or "transparent"}),
                html.Span(leader_words(load.one, language)),
                html.B(grouped(load.cases)),
                say("brief.unit.count", language),
            ],
            [_post(load.one), "、".join(load.names)],
            href=_leader(load.one, asked),
            share=load.cases / top,
        )
        for load in loads
    ]
    others = [
        row(
            [html.Span(one.unit.name), html.B(cases_words(one.cases, language))],
            [leader_words(one, language)],
            href=_leader(one, asked),
        )
        for one in departments
    ]
    more = [
        *(
            [html.H3(say("wall.departments", language)), html.Div(others, className="brief-rows")]
            if others
            else []
        ),
        note(total_words(covered, language)),
    ]
    about = say("wall.card.definition_cases", language)
    return listed(say("wall.list.coverage", language), about, rows, more, language)


def clocks(told: ClockMap, asked: Asked, language: Language) -> list[Any]:
    """Return where clocks are late or due soon: areas, then units, those with most first."""
    controls = html.Div(
        [
            choices(
                say("units_map.clocks.questions", language),
                [
                    (
                        say(f"units_map.clocks.question.{one}", language),
                        asked.address(clock=one),
                        one is asked.clock,
                    )
                    for one in ClockQuestion
                ],
                "",
                language,
            ),
            _levels(MAP_LEVELS, told.level, asked, language),
        ],
        className="brief-choices",
    )
    level = say(f"level.{told.level}", language)
    by_area = _clock_rows(told.areas, asked, language)
    by_unit = _clock_rows(told.units, asked, language, of_units=True)
    about = say(f"units_map.clocks.definition.{asked.clock}", language)
    nothing = [empty(say("units_map.clocks.nothing", language))]
    title = say("units_map.clocks.by_area", language, level=level)
    more = [
        _rest(by_area, asked, language),
        html.H3(say("units_map.clocks.by_unit", language)),
        html.Div(_first(by_unit, asked) or nothing, className="brief-rows"),
        _rest(by_unit, asked, language),
        _elsewhere("clocks", MapAsked(View.CLOCKS, level=told.level, clock=asked.clock).address(), language),
    ]
    return [controls, *listed(title, about, _first(by_area, asked) or nothing, more, language)]


def service(network: ServiceNetwork, asked: Asked, language: Language) -> list[Any]:
    """Return the service network by county, those with most villages without a point first."""
    parts = sorted(network.parts, key=lambda part: (-part.summary.villages_without_point, part.area.code))
    if not (network.points or network.summary.stations):
        return [empty(say("brief.empty.service", language))]
    top = max((part.summary.villages_without_point for part in parts), default=0) or 1
    rows = [
        row(
            [
                html.Span(part.area.name),
                html.B(grouped(part.summary.villages_without_point)),
                say("brief.unit.villages", language, villages=grouped(part.summary.villages)),
            ],
            [
                say(
                    "brief.service_row", language, points=grouped(part.summary.points),
                    silent=grouped(part.states[PointState.SILENT]), agents=grouped(part.summary.agents),
                )
            ],
            href=asked.open(Subject.AREA, part.area.id),
            share=part.summary.villages_without_point / top,
        )
        for part in parts
    ]  # fmt: skip
    more = [_elsewhere("service", "/service", language)]
    about = say("service.definition.unserved", language)
    return listed(say("brief.service_list", language), about, rows, more, language)


def _clock_rows(
    found: Sequence[SubjectClocks], asked: Asked, language: Language, *, of_units: bool = False
) -> list[Any]:
    some = [one for one in most_first(found, asked.clock) if asked.clock.of(one.clocks)]
    top = asked.clock.of(some[0].clocks) if some else 1
    return [
        row(
            [
                html.Span(one.subject.name),
                html.B(grouped(asked.clock.of(one.clocks))),
                say("brief.unit.clocks", language, n=grouped(one.clocks.open)),
            ],
            [all_words(one.clocks, language), answers(one.leaders, language)],
            href=_clock_way(one, asked, of_units=of_units),
            share=asked.clock.of(one.clocks) / top,
        )
        for one in some
    ]


def _clock_way(one: SubjectClocks, asked: Asked, *, of_units: bool) -> str | None:
    if of_units:
        return card_address(one.subject.code)
    return None if one.subject.area_id is None else asked.open(Subject.AREA, one.subject.area_id)


def _periods(asked: Asked, language: Language) -> Any:
    options = [
        (say(f"wall.period.{one}", language), asked.address(period=one), one is asked.period)
        for one in Window
    ]
    about = say("wall.period_definition", language)
    return choices(say("brief.period", language), options, about, language)


def _levels(levels: Sequence[Any], level: Any, asked: Asked, language: Language) -> Any:
    options = [
        (say(f"wall.control.level_{one}", language), asked.address(level=one, whole=False), one is level)
        for one in levels
    ]
    return choices(say("units_map.levels", language), options, "", language)


def _first(rows: Sequence[Any], asked: Asked) -> list[Any]:
    return list(rows) if asked.whole else list(rows[:_SHOWN])


def _rest(rows: Sequence[Any], asked: Asked, language: Language) -> Any:
    """Return the way to all rows where there are more than are shown."""
    if asked.whole or len(rows) <= _SHOWN:
        return None
    return way(say("brief.all", language, count=len(rows)), asked.address(whole=True))


def _elsewhere(name: str, address: str, language: Language) -> Any:
    return way(say(f"brief.elsewhere.{name}", language), address)


def _leader(one: CoveredUnit, asked: Asked) -> str | None:
    return asked.open(Subject.LEADER, one.leader.id) if one.leader else None


def _post(one: CoveredUnit) -> str:
    return one.leader.post if one.leader and one.leader.name else ""


def scene_list(readings: Readings, city: City, asked: Asked, language: Language) -> list[Any]:
    """Return the list of the scene that is asked for."""
    if asked.scene is BriefScene.CLOCKS:
        return clocks(readings.clocks, asked, language)
    if asked.scene is BriefScene.SERVICE:
        return service(readings.network, asked, language)
    make = {BriefScene.HOTSPOTS: hotspots, BriefScene.LISTING: listing, BriefScene.COVERAGE: coverage}
    return make[asked.scene](readings.wall, city, asked, language)
