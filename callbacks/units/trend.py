"""A unit's indicators over eight quarters: a dot a quarter with its target and n, a gap where none is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from dash import html

from callbacks.frame import definition, labelled
from callbacks.units.asked import Asked, FigureAsked
from callbacks.units.marks import percent, points_mark, rate_words, rested_on
from callbacks.units.quarters import quarter_words
from grid.indicators.definitions import Part
from grid.indicators.definitions import definition as definition_of
from grid.indicators.figures import Figure
from grid.listings import Quarter
from grid.refusals import Refused
from grid.unit_card import UnitCard
from layers.numbers import grouped
from layers.words import Language, say

_LEAST_ROOM = 0.02
"""A row whose rates are all but the same is drawn over this much more than they are."""
_FLOOR, _CEILING = 14, 84
"""Heights in per cent of the plot between which dots lie, so that none touches a number."""


def trend_card(card: UnitCard, language: Language) -> Any:
    """Return the table of quarters by indicator, and the last quarter beside the one and the year before."""
    quarters = [quarter for quarter, _ in card.quarters]
    broken = _broken(quarters, card.breaks)
    heads = [html.Th(say("units.head.indicator", language), scope="col")]
    heads += [_head(quarter, quarter in broken, quarter == quarters[-1], language) for quarter in quarters]
    heads += [
        html.Th(say(f"units.compared.{name}", language), scope="col") for name in ("previous", "year_before")
    ]
    rows = [_row(code, card, broken, language) for code in _codes(card)]
    title = html.H2(
        [say("units.trend.title", language), definition(say("units.trend.means", language), language)]
    )
    table = html.Table(
        [html.Thead(html.Tr(heads)), html.Tbody(rows)],
        className="office-table units-trend",
        **labelled(say("units.trend.title", language)),
    )
    said = html.P(say("units.broken_columns", language), className="units-broken") if broken else None
    return html.Section([title, said, html.Div(table, className="units-scroll")], className="office-card")


def _codes(card: UnitCard) -> list[str]:
    return list(dict.fromkeys(one.indicator for _, found in card.quarters for one in found.figures))


def _broken(quarters: Sequence[Quarter], breaks: Sequence[date]) -> frozenset[Quarter]:
    """Return the quarters in which boundaries changed: what lies before is not comparable."""
    return frozenset(one for one in quarters for day in breaks if one.first_day <= day <= one.last_day)


def _head(quarter: Quarter, is_broken: bool, is_last: bool, language: Language) -> Any:
    mark = html.Small(say("units.break_mark", language)) if is_broken else None
    runs = html.Small(say("units.running", language)) if is_last else None
    name = quarter_words(quarter, language, short=True)
    return html.Th([name, mark, runs], scope="col", className="units-cut" if is_broken else "")


def _row(code: str, card: UnitCard, broken: frozenset[Quarter], language: Language) -> Any:
    figures = [(quarter, found.figure(code)) for quarter, found in card.quarters]
    low, high = _range([figure for _, figure in figures if figure is not None])
    cells = [
        _cell(card.subject.code, quarter, figure, (low, high), language, cut=quarter in broken)
        for quarter, figure in figures
    ]
    last = figures[-1][1]
    target = next(
        (one.target for _, one in reversed(figures) if one is not None and one.target is not None), None
    )
    aim = html.Small(say("units.target", language, target=percent(target))) if target is not None else None
    name = html.Th([_name(code, language), aim], scope="row")
    return html.Tr([name, *cells, *_compared(last, language)])


def _name(code: str, language: Language) -> str:
    try:
        return say(definition_of(code).words(Part.NAME), language)
    except Refused:
        # Frozen by a version of the program that knew it.
        return code


def _range(figures: Sequence[Figure]) -> tuple[float, float]:
    """Return the rates between which a row is drawn: its own dots and target, with some room."""
    rates = [one.rate for one in figures if one.rate is not None]
    rates += [one.target for one in figures if one.target is not None]
    if not rates:
        return 0.0, 1.0
    room = _LEAST_ROOM if max(rates) - min(rates) < _LEAST_ROOM else 0.0
    return min(rates) - room, max(rates) + room


def _cell(
    code: str,
    quarter: Quarter,
    figure: Figure | None,
    drawn: tuple[float, float],
    language: Language,
    *,
    cut: bool,
) -> Any:
    name = "units-cut" if cut else ""
    if figure is None or figure.rate is None:
        gap = html.Span("—", className="office-muted", title=say("units.standing.no_data", language))
        return html.Td(gap, className=f"units-gap {name}")
    style = {"--at": _share(figure.rate, drawn)}
    if figure.target is not None:
        style["--target"] = _share(figure.target, drawn)
    asked = Asked(quarter=quarter, opened=FigureAsked(code, figure.indicator))
    link = html.A(
        [
            html.B(rate_words(figure)),
            html.Span(
                html.I(),
                className="units-plot" + ("" if figure.target is None else " units-aimed"),
                style=style,
            ),
            html.Small(f"n {grouped(figure.denominator)}"),
        ],
        href=asked.open_figure(asked.opened),
        title=rested_on(figure, language),
        className=f"units-open units-dot units-{figure.standing}",
    )
    return html.Td(link, className=name)


def _share(rate: float, drawn: tuple[float, float]) -> str:
    low, high = drawn
    return f"{_FLOOR + (_CEILING - _FLOOR) * (rate - low) / (high - low):.1f}%"


def _compared(last: Figure | None, language: Language) -> list[Any]:
    if last is None:
        return [html.Td("—"), html.Td("—")]
    if last.is_broken:
        return [html.Td(say("units.break_mark", language), colSpan=2, className="units-broken")]
    return [html.Td(points_mark(last.rate, before, language)) for before in (last.previous, last.year_before)]
