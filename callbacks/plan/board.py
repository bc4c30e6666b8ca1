"""The board (编排板): what a planner did since the base plan, kept in the browser and trusted in nothing.

It is a list of moves with a mark up to where they hold (undo and redo move the mark), the draft that it
belongs to, and what is chosen. Everything that comes back is read here and nowhere else.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from grid.coverage import CoverageBook, CoveragePlan, PlanState
from grid.ids import LARGEST_ID
from grid.planning import LONGEST_NAME, Move, apply_moves, changes, read_name
from grid.refusals import Refused

MOST_MOVES = 500


@dataclass(frozen=True, slots=True)
class Board:
    """Moves against the plan ``base_id``; the first ``done`` of them hold.

    ``draft_id`` is 0 until saved, ``version`` the draft's version when it was opened or last saved.
    """

    base_id: int
    draft_id: int = 0
    version: int = 0
    name: str = ""
    moves: tuple[Move, ...] = ()
    done: int = 0
    chosen: int | None = None
    focus: tuple[int, ...] = ()

    @property
    def in_force(self) -> tuple[Move, ...]:
        """The moves that hold."""
        return self.moves[: self.done]


def read_board(data: object) -> Board:
    """Return the board of a browser's store; raises ``Refused('plan_board_unreadable')`` otherwise."""
    try:
        return _read(data)
    except (KeyError, TypeError, ValueError, OverflowError):
        raise Refused("plan_board_unreadable") from None


def board_data(board: Board) -> dict[str, Any]:
    """Return a board as JSON data; inverse of ``read_board``."""
    return {
        "base": board.base_id,
        "draft": board.draft_id,
        "version": board.version,
        "name": board.name,
        "moves": [[move.unit_id, move.leader_id] for move in board.moves],
        "done": board.done,
        "chosen": board.chosen,
        "focus": list(board.focus),
    }


def open_board(base: CoverageBook, draft: CoveragePlan | None = None) -> Board:
    """Return a fresh board on a base plan; a draft's differences become moves, undone one by one."""
    if draft is None:
        return Board(base.plan.id)
    moves = tuple(Move(change.unit_id, change.after) for change in changes(draft, base.plan))
    return Board(base.plan.id, draft.id, draft.version, draft.name, moves, len(moves))


def board_book(board: Board, base: CoverageBook) -> CoverageBook:
    """Return the book as the board has it; raises ``Refused`` for moves of unknown units or leaders."""
    if board.chosen is not None and board.chosen not in {leader.id for leader in base.leaders}:
        raise Refused("plan_leader_unknown", leader=board.chosen)
    return apply_moves(base, board.in_force)


def draft_of(board: Board, book: CoverageBook, name: str) -> CoveragePlan:
    """Return the draft to save; raises what ``grid.planning.read_name`` raises."""
    return replace(
        book.plan,
        id=board.draft_id,
        name=read_name(name),
        state=PlanState.DRAFT,
        version=board.version,
        base_id=board.base_id,
    )


def _read(data: Any) -> Board:
    moves = tuple(Move(_whole(unit), _maybe(leader)) for unit, leader in data["moves"])
    done = _whole(data["done"])
    if len(moves) > MOST_MOVES or done > len(moves):
        raise ValueError
    return Board(
        base_id=_whole(data["base"]),
        draft_id=_whole(data["draft"]),
        version=_whole(data["version"]),
        name=_text(data["name"]),
        moves=moves,
        done=done,
        chosen=_maybe(data["chosen"]),
        focus=tuple(_whole(unit) for unit in data["focus"])[:MOST_MOVES],
    )


def _whole(value: object) -> int:
    # A database's bigint is the widest that an id may be; JSON's true and 1.0 are no ids.
    if type(value) is not int or not 0 <= value <= LARGEST_ID:
        raise ValueError
    return value


def _maybe(value: object) -> int | None:
    return None if value is None else _whole(value)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value[:LONGEST_NAME]
