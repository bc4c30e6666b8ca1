"""Wiring of the planner's board: moves happen in the browser, everything they mean is computed here."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from dash import ALL, ClientsideFunction, Dash, Input, Output, State, ctx, dcc, html, no_update

from callbacks.plan import panels
from callbacks.plan.board import Board, board_book, draft_of, read_board
from callbacks.plan.ids import Id, Kind
from callbacks.plan.panels import View
from callbacks.tools import Tools
from grid.areas import Area, Level
from grid.coverage import CoverageBook, CoveragePlan
from grid.planning import changes
from grid.ports import PlanDesk
from grid.refusals import Refused
from layers.leader_colours import assign_colours
from layers.map_camera import Viewport
from layers.plan_map import PlanScene, leader_label, plan_figure
from layers.words import Language, say, say_refusal

_SMALLEST_PX, _LARGEST_PX = 200, 8000
_SEEN_DRAFT = re.compile(r"([0-9]{1,18})-([0-9]{1,18})")


def wire(app: Dash, tools: Tools) -> None:
    """Register the board's callbacks."""
    _wire_browser(app)
    _wire_show(app, tools)
    _wire_drafts(app, tools)


def _wire_browser(app: Dash) -> None:
    """What happens in the browser alone: see ``assets/plan.js``."""
    holders = {"type": Kind.HOLDER.value, "of": ALL}
    _in_browser(app, "open", Output(Id.BOARD, "data"), Input(Id.OPENED, "data"), State(Id.GROUND, "data"))
    _in_browser(app, "measure", Output(Id.SIZE, "data"), Input(Id.MAP_BOX, "id"))
    _in_browser(app, "click", Output(Id.MAP, "clickData"), Input(Id.MAP, "clickData"), later=True)
    _in_browser(app, "hold", Input(holders, "value"), later=True)
    _in_browser(app, "saved", Input(Id.SAVED_AS, "data"), later=True)
    _in_browser(app, "address", Input(Id.BOARD, "data"), later=True)


def _in_browser(app: Dash, name: str, *wires: Output | Input | State, later: bool = False) -> None:
    function = ClientsideFunction("plan", name)
    app.clientside_callback(function, *wires, prevent_initial_call=later)


def _wire_show(app: Dash, tools: Tools) -> None:
    @app.callback(
        Output(Id.MAP, "figure"),
        Output(Id.LEADERS, "children"),
        Output(Id.DEPARTMENTS, "children"),
        Output(Id.UNITS, "children"),
        Output(Id.FIGURES, "children"),
        Output(Id.ISSUES, "children"),
        Output(Id.CHANGES, "children"),
        Output(Id.DRAFTS, "children"),
        Output(Id.NOTICE, "children"),
        Output(Id.UNDO, "disabled"),
        Output(Id.REDO, "disabled"),
        Input(Id.BOARD, "data"),
        Input(Id.SIZE, "data"),
    )
    def show(data: object, size: object) -> tuple[Any, ...]:
        try:
            return _shown(
                tools.store.plan(tools.principal()), read_board(data), read_size(size), tools.language
            )
        except Refused as refused:
            return *(no_update,) * 8, _alert(say_refusal(refused, tools.language)), no_update, no_update


def _wire_drafts(app: Dash, tools: Tools) -> None:
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
            saved = _saved(tools.store.plan(tools.principal()), board, str(name or ""))
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
            discarded = _discarded(tools.store.plan(tools.principal()), ctx.triggered_id)
            own = discarded == read_board(data).draft_id
        except Refused as refused:
            return no_update, _alert(say_refusal(refused, tools.language))
        # The board is shown anew in either case, with the drafts that are left.
        return {"draft": 0, "version": 0, "name": ""} if own else {}, ""


def read_size(size: object) -> Viewport:
    """Return the map's size as the browser says, within reason; a usual one for anything else."""
    if isinstance(size, dict) and all(type(size.get(side)) is int for side in ("width", "height")):
        width, height = (min(max(size[side], _SMALLEST_PX), _LARGEST_PX) for side in ("width", "height"))
        return Viewport(width, height)
    return Viewport(720, 640)


def _shown(port: PlanDesk, board: Board, size: Viewport, language: Language) -> tuple[Any, ...]:
    base = port.plan_book(board.base_id)
    book, drafts = board_book(board, base), port.drafts()
    colours = assign_colours(book, keep=assign_colours(base))
    view = View(board, book, base, colours, language)
    areas = _areas(port, book)
    focus = board.focus
    scene = PlanScene(port.city(), book, base, areas, colours, size, language, board.chosen, focus)
    return (
        plan_figure(scene),
        panels.leader_list(view),
        panels.department_list(view),
        panels.unit_list(view),
        panels.figure_list(view),
        panels.issue_list(view),
        panels.change_list(view),
        panels.draft_list(drafts, view),
        _notices(view, drafts),
        board.done == 0,
        board.done == len(board.moves),
    )


def _areas(port: PlanDesk, book: CoverageBook) -> dict[int, Area]:
    """Return the areas that the plan's units have; counties first, since few plans go finer."""
    wanted = {unit.area_id for unit in book.units if unit.area_id is not None}
    found: dict[int, Area] = {}
    for level in (Level.COUNTY, Level.TOWN, Level.VILLAGE):
        if wanted - found.keys():
            found |= {area.id: area for area in port.areas(level) if area.id in wanted}
    return found


def _notices(view: View, drafts: tuple[CoveragePlan, ...]) -> list[Any]:
    stored = next((draft for draft in drafts if draft.id == view.board.draft_id), None)
    lines = [_chosen_line(view)]
    if view.board.draft_id:
        lines.append(_draft_line(view, stored))
    unsaved = len(changes(view.book.plan, stored or view.base.plan))
    if unsaved:
        lines.append(html.Span(view.say("plan.notice.unsaved", count=unsaved)))
    return lines


def _chosen_line(view: View) -> Any:
    if view.board.chosen is None:
        return html.Span(view.say("plan.notice.choose"))
    leader = leader_label(view.book, view.board.chosen, view.language)
    return html.Span(view.say("plan.notice.chosen", leader=leader), className="plan-notice-chosen")


def _draft_line(view: View, stored: CoveragePlan | None) -> Any:
    if stored is None:
        return _alert(view.say("plan.notice.gone"))
    if stored.version == view.board.version:
        return html.Span(view.say("plan.notice.draft", name=stored.name))
    link = dcc.Link(view.say("plan.notice.conflict_open"), href=f"/plan?plan={stored.id}", refresh=True)
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
