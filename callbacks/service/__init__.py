"""The service network (代办网络): who is served, how far it is, which points have gone silent."""

from __future__ import annotations

from typing import Any

import dash
from dash import Dash

from callbacks.service import download
from callbacks.service.asked import PAGE_PATH, read_address
from callbacks.service.layout import page
from callbacks.tools import Tools
from layers.words import say


def register(app: Dash, tools: Tools) -> None:
    """Add the page and its files; all that it shows stands in its address."""

    def layout(**query: Any) -> Any:
        return page(tools, read_address(query))

    def title(**_: Any) -> str:
        return say("desk.title.service", tools.language)

    dash.register_page("service", path=PAGE_PATH, title=title, layout=layout)
    download.register(app.server, tools)
