"""What the units' pages do: open a number, and take a step of a listing."""

from __future__ import annotations

from typing import Any

from dash import Dash, Input, Output, State, ctx, no_update
from dash.exceptions import PreventUpdate

from callbacks.frame import trouble
from callbacks.tools import Tools
from callbacks.units.asked import read_address, read_step
from callbacks.units.ids import Id
from callbacks.units.panel import opened_panel
from callbacks.units.steps import done_words, listings_card
from grid.listings import Quarter
from grid.ports import UnitDesk
from grid.rectification.steps import StepAsked
from grid.refusals import Refused
from layers.words import Language


def wire(app: Dash, tools: Tools) -> None:
    """Register the pages' callbacks."""

    @app.callback(Output(Id.PANEL, "children"), Input(Id.ASKED, "data"), prevent_initial_call=True)
    def open_figure(data: object) -> Any:
        principal = tools.principal()
        return opened(tools.store.units(principal), data, tools)

    @app.callback(
        Output(Id.SAID, "children"),
        Output(Id.LISTINGS, "children"),
        Input(Id.SEND, "n_clicks"),
        State(Id.STEP, "data"),
        State(Id.DAY, "value"),
        State(Id.OFFICIAL, "value"),
        State(Id.WORDS, "value"),
        State(Id.SURE, "value"),
        prevent_initial_call=True,
    )
    def send(clicks: object, *sent: object) -> tuple[Any, Any]:
        if not (ctx.triggered and ctx.triggered[0]["value"]):
            # A button that comes to be also calls its callback.
            raise PreventUpdate
        return taken(tools.store.units(tools.principal()), sent, tools.language)


def opened(desk: UnitDesk, data: object, tools: Tools) -> Any:
    """Return what stands in the panel for the fields of an address, in words where it cannot."""
    asked = read_address(data if isinstance(data, dict) else {})
    try:
        current = Quarter.of(desk.city().today)
    except Refused as refused:
        return trouble(refused, tools.language)
    return opened_panel(desk, asked, current, tools.principal().role, tools.language)


def taken(desk: UnitDesk, sent: tuple[object, ...], language: Language) -> tuple[Any, Any]:
    """Take a step; return a refusal in words, or the unit's listings after it."""
    try:
        code, asked = read_step(*sent)
        if isinstance(asked, StepAsked):
            desk.take_step(asked)
        else:
            quarter = desk.card(code).proposable
            if quarter is None:
                raise Refused("listing_unknown")
            desk.propose(code, quarter, asked)
        card = desk.card(code)
    except Refused as refused:
        return trouble(refused, language), no_update
    return no_update, listings_card(card, None, language, done_words(asked, language))
