"""Cards: what a click on an area or a leader opens, for those who may; the screen is shared all the same."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from dash import dcc, html

from callbacks.wall.layout import STILL_CONFIG
from callbacks.wall.marks import definition_mark, figure, open_button, row
from callbacks.wall.state import Card, CardKind, WallState, ask_for_card
from callbacks.wall.told import (
    SHARED_LEVELS,
    cases_words,
    count_words,
    extent_words,
    hidden_categories,
    leader_totals,
    service_lines,
    standing_words,
    unit_standing_words,
)
from grid.coverage import Leader
from grid.listings import Listing
from grid.measures import SMALL_CELL
from grid.ports import CardReads, WallReads
from grid.published import Window
from grid.questions import AreaCard, LeaderCard, LeaderUnit, MonthCount
from layers.charts import trend_figure
from layers.numbers import grouped
from layers.theme import DARK
from layers.words import Language, say

_CATEGORIES = 6
_TREND_PX = 136


@dataclass(frozen=True, slots=True)
class Trend:
    """The months that the wall's trend covers, the days asked about, and days on which boundaries changed."""

    months: tuple[MonthCount, ...]
    period: tuple[date, date]
    breaks: tuple[date, ...]


def read_area(reads: WallReads, cards: CardReads, area_id: int, state: WallState) -> tuple[AreaCard, Trend]:
    """Return an area's card and trend over the days of the products, so that its figures are theirs.

    Raises ``Refused('area_unknown')``.
    """
    publication = reads.publication()
    day = publication.day if publication else reads.city().today
    question = ask_for_card(state, day)
    months = ask_for_card(state, day, window=Window.M24)
    trend = cards.trend(replace(months, within=area_id))
    answer = cards.area_card(area_id, question)
    period = (question.since, question.until)
    return answer, Trend(trend, period, reads.breaks(answer.area.level))


def area_body(
    card: AreaCard,
    trend: Trend,
    scale: float,
    language: Language,
) -> list[Any]:
    """Return an area's card; below township level small counts, their changes and their months are left out.

    ``scale`` is how large everything is drawn.
    """
    level = card.area.level
    shared = level in SHARED_LEVELS
    return [
        _head(" › ".join(card.path[:-1]), card.area.name, extent_words(card, language), language),
        html.Div(
            [figure(one, language, level=level) for one in card.measures], className="wall-card-figures"
        ),
        _trend(trend, scale, language)
        if shared
        else html.P(say("wall.card.few_note", language, k=SMALL_CELL), className="wall-small"),
        html.Div(
            [
                _section("categories", _categories(card, language), language),
                html.Div(
                    [
                        _section("listing", _listing(card.listing, language), language),
                        _section("leaders", _leaders(card.leaders, language), language),
                        _section(
                            "service",
                            [html.P(line) for line in service_lines(card.service, level, language)],
                            language,
                        ),
                    ]
                ),
            ],
            className="wall-card-columns",
        ),
    ]


def leader_body(card: LeaderCard, language: Language) -> list[Any]:
    """Return a leader's card: post, loads with their definitions, units."""
    since = say("wall.card.since", language, since=card.since.isoformat())
    post = card.leader.post if card.leader.name else say("wall.card.leader", language)
    figures = [_total(what, count, language) for what, count in leader_totals(card)]
    rows = [_unit_row(unit, language) for unit in card.units]
    return [
        _head(post, card.leader.label, since, language),
        html.Div(figures, className="wall-card-figures"),
        _section("units", [html.Div(rows, className="wall-rows wall-card-units")], language),
    ]


def _head(above: str, name: str, below: str, language: Language) -> Any:
    close = html.Button("×", className="wall-close", title=say("wall.close", language))
    texts = [html.Div(above, className="wall-small"), html.H2(name), html.Div(below, className="wall-small")]
    return html.Div([html.Div(texts), close], className="wall-card-head")


def _section(what: str, body: Any, language: Language) -> Any:
    return html.Section([html.H3(say(f"wall.card.{what}", language)), html.Div(body)])


def _trend(trend: Trend, scale: float, language: Language) -> Any:
    drawn = trend_figure(
        trend.months, DARK, language, font_px=16 * scale, height_px=_TREND_PX * scale,
        highlight=trend.period, breaks=trend.breaks,
    )  # fmt: skip
    return _section("trend", dcc.Graph(figure=drawn, config=STILL_CONFIG), language)


def _categories(card: AreaCard, language: Language) -> list[Any]:
    shown = card.categories[:_CATEGORIES]
    hidden = hidden_categories(card)
    top = max((count for _, count in shown), default=0) or 1
    return [
        html.Div(
            [
                html.Span(say(f"category.{category}", language), className="wall-name"),
                html.Span(
                    html.I(style={"width": _share(count, top, category in hidden)}), className="wall-bar"
                ),
                html.Span(count_words(count, category in hidden, language), className="wall-count"),
            ],
            className="wall-row wall-category",
        )
        for category, count in shown
    ]


def _share(count: int, top: int, hidden: bool) -> str:
    # A bar as long as a hidden count would tell it.
    return "0%" if hidden else f"{100 * count / top:.1f}%"


def _listing(listing: Listing | None, language: Language) -> list[Any]:
    if listing is None:
        return [html.P(say("wall.card.not_listed", language))]
    state = say(f"listing_state.{listing.state}", language)
    return [
        html.P([html.I(state, className=listing.state), " ", standing_words(listing, language)]),
        html.P(listing.reason, className="wall-small"),
    ]


def _leaders(leaders: tuple[Leader, ...], language: Language) -> list[Any]:
    if not leaders:
        return [html.P(say("wall.card.no_leader", language))]
    return [
        open_button(
            [html.B(leader.label), html.Small(leader.post if leader.name else "")],
            Card(CardKind.LEADER, leader.id), "wall-leader",
        )
        for leader in leaders
    ]  # fmt: skip


def _total(what: str, count: int, language: Language) -> Any:
    mark = definition_mark(say(f"wall.card.definition_{what}", language), language)
    unit = html.Span(say("measure_unit.matters", language), className="wall-unit")
    return html.Div(
        [
            html.Div([html.Span(say(f"wall.card.{what}", language)), mark], className="wall-label"),
            html.Div([html.Span(grouped(count), className="wall-number"), unit], className="wall-value"),
        ],
        className="wall-figure",
    )


def _unit_row(unit: LeaderUnit, language: Language) -> Any:
    body = [
        html.Span(
            [html.B(unit.unit_name), html.Small(say(f"assignment_kind.{unit.kind}", language))],
            className="wall-name",
        ),
        html.I(
            unit_standing_words(unit.listing, language) if unit.listing else "",
            className=unit.listing.state if unit.listing else "",
        ),
        html.Span(cases_words(unit.cases, language), className="wall-count"),
    ]
    return row(body, Card(CardKind.AREA, unit.area_id) if unit.area_id else None)
