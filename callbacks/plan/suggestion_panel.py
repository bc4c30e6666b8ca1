"""Layout of the suggestion panel: what is asked for, how the search stands, what it found."""

from __future__ import annotations

from typing import Any

from dash import dcc, html

from callbacks.frame import definition, labelled
from callbacks.plan.suggestion_ids import SuggestId
from layers.suggestion_chart import NOTHING_YET
from layers.words import Language, say

_LIVE: Any = {"aria-live": "polite"}
_FIELDS = (
    (SuggestId.CHANGES, 8, 0, 200),
    (SuggestId.HELPERS, 0, 0, 8),
    (SuggestId.SECONDS, 20, 1, 120),
    (SuggestId.TARGET, None, 0, 1_000_000),
)
"""What is asked for: what stands there first, the least and the most."""


def suggest_panel(language: Language) -> Any:
    """Return the panel as it stands before anything was asked for."""
    return html.Section(
        [
            dcc.Store(id=SuggestId.RUN),
            dcc.Store(id=SuggestId.REJECTED),
            dcc.Store(id=SuggestId.TRACE),
            dcc.Store(id=SuggestId.TICK),
            html.Div([_field(one, language) for one in _FIELDS], className="suggest-form"),
            html.Div(
                [
                    html.Button(
                        say("suggest.action.start", language), id=SuggestId.START, className="plan-save"
                    ),
                    html.Button(
                        say("suggest.action.stop", language),
                        id=SuggestId.STOP,
                        className="plan-tool",
                        disabled=True,
                    ),
                    html.Span(id=SuggestId.NOTICE, className="suggest-notice", role="status"),
                ],
                className="suggest-actions",
            ),
            html.P(say("suggest.hint", language), className="plan-hint suggest-hint"),
            html.P(say("suggest.stale", language), className="suggest-stale-note", role="status"),
            html.P(say("suggest.taken", language), className="suggest-taken-note", role="status"),
            html.Div(id=SuggestId.STANDING, className="suggest-standing", **_LIVE),
            html.Div(
                dcc.Graph(
                    id=SuggestId.CHART,
                    figure=NOTHING_YET,
                    config={"displayModeBar": False},
                    responsive=True,
                ),
                className="suggest-chart",
                role="figure",
                **labelled(say("suggest.chart.title", language)),
            ),
            html.Div(id=SuggestId.RESULT),
        ],
        id=SuggestId.PANEL,
        className="suggest",
        **labelled(say("suggest.title", language)),
    )


def _field(field: tuple[SuggestId, int | None, int, int], language: Language) -> Any:
    name, value, least, most = field
    key = name.value.removeprefix("plan-suggest-")
    box = dcc.Input(
        id=name,
        type="number",
        value=value,
        min=least,
        max=most,
        step=1,
        placeholder=say(f"suggest.field.{key}_empty", language) if value is None else "",
        className="suggest-input",
    )
    meaning = definition(say(f"suggest.definition.{key}", language), language)
    return html.Div(
        [
            html.Label(say(f"suggest.field.{key}", language), htmlFor=name),
            box,
            html.Span(say(f"suggest.unit.{key}", language), className="suggest-unit"),
            meaning,
        ],
        className=f"suggest-field suggest-field-{key}",
    )
