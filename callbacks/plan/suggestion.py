"""Wiring of the suggestion panel: starts a run, asks how it stands while it goes on, shows what it found."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, State, html, no_update
from dash.exceptions import PreventUpdate

from callbacks.plan.board import edit_data, read_board, read_edits
from callbacks.plan.ids import Id
from callbacks.plan.suggestion_ids import SuggestId
from callbacks.plan.suggestion_result import result_parts
from callbacks.plan.suggestion_view import Result, is_settled
from callbacks.tools import Tools
from grid.coverage import CoverageBook
from grid.ids import LARGEST_ID
from grid.planning import Edit, apply_edits
from grid.ports import PlanDesk
from grid.refusals import Refused
from grid.suggesting.building import SuggestAsked
from grid.suggesting.encoding import encode
from grid.suggesting.runs import RunState, RunStatus
from layers.suggestion_chart import Spot, progress_figure
from layers.suggestion_words import load_unit, standing_words, state_words, today_words
from layers.words import Language, say, say_refusal

_MOST_SPOTS = 400
_ASKED = (SuggestId.CHANGES, SuggestId.HELPERS, SuggestId.SECONDS, SuggestId.TARGET)


@dataclass(frozen=True, slots=True)
class Started:
    """A run as the page knows it: its id, the plan and edits that it began with, what was asked."""

    run_id: int
    base_id: int
    edits: tuple[Edit, ...]
    asked: SuggestAsked


@dataclass(frozen=True, slots=True)
class Trace:
    """How a run went so far on this page, and what of it is shown; trusted with nothing else."""

    run_id: int
    shown: str = ""
    unit: str = ""
    spots: tuple[Spot, ...] = ()


def wire_suggest(app: Dash, tools: Tools) -> None:
    """Register the panel's callbacks."""
    _wire_start(app, tools)
    _wire_watch(app, tools)
    app.clientside_callback(
        ClientsideFunction("planSuggest", "follow"),
        Output(SuggestId.PANEL, "className"),
        Input(Id.BOARD, "data"),
        Input(SuggestId.RUN, "data"),
    )
    heard = ClientsideFunction("planSuggest", "heard")
    app.clientside_callback(heard, Input(SuggestId.TRACE, "data"), prevent_initial_call=True)


def _wire_start(app: Dash, tools: Tools) -> None:
    @app.callback(
        Output(SuggestId.RUN, "data"),
        Output(SuggestId.NOTICE, "children"),
        Input(SuggestId.START, "n_clicks"),
        State(Id.BOARD, "data"),
        *(State(name, "value") for name in _ASKED),
        prevent_initial_call=True,
    )
    def start(clicks: object, data: object, *given: object) -> tuple[Any, Any]:
        if not clicks:
            raise PreventUpdate
        try:
            board, asked = read_board(data), read_asked(given)
            run_id = tools.store.plan(tools.principal()).suggest(board.base_id, board.in_force, asked)
        except Refused as refused:
            return no_update, _alert(refused, tools.language)
        started = Started(run_id, board.base_id, board.in_force, asked)
        return started_data(started), say("suggest.status.starting", tools.language)

    @app.callback(
        Output(SuggestId.NOTICE, "children", allow_duplicate=True),
        Input(SuggestId.STOP, "n_clicks"),
        State(SuggestId.RUN, "data"),
        prevent_initial_call=True,
    )
    def stop(clicks: object, data: object) -> Any:
        if not clicks:
            raise PreventUpdate
        try:
            tools.store.plan(tools.principal()).stop_run(read_started(data).run_id)
        except Refused as refused:
            return _alert(refused, tools.language)
        return no_update


def _wire_watch(app: Dash, tools: Tools) -> None:
    @app.callback(
        Output(SuggestId.STANDING, "children"),
        Output(SuggestId.CHART, "figure"),
        Output(SuggestId.RESULT, "children"),
        Output(SuggestId.TRACE, "data"),
        Output(SuggestId.START, "disabled"),
        Output(SuggestId.STOP, "disabled"),
        Output(SuggestId.NOTICE, "children", allow_duplicate=True),
        Input(SuggestId.TICK, "data"),
        Input(SuggestId.RUN, "data"),
        Input(SuggestId.REJECTED, "data"),
        State(SuggestId.TRACE, "data"),
        prevent_initial_call=True,
    )
    def watch(_: object, data: object, rejected: object, trace: object) -> tuple[Any, ...]:
        if data is None:
            raise PreventUpdate
        try:
            started = read_started(data)
            port = tools.store.plan(tools.principal())
            return _watched(port, started, read_rejected(rejected, started), trace, tools.language)
        except Refused as refused:
            return *(no_update,) * 3, None, False, True, _alert(refused, tools.language)


def read_asked(given: Sequence[object]) -> SuggestAsked:
    """Return what the form asks for, in the order of its fields; raises ``Refused('suggest_range')``."""
    changes, helpers, seconds, target = given
    # A field that is emptied, or holds no whole number, is refused by what it would have to be.
    return SuggestAsked(_whole(changes), _whole(helpers), _whole(seconds), _target(target))


def started_data(started: Started) -> dict[str, Any]:
    """Return a run as JSON data for the page; inverse of ``read_started``."""
    asked = started.asked
    return {
        "run": started.run_id,
        "base": started.base_id,
        "edits": [edit_data(edit) for edit in started.edits],
        "asked": [asked.most_changes, asked.most_helpers, asked.seconds, asked.target],
    }


def read_started(data: object) -> Started:
    """Return the run of a page's store; raises ``Refused('run_unknown')`` for anything else."""
    if not isinstance(data, dict) or not isinstance(data.get("asked"), list):
        raise Refused("run_unknown")
    run_id, base_id, given = data.get("run"), data.get("base"), data["asked"]
    if len(given) != len(_ASKED):
        raise Refused("run_unknown")
    return Started(_id(run_id), _id(base_id), read_edits(data.get("edits")), read_asked(given))


def read_rejected(data: object, started: Started) -> frozenset[int]:
    """Return the places of rejected steps of a run, none of another's."""
    if (
        not isinstance(data, dict)
        or data.get("run") != started.run_id
        or not isinstance(data.get("at"), list)
    ):
        return frozenset()
    return frozenset(at for at in data["at"] if type(at) is int and at >= 0)


def read_trace(data: object, started: Started) -> Trace:
    """Return how a run went so far, from its beginning where the page does not know."""
    blank = Trace(started.run_id)
    if not isinstance(data, dict) or data.get("run") != started.run_id:
        return blank
    shown, unit, spots = data.get("shown"), data.get("unit"), data.get("spots")
    if not (isinstance(shown, str) and isinstance(unit, str) and isinstance(spots, list)):
        return blank
    if not all(_is_spot(spot) for spot in spots[:_MOST_SPOTS]):
        return blank
    return Trace(started.run_id, shown, unit[:9], tuple(Spot(*spot) for spot in spots[:_MOST_SPOTS]))


def _watched(
    port: PlanDesk, started: Started, rejected: frozenset[int], data: object, language: Language
) -> tuple[Any, ...]:
    state, trace = port.run(started.run_id), read_trace(data, started)
    shown = _digest(state, rejected)
    standing: Any = no_update
    result: Any = no_update
    unit = trace.unit
    if shown != trace.shown:
        start = apply_edits(port.plan_book(started.base_id), started.edits)
        standing = _standing(state, started, start, language)
        result = result_parts(Result(state, start, rejected, language))
        unit = load_unit(start, language)
    trace = Trace(started.run_id, shown, unit, _followed(trace.spots, state))
    running = state.status is RunStatus.RUNNING
    return (
        standing,
        progress_figure(_until_now(trace.spots, state), started.asked.target, unit, language),
        result,
        _trace_data(trace) | {"running": running},
        running,
        not running,
        _status(state, started, language),
    )


def _standing(state: RunState, started: Started, start: CoverageBook, language: Language) -> list[Any]:
    found = state.found
    if found is None:
        return []
    return [
        html.Div(
            [
                html.Span(
                    state_words(found, started.asked, start, language),
                    className=f"suggest-badge suggest-badge-{found.certainty}",
                ),
                html.Span(today_words(found, start, language), className="suggest-today"),
            ],
            className="suggest-state",
        ),
        html.P(standing_words(found, started.asked, start, language), className="suggest-words"),
    ]


def _status(state: RunState, started: Started, language: Language) -> Any:
    if state.error is not None:
        return html.Span(say(f"refusals.{state.error}", language), className="plan-alert", role="alert")
    explaining = state.status is RunStatus.RUNNING and is_settled(state)
    name = "explaining" if explaining else state.status.value
    facts = {"seconds": round(state.seconds), "most": started.asked.seconds}
    return say(f"suggest.status.{name}", language, **facts)


def _followed(spots: tuple[Spot, ...], state: RunState) -> tuple[Spot, ...]:
    """Return the spots with how it stands now, where that is new."""
    found = state.found
    if found is None or (spots and (spots[-1].best, spots[-1].floor) == (found.heaviest, found.floor)):
        return spots
    # What the run began with is on the map: the chart shows how far it came from there.
    began = () if spots or found.heaviest is None else (Spot(0, found.today, None),)
    return (*began, *spots, Spot(state.seconds, found.heaviest, found.floor))[-_MOST_SPOTS:]


def _until_now(spots: tuple[Spot, ...], state: RunState) -> tuple[Spot, ...]:
    if not spots or state.seconds <= spots[-1].at:
        return spots
    return (*spots, Spot(state.seconds, spots[-1].best, spots[-1].floor))


def _digest(state: RunState, rejected: frozenset[int]) -> str:
    told = [encode(state.found), state.status.value, is_settled(state), sorted(rejected)]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]


def _trace_data(trace: Trace) -> dict[str, Any]:
    spots = [[spot.at, spot.best, spot.floor] for spot in trace.spots]
    return {"run": trace.run_id, "shown": trace.shown, "unit": trace.unit, "spots": spots}


def _is_spot(spot: object) -> bool:
    return (
        isinstance(spot, list)
        and len(spot) == len(("at", "best", "floor"))
        and type(spot[0]) in (int, float)
        and all(one is None or (type(one) is int and abs(one) < LARGEST_ID) for one in spot[1:])
    )


def _id(value: object) -> int:
    if type(value) is not int or not 0 < value <= LARGEST_ID:
        raise Refused("run_unknown")
    return value


def _whole(value: object) -> int:
    return value if type(value) is int else -1


def _target(value: object) -> int | None:
    return None if value is None or value == "" else _whole(value)


def _alert(refused: Refused, language: Language) -> Any:
    if refused.code == "suggest_range":
        name = say(f"suggest.field.{refused.facts['name']}", language)
        refused = Refused("suggest_range", **dict(refused.facts) | {"name": name})
    return html.Span(say_refusal(refused, language), className="plan-alert", role="alert")
