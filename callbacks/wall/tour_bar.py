"""The wall's tour bar: which scene is shown, for how long, and the way on; ``assets/tour.js`` fills it."""

from __future__ import annotations

from typing import Any

from dash import html

from layers.words import Language, say

_BUTTONS = ("first", "previous", "pause", "next", "stop")


def tour_bar(language: Language) -> Any:
    """Return the bar, with nothing played yet."""

    def button(what: str) -> Any:
        words: Any = {"data-tour": what}
        return html.Button(say(f"tour.bar.{what}", language), className=f"tour-button tour-{what}", **words)

    words: Any = {
        f"data-{name.replace('_', '-')}": say(f"tour.bar.{name}", language, n="{n}", m="{m}", s="{s}")
        for name in ("pause", "resume", "count", "left", "waits", "choice", "unknown")
    }
    shown = [
        html.Span(className="tour-count"),
        html.B(className="tour-title"),
        html.Span(className="tour-left"),
        html.Span(say("tour.bar.paused", language), className="tour-paused", role="status", hidden=True),
        html.Span(className="tour-choice"),
    ]
    run = html.Div(
        [
            html.Div(shown, className="tour-shown"),
            html.Div([button(one) for one in _BUTTONS], className="tour-buttons"),
        ],
        className="tour-run",
    )
    progress = html.Div(html.I(), className="tour-progress")
    name: Any = {"aria-label": say("tour.bar.name", language)}
    return html.Section(
        [button("start"), run, progress], id="wall-tour", className="tour-bar", **words, **name
    )
