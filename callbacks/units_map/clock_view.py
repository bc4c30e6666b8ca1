"""The clock map: running clocks that are overdue or due within 3 or 7 days, by area and by unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from dash import html

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
from callbacks.units_map.register_links import register_address
from callbacks.units_map.shapes import city_around, level_shapes
from grid.areas import Level
from grid.clocks.counts import ClockCounts, ClockQuestion
from grid.ports import UnitDesk
from grid.questions import City
from grid.unit_maps import MAP_LEVELS, ClockMap, SubjectClocks, most_first
from layers.map_clocks import ClockScene, clock_figure, clock_legend
from layers.numbers import grouped
from layers.words import Language, say


def clock_view(
    desk: UnitDesk,
    city: City,
    asked: MapAsked,
    language: Language,
    *,
    reads_matters: bool,
    of_town: bool = False,
) -> MapView:
    """Return the contents of the clock map; ``reads_matters`` for whom the register is open.

    ``of_town`` for an account of towns, which sees their matters alone.
    """
    level = asked.level or (Level.TOWN if of_town else Level.COUNTY)
    told = desk.clock_map(level)
    scene = clock_scene(desk, city, told, asked.clock, language)
    return MapView(
        title=say(f"units_map.clocks.title.{asked.clock}", language),
        definition=say(f"units_map.clocks.definition.{asked.clock}", language),
        choices=[_questions(asked, language), _levels(level, asked, language)],
        notes=_notes(told, language),
        figure=clock_figure(scene) if level in city.editions else None,
        bounds=scene.city.bounds,
        legend=clock_legend(scene),
        as_of=say("units_map.as_of", language, day=told.as_of.isoformat()),
        lists=_lists(told, asked.clock, language, reads_matters=reads_matters),
    )


def clock_scene(
    desk: UnitDesk, city: City, told: ClockMap, question: ClockQuestion, language: Language
) -> ClockScene:
    """Return what is drawn of a clock map."""
    shapes = level_shapes(desk, city, told.level)
    by_area = {one.subject.area_id: one for one in told.areas if one.subject.area_id is not None}
    own = [area for area, one in by_area.items() if one.clocks.open]
    return ClockScene(
        city if told.is_whole else city_around(city, shapes, own),
        told.level,
        question,
        desk.areas(told.level),
        {area: one.clocks for area, one in by_area.items()},
        shapes.geometries,
        shapes.features,
        {area: _hover(one, question, language) for area, one in by_area.items()},
        language,
    )


def _hover(one: SubjectClocks, question: ClockQuestion, language: Language) -> str:
    lines = [
        hover_text(one.subject.name),
        _asked_words(one.clocks, question, language),
        all_words(one.clocks, language),
        hover_text(answers(one.leaders, language)),
    ]
    return "<br>".join(line for line in lines if line)


def _asked_words(clocks: ClockCounts, question: ClockQuestion, language: Language) -> str:
    count = grouped(question.of(clocks))
    return say(f"units_map.clocks.said.{question}", language, count=count, n=grouped(clocks.open))


def all_words(clocks: ClockCounts, language: Language) -> str:
    """Return how many matters are late, due soon and paused."""
    names = ("overdue", "due_in_3", "due_in_7", "paused")
    return say("units_map.clocks.all", language, **{name: grouped(getattr(clocks, name)) for name in names})


def _questions(asked: MapAsked, language: Language) -> Any:
    options = [
        (say(f"units_map.clocks.question.{one}", language), asked.address(clock=one), one is asked.clock)
        for one in ClockQuestion
    ]
    return choice_links(say("units_map.clocks.questions", language), options)


def _levels(level: Level, asked: MapAsked, language: Language) -> Any:
    options = [(say(f"level.{one}", language), asked.address(level=one), one is level) for one in MAP_LEVELS]
    return choice_links(say("units_map.levels", language), options)


def _notes(told: ClockMap, language: Language) -> list[Any]:
    """Return what must be known of these numbers: provisional due days, not all told."""
    said = []
    provisional = sum(one.clocks.provisional for one in told.areas)
    if provisional:
        words = say("units_map.clocks.note.provisional", language, count=grouped(provisional))
        said.append(html.P([_badge(language), words], className="units-map-note"))
    if not told.is_whole:
        words = say("units_map.clocks.note.in_part", language)
        said.append(html.P(words, className="units-map-note units-map-note-in-part"))
    return said


def _badge(language: Language) -> Any:
    words, title = (say(f"units_map.clocks.{key}", language) for key in ("provisional", "provisional_title"))
    return html.Span(words, className="units-map-provisional", title=title)


def _lists(told: ClockMap, question: ClockQuestion, language: Language, *, reads_matters: bool) -> list[Any]:
    level = say(f"level.{told.level}", language)
    titles = {
        "areas": say("units_map.clocks.by_area", language, level=level),
        "units": say("units_map.clocks.by_unit", language),
    }
    rows = _Rows(question, language, reads_matters)
    return [
        _section(titles["areas"], told.areas, rows),
        _section(titles["units"], told.units, replace(rows, on_map=False)),
    ]


@dataclass(frozen=True, slots=True)
class _Rows:
    """How rows are written; ``on_map`` for those that a click on the map finds."""

    question: ClockQuestion
    language: Language
    reads_matters: bool
    on_map: bool = True


def _section(title: str, found: Sequence[SubjectClocks], rows: _Rows) -> Any:
    """Return those with any of what is asked, the most first, and how many have none."""
    some = [one for one in most_first(found, rows.question) if rows.question.of(one.clocks)]
    none = len(found) - len(some)
    note = say("units_map.clocks.without", rows.language, count=none) if none else ""
    empty = say("units_map.clocks.nothing", rows.language)
    return listed_section(title, [_row(one, rows) for one in some], empty, note=note)


def _row(one: SubjectClocks, rows: _Rows) -> Any:
    subject, clocks, language = one.subject, one.clocks, rows.language
    count = html.Span(_asked_words(clocks, rows.question, language), className="units-map-rank")
    badge = _badge(language) if clocks.provisional else None
    links = []
    if rows.on_map and rows.reads_matters and subject.area_id is not None:
        address = register_address(subject.area_id, rows.question)
        links.append(way(say("units_map.register", language), address))
    if subject.unit_id is not None:
        links.append(way(say("units_map.card", language), card_address(subject.code)))
    return list_row(
        subject.area_id if rows.on_map else None,
        [html.B(subject.name), count, badge],
        [all_words(clocks, language), answers(one.leaders, language)],
        links,
    )
