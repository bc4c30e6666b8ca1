"""The planner's board: a coverage plan edited unit by unit, with its consequences, saved as a draft."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import dash
from dash import Dash

from callbacks.plan import files
from callbacks.plan.compare import compare_page, wire_compare
from callbacks.plan.layout import layout
from callbacks.plan.life_board import wire_life_board
from callbacks.plan.life_ids import VIEW
from callbacks.plan.life_page import life_page
from callbacks.plan.life_wiring import wire_life
from callbacks.plan.patches_list import towns_page
from callbacks.plan.patches_wiring import wire_patches
from callbacks.plan.suggestion import wire_suggest
from callbacks.plan.wiring import wire
from callbacks.plan.workload_panel import wire_workload
from callbacks.tools import Tools
from grid.principals import Role
from layers.words import say

Views = dict[str, Callable[[Tools, dict[str, object]], Any]]
"""Pages beside the board by ``?view=``: given the tools and all else that the address says."""
VIEWS: Views = {"compare": compare_page, VIEW: life_page, "patches": towns_page}


def register(app: Dash, tools: Tools) -> None:
    """Add the page and its callbacks."""

    def page(plan: object = None, view: object = None, **asked: object) -> Any:
        shown = VIEWS.get(view) if isinstance(view, str) else None
        town = asked.get("town")
        if view is None and plan is None and town is None and tools.principal().role is Role.APPROVER:
            # What waits for approval, not a board that an approver cannot draw on.
            shown = life_page
        return layout(tools, plan, town) if shown is None else shown(tools, {"plan": plan, **asked})

    def title(**_: Any) -> str:
        return say("desk.title.plan", tools.language)

    dash.register_page("plan", path="/plan", title=title, layout=page)
    wire(app, tools)
    files.register(app.server, tools)
    wire_workload(app, tools)
    wire_suggest(app, tools)
    wire_compare(app, tools)
    wire_patches(app, tools)
    wire_life(app, tools)
    wire_life_board(app, tools)
