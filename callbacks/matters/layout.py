"""The register's page: filters, counts by clock, the list, and one matter's details beside it."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from dash import dcc, html

from callbacks.frame import definition, desk, labelled, message, trouble
from callbacks.matters.asked import EXPORT_PATH, PAGE_PATH, Asked
from callbacks.matters.detail import hint
from callbacks.matters.ids import Id
from callbacks.matters.listed import listed
from callbacks.matters.narrowed import narrowed
from callbacks.tools import Tools
from grid.matters import Category, Channel, Stage
from grid.principals import Role
from grid.refusals import Refused
from grid.register import LONGEST_NUMBER, MOST_EXPORTED, RegisterClock, RegisterPage
from layers.numbers import grouped
from layers.words import Language, say


def page(tools: Tools, asked: Asked) -> Any:
    """Return the page for a state."""
    language, principal = tools.language, tools.principal()
    port, city, shown = tools.store.matters(principal), None, None
    try:
        city = port.city()
        shown = port.page(asked.question())
        body = [narrowed(port, asked, language), *_found(shown, asked, principal.role, language)]
    except Refused as refused:
        body = [trouble(refused, language), _again(asked, language)]
    return desk(
        tools, city, "matters", [_filters(asked, shown, language), *body], class_name="matters office"
    )


def _found(shown: RegisterPage, asked: Asked, role: Role, language: Language) -> list[Any]:
    figures = [_chips(shown, asked, language), _accusations(shown, asked, language)]
    return [
        html.Div(figures, className="matters-bar"),
        html.Div(
            [
                listed(shown, asked, language) if shown.rows else _empty(shown, asked, role, language),
                _beside(language),
            ],
            className="matters-columns",
        ),
    ]  # fmt: skip


def _beside(language: Language) -> Any:
    name, live = labelled(say("register.detail.close", language)), {"aria-live": "polite"}
    close = html.Button("×", id=Id.CLOSE, type="button", className="matters-close", **name)
    detail: Any = html.Div(hint(language), id=Id.DETAIL, **live)  # type: ignore[arg-type]
    return html.Aside(
        [close, detail, dcc.Store(id=Id.CHOSEN)],
        className="matters-beside",
        **labelled(say("register.detail.title", language)),
    )


def _filters(asked: Asked, shown: RegisterPage | None, language: Language) -> Any:
    """A form that the browser itself sends: what is asked for stands in the address."""
    kept = {
        "clock": asked.clock or "",
        "area": "" if asked.area is None else str(asked.area),
        "due": asked.due or "",
        "sort": asked.sort.value,
        "dir": "desc" if asked.descending else "asc",
    }
    clear = dcc.Link(say("register.clear", language), href=PAGE_PATH, className="office-clear")
    send = html.Button(say("register.filter.send", language), type="submit", className="office-button")
    return html.Form(
        [
            _typed("number", asked.number, "search", language),
            _chosen("category", Category, asked.category, language),
            _chosen("channel", Channel, asked.channel, language),
            _chosen("stage", Stage, asked.stage, language),
            _typed("since", asked.since, "date", language),
            _typed("until", asked.until, "date", language),
            *(dcc.Input(type="hidden", name=name, value=value) for name, value in kept.items()),
            html.Div([send, clear if asked.is_filtered else None], className="office-send"),
            _export(asked, shown, language),
        ],
        action=PAGE_PATH,
        method="get",
        className="office-card matters-filters",
        **labelled(say("register.filters", language)),
    )


def _typed(name: str, value: str, kind: Any, language: Language) -> Any:
    field = dcc.Input(
        name=name,
        value=value,
        type=kind,
        maxLength=LONGEST_NUMBER,
        className="office-input",
        autoComplete="off",
        placeholder=say("register.filter.number_hint", language) if name == "number" else None,
    )
    return html.Label([html.Span(say(f"register.filter.{name}", language)), field], className="office-field")


def _chosen(name: str, choices: Iterable[StrEnum], chosen: StrEnum | None, language: Language) -> Any:
    options = [html.Option(say("register.any", language), value="", selected=chosen is None)]
    options += [
        html.Option(say(f"{name}.{one}", language), value=one.value, selected=one is chosen)
        for one in choices
    ]
    select = html.Select(options, name=name, className="office-input")
    return html.Label([html.Span(say(f"register.filter.{name}", language)), select], className="office-field")


def _export(asked: Asked, shown: RegisterPage | None, language: Language) -> Any:
    if shown is None or not shown.total:
        return None
    words = say("register.export", language)
    if shown.total > MOST_EXPORTED:
        why = say("register.export_too_many", language, most=grouped(MOST_EXPORTED))
        button = html.Button(words, type="button", disabled=True, className="office-button")
        return html.Div([html.Span(why, className="office-muted"), button], className="matters-export")
    # Not with ``download``: a refusal is then a page to read and not a broken file.
    link = html.A(words, href=asked.address(EXPORT_PATH), className="office-button")
    return html.Div(link, className="matters-export")


def _chips(shown: RegisterPage, asked: Asked, language: Language) -> Any:
    counts = shown.by_clock
    chips = [_chip(None, sum(counts.values()), asked, language)]
    chips += [
        _chip(clock, counts[clock], asked, language)
        for clock in RegisterClock
        if counts[clock] or clock is asked.clock or clock is not RegisterClock.UNTIMED
    ]
    mark = definition(say("register.definition.clock", language), language)
    return html.Nav([*chips, mark], className="matters-chips", **labelled(say("register.clocks", language)))


def _chip(clock: RegisterClock | None, count: int, asked: Asked, language: Language) -> Any:
    here = clock is asked.clock
    name = say("register.all" if clock is None else f"register.clock.{clock}", language)
    link = dcc.Link(
        [html.Span(name), html.B(grouped(count))],
        href=asked.address(clock=clock),
        className=f"matters-chip matters-clock-{clock or 'all'}" + (" matters-chip-here" if here else ""),
    )
    current: Any = {"aria-current": "true"} if here else {}
    return html.Span(link, **current)


def _accusations(shown: RegisterPage, asked: Asked, language: Language) -> Any:
    """One figure with its definition, its period and its day: all that anyone is told of accusations."""
    if shown.accusations is None:
        return None
    day = shown.on.isoformat()
    key = "register.accusations.period" if asked.since else "register.accusations.period_from_start"
    period = say(key, language, since=asked.since, until=asked.until or day, day=day)
    figure = say("register.accusations.figure", language, count=grouped(shown.accusations))
    mark = definition(say("register.definition.accusations", language), language)
    name = html.Span([say("register.accusations.name", language), mark], className="matters-figure-name")
    return html.Div(
        [html.Div([name, html.B(figure)]), html.Small(period)], className="matters-figure", role="group"
    )


def _empty(shown: RegisterPage, asked: Asked, role: Role, language: Language) -> Any:
    if shown.total:
        first = dcc.Link(say("register.first", language), href=asked.address(), className="office-clear")
        title = say("register.empty.page_title", language)
        return message(title, say("register.empty.page", language), more=first)
    if asked.is_filtered:
        clear = dcc.Link(say("register.clear", language), href=PAGE_PATH, className="office-clear")
        title = say("register.empty.filtered_title", language)
        return message(title, say("register.empty.filtered", language), more=clear)
    key = "bureau" if role is Role.BUREAU else "scope"
    return message(say("register.empty.title", language), say(f"register.empty.{key}", language))


def _again(asked: Asked, language: Language) -> Any:
    # A link of the browser's own: one of Dash's to the address that is open already does nothing.
    again = html.A(say("register.trouble.again", language), href=asked.address(page=asked.page))
    clear = dcc.Link(say("register.clear", language), href=PAGE_PATH) if asked.is_filtered else None
    return html.P([again, clear], className="matters-again")
