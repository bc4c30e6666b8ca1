"""The shell: one Dash app whose screens are pages, served wholly from this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import dash
from dash import Dash, dcc, html

from callbacks import downloads, health, imports, patch, plan, routes, wall
from callbacks.tools import Tools
from layers.words import say

_SCREENS = (wall, patch, plan, imports)
_ASSETS = Path(__file__).parent / "assets"
_LARGEST_REQUEST_BYTES = 96 * 1024 * 1024
"""A 64 MB upload as base64, with room for the callback around it."""


def make_shell(tools: Tools) -> Dash:
    """Return the app with every screen and route registered over the given tools."""
    # Dash keeps the pages of all apps of a process in one place: they are this shell's alone.
    dash.page_registry.clear()
    app = Dash(
        "fengtu",
        use_pages=True,
        pages_folder="",
        assets_folder=str(_ASSETS),
        serve_locally=True,
        compress=False,
        title=say("product.name", tools.language),
        update_title="",
        suppress_callback_exceptions=True,
        meta_tags=[{"name": "viewport", "content": "width=device-width, initial-scale=1"}],
    )
    app.index_string = app.index_string.replace("<html>", f'<html lang="{tools.language}">')
    app.layout = _frame
    app.server.config["MAX_CONTENT_LENGTH"] = _LARGEST_REQUEST_BYTES
    for screen in _SCREENS:
        screen.register(app, tools)
    dash.register_page(
        "home", path="/", layout=lambda **_: dcc.Location(pathname="/wall", id="home", refresh=True)
    )
    health.register(app.server, tools)
    routes.register(app.server, tools)
    downloads.register(app.server, tools)
    return app


def _frame() -> Any:
    return html.Div([dash.page_container], className="shell")
