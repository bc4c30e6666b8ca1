"""Dash's pages behind the guard: each is laid out only for those who may open it, whatever a browser asks.

Dash changes pages by a callback whose address a browser names, so that the guard of routes cannot tell them
apart. To whom a page is not open it is the page of an address that does not exist.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import dash
from dash import dcc, html

from callbacks import frame
from callbacks.access.languages import language_form
from callbacks.access.menu import account_link, leave_form, menu_links
from callbacks.access.screens import Screen, may_open, screen_at
from callbacks.tools import Tools
from grid.principals import Principal, Role
from layers.words import say

_WITHOUT_DESK = frozenset({Role.KIOSK, Role.WORKER})
_NOT_FOUND = "not_found_404"
"""Dash shows the page of this name for unknown addresses."""


def close_pages(tools: Tools) -> None:
    """Put a check before every page that was registered; those of no screen are open to nobody."""
    for page in dash.page_registry.values():
        screen = screen_at(page["path"])
        page["title"] = _title(tools, screen, page["title"])
        page["layout"] = _layout(tools, screen, page["layout"])
    dash.register_page(
        _NOT_FOUND,
        path="/_",
        title=lambda **_: say("access.notice.not_found.title", tools.language),
        layout=lambda **_: _not_found(tools),
    )


def _layout(tools: Tools, screen: Screen | None, laid: Any) -> Callable[..., Any]:
    def layout(**query: Any) -> Any:
        principal = tools.principal()
        if not may_open(principal.role, screen):
            return _not_found(tools)
        page = laid(**query) if callable(laid) else laid
        return _with_corner(tools, principal, page) if screen is Screen.WALL else page

    return layout


def _title(tools: Tools, screen: Screen | None, title: str | Callable[..., str]) -> Callable[..., str]:
    def words(**parts: Any) -> str:
        if may_open(tools.principal().role, screen):
            return title if isinstance(title, str) else title(**parts)
        return say("access.notice.not_found.title", tools.language)

    return words


def _with_corner(tools: Tools, principal: Principal, page: Any) -> Any:
    """The wall has no menu: who is signed in finds other screens and the way out in its corner."""
    if principal.role is Role.KIOSK:
        return page
    links = [
        *menu_links(tools, principal, Screen.WALL, class_name="wall-corner-link"),
        account_link(tools),
        language_form(tools),
        leave_form(tools),
    ]
    corner = html.Details(
        [
            html.Summary(principal.label or say(f"role.{principal.role}", tools.language)),
            html.Div([html.Span(say(f"role.{principal.role}", tools.language)), *links]),
        ],
        className="wall-corner",
    )
    return html.Div([page, corner])


def _not_found(tools: Tools) -> Any:
    """Say so in the frame of a desk, where other pages are a step away; who has no desk gets the way home."""
    language, role = tools.language, tools.principal().role
    # A page of the server, not of Dash: it knows where each role begins.
    home = dcc.Link(say("access.notice.home", language), href="/", refresh=True, className="door-other")
    title, text = (say(f"access.notice.not_found.{part}", language) for part in ("title", "text"))
    if role in _WITHOUT_DESK:
        card = html.Div([html.H1(title), html.P(text), home], className="door-card")
        return html.Main(card, className="door")
    return frame.desk(tools, None, "not_found", frame.message(title, text, tone="alert", more=home))
