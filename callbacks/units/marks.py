"""Small marks of the units' pages: a rate, its change, its interval in words, a rank's change, a listing."""

from __future__ import annotations

from typing import Any

from dash import html

from grid.indicators.figures import Figure
from grid.listings import ListingState
from grid.rectification.ranking import RankedUnit
from layers.numbers import decimal, grouped
from layers.words import Language, say

_HIDDEN: Any = {"aria-hidden": "true"}
_WAYS = {1: ("▲", "up"), -1: ("▼", "down"), 0: ("＝", "same")}


def percent(rate: float) -> str:
    """Return a rate with one digit; what is not quite all or nothing never reads as 100 % or 0 %."""
    shown = round(100 * rate, 1)
    if shown == 100 and rate < 1:
        shown = 99.9
    if shown == 0 and rate > 0:
        shown = 0.1
    return f"{decimal(shown)}%"


def rate_words(figure: Figure) -> str:
    """Return a figure's rate, a dash where nothing is counted."""
    return "—" if figure.rate is None else percent(figure.rate)


def interval_words(figure: Figure, language: Language) -> str:
    """Return Wilson's interval in words, empty without one."""
    if figure.interval is None:
        return ""
    low, high = figure.interval
    return say("units.interval", language, low=percent(low), high=percent(high))


def rested_on(figure: Figure, language: Language) -> str:
    """Return in one line what a number rests on: counts, interval, target and how it stands."""
    parts = [
        say("units.of", language, met=grouped(figure.numerator), n=grouped(figure.denominator)),
        interval_words(figure, language),
        target_words(figure, language),
        say(f"units.standing.{figure.standing}", language),
    ]
    return " · ".join(part for part in parts if part)


def target_words(figure: Figure, language: Language) -> str:
    """Return a figure's target in words, empty where it has none."""
    if figure.target is None:
        return ""
    return say("units.target", language, target=percent(figure.target))


def points_mark(now: float | None, before: float | None, language: Language) -> Any:
    """Return a change in percentage points as an arrow, a word and a number; a dash where there is none."""
    if now is None or before is None:
        return html.Span("—", className="office-muted")
    points = round(100 * (now - before), 1)
    arrow, word = _WAYS[(points > 0) - (points < 0)]
    text = say(f"units.points.{word}", language, points=decimal(abs(points)))
    return html.Span([html.Span(arrow, **_HIDDEN), " ", text], className="units-way")


def change_mark(row: RankedUnit, language: Language) -> Any:
    """Return by how many places a unit rose or fell since the quarter before."""
    if row.rank is None:
        return None
    if row.better_by is None:
        return html.Small(say("units.change.new", language), className="office-muted")
    arrow, word = _WAYS[(row.better_by > 0) - (row.better_by < 0)]
    text = say(f"units.change.{word}", language, places=abs(row.better_by))
    return html.Span([html.Span(arrow, **_HIDDEN), " ", text], className=f"units-way units-way-{word}")


def listing_mark(state: ListingState | None, language: Language) -> Any:
    """Return a listing's state as a shape and a word, a dash for none."""
    if state is None:
        return html.Span("—", className="office-muted")
    words: list[Any] = [
        html.Span(className="units-shape", **_HIDDEN),
        say(f"listing_state.{state}", language),
    ]
    return html.Span(words, className=f"units-state units-state-{state}")
