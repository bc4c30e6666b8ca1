"""What the register does: open one matter, close it, and change whom it is kept from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dash import ALL, Dash, Input, Output, State, ctx
from dash.exceptions import PreventUpdate

from callbacks.frame import trouble
from callbacks.matters.asked import read_id
from callbacks.matters.detail import detail_panel, hint
from callbacks.matters.ids import Id, row_id, unrecuse_id
from callbacks.tools import Tools
from grid.ports import MattersDesk
from grid.principals import Role
from grid.refusals import Refused
from layers.words import Language, say_refusal

_SHOWN = Output(Id.DETAIL, "children", allow_duplicate=True)
Change = Callable[[int, str], None]


def wire(app: Dash, tools: Tools) -> None:
    """Register the page's callbacks."""
    _wire_choice(app, tools)
    _wire_recusals(app, tools)


def _wire_choice(app: Dash, tools: Tools) -> None:
    @app.callback(
        Output(Id.DETAIL, "children"),
        Output(Id.CHOSEN, "data"),
        Input(row_id(ALL), "n_clicks"),
        Input(Id.CLOSE, "n_clicks"),
        prevent_initial_call=True,
    )
    def choose(rows: object, close: object) -> tuple[Any, Any]:
        if not _is_click():
            raise PreventUpdate
        if not isinstance(ctx.triggered_id, dict):
            return hint(tools.language), None
        return opened(tools.store.matters(tools.principal()), ctx.triggered_id.get("matter"), tools.language)


def _wire_recusals(app: Dash, tools: Tools) -> None:
    @app.callback(
        _SHOWN,
        Input(Id.RECUSE, "n_clicks"),
        State(Id.LOGIN, "value"),
        State(Id.CHOSEN, "data"),
        prevent_initial_call=True,
    )
    def recuse(clicks: object, login: object, chosen: object) -> Any:
        desk = _bureau_desk(tools)
        return changed(desk, desk.recuse, chosen, login, tools.language)

    @app.callback(
        _SHOWN, Input(unrecuse_id(ALL), "n_clicks"), State(Id.CHOSEN, "data"), prevent_initial_call=True
    )
    def unrecuse(clicks: object, chosen: object) -> Any:
        desk, login = _bureau_desk(tools), (ctx.triggered_id or {}).get("login")
        return changed(desk, desk.unrecuse, chosen, login, tools.language)


def opened(desk: MattersDesk, matter_id: object, language: Language) -> tuple[Any, int | None]:
    """Return what stands beside the list for a matter, and its id; a refusal is told in words."""
    try:
        wanted = read_id(matter_id)
        return detail_panel(desk.detail(wanted), language), wanted
    except Refused as refused:
        return trouble(refused, language), None


def changed(desk: MattersDesk, change: Change, matter_id: object, login: object, language: Language) -> Any:
    """Return a matter's details after a change of whom it is kept from, or with why that was refused."""
    problem = None
    try:
        wanted = read_id(matter_id)
        try:
            change(wanted, login if isinstance(login, str) else "")
        except Refused as refused:
            problem = say_refusal(refused, language)
        return detail_panel(desk.detail(wanted), language, problem)
    except Refused as refused:
        return trouble(refused, language)


def _bureau_desk(tools: Tools) -> MattersDesk:
    """Return the desk on behalf of the petition bureau; the database refuses the others as well."""
    if not _is_click() or tools.principal().role is not Role.BUREAU:
        raise PreventUpdate
    return tools.store.matters(tools.principal())


def _is_click() -> bool:
    """A component that comes to be also calls its callbacks, without having been clicked."""
    return bool(ctx.triggered and ctx.triggered[0]["value"])
