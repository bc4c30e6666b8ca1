"""The wall (指挥大屏): one map that a leader can act on, with list, figures and trend beside it."""

from __future__ import annotations

from typing import Any

import dash
from dash import Dash

from callbacks import density
from callbacks.tools import Tools
from callbacks.wall.layout import frame
from callbacks.wall.opening import wire_opening
from callbacks.wall.screen import WallScreen
from callbacks.wall.state import may_open_cards, read_state
from callbacks.wall.wiring import wire, wire_cards
from layers.words import say

PATH = "/wall"


def register(app: Dash, tools: Tools) -> None:
    """Add the page, its callbacks and the route of its density pictures."""
    pictures = density.DensityPictures(tools)
    density.register(app.server, tools, pictures)

    def page(**query: str) -> Any:
        return frame(read_state(dict(query)), tools.language, cards=may_open_cards(tools.principal()))

    def title(**_: Any) -> str:
        return f"{say('product.name', tools.language)} · {say('wall.title', tools.language)}"

    dash.register_page("wall", path=PATH, title=title, layout=page)
    screen = WallScreen(tools, pictures)
    wire(app, screen, tools)
    wire_opening(app, screen)
    wire_cards(app, screen, tools)
