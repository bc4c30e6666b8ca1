"""Two lists: the suggested points with what each adds, and the villages that stay out of reach."""

from __future__ import annotations

from typing import Any

from dash import html

from callbacks.frame import definition, labelled
from grid.siting.answers import SitingAnswer, Suggested
from grid.siting.places import Village
from grid.siting.questions import Demand
from layers.siting_words import count_words, saved_words, step_share, way_words
from layers.words import Language, say

_MOST_GAPS = 100


def suggested_card(found: SitingAnswer, export: str, language: Language) -> Any:
    """Return the suggested points in the order of what each adds."""
    title = say("siting.list.suggested", language)
    goal = found.question.goal
    mark = definition(say(f"siting.list.suggested_definition.{goal}", language), language)
    file = html.A(say("siting.export.xlsx", language), href=export, className="office-button")
    head = html.Div([html.H2([title, mark]), file], className="siting-head")
    rows = [_suggested_row(one, found, language) for one in found.suggested]
    unit = say(f"siting.demand_unit.{found.question.demand}", language)
    heads = [
        html.Th(say("siting.head.number", language), scope="col", className="office-count"),
        html.Th(say("siting.head.village", language), scope="col"),
        html.Th(say(f"siting.head.gain.{goal}", language, unit=unit), scope="col", className="office-count"),
        html.Th(say(f"siting.head.after.{goal}", language), scope="col", className="office-count"),
    ]
    return html.Section([head, _table(heads, rows, title, language)], className="office-card")


def gaps_card(found: SitingAnswer, language: Language) -> Any:
    """Return the villages out of reach with the suggested points, the heaviest first."""
    gaps = found.gaps
    title = say("siting.list.gaps", language)
    mark = definition(say("siting.list.gaps_definition", language), language)
    unit = say(f"siting.demand_unit.{found.question.demand}", language)
    heads = [
        html.Th(say("siting.head.village", language), scope="col"),
        html.Th(say("siting.head.weight", language, unit=unit), scope="col", className="office-count"),
    ]
    served = found.places.served
    rows = [_gap_row(one, found, language if one.id in served else None) for one in gaps[:_MOST_GAPS]]
    more = len(gaps) - len(rows)
    note = (
        html.Small(say("siting.list.more", language, count=more), className="office-muted") if more else None
    )
    count = html.Small(say("siting.list.count", language, count=len(gaps)), className="office-muted")
    head = html.Div([html.H2([title, mark]), count], className="siting-head")
    return html.Section([head, _table(heads, rows, title, language), note], className="office-card")


def _suggested_row(one: Suggested, found: SitingAnswer, language: Language) -> Any:
    demand, way = found.question.demand, found.question.way
    told = _gain_words(one.gain, demand), step_share(one.covered, found.total, demand)
    if one.saved is not None:
        told = saved_words(one.saved, way, language), way_words(one.way, way, language)
    return html.Tr(
        [
            html.Td(html.Span(one.number, className="siting-number"), className="office-count"),
            html.Td(_name(one.village)),
            *(html.Td(words, className="office-count") for words in told),
        ]
    )


def _gain_words(gain: int, demand: Demand) -> str:
    """Return a gain with its sign; zero and what is withheld have none."""
    words = count_words(gain, demand)
    return f"+{words}" if words[0] in "123456789" else words


def _gap_row(village: Village, found: SitingAnswer, served: Language | None) -> Any:
    """One village; where it has a point of its own, beyond the radius, that is said in ``served``."""
    demand = found.question.demand
    weight = count_words(village.weight(demand), demand)
    own = html.Small(say("siting.list.own", served), className="siting-own") if served else None
    return html.Tr([html.Td([*_name(village), own]), html.Td(weight, className="office-count")])


def _name(village: Village) -> Any:
    county, town, name = village.path
    above = " · ".join(one for one in (county, town) if one)
    return [html.Span(name), html.Small(above, className="office-muted siting-above")]


def _table(heads: list[Any], rows: list[Any], title: str, language: Language) -> Any:
    if not rows:
        return html.P(say("siting.list.none", language), className="siting-none")
    table = html.Table(
        [html.Thead(html.Tr(heads)), html.Tbody(rows)],
        className="office-table siting-table",
        **labelled(title),
    )
    return html.Div(table, className="siting-scroll", tabIndex=0, role="region", **labelled(title))
