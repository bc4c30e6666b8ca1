"""What the import page does in the browser alone."""

from __future__ import annotations

from dash import ALL, ClientsideFunction, Dash, Input, Output, State

from callbacks.imports.ids import Ids, answer_id, option_id, spot_id


def wire(app: Dash) -> None:
    """Register the callbacks that need no server; ``imports.js`` has their functions."""
    _wire_file(app)
    _wire_outcome(app)
    _wire_map(app)


def _wire_file(app: Dash) -> None:
    app.clientside_callback(
        ClientsideFunction("imports", "choose"),
        Output(Ids.CHOSEN, "children"),
        Output(Ids.NOTE, "children"),
        Output(Ids.SENT, "data"),
        Output(Ids.FILE, "data"),
        Output(Ids.DIGEST, "children"),
        Output(Ids.RUN, "data"),
        Input(Ids.UPLOAD, "contents"),
        State(Ids.UPLOAD, "filename"),
        State(Ids.WORDS, "data"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("imports", "ready"), Output(Ids.TRY_OUT, "disabled"), Input(Ids.FILE, "data")
    )
    app.clientside_callback(
        ClientsideFunction("imports", "step"),
        Output(Ids.STEPS, "className"),
        Input(Ids.FILE, "data"),
        Input(Ids.RUN, "data"),
    )
    app.clientside_callback(
        ClientsideFunction("imports", "forget"),
        Output(Ids.RUN, "data", allow_duplicate=True),
        Input(option_id(ALL), "value"),
        prevent_initial_call=True,
    )


def _wire_outcome(app: Dash) -> None:
    app.clientside_callback(
        ClientsideFunction("imports", "reveal"),
        Input(Ids.RUN, "data"),
        State(Ids.PROGRESS, "id"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("imports", "changed"),
        Output(Ids.IMPORT, "disabled"),
        Output(Ids.TRY_AGAIN, "disabled"),
        Output(Ids.AGAIN_NOTE, "children"),
        Input(answer_id(ALL), "value"),
        State(answer_id(ALL), "id"),
        State(Ids.SHOWN, "data"),
    )


def _wire_map(app: Dash) -> None:
    app.clientside_callback(
        ClientsideFunction("imports", "look"),
        Output(Ids.MAP, "figure"),
        Input(spot_id(ALL), "n_clicks"),
        Input(Ids.WHOLE, "n_clicks"),
        Input(Ids.REPAIR_SIDE, "value"),
        State(Ids.MAP, "figure"),
        State(Ids.SPOTS, "data"),
        prevent_initial_call=True,
    )
