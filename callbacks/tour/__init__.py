"""The editor of tours (轮播): which scenes the wall shows in turn; ``callbacks.wall`` plays them."""

from __future__ import annotations

from typing import Any

import dash
from dash import Dash

from callbacks.tools import Tools
from callbacks.tour import wiring
from callbacks.tour.layout import PATH, page
from layers.words import say


def register(app: Dash, tools: Tools) -> None:
    """Add the page and its callbacks."""

    def layout(**query: Any) -> Any:
        return page(tools, query.get("tour"))

    def title(**_: Any) -> str:
        return say("desk.title.tour", tools.language)

    dash.register_page("tour", path=PATH, title=title, layout=layout)
    wiring.wire(app, tools)
