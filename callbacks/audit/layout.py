"""The audit page: the chain's state, the filters, and the rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from math import ceil
from typing import Any

from dash import dcc, html

from callbacks.audit.asked import EXPORT_PATH, PAGE_PATH, address, is_filtered, read_question
from callbacks.audit.chain import chain_panel
from callbacks.frame import desk, labelled, message, trouble
from callbacks.tools import Tools
from grid.audit_words import Teller
from grid.audits import LONGEST_FILTER, ROWS_A_PAGE, Action, AuditPage, AuditQuestion, AuditRow
from grid.principals import Role
from grid.questions import City
from grid.refusals import Refused
from layers.audit import subject_words
from layers.words import Language, say, say_refusal

_FINGERPRINT = 64
_SHOWN_OF_IT = 12


def page(tools: Tools, query: Mapping[str, object]) -> Any:
    """Return the page for what its address asks."""
    language = tools.language
    question, refused = AuditQuestion(), None
    try:
        question = read_question(query)
    except Refused as why:
        refused = why
    try:
        shown = tools.store.audit(tools.principal()).page(question)
    except Refused as why:
        return desk(tools, _city(tools), "audit", trouble(why, language))
    found = _unread(refused, language) if refused else rows(shown, question, language)
    body = [chain_panel(shown.head, shown.verified, language), _filters(question, language), found]
    return desk(tools, _city(tools), "audit", html.Div(body, className="office"))


def rows(shown: AuditPage, question: AuditQuestion, language: Language) -> Any:
    """Return the table of a page, with how many there are and ways to the other pages."""
    if not shown.rows:
        key = "audit.empty.filtered" if is_filtered(question) or shown.total else "audit.empty.none"
        return message(say(f"{key}.title", language), say(f"{key}.text", language))
    teller = Teller(partial(_say, language), shown.logins)
    heads = [
        html.Th(say(f"audit.column.{name}", language), scope="col", className=f"audit-{name}")
        for name in ("number", "at", "action", "principal", "role", "subject", "facts")
    ]
    table = html.Table(
        [html.Thead(html.Tr(heads)), html.Tbody([_row(row, teller) for row in shown.rows])],
        className="office-table audit-table",
    )
    return html.Section([_bar(shown, question, language), table, _pages(shown, question, language)])


def _unread(refused: Refused, language: Language) -> Any:
    return message(say("audit.filter.wrong", language), say_refusal(refused, language), tone="alert")


def _say(language: Language, key: str, **facts: object) -> str:
    return say(key, language, **facts)


def _city(tools: Tools) -> City | None:
    try:
        return tools.store.wall(tools.principal()).city()
    except Refused:
        return None


def _filters(question: AuditQuestion, language: Language) -> Any:
    """A form that the browser itself sends: what is asked for stands in the address."""
    subjects = subject_words(language).items()
    actions = [(action.value, say(f"audit.action.{action}", language)) for action in Action]
    roles = [(role.value, say(f"role.{role}", language)) for role in Role]
    since, until = (day.isoformat() if day else "" for day in (question.since, question.until))
    send = html.Button(say("audit.filter.send", language), type="submit", className="office-button")
    clear = html.A(say("audit.filter.clear", language), href=PAGE_PATH, className="office-clear")
    return html.Form(
        [
            _typed("since", since, language, form="audit.filter.day_form"),
            _typed("until", until, language, form="audit.filter.day_form"),
            _chosen("action", actions, question.action or "", language),
            _chosen("subject", subjects, question.subject, language),
            _typed("principal", question.principal, language),
            _chosen("role", roles, question.role or "", language),
            _typed("thing", question.thing, language),
            html.Div([send, clear if is_filtered(question) else None], className="office-send"),
        ],
        action=PAGE_PATH,
        method="get",
        className="office-card audit-filters",
        **labelled(say("audit.filter.title", language)),
    )


def _typed(name: str, value: str, language: Language, *, form: str = "") -> Any:
    field = dcc.Input(
        name=name,
        value=value,
        type="text",
        maxLength=LONGEST_FILTER,
        placeholder=say(form, language) if form else "",
        autoComplete="off",
        className="office-input",
    )
    return html.Label([html.Span(say(f"audit.filter.{name}", language)), field], className="office-field")


def _chosen(name: str, choices: Iterable[tuple[str, str]], chosen: str, language: Language) -> Any:
    everything = html.Option(say("audit.filter.all", language), value="", selected=not chosen)
    options = [html.Option(words, value=value, selected=value == chosen) for value, words in choices]
    select = html.Select([everything, *options], name=name, className="office-input")
    return html.Label([html.Span(say(f"audit.filter.{name}", language)), select], className="office-field")


def _bar(shown: AuditPage, question: AuditQuestion, language: Language) -> Any:
    count = say("audit.count", language, total=f"{shown.total:,}")
    export = html.A(
        say("audit.export", language),
        href=address(question, EXPORT_PATH),
        download="",
        className="office-button",
    )
    hint = html.Span(say("audit.export_hint", language), className="office-muted")
    return html.Div([html.H2(count), hint, export], className="office-head")


def _row(row: AuditRow, teller: Teller) -> Any:
    facts = [
        html.Div([html.Dt(word), html.Dd(_shortened(value))], className="audit-fact")
        for word, value in teller.pairs(row)
    ]
    return html.Tr(
        [
            html.Td(f"{row.number:,}", className="audit-number"),
            html.Td(f"{row.at:%Y-%m-%d %H:%M:%S}", className="audit-at"),
            html.Td(teller.action(row)),
            html.Td(teller.principal(row), className="audit-principal"),
            html.Td(teller.role(row)),
            html.Td(teller.subject(row)),
            html.Td(html.Dl(facts, className="audit-facts") if facts else "—"),
        ]
    )


def _shortened(value: str) -> str:
    """A fingerprint is told apart by its beginning; the export holds all of it."""
    is_fingerprint = len(value) == _FINGERPRINT and value.isalnum()
    return f"{value[:_SHOWN_OF_IT]}…" if is_fingerprint else value


def _pages(shown: AuditPage, question: AuditQuestion, language: Language) -> Any:
    last = ceil(shown.total / ROWS_A_PAGE)
    if last <= 1:
        return None
    ways = (("newer", question.page - 1), ("older", question.page + 1))
    links = [
        dcc.Link(
            say(f"audit.page.{name}", language),
            href=address(question, page=number),
            className="office-button",
        )
        for name, number in ways
        if 1 <= number <= last
    ]
    where = html.Span(say("audit.page.where", language, page=question.page, last=last))
    return html.Nav([where, *links], className="office-pages", **labelled(say("audit.page.title", language)))
