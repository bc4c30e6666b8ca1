"""The page of all units: what is asked for, whether it is frozen, the table, and one number's meaning."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Any

from dash import dcc, html

from callbacks.frame import definition, desk, labelled, message, trouble
from callbacks.tools import Tools
from callbacks.units.asked import EXPORT_PATH, PAGE_PATH, Asked
from callbacks.units.ids import Id
from callbacks.units.panel import opened_panel, panel
from callbacks.units.quarters import quarter_words
from callbacks.units.table import table_card
from callbacks.units_map import MapAsked, view_tabs
from grid.league import LONGEST_SEARCH, League, UnitGroup
from grid.listings import Quarter
from grid.matters import Category
from grid.rectification.ranking import Ranking
from grid.refusals import Refused
from layers.numbers import in_city_time, span
from layers.words import Language, say


def page(tools: Tools, asked: Asked) -> Any:
    """Return the page for a state."""
    language, principal = tools.language, tools.principal()
    port, city, current = tools.store.units(principal), None, None
    quarters: tuple[Quarter, ...] = ()
    try:
        city = port.city()
        current, quarters = Quarter.of(city.today), port.quarters()
        league = port.league(asked.question(current))
        body = _found(league, asked, language)
        beside = opened_panel(port, asked, current, principal.role, language)
    except Refused as refused:
        body, beside = [trouble(refused, language), _again(asked, language)], None
    tabs = view_tabs(MapAsked(quarter=asked.quarter), language)
    parts = [tabs, _filters(asked, current, quarters, language), *body, panel(beside, language)]
    return desk(tools, city, "units", [*parts, dcc.Store(id=Id.ASKED)], class_name="office units")


def _found(league: League, asked: Asked, language: Language) -> list[Any]:
    if not league.ranking.rows:
        return [message(say("units.empty.title", language), say("units.empty.none", language))]
    return [_state(league, asked, language), table_card(league, asked, language), _keys(language)]


def _filters(asked: Asked, current: Quarter | None, quarters: Sequence[Quarter], language: Language) -> Any:
    """A form that the browser itself sends: what is asked for stands in the address."""
    kept = {"sort": asked.sort, "dir": "desc" if asked.descending else "asc"}
    clear = dcc.Link(say("register.clear", language), href=PAGE_PATH, className="office-clear")
    send = html.Button(say("units.filter.send", language), type="submit", className="office-button")
    fields = [
        _quarters(asked.quarter or current, quarters, language),
        _chosen("group", "units.level", UnitGroup, asked.group, language),
        _chosen("category", "category", Category, asked.category, language),
        _typed("search", asked.search, "search", language),
        _typed("since", asked.since, "date", language),
        _typed("until", asked.until, "date", language),
        *(dcc.Input(type="hidden", name=name, value=value) for name, value in kept.items()),
        html.Div([send, clear if asked.is_filtered else None], className="office-send"),
        html.A(
            say("units.export", language),
            href=asked.address(EXPORT_PATH),
            className="office-button units-export",
        ),
    ]
    return html.Form(
        fields,
        # Made anew for each state: a browser keeps what was chosen in a select that it knows.
        key=asked.address(),
        action=PAGE_PATH,
        method="get",
        className="office-card units-filters",
        **labelled(say("register.filters", language)),
    )


def _quarters(chosen: Quarter | None, quarters: Sequence[Quarter], language: Language) -> Any:
    offered = sorted({*quarters, *([chosen] if chosen else [])}, reverse=True)
    options = [
        html.Option(quarter_words(one, language), value=str(one), selected=one == chosen) for one in offered
    ]
    select = html.Select(options, name="quarter", className="office-input")
    return _field("quarter", select, language)


def _chosen(
    name: str, words: str, choices: Iterable[StrEnum], chosen: StrEnum | None, language: Language
) -> Any:
    options = [html.Option(say("register.any", language), value="", selected=chosen is None)]
    options += [
        html.Option(say(f"{words}.{one}", language), value=one.value, selected=one is chosen)
        for one in choices
    ]
    return _field(name, html.Select(options, name=name, className="office-input"), language)


def _typed(name: str, value: str, kind: Any, language: Language) -> Any:
    hint = say("units.filter.search_hint", language) if name == "search" else None
    field = dcc.Input(
        name=name,
        value=value,
        type=kind,
        maxLength=LONGEST_SEARCH,
        className="office-input",
        autoComplete="off",
        placeholder=hint,
    )
    return _field(name, field, language)


def _field(name: str, field: Any, language: Language) -> Any:
    words = html.Span(say(f"units.filter.{name}", language))
    return html.Label([words, field], className=f"office-field units-field-{name}")


def _state(league: League, asked: Asked, language: Language) -> Any:
    """Say whether the numbers are frozen or live, of which days, by which scheme."""
    ranking, question = league.ranking, league.question
    is_frozen = ranking.is_frozen and question.is_ranked
    key = "frozen" if is_frozen else "live"
    badge = html.B(say(f"units.{key}", language), className=f"units-kept units-kept-{key}")
    facts = [span(question.days.since, question.days.until), say("units.as_of", language, day=ranking.as_of)]
    if question.is_ranked:
        facts.append(say("units.scheme", language, name=ranking.scheme.name, version=ranking.scheme.version))
    else:
        facts.append(say("units.figures_only", language))
    told = [badge, html.Span(" · ".join(facts))]
    told += (
        [_seal(ranking, language)] if is_frozen else [definition(say("units.live_means", language), language)]
    )
    marks = [html.P(told, className="units-state-line"), _legend(asked, league, language)]
    if ranking.with_visits:
        marks.append(html.P(say("units.with_visits", language), className="units-broken"))
    return html.Div(marks, className="units-bar")


def _seal(ranking: Ranking, language: Language) -> Any:
    """The frozen quarter's revision, with the whole checksum one click away."""
    short = say("units.seal", language, revision=ranking.revision, checksum=(ranking.checksum or "")[:12])
    taken = in_city_time(ranking.taken_at) if ranking.taken_at else "—"
    whole = say("units.seal_whole", language, checksum=ranking.checksum, at=taken)
    return html.Details([html.Summary(short), html.Code(whole)], className="units-seal")


def _legend(asked: Asked, league: League, language: Language) -> Any:
    rank = say("units.rank_means", language) if league.question.is_ranked else ""
    n = league.ranking.scheme.minimum_n
    words = [say("units.legend.bar", language), say("units.legend.missed", language)]
    words.append(say("units.legend.too_few", language, n=n))
    return html.P([rank, *(html.Span(word) for word in words)], className="office-muted units-legend")


def _keys(language: Language) -> Any:
    return html.P(say("units.keys", language), className="office-muted units-keys")


def _again(asked: Asked, language: Language) -> Any:
    # A link of the browser's own: one of Dash's to the address that is open already does nothing.
    again = html.A(say("register.trouble.again", language), href=asked.address(page=asked.page))
    clear = dcc.Link(say("register.clear", language), href=PAGE_PATH) if asked.is_filtered else None
    return html.P([again, clear], className="matters-again")
