"""Wiring of the wall: which part is answered anew by what."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, State, no_update, set_props
from dash.exceptions import PreventUpdate

from callbacks.tools import Tools
from callbacks.wall.ids import WallId
from callbacks.wall.screen import WallScreen
from grid.refusals import Refused
from layers.words import say_refusal

_VERSION = Input(WallId.VERSION, "data")
_VIEWPORT = Input(WallId.VIEWPORT, "data")
_CARD = Input(WallId.CARD, "data")
_CARD_IF_ANY = Input(WallId.CARD, "data", allow_optional=True)
_MONTH = Input(WallId.MONTH, "data")
_CONTROLS = {
    "layers": Input(WallId.LAYERS, "value"),
    "view": Input(WallId.VIEW, "value"),
    "period": Input(WallId.PERIOD, "value"),
    "group": Input(WallId.GROUP, "value"),
    "level": Input(WallId.LEVEL, "value"),
    "basis": Input(WallId.BASIS, "value"),
    "quarter": Input(WallId.QUARTER, "value"),
    "focus": Input(WallId.FOCUS, "value"),
    "spot": Input(WallId.SPOT, "data"),
}


def wire(app: Dash, screen: WallScreen, tools: Tools) -> None:
    """Register the callbacks of the wall itself, which everybody may use who may see it."""
    _wire_browser(app)
    _wire_clock(app, screen)
    _wire_picture(app, screen, tools)
    _wire_address(app, screen)


def _wire_browser(app: Dash) -> None:
    def wire(function: str, output: Output, *inputs: Input) -> None:
        app.clientside_callback(ClientsideFunction("wall", function), output, *inputs)

    wire("viewport", Output(WallId.VIEWPORT, "data"), Input(WallId.FRAME, "id"))
    wire("playing", Output(WallId.PLAY_BUTTON, "children"), Input(WallId.PLAY, "data"), _MONTH)
    wire("dress", Output(WallId.DRESSED, "data"), Input(WallId.MAP, "figure"))
    app.clientside_callback(
        ClientsideFunction("wall_live", "heard"), Output(WallId.LIVE, "title"),
        Input(WallId.PULSE, "data"), Input(WallId.VERSION, "data"),
    )  # fmt: skip
    wire("address", Output(WallId.ADDRESS, "modified_timestamp"), Input(WallId.ADDRESS, "data"))


def _wire_clock(app: Dash, screen: WallScreen) -> None:
    @app.callback(
        Output(WallId.VERSION, "data"),
        Output(WallId.BANNER, "children"),
        Output(WallId.BANNER, "hidden"),
        Output(WallId.PULSE, "data"),
        Input(WallId.TICK, "n_intervals"),
        State(WallId.VERSION, "data"),
    )
    def tick(_: object, shown: object) -> Any:
        return screen.tick(shown)

    @app.callback(
        Output(WallId.FOCUS, "options"),
        Output(WallId.FOCUS, "value"),
        Input(WallId.LAYERS, "value"),
        State(WallId.FOCUS, "options"),
        State(WallId.FOCUS, "value"),
    )
    def tabs(layers: object, options: object, focus: object) -> Any:
        labels, value = screen.tabs(layers, options, focus)
        return labels, no_update if value == focus else value


def _wire_picture(app: Dash, screen: WallScreen, tools: Tools) -> None:
    keep = _keep_picture(tools)

    @app.callback(
        Output(WallId.HEADING, "children"),
        Output(WallId.STAMPS, "children"),
        Output(WallId.SOURCE, "children"),
        inputs={"shown": _VERSION, "controls": _CONTROLS},
    )
    @keep
    def heading(shown: object, controls: dict[str, object]) -> Any:
        return screen.heading(shown, controls)

    @app.callback(
        Output(WallId.QUARTER, "options"),
        Output(WallId.QUARTER, "value"),
        inputs={"shown": _VERSION, "chosen": State(WallId.QUARTER, "value")},
    )
    @keep
    def quarters(shown: object, chosen: object) -> Any:
        return screen.quarters(chosen)

    @app.callback(
        Output(WallId.MAP, "figure"),
        Output(WallId.LEGENDS, "children"),
        Output(WallId.MAP_NOTE, "children"),
        Output(WallId.DRAWN, "data"),
        inputs={
            "shown": _VERSION, "viewport": _VIEWPORT, "controls": _CONTROLS,
            "drawn": State(WallId.DRAWN, "data"),
        },
    )  # fmt: skip
    @keep
    def picture(shown: object, viewport: object, controls: dict[str, object], drawn: object) -> Any:
        if viewport is None:
            raise PreventUpdate
        return screen.picture(viewport, controls, drawn, shown=shown)

    @app.callback(Output(WallId.FIGURES, "children"), inputs={"shown": _VERSION, "controls": _CONTROLS})
    @keep
    def figures(shown: object, controls: dict[str, object]) -> Any:
        return screen.figures(controls)

    @app.callback(
        Output(WallId.TREND, "figure"),
        Output(WallId.MONTH_SAID, "children"),
        inputs={"shown": _VERSION, "viewport": _VIEWPORT, "controls": _CONTROLS, "month": _MONTH},
    )
    @keep
    def trend(shown: object, viewport: object, controls: dict[str, object], month: object) -> Any:
        return screen.trend(viewport, controls, month)

    @app.callback(
        Output(WallId.LIST, "children"),
        Output(WallId.PLACED, "children"),
        inputs={"shown": _VERSION, "controls": _CONTROLS},
    )
    @keep
    def ranking(shown: object, controls: dict[str, object]) -> Any:
        return screen.ranking(controls)


def _wire_address(app: Dash, screen: WallScreen) -> None:
    played = {"month": _MONTH, "play": Input(WallId.PLAY, "data")}

    @app.callback(
        Output(WallId.ADDRESS, "data"),
        inputs={"card": _CARD_IF_ANY, "controls": _CONTROLS, "played": played},
    )
    def address(card: object, controls: dict[str, object], played: dict[str, object]) -> Any:
        return screen.address({**controls, **played}, card)


def wire_cards(app: Dash, screen: WallScreen, tools: Tools) -> None:
    """Register the callbacks of cards: apart, since not everybody who may see the wall may open them."""

    # In the browser, as what is pressed in a list: a late answer would take the place of a later press.
    app.clientside_callback(
        ClientsideFunction("wall", "cardAt"),
        Output(WallId.CARD, "data"),
        Input(WallId.MAP, "clickData"),
        prevent_initial_call=True,
    )

    @app.callback(
        Output(WallId.CARD_PANEL, "children"),
        Output(WallId.CARD_PANEL, "hidden"),
        inputs={"shown": _VERSION, "card": _CARD, "viewport": _VIEWPORT, "controls": _CONTROLS},
    )
    @_keep_picture(tools)
    def card_panel(shown: object, card: object, viewport: object, controls: dict[str, object]) -> Any:
        return screen.card(card, viewport, controls)


def _keep_picture(tools: Tools) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Wrap a callback so that a refusal leaves the picture as it is and shows the banner at once.

    Before the first data version nothing is asked: the clock says whether there is a database. What a lost
    database left unanswered is asked again when it is back: the version without its number is none.
    """

    def wrap(answer: Callable[..., Any]) -> Callable[..., Any]:
        def keep(shown: object, **asked: Any) -> Any:
            if not isinstance(shown, dict) or "number" not in shown:
                raise PreventUpdate
            try:
                return answer(shown=shown, **asked)
            except Refused as refused:
                set_props(WallId.BANNER, {"children": say_refusal(refused, tools.language), "hidden": False})
                if refused.code == "database_down":
                    set_props(WallId.VERSION, {"data": {"at": shown.get("at")}})
                return no_update

        return keep

    return wrap
