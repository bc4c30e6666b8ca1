"""The accounts part: the table, one account with what can be done to it, and a new one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from dash import dcc, html

from callbacks.admin.fields import button, confirmed, role_fields, text_field
from callbacks.admin.ids import Form, Ids
from callbacks.frame import labelled, message
from grid.accounts import AccountView
from grid.principals import Role
from layers.numbers import CITY_ZONE
from layers.words import Language, say

_COLUMNS = ("login", "role", "scope", "state", "sessions", "seen", "made")
_MOST_NAMES = 3
"""Areas and units that a row of the table names."""


def people(accounts: Sequence[AccountView]) -> list[AccountView]:
    """Return the accounts of persons."""
    return [one for one in accounts if one.role is not Role.KIOSK]


def table(accounts: Sequence[AccountView], chosen: str, language: Language) -> Any:
    """Return all accounts of persons; each leads to what can be done to it."""
    shown = people(accounts)
    if not shown:
        return message(say("admin.empty.title", language), say("admin.empty.text", language))
    heads = [html.Th(say(f"admin.column.{name}", language), scope="col") for name in _COLUMNS]
    rows = [_row(one, one.login == chosen, language) for one in shown]
    return html.Table([html.Thead(html.Tr(heads)), html.Tbody(rows)], className="office-table")


def detail(one: AccountView | None, own_id: str, language: Language) -> Any:
    """Return one account with what can be done to it; one's own can only be looked at."""
    if one is None:
        return html.P(say("admin.detail.none", language), className="office-muted")
    parts = (
        html.Ul([html.Li(part.name) for part in one.scope], className="admin-scope") if one.scope else None
    )
    title = html.H2(one.login)
    about = say(
        "admin.detail.about", language, id=one.public_id, role=say(f"role.{one.role}", language),
        state=_state(one, language), sessions=one.live_sessions,
    )  # fmt: skip
    head = [title, html.P(about, className="office-muted"), parts]
    if one.public_id == own_id:
        return html.Div([*head, html.P(say("admin.detail.own", language))])
    return html.Div([*head, *_changes(one, language)])


def adding(language: Language) -> Any:
    """Return the form of a new account."""
    return html.Section(
        [
            html.H2(say("admin.add.title", language)),
            text_field(Ids.LOGIN, "login", language, most=40),
            role_fields(Form.ADD, language),
            text_field(Ids.PASSWORD, "password", language),
            button(say("admin.add.do", language), Ids.ADD, tone="primary"),
            html.Div(id=Ids.ADDED),
        ],
        className="office-card admin-form",
        **labelled(say("admin.add.title", language)),
    )


def _changes(one: AccountView, language: Language) -> list[Any]:
    switch = (
        button(say("admin.enable.do", language), Ids.ENABLE)
        if one.disabled
        else confirmed("admin.disable", Ids.DISABLE, language, name=one.login)
    )
    end = confirmed("admin.end", Ids.END, language, name=one.login) if one.live_sessions else None
    reset = confirmed("admin.reset", Ids.RESET, language, name=one.login)
    return [
        role_fields(Form.CHANGE, language, role=one.role, scope=one.scope),
        button(say("admin.change.do", language), Ids.CHANGE, tone="primary"),
        html.P(say("admin.change.hint", language), className="office-muted"),
        html.Div([reset, end, switch], className="admin-actions"),
    ]


def _row(one: AccountView, is_chosen: bool, language: Language) -> Any:
    link = dcc.Link(one.login, href=f"/admin?{urlencode({'account': one.login})}")
    demo = html.Span(say("admin.demo", language), className="admin-demo") if one.demo else None
    here: Any = {"aria-current": "true"} if is_chosen else {}
    return html.Tr(
        [
            html.Td([link, demo]),
            html.Td(say(f"role.{one.role}", language)),
            html.Td(_scope(one, language)),
            html.Td(_state(one, language), className=f"admin-{'off' if one.disabled else 'on'}"),
            html.Td(str(one.live_sessions), className="office-count"),
            html.Td(f"{one.seen_at.astimezone(CITY_ZONE):%Y-%m-%d %H:%M}" if one.seen_at else "—"),
            html.Td(f"{one.created_at.astimezone(CITY_ZONE):%Y-%m-%d}"),
        ],
        className="admin-chosen" if is_chosen else "",
        **here,
    )


def _state(one: AccountView, language: Language) -> str:
    return say(f"admin.state.{'off' if one.disabled else 'on'}", language)


def _scope(one: AccountView, language: Language) -> str:
    names = "、".join(part.name for part in one.scope[:_MOST_NAMES])
    if len(one.scope) > _MOST_NAMES:
        return say("admin.scope.more", language, names=names, count=len(one.scope))
    return names or "—"
