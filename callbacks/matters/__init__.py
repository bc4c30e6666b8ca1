"""The register of matters (信访件台账): filters in the address, one matter at a time beside the list."""

from __future__ import annotations

from typing import Any

import dash
from dash import Dash

from callbacks.matters import download, entries
from callbacks.matters.asked import PAGE_PATH, read_address
from callbacks.matters.layout import page
from callbacks.matters.wiring import wire
from callbacks.tools import Tools
from layers.words import say


def register(app: Dash, tools: Tools) -> None:
    """Add the page, its callbacks and its export."""

    def layout(**query: Any) -> Any:
        return page(tools, read_address(query))

    def title(**_: Any) -> str:
        return say("desk.title.matters", tools.language)

    dash.register_page("matters", path=PAGE_PATH, title=title, layout=layout)
    wire(app, tools)
    entries.wire(app, tools)
    download.register(app.server, tools)
