"""Small marks that panels share: a number with its unit and definition, a change, a legend, an opener."""

from __future__ import annotations

from typing import Any

from dash import html

from callbacks.wall.ids import opener
from callbacks.wall.state import Card
from grid.areas import Level
from grid.measures import SMALL_CELL, Measure, MeasureUnit
from layers.legends import Legend, LegendEntry, RampLegend
from layers.numbers import change, grouped, measured, short_span
from layers.words import Language, say

SHARED_LEVELS = frozenset({Level.CITY, Level.COUNTY, Level.TOWN})
"""Levels at which a card may show any count; below them small ones are hidden."""


def definition_mark(text: str, language: Language) -> Any:
    """Return the ⓘ that opens a definition on click, tap or keyboard."""
    summary = html.Summary("ⓘ", title=say("wall.definition", language))
    return html.Details([summary, html.Div(text, className="wall-definition")], className="wall-mark")


def figure(measure: Measure, language: Language, *, level: Level = Level.CITY) -> Any:
    """Return a measure as shown: label, number, unit, n, period, changes; small cells hidden below towns."""
    shared = level in SHARED_LEVELS
    shown = measure if shared else _without_small_cells(measure)
    text = measured(shown) if shown is not None else None
    if shown is None and measure.unit is not MeasureUnit.PERCENT:
        text = hidden_text(language)
    number = html.Span(text or "—", className="wall-number")
    unit = html.Span(say(f"measure_unit.{measure.unit}", language), className="wall-unit") if text else None
    aside = [
        html.Span(_n_text(measure, language, shared=shared)),
        html.Span(short_span(measure.since, measure.until)),
    ]
    return html.Div(
        [
            html.Div(
                [
                    html.Span(say(f"measure.{measure.code}.name", language)),
                    definition_mark(say(f"measure.{measure.code}.definition", language), language),
                ],
                className="wall-label",
            ),
            html.Div([number, unit, html.Span(aside, className="wall-aside")], className="wall-value"),
            html.Div(_changes(measure, language) if shared else None, className="wall-changes"),
        ],
        className="wall-figure",
    )


def hidden_text(language: Language) -> str:
    """Return what stands for a small count on a shared view."""
    return say("wall.few", language, k=SMALL_CELL)


def open_button(children: Any, card: str, at: str, class_name: str) -> Any:
    """Return an element that opens a card by click, tap or Enter."""
    return html.Button(children, id=opener(card, at), className=class_name, n_clicks=0)


def row(children: Any, card: Card | None, at: str) -> Any:
    """Return a list's row, a button where there is a card to open."""
    if card is None:
        return html.Div(children, className="wall-row")
    return open_button(children, str(card), at, "wall-row")


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


def _without_small_cells(measure: Measure) -> Measure | None:
    """Return the measure, or none where it tells a small count; a percentage tells its part and the rest."""
    if measure.value is None:
        return measure
    if measure.unit is MeasureUnit.PERCENT:
        part = round(measure.value * measure.n / 100)
        told = [part, measure.n - part]
    else:
        told = [round(measure.value)]
    return None if any(0 < count < SMALL_CELL for count in told) else measure


def _n_text(measure: Measure, language: Language, *, shared: bool) -> str:
    if not shared and 0 < measure.n < SMALL_CELL:
        return say("wall.n", language, n=hidden_text(language))
    text = say("wall.n", language, n=grouped(measure.n))
    return text if measure.value is not None else f"{text} · {say('wall.too_few', language)}"


def _changes(measure: Measure, language: Language) -> list[Any]:
    compared = (("wall.compare_before", measure.before), ("wall.compare_year", measure.year_before))
    said = [
        html.Span(_change(key, measure, earlier, language))
        for key, earlier in compared
        if earlier is not None
    ]
    return said or [html.Span(say("wall.no_comparison", language))]


def _change(key: str, measure: Measure, earlier: float | None, language: Language) -> list[Any]:
    found = change(measure, earlier)
    label = html.Span(say(key, language), className="wall-dim")
    if found is None:
        return [label, " —"]
    direction, size = found
    if direction == 0:
        return [label, " " + say("wall.unchanged", language)]
    if measure.unit is MeasureUnit.PERCENT:
        size = say("wall.points", language, value=size)
    return [label, f" {'▲' if direction > 0 else '▼'} {size}"]


def _entry(entry: LegendEntry) -> Any:
    sample = html.I(className=f"wall-swatch {entry.swatch}", style={"color": entry.colour})
    return html.Div([sample, html.Span(entry.text)], className="wall-legend-entry")


def _ramp(ramp: RampLegend) -> list[Any]:
    bar = html.Div(
        className="wall-ramp", style={"background": f"linear-gradient(90deg, {', '.join(ramp.colours)})"}
    )
    return [bar, html.Div([html.Span(tick) for tick in ramp.ticks], className="wall-ramp-ticks")]
