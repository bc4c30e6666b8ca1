"""Siting (代办点布点): who is within reach, where the next points should stand, what is proven of them."""

from __future__ import annotations

from typing import Any

import dash
from dash import Dash

from callbacks.siting import download, wiring
from callbacks.siting.asked import PAGE_PATH
from callbacks.siting.layout import page
from callbacks.tools import Tools
from layers.words import say


def register(app: Dash, tools: Tools) -> None:
    """Add the page, its file, and the proof that runs beside it; all else stands in the address."""

    def layout(**query: Any) -> Any:
        return page(tools, query)

    def title(**_: Any) -> str:
        return say("desk.title.siting", tools.language)

    dash.register_page("siting", path=PAGE_PATH, title=title, layout=layout)
    wiring.wire(app, tools)
    download.register(app.server, tools)
