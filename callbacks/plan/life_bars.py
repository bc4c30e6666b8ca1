"""Bars (不宜安排): which leaders may not be given which units, and the form by which planners say so."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import dcc, html

from callbacks.dropdowns import dropdown_words
from callbacks.frame import definition, labelled
from callbacks.plan.life_ids import LifeId, LifeKind, of_step
from callbacks.plan.life_panels import Scene
from grid.coverage import Bar, BarReason
from grid.planning.history import Span
from grid.planning.lifecycle import LONGEST_WORDS
from grid.principals import Role
from layers.plan_life_words import span_words
from layers.words import say


def bar_card(bars: Sequence[Bar], scene: Scene) -> Any:
    """Return the bars that hold or will hold, and for a planner the form of a new one."""
    form = _form(scene) if scene.role is Role.PLANNER else None
    return html.Section(
        [
            html.H2(
                [
                    scene.say("plan_life.bar.title"),
                    definition(scene.say("plan_life.bar.definition"), scene.language),
                ]
            ),
            html.Div(id=LifeId.BAR_PROBLEM, className="life-problem", role="alert"),
            html.Div(bar_list(bars, scene), id=LifeId.BARS),
            form,
        ],
        className="office-card",
        **labelled(scene.say("plan_life.bar.title")),
    )


def bar_list(bars: Sequence[Bar], scene: Scene) -> Any:
    """Return the bars one by one."""
    if not bars:
        return html.P(scene.say("plan_life.bar.none"), className="office-muted")
    return html.Ul([_row(one, scene) for one in bars], className="life-bars")


def _row(one: Bar, scene: Scene) -> Any:
    names = scene.names
    pair = scene.say("plan_life.bar.pair", leader=names.leader(one.leader_id), unit=names.unit(one.unit_id))
    lift = html.Button(
        scene.say("plan_life.bar.lift"),
        id=of_step(LifeKind.UNBAR, one.id),
        type="button",
        className="office-button",
    )
    return html.Li(
        [
            html.B(pair),
            html.Span(say(f"bar_reason.{one.reason}", scene.language), className="life-standing"),
            html.Span(span_words(Span(one.since, one.until), scene.language), className="office-muted"),
            html.Span(one.words),
            lift if scene.role is Role.PLANNER else None,
        ]
    )


def _form(scene: Scene) -> Any:
    kind: Any = "date"
    words = dropdown_words(scene.language)
    leaders = [{"label": one.label, "value": one.id} for one in scene.history.leaders]
    units = [{"label": one.name, "value": one.id} for one in scene.history.units]
    reasons = [{"label": say(f"bar_reason.{one}", scene.language), "value": one.value} for one in BarReason]
    controls = {
        "leader": dcc.Dropdown(leaders, id=LifeId.BAR_LEADER, labels=words),
        "unit": dcc.Dropdown(units, id=LifeId.BAR_UNIT, labels=words),
        "reason": dcc.Dropdown(
            reasons, BarReason.RECUSAL.value, id=LifeId.BAR_REASON, clearable=False, labels=words
        ),
        "words": dcc.Input(id=LifeId.BAR_WORDS, maxLength=LONGEST_WORDS, className="office-input"),
        "since": dcc.Input(
            id=LifeId.BAR_SINCE,
            type=kind,
            value=scene.history.today.isoformat(),
            className="office-input",
        ),
        "until": dcc.Input(id=LifeId.BAR_UNTIL, type=kind, className="office-input"),
    }
    fields = [
        _named(control)([html.Span(scene.say(f"plan_life.bar.{name}")), control], className="office-field")
        for name, control in controls.items()
    ]
    add = html.Button(
        scene.say("plan_life.bar.add"),
        id=LifeId.BAR_ADD,
        type="button",
        className="office-button office-primary",
    )
    return html.Details(
        [html.Summary(scene.say("plan_life.bar.new")), html.Div([*fields, add], className="life-bar-form")],
        className="life-more",
    )


def _named(control: Any) -> type[html.Div] | type[html.Label]:
    """Return what names a control: within a label, a drop-down would be pressed by a press on its options."""
    return html.Div if isinstance(control, dcc.Dropdown) else html.Label
