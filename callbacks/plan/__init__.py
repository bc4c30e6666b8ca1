"""The planner's board: a coverage plan moved area by area, with its consequences, saved as a draft."""

from __future__ import annotations

from typing import Any

import dash
from dash import Dash

from callbacks.plan.layout import layout
from callbacks.plan.wiring import wire
from callbacks.tools import Tools
from layers.words import say


def register(app: Dash, tools: Tools) -> None:
    """Add the page and its callbacks."""

    def page(plan: object = None, **_: object) -> Any:
        return layout(tools, plan)

    title = say("desk.title.plan", tools.language)
    dash.register_page("plan", path="/plan", title=title, layout=page)
    wire(app, tools)
