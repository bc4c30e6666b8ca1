"""The panel of the workload formula (工作量口径): what weighs how much, which version a plan uses."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import Any

from dash import ALL, ClientsideFunction, Dash, Input, Output, State, ctx, dcc, html, no_update

from callbacks.plan.board import read_board
from callbacks.plan.ids import Id
from callbacks.plan.workload_ids import WorkloadId, WorkloadKind
from callbacks.tools import Tools
from grid.planning import LONGEST_NAME
from grid.ports import PlanDesk
from grid.principals import Role
from grid.refusals import Refused
from grid.workloads import LARGEST_WEIGHT, Formula, Weights
from layers.words import Language, say, say_refusal

_MEASURES = tuple(field.name for field in fields(Weights))


def wire_workload(app: Dash, tools: Tools) -> None:
    """Register the panel's callbacks."""
    _wire_shown(app, tools)
    _wire_adding(app, tools)
    app.clientside_callback(
        ClientsideFunction("plan", "weigh"),
        Output(WorkloadId.CHOICE, "className"),
        Input(WorkloadId.CHOICE, "value"),
        prevent_initial_call=True,
    )


def formula_words(weights: Weights, language: Language) -> str:
    """Return a formula in words: 工作量 = 在办×1 + 超期×2."""
    weighed = ((name, weight) for name, weight in asdict(weights).items() if weight)
    terms = (
        say("workload.term", language, name=say(f"workload.measure.{name}", language), weight=weight)
        for name, weight in weighed
    )
    return say("workload.sum", language, terms=" + ".join(terms))


def _wire_shown(app: Dash, tools: Tools) -> None:
    @app.callback(Output(Id.FORMULA, "children"), Input(Id.OPENED, "data"))
    def shown(opened: object) -> Any:
        try:
            board = read_board(opened)
            port = tools.store.plan(tools.principal())
            if board.town:
                return no_update
            version = board.formula or port.plan_book(board.base_id).plan.formula
            return _panel(port, version, tools)
        except Refused as refused:
            return _alert(refused, tools.language)


def _wire_adding(app: Dash, tools: Tools) -> None:
    @app.callback(
        Output(WorkloadId.CHOICE, "options"),
        Output(WorkloadId.SAID, "children"),
        Input(WorkloadId.ADD, "n_clicks"),
        State(WorkloadId.NAME, "value"),
        State({"type": WorkloadKind.WEIGHT.value, "of": ALL}, "value"),
        prevent_initial_call=True,
    )
    def add(clicks: object, name: object, weights: object) -> tuple[Any, Any]:
        if not clicks:
            return no_update, no_update
        try:
            port = tools.store.plan(tools.principal())
            made = port.add_formula(name if isinstance(name, str) else "", _read_weights(ctx.states_list))
        except Refused as refused:
            return no_update, _alert(refused, tools.language)
        words = say("workload.added", tools.language, version=made.version, name=made.name)
        return _options(port.formulas(), tools.language), words


def _read_weights(states: Any) -> Weights:
    """Return the weights that a browser sends by name; raises ``Refused('formula_weights')`` otherwise."""
    try:
        said = {one["id"]["of"]: one["value"] for one in states[1]}
    except (IndexError, KeyError, TypeError):
        said = {}
    if said.keys() != set(_MEASURES) or not all(type(one) is int for one in said.values()):
        raise Refused("formula_weights", most=LARGEST_WEIGHT)
    return Weights(**said)


def _panel(port: PlanDesk, version: int, tools: Tools) -> list[Any]:
    language = tools.language
    choice = dcc.RadioItems(
        id=WorkloadId.CHOICE,
        options=_options(port.formulas(), language),
        value=version,
        className="workload-choice",
    )
    parts: list[Any] = [
        html.H2(say("workload.title", language), className="plan-heading"),
        html.P(say("workload.hint", language), className="plan-hint"),
        html.Fieldset([html.Legend(say("workload.choose", language)), choice], className="workload-versions"),
        html.P(say("workload.counted", language), className="plan-hint"),
    ]
    # An approver sees by what is weighed, and does not change it.
    return [*parts, _form(language)] if tools.principal().role is Role.PLANNER else parts


def _options(formulas: tuple[Formula, ...], language: Language) -> list[dict[str, Any]]:
    return [
        {
            "value": one.version,
            "label": html.Span(
                [
                    html.B(say("workload.version", language, version=one.version, name=one.name)),
                    html.Span(formula_words(one.weights, language), className="workload-sum"),
                ]
            ),
        }
        for one in formulas
    ]


def _form(language: Language) -> Any:
    weights = [
        html.Label(
            [
                say(f"workload.measure.{name}", language),
                dcc.Input(
                    id={"type": WorkloadKind.WEIGHT.value, "of": name},
                    type="number",
                    min=0,
                    max=LARGEST_WEIGHT,
                    step=1,
                    value=0,
                    className="plan-number",
                ),
            ]
        )
        for name in _MEASURES
    ]
    name = dcc.Input(
        id=WorkloadId.NAME, maxLength=LONGEST_NAME, placeholder=say("workload.placeholder", language)
    )
    add = html.Button(say("workload.add", language), id=WorkloadId.ADD, className="plan-save")
    return html.Details(
        [
            html.Summary(say("workload.add", language)),
            html.Div(weights, className="workload-weights"),
            html.Label([say("workload.name", language), name], className="workload-name"),
            add,
            html.Div(id=WorkloadId.SAID, className="plan-saved", role="status"),
        ],
        className="workload-form",
    )


def _alert(refused: Refused, language: Language) -> Any:
    return html.Span(say_refusal(refused, language), className="plan-alert", role="alert")
