"""Layout of the planner's board: what to choose from, the map, the consequences."""

from __future__ import annotations

from typing import Any

from dash import dcc, html

from callbacks.frame import definition, desk, labelled, message, trouble
from callbacks.plan.board import Board, board_data, open_board
from callbacks.plan.ids import Act, Id, act
from callbacks.tools import Tools
from grid.coverage import CoverageBook, lead_by_unit
from grid.ports import PlanDesk
from grid.questions import City
from grid.refusals import Refused
from layers.words import Language, say


def layout(tools: Tools, plan: object = None) -> Any:
    """Return the page for the published plan, or for a draft by ``?plan=<id>``."""
    desk_port, city = tools.store.plan(tools.principal()), None
    try:
        city = desk_port.city()
        opened = _open(desk_port, city, plan)
    except Refused as refused:
        return desk(tools, city, "plan", [trouble(refused, tools.language), _start(tools.language)])
    if opened is None:
        return desk(tools, city, "plan", _nothing_yet(tools.language))
    board, base = opened
    columns = html.Div(_columns(board, base, tools.language), id=Id.ROOT, className="plan-columns")
    return desk(tools, city, "plan", columns)


def ground_data(base: CoverageBook) -> dict[str, Any]:
    """Return what the browser must know to make a move by itself: holders of units, units of areas."""
    return {
        "holders": {str(unit): leader for unit, leader in lead_by_unit(base.plan).items()},
        "areas": {str(unit.area_id): unit.id for unit in base.units if unit.area_id is not None},
    }


def _open(port: PlanDesk, city: City, plan: object) -> tuple[Board, CoverageBook] | None:
    """Return the board and base plan to begin with, none where nothing is published yet."""
    if plan is None:
        book = port.coverage(city.today)
        return None if book is None else (open_board(book), book)
    if not (isinstance(plan, str) and plan.isascii() and plan.isdigit() and len(plan) < 19):
        raise Refused("plan_unknown")
    book = port.plan_book(int(plan))
    if book.plan.base_id is None:
        return open_board(book), book
    base = port.plan_book(book.plan.base_id)
    return open_board(base, book.plan), base


def _nothing_yet(language: Language) -> Any:
    command = html.Code(say("plan.empty.command", language))
    return message(say("plan.empty.title", language), say("plan.empty.text", language), more=command)


def _start(language: Language) -> Any:
    return dcc.Link(say("plan.action.start", language), href="/plan", className="plan-start")


def _columns(board: Board, base: CoverageBook, language: Language) -> list[Any]:
    return [
        dcc.Store(id=Id.OPENED, data=board_data(board)),
        dcc.Store(id=Id.BOARD),
        dcc.Store(id=Id.SAVED_AS),
        dcc.Store(id=Id.GROUND, data=ground_data(base)),
        dcc.Store(id=Id.SIZE),
        _choices(language),
        _middle(base, language),
        _consequences(board, language),
    ]


def _choices(language: Language) -> Any:
    return html.Section(
        [
            _heading("leaders", language, definition(say("plan.definition.cases", language), language)),
            html.P(say("plan.panel.leaders_hint", language), className="plan-hint"),
            html.Div(id=Id.LEADERS, className="plan-leaders"),
            _heading("departments", language),
            html.Div(id=Id.DEPARTMENTS),
            html.Details(
                [html.Summary(say("plan.panel.units", language)), html.Div(id=Id.UNITS)],
                className="plan-by-list",
            ),
        ],
        className="plan-column plan-left",
        **labelled(say("plan.panel.leaders", language)),
    )


def _middle(base: CoverageBook, language: Language) -> Any:
    name = say("plan.notice.base", language, name=base.plan.name, since=base.plan.valid_from.isoformat())
    return html.Section(
        [
            html.Div(
                [
                    html.Button(
                        _keyed("undo", language),
                        id=Id.UNDO,
                        disabled=True,
                        className="plan-tool",
                        **act(Act.UNDO),
                    ),
                    html.Button(
                        _keyed("redo", language),
                        id=Id.REDO,
                        disabled=True,
                        className="plan-tool",
                        **act(Act.REDO),
                    ),
                    html.Button(say("plan.action.print", language), className="plan-tool", **act(Act.PRINT)),
                    dcc.Link(
                        say("plan.action.start", language), href="/plan", className="plan-tool", refresh=True
                    ),
                    html.Span(name, className="plan-base"),
                ],
                className="plan-tools",
            ),
            html.Div(id=Id.NOTICE, className="plan-notice", role="status"),
            html.Div(
                dcc.Graph(
                    id=Id.MAP,
                    figure={"data": [], "layout": {"xaxis": {"visible": False}, "yaxis": {"visible": False}}},
                    config={"displayModeBar": False, "scrollZoom": True},
                    responsive=True,
                ),
                id=Id.MAP_BOX,
                className="plan-map-box",
                role="figure",
                **labelled(say("plan.map.title", language)),
            ),
            html.P(say("plan.map.legend", language), className="plan-legend"),
        ],
        className="plan-middle",
    )


def _consequences(board: Board, language: Language) -> Any:
    name = dcc.Input(
        id=Id.NAME,
        value=board.name,
        maxLength=60,
        placeholder=say("plan.drafts.placeholder", language),
    )
    label = html.Label(say("plan.drafts.name", language), htmlFor=Id.NAME, className="plan-label")
    save = html.Button(say("plan.action.save", language), id=Id.SAVE, className="plan-save")
    save_as = html.Button(
        say("plan.action.save_as", language), id=Id.SAVE_AS, className="plan-save plan-save-as"
    )
    outcome = [
        _heading("consequences", language),
        html.Div(id=Id.FIGURES),
        _heading("changes", language),
        html.Div(id=Id.CHANGES),
        _heading("issues", language),
        html.Div(id=Id.ISSUES),
    ]
    drafting = [
        label,
        html.Div([name, save, save_as], className="plan-save-row"),
        html.Div(id=Id.SAVED, className="plan-saved", role="status"),
        html.Details(
            [
                html.Summary(say("plan.panel.drafts", language)),
                html.Div(id=Id.DRAFTS, className="plan-draft-list"),
            ]
        ),
    ]
    return html.Section(
        [html.Div(outcome, className="plan-outcome"), html.Div(drafting, className="plan-drafting")],
        className="plan-column plan-right",
        **labelled(say("plan.panel.consequences", language)),
    )


def _heading(name: str, language: Language, more: Any = None) -> Any:
    return html.H2([say(f"plan.panel.{name}", language), more], className="plan-heading")


def _keyed(action: str, language: Language) -> list[Any]:
    return [say(f"plan.action.{action}", language), html.Kbd(say(f"plan.action.{action}_key", language))]
