"""The imports screen: try a file out, import it, read what became of every row."""

from __future__ import annotations

from typing import Any

import dash
from dash import Dash

from callbacks.imports.layout import page
from callbacks.imports.wiring import wire
from callbacks.tools import Tools
from layers.words import say


def register(app: Dash, tools: Tools) -> None:
    """Add the page and its callbacks."""

    def layout(kind: str | None = None, batch: str | None = None, **_: Any) -> Any:
        return page(tools, kind, batch)

    def title(**_: Any) -> str:
        return say("desk.title.imports", tools.language)

    dash.register_page("imports", path="/imports", title=title, layout=layout)
    wire(app, tools)
