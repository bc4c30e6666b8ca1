"""The board (编排板): what a planner did since the base plan, kept in the browser and trusted in nothing.

It is a list of edits in steps (a lasso or an accepted suggestion is one), with a mark up to where they hold
(undo and redo move the mark by a step), and the draft that it belongs to. Everything that comes back is read
here and nowhere else.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from grid.coverage import CoverageBook, CoveragePlan, PlanState
from grid.ids import LARGEST_ID
from grid.planning import LARGEST_VALUE, LONGEST_NAME, Edit, EditKind, apply_edits, edits_between, read_name
from grid.refusals import Refused

MOST_EDITS = 2000
"""A split of every county with every town given elsewhere, and room to think again."""


@dataclass(frozen=True, slots=True)
class Board:
    """Edits against the plan ``base_id``; the first ``done`` of them hold.

    ``draft_id`` is 0 until saved, ``version`` the draft's version when it was opened or last saved;
    ``town`` is the area of the town whose grids are given out, 0 for a plan of the city;
    ``marks`` are the numbers of edits at which a step ends, ascending, the last of them all.
    """

    base_id: int
    draft_id: int = 0
    version: int = 0
    name: str = ""
    edits: tuple[Edit, ...] = ()
    marks: tuple[int, ...] = ()
    done: int = 0
    town: int = 0
    formula: int = 0
    """The version by which loads are weighed, 0 for the base plan's."""

    @property
    def in_force(self) -> tuple[Edit, ...]:
        """The edits that hold."""
        return self.edits[: self.done]


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
        "edits": [edit_data(edit) for edit in board.edits],
        "marks": list(board.marks),
        "done": board.done,
        "town": board.town,
        "formula": board.formula,
    }


def edit_data(edit: Edit) -> list[Any]:
    """Return an edit as JSON data, as ``window.fengtuPlan.take`` takes it too."""
    return [edit.kind.value, edit.unit_id, edit.leader_id, edit.other_id, edit.value]


def read_edits(data: object) -> tuple[Edit, ...]:
    """Return edits of a browser; raises ``Refused('plan_board_unreadable')`` for anything else."""
    try:
        return _edits(data)
    except (TypeError, ValueError, OverflowError):
        raise Refused("plan_board_unreadable") from None


def open_board(base: CoverageBook, draft: CoveragePlan | None = None) -> Board:
    """Return a fresh board on a base plan; a draft's differences become edits, undone one by one."""
    if draft is None:
        return Board(base.plan.id)
    edits = edits_between(base, draft)
    marks = tuple(range(1, len(edits) + 1))
    formula = 0 if draft.formula == base.plan.formula else draft.formula
    return Board(base.plan.id, draft.id, draft.version, draft.name, edits, marks, len(edits), formula=formula)


def board_book(board: Board, base: CoverageBook) -> CoverageBook:
    """Return the book as the board has it; raises what ``grid.planning.apply_edits`` raises."""
    return apply_edits(base, board.in_force)


def refused_step(board: Board, base: CoverageBook) -> dict[str, Any]:
    """Return the first step that cannot be done, for the browser to take back: where it is, and its edits.

    Steps follow each other, so all before it can be done, and what comes after is asked again without it.
    """
    ends = [0, *(mark for mark in board.marks if mark <= board.done)]
    holds, breaks = 0, len(ends) - 1
    while breaks - holds > 1:
        middle = (holds + breaks) // 2
        try:
            apply_edits(base, board.edits[: ends[middle]])
            holds = middle
        except Refused:
            breaks = middle
    edits = [edit_data(edit) for edit in board.edits[ends[holds] : ends[breaks]]]
    return {"from": ends[holds], "to": ends[breaks], "edits": edits}


def address(board: Board, plan_id: int = 0) -> str:
    """Return the address of the page on which a board is, or of a plan beside it."""
    asked = [f"town={board.town}"] if board.town else []
    asked += [f"plan={plan_id}"] if plan_id else []
    return "/plan" + ("?" + "&".join(asked) if asked else "")


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
    edits = _edits(data["edits"])
    marks = tuple(_whole(mark) for mark in data["marks"])
    done = _whole(data["done"])
    ascending = all(one < other for one, other in pairwise((0, *marks)))
    if not ascending or (marks[-1] if marks else 0) != len(edits) or done not in {0, *marks}:
        raise ValueError
    return Board(
        base_id=_whole(data["base"]),
        draft_id=_whole(data["draft"]),
        version=_whole(data["version"]),
        name=_text(data["name"]),
        edits=edits,
        marks=marks,
        done=done,
        town=_whole(data["town"]),
        formula=_whole(data.get("formula", 0)),
    )


def _edits(data: Any) -> tuple[Edit, ...]:
    if not isinstance(data, list) or len(data) > MOST_EDITS:
        raise ValueError
    return tuple(_edit(*one) for one in data)


def _edit(kind: object, unit: object, leader: object, other: object, value: object) -> Edit:
    if not isinstance(kind, str):
        raise TypeError
    number = _maybe(value)
    if number is not None and number > LARGEST_VALUE:
        raise ValueError
    return Edit(EditKind(kind), _maybe(unit), _maybe(leader), _maybe(other), number)


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
