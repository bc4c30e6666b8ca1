"""The leader's pages (领导阅览): the wall's scenes on a phone and at a desk, down to units and leaders."""

from __future__ import annotations

from typing import Any

import dash
from dash import ClientsideFunction, Dash, Input, Output, State

from callbacks.brief.asked import PAGE_PATH, read_address
from callbacks.brief.ids import BriefId
from callbacks.brief.maps import BriefMaps
from callbacks.brief.page import page
from callbacks.brief.readings import Readings
from callbacks.brief.shown import PLACES, Shown, show
from callbacks.tools import Tools
from layers.words import say


def register(app: Dash, tools: Tools) -> None:
    """Add the page; all that it shows stands in its address, and every control is a link."""
    maps = BriefMaps()

    def layout(**query: Any) -> Any:
        return page(tools, maps, read_address(query))

    def title(**_: Any) -> str:
        return f"{say('product.name', tools.language)} · {say('brief.title', tools.language)}"

    dash.register_page("brief", path=PAGE_PATH, title=title, layout=layout)

    # A link of ours changes the parts of the page: see ``assets/brief.js``.
    @app.callback(
        [Output(*place) for place in PLACES],
        Input(BriefId.WANTED, "data"),
        State(BriefId.DRAWN, "data"),
        prevent_initial_call=True,
    )
    def change(wanted: object, drawn: object) -> Shown:
        asked = read_address(wanted if isinstance(wanted, dict) else {})
        return show(tools, maps, Readings(tools, asked), drawn)

    _in_browser(app, "answered", Output(BriefId.SEEN, "data"), Input(BriefId.TROUBLE, "children"))
    _in_browser(app, "draw", Input(BriefId.PICTURE, "data"))


def _in_browser(app: Dash, name: str, *wires: Output | Input) -> None:
    app.clientside_callback(ClientsideFunction("brief", name), *wires)
