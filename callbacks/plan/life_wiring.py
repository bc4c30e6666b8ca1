"""What is done on the page of a plan's life: steps, questions of who covered, bars."""

from __future__ import annotations

from typing import Any

from dash import ALL, Dash, Input, Output, State, ctx, no_update
from dash.exceptions import PreventUpdate

from callbacks.plan.life_asked import (
    Seen,
    read_bar,
    read_bar_id,
    read_choice,
    read_date,
    read_said,
    read_seen,
    read_step,
    read_text,
)
from callbacks.plan.life_bars import bar_list
from callbacks.plan.life_ids import LifeId, LifeKind, of_step
from callbacks.plan.life_lines import answer, leader_answer
from callbacks.plan.life_page import body
from callbacks.plan.life_panels import Scene, address
from callbacks.tools import Tools
from grid.planning.lifecycle import PlanStepKind
from grid.ports import PlanDesk
from grid.refusals import Refused
from layers.words import say_refusal


def wire_life(app: Dash, tools: Tools) -> None:
    """Register the page's callbacks."""
    _wire_steps(app, tools)
    _wire_questions(app, tools)
    _wire_bars(app, tools)


def _wire_steps(app: Dash, tools: Tools) -> None:
    @app.callback(
        Output(LifeId.BODY, "children"),
        Output(LifeId.ADDRESS, "data"),
        Output(LifeId.PROBLEM, "children"),
        Output(LifeId.PLACE, "href"),
        Input(of_step(LifeKind.DO, ALL), "n_clicks"),
        State(of_step(LifeKind.SAID, ALL), "value"),
        State(LifeId.ADDRESS, "data"),
        prevent_initial_call=True,
    )
    def do(clicks: object, said: object, seen: object) -> tuple[Any, Any, Any, Any]:
        if not was_clicked():
            raise PreventUpdate
        port = tools.store.plan(tools.principal())
        try:
            was = read_seen(seen)
            plan_id = _take(port, read_step(ctx.triggered_id), was, _fields())
            shown, now = body(tools, port, plan_id)
        except Refused as refused:
            return no_update, no_update, say_refusal(refused, tools.language), no_update
        # What is opened is in the address too, so that a reload shows it: a restored plan is another one.
        return shown, now, None, address(plan_id) if plan_id != was.plan_id else no_update


def _wire_questions(app: Dash, tools: Tools) -> None:
    @app.callback(
        Output(LifeId.ANSWER, "children"),
        Input(LifeId.ASKED_UNIT, "value"),
        Input(LifeId.ASKED_DAY, "value"),
        prevent_initial_call=True,
    )
    def ask(unit: object, day: object) -> Any:
        unit_id = read_choice(unit)
        if unit_id is None:
            raise PreventUpdate
        try:
            return answer(_scene(tools), unit_id, read_date(day))
        except Refused as refused:
            return say_refusal(refused, tools.language)

    @app.callback(
        Output(LifeId.LEADER_LINE, "children"),
        Input(LifeId.ASKED_LEADER, "value"),
        prevent_initial_call=True,
    )
    def ask_leader(leader: object) -> Any:
        leader_id = read_choice(leader)
        if leader_id is None:
            return None
        try:
            return leader_answer(_scene(tools), leader_id)
        except Refused as refused:
            return say_refusal(refused, tools.language)


def _wire_bars(app: Dash, tools: Tools) -> None:
    shown = (Output(LifeId.BARS, "children"), Output(LifeId.BAR_PROBLEM, "children"))

    @app.callback(
        *shown,
        Input(LifeId.BAR_ADD, "n_clicks"),
        State(LifeId.BAR_LEADER, "value"),
        State(LifeId.BAR_UNIT, "value"),
        State(LifeId.BAR_REASON, "value"),
        State(LifeId.BAR_WORDS, "value"),
        State(LifeId.BAR_SINCE, "value"),
        State(LifeId.BAR_UNTIL, "value"),
        prevent_initial_call=True,
    )
    def add(clicks: object, leader: object, unit: object, reason: object, *said: object) -> tuple[Any, Any]:
        if not was_clicked():
            raise PreventUpdate
        port = tools.store.plan(tools.principal())
        try:
            words, since, until = said
            port.bar(read_bar(leader, unit, reason, (words, since, until)))
            return bar_list(port.bars(), _scene(tools)), None
        except Refused as refused:
            return no_update, say_refusal(refused, tools.language)

    @app.callback(
        *(Output(one.component_id, one.component_property, allow_duplicate=True) for one in shown),
        Input(of_step(LifeKind.UNBAR, ALL), "n_clicks"),
        prevent_initial_call=True,
    )
    def lift(clicks: object) -> tuple[Any, Any]:
        if not was_clicked():
            raise PreventUpdate
        port = tools.store.plan(tools.principal())
        try:
            port.unbar(read_bar_id(ctx.triggered_id))
            return bar_list(port.bars(), _scene(tools)), None
        except Refused as refused:
            return no_update, say_refusal(refused, tools.language)


def was_clicked() -> bool:
    """Return whether a button was pressed: one that comes to be calls its callbacks too."""
    return bool(ctx.triggered and ctx.triggered[0]["value"])


def _take(port: PlanDesk, step: PlanStepKind, seen: Seen, fields: object) -> int:
    """Take a step on the plan that was seen, and return the plan to show then."""
    words = read_text(read_said(fields, f"{step}-words"))
    if step is PlanStepKind.PROPOSE:
        return port.propose(seen.plan_id, seen.version, words).id
    if step is PlanStepKind.WITHDRAW:
        return port.withdraw(seen.plan_id, seen.version).id
    if step is PlanStepKind.RETURN:
        return port.send_back(seen.plan_id, seen.version, words).id
    if step is PlanStepKind.CANCEL:
        return port.cancel(seen.plan_id, seen.version).id
    day = read_date(read_said(fields, f"{step}-day"))
    if step is PlanStepKind.PUBLISH:
        return port.publish(seen.plan_id, seen.version, day).id
    if step is PlanStepKind.RESTORE:
        return port.roll_back(seen.plan_id, day).id
    raise Refused("plan_step_not_yours")


def _fields() -> object:
    """Return the fields of all forms, as a browser sent them."""
    return ctx.states_list[0] if ctx.states_list else []


def _scene(tools: Tools) -> Scene:
    principal = tools.principal()
    return Scene(tools.store.plan(principal).history(), 0, principal.role, tools.language)
