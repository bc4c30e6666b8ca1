"""The review of places: addresses that the geocoder would not decide, decided by people, text by text."""

from __future__ import annotations

from typing import Any

import dash
from dash import Dash

from callbacks.review.layout import layout
from callbacks.review.wiring import wire
from callbacks.tools import Tools
from layers.words import say


def register(app: Dash, tools: Tools) -> None:
    """Add the page and its callbacks."""

    def page(page: object = None, **_: object) -> Any:
        return layout(tools, page)

    def title(**_: Any) -> str:
        return say("desk.title.review", tools.language)

    dash.register_page("review", path="/review", title=title, layout=page)
    wire(app, tools)
