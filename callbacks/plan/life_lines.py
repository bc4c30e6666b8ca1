"""Who covered a unit on a day, and over the years; what a leader answered for over the years."""

from __future__ import annotations

from datetime import date
from typing import Any

from dash import dcc, html

from callbacks.dropdowns import dropdown_words
from callbacks.frame import labelled
from callbacks.plan.life_ids import LifeId
from callbacks.plan.life_panels import Scene
from grid.coverage import UnitKind
from grid.planning.history import CoverSpan, covered_on, leader_line, unit_line
from layers.plan_life_words import holders_words, span_words


def ask_card(scene: Scene) -> Any:
    """Return the question of who covered a unit on a day, with an answer to begin with."""
    units = sorted(scene.history.units, key=lambda one: (one.kind is UnitKind.DEPARTMENT, one.id))
    first = units[0].id if units else None
    kind: Any = "date"
    words = dropdown_words(scene.language)
    unit = dcc.Dropdown(
        [{"label": one.name, "value": one.id} for one in units],
        first,
        id=LifeId.ASKED_UNIT,
        clearable=False,
        labels=words,
    )
    day = dcc.Input(
        id=LifeId.ASKED_DAY, type=kind, value=scene.history.today.isoformat(), className="office-input"
    )
    leader = dcc.Dropdown(
        [{"label": one.label, "value": one.id} for one in scene.history.leaders],
        None,
        id=LifeId.ASKED_LEADER,
        labels=words,
    )
    return html.Section(
        [
            html.H2(scene.say("plan_life.ask.title")),
            html.Div(
                [
                    _field(scene.say("plan_life.ask.unit"), unit),
                    html.Label([html.Span(scene.say("plan_life.ask.day")), day], className="office-field"),
                ],
                className="life-ask",
            ),
            html.Div(
                answer(scene, first, scene.history.today) if first else None, id=LifeId.ANSWER, role="status"
            ),
            html.Div(_field(scene.say("plan_life.ask.leader"), leader), className="life-ask"),
            html.Div(id=LifeId.LEADER_LINE, role="status"),
        ],
        className="office-card",
        **labelled(scene.say("plan_life.ask.title")),
    )


def answer(scene: Scene, unit_id: int, on: date) -> list[Any]:
    """Return who covered a unit on a day, by which plan, and the unit's line of leaders."""
    names, cover = scene.names, covered_on(scene.history, unit_id, on)
    facts = {"day": on.isoformat(), "unit": names.unit(unit_id)}
    if cover.plan is None:
        said = scene.say("plan_life.ask.no_plan", **facts)
    elif not cover.rows:
        said = scene.say("plan_life.ask.left_out", plan=cover.plan.name, **facts)
    else:
        by_towns = any(row.unit_id != cover.by_unit_id for row in cover.rows)
        who = holders_words(cover.rows, names, with_units=by_towns)
        said = scene.say("plan_life.ask.answer", who=who, plan=cover.plan.name, **facts)
        if cover.by_unit_id != unit_id:
            said += scene.say("plan_life.ask.by_county", county=names.unit(cover.by_unit_id))
    line = [_unit_span(one, scene) for one in reversed(unit_line(scene.history, unit_id))]
    return [html.P(said, className="life-answer"), html.Ol(line, className="life-line")]


def leader_answer(scene: Scene, leader_id: int) -> list[Any]:
    """Return what a leader answered for over the years, the latest first."""
    spans = leader_line(scene.history, leader_id)
    if not spans:
        return [html.P(scene.say("plan_life.ask.never", leader=scene.names.leader(leader_id)))]
    return [html.Ol([_leader_span(one, scene) for one in reversed(spans)], className="life-line")]


def _unit_span(one: CoverSpan, scene: Scene) -> Any:
    nobody = scene.say("plan_life.ask.nobody")
    who = holders_words(one.rows, scene.names) if one.rows else nobody
    return _span(one, who, scene)


def _leader_span(one: CoverSpan, scene: Scene) -> Any:
    said = (scene.say(f"plan_life.held.{row.kind}", unit=scene.names.unit(row.unit_id)) for row in one.rows)
    return _span(one, scene.say("plan_life.and").join(said), scene)


def _span(one: CoverSpan, what: str, scene: Scene) -> Any:
    plans = scene.say("plan_life.and").join(dict.fromkeys(plan.name for plan in one.plans))
    return html.Li(
        [
            html.Span(span_words(one.span, scene.language), className="life-days"),
            html.B(what),
            html.Span(plans, className="office-muted"),
        ]
    )


def _field(label: str, control: Any) -> Any:
    return html.Div([html.Span(label), control], className="office-field")
