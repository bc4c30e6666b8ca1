"""The card beside a list: an area, a leader or a listed unit, with ways to each other and to units' pages."""

from __future__ import annotations

from typing import Any

from dash import dcc, html

from callbacks.brief.asked import Asked, Subject
from callbacks.brief.parts import chip, figures, note, plain_figures, row, way
from callbacks.tools import Tools
from callbacks.units_map.asked import card_address
from callbacks.wall.cards import Trend, read_area
from callbacks.wall.scene import chosen_quarter
from callbacks.wall.told import (
    SHARED_LEVELS,
    ToldMeasure,
    cases_words,
    count_words,
    extent_words,
    hidden_categories,
    leader_totals,
    listing_facts,
    service_lines,
    standing_words,
    unit_standing_words,
)
from grid.coverage import Leader, lead_by_unit
from grid.listings import Listing, Quarter
from grid.measures import SMALL_CELL
from grid.ports import WallReads
from grid.questions import AreaCard, LeaderCard, LeaderUnit
from grid.refusals import Refused
from grid.unit_maps import MAP_LEVELS
from layers.numbers import grouped
from layers.spark import trend_picture
from layers.theme import LIGHT
from layers.words import Language, say, say_refusal

_UNKNOWN = {"area_unknown", "leader_unknown", "subject_unknown"}


def card_body(tools: Tools, reads: WallReads, asked: Asked) -> list[Any]:
    """Return the open card, words for one that there is not, and a hint where none is open."""
    language = tools.language
    if asked.card is None:
        return [html.P(say("brief.card.hint", language), className="brief-empty")]
    subject, number = asked.card
    back = dcc.Link(
        say("brief.back", language, scene=say(f"brief.scene.{asked.scene}", language)),
        href=asked.address(card=None),
        className="brief-back",
    )
    make = {Subject.AREA: _area, Subject.LEADER: _leader, Subject.UNIT: _unit}
    try:
        return [back, *make[subject](tools, reads, number, asked)]
    except Refused as refused:
        if refused.code not in _UNKNOWN:
            raise
        return [back, html.P(say_refusal(refused, language), className="brief-empty")]


def _area(tools: Tools, reads: WallReads, number: int, asked: Asked) -> list[Any]:
    language = tools.language
    card, trend = read_area(reads, tools.store.cards(tools.principal()), number, asked.wall)
    level = card.area.level
    return [
        *_head(" › ".join(card.path[:-1]), card.area.name, extent_words(card, language)),
        figures(card.measures, language, level=level),
        *(
            _trend(trend, language)
            if level in SHARED_LEVELS
            else [note(say("wall.card.few_note", language, k=SMALL_CELL))]
        ),
        *_section("categories", _categories(card, language), language),
        *_section("leaders", _answering(card.leaders, asked, language), language),
        *_section("listing", _listing(card, asked, language), language),
        *_section("service", map(note, service_lines(card.service, level, language)), language),
    ]


def _leader(tools: Tools, reads: WallReads, number: int, asked: Asked) -> list[Any]:
    language, today = tools.language, reads.city().today
    card = tools.store.cards(tools.principal()).leader_card(number, today)
    post = card.leader.post if card.leader.name else say("wall.card.leader", language)
    day, unit = say("desk.as_of", language, day=today.isoformat()), say("measure_unit.matters", language)
    totals = [
        ToldMeasure(
            name=say(f"wall.card.{what}", language),
            definition=say(f"wall.card.definition_{what}", language),
            number=grouped(count),
            unit=unit,
            n="",
            period=day,
            changes=(),
        )
        for what, count in leader_totals(card)
    ]
    return [
        *_head(post, card.leader.label, say("wall.card.since", language, since=card.since.isoformat())),
        plain_figures(totals, language),
        *_section("units", _units(card, asked, language), language),
    ]


def _unit(tools: Tools, reads: WallReads, number: int, asked: Asked) -> list[Any]:
    """Raises ``Refused('subject_unknown')`` for a unit that is not listed in the quarter."""
    language, city = tools.language, reads.city()
    quarter = chosen_quarter(reads, asked.wall)
    one = _listed(reads, quarter, number)
    if quarter is None or one is None:
        raise Refused("subject_unknown")
    codes = {
        unit.subject.unit_id: unit.subject.code
        for unit in tools.store.units(tools.principal()).listing_map(quarter).units
    }
    book = reads.coverage(city.today)
    lead = lead_by_unit(book.plan).get(number) if book else None
    leaders = tuple(leader for leader in book.leaders if leader.id == lead) if book else ()
    earlier = [
        found for each in reads.quarters() if each < quarter and (found := _listed(reads, each, number))
    ]
    listed_on = (
        say("units_map.listing.listed_on", language, day=one.listed_on.isoformat()) if one.listed_on else ""
    )
    approver = say("units_map.listing.approver", language, approver=one.approver) if one.approver else ""
    ways = [
        way(say("brief.card.unit_page", language), card_address(codes[number])) if number in codes else None,
        way(say("brief.card.area_card", language), asked.open(Subject.AREA, one.area_id))
        if one.area_id
        else None,
    ]
    return [
        *_head(say("wall.list.listing", language, quarter=quarter), one.unit_name, ""),
        html.P(
            [chip(one.state, say(f"listing_state.{one.state}", language)), standing_words(one, language)],
            className="brief-standing",
        ),
        *map(
            note, filter(None, (listing_facts(one, city.today, language), f"{listed_on} {approver}".strip()))
        ),
        *_section("leaders", _answering(leaders, asked, language), language),
        *(
            _named(
                say("brief.card.earlier", language),
                [
                    row([str(each.quarter), html.B(unit_standing_words(each, language))], [each.reason])
                    for each in earlier
                ],
            )
            if earlier
            else []
        ),
        *ways,
    ]


def _listed(reads: WallReads, quarter: Quarter | None, number: int) -> Listing | None:
    found = reads.listings(quarter) if quarter else ()
    return next((one for one in found if one.unit_id == number), None)


def _head(above: str, name: str, below: str) -> list[Any]:
    return [
        html.Div([html.Small(above), html.H2(name), html.Small(below)], className="brief-card-head"),
    ]


def _section(what: str, body: Any, language: Language) -> list[Any]:
    return _named(say(f"wall.card.{what}", language), list(body))


def _named(title: str, body: list[Any]) -> list[Any]:
    return [html.H3(title), html.Div(body, className="brief-rows")]


def _trend(trend: Trend, language: Language) -> list[Any]:
    """The months as a picture, with what is read from it in words."""
    months = trend.months
    if not months:
        return []
    most = max(months, key=lambda one: one.count)
    words = say(
        "brief.card.trend", language, first=f"{months[0].month:%Y-%m}", last=f"{months[-1].month:%Y-%m}",
        most=f"{most.month:%Y-%m}", count=grouped(most.count),
    )  # fmt: skip
    broken = (
        say("boundaries.break_word", language) if any(months[0].month <= one for one in trend.breaks) else ""
    )
    picture = trend_picture(months, LIGHT, highlight=trend.period, breaks=trend.breaks)
    return [
        html.H3(say("wall.card.trend", language)),
        html.Img(src=picture, alt=words, className="brief-trend"),
        note(" · ".join(filter(None, (words, broken and f"┆ {broken}")))),
    ]


def _categories(card: AreaCard, language: Language) -> list[Any]:
    hidden = hidden_categories(card)
    shown = [pair for pair in card.categories if pair[1]]
    top = max((count for _, count in shown), default=0) or 1
    unit = say("brief.unit.count", language)
    return [
        row(
            [
                html.Span(say(f"category.{category}", language)),
                html.B(count_words(count, category in hidden, language)),
                unit,
            ],
            [],
            # A bar as long as a hidden count would tell it.
            share=0 if category in hidden else count / top,
        )
        for category, count in shown
    ]


def _answering(leaders: tuple[Leader, ...], asked: Asked, language: Language) -> list[Any]:
    if not leaders:
        return [note(say("wall.card.no_leader", language))]
    return [
        row(
            [html.Span(leader.label)],
            [leader.post if leader.name else ""],
            href=asked.open(Subject.LEADER, leader.id),
        )
        for leader in leaders
    ]


def _listing(card: AreaCard, asked: Asked, language: Language) -> list[Any]:
    one = card.listing
    ways = (
        [way(say("brief.card.unit_page", language), card_address(card.area.code))]
        if card.area.level in MAP_LEVELS
        else []
    )
    if one is None:
        return [note(say("wall.card.not_listed", language)), *ways]
    return [
        row(
            [chip(one.state, say(f"listing_state.{one.state}", language)), standing_words(one, language)],
            [one.reason],
            href=asked.address(quarter=one.quarter, card=(Subject.UNIT, one.unit_id)),
        ),
        *ways,
    ]


def _units(card: LeaderCard, asked: Asked, language: Language) -> list[Any]:
    return [_unit_row(unit, asked, language) for unit in card.units]


def _unit_row(unit: LeaderUnit, asked: Asked, language: Language) -> Any:
    listing = unit.listing
    mark = chip(listing.state, unit_standing_words(listing, language)) if listing else None
    return row(
        [html.Span(unit.unit_name), mark, html.B(cases_words(unit.cases, language))],
        [say(f"assignment_kind.{unit.kind}", language)],
        href=asked.open(Subject.AREA, unit.area_id) if unit.area_id else None,
    )
