"""Which desk a board is about: the city's coverage plans, or a town's grids among its workers."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import cast

from callbacks.plan.board import Board
from callbacks.plan.town_board import TownBoard
from callbacks.tools import Tools
from grid.ports import PlanDesk
from layers.words import say, speaking_of


def port_of(tools: Tools, board: Board) -> PlanDesk:
    """Return the desk that a board's plan is kept at; ``board.town`` is the area of a town, or 0."""
    if not board.town:
        desk = tools.store.plan(tools.principal())
        return desk.weighed(board.formula) if board.formula else desk
    # The board asks no more of a plan's desk than a town has.
    return cast("PlanDesk", town_of(tools, board.town))


def town_of(tools: Tools, town_id: int) -> TownBoard:
    """Return a town as the board asks for it."""
    return TownBoard(tools.store.patch_plans(tools.principal()), town_id, say("patches.post", tools.language))


def words_of(board: Board) -> AbstractContextManager[None]:
    """Return the context in which the board speaks of grids and grid workers, where it is a town's."""
    return speaking_of("patches") if board.town else nullcontext()
