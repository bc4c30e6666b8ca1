"""The shell: one Dash app whose screens are pages, served wholly from this machine, behind one guard."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import dash
from dash import Dash, html

from callbacks import (
    access,
    admin,
    audit,
    brief,
    downloads,
    guide,
    health,
    hotspots,
    imports,
    matters,
    open_api,
    packing,
    patch,
    plan,
    review,
    routes,
    search,
    service,
    siting,
    supervision,
    tour,
    units,
    wall,
)
from callbacks.access.owners import Owners
from callbacks.access.plain import DOWN, NEEDS_SIGN_IN, notice_words
from callbacks.access.screens import Screen, shown_screens
from callbacks.tools import Tools
from callbacks.wall.ids import CARD_IDS
from layers.words import say

_SCREENS = {
    Screen.WALL: wall,
    Screen.BRIEF: brief,
    Screen.HOTSPOTS: hotspots,
    Screen.MATTERS: matters,
    Screen.UNITS: units,
    Screen.SUPERVISION: supervision,
    Screen.PATCH: patch,
    Screen.PLAN: plan,
    Screen.IMPORTS: imports,
    Screen.REVIEW: review,
    Screen.SERVICE: service,
    Screen.SITING: siting,
    Screen.TOUR: tour,
    Screen.AUDIT: audit,
    Screen.ADMIN: admin,
}
_ASSETS = Path(__file__).parent / "assets"


def make_shell(tools: Tools) -> Dash:
    """Return the app with every screen and route registered over the given tools."""
    # Dash keeps the pages of all apps of a process in one place: they are this shell's alone.
    dash.page_registry.clear()
    app = _Shell(
        "fengtu",
        use_pages=True,
        pages_folder="",
        assets_folder=str(_ASSETS),
        assets_ignore=r"^(kiosk|patch_(page|queue|worker))\.js$",
        serve_locally=True,
        compress=False,
        update_title="",
        include_pages_meta=False,
        suppress_callback_exceptions=True,
        meta_tags=[{"name": "viewport", "content": "width=device-width, initial-scale=1"}],
    )
    app.tools = tools
    packing.register(app.server)
    app.layout = lambda: _frame(tools)
    owners = Owners(app)
    for screen, module in _SCREENS.items():
        with owners.noting(screen, cards=CARD_IDS):
            module.register(app, tools)
    health.register(app.server, tools)
    routes.register(app.server, tools)
    search.register(app.server, tools)
    guide.register(app.server, tools)
    open_api.register(app.server, tools)
    downloads.register(app.server, tools)
    access.enclose(app, tools, owners, shown_screens())
    return app


class _Shell(Dash):
    """A Dash app whose page says in which language it is."""

    tools: Tools

    def interpolate_index(self, *parts: Any, **named: Any) -> str:
        """Return the page that loads the app, in the reader's language."""
        language = self.tools.language
        named["title"] = say("product.name", language)
        page = super().interpolate_index(*parts, **named)  # type: ignore[no-untyped-call]
        return str(page).replace("<html>", f'<html lang="{language}">', 1)


def _frame(tools: Tools) -> Any:
    """The page's place, and over it a line for what a page in use is told: see ``assets/access.js``."""
    told: Any = {
        "data-ended": notice_words(NEEDS_SIGN_IN, tools.language),
        "data-down": notice_words(DOWN, tools.language),
        "data-back": say("access.notice.back", tools.language),
        "data-sign-in": say("access.notice.sign_in", tools.language),
    }
    banner = html.Div(id="shell-banner", className="shell-banner", role="alert", hidden=True, **told)
    return html.Div([dash.page_container, banner], className="shell")
