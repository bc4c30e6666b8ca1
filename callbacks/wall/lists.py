"""The right panel: the list that matters in the scene that leads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from dash import html

from callbacks.wall.marks import command_note, row
from callbacks.wall.state import Card, CardKind, Layer
from grid.areas import Level
from grid.coverage import CoverageBook, UnitKind
from grid.listings import Listing, Quarter
from grid.measures import MINIMUM_N
from grid.published import PublishedCounts
from layers.map_counts import Basis, ShownCount, shown_counts
from layers.map_coverage import CoveredUnit, covered_units, leader_words
from layers.map_listing import days_listed
from layers.numbers import decimal, grouped
from layers.words import Language, say

_ROOM_REM = 52.5
"""Height of the list where there is no legend; what does not fit is not shown, and said to be missing."""
_LEGEND_REM = {Layer.LISTING: 4.3, Layer.COVERAGE: 6.0, Layer.COUNTS: 10.6, Layer.DENSITY: 7.4}
_TABS_REM = 2.9
_TOTAL_REM = 6.5
_RANKED_REM = {Basis.COUNT: 2.85, Basis.RATE: 3.05}
_LISTED_REM, _LOAD_REM, _DEPARTMENT_REM = 5.5, 3.75, 1.6


def list_room_rem(layers: tuple[Layer, ...]) -> float:
    """Return the height that the legends of the layers leave for the list, in rem."""
    return _ROOM_REM - sum(_LEGEND_REM[layer] for layer in layers) - (_TABS_REM if len(layers) > 1 else 0)


def ranking_list(
    counts: PublishedCounts, basis: Basis, room_rem: float, language: Language, *, cards: bool
) -> list[Any]:
    """Return the areas with most matters or the highest rate; hidden ones and small n are not ranked.

    ``cards``, here and below, where a row opens a card.
    """
    level = say(f"level.{counts.level}", language)
    shown = shown_counts(counts, basis)
    ranked = sorted(
        (one for one in shown if one.value is not None and (one.n or 0) >= MINIMUM_N),
        key=lambda one: -(one.value or 0),
    )
    title = html.H2(say(f"wall.list.ranking_{basis}", language, level=level))
    note = html.Div(_unranked(shown, language), className="wall-small")
    if not ranked:
        return [title, html.P(say("wall.empty.ranking", language, level=level)), note]
    top = ranked[0].value or 1
    rows = [
        _ranked_row(place, one, top, basis, language, cards=cards)
        for place, one in enumerate(ranked[: _fitting(room_rem, _RANKED_REM[basis])], 1)
    ]
    return [title, html.Div(rows, className="wall-rows"), note]


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
    loads = sorted(_loads(covered), key=lambda load: -load.cases)
    top = max((load.cases for load in loads), default=0) or 1
    departments = sum(one.unit.kind is UnitKind.DEPARTMENT for one in covered)
    fitting = _fitting(room_rem - _TOTAL_REM - departments * _DEPARTMENT_REM, _LOAD_REM)
    rows = [_load_row(load, top, language, cards=cards) for load in loads[:fitting]]
    return [
        html.H2(say("wall.list.coverage", language)),
        html.Div(rows, className="wall-rows wall-loads"),
        *_more(len(loads) - fitting, language),
        *_departments(covered, language),
        html.Div(_total(covered, language), className="wall-total"),
    ]


@dataclass(frozen=True, slots=True)
class _Load:
    one: CoveredUnit
    names: tuple[str, ...]
    cases: int


def _unranked(shown: list[ShownCount], language: Language) -> str:
    text = say("wall.ranking_note", language, n=MINIMUM_N)
    hidden = any(one.hidden for one in shown)
    return f"{text} · {say('wall.ranking_hidden', language)}" if hidden else text


def _ranked_row(
    place: int, one: ShownCount, top: float, basis: Basis, language: Language, *, cards: bool
) -> Any:
    value = grouped(one.value or 0) if basis is Basis.COUNT else decimal(one.value or 0)
    n = say("wall.n", language, n=grouped(one.n or 0)) if basis is Basis.RATE else None
    return row(
        [
            html.Span(str(place), className="wall-place"),
            html.Span(one.area.name, className="wall-name"),
            html.Span(html.I(style={"width": f"{100 * (one.value or 0) / top:.1f}%"}), className="wall-bar"),
            html.Span([value, html.Small(n)], className="wall-count"),
        ],
        Card(CardKind.AREA, one.area.id) if cards else None,
        "ranking",
    )


def _listing_row(one: Listing, today: date, language: Language, *, cards: bool) -> Any:
    days = days_listed(one, today)
    facts = [
        say("wall.days_listed", language, days=days) if days is not None else "",
        say("wall.list.previous_rank", language, rank=one.previous_rank) if one.previous_rank else "",
        one.reason,
    ]
    answers = say("wall.list.answers", language, leader=one.leader_label or say("wall.nobody", language))
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
                html.Small(" · ".join(fact for fact in facts if fact)),
                html.Small(answers, className="wall-answers"),
            ],
            className="wall-listing",
        ),
    ]
    return row(body, Card(CardKind.AREA, one.area_id) if cards and one.area_id else None, "listing")


def _loads(covered: tuple[CoveredUnit, ...]) -> list[_Load]:
    groups: dict[int | None, list[CoveredUnit]] = {}
    for one in covered:
        groups.setdefault(one.leader.id if one.leader else None, []).append(one)
    return [
        _Load(units[0], tuple(one.unit.name for one in units), sum(one.cases or 0 for one in units))
        for units in groups.values()
        if any(one.unit.kind is UnitKind.AREA for one in units)
    ]


def _load_row(load: _Load, top: int, language: Language, *, cards: bool) -> Any:
    colour = load.one.colour or "transparent"
    post = load.one.leader.post if load.one.leader and load.one.leader.name else ""
    body = [
        html.I(
            className="wall-swatch fill" if load.one.leader else "wall-swatch hatch",
            style={"color": load.one.colour},
        ),
        html.Span(
            [
                html.Span([html.B(leader_words(load.one, language)), html.Small(post)]),
                html.Small("、".join(load.names)),
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
    return row(body, Card(CardKind.LEADER, leader.id) if cards and leader else None, "coverage")


def _departments(covered: tuple[CoveredUnit, ...], language: Language) -> list[Any]:
    departments = [one for one in covered if one.unit.kind is UnitKind.DEPARTMENT]
    if not departments:
        return []
    entries = [
        html.Span([html.B(one.unit.name), f" {_cases(one.cases, language)} · {leader_words(one, language)}"])
        for one in departments
    ]
    return [html.H3(say("wall.departments", language)), html.Div(entries, className="wall-departments")]


def _cases(cases: int | None, language: Language) -> str:
    return "—" if cases is None else say("wall.cases", language, cases=cases)


def _total(covered: tuple[CoveredUnit, ...], language: Language) -> str:
    departments = sum(one.cases or 0 for one in covered if one.unit.kind is UnitKind.DEPARTMENT)
    return say(
        "wall.list.total", language, cases=sum(one.cases or 0 for one in covered), departments=departments
    )


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
