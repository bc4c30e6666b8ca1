"""The grid worker's patch: one grid's open matters by clock on a phone; the address is the whole state."""

from __future__ import annotations

from typing import Any

import dash
from dash import Dash

from callbacks.patch.asked import read_address
from callbacks.patch.layout import layout
from callbacks.tools import Tools
from layers.words import say


def register(app: Dash, tools: Tools) -> None:
    """Add the page; it has no callbacks, since every control is a link."""

    def page(
        grid: object = None, tab: object = None, clock: object = None, choose: object = None, **_: object
    ) -> Any:
        return layout(tools, read_address(grid=grid, tab=tab, clock=clock, choose=choose))

    title = say("patch.title", tools.language)
    dash.register_page("patch", path="/patch", title=title, layout=page)
