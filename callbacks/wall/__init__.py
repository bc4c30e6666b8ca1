"""The wall (指挥大屏): one map that a leader can act on, with list, figures and trend beside it."""

from __future__ import annotations

from typing import Any

import dash
from dash import Dash, html

from callbacks import density
from callbacks.tools import Tools
from callbacks.wall import tour_scenes
from callbacks.wall.layout import frame
from callbacks.wall.live import live_parts
from callbacks.wall.opening import wire_opening
from callbacks.wall.screen import WallScreen
from callbacks.wall.state import may_open_cards, read_state
from callbacks.wall.wiring import wire, wire_cards
from grid.principals import Role
from layers.words import say

PATH = "/wall"


def register(app: Dash, tools: Tools) -> None:
    """Add the page, its callbacks and the route of its density pictures."""
    pictures = density.DensityPictures(tools)
    density.register(app.server, tools, pictures)
    tour_scenes.register(app.server, tools)

    def page(**query: str) -> Any:
        principal = tools.principal()
        leave_to = "/kiosk" if principal.role is Role.KIOSK else "/sign-in?next="
        return html.Div(
            [
                frame(read_state(dict(query)), tools.language, cards=may_open_cards(principal)),
                live_parts(tools.language, program=tools.program, leave_to=leave_to),
            ]
        )

    def title(**_: Any) -> str:
        return f"{say('product.name', tools.language)} · {say('wall.title', tools.language)}"

    dash.register_page("wall", path=PATH, title=title, layout=page)
    screen = WallScreen(tools, pictures)
    wire(app, screen, tools)
    wire_opening(app, screen)
    wire_cards(app, screen, tools)
