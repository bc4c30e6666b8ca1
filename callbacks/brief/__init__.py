"""The leader's pages (领导阅览): the wall's scenes on a phone and at a desk, down to units and leaders."""

from __future__ import annotations

from typing import Any

import dash
from dash import ClientsideFunction, Dash, Input, Output

from callbacks.brief.asked import PAGE_PATH, read_address
from callbacks.brief.ids import BriefId
from callbacks.brief.maps import BriefMaps
from callbacks.brief.page import page
from callbacks.tools import Tools
from layers.words import say


def register(app: Dash, tools: Tools) -> None:
    """Add the page; all that it shows stands in its address, and every control is a link."""
    maps = BriefMaps()

    def layout(**query: Any) -> Any:
        return page(tools, maps, read_address(query))

    def title(**_: Any) -> str:
        return f"{say('product.name', tools.language)} · {say('brief.title', tools.language)}"

    dash.register_page("brief", path=PAGE_PATH, title=title, layout=layout)
    app.clientside_callback(
        ClientsideFunction("brief", "seen"), Output(BriefId.SEEN, "data"), Input(BriefId.ADDRESS, "data")
    )
