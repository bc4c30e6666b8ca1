"""One unit's page: where it stands, its open clocks, its listings with their steps, its quarters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import dcc, html

from callbacks.frame import definition, desk, labelled, trouble
from callbacks.tools import Tools
from callbacks.units.asked import Asked, StepForm, read_address, read_code, read_form
from callbacks.units.cases import cases_card
from callbacks.units.ids import Id
from callbacks.units.marks import change_mark, listing_mark
from callbacks.units.panel import opened_panel, panel
from callbacks.units.quarters import quarter_words
from callbacks.units.steps import listings_card
from callbacks.units.trend import trend_card
from grid.clocks.counts import ClockQuestion
from grid.listings import Quarter
from grid.principals import Role
from grid.refusals import Refused
from grid.register import SortColumn
from grid.unit_card import UnitCard
from layers.numbers import grouped
from layers.words import Language, say

_OWN_MATTERS = frozenset({Role.TOWN, Role.UNIT})
"""Roles whose register is that of their units."""
_OVERDUE = f"/matters?due={ClockQuestion.OVERDUE}&sort={SortColumn.DUE}&dir=asc"
CLOCKS = ("overdue", "due_in_3", "due_in_7", "open", "paused")


def card_page(tools: Tools, raw_code: object, query: Mapping[str, object]) -> Any:
    """Return the page of a unit for the rest of its address."""
    language, principal = tools.language, tools.principal()
    port, city = tools.store.units(principal), None
    asked, form = read_address(query), read_form(query)
    back = dcc.Link(
        say("units.back", language), href=Asked(quarter=asked.quarter).address(), className="units-back"
    )
    try:
        city = port.city()
        code = read_code(raw_code)
        if not code:
            raise Refused("subject_unknown")
        card = port.card(code)
        beside = opened_panel(port, asked, Quarter.of(city.today), principal.role, language)
        body = _found(tools, card, form, language)
    except Refused as refused:
        body, beside = [trouble(refused, language)], None
    parts = [back, *body, panel(beside, language), dcc.Store(id=Id.ASKED)]
    return desk(tools, city, "units", parts, class_name="office units unit")


def _found(tools: Tools, card: UnitCard, form: StepForm | None, language: Language) -> list[Any]:
    listings = html.Div(listings_card(card, form, language), id=Id.LISTINGS)
    left = html.Div([_clocks(card, tools.principal().role, language), cases_card(tools, card)])
    columns = html.Div([left, listings], className="unit-columns")
    return [_head(card, language), columns, trend_card(card, language)]


def _head(card: UnitCard, language: Language) -> Any:
    level = say(f"units.level.{card.subject.level or 'department'}", language)
    names: list[Any] = [html.H2(card.subject.name), html.Span(level, className="office-muted")]
    current = next((one.record.state for one in card.listings), None)
    if current is not None:
        names.append(listing_mark(current, language))
    parts = [html.Div(names, className="unit-names"), _rank(card, language), _leader(card, language)]
    return html.Section(parts, className="office-card unit-head")


def _rank(card: UnitCard, language: Language) -> Any:
    row, ranking = card.row, card.ranking
    if row is None or ranking is None:
        return html.P(say("units.no_rank_yet", language), className="office-muted")
    kept = say("units.frozen" if ranking.is_frozen else "units.live", language)
    quarter = quarter_words(ranking.quarter, language)
    told: list[Any] = [html.Span(f"{quarter} · {kept}", className="office-muted")]
    if row.rank is None:
        key = "no_rank" if row.score is None else "rank_when_frozen"
        told.append(html.B(say(f"units.{key}", language, n=ranking.scheme.minimum_n)))
    else:
        told += [html.B(say("units.rank_is", language, rank=row.rank)), change_mark(row, language)]
        told.append(definition(say("units.rank_means", language), language))
    if row.score is not None:
        told.append(html.B(say("units.score_is", language, score=f"{row.score:.1f}")))
    if ranking.with_visits:
        told.append(html.Span(say("units.with_visits", language), className="units-broken"))
    return html.P(told, className="unit-rank")


def _leader(card: UnitCard, language: Language) -> Any:
    if card.leaders is None:
        return None
    names = "、".join(card.leaders) or say("units.nobody", language)
    return html.P(say("units.answers", language, names=names), className="unit-leader")


def _clocks(card: UnitCard, role: Role, language: Language) -> Any:
    """Return the unit's open clocks as figures; those late first."""
    title = html.H2(
        [say("units.clocks.title", language), definition(say("units.clocks.means", language), language)]
    )
    if card.clocks is None:
        return html.Section(
            [title, html.P(say("units.clocks.none", language))], className="office-card unit-clocks"
        )
    cells = [
        html.Div(
            [html.Dt(say(f"units.clocks.{name}", language)), html.Dd(grouped(getattr(card.clocks, name)))],
            className=f"unit-clock unit-clock-{name}"
            + ("" if getattr(card.clocks, name) else " unit-clock-zero"),
        )
        for name in CLOCKS
    ]
    as_of = say("units.as_of", language, day=card.as_of.isoformat())
    foot: list[Any] = [as_of]
    if card.clocks.provisional:
        words = say("units.clocks.provisional", language, n=grouped(card.clocks.provisional))
        foot.append(html.Span(words, className="units-provisional"))
    link = None
    if role in _OWN_MATTERS:
        link = html.A(say("units.clocks.open_list", language), href=_OVERDUE)
    return html.Section(
        [title, html.Dl(cells, className="unit-clock-figures"), html.P(foot, className="office-muted"), link],
        className="office-card unit-clocks",
        **labelled(say("units.clocks.title", language)),
    )
