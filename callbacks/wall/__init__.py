"""The wall screen."""

from __future__ import annotations

import dash
from dash import Dash, html

from callbacks.tools import Tools


def register(app: Dash, tools: Tools) -> None:
    """Add the page."""
    dash.register_page("wall", path="/wall", layout=lambda **_: html.Div())
