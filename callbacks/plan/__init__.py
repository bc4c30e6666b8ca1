"""The plan screen."""

from __future__ import annotations

import dash
from dash import Dash, html

from callbacks.tools import Tools


def register(app: Dash, tools: Tools) -> None:
    """Add the page."""
    dash.register_page("plan", path="/plan", layout=lambda **_: html.Div())
