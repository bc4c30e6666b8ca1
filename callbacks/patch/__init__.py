"""The grid worker's patch: one grid's open matters by clock on a phone; the address is its whole state."""

from __future__ import annotations

from typing import Any

import dash
from dash import Dash

from callbacks.patch import progress
from callbacks.patch.asked import read_address
from callbacks.patch.layout import layout
from callbacks.patch.wiring import wire
from callbacks.tools import Tools
from layers.words import say


def register(app: Dash, tools: Tools) -> None:
    """Add the page and its callback; every control is a link but for what a worker says of a place."""

    def page(
        grid: object = None,
        tab: object = None,
        clock: object = None,
        choose: object = None,
        matter: object = None,
        **_: object,
    ) -> Any:
        asked = read_address(grid=grid, tab=tab, clock=clock, choose=choose, matter=matter)
        return layout(tools, asked)

    def title(**_: Any) -> str:
        return say("patch.title", tools.language)

    dash.register_page("patch", path="/patch", title=title, layout=page)
    wire(app, tools)
    progress.register(app.server, tools)
