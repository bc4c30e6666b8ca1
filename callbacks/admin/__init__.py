"""The administrator's screen: accounts, kiosks, the city's settings, clock rules; it sees no petition."""

from __future__ import annotations

from typing import Any

import dash
from dash import Dash

from callbacks.admin import clock_wiring
from callbacks.admin.layout import page
from callbacks.admin.wiring import wire
from callbacks.tools import Tools
from layers.words import say


def register(app: Dash, tools: Tools) -> None:
    """Add the page and its callbacks."""

    def layout(part: str | None = None, account: str | None = None, **_: Any) -> Any:
        return page(tools, part, account)

    def title(**_: Any) -> str:
        return say("desk.title.admin", tools.language)

    dash.register_page("admin", path="/admin", title=title, layout=layout)
    wire(app, tools)
    clock_wiring.wire(app, tools)
