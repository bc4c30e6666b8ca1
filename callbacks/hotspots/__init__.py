"""Hotspots (热点分析): where matters concentrate, for whoever may ask of the whole city."""

from __future__ import annotations

from typing import Any

import dash
from dash import Dash

from callbacks.hotspots import download
from callbacks.hotspots.asked import PAGE_PATH
from callbacks.hotspots.layout import page
from callbacks.hotspots.screen import HotspotScreen
from callbacks.hotspots.wiring import wire
from callbacks.tools import Tools
from layers.words import say


def register(app: Dash, tools: Tools) -> None:
    """Add the page, its callbacks and its files; all that it shows stands in its address."""
    screen = HotspotScreen(tools)

    def layout(**query: Any) -> Any:
        return page(tools, screen, query)

    def title(**_: Any) -> str:
        return say("desk.title.hotspots", tools.language)

    dash.register_page("hotspots", path=PAGE_PATH, title=title, layout=layout)
    wire(app, screen, tools)
    download.register(app.server, tools, screen)
