"""What a number means, beside the table: its counts, its definition, another version's, and its matters."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from dash import html

from callbacks.access.screens import Screen, may_open
from callbacks.frame import labelled, trouble
from callbacks.units.asked import Asked, FigureAsked
from callbacks.units.ids import Id
from callbacks.units.marks import interval_words, percent, points_mark, rate_words, target_words
from callbacks.units.matters import matters_part
from grid.indicators.definitions import Definition, Part
from grid.indicators.figures import Figure
from grid.league import LeagueQuestion
from grid.listings import Quarter
from grid.ports import UnitDesk
from grid.principals import Role
from grid.refusals import Refused
from grid.unit_card import FigureQuestion, OpenedFigure
from layers.numbers import grouped, span
from layers.words import Language, say


def opened_panel(desk: UnitDesk, asked: Asked, current: Quarter, role: Role, language: Language) -> Any:
    """Return what stands in the panel for a state, nothing where no number is opened."""
    if asked.opened is None:
        return None
    try:
        league = asked.question(current)
        found = desk.figure(_question(asked.opened, league))
    except Refused as refused:
        return [_close(asked, language), trouble(refused, language)]
    return [_close(asked, language), *_told(found, league, asked, role, language)]


def panel(children: Any, language: Language) -> Any:
    """Return the panel's place; empty it takes no room."""
    return html.Aside(
        children, id=Id.PANEL, className="units-panel", **labelled(say("units.panel.title", language))
    )


def _question(opened: FigureAsked, league: LeagueQuestion) -> FigureQuestion:
    return FigureQuestion(
        opened.code, opened.indicator, league, opened.version, opened.against, page=opened.page
    )


def _close(asked: Asked, language: Language) -> Any:
    words = html.Span("×", **labelled(say("units.panel.close", language)))
    return html.A(
        words, href=asked.open_figure(None), className="units-close", title=say("units.panel.close", language)
    )


def _told(
    found: OpenedFigure, league: LeagueQuestion, asked: Asked, role: Role, language: Language
) -> list[Any]:
    return [
        html.P(found.subject.name, className="units-panel-unit"),
        html.H2(indicator_name(found.definition, language)),
        _number(found, league, language),
        _compared(found, language),
        _definition(found.definition, language),
        _versions(found, asked, language),
        matters_part(found, asked, sees=may_open(role, Screen.MATTERS), language=language),
    ]


def indicator_name(definition: Definition, language: Language) -> str:
    """Return an indicator's name."""
    return say(definition.words(Part.NAME), language)


def _number(found: OpenedFigure, league: LeagueQuestion, language: Language) -> Any:
    figure = found.figure
    counts = say("units.of", language, met=grouped(figure.numerator), n=grouped(figure.denominator))
    lines = [
        interval_words(figure, language),
        target_words(figure, language),
        say(f"units.standing.{figure.standing}", language),
    ]
    period = span(league.days.since, league.days.until)
    as_of = say("units.as_of", language, day=found.as_of.isoformat())
    kept = say("units.frozen_short" if found.is_frozen else "units.live_short", language)
    return html.Div(
        [
            html.P([html.B(rate_words(figure)), html.Span(counts)], className="units-panel-rate"),
            html.P(
                " · ".join(line for line in lines if line),
                className=f"units-panel-line units-{figure.standing}",
            ),
            html.P(f"{kept} · {period} · {as_of}", className="office-muted"),
        ]
    )


def _compared(found: OpenedFigure, language: Language) -> Any:
    """环比 and 同比, or why there is none."""
    figure = found.figure
    if figure.is_broken:
        return html.P(say("units.broken", language), className="units-broken")
    pairs = [("previous", figure.previous), ("year_before", figure.year_before)]
    cells = []
    for name, before in pairs:
        # A frozen number stands beside frozen ones alone.
        is_missing = found.is_frozen and before is None
        told: Any = say("units.compared.not_frozen", language) if is_missing else None
        mark = told or points_mark(figure.rate, before, language)
        cells.append(html.Div([html.Dt(say(f"units.compared.{name}", language)), html.Dd(mark)]))
    return html.Dl(cells, className="units-pairs units-compared")


def _definition(definition: Definition, language: Language) -> Any:
    title = say("units.definition.title", language, version=definition.version)
    rows = [html.Div([html.Dt(word), html.Dd(text)]) for word, text in definition_pairs(definition, language)]
    return html.Section(
        [html.H3(title), html.Dl(rows, className="units-pairs")], className="units-definition"
    )


def definition_pairs(definition: Definition, language: Language) -> Iterable[tuple[str, str]]:
    """Return what a definition says, part by part, each with its word."""
    for part in Part:
        if part is not Part.NAME:
            yield (
                say(f"units.definition.{part}", language),
                say(definition.words(part), language, **definition.facts),
            )
    yield say("units.definition.unit", language), say(f"measure_unit.{definition.unit}", language)
    aim = "—" if definition.target is None else percent(definition.target)
    yield say(f"units.definition.target_{definition.better}", language), aim
    yield say("units.definition.minimum", language), str(definition.minimum_n)
    since = definition.valid_from
    yield (
        say("units.definition.since", language),
        since.isoformat() if since else say("units.definition.offered", language),
    )


def _versions(found: OpenedFigure, asked: Asked, language: Language) -> Any:
    """Ways to the other versions; the one chosen stands beside this one, word for word, with both results."""
    others = [one for one in found.versions if one.version != found.definition.version]
    if not others or asked.opened is None:
        return None
    opened = asked.opened
    links = [
        html.A(
            say("units.versions.against", language, version=one.version),
            href=asked.open_figure(replace(opened, against=one.version, page=1)),
            className="office-button units-follow",
        )
        for one in others
        if found.against is None or one.version != found.against[0].version
    ]
    alone = asked.open_figure(replace(opened, against=None))
    beside = _beside(found, found.against, alone, language) if found.against else None
    return html.Section(
        [
            html.H3(say("units.versions.title", language)),
            beside,
            html.P(links, className="units-version-links"),
        ],
        className="units-versions",
    )


def _beside(
    found: OpenedFigure, against: tuple[Definition, Figure], alone_at: str, language: Language
) -> Any:
    other, figure = against
    mine, others = dict(definition_pairs(found.definition, language)), dict(definition_pairs(other, language))
    heads = [html.Th(say("units.versions.version", language, version=one.version), scope="col")
             for one in (found.definition, other)]  # fmt: skip
    result = say("units.versions.result", language)
    lines = [_result_row(result, found.figure, figure, language)]
    words = list(dict.fromkeys((*mine, *others)))
    lines += [_pair_row(word, mine.get(word, "—"), others.get(word, "—")) for word in words]
    table = html.Table(
        [html.Thead(html.Tr([html.Td(), *heads])), html.Tbody(lines)], className="units-beside"
    )
    alone = html.A(
        say("units.versions.alone", language),
        href=alone_at,
        className="units-follow",
    )
    return html.Div([table, alone])


def _result_row(word: str, one: Figure, other: Figure, language: Language) -> Any:
    cells = [
        html.Td(
            [
                html.B(rate_words(figure)),
                html.Small(f"{grouped(figure.numerator)} / {grouped(figure.denominator)}"),
            ]
        )
        for figure in (one, other)
    ]
    return html.Tr([html.Th(word, scope="row"), *cells], className="units-result")


def _pair_row(word: str, one: str, other: str) -> Any:
    return html.Tr(
        [html.Th(word, scope="row"), html.Td(one), html.Td(other)],
        className="" if one == other else "units-differs",
    )
