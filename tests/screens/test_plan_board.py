"""The board: what comes back from a browser is read whole or refused, never half believed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callbacks.plan.board import (
    MOST_EDITS,
    Board,
    board_book,
    board_data,
    draft_of,
    open_board,
    read_board,
)
from grid.coverage import PlanState, lead_by_unit
from grid.planning import LARGEST_VALUE, Edit, EditKind, apply_edits
from grid.refusals import Refused
from tests.screens.plan_city import PLAN, book

GOOD = {
    "base": 10, "draft": 0, "version": 0, "name": "", "done": 1, "town": 0, "marks": [1, 2],
    "edits": [["give", 1, 2, None, None], ["give", 3, None, None, None]],
}  # fmt: skip
ONE = ["give", 1, 2, None, None]
_ids = st.integers(0, 2**63 - 1)
_maybe = st.none() | _ids
_edits = st.lists(
    st.builds(
        Edit, st.sampled_from(EditKind), _maybe, _maybe, _maybe, st.none() | st.integers(0, LARGEST_VALUE)
    ),
    max_size=20,
).map(tuple)


@st.composite
def _boards(draw: st.DrawFn) -> Board:
    edits = draw(_edits)
    inner = draw(st.sets(st.integers(1, len(edits) - 1))) if len(edits) > 1 else set()
    marks = tuple(sorted(inner | ({len(edits)} if edits else set())))
    return Board(
        base_id=draw(_ids),
        draft_id=draw(_ids),
        version=draw(_ids),
        name=draw(st.text(max_size=60)),
        edits=edits,
        marks=marks,
        done=draw(st.sampled_from((0, *marks))),
        town=draw(_ids),
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
    assert board.done <= len(board.edits) <= MOST_EDITS


@pytest.mark.parametrize(
    "tampered",
    [
        {"done": 3},
        {"done": -1},
        {"done": True},
        {"base": "10"},
        {"base": 1.0},
        {"base": 2**63},
        {"edits": [["give", 1]]},
        {"edits": [["steal", 1, 2, None, None]] * 2},
        {"edits": [[None, 1, 2, None, None]] * 2},
        {"edits": [["give", "1", 2, None, None]] * 2},
        {"edits": [["cap", None, 2, None, LARGEST_VALUE + 1]] * 2},
        {"edits": [["cap", None, 2, None, -1]] * 2},
        {"edits": "12"},
        {"edits": [ONE] * (MOST_EDITS + 1), "marks": [MOST_EDITS + 1], "done": 0},
        {"marks": [1]},
        {"marks": [2, 1]},
        {"marks": [1, 1, 2]},
        {"marks": [0, 2]},
        {"marks": [2]},
        {"marks": [1, 3]},
        {"marks": None},
        {"town": -1},
        {"name": None},
    ],
)
def test_each_tampered_field_is_refused(tampered: dict[str, object]) -> None:
    with pytest.raises(Refused) as refused:
        read_board(GOOD | tampered)
    assert refused.value.code == "plan_board_unreadable"


def test_undone_edits_do_not_hold() -> None:
    leads = lead_by_unit(board_book(read_board(GOOD), book()).plan)
    assert (leads[1], leads[3]) == (2, 1)


@pytest.mark.parametrize(
    ("board", "code"),
    [
        (Board(10, edits=(Edit(EditKind.GIVE, 99, 1),), marks=(1,), done=1), "plan_unit_unknown"),
        (Board(10, edits=(Edit(EditKind.GIVE, 1, 99),), marks=(1,), done=1), "plan_leader_unknown"),
    ],
)
def test_edits_of_unknown_units_and_leaders_are_refused(board: Board, code: str) -> None:
    with pytest.raises(Refused) as refused:
        board_book(board, book())
    assert refused.value.code == code


def test_a_draft_opens_as_edits_that_can_be_undone_one_by_one() -> None:
    draft = replace(
        apply_edits(book(), [Edit(EditKind.GIVE, 1, 2), Edit(EditKind.GIVE, 6, 3)]).plan,
        id=11,
        version=4,
        name="甲",
    )
    board = open_board(book(), draft)
    assert (board.draft_id, board.version, board.name) == (11, 4, "甲")
    assert board_book(board, book()).plan.assignments == draft.assignments
    assert (
        board_book(replace(board, done=1), book()).plan
        == apply_edits(book(), [Edit(EditKind.GIVE, 1, 2)]).plan
    )
    assert board_book(replace(board, done=0), book()).plan == PLAN


def test_what_is_saved_is_a_draft_on_the_base_with_the_version_it_was_opened_with() -> None:
    board = Board(10, 11, 4, edits=(Edit(EditKind.GIVE, 1, 2),), marks=(1,), done=1)
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
