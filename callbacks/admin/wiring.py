"""Wiring of the administrator's page: each button asks the storage once, and shows what it answers."""

from __future__ import annotations

from typing import Any

from dash import ALL, Dash, Input, Output, State, ctx, no_update
from dash.exceptions import PreventUpdate
from flask import request

from callbacks.admin import deeds
from callbacks.admin.ids import ROLE, SCOPE, SCOPE_BOX, Form, Ids, of_form, revoke_id
from callbacks.tools import Tools


def wire(app: Dash, tools: Tools) -> None:
    """Register the page's callbacks."""
    for form in Form:
        _wire_scope(app, tools, form)
    _wire_adding(app, tools)
    _wire_changing(app, tools)
    _wire_kiosks(app, tools)
    _wire_city(app, tools)


def _wire_scope(app: Dash, tools: Tools, form: Form) -> None:
    @app.callback(
        Output(of_form(SCOPE, form), "options"),
        Output(of_form(SCOPE_BOX, form), "hidden"),
        Output(of_form(SCOPE, form), "value"),
        Input(of_form(SCOPE, form), "search_value"),
        Input(of_form(ROLE, form), "value"),
        State(of_form(SCOPE, form), "value"),
        State(of_form(SCOPE, form), "options"),
        prevent_initial_call=True,
    )
    def offer(words: object, role: object, chosen: object, options: object) -> tuple[Any, Any, Any]:
        is_other_role = "value" in {name.rpartition(".")[2] for name in ctx.triggered_prop_ids}
        kept = ([], []) if is_other_role else (chosen, options)
        offered = deeds.offer(tools.store.accounts(tools.principal()), role, words, *kept)
        return *offered, [] if is_other_role else no_update


def _wire_adding(app: Dash, tools: Tools) -> None:
    @app.callback(
        Output(Ids.ADDED, "children"),
        Output(Ids.ACCOUNTS, "children"),
        Output(Ids.LOGIN, "value"),
        Output(Ids.PASSWORD, "value"),
        Input(Ids.ADD, "n_clicks"),
        State(Ids.LOGIN, "value"),
        State(of_form(ROLE, Form.ADD), "value"),
        State(of_form(SCOPE, Form.ADD), "value"),
        State(Ids.PASSWORD, "value"),
        prevent_initial_call=True,
    )
    def add(clicks: int | None, *asked: object) -> tuple[Any, Any, Any, Any]:
        if not clicks:
            raise PreventUpdate
        return deeds.add(tools.store.accounts(tools.principal()), asked, tools.language)


def _wire_changing(app: Dash, tools: Tools) -> None:
    deed_of = {Ids.RESET: "reset", Ids.END: "end", Ids.DISABLE: "disable", Ids.ENABLE: "enable"}

    def change(name: str, login: object, *asked: object) -> tuple[Any, Any, Any]:
        principal = tools.principal()
        book = tools.store.accounts(principal)
        return deeds.change(book, name, login, asked, own_id=principal.id, language=tools.language)

    outputs = [(Ids.CHANGED, "children"), (Ids.DETAIL, "children"), (Ids.ACCOUNTS, "children")]

    @app.callback(
        *(Output(*one, allow_duplicate=one[0] is not Ids.CHANGED) for one in outputs),
        Input(Ids.CHANGE, "n_clicks"),
        State(Ids.ACCOUNT, "data"),
        State(of_form(ROLE, Form.CHANGE), "value"),
        State(of_form(SCOPE, Form.CHANGE), "value"),
        prevent_initial_call=True,
    )
    def change_role(clicks: int | None, login: object, role: object, scope: object) -> tuple[Any, Any, Any]:
        if not clicks:
            raise PreventUpdate
        return change("role", login, role, scope)

    # Apart, since not every button is always there and Dash wants all inputs of a callback or none.
    for id_, name in deed_of.items():
        _wire_deed(app, id_, outputs, lambda login, name=name: change(name, login))


def _wire_deed(app: Dash, id_: Ids, outputs: list[tuple[Ids, str]], change: Any) -> None:
    pressed = "n_clicks" if id_ is Ids.ENABLE else "submit_n_clicks"

    @app.callback(
        *(Output(*one, allow_duplicate=True) for one in outputs),
        Input(id_, pressed),
        State(Ids.ACCOUNT, "data"),
        prevent_initial_call=True,
    )
    def do(clicks: int | None, login: object) -> Any:
        if not clicks:
            raise PreventUpdate
        return change(login)


def _wire_kiosks(app: Dash, tools: Tools) -> None:
    @app.callback(
        Output(Ids.KIOSK_SAID, "children"),
        Output(Ids.KIOSKS, "children"),
        Input(Ids.KIOSK_ADD, "n_clicks"),
        State(Ids.KIOSK_NAME, "value"),
        State(Ids.KIOSK_ADDRESS, "value"),
        prevent_initial_call=True,
    )
    def add_kiosk(clicks: int | None, name: object, address: object) -> tuple[Any, Any]:
        if not clicks:
            raise PreventUpdate
        book = tools.store.accounts(tools.principal())
        return deeds.add_kiosk(book, name, address, request.host_url, tools.language)

    @app.callback(
        Output(Ids.KIOSK_SAID, "children", allow_duplicate=True),
        Output(Ids.KIOSKS, "children", allow_duplicate=True),
        Input(revoke_id(ALL), "submit_n_clicks"),
        prevent_initial_call=True,
    )
    def revoke(clicks: list[int | None]) -> tuple[Any, Any]:
        asked = ctx.triggered_id
        if not any(clicks) or not isinstance(asked, dict):
            raise PreventUpdate
        book = tools.store.accounts(tools.principal())
        return deeds.revoke(book, asked.get("name"), tools.language)


def _wire_city(app: Dash, tools: Tools) -> None:
    @app.callback(
        Output(Ids.CITY_SAID, "children"),
        Input(Ids.CITY_SAVE, "n_clicks"),
        State(Ids.CITY_NAME, "value"),
        State(Ids.CITY_SOURCE, "value"),
        State(Ids.CITY_REVIEW, "value"),
        State(Ids.CITY_OFFICE, "value"),
        State(Ids.CITY_INTERNAL, "value"),
        prevent_initial_call=True,
    )
    def save(clicks: int | None, *asked: object) -> Any:
        if not clicks:
            raise PreventUpdate
        return deeds.set_city(tools.store.accounts(tools.principal()), asked, tools.language)
