"""What is done on the page of supervision: take a step, end a case, open one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from dash import ALL, Dash, Input, Output, State, ctx, no_update
from dash.exceptions import PreventUpdate

from callbacks.supervision.asked import (
    EVERYONE,
    Asked,
    read_day,
    read_id,
    read_kept,
    read_number,
    read_official,
    read_step,
    read_words,
)
from callbacks.supervision.ids import Id, Part, Told, of_new, of_step
from callbacks.supervision.layout import body
from callbacks.tools import Tools
from grid.refusals import Refused
from grid.supervision.register import EndAsked, NewCase, StepAsked
from layers.words import say_refusal

_SHOWN = (
    Output(Id.BODY, "children", allow_duplicate=True),
    Output(Id.PROBLEM, "children", allow_duplicate=True),
)
_ANY = {part: of_step(part, ALL, ALL) for part in Part}


def wire(app: Dash, tools: Tools) -> None:
    """Register the page's callbacks."""
    _wire_steps(app, tools)
    _wire_end(app, tools)
    _wire_opening(app, tools)


def _wire_steps(app: Dash, tools: Tools) -> None:
    @app.callback(
        *_SHOWN,
        Input(_ANY[Part.TAKE], "n_clicks"),
        State(_ANY[Part.OFFICIAL], "value"),
        State(_ANY[Part.WORDS], "value"),
        State(_ANY[Part.DAY], "value"),
        State(Id.ADDRESS, "data"),
        prevent_initial_call=True,
    )
    def take(
        clicks: object, officials: object, words: object, days: object, address: object
    ) -> tuple[Any, Any]:
        asked, button = read_kept(address), ctx.triggered_id
        if not _is_click():
            raise PreventUpdate

        def act() -> None:
            step, turn = read_step(button)
            told = [_of_button(place, button) for place in range(3)]
            tools.store.supervision(tools.principal()).take_step(
                StepAsked(
                    asked.case or 0,
                    step,
                    turn,
                    read_official(told[0]),
                    read_words(told[1]),
                    read_day(told[2]),
                )
            )

        return done(tools, asked, act)


def _wire_end(app: Dash, tools: Tools) -> None:
    @app.callback(
        *_SHOWN,
        Input(Id.END, "n_clicks"),
        Input(Id.WITHDRAW, "n_clicks"),
        State(Id.OUTCOME, "value"),
        State(Id.ADDRESS, "data"),
        prevent_initial_call=True,
    )
    def end(clicks: object, withdrawals: object, outcome: object, address: object) -> tuple[Any, Any]:
        if not _is_click():
            raise PreventUpdate
        asked, withdrawn = read_kept(address), ctx.triggered_id == Id.WITHDRAW

        def act() -> None:
            desk = tools.store.supervision(tools.principal())
            desk.end_case(EndAsked(asked.case or 0, read_words(outcome), withdrawn))

        return done(tools, asked, act)


def _wire_opening(app: Dash, tools: Tools) -> None:
    @app.callback(
        Output(Id.PLACE, "href"),
        Output(Id.PROBLEM, "children", allow_duplicate=True),
        Input(Id.OPEN, "n_clicks"),
        State(of_new(ALL), "value"),
        State(Id.ADDRESS, "data"),
        prevent_initial_call=True,
    )
    def open_case(clicks: object, told: object, address: object) -> tuple[Any, Any]:
        if not _is_click():
            raise PreventUpdate
        asked = read_kept(address)
        try:
            new = _new_case(asked.new or "", {name: _told(name) for name in Told})
            made = tools.store.supervision(tools.principal()).open_case(new)
        except Refused as refused:
            return no_update, say_refusal(refused, tools.language)
        return asked.address(procedure=asked.new, case=made[0]), None


def _new_case(procedure: str, told: Mapping[Told, object]) -> NewCase:
    return NewCase(
        procedure,
        matter_no=read_number(told[Told.NUMBER]),
        unit_id=read_id(told[Told.UNIT]),
        leader_id=read_id(told[Told.LEADER]),
        all_leaders=told[Told.LEADER] == EVERYONE,
        reason=read_words(told[Told.REASON]),
    )


def done(tools: Tools, asked: Asked, act: Callable[[], None]) -> tuple[Any, Any]:
    """Return the page's body after something was done, or why it was refused with all that was typed kept."""
    try:
        act()
        city = tools.store.supervision(tools.principal()).city()
        return body(tools, asked, city), no_update
    except Refused as refused:
        return no_update, say_refusal(refused, tools.language)


def _of_button(place: int, button: object) -> object:
    """Return what stands in the form that a button belongs to, in the list of fields at a place."""
    if not isinstance(button, dict):
        return None
    wanted = (button.get("step"), button.get("turn"))
    fields = ((one.get("id", {}), one.get("value")) for one in _fields(place))
    return next((value for at, value in fields if (at.get("step"), at.get("turn")) == wanted), None)


def _told(name: Told) -> object:
    """Return what stands in a field of a new case, none where the form has no such field."""
    found = ((one.get("id", {}), one.get("value")) for one in _fields(0))
    return next((value for at, value in found if at.get("field") == name), None)


def _fields(place: int) -> list[dict[str, Any]]:
    """Return the fields of a pattern among the callback's states, those alone that are as ours are."""
    given = ctx.states_list[place] if len(ctx.states_list) > place else []
    fields = given if isinstance(given, list) else []
    return [one for one in fields if isinstance(one, dict) and isinstance(one.get("id"), dict)]


def _is_click() -> bool:
    """A component that comes to be also calls its callbacks, without having been clicked."""
    return bool(ctx.triggered and ctx.triggered[0]["value"])
