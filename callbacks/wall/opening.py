"""Opening a state without a reload: the controls take what a query string says, and all else follows them."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from dash import Dash, Input, Output, no_update
from dash.exceptions import PreventUpdate

from callbacks.groups import write_group
from callbacks.wall.ids import WallId
from callbacks.wall.screen import WallScreen
from callbacks.wall.state import read_state, write_month
from grid.refusals import Refused


def wire_opening(app: Dash, screen: WallScreen) -> None:
    """Register the callback behind ``window.fengtuWall.show``."""

    @app.callback(
        output={
            "layers": Output(WallId.LAYERS, "value"),
            "view": Output(WallId.VIEW, "value"),
            "period": Output(WallId.PERIOD, "value"),
            "group": Output(WallId.GROUP, "value"),
            "level": Output(WallId.LEVEL, "value"),
            "basis": Output(WallId.BASIS, "value"),
            "quarter": Output(WallId.QUARTER, "value", allow_duplicate=True),
            "tabs": Output(WallId.FOCUS, "options", allow_duplicate=True),
            "focus": Output(WallId.FOCUS, "value", allow_duplicate=True),
            "month": Output(WallId.MONTH, "data"),
            "play": Output(WallId.PLAY, "data"),
            "spot": Output(WallId.SPOT, "data"),
        },
        inputs={"asked": Input(WallId.ASKED, "data")},
        prevent_initial_call=True,
    )
    def open_state(asked: object) -> Any:
        if not isinstance(asked, dict):
            raise PreventUpdate
        return opened(screen, asked)


def opened(screen: WallScreen, asked: dict[str, object]) -> dict[str, object]:
    """Return the value of every control; of a city that does not answer, the quarter stays as it is.

    The tabs come with the layers: a layer that is just switched on would lead instead of the one named.
    """
    state = read_state(asked)
    tabs, focus = screen.tabs(list(state.layers), None, state.focus)
    quarter: object = no_update
    with suppress(Refused):
        _, quarter = screen.quarters(asked.get("quarter"))
    return {
        "layers": list(state.layers),
        "view": state.view,
        "period": state.period,
        "group": write_group(state.group),
        "level": state.level,
        "basis": state.basis,
        "quarter": quarter,
        "tabs": tabs,
        "focus": focus,
        "month": write_month(state.month),
        "play": state.play,
        "spot": str(state.spot) if state.spot else None,
    }
