"""Wiring of a town's board: dividing the town as one step of the board, and the life of its plans."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from dash import ALL, ClientsideFunction, Dash, Input, Output, State, ctx, no_update

from callbacks.plan.board import Board, board_book, edit_data, read_board
from callbacks.plan.ids import Id
from callbacks.plan.patches_ids import PatchId, PatchKind
from callbacks.plan.patches_panel import judged, plan_rows
from callbacks.plan.ports import town_of
from callbacks.tools import Tools
from grid.coverage import CoverageBook, RuleKind
from grid.ids import LARGEST_ID
from grid.patches.book import TODAY_ID, divide_town, holders_of, judge_town
from grid.patches.town import Town
from grid.planning import Edit, EditKind
from grid.ports import PatchPlanDesk
from grid.refusals import Refused
from layers.words import say, say_refusal

_SEEN = re.compile(r"([0-9]{1,18})-([0-9]{1,9})")
_MOST_SHARING = 500


def wire_patches(app: Dash, tools: Tools) -> None:
    """Register the callbacks of a town's board."""
    _wire_dividing(app, tools)
    _wire_life(app, tools)


def _wire_dividing(app: Dash, tools: Tools) -> None:
    take = ClientsideFunction("patches", "take")
    app.clientside_callback(take, Input(PatchId.DIVIDED, "data"), prevent_initial_call=True)

    @app.callback(
        Output(PatchId.DIVIDED, "data"),
        Output(PatchId.SAID, "children"),
        Input(PatchId.DIVIDE, "n_clicks"),
        State(PatchId.SHARING, "value"),
        State(Id.BOARD, "data"),
        prevent_initial_call=True,
    )
    def divide(clicks: object, sharing: object, data: object) -> tuple[Any, Any]:
        if not clicks:
            return no_update, no_update
        try:
            edits = _divided(tools, read_board(data), sharing)
        except Refused as refused:
            return no_update, say_refusal(refused, tools.language)
        return [edit_data(edit) for edit in edits], "" if edits else say("patches.nothing", tools.language)

    @app.callback(Output(PatchId.OUTCOME, "children"), Input(Id.BOARD, "data"))
    def judge(data: object) -> Any:
        try:
            town, book, base = _opened(tools, read_board(data))
        except Refused:
            # The board itself says what is wrong.
            return no_update
        found = judge_town(town, holders_of(book.plan), holders_of(base.plan))
        return judged(found, tools.language)


def _wire_life(app: Dash, tools: Tools) -> None:
    desk: Callable[[], PatchPlanDesk] = lambda: tools.store.patch_plans(tools.principal())  # noqa: E731

    @app.callback(
        Output(PatchId.LIFE, "children"),
        Output(PatchId.SAID, "children", allow_duplicate=True),
        *(Input({"type": kind.value, "of": ALL}, "n_clicks") for kind in PatchKind),
        Input(Id.SAVED_AS, "data"),
        State(PatchId.TOWN, "data"),
        prevent_initial_call=True,
    )
    def live(*sent: Any) -> tuple[Any, Any]:
        *pressed, _, town_id = sent
        said: Any = ""
        try:
            if any(click for clicks in pressed if isinstance(clicks, list) for click in clicks):
                said = say(_step(desk(), ctx.triggered_id), tools.language)
        except Refused as refused:
            said = say_refusal(refused, tools.language)
        try:
            town = desk().town(_id(town_id))
        except Refused as refused:
            return no_update, say_refusal(refused, tools.language)
        return plan_rows(town, tools.principal().role, tools.language), said


def _divided(tools: Tools, board: Board, sharing: object) -> list[Edit]:
    """Return the edits that divide the town on the board; raises ``Refused``."""
    town, book, _ = _opened(tools, board)
    workers = _workers(sharing, town)
    if not workers:
        raise Refused("patches_nobody_shares")
    now = holders_of(book.plan)
    pinned = {rule.unit_id for rule in book.plan.rules if rule.kind is RuleKind.PIN and rule.unit_id}
    after = divide_town(town, now, workers, pinned=pinned)
    return [Edit(EditKind.GIVE, grid, worker) for grid, worker in after.items() if now.get(grid) != worker]


def _opened(tools: Tools, board: Board) -> tuple[Town, CoverageBook, CoverageBook]:
    """Return the town, its book as the board has it, and as it is today."""
    if not board.town:
        raise Refused("town_unknown", town=0)
    port = town_of(tools, board.town)
    return port.town, board_book(board, port.plan_book(board.base_id)), port.plan_book(TODAY_ID)


def _workers(sharing: object, town: Town) -> set[int]:
    """Return the workers that a browser names, those alone that the town has."""
    named = sharing if isinstance(sharing, list) and len(sharing) <= _MOST_SHARING else []
    return {worker.id for worker in town.workers} & {one for one in named if type(one) is int}


def _step(desk: PatchPlanDesk, triggered: object) -> str:
    """Take the step that was pressed and return the key of what to say of it."""
    found = triggered if isinstance(triggered, dict) else {}
    of, kind = found.get("of"), found.get("type")
    seen = _SEEN.fullmatch(of) if isinstance(of, str) else None
    if seen is None or kind not in {one.value for one in PatchKind}:
        raise Refused("patches_unknown")
    plan_id, version = map(int, seen.groups())
    steps = {
        PatchKind.PROPOSE: desk.propose_patches,
        PatchKind.WITHDRAW: desk.withdraw_patches,
        PatchKind.RETURN: desk.return_patches,
        PatchKind.PUBLISH: desk.publish_patches,
    }
    steps[PatchKind(kind)](plan_id, version)
    return f"patches.done.{PatchKind(kind).name.lower()}"


def _id(value: object) -> int:
    if type(value) is not int or not 0 < value <= LARGEST_ID:
        raise Refused("town_unknown", town=0)
    return value
