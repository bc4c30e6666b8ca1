"""The kiosks part: the walls' links, a new one, and revoking."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import html

from callbacks.admin.fields import button, confirmed, text_field
from callbacks.admin.ids import Ids, revoke_id
from callbacks.frame import labelled, message
from grid.accounts import AccountView
from grid.principals import Role
from layers.numbers import CITY_ZONE
from layers.words import Language, say

_COLUMNS = ("kiosk", "bound", "state", "seen", "made", "do")


def kiosks(accounts: Sequence[AccountView], language: Language) -> Any:
    """Return the kiosks, each with the way to revoke its link."""
    shown = [one for one in accounts if one.role is Role.KIOSK]
    if not shown:
        return message(say("admin.kiosk.empty.title", language), say("admin.kiosk.empty.text", language))
    heads = [html.Th(say(f"admin.column.{name}", language), scope="col") for name in _COLUMNS]
    rows = [_row(one, language) for one in shown]
    return html.Table([html.Thead(html.Tr(heads)), html.Tbody(rows)], className="office-table")


def adding(language: Language) -> Any:
    """Return the form of a new kiosk."""
    return html.Section(
        [
            html.H2(say("admin.kiosk.add", language)),
            text_field(Ids.KIOSK_NAME, "kiosk_name", language, most=40),
            text_field(Ids.KIOSK_ADDRESS, "kiosk_address", language, most=60),
            button(say("admin.kiosk.do", language), Ids.KIOSK_ADD, tone="primary"),
        ],
        className="office-card admin-form",
        **labelled(say("admin.kiosk.add", language)),
    )


def _row(one: AccountView, language: Language) -> Any:
    state = "revoked" if one.disabled else "on"
    revoke = confirmed("admin.revoke", revoke_id(one.login), language, name=one.login)
    return html.Tr(
        [
            html.Td(one.login),
            html.Td(one.bound_to or "—"),
            html.Td(
                say(f"admin.state.{state}", language), className=f"admin-{'off' if one.disabled else 'on'}"
            ),
            html.Td(f"{one.seen_at.astimezone(CITY_ZONE):%Y-%m-%d %H:%M}" if one.seen_at else "—"),
            html.Td(f"{one.created_at.astimezone(CITY_ZONE):%Y-%m-%d}"),
            html.Td(None if one.disabled else revoke),
        ]
    )
