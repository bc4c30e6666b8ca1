"""Tampered boards, numbers and names against a real database: refused in words, never a fault or a trace."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from callbacks.plan.board import board_book, board_data, draft_of, open_board, read_board
from data.plan_desk import PlannerDesk
from data.store import PostgisStore
from grid.planning import LONGEST_NAME
from grid.principals import PLANNER
from grid.refusals import Refused
from layers.words import Language, say_refusal
from tests.storage.published_plans import draft, make_city, marks, published


@pytest.fixture(scope="module")
def city(module_engine: Engine) -> Engine:
    """The city of ``make_city``."""
    return make_city(module_engine)


def _save_board(desk: PlannerDesk, data: dict[str, object]) -> None:
    board = read_board(data)
    book = board_book(board, desk.weighed(board.formula).plan_book(board.base_id))
    desk.save_draft(draft_of(board, book, str(data["name"])))


_HUGE = [2**31 - 1, 2**31, 2**32, 2**63 - 1]
_NAMES = [
    "\0", "甲\0乙", "\x01", "\x7f", "\x85a\x9f", "\ud800", "甲\udfff", "\ud83d", "\u202e", "\ufeff甲",
    "\U000e0001", "\ue000", "长" * 61, "", " \t\n", "\u3000",
]  # fmt: skip


@pytest.mark.parametrize(
    "tampered",
    [
        *({"version": huge} for huge in (0, *_HUGE)),
        *({"draft": huge} for huge in _HUGE),
        *({"base": huge} for huge in (0, *_HUGE)),
        *({"formula": huge} for huge in _HUGE),
        *({"edits": [["give", huge, None, None, None]], "marks": [1], "done": 1} for huge in _HUGE),
        *({"edits": [["cap", None, 1, None, huge]], "marks": [1], "done": 1} for huge in _HUGE),
        *({"name": name} for name in _NAMES),
    ],
)
def test_tampered_boards_are_refused_in_words(city: Engine, tampered: dict[str, object]) -> None:
    desk = PostgisStore(city).plan(PLANNER)
    saved = desk.save_draft(draft(published(city)))
    board = board_data(open_board(published(city), saved)) | tampered
    before = marks(city)
    with pytest.raises(Refused) as refused:
        _save_board(desk, board)
    for language in Language:
        assert say_refusal(refused.value, language)
    assert marks(city) == before
    assert desk.plan_book(saved.id).plan == saved
    desk.discard_draft(saved.id, saved.version)


@pytest.mark.parametrize("number", [-(2**63), -1, 0, 2**31, 2**63 - 1, 2**63, 10**30])
def test_any_number_is_answered_in_words(city: Engine, number: int) -> None:
    desk = PostgisStore(city).plan(PLANNER)
    saved = desk.save_draft(draft(published(city)))
    for attempt in (
        lambda: desk.discard_draft(number, 1),
        lambda: desk.discard_draft(saved.id, number),
        lambda: desk.save_draft(replace(saved, id=number or -1)),
        lambda: desk.save_draft(replace(saved, version=number)),
        lambda: desk.save_draft(replace(saved, base_id=number)),
        lambda: desk.save_draft(replace(saved, id=0, base_id=number)),
    ):
        with pytest.raises(Refused):
            attempt()
    desk.discard_draft(saved.id, saved.version)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(), max_size=70))
def test_any_name_is_saved_or_refused(city: Engine, name: str) -> None:
    desk = PostgisStore(city).plan(PLANNER)
    shown = " ".join(name.split())
    made = draft(published(city), name)
    if not (0 < len(shown) <= LONGEST_NAME and shown.isprintable()):
        with pytest.raises(Refused, match="plan_name_"):
            desk.save_draft(made)
        return
    saved = desk.save_draft(made)
    assert desk.plan_book(saved.id).plan.name == saved.name == shown
    desk.discard_draft(saved.id, saved.version)
