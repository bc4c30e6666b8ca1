"""The right panel: the list that matters in the scene that leads."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from dash import html

from callbacks.wall.marks import command_note, row
from callbacks.wall.state import Card, CardKind, Layer, WallState
from callbacks.wall.told import (
    Load,
    answers_words,
    cases_words,
    departments_of,
    lead_of,
    listing_facts,
    loads_of,
    ranked_areas,
    total_words,
    unranked_words,
    value_words,
)
from grid.areas import Area, Level
from grid.coverage import CoverageBook
from grid.hotspots.findings import AreaFinding, HotspotClass, Significance
from grid.listings import Listing, Quarter
from grid.published import PublishedCounts
from layers.map_counts import Basis, ShownCount
from layers.map_coverage import CoveredUnit, covered_units, leader_words
from layers.map_significance import COLOURS, standing_out, verdict_words
from layers.numbers import grouped
from layers.words import Language, say

_ROOM_REM = 52.5
"""Height of the list where there is no legend; what does not fit is not shown, and said to be missing."""
_LEGEND_REM = {Layer.LISTING: 4.3, Layer.COVERAGE: 6.0, Layer.COUNTS: 10.6, Layer.DENSITY: 7.4}
_JUDGED_REM = 22.0
"""The legend of significance, with all that must be said beside it."""
_TABS_REM, _VIEWS_REM = 2.9, 3.5
_TOTAL_REM = 6.5
_RANKED_REM = {Basis.COUNT: 2.85, Basis.RATE: 3.05}
_LISTED_REM, _LOAD_REM, _DEPARTMENT_REM = 7.8, 3.75, 1.6


def list_room_rem(state: WallState) -> float:
    """Return the height that the legends of the layers leave for the list, in rem."""
    tabs = _TABS_REM if len(state.layers) > 1 else 0
    views = _VIEWS_REM if Layer.DENSITY in state.layers else 0
    judged = _JUDGED_REM - _LEGEND_REM[Layer.DENSITY] if state.judged else 0
    return _ROOM_REM - sum(_LEGEND_REM[layer] for layer in state.layers) - tabs - views - judged


def ranking_list(
    counts: PublishedCounts,
    basis: Basis,
    room_rem: float,
    language: Language,
    *,
    cards: bool,
    leads: Mapping[int, str] | None = None,
) -> list[Any]:
    """Return the areas with most matters or the highest rate; hidden ones and small n are not ranked.

    ``cards``, here and below, where a row opens a card. ``leads`` are the names of who answers, by area.
    """
    level = say(f"level.{counts.level}", language)
    ranked = ranked_areas(counts, basis)
    title = html.H2(say(f"wall.list.ranking_{basis}", language, level=level))
    note = html.Div(unranked_words(counts, basis, language), className="wall-small")
    if not ranked:
        return [title, html.P(say("wall.empty.ranking", language, level=level)), note]
    top, leads = ranked[0].value or 1, leads or {}
    told = ranked[: _fitting(room_rem, _RANKED_REM[basis])]
    rows = [
        _ranked_row(place, one, top, basis, language, cards=cards, lead=lead_of(one.area, leads))
        for place, one in enumerate(told, 1)
    ]
    title = _with_leads(title, [lead_of(one.area, leads) for one in told], language)
    return [title, html.Div(rows, className="wall-rows"), note]


def standing_list(
    found: Significance,
    areas: Mapping[int, Area],
    room_rem: float,
    language: Language,
    *,
    cards: bool,
    leads: Mapping[int, str] | None = None,
) -> list[Any]:
    """Return the areas that stand out, the surest hot ones first; that none does is said too."""
    level = say(f"level.{found.level}", language)
    title = html.H2(say("wall.list.significance", language, level=level))
    if all(one.verdict is HotspotClass.TOO_FEW for one in found.rows):
        return [title, html.P(say("significance.none_said", language))]
    out = [one for one in standing_out(found) if one.area_id in areas]
    none_hot = not any(one.verdict.startswith("hot") for one in out)
    note = [html.P(say("significance.none_hot", language, level=level))] if none_hot else []
    fitting = _fitting(room_rem, _RANKED_REM[Basis.RATE])
    told = [(one, areas[one.area_id]) for one in out[:fitting]]
    rows = [
        _standing_row(one, area.name, language, cards=cards, lead=lead_of(area, leads or {}))
        for one, area in told
    ]
    title = _with_leads(title, [lead_of(area, leads or {}) for _, area in told], language)
    return [title, *note, html.Div(rows, className="wall-rows"), *_more(len(out) - fitting, language)]


def _standing_row(one: AreaFinding, name: str, language: Language, *, cards: bool, lead: str) -> Any:
    n = say("wall.n", language, n=grouped(one.count))
    return row(
        [
            html.I(className="wall-swatch fill", style={"color": COLOURS[one.verdict]}),
            html.Span(name, className="wall-name"),
            html.Span(lead, className="wall-lead") if lead else None,
            html.Span([verdict_words(one.verdict, language), html.Small(n)], className="wall-count"),
        ],
        Card(CardKind.AREA, one.area_id) if cards else None,
    )


def listing_list(
    listings: tuple[Listing, ...],
    quarter: Quarter | None,
    today: date,
    room_rem: float,
    language: Language,
    *,
    cards: bool,
) -> list[Any]:
    """Return the listed units, worst first: rank, state, days, reason and who answers."""
    if quarter is None or not listings:
        return [_first_step("listings", language)]
    title = html.H2(say("wall.list.listing", language, quarter=quarter))
    fitting = _fitting(room_rem, _LISTED_REM)
    rows = [_listing_row(one, today, language, cards=cards) for one in listings[:fitting]]
    return [title, html.Div(rows, className="wall-rows"), *_more(len(listings) - fitting, language)]


def coverage_list(
    book: CoverageBook | None, room_rem: float, language: Language, *, cards: bool
) -> list[Any]:
    """Return the leaders of areas with their loads, the heaviest first, the departments, and the total.

    A load counts a leader's departments too; who has departments alone stands beside those.
    """
    if book is None:
        return [_first_step("plan", language)]
    covered = covered_units(book)
    loads = loads_of(covered)
    top = max((load.cases for load in loads), default=0) or 1
    fitting = _fitting(room_rem - _TOTAL_REM - len(departments_of(covered)) * _DEPARTMENT_REM, _LOAD_REM)
    rows = [_load_row(load, top, language, cards=cards) for load in loads[:fitting]]
    return [
        html.H2(say("wall.list.coverage", language)),
        html.Div(rows, className="wall-rows wall-loads"),
        *_more(len(loads) - fitting, language),
        *_departments(covered, language),
        html.Div(total_words(covered, language), className="wall-total"),
    ]


def _ranked_row(
    place: int, one: ShownCount, top: float, basis: Basis, language: Language, *, cards: bool, lead: str
) -> Any:
    n = say("wall.n", language, n=grouped(one.n or 0)) if basis is Basis.RATE else None
    return row(
        [
            html.Span(str(place), className="wall-place"),
            html.Span(one.area.name, className="wall-name"),
            html.Span(lead, className="wall-lead") if lead else None,
            html.Span(html.I(style={"width": f"{100 * (one.value or 0) / top:.1f}%"}), className="wall-bar"),
            html.Span([value_words(one, basis), html.Small(n)], className="wall-count"),
        ],
        Card(CardKind.AREA, one.area.id) if cards else None,
    )


def _listing_row(one: Listing, today: date, language: Language, *, cards: bool) -> Any:
    body = [
        html.Span(str(one.rank or "—"), className="wall-place"),
        html.Span(
            [
                html.Span(
                    [
                        html.B(one.unit_name),
                        html.I(say(f"listing_state.{one.state}", language), className=one.state),
                    ]
                ),
                html.Small(listing_facts(one, today, language)),
                html.Small(answers_words(one, language), className="wall-answers"),
            ],
            className="wall-listing",
        ),
    ]
    return row(body, Card(CardKind.AREA, one.area_id) if cards and one.area_id else None)


def _load_row(load: Load, top: int, language: Language, *, cards: bool) -> Any:
    colour = load.one.colour or "transparent"
    post = load.one.leader.post if load.one.leader and load.one.leader.name else ""
    body = [
        html.I(
            className="wall-swatch fill" if load.one.leader else "wall-swatch hatch",
            style={"color": load.one.colour},
        ),
        html.Span(
            [
                html.B(leader_words(load.one, language)),
                html.Small("、".join(load.names), className="wall-led"),
                html.Small(post),
            ],
            className="wall-listing",
        ),
        html.Span(
            html.I(style={"width": f"{100 * load.cases / top:.1f}%", "background": colour}),
            className="wall-bar",
        ),
        html.Span(grouped(load.cases), className="wall-count"),
    ]
    leader = load.one.leader
    return row(body, Card(CardKind.LEADER, leader.id) if cards and leader else None)


def _departments(covered: tuple[CoveredUnit, ...], language: Language) -> list[Any]:
    departments = departments_of(covered)
    if not departments:
        return []
    entries = [
        html.Span(
            [html.B(one.unit.name), f" {cases_words(one.cases, language)} · {leader_words(one, language)}"]
        )
        for one in departments
    ]
    return [html.H3(say("wall.departments", language)), html.Div(entries, className="wall-departments")]


def _with_leads(title: Any, told: list[str], language: Language) -> Any:
    """Return a list's title, with what stands after the names where who answers is told."""
    if not any(told):
        return title
    return html.H2([title.children, html.Small(say("wall.list.leads", language))])


def _fitting(room_rem: float, row_rem: float) -> int:
    return max(1, int(room_rem / row_rem))


def _more(count: int, language: Language) -> list[Any]:
    return (
        [html.Div(say("wall.list.more", language, more=count), className="wall-small")] if count > 0 else []
    )


def _first_step(what: str, language: Language) -> Any:
    return command_note(say(f"wall.empty.{what}", language), say(f"wall.empty.{what}_command", language))


def level_step(level: Level, language: Language) -> Any:
    """Return what to do where a level has no boundaries yet."""
    name = say(f"level.{level}", language)
    return command_note(
        say("wall.empty.levels", language, level=name),
        say("wall.empty.levels_command", language, level=level),
    )
