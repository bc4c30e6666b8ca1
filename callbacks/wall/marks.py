"""Small marks that panels share: a number with its unit and definition, a change, a legend, an opener."""

from __future__ import annotations

from typing import Any

from dash import html

from callbacks.wall.state import Card
from callbacks.wall.told import told_measure
from grid.areas import Level
from grid.measures import Measure
from layers.legends import Legend, LegendEntry, RampLegend
from layers.numbers import grouped
from layers.words import Language, say

OPENS = "data-card"
"""The card that an element opens, as an address names it."""


def definition_mark(text: str, language: Language) -> Any:
    """Return the ⓘ that opens a definition on click, tap or keyboard."""
    summary = html.Summary("ⓘ", title=say("wall.definition", language))
    return html.Details([summary, html.Div(text, className="wall-definition")], className="wall-mark")


def figure(measure: Measure, language: Language, *, level: Level = Level.CITY) -> Any:
    """Return a measure as shown: label, number, unit, n, period, changes; small cells hidden below towns."""
    told = told_measure(measure, language, level=level)
    number = html.Span(told.number, className="wall-number")
    unit = html.Span(told.unit, className="wall-unit") if told.unit else None
    return html.Div(
        [
            html.Div(
                [html.Span(told.name), definition_mark(told.definition, language)], className="wall-label"
            ),
            html.Div(
                [
                    number,
                    unit,
                    html.Span([html.Span(told.n), html.Span(told.period)], className="wall-aside"),
                ],
                className="wall-value",
            ),
            html.Div([_change(*one) for one in told.changes] or None, className="wall-changes"),
        ],
        className=f"wall-figure of-{measure.code}",
    )


def open_button(children: Any, card: Card, class_name: str) -> Any:
    """Return an element that opens a card by click, tap or Enter (``assets/wall.js``)."""
    named: Any = {OPENS: str(card)}
    return html.Button(children, className=class_name, **named)


def row(children: Any, card: Card | None) -> Any:
    """Return a list's row, a button where there is a card to open."""
    if card is None:
        return html.Div(children, className="wall-row")
    return open_button(children, card, "wall-row")


def legend_block(legend: Legend) -> Any:
    """Return a legend with its unit and how it was made."""
    body = _ramp(legend.ramp) if legend.ramp else [_entry(entry) for entry in legend.entries]
    note = html.Div(legend.note, className="wall-small") if legend.note else None
    return html.Div(
        [html.Div(legend.title, className="wall-legend-title"), *body, note], className="wall-legend"
    )


def plain_note(text: str) -> Any:
    """Return what a visitor should know, with nothing to do about it."""
    return html.Div(html.P(text), className="wall-first-step wall-aware")


def command_note(text: str, command: str) -> Any:
    """Return what to do first, with the command that does it."""
    return html.Div([html.P(text), html.Code(command)], className="wall-first-step")


def _change(against: str, words: str) -> Any:
    if not against:
        return html.Span(words)
    return html.Span([html.Span(against, className="wall-dim"), f" {words}"])


def _entry(entry: LegendEntry) -> Any:
    count = None if entry.count is None else html.B(grouped(entry.count))
    sample = html.I(className=f"wall-swatch {entry.swatch}", style={"color": entry.colour})
    return html.Div([sample, html.Span(entry.text), count], className="wall-legend-entry")


def _ramp(ramp: RampLegend) -> list[Any]:
    bar = html.Div(
        className="wall-ramp", style={"background": f"linear-gradient(90deg, {', '.join(ramp.colours)})"}
    )
    return [bar, html.Div([html.Span(tick) for tick in ramp.ticks], className="wall-ramp-ticks")]
