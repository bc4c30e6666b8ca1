"""The menu: the screens that a principal may open, who it is, and the way out."""

from __future__ import annotations

from typing import Any

from dash import dcc, html

from callbacks.access.languages import language_form
from callbacks.access.screens import ACCOUNT_PATH, Screen, screens_of, shown_screens
from callbacks.tools import Tools
from grid.principals import Principal, Role
from layers.words import say


def menu_links(tools: Tools, principal: Principal, here: Screen | None, *, class_name: str) -> list[Any]:
    """Return links to the screens open to a principal; none where there is no other than the one shown."""
    mine = screens_of(principal.role, shown_screens())
    if set(mine) <= {here}:
        return []
    return [
        dcc.Link(
            say(f"desk.screen.{screen}", tools.language),
            href=screen.path,
            className=class_name + (f" {class_name}-here" if screen is here else ""),
        )
        for screen in mine
    ]


def account_mark(tools: Tools, principal: Principal) -> Any:
    """Return the account's name and role in words, leading to its own page, with the way out."""
    words = [
        html.Span(principal.label, className="account-name"),
        html.Span(say(f"role.{principal.role}", tools.language), className="account-role"),
    ]
    if principal.role is Role.KIOSK:
        return html.Div(words, className="account")
    return html.Div(
        [account_link(tools, words), language_form(tools), leave_form(tools)], className="account"
    )


def account_link(tools: Tools, words: Any = None) -> Any:
    """Return a link to the account's own page; it is a page of the server, not of Dash."""
    return html.A(
        words or say("access.password.title", tools.language),
        href=ACCOUNT_PATH,
        title=say("access.password.title", tools.language),
        className="account-link",
    )


def leave_form(tools: Tools) -> Any:
    """Return the sign-out button: a form, since a link could be followed in somebody's name."""
    button = html.Button(say("access.sign_out", tools.language), type="submit", className="leave-button")
    return html.Form(button, action="/sign-out", method="POST", className="leave")
