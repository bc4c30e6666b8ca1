"""The page of a plan's life and the board's part about its draft, over a fake desk."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from dash import Dash

from callbacks import plan as screen
from callbacks.plan import life_board
from callbacks.plan.board import board_data, open_board, read_board
from callbacks.plan.life_asked import read_bar, read_bar_id, read_date, read_plan, read_seen, read_step
from callbacks.plan.life_ids import LifeId
from callbacks.plan.life_page import body, life_page, next_month
from callbacks.tools import Tools
from grid.coverage import CoveragePlan, PlanState
from grid.planning import Edit, EditKind, apply_edits
from grid.principals import Role
from grid.refusals import Refused
from layers.words import Language
from tests.screens.access_city import someone
from tests.screens.plan_city import PLAN, FakeStore, book
from tests.screens.plan_life_city import LifeDesk


@pytest.fixture
def desk() -> LifeDesk:
    return LifeDesk()


def _tools(desk: LifeDesk, role: Role = Role.PLANNER) -> Tools:
    return Tools(store=FakeStore(desk), principal=lambda: someone(role))  # type: ignore[arg-type]


def _text(component: Any) -> str:
    return json.dumps(component, cls=_Plain, ensure_ascii=False)


class _Plain(json.JSONEncoder):
    def default(self, o: Any) -> Any:
        return o.to_plotly_json()


def _draft(desk: LifeDesk, *edits: Edit, **more: Any) -> CoveragePlan:
    plan = replace(apply_edits(book(), edits).plan, id=0, state=PlanState.DRAFT, base_id=PLAN.id, **more)
    return desk.save_draft(plan)


def test_the_page_leads_with_what_waits_and_each_role_has_its_buttons(desk: LifeDesk) -> None:
    saved = _draft(desk, Edit(EditKind.GIVE, 6, 2), name="待审的")
    desk.plans[saved.id] = replace(saved, state=PlanState.PROPOSED, version=2)
    shown, seen = body(_tools(desk, Role.APPROVER), desk, 0)  # type: ignore[arg-type]
    said = _text(shown)
    assert seen == {"plan": saved.id, "version": 2}
    for words in ("县6 → 领导2", "批准并发布", "退回理由", "2026-12-01", "没有妨碍报审和批准的问题"):
        assert words in said
    assert "撤回报审" not in said
    said = _text(body(_tools(desk), desk, 0)[0])  # type: ignore[arg-type]
    assert "撤回报审" in said
    assert "批准并发布" not in said
    held = _text(body(_tools(desk, Role.APPROVER), desk, PLAN.id)[0])  # type: ignore[arg-type]
    assert "恢复这份方案" in held
    assert "撤销发布…" not in held, "what is in force is not cancelled"


def test_what_stands_in_the_way_is_named_and_the_button_waits(desk: LifeDesk) -> None:
    saved = _draft(desk, name="有缺口")
    shown = _text(body(_tools(desk), desk, saved.id)[0])  # type: ignore[arg-type]
    assert "县6没有人包片" in shown
    assert '"disabled": true' in shown


def test_every_wired_id_is_laid_out(desk: LifeDesk) -> None:
    app = Dash("test_plan_life", use_pages=True, pages_folder="", suppress_callback_exceptions=True)
    tools = _tools(desk)
    screen.register(app, tools)
    page = _text(life_page(tools, {})) + _text(life_board.life_part(Language.ZH))
    assert [one for one in LifeId if one is not LifeId.CONFLICT and f'"{one}"' not in page] == []


@pytest.mark.parametrize(("day", "first"), [((2026, 11, 30), (2026, 12, 1)), ((2026, 12, 1), (2027, 1, 1))])
def test_the_first_day_offered_is_the_next_months(day: tuple[int, ...], first: tuple[int, ...]) -> None:
    assert next_month(date(*day)) == date(*first)


def test_the_second_saver_sees_both_and_makes_theirs_again(desk: LifeDesk) -> None:
    saved = _draft(desk, Edit(EditKind.GIVE, 6, 2), name="两人的")
    begun = open_board(book(), saved)
    theirs = apply_edits(book(saved), [Edit(EditKind.GIVE, 1, 3), Edit(EditKind.GIVE, 2, 3)]).plan
    stored = desk.save_draft(replace(theirs, version=saved.version))
    mine = (*begun.edits, Edit(EditKind.GIVE, 1, 4), Edit(EditKind.GIVE, 3, 5))
    board = replace(begun, edits=mine, marks=tuple(range(1, len(mine) + 1)), done=len(mine))
    port: Any = desk
    assert life_board._is_behind(port, board, None)
    assert not life_board._is_behind(port, board, {"draft": saved.id, "version": stored.version})
    told = _text(life_board._conflict(port, board, begun, Language.ZH))
    for words in ("另一位编排员 已于 2026-11-20 10:05", "第 2 版", "对方改了 2 处", "您改了 2 处",
                  "县1：对方 → 领导3，您 → 领导4"):  # fmt: skip
        assert words in told
    made, _ = life_board._redone(port, board, begun, Language.ZH)
    again = read_board(made)
    held = {one.unit_id: one.leader_id for one in apply_edits(book(), again.in_force).plan.assignments}
    assert (again.draft_id, again.version) == (saved.id, stored.version)
    assert (held[1], held[2], held[3], held[6]) == (4, 3, 5, 2)
    assert read_board(made["begun"]).in_force == open_board(book(), stored).in_force
    assert desk.plans[saved.id] == stored, "nothing is saved before it is looked at"
    copy = life_board._saved_as(port, board, "我的一份")
    assert (copy.id != saved.id, desk.plans[saved.id]) == (True, stored)


def test_what_is_not_saved_is_not_proposed(desk: LifeDesk) -> None:
    saved, port = _draft(desk, Edit(EditKind.GIVE, 6, 2), name="草"), desk
    board = open_board(book(), saved)
    life_board._check_saved(port, board)  # type: ignore[arg-type]
    for unsaved in (open_board(book()), replace(board, done=0)):
        with pytest.raises(Refused, match="plan_unsaved"):
            life_board._check_saved(port, unsaved)  # type: ignore[arg-type]
    assert read_board(board_data(board)) == board


_JUNK: list[Any] = [
    None,
    True,
    -1,
    2**63,
    1.5,
    "x",
    "1" * 19,
    "１",
    [],
    {},
    {"step": []},
    {"plan": "1"},
    {"step": True},
]


@pytest.mark.parametrize("junk", _JUNK)
def test_junk_from_a_browser_is_refused_in_words(junk: Any) -> None:
    for read in (read_seen, read_step, read_bar_id, read_date):
        with pytest.raises(Refused):
            read(junk)
    with pytest.raises(Refused):
        read_bar(junk, 1, "recusal", ("", "2026-01-01", None))
    with pytest.raises(Refused):
        read_bar(1, 1, junk, ("", "2026-01-01", None))
    if junk is not None:
        with pytest.raises(Refused):
            read_plan(junk)
