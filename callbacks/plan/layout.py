"""Layout of the planner's board: what to choose from, the map, the consequences."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dash import dcc, html

from callbacks.frame import desk, message, trouble
from callbacks.plan.board import Board, address, board_data, open_board
from callbacks.plan.columns import choices, consequences, middle
from callbacks.plan.ids import Id
from callbacks.plan.panels import KEYS
from callbacks.plan.patches_panel import town_strip
from callbacks.plan.ports import port_of, town_of, words_of
from callbacks.plan.wiring import areas_of
from callbacks.tools import Tools
from grid.areas import Area, AreaKind
from grid.coverage import CoverageBook, PlanState, Unit, lead_by_unit
from grid.planning import wholes
from grid.ports import PlanDesk
from grid.principals import Role
from grid.questions import City
from grid.refusals import Refused
from layers.words import Language, say

_LOOK_MS = 20_000
"""How often it is asked whether another saved the draft."""


def layout(tools: Tools, plan: object = None, town: object = None) -> Any:
    """Return the page for the published plan, or for a draft by ``?plan=<id>``; for a town by ``?town=``."""
    where = Board(0, town=_number(town))
    with words_of(where):
        return _layout(tools, where, plan)


def _layout(tools: Tools, where: Board, plan: object) -> Any:
    port, city = port_of(tools, where), None
    try:
        city = port.city()
        opened = _open(port, city, plan)
        if opened is None:
            return desk(tools, city, "plan", nothing_yet(tools.language))
        board, base, state = opened
        board = replace(board, town=where.town)
        return desk(tools, city, "plan", _page(tools, port, board, base, state))
    except Refused as refused:
        return desk(tools, city, "plan", [trouble(refused, tools.language), _way_on(where, tools.language)])


def _way_on(where: Board, language: Language) -> Any:
    """Return the way on from a refusal: to the city's plan; from a town, that may be gone, to the towns."""
    if not where.town:
        return dcc.Link(say("plan.action.start", language), href=address(where), className="plan-start")
    return dcc.Link(
        say("patches.towns", language), href="/plan?view=patches", className="plan-start", refresh=True
    )


def ground_data(base: CoverageBook, areas: dict[int, Area], *, editable: bool) -> dict[str, Any]:
    """Return what the browser must know to act by itself: units with places, leaders with keys."""
    whole, leads, units = wholes(base), lead_by_unit(base.plan), known_units(base)
    return {
        "units": {str(unit.id): _unit_data(unit, areas, (whole, leads), base) for unit in units},
        "order": [unit.id for unit in units],
        "leaders": [
            {"id": leader.id, "label": leader.label, "key": KEYS[at : at + 1]}
            for at, leader in enumerate(base.leaders)
        ],
        "editable": editable,
    }


def known_units(base: CoverageBook) -> tuple[Unit, ...]:
    """Return the units of a book, each followed by its parts."""
    known = {unit.id for unit in base.units}
    return tuple(
        one
        for unit in base.units
        for one in (unit, *(part for part in base.parts.get(unit.id, ()) if part.id not in known))
    )


def _unit_data(
    unit: Unit,
    areas: dict[int, Area],
    before: tuple[dict[int, int], dict[int, int | None]],
    base: CoverageBook,
) -> dict[str, Any]:
    area, (whole, leads) = areas.get(unit.area_id or 0), before
    return {
        "name": unit.name,
        "kind": unit.kind,
        "place": None if area is None else [area.label_lon, area.label_lat],
        "functional": area is not None and area.kind is AreaKind.FUNCTIONAL,
        "whole": whole.get(unit.id),
        "parts": [part.id for part in base.parts.get(unit.id, ())],
        "holder": leads.get(unit.id, leads.get(whole.get(unit.id, unit.id))),
    }


def _open(port: PlanDesk, city: City, plan: object) -> tuple[Board, CoverageBook, PlanState] | None:
    """Return the board, its base plan and its state to begin with, none where nothing is published yet."""
    if plan is None:
        book = port.coverage(city.today)
        if book is None:
            return None
        # Read again by its id, with all that planning needs besides.
        base = port.plan_book(book.plan.id)
        return open_board(base), base, PlanState.DRAFT
    book = port.plan_book(_number(plan))
    if book.plan.base_id is None or book.plan.state not in {PlanState.DRAFT, PlanState.PROPOSED}:
        return open_board(book), book, PlanState.DRAFT
    base = port.plan_book(book.plan.base_id)
    return open_board(base, book.plan), base, book.plan.state


def nothing_yet(language: Language) -> Any:
    """Return what a city without a plan is told to do first."""
    command = html.Code(say("plan.empty.command", language))
    return message(say("plan.empty.title", language), say("plan.empty.text", language), more=command)


def _number(text: object) -> int:
    """Return the id in an address, 0 where there is none."""
    if text is None:
        return 0
    if not (isinstance(text, str) and text.isascii() and text.isdigit() and len(text) < 19):
        raise Refused("plan_unknown")
    return int(text)


def _page(tools: Tools, port: PlanDesk, board: Board, base: CoverageBook, state: PlanState) -> Any:
    language, areas = tools.language, areas_of(port, base)
    editable = tools.principal().role is Role.PLANNER and state is PlanState.DRAFT
    stores = [
        dcc.Store(id=Id.OPENED, data=board_data(board)),
        dcc.Store(id=Id.GROUND, data=ground_data(base, areas, editable=editable)),
        *(dcc.Store(id=name) for name in (Id.BOARD, Id.SAVED_AS, Id.SIZE, Id.PAINT, Id.DRAWN)),
        dcc.Interval(id=Id.LOOK, interval=_LOOK_MS),
    ]
    columns = [
        choices(language),
        middle(base, language),
        consequences(board, language),
    ]
    look = "plan-columns" if editable else "plan-columns plan-reading"
    root = html.Div([*stores, *columns], id=Id.ROOT, className=look)
    if not board.town:
        return root
    strip = town_strip(town_of(tools, board.town).town, tools.principal().role, language)
    return html.Div([strip, root], className="plan-of-town")
