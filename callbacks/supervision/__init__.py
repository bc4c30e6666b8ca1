"""The register of supervision (督办台账): cases by procedure, one at a time beside the list; the roster."""

from __future__ import annotations

from typing import Any

import dash
from dash import Dash

from callbacks.supervision.asked import PAGE_PATH, read_address
from callbacks.supervision.layout import page
from callbacks.supervision.wiring import wire
from callbacks.tools import Tools
from layers.words import say


def register(app: Dash, tools: Tools) -> None:
    """Add the page and what is done on it."""

    def layout(**query: Any) -> Any:
        return page(tools, read_address(query))

    def title(**_: Any) -> str:
        return say("desk.title.supervision", tools.language)

    dash.register_page("supervision", path=PAGE_PATH, title=title, layout=layout)
    wire(app, tools)
