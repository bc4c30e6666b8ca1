"""Two plans side by side over a fake desk: right figures, every odd address and value answered in words."""

from __future__ import annotations

import json
from typing import Any

import pytest
from dash import Dash

from callbacks.plan.compare import compare_layout, wire_compare
from callbacks.plan.compare_ids import CompareId
from callbacks.tools import Tools
from grid.principals import Role
from grid.refusals import Refused
from layers.words import Language, say
from tests.screens.access_city import someone
from tests.screens.components import walk
from tests.screens.plan_city import FakeStore
from tests.screens.suggest_city import SuggestDesk

SIZE = {"width": 420, "height": 400}
DRAWN = "..plan-compare-first-map.figure"


@pytest.fixture
def desk() -> SuggestDesk:
    return SuggestDesk()


@pytest.fixture
def tools(desk: SuggestDesk) -> Tools:
    return Tools(store=FakeStore(desk), principal=lambda: someone(Role.APPROVER))  # type: ignore[arg-type]


@pytest.fixture
def app(tools: Tools) -> Dash:
    app = Dash("test_compare", suppress_callback_exceptions=True)
    app.layout = []
    wire_compare(app, tools)
    return app


def _show(app: Dash, first: object, second: object, size: object = SIZE) -> dict[str, Any]:
    key = next(key for key in app.callback_map if key.startswith(DRAWN))
    values = {CompareId.FIRST: first, CompareId.SECOND: second, CompareId.SIZE: size}
    spec = app.callback_map[key]
    body = {
        "output": key,
        "outputs": [
            {"id": name, "property": prop}
            for name, prop in (one.rsplit(".", 1) for one in key.strip(".").split("..."))
        ],
        "inputs": [
            {"id": one["id"], "property": one["property"], "value": values[one["id"]]}
            for one in spec["inputs"]
        ],
        "state": [],
        "changedPropIds": ["plan-compare-first.value"],
    }
    answer = app.server.test_client().post("/_dash-update-component", json=body)
    assert answer.status_code == 200, answer.data
    return dict(answer.get_json()["response"])


def _text(component: Any) -> str:
    return json.dumps(component, ensure_ascii=False, default=lambda one: one.to_plotly_json())


def _first_of(page: Any, name: str) -> Any:
    return next(one for one in walk(page) if getattr(one, "id", None) == name)


def test_the_page_begins_with_the_plan_in_force_and_another(tools: Tools) -> None:
    page = compare_layout(tools)
    assert (_first_of(page, CompareId.FIRST).value, _first_of(page, CompareId.SECOND).value) == ("10", "11")
    assert "由领导4协助（待审）" in _text(page)
    named = compare_layout(tools, "11", "10")
    assert (_first_of(named, CompareId.FIRST).value, _first_of(named, CompareId.SECOND).value) == ("11", "10")


@pytest.mark.parametrize("odd", ["404", "x", "-1", "9" * 40, "１", ["1", "2"], None])
def test_an_odd_address_falls_back_to_plans_there_are(tools: Tools, odd: object) -> None:
    page = compare_layout(tools, odd, odd)
    assert (_first_of(page, CompareId.FIRST).value, _first_of(page, CompareId.SECOND).value) == ("10", "11")


def test_loads_areas_and_cases_are_held_against_each_other(app: Dash) -> None:
    shown = _show(app, "10", "11")
    figures, loads = (_text(shown[part]["children"]) for part in (CompareId.FIGURES, CompareId.LOADS))
    assert '"51"' in figures, "leader 1 had 44 + 7"
    assert '"32"' in figures, "leader 4 has 12 and helps with 20"
    assert '"−20"' in loads
    assert '"+20"' in loads
    moved = _text(shown[CompareId.MOVED]["children"])
    assert "领导4协助 20 件" in moved
    assert "县2" in moved
    assert "县3" not in moved
    handed = _text(shown[CompareId.HANDOVER]["children"])
    assert "2 个单位换手：积案 40 件" in handed, "20 of unit 1, and unit 2 whole"
    assert handed.count("1 个单位，积案 20、在办 0") == 4
    assert shown[CompareId.ADDRESS]["data"] == [10, 11]


def test_turned_round_the_differences_turn_round(app: Dash) -> None:
    shown = _show(app, "11", "10")
    assert '"+20"' in _text(shown[CompareId.LOADS]["children"])
    assert "由领导4" not in _text(shown[CompareId.MOVED])


def test_one_plan_with_itself_says_so(app: Dash) -> None:
    shown = _show(app, "10", "10")
    assert "同一份方案" in _text(shown[CompareId.NOTICE])
    assert "包片安排相同" in _text(shown[CompareId.MOVED])


@pytest.mark.parametrize("odd", [None, "", "404", "x", True, 1.5, -1, 2**63, [10], {"id": 10}, "１０"])
def test_what_is_no_plan_is_answered_in_words(app: Dash, odd: object) -> None:
    for first, second in ((odd, "10"), ("10", odd)):
        shown = _show(app, first, second, odd)
        assert "没有这份方案" in _text(shown[CompareId.NOTICE])
        assert shown[CompareId.FIGURES]["children"] is None


def test_while_the_database_is_down_page_and_answer_say_so(
    app: Dash, tools: Tools, desk: SuggestDesk
) -> None:
    desk.refusal = Refused("database_down")
    assert "数据库" in _text(compare_layout(tools))
    assert "数据库" in _text(_show(app, "10", "11")[CompareId.NOTICE])


def test_without_any_plan_the_page_says_what_to_do_first(tools: Tools, desk: SuggestDesk) -> None:
    desk.held.clear()
    page = compare_layout(tools)
    assert say("plan.empty.title", Language.ZH) in _text(page)
    known = {getattr(part, "id", None) for part in walk(page)}
    assert not known & {CompareId.FIRST, CompareId.SECOND}, "nothing to choose from is no choice"


def test_the_page_speaks_english(desk: SuggestDesk) -> None:
    english = Tools(
        store=FakeStore(desk),  # type: ignore[arg-type]
        principal=lambda: someone(Role.PLANNER),
        language=Language.EN,
    )
    app = Dash("test_compare_english", suppress_callback_exceptions=True)
    app.layout = []
    wire_compare(app, english)
    shown = _text(_show(app, "10", "11")) + _text(compare_layout(english))
    own = shown
    for name in (
        "县",
        "领导",
        "枫溪市",
        "副市长",
        "现方案",
        "政法委书记",
        "部门",
        "住建局",
        "人社局",
        "协助",
        "由",
        "测试",
        # The switch names each language in itself.
        "简体中文",
    ):
        own = own.replace(name, "")
    said = [letter for letter in own if "\u4e00" <= letter <= "\u9fff"]
    assert said == [], "".join(said)
