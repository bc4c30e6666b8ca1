"""Wiring of the calendar and rules part: propose, wait for what it would change, confirm or discard."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dash import ALL, Dash, Input, Output, State, ctx, no_update
from dash.exceptions import PreventUpdate

from callbacks.admin.clock_asked import (
    read_notice_file,
    read_notice_text,
    read_number,
    read_place,
    read_successor,
)
from callbacks.admin.clock_ids import Ids, confirm_id, discard_id
from callbacks.admin.clocks import POLL_MS, shown
from callbacks.admin.fields import done, refusal
from callbacks.polling import pace, while_asked
from callbacks.tools import Tools
from grid.ports import ClocksDesk
from grid.refusals import Refused
from layers.words import Language, say

_SHOWN = (
    Output(Ids.SAID, "children", allow_duplicate=True),
    Output(Ids.SHOWN, "children", allow_duplicate=True),
)
_RULE = (
    Ids.RULE, Ids.RULE_DAYS, Ids.RULE_COUNTING, Ids.RULE_EXTENSION, Ids.RULE_SOON, Ids.RULE_FROM,
    Ids.RULE_SOURCE,
)  # fmt: skip
_PLACE = (Ids.PLACE, Ids.PLACE_FROM, Ids.PLACE_SOURCE)
Deed = Callable[[ClocksDesk, tuple[object, ...]], None]


def wire(app: Dash, tools: Tools) -> None:
    """Register the part's callbacks."""
    _wire_proposing(app, tools, Ids.NOTICE_SEND, (Ids.NOTICE,), _propose_notice)
    _wire_proposing(app, tools, Ids.RULE_SEND, _RULE, _propose_rule)
    _wire_proposing(app, tools, Ids.PLACE_SEND, _PLACE, _propose_place)
    _wire_settling(app, tools, confirm_id(ALL), "submit_n_clicks", "confirmed")
    _wire_settling(app, tools, discard_id(ALL), "n_clicks", "discarded")
    _wire_looking(app, tools)


def did(
    desk: ClocksDesk, deed: Deed, asked: tuple[object, ...], said: str, language: Language
) -> tuple[Any, Any]:
    """Return what came of a deed and how everything stands then."""
    try:
        deed(desk, asked)
        return done(say(f"clock_admin.{said}", language)), shown(desk, language)
    except Refused as refused:
        return refusal(refused, language), no_update


def _wire_proposing(app: Dash, tools: Tools, send: Ids, fields: tuple[Ids, ...], deed: Deed) -> None:
    @app.callback(
        *_SHOWN,
        Input(send, "n_clicks"),
        *(State(field, "value") for field in fields),
        prevent_initial_call=True,
    )
    def propose(clicks: object, *asked: object) -> tuple[Any, Any]:
        if not clicks:
            raise PreventUpdate
        return did(tools.store.clocks(tools.principal()), deed, asked, "proposed", tools.language)


def _wire_settling(app: Dash, tools: Tools, ids: dict[str, object], pressed: str, said: str) -> None:
    @app.callback(*_SHOWN, Input(ids, pressed), prevent_initial_call=True)
    def settle(clicks: object) -> tuple[Any, Any]:
        if not (ctx.triggered and ctx.triggered[0]["value"]) or not isinstance(ctx.triggered_id, dict):
            raise PreventUpdate
        deed = _confirm if said == "confirmed" else _discard
        desk = tools.store.clocks(tools.principal())
        return did(desk, deed, (ctx.triggered_id.get("proposal"),), said, tools.language)


def _wire_looking(app: Dash, tools: Tools) -> None:
    @app.callback(
        Output(Ids.SHOWN, "children", allow_duplicate=True),
        pace(Ids.POLL),
        Input(Ids.POLL, "n_intervals"),
        running=while_asked(Ids.POLL),
        prevent_initial_call=True,
    )
    def look(ticks: object) -> tuple[Any, int]:
        desk = tools.store.clocks(tools.principal())
        # Nothing moves on the page while nothing is worked out.
        if not ticks or not desk.proposals():
            return no_update, POLL_MS
        return shown(desk, tools.language), POLL_MS

    @app.callback(
        Output(Ids.SAID, "children"),
        Output(Ids.NOTICE, "value"),
        Input(Ids.NOTICE_FILE, "contents"),
        prevent_initial_call=True,
    )
    def take_file(contents: object) -> tuple[Any, Any]:
        if not contents:
            raise PreventUpdate
        try:
            return None, read_notice_file(contents)
        except Refused as refused:
            return refusal(refused, tools.language), no_update


def _propose_notice(desk: ClocksDesk, asked: tuple[object, ...]) -> None:
    desk.propose_notice(read_notice_text(asked[0]))


def _propose_rule(desk: ClocksDesk, asked: tuple[object, ...]) -> None:
    desk.propose_rule(*read_successor(desk.rules(), asked))


def _propose_place(desk: ClocksDesk, asked: tuple[object, ...]) -> None:
    desk.propose_stricter(*read_place(asked))


def _confirm(desk: ClocksDesk, asked: tuple[object, ...]) -> None:
    desk.confirm(read_number(asked[0]))


def _discard(desk: ClocksDesk, asked: tuple[object, ...]) -> None:
    desk.discard(read_number(asked[0]))
