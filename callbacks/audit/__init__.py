"""The audit screen: who did what, and whether the chain of it is whole."""

from __future__ import annotations

from typing import Any

import dash
from dash import Dash

from callbacks.audit import download
from callbacks.audit.layout import page
from callbacks.audit.wiring import wire
from callbacks.tools import Tools
from layers.words import say


def register(app: Dash, tools: Tools) -> None:
    """Add the page, its callback and its download."""

    def layout(**query: Any) -> Any:
        return page(tools, query)

    def title(**_: Any) -> str:
        return say("desk.title.audit", tools.language)

    dash.register_page("audit", path="/audit", title=title, layout=layout)
    wire(app, tools)
    download.register(app.server, tools)
