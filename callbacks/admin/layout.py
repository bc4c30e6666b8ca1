"""The administrator's page: accounts, kiosks or the city's settings, each at an address of its own."""

from __future__ import annotations

from typing import Any

from dash import dcc, html

from callbacks.admin import accounts, clocks, kiosks
from callbacks.admin.asked import Part, read_part
from callbacks.admin.fields import button, text_field
from callbacks.admin.ids import Ids
from callbacks.frame import desk, labelled, trouble
from callbacks.tools import Tools
from grid.accounts import AccountView, CitySettings
from grid.questions import City
from grid.refusals import Refused
from layers.words import Language, say


def page(tools: Tools, part: object = None, account: object = None) -> Any:
    """Return the page for what its address asks: a part, or an account."""
    language, shown = tools.language, read_part(part)
    login = account.strip().lower() if isinstance(account, str) else ""
    try:
        body = _body(tools, shown, login)
    except Refused as refused:
        body = trouble(refused, language)
    content = html.Div([_parts(shown, language), html.Div(body)], className="office admin")
    return desk(tools, _city(tools), "admin", content)


def find(shown: tuple[AccountView, ...], login: str) -> AccountView | None:
    """Return the account of a person by its sign-in name."""
    return next((one for one in accounts.people(shown) if one.login == login), None)


def city_form(settings: CitySettings, language: Language) -> Any:
    """Return the city's settings, which stand on every map."""
    return html.Section(
        [
            html.H2(say("admin.city.title", language)),
            text_field(Ids.CITY_NAME, "city_name", language, value=settings.name, most=60),
            text_field(Ids.CITY_SOURCE, "city_source", language, value=settings.source),
            text_field(Ids.CITY_REVIEW, "city_review", language, value=settings.review_number, most=60),
            text_field(Ids.CITY_OFFICE, "city_office", language, value=settings.office_line, most=30),
            dcc.Checklist(
                [{"label": say("admin.city.internal", language), "value": "internal"}],
                ["internal"] if settings.internal else [],
                id=Ids.CITY_INTERNAL,
                className="admin-check",
            ),
            button(say("admin.city.do", language), Ids.CITY_SAVE, tone="primary"),
            html.Div(id=Ids.CITY_SAID),
        ],
        className="office-card admin-form admin-city",
    )


def _body(tools: Tools, shown: Part, login: str) -> list[Any]:
    language, principal = tools.language, tools.principal()
    book = tools.store.accounts(principal)
    if shown is Part.CITY:
        return [city_form(book.settings(), language)]
    if shown is Part.CLOCKS:
        return clocks.part(tools.store.clocks(principal), language)
    found = book.accounts()
    if shown is Part.KIOSKS:
        return [
            html.Div(id=Ids.KIOSK_SAID),
            html.Div(kiosks.kiosks(found, language), id=Ids.KIOSKS, className="admin-table"),
            kiosks.adding(language),
        ]
    chosen = find(found, login)
    card = html.Section(
        [
            html.Div(accounts.detail(chosen, principal.id, language), id=Ids.DETAIL),
            html.Div(id=Ids.CHANGED),
            dcc.Store(id=Ids.ACCOUNT, data=chosen.login if chosen else ""),
        ],
        className="office-card admin-form",
        **labelled(say("admin.detail.title", language)),
    )
    listed = html.Div(accounts.table(found, login, language), id=Ids.ACCOUNTS, className="admin-table")
    side = html.Div([card, accounts.adding(language)])
    return [html.Div([listed, side], className="admin-columns")]


def _parts(shown: Part, language: Language) -> Any:
    links = [
        dcc.Link(
            say(f"admin.part.{part}", language),
            href="/admin" if part is Part.ACCOUNTS else f"/admin?part={part}",
            className="admin-part" + (" admin-part-here" if part is shown else ""),
        )
        for part in Part
    ]
    return html.Nav(links, className="admin-parts", **labelled(say("admin.part.title", language)))


def _city(tools: Tools) -> City | None:
    try:
        return tools.store.wall(tools.principal()).city()
    except Refused:
        return None
