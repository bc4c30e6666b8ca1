"""Units (责任单位): the league table, and each unit's own page; all that is shown stands in the address."""

from __future__ import annotations

from typing import Any

import dash
from dash import Dash

from callbacks.tools import Tools
from callbacks.units import download
from callbacks.units.asked import CARD_PATH, PAGE_PATH, read_address
from callbacks.units.card import card_page
from callbacks.units.layout import page
from callbacks.units.wiring import wire
from callbacks.units_map import View, map_page, read_map_address
from layers.words import say


def register(app: Dash, tools: Tools) -> None:
    """Add the pages, their callbacks and the table's file."""

    def layout(**query: Any) -> Any:
        shown = read_map_address(query)
        return page(tools, read_address(query)) if shown.view is View.TABLE else map_page(tools, shown)

    def unit_layout(code: str = "", **query: Any) -> Any:
        return card_page(tools, code, query)

    def title(**_: Any) -> str:
        return say("desk.title.units", tools.language)

    dash.register_page("units", path=PAGE_PATH, title=title, layout=layout)
    template = CARD_PATH.format(code="<code>")
    dash.register_page("unit", path_template=template, title=title, layout=unit_layout)
    download.register(app.server, tools)
    wire(app, tools)
