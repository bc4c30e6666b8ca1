"""The planner's board over a fake desk: laid out whole, right answers, and words for every refusal."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from dash import Dash

from callbacks import plan
from callbacks.plan.ids import Act, Id, Kind, one_of
from callbacks.plan.layout import layout
from callbacks.plan.wiring import read_size
from callbacks.tools import Tools
from grid.coverage import PlanState, lead_by_unit
from grid.principals import Role
from grid.refusals import Refused
from layers.map_camera import Viewport
from tests.screens.access_city import someone
from tests.screens.plan_city import PLAN, FakePlanDesk, FakeStore

BOARD = {
    "base": 10, "draft": 0, "version": 0, "name": "", "edits": [], "marks": [], "done": 0, "town": 0,
}  # fmt: skip
SIZE = {"width": 700, "height": 650}


@pytest.fixture
def desk() -> FakePlanDesk:
    return FakePlanDesk()


@pytest.fixture
def tools(desk: FakePlanDesk) -> Tools:
    return Tools(store=FakeStore(desk), principal=lambda: someone(Role.PLANNER))  # type: ignore[arg-type]


@pytest.fixture
def app(tools: Tools) -> Dash:
    app = Dash("test_plan", use_pages=True, pages_folder="", suppress_callback_exceptions=True)
    plan.register(app, tools)
    return app


def _call(app: Dash, output: str, inputs: dict[str, Any], states: dict[str, Any], changed: str) -> Any:
    """Ask a callback as a browser does; ``output`` is how its key begins."""
    key = next(key for key in app.callback_map if key.startswith(output))
    spec = app.callback_map[key]
    body = {
        "output": key,
        "outputs": _outputs(key),
        "inputs": [_sent(one, inputs) for one in spec["inputs"]],
        "state": [_sent(one, states) for one in spec["state"]],
        "changedPropIds": [changed],
    }
    answer = app.server.test_client().post("/_dash-update-component", json=body)
    assert answer.status_code in {200, 204}, answer.data
    return answer.get_json()["response"] if answer.status_code == 200 else {}


def _outputs(key: str) -> list[dict[str, str]]:
    """The outputs that a callback's key names; a key without a dot is that of a callback without any."""
    pairs = (one.rsplit(".", 1) for one in key.strip(".").split("...") if "." in one)
    return [{"id": name, "property": prop} for name, prop in pairs]


def _sent(one: dict[str, str], values: dict[str, Any]) -> Any:
    if one["id"].startswith("{"):
        of = [(name, value) for name, value in values.items() if name.startswith("{")]
        return [{"id": json.loads(name), "property": one["property"], "value": value} for name, value in of]
    return {"id": one["id"], "property": one["property"], "value": values.get(one["id"])}


def _show(app: Dash, drawn: object = None, **board: Any) -> Any:
    inputs, states = {Id.BOARD: BOARD | board, Id.SIZE: SIZE}, {Id.DRAWN: drawn}
    return _call(app, "..plan-paint.data", inputs, states, "plan-board.data")


def _stored(app: Dash, board: dict[str, Any]) -> Any:
    inputs = {Id.OPENED: board, Id.SAVED_AS: None, Id.LOOK: 1}
    return _call(app, "..plan-drafts.children", inputs, {Id.BOARD: board}, "plan-look.n_intervals")


def _given(*gives: tuple[int, int | None]) -> dict[str, Any]:
    """A board on which units were given to leaders, one step after another."""
    edits = [["give", unit, leader, None, None] for unit, leader in gives]
    return {"edits": edits, "marks": list(range(1, len(edits) + 1)), "done": len(edits)}


def _save(app: Dash, board: object, name: object = "方案一", button: str = Id.SAVE) -> Any:
    return _call(
        app, "..plan-saved-as.data...plan-saved.children..", {button: 1}, {Id.NAME: name, Id.BOARD: board},
        f"{button}.n_clicks",
    )  # fmt: skip


def _discard(app: Dash, of: str, board: object = None) -> Any:
    name = json.dumps(one_of(Kind.DISCARD, of), sort_keys=True, separators=(",", ":"))
    key = next(key for key in app.callback_map if key.startswith("..plan-saved-as.data@"))
    return _call(app, key, {name: 1}, {Id.BOARD: board or BOARD}, f"{name}.n_clicks")


def _walk(component: Any) -> Iterator[Any]:
    if isinstance(component, (list, tuple)):
        for one in component:
            yield from _walk(one)
    elif component is not None and not isinstance(component, str):
        yield component
        yield from _walk(getattr(component, "children", None))


def _text(component: Any) -> str:
    return json.dumps(component, ensure_ascii=False, default=lambda one: one.to_plotly_json())


def test_every_wired_id_is_laid_out(app: Dash, tools: Tools) -> None:
    laid_out = {one.id for one in _walk(layout(tools)) if isinstance(getattr(one, "id", None), str)}
    wired = set()
    for key, spec in app.callback_map.items():
        if "_pages" in key:
            continue
        wired |= {one["id"] for one in (*spec["inputs"], *spec["state"])}
        wired |= {one["id"] for one in _outputs(key)}
    # What is laid out later, or on another page as well, has tests of its own.
    elsewhere = ("plan-compare-", "plan-life-", "plan-patches-", "plan-workload-")
    names = {one for one in wired if one.startswith("plan-") and not one.startswith(elsewhere)}
    assert names <= laid_out
    assert {Id.BOARD, Id.SAVE, Id.DRAFTS} <= names


def test_what_acts_in_the_browser_is_known_to_the_script() -> None:
    script = Path(plan.__file__).parents[1] / "assets" / "plan.js"
    text = script.read_text(encoding="utf-8")
    for act in Act:
        assert f"    {act}: (" in text


def test_the_first_picture_shows_loads_figures_and_issues(app: Dash) -> None:
    shown = _show(app)
    leaders = _text(shown[Id.LEADERS]["children"])
    assert all(f"领导{n}" in leaders for n in range(1, 5))
    figures = _text(shown[Id.FIGURES]["children"])
    assert '"51"' in figures, "leader 1 holds 44 + 7"
    assert "不可能低于 44 件" in figures
    assert "n = 5 位领导" in figures
    issues = _text(shown[Id.ISSUES]["children"])
    assert "县6还没有包片领导（6 件）" in issues
    assert "人社局没有列出件数" in issues
    assert shown[Id.PAINT]["data"]["units"]["1"][1:4] == ["领导1<br>县1 44 件", "领导1", "44 件"]


def test_a_step_changes_loads_map_and_list_of_changes(app: Dash) -> None:
    shown = _show(app, **_given((1, 3)))
    assert "县1（44 件）：领导1 → 领导3" in _text(shown[Id.CHANGES]["children"])
    assert '"53"' in _text(shown[Id.FIGURES]["children"])
    assert "领导3 ← 领导1" in _text(shown[Id.MAP]["figure"])


def test_after_a_step_only_what_changed_travels(app: Dash) -> None:
    drawn = _show(app)[Id.DRAWN]["data"]
    shown = _show(app, drawn, **_given((1, 3)))
    assert Id.MAP not in shown, "the map was drawn for this base, size and division"
    assert "领导3 ← 领导1" in _text(shown[Id.PAINT]["data"]["units"]["1"])
    assert Id.MAP in _show(app, "10-1-1")


def test_help_shows_in_loads_marks_and_figures(app: Dash) -> None:
    shown = _show(app, edits=[["help", 1, 3, None, 20]], marks=[1], done=1)
    leaders = _text(shown[Id.LEADERS]["children"])
    assert '"31"' in leaders
    assert '"29"' in leaders
    assert "协助 1" in leaders
    assert shown[Id.PAINT]["data"]["units"]["1"][1].startswith("+")


def test_demands_are_listed_with_a_way_to_lift_them(app: Dash) -> None:
    edits = [["pin", 1, None, None, None], ["forbid", 2, 3, None, None], ["cap", None, 1, None, 40]]
    shown = _show(app, edits=[*edits, ["share", None, 4, None, 50]], marks=[4], done=4)
    demands = _text(shown[Id.DEMANDS]["children"])
    for words in ("县1锁定不动", "县2不由领导3包片或协助", "领导1负担不超过 40 件", "领导4按 50% 的份额"):
        assert words in demands
    assert '"data-of": "forbid|2|3|"' in demands
    issues = _text(shown[Id.ISSUES]["children"])
    assert "领导1负担 51 件，超过上限 40 件" in issues


def test_an_undone_step_is_not_shown(app: Dash) -> None:
    shown = _show(app, **_given((1, 3)) | {"done": 0})
    assert "与原方案相同" in _text(shown[Id.CHANGES]["children"])


def test_hundreds_of_steps_hold(app: Dash) -> None:
    gives = [(1, 1 + n % 4) for n in range(200)]
    assert "领导1 → 领导4" in _text(_show(app, **_given(*gives))[Id.CHANGES]["children"])


@pytest.mark.parametrize("before", [0, 1, 6])
@pytest.mark.parametrize("after", [0, 1, 5])
def test_the_step_that_cannot_be_done_is_named_and_the_picture_stays(
    app: Dash, before: int, after: int
) -> None:
    """The browser takes back that step alone: what was done before and after it may hold."""
    gives = [["give", 1, 1 + n % 4, None, None] for n in range(before)]
    wrong = [["give", 2, 3, None, None], ["help", 2, 3, None, 3]]
    edits = [*gives, *wrong, *([["give", 3, 2, None, None]] * after)]
    marks = [*range(1, before + 1), *range(before + 2, before + 3 + after)]
    shown = _show(app, edits=edits, marks=marks, done=len(edits))
    assert set(shown) == {Id.PAINT, Id.NOTICE}
    refused = shown[Id.PAINT]["data"]["refused"]
    assert (refused["from"], refused["to"], refused["edits"]) == (before, before + 2, wrong)
    assert "不能协助自己" in refused["words"]


@pytest.mark.parametrize(
    "board",
    [None, 7, {}, BOARD | {"done": 9}, BOARD | {"base": 404}],
)
def test_a_tampered_board_leaves_the_picture_and_says_so(app: Dash, board: object) -> None:
    shown = _call(app, "..plan-paint.data", {Id.BOARD: board, Id.SIZE: SIZE}, {}, "plan-board.data")
    assert set(shown) == {Id.NOTICE}
    assert "alert" in _text(shown)


@pytest.mark.parametrize(
    "size", [None, [], {"width": "7"}, {"width": -5, "height": 10**9}, {"width": True, "height": 1}]
)
def test_an_odd_size_is_made_reasonable(size: object) -> None:
    port = read_size(size)
    assert 200 <= port.width <= 8000
    assert 200 <= port.height <= 8000
    assert read_size(SIZE) == Viewport(700, 650)


def test_saving_makes_a_draft_on_the_base_and_saving_again_the_next_version(
    app: Dash, desk: FakePlanDesk
) -> None:
    moved = BOARD | _given((1, 2))
    saved = _save(app, moved)[Id.SAVED_AS]["data"]
    assert saved == {"draft": 11, "version": 1, "name": "方案一"}
    assert lead_by_unit(desk.plans[11])[1] == 2
    assert (desk.plans[11].state, desk.plans[11].base_id) == (PlanState.DRAFT, 10)
    assert desk.plans[10] == PLAN
    assert _save(app, moved | saved)[Id.SAVED_AS]["data"]["version"] == 2


def test_another_who_saved_first_is_told_of_in_the_notice_and_on_saving(
    app: Dash, desk: FakePlanDesk
) -> None:
    mine = BOARD | _given((1, 2))
    mine |= _save(app, mine)[Id.SAVED_AS]["data"]
    _save(app, mine | _given((1, 4)))
    assert "第 2 版" in _text(_stored(app, mine)[Id.STORED]["children"])
    refused = _save(app, mine)
    assert Id.SAVED_AS not in refused
    assert "他人已先保存" in _text(refused)
    assert lead_by_unit(desk.plans[11])[1] == 4, "nothing was overwritten"


def test_saving_as_leaves_the_other_draft_alone(app: Dash, desk: FakePlanDesk) -> None:
    mine = BOARD | _given((1, 2))
    mine |= _save(app, mine)[Id.SAVED_AS]["data"]
    other = _save(app, mine | _given((1, 4)), "方案二", Id.SAVE_AS)[Id.SAVED_AS]["data"]
    assert other == {"draft": 12, "version": 1, "name": "方案二"}
    assert [lead_by_unit(desk.plans[n])[1] for n in (11, 12)] == [2, 4]


@pytest.mark.parametrize("name", [None, "", "  ", 7 * "很长的名字啊呀呀", 5])
def test_odd_names_are_answered_in_words(app: Dash, name: object) -> None:
    answer = _save(app, BOARD, name)
    assert Id.SAVED in answer


@pytest.mark.parametrize("board", [None, "x", BOARD | {"draft": 10, "version": 1}, BOARD | {"draft": 77}])
def test_a_tampered_board_is_not_saved(app: Dash, desk: FakePlanDesk, board: object) -> None:
    answer = _save(app, board)
    assert Id.SAVED_AS not in answer
    assert "alert" in _text(answer)
    assert desk.plans == {10: PLAN}


def test_discarding_ones_own_draft_keeps_the_moves_as_unsaved(app: Dash, desk: FakePlanDesk) -> None:
    mine = BOARD | _given((1, 2))
    mine |= _save(app, mine)[Id.SAVED_AS]["data"]
    assert _discard(app, "11-1", mine)[Id.SAVED_AS]["data"] == {"draft": 0, "version": 0, "name": ""}
    assert 11 not in desk.plans
    assert "已被丢弃" in _text(_stored(app, mine)[Id.STORED]["children"])


def test_a_draft_that_another_saved_since_is_not_discarded(app: Dash, desk: FakePlanDesk) -> None:
    mine = BOARD | _save(app, BOARD)[Id.SAVED_AS]["data"]
    assert '"of": "11-1"' in _text(_stored(app, mine)[Id.DRAFTS])
    _save(app, mine)
    refused = _discard(app, "11-1", mine)
    assert Id.SAVED_AS not in refused
    assert "他人已先保存" in _text(refused)
    assert desk.plans[11].version == 2


@pytest.mark.parametrize(
    "of", ["10-1", "404-1", "10", "x", "", "-", "9" * 30 + "-1", "1-" + "9" * 30, "１１-1"]
)
def test_what_is_no_draft_cannot_be_discarded(app: Dash, desk: FakePlanDesk, of: str) -> None:
    assert Id.SAVED_AS not in _discard(app, of)
    assert desk.plans == {10: PLAN}


def test_an_address_opens_a_draft(app: Dash, tools: Tools) -> None:
    _save(app, BOARD | _given((1, 2)))
    opened = next(one for one in _walk(layout(tools, "11")) if getattr(one, "id", None) == Id.OPENED)
    assert opened.data["edits"] == [["give", 1, 2, None, None]]
    assert (opened.data["base"], opened.data["draft"]) == (10, 11)


@pytest.mark.parametrize("asked", ["404", "x", "-1", "9" * 40, "１", ["1", "2"]])
def test_an_odd_address_is_answered_with_a_way_back(tools: Tools, asked: object) -> None:
    page = layout(tools, asked)
    assert "这份方案" in _text(page)
    assert any(getattr(one, "href", None) == "/plan" and one.className == "plan-start" for one in _walk(page))


def test_without_a_published_plan_the_page_says_what_to_import(tools: Tools, desk: FakePlanDesk) -> None:
    desk.published = False
    text = _text(layout(tools))
    assert "fengtu import coverage" in text
    assert Id.MAP not in text


def test_while_the_database_is_down_the_page_and_the_board_say_so(
    app: Dash, tools: Tools, desk: FakePlanDesk
) -> None:
    desk.refusal = Refused("database_down")
    assert "数据库" in _text(layout(tools))
    assert set(_show(app)) == {Id.NOTICE}
