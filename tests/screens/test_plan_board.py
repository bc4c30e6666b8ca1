"""The board: what comes back from a browser is read whole or refused, never half believed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callbacks.plan.board import (
    MOST_MOVES,
    Board,
    board_book,
    board_data,
    draft_of,
    open_board,
    read_board,
)
from grid.coverage import PlanState, lead_by_unit
from grid.planning import Move, apply_moves
from grid.refusals import Refused
from tests.screens.plan_city import PLAN, book

GOOD = {
    "base": 10, "draft": 0, "version": 0, "name": "", "moves": [[1, 2], [3, None]], "done": 1,
    "chosen": 2, "focus": [1],
}  # fmt: skip
_ids = st.integers(0, 2**63 - 1)
_moves = st.lists(st.builds(Move, _ids, st.one_of(st.none(), _ids)), max_size=20).map(tuple)


@st.composite
def _boards(draw: st.DrawFn) -> Board:
    moves = draw(_moves)
    return Board(
        base_id=draw(_ids),
        draft_id=draw(_ids),
        version=draw(_ids),
        name=draw(st.text(max_size=60)),
        moves=moves,
        done=draw(st.integers(0, len(moves))),
        chosen=draw(st.one_of(st.none(), _ids)),
        focus=tuple(draw(st.lists(_ids, max_size=5))),
    )


@settings(deadline=None)
@given(_boards())
def test_a_board_survives_the_way_to_the_browser_and_back(board: Board) -> None:
    assert read_board(board_data(board)) == board


_leaves = st.none() | st.booleans() | st.floats() | st.text(max_size=4) | st.integers()
_json = _leaves | st.lists(_leaves, max_size=3) | st.lists(st.lists(_leaves, max_size=3), max_size=3)


@settings(deadline=None)
@given(_json | st.fixed_dictionaries(dict.fromkeys(GOOD, _json)))
def test_anything_else_is_refused_and_never_a_fault(data: object) -> None:
    try:
        board = read_board(data)
    except Refused:
        return
    assert board.done <= len(board.moves) <= MOST_MOVES


@pytest.mark.parametrize(
    "tampered",
    [
        {"done": 3},
        {"done": -1},
        {"done": True},
        {"base": "10"},
        {"base": 1.0},
        {"base": 2**63},
        {"moves": [[1]]},
        {"moves": [[1, 2, 3]]},
        {"moves": [["1", 2]]},
        {"moves": [[None, 2]]},
        {"moves": "12"},
        {"moves": [[1, 2]] * (MOST_MOVES + 1)},
        {"chosen": "x"},
        {"focus": 7},
        {"focus": [None]},
        {"name": None},
    ],
)
def test_each_tampered_field_is_refused(tampered: dict[str, object]) -> None:
    with pytest.raises(Refused) as refused:
        read_board(GOOD | tampered)
    assert refused.value.code == "plan_board_unreadable"


def test_undone_moves_do_not_hold() -> None:
    leads = lead_by_unit(board_book(read_board(GOOD), book()).plan)
    assert (leads[1], leads[3]) == (2, 1)


@pytest.mark.parametrize(
    ("board", "code"),
    [
        (Board(10, moves=(Move(99, 1),), done=1), "plan_unit_unknown"),
        (Board(10, moves=(Move(1, 99),), done=1), "plan_leader_unknown"),
        (Board(10, chosen=99), "plan_leader_unknown"),
    ],
)
def test_moves_of_unknown_units_and_leaders_are_refused(board: Board, code: str) -> None:
    with pytest.raises(Refused) as refused:
        board_book(board, book())
    assert refused.value.code == code


def test_a_draft_opens_as_moves_that_can_be_undone_one_by_one() -> None:
    draft = replace(apply_moves(book(), [Move(1, 2), Move(6, 3)]).plan, id=11, version=4, name="甲")
    board = open_board(book(), draft)
    assert (board.draft_id, board.version, board.name) == (11, 4, "甲")
    assert board_book(board, book()).plan.assignments == draft.assignments
    assert board_book(replace(board, done=1), book()).plan == apply_moves(book(), [Move(1, 2)]).plan
    assert board_book(replace(board, done=0), book()).plan == PLAN


def test_what_is_saved_is_a_draft_on_the_base_with_the_version_it_was_opened_with() -> None:
    board = Board(10, 11, 4, moves=(Move(1, 2),), done=1)
    draft = draft_of(board, board_book(board, book()), "  方案   一 ")
    assert (draft.id, draft.version, draft.base_id, draft.state) == (11, 4, 10, PlanState.DRAFT)
    assert draft.name == "方案 一"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("", "plan_name_missing"),
        ("　 ", "plan_name_missing"),
        ("长" * 61, "plan_name_long"),
        ("方案\x00", "plan_name_unprintable"),
        ("方案\ud800", "plan_name_unprintable"),
    ],
)
def test_a_draft_needs_a_name_of_reasonable_length_that_can_be_shown(name: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        draft_of(Board(10), book(), name)
    assert refused.value.code == code
