"""The page of supervision: procedures, counts, the list, and one case or a new one beside it."""

from __future__ import annotations

from typing import Any

from dash import dcc, html

from callbacks.frame import definition, desk, labelled, message, trouble
from callbacks.supervision.asked import PAGE_PATH, Asked, View
from callbacks.supervision.detail import case_panel
from callbacks.supervision.forms import open_form, procedure_choice
from callbacks.supervision.ids import Id
from callbacks.supervision.listed import listed
from callbacks.supervision.marks import procedure_name
from callbacks.supervision.roster import roster_card, whistle_card
from callbacks.tools import Tools
from grid.ports import SupervisionDesk
from grid.principals import Role
from grid.questions import City
from grid.refusals import Refused
from grid.supervision.procedures import ProcedureBook
from grid.supervision.register import DUE_WITHIN, CasePage, Choice, Standing, StandingCounts
from grid.supervision.rosters import WHISTLE
from layers.numbers import grouped
from layers.words import Language, say

_CHOOSE = "choose"
"""In the address instead of a procedure: which one is to be opened is not chosen yet."""


def page(tools: Tools, asked: Asked) -> Any:
    """Return the page for a state."""
    city: City | None = None
    try:
        city = tools.store.supervision(tools.principal()).city()
        shown = body(tools, asked, city)
    except Refused as refused:
        shown = [trouble(refused, tools.language), _again(asked, tools.language)]
    children = [
        html.Div(shown, id=Id.BODY),
        dcc.Store(id=Id.ADDRESS, data=asked.address()),
        # Leads to the case that was opened.
        dcc.Location(id=Id.PLACE, refresh="callback-nav"),
    ]
    return desk(tools, city, "supervision", children, class_name="supervision office")


def body(tools: Tools, asked: Asked, city: City) -> list[Any]:
    """Return all that a state shows; raises what the desk refuses."""
    language, principal = tools.language, tools.principal()
    port = tools.store.supervision(principal)
    views = _views(asked, principal.role, port.procedures(), language)
    if asked.view is View.ROSTER:
        month = asked.month or city.today.replace(day=1)
        return [views, roster_card(port.roster(month), asked, language)]
    shown = port.page(asked.question())
    units = port.units()
    calls = asked.procedure == WHISTLE
    return [
        views,
        _tabs(shown, asked, port.procedures(), language),
        whistle_card(port.whistles(), language) if calls else None,
        html.Div(
            [_chips(shown, asked, language), _filters(asked, units, language)], className="supervision-bar"
        ),
        html.Div(
            [
                listed(shown, asked, language)
                if shown.rows
                else _empty(shown, asked, principal.role, language),
                _beside(port, asked, units, principal.role, language),
            ],
            className="supervision-columns",
        ),
    ]


def _views(asked: Asked, role: Role, book: ProcedureBook, language: Language) -> Any:
    links = [
        dcc.Link(
            say(f"supervision.view.{view}", language),
            href=asked.address(view=view, month=None),
            className="supervision-view" + (" supervision-view-here" if view is asked.view else ""),
        )
        for view in View
        # Towns and units read nothing of leaders.
        if view is View.CASES or role in {Role.BUREAU, Role.LEADER, Role.APPROVER}
    ]
    may_open = any(one.may_be_opened_by(role) for one in book.current)
    new = dcc.Link(
        say("supervision.open.new", language),
        href=asked.address(view=View.CASES, new=_CHOOSE, case=None),
        className="office-button office-primary supervision-new",
    )
    return html.Div(
        [
            html.Nav(links, className="supervision-views", **labelled(say("supervision.views", language))),
            html.Span(say("supervision.about_people", language), className="office-muted"),
            new if may_open else None,
        ],
        className="supervision-top",
    )


def _tabs(shown: CasePage, asked: Asked, book: ProcedureBook, language: Language) -> Any:
    counts = shown.by_procedure
    every = StandingCounts(
        *(sum(getattr(one, name) for one in counts.values()) for name in ("overdue", "due_soon", "running"))
    )
    tabs = [_tab(None, every, asked, language)]
    tabs += [_tab(one.code, counts.get(one.code, StandingCounts()), asked, language) for one in book.current]
    explained = None
    if asked.procedure is not None and f"{asked.procedure}" in {one.code for one in book.current}:
        explained = html.P(
            say(f"supervision.explained.{asked.procedure}", language), className="office-muted"
        )
    return html.Div(
        [
            html.Nav(tabs, className="supervision-tabs", **labelled(say("supervision.tabs", language))),
            explained,
        ]
    )


def _tab(code: str | None, counts: StandingCounts, asked: Asked, language: Language) -> Any:
    here = code == asked.procedure
    name = say("supervision.every_procedure", language) if code is None else procedure_name(code, language)
    said = say("supervision.tab_said", language, open=grouped(counts.open), overdue=grouped(counts.overdue))
    overdue = f"{say('supervision.standing.overdue', language)} {grouped(counts.overdue)}"
    late = html.Span(overdue, className="supervision-late", title=said) if counts.overdue else None
    current: Any = {"aria-current": "true"} if here else {}
    link = dcc.Link(
        [html.Span(name), html.B(grouped(counts.open), title=said), late],
        href=asked.address(procedure=code),
        className="supervision-tab" + (" supervision-tab-here" if here else ""),
    )
    return html.Span(link, **current)


def _chips(shown: CasePage, asked: Asked, language: Language) -> Any:
    counts: dict[Standing | None, int] = {None: shown.by_standing.open}
    counts |= {one: getattr(shown.by_standing, one.value) for one in list(Standing)[:3]}
    counts[Standing.ENDED] = shown.ended
    chips = []
    for standing, count in counts.items():
        here = standing is asked.standing
        name = say(f"supervision.standing.{standing or 'all'}", language)
        colour = "stopped" if standing is Standing.ENDED else standing or "all"
        link = dcc.Link(
            [html.Span(name), html.B(grouped(count))],
            href=asked.address(standing=standing),
            className=f"matters-chip matters-clock-{colour}" + (" matters-chip-here" if here else ""),
        )
        current: Any = {"aria-current": "true"} if here else {}
        chips.append(html.Span(link, **current))
    mark = definition(say("supervision.definition", language, day=shown.on.isoformat()), language)
    return html.Nav(
        [*chips, mark], className="matters-chips", **labelled(say("supervision.standings", language))
    )


def _filters(asked: Asked, units: tuple[Choice, ...], language: Language) -> Any:
    """A form that the browser itself sends: what is asked for stands in the address."""
    kept = {"procedure": asked.procedure, "state": asked.standing}
    anyone = html.Option(say("supervision.filter.any_unit", language), value="", selected=asked.unit is None)
    of_units = [html.Option(one.name, value=str(one.id), selected=one.id == asked.unit) for one in units]
    any_day = html.Option(say("supervision.filter.any_day", language), value="", selected=asked.due is None)
    days = [
        html.Option(
            say(
                "supervision.filter.today" if within == 0 else "supervision.filter.within",
                language,
                days=within,
            ),
            value=str(within),
            selected=within == asked.due,
        )
        for within in DUE_WITHIN
    ]
    clear = dcc.Link(
        say("supervision.filter.clear", language),
        href=asked.address(standing=None, unit=None, due=None),
        className="office-clear",
    )
    return html.Form(
        [
            _select("unit", [anyone, *of_units], language),
            _select("due", [any_day, *days], language),
            *(dcc.Input(type="hidden", name=name, value=value) for name, value in kept.items() if value),
            html.Button(say("supervision.filter.send", language), type="submit", className="office-button"),
            clear if asked.is_filtered else None,
        ],
        action=PAGE_PATH,
        method="get",
        className="supervision-filters",
        **labelled(say("supervision.filters", language)),
    )


def _select(name: str, options: list[Any], language: Language) -> Any:
    return html.Select(
        options,
        name=name,
        className="office-input",
        **labelled(say(f"supervision.filter.{name}", language)),
    )


def _beside(
    port: SupervisionDesk, asked: Asked, units: tuple[Choice, ...], role: Role, language: Language
) -> Any:
    book = port.procedures()
    if asked.case is not None:
        try:
            shown = case_panel(port.case(asked.case), asked, role, port.city().today, language)
        except Refused as refused:
            shown = [trouble(refused, language)]
    elif asked.new == _CHOOSE:
        shown = [
            html.H2(say("supervision.open.choose", language)),
            procedure_choice(book, asked, role, language),
        ]
    elif asked.new in {one.code for one in book.current if one.may_be_opened_by(role)}:
        shown = open_form(book.procedure(str(asked.new)), units, port.leaders(), asked, language)
    else:
        shown = [html.P(say("supervision.hint", language), className="office-muted")]
    return html.Aside(shown, className="supervision-beside", **labelled(say("supervision.beside", language)))


def _empty(shown: CasePage, asked: Asked, role: Role, language: Language) -> Any:
    if shown.total or asked.is_filtered:
        clear = dcc.Link(
            say("supervision.filter.clear", language),
            href=asked.address(standing=None, unit=None, due=None),
            className="office-clear",
        )
        title = say("supervision.empty.filtered_title", language)
        return message(title, say("supervision.empty.filtered", language), more=clear)
    key = role.value if role in {Role.BUREAU, Role.TOWN, Role.UNIT} else "reader"
    return message(say("supervision.empty.title", language), say(f"supervision.empty.{key}", language))


def _again(asked: Asked, language: Language) -> Any:
    return html.P(
        html.A(say("register.trouble.again", language), href=asked.address()), className="matters-again"
    )
