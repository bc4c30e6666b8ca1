"""The grid worker's patch: one grid's open matters by clock on a phone; the address is its whole state."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import dash
from dash import Dash

from callbacks.patch import pages, progress
from callbacks.patch.asked import read_address
from callbacks.patch.ids import MAP_PATH, PLACE_PATH, Tab
from callbacks.patch.layout import layout
from callbacks.patch.wiring import wire
from callbacks.tools import Tools
from layers.words import say


def register(app: Dash, tools: Tools) -> None:
    """Add the lists, which are plain HTML, and the two pages with a map, which are Dash's."""

    def map_page(grid: object = None, **_: object) -> Any:
        return layout(tools, replace(read_address(grid=grid), tab=Tab.MAP))

    def place_page(grid: object = None, matter: object = None, **_: object) -> Any:
        return layout(tools, read_address(grid=grid, matter=matter))

    def title(**_: Any) -> str:
        return say("patch.title", tools.language)

    dash.register_page("patch-map", path=MAP_PATH, title=title, layout=map_page)
    dash.register_page("patch-place", path=PLACE_PATH, title=title, layout=place_page)
    pages.register(app.server, tools)
    wire(app, tools)
    progress.register(app.server, tools)
