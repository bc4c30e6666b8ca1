"""The proof beside the page: started when the page is there, told each second, shown when it ends."""

from __future__ import annotations

from typing import Any, TypeGuard

from dash import Dash, Input, Output, State, dcc, no_update
from dash.exceptions import PreventUpdate

from callbacks.polling import pace, while_asked
from callbacks.siting.asked import Asked, read_fields, read_run
from callbacks.siting.ids import Id
from callbacks.siting.layout import POLL_MS
from callbacks.tools import Tools
from grid.ports.siting import ProofState
from grid.refusals import Refused
from grid.suggesting.runs import RunStatus
from layers.siting_words import proof_words
from layers.words import Language, say, say_refusal

_LARGEST_TOTAL = 10**12


def wire(app: Dash, tools: Tools) -> None:
    """Register the callbacks."""

    @app.callback(
        Output(Id.RUN, "data"),
        Output(Id.STATE, "children"),
        Output(Id.TICK, "disabled"),
        Input(Id.ASKED, "data"),
    )
    def start(data: object) -> tuple[Any, Any, bool]:
        if not data:
            raise PreventUpdate
        return started(tools, data)

    @app.callback(
        Output(Id.SAID, "children"),
        Output(Id.STATE, "children", allow_duplicate=True),
        Output(Id.TICK, "disabled", allow_duplicate=True),
        pace(Id.TICK),
        Input(Id.TICK, "n_intervals"),
        State(Id.RUN, "data"),
        State(Id.ASKED, "data"),
        running=while_asked(Id.TICK),
        prevent_initial_call=True,
    )
    def follow(ticks: object, run: object, data: object) -> tuple[Any, Any, bool, int]:
        return *followed(tools, run, data), POLL_MS


def started(tools: Tools, data: object) -> tuple[Any, Any, bool]:
    """Start the proof of the question on the page; return run, words, and whether to stop asking."""
    try:
        run = tools.store.siting(tools.principal()).prove(read_fields(data).question)
    except Refused as refused:
        return no_update, say_refusal(refused, tools.language), True
    return run, say("siting.proof.running", tools.language, seconds=0), False


def followed(tools: Tools, run: object, data: object) -> tuple[Any, Any, bool]:
    """Return how the proof stands in words; at its end a way to the page with its choice."""
    language, total = tools.language, data.get("total") if isinstance(data, dict) else None
    try:
        state = tools.store.siting(tools.principal()).proof(read_run(run))
        asked = read_fields(data)
    except Refused as refused:
        return no_update, say_refusal(refused, language), True
    if not _is_total(total) or state.proof is None:
        return no_update, _standing(state, language), state.status is not RunStatus.RUNNING
    said = proof_words(state.question, state.proof, total, language)
    if state.status is RunStatus.RUNNING:
        return said, _standing(state, language), False
    return said, [_standing(state, language), _shown(asked, state, data, language)], True


def _is_total(total: object) -> TypeGuard[int]:
    """Return whether a browser told a sane number."""
    return isinstance(total, int) and not isinstance(total, bool) and 0 <= total <= _LARGEST_TOTAL


def _standing(state: ProofState, language: Language) -> str:
    if state.error is not None:
        return say_refusal(Refused(state.error), language)
    key = "running" if state.status is RunStatus.RUNNING else "ended"
    return say(f"siting.proof.{key}", language, seconds=f"{state.seconds:.0f}")


def _shown(asked: Asked, state: ProofState, data: object, language: Language) -> Any:
    """Return a way to the better choice; none where the page shows it already."""
    shown = data.get("shown") if isinstance(data, dict) else None
    if state.proof is None or shown == sorted(state.proof.village_ids):
        return None
    link = asked.address(run=state.id)
    return dcc.Link(say("siting.proof.show", language), href=link, className="office-clear siting-show")
