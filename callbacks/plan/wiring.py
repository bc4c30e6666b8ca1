"""Wiring of the planner's board: edits happen in the browser, everything they mean is computed here."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from dash import ALL, ClientsideFunction, Dash, Input, Output, State, ctx, dcc, html, no_update

from callbacks.plan import panels
from callbacks.plan.board import Board, address, board_book, draft_of, read_board, refused_step
from callbacks.plan.ids import Id, Kind
from callbacks.plan.panels import View
from callbacks.plan.ports import port_of, words_of
from callbacks.tools import Tools
from grid.areas import Area, Level
from grid.coverage import CoverageBook, CoveragePlan
from grid.ports import PlanDesk
from grid.refusals import Refused
from layers.leader_colours import assign_colours
from layers.map_camera import Viewport
from layers.plan_map import PlanScene, plan_figure, plan_paint
from layers.words import Language, say, say_refusal

_SMALLEST_PX, _LARGEST_PX = 200, 8000
_SEEN_DRAFT = re.compile(r"([0-9]{1,18})-([0-9]{1,18})")
_LEVELS = (Level.COUNTY, Level.TOWN, Level.VILLAGE, Level.GRID)


def wire(app: Dash, tools: Tools) -> None:
    """Register the board's callbacks."""
    _wire_browser(app)
    _wire_show(app, tools)
    _wire_saving(app, tools)
    _wire_stored(app, tools)


def _wire_browser(app: Dash) -> None:
    """What happens in the browser alone: see ``assets/plan.js``."""
    _in_browser(app, "open", Output(Id.BOARD, "data"), Input(Id.OPENED, "data"), State(Id.GROUND, "data"))
    _in_browser(app, "measure", Output(Id.SIZE, "data"), Input(Id.MAP_BOX, "id"))
    _in_browser(app, "paint", Input(Id.PAINT, "data"), Input(Id.MAP, "figure"), later=True)
    _in_browser(app, "saved", Input(Id.SAVED_AS, "data"), later=True)
    _in_browser(app, "address", Input(Id.BOARD, "data"), later=True)


def _in_browser(app: Dash, name: str, *wires: Output | Input | State, later: bool = False) -> None:
    function = ClientsideFunction("plan", name)
    app.clientside_callback(function, *wires, prevent_initial_call=later)


def _wire_show(app: Dash, tools: Tools) -> None:
    @app.callback(
        Output(Id.PAINT, "data"),
        Output(Id.MAP, "figure"),
        Output(Id.DRAWN, "data"),
        Output(Id.LEADERS, "children"),
        Output(Id.FIGURES, "children"),
        Output(Id.ISSUES, "children"),
        Output(Id.CHANGES, "children"),
        Output(Id.DEMANDS, "children"),
        Output(Id.NOTICE, "children"),
        Input(Id.BOARD, "data"),
        Input(Id.SIZE, "data"),
        State(Id.DRAWN, "data"),
    )
    def show(data: object, size: object, drawn: object) -> tuple[Any, ...]:
        try:
            board = read_board(data)
            with words_of(board):
                port = port_of(tools, board)
                base = port.plan_book(board.base_id)
                try:
                    book = board_book(board, base)
                except Refused as refused:
                    taken = refused_step(board, base) | {"words": say_refusal(refused, tools.language)}
                    return {"refused": taken}, *(no_update,) * 7, ""
                return _shown(port, (board, base, book), read_size(size), drawn, tools.language)
        except Refused as refused:
            return *(no_update,) * 8, _alert(say_refusal(refused, tools.language))


def _wire_saving(app: Dash, tools: Tools) -> None:
    @app.callback(
        Output(Id.SAVED_AS, "data"),
        Output(Id.SAVED, "children"),
        Input(Id.SAVE, "n_clicks"),
        Input(Id.SAVE_AS, "n_clicks"),
        State(Id.NAME, "value"),
        State(Id.BOARD, "data"),
        prevent_initial_call=True,
    )
    def save(clicks: object, clicks_as: object, name: object, data: object) -> tuple[Any, Any]:
        if not (clicks or clicks_as):
            return no_update, no_update
        try:
            board = read_board(data)
            board = replace(board, draft_id=0, version=0) if ctx.triggered_id == Id.SAVE_AS else board
            saved = _saved(port_of(tools, board), board, str(name or ""))
        except Refused as refused:
            return no_update, _alert(say_refusal(refused, tools.language))
        words = say("plan.drafts.saved", tools.language, name=saved.name, version=saved.version)
        return {"draft": saved.id, "version": saved.version, "name": saved.name}, words

    @app.callback(
        Output(Id.SAVED_AS, "data", allow_duplicate=True),
        Output(Id.SAVED, "children", allow_duplicate=True),
        Input({"type": Kind.DISCARD.value, "of": ALL}, "n_clicks"),
        State(Id.BOARD, "data"),
        prevent_initial_call=True,
    )
    def discard(clicks: list[object], data: object) -> tuple[Any, Any]:
        if not any(clicks):
            return no_update, no_update
        try:
            board = read_board(data)
            own = _discarded(port_of(tools, board), ctx.triggered_id) == board.draft_id
        except Refused as refused:
            return no_update, _alert(say_refusal(refused, tools.language))
        # The drafts that are left are shown anew in either case.
        return {"draft": 0, "version": 0, "name": ""} if own else {}, ""


def _wire_stored(app: Dash, tools: Tools) -> None:
    @app.callback(
        Output(Id.DRAFTS, "children"),
        Output(Id.STORED, "children"),
        Input(Id.OPENED, "data"),
        Input(Id.SAVED_AS, "data"),
        Input(Id.LOOK, "n_intervals"),
        State(Id.BOARD, "data"),
    )
    def stored(opened: object, saved: object, looks: object, data: object) -> tuple[Any, Any]:
        try:
            board = _saved_board(read_board(opened if data is None else data), saved)
            return _as_stored(port_of(tools, board), board, tools.language)
        except Refused:
            # What is wrong is said where the board is shown; what was seen last stays.
            return no_update, no_update


def read_size(size: object) -> Viewport:
    """Return the map's size as the browser says, within reason; a usual one for anything else."""
    if isinstance(size, dict) and all(type(size.get(side)) is int for side in ("width", "height")):
        width, height = (min(max(size[side], _SMALLEST_PX), _LARGEST_PX) for side in ("width", "height"))
        return Viewport(width, height)
    return Viewport(720, 640)


def areas_of(port: PlanDesk, book: CoverageBook) -> dict[int, Area]:
    """Return the areas of a book's units and their parts; counties first, since few plans go finer."""
    units = (*book.units, *(part for parts in book.parts.values() for part in parts))
    wanted = {unit.area_id for unit in units if unit.area_id is not None}
    found: dict[int, Area] = {}
    for level in _LEVELS:
        if wanted - found.keys():
            found |= {area.id: area for area in port.areas(level) if area.id in wanted}
    return found


def _shown(
    port: PlanDesk,
    asked: tuple[Board, CoverageBook, CoverageBook],
    size: Viewport,
    drawn: object,
    language: Language,
) -> tuple[Any, ...]:
    board, base, book = asked
    areas = areas_of(port, base)
    colours = assign_colours(book, keep=assign_colours(base))
    scene = PlanScene(port.city(), book, base, areas, colours, size, language)
    places = {unit.id: (area.label_lon, area.label_lat) for unit, area in scene.placed}
    places |= {
        unit.id: (areas[unit.area_id].label_lon, areas[unit.area_id].label_lat)
        for unit in base.units
        if unit.area_id in areas
    }
    view = View(board, book, base, colours, language, places)
    key = _drawing_key(scene)
    return (
        plan_paint(scene),
        *((no_update, no_update) if drawn == key else (plan_figure(scene), key)),
        panels.leader_list(view),
        panels.figure_list(view),
        panels.issue_list(view),
        panels.change_list(view),
        panels.demand_list(view),
        "",
    )


def _drawing_key(scene: PlanScene) -> str:
    """What the map's figure depends on, besides what ``plan_paint`` sends."""
    split = sorted(scene.book.parts.keys() - scene.leads.keys())
    sizes = scene.viewport.width, scene.viewport.height
    return "-".join(map(str, (scene.base.plan.id, *sizes, *split)))


def _saved_board(board: Board, saved: object) -> Board:
    """The board as the last save has it, should the browser not have told it yet."""
    if not isinstance(saved, dict) or not saved:
        return board
    draft, version = saved.get("draft"), saved.get("version")
    if not isinstance(draft, int) or not isinstance(version, int):
        return board
    return replace(board, draft_id=draft, version=version)


def _as_stored(port: PlanDesk, board: Board, language: Language) -> tuple[Any, Any]:
    drafts = port.drafts()
    base = port.plan_book(board.base_id)
    stored = next((draft for draft in drafts if draft.id == board.draft_id), None)
    view = View(board, base, base, {}, language, {})
    line = _draft_line(view, stored) if board.draft_id else None
    return panels.draft_list(drafts, view), line


def _draft_line(view: View, stored: CoveragePlan | None) -> Any:
    if stored is None:
        return _alert(view.say("plan.notice.gone"))
    if stored.version == view.board.version:
        return html.Span(view.say("plan.notice.draft", name=stored.name))
    link = dcc.Link(view.say("plan.notice.conflict_open"), href=address(view.board, stored.id), refresh=True)
    return html.Span(
        [view.say("plan.notice.conflict", version=stored.version), " ", link], className="plan-alert"
    )


def _saved(port: PlanDesk, board: Board, name: str) -> CoveragePlan:
    book = board_book(board, port.plan_book(board.base_id))
    return port.save_draft(draft_of(board, book, name))


def _discarded(port: PlanDesk, triggered: object) -> int:
    of = triggered.get("of") if isinstance(triggered, dict) else None
    seen = _SEEN_DRAFT.fullmatch(of) if isinstance(of, str) else None
    if seen is None:
        raise Refused("plan_unknown")
    draft_id, version = map(int, seen.groups())
    port.discard_draft(draft_id, version)
    return draft_id


def _alert(text: str) -> Any:
    return html.Span(text, className="plan-alert", role="alert")
