"""The grid worker's patch over a fake: matters by clock, states are addresses, no chart before the map."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from dash import Dash, dcc, html
from hypothesis import given, settings
from hypothesis import strategies as st

from callbacks import patch as screen
from callbacks.patch.asked import CLOCKS, Asked, read_address
from callbacks.patch.ids import PlaceAct, Tab, address
from callbacks.patch.layout import layout
from callbacks.patch.matters import clock_of, in_order
from callbacks.tools import Tools
from grid.principals import Role
from grid.refusals import Refused
from grid.reviewing import PlaceSaid, ReportVerdict
from layers.patch_map import place_figure
from tests.screens.access_city import someone
from tests.screens.patch_city import MATTERS, FakePatchDesk, make_matter
from tests.screens.plan_city import CITY, FakeStore


@pytest.fixture
def desk() -> FakePatchDesk:
    return FakePatchDesk()


@pytest.fixture
def tools(desk: FakePatchDesk) -> Tools:
    return Tools(store=FakeStore(desk), principal=lambda: someone(Role.WORKER))  # type: ignore[arg-type]


def _walk(component: Any) -> Iterator[Any]:
    if isinstance(component, (list, tuple)):
        for one in component:
            yield from _walk(one)
    elif component is not None and not isinstance(component, (str, int)):
        yield component
        yield from _walk(getattr(component, "children", None))


def _text(component: Any) -> str:
    return json.dumps(component, ensure_ascii=False, default=lambda one: one.to_plotly_json())


def _cards(page: Any) -> list[str]:
    return [_text(one) for one in _walk(page) if str(getattr(one, "className", "")).startswith("patch-card ")]


def _hrefs(page: Any) -> list[str]:
    return [one.href for one in _walk(page) if isinstance(one, html.A)]


def _open(tools: Tools, **query: object) -> Any:
    return layout(tools, read_address(**query))


def test_the_list_begins_with_what_is_most_overdue(tools: Tools) -> None:
    cards = _cards(_open(tools))
    order = [next(number for number in range(1, 7) if f"X{number}" in card) for card in cards]
    assert order == [2, 5, 6, 4, 1, 3]
    assert '"超"' in cards[0]
    assert '"9"' in cards[0]
    assert "超期" in cards[0]
    assert '"剩"' in cards[2]
    assert "未定位到点" in cards[2]
    assert "重件" in cards[4]
    assert "未起算" in cards[5]
    assert "2026-09-03 登记，距今 78 天" in cards[0]


@settings(deadline=None)
@given(st.lists(st.one_of(st.none(), st.integers(-400, 400)), max_size=12))
def test_order_is_by_days_left_and_complete(lefts: list[int | None]) -> None:
    matters = [make_matter(number, left) for number, left in enumerate(lefts)]
    ordered = [one.days_left for one in in_order(matters)]
    dated = [left for left in ordered if left is not None]
    assert ordered == [*sorted(dated), *([None] * lefts.count(None))]


def test_chips_count_every_clock_and_filter(tools: Tools) -> None:
    chips = [one for one in _walk(_open(tools)) if "patch-chip" in str(getattr(one, "className", "")).split()]
    counted = {one.href: one.children[1].children for one in chips}
    assert counted == {
        address(4): "6",
        address(4, clock="overdue"): "2",
        address(4, clock="due_soon"): "2",
        address(4, clock="running"): "1",
        address(4, clock="none"): "1",
    }
    for clock in CLOCKS:
        shown = _cards(_open(tools, grid="4", clock=clock))
        assert len(shown) == sum(clock_of(matter) == clock for matter in MATTERS)


def test_a_filter_that_has_run_empty_says_how_to_see_the_rest(tools: Tools, desk: FakePatchDesk) -> None:
    desk.matters = MATTERS[:1]
    page = _open(tools, grid="4", clock="overdue")
    assert "点“全部”" in _text(page)
    assert address(4, clock="overdue") in _hrefs(page), "the chip in use stays, with its zero"


def test_a_grid_without_open_matters_says_so(tools: Tools, desk: FakePatchDesk) -> None:
    desk.matters = ()
    assert "目前没有未办结" in _text(_open(tools))


def test_only_the_maps_tab_brings_a_chart(tools: Tools) -> None:
    for tab in Tab:
        page = _open(tools, grid="4", tab=tab.value)
        charts = [one for one in _walk(page) if isinstance(one, dcc.Graph)]
        assert len(charts) == (tab is Tab.MAP)
    foot = [href for href in _hrefs(_open(tools)) if "clock" not in href][-4:]
    assert foot == [address(4), *(address(4, tab=tab) for tab in list(Tab)[1:])]


def test_the_map_tells_how_many_are_on_the_list_only(tools: Tools) -> None:
    text = _text(_open(tools, tab="map"))
    assert "图上 5 件；另有 1 件" in text
    assert "审图号：未填写" in text


def test_service_points_and_notice_card(tools: Tools) -> None:
    service = _text(_open(tools, tab="service"))
    assert "直线距离约 420 米" in service
    assert "没有登记坐标" in service
    notice = _text(_open(tools, tab="me"))
    assert "监督电话" in notice
    assert "6 件，其中超期 2 件" in notice
    assert "2026-11-20 07:30" in notice, "the city's own time"


def test_the_first_grid_opens_and_another_is_chosen_among_ones_own(tools: Tools) -> None:
    page = _open(tools)
    assert address(choose=True) in _hrefs(page)
    assert "区4" in _text(page)
    assert _hrefs(_open(tools, choose="1")) == [address(4), address(14)]
    assert "区14" in _text(_open(tools, grid="14"))


def test_with_one_grid_there_is_nothing_to_switch_to(tools: Tools, desk: FakePatchDesk) -> None:
    desk.own = desk.own[:1]
    assert address(choose=True) not in _hrefs(_open(tools))


@pytest.mark.parametrize("tab", [tab.value for tab in Tab])
def test_a_grid_of_another_worker_is_unknown(tools: Tools, tab: str) -> None:
    theirs, never = _open(tools, grid="24", tab=tab), _open(tools, grid="77", tab=tab)
    assert _text(theirs) == _text(never), "what is not one's own cannot be told from what does not exist"
    assert not _cards(theirs)


@pytest.mark.parametrize("choose", ["3", "0", "x", "", "-1", "1.2.3", "9" * 400, ["1"]])
def test_an_odd_wish_to_choose_is_as_if_it_were_not_there(tools: Tools, choose: object) -> None:
    assert _cards(_open(tools, choose=choose))


def test_the_last_tab_says_whose_session_it_is_and_lets_out(tools: Tools) -> None:
    forms = [one for one in _walk(_open(tools, tab="me")) if isinstance(one, html.Form)]
    assert {(form.action, form.method) for form in forms} == {("/sign-out", "POST"), ("/language", "POST")}
    assert "worker-name" in _text(_open(tools, tab="me"))


@settings(deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["grid", "tab", "clock", "choose"]),
        st.one_of(st.none(), st.text(max_size=30), st.lists(st.text(max_size=3), max_size=3)),
    )
)
def test_no_address_is_a_fault(query: dict[str, object]) -> None:
    asked = read_address(**query)
    assert asked.clock is None or asked.clock in CLOCKS
    layout(
        Tools(store=FakeStore(FakePatchDesk()), principal=lambda: someone(Role.WORKER)),  # type: ignore[arg-type]
        asked,
    )


def test_an_address_says_what_was_asked() -> None:
    for asked in (
        Asked(7, Tab.MAP, "overdue"),
        Asked(choose=True),
        Asked(5),
    ):
        text = address(asked.grid_id, tab=asked.tab, clock=asked.clock, choose=asked.choose)
        path, _, query = text.partition("?")
        read = read_address(**dict(part.split("=") for part in query.split("&")))
        # The map has an address of its own.
        assert (read if path == "/patch" else replace(read, tab=Tab.MAP)) == asked
        assert path == ("/patch/map" if asked.tab is Tab.MAP else "/patch")


def test_an_unknown_grid_offers_the_way_back(tools: Tools) -> None:
    page = _open(tools, grid="77")
    assert address() in _hrefs(page)
    assert not _cards(page)


def test_without_grids_the_page_says_whom_to_ask_and_lets_out(tools: Tools, desk: FakePatchDesk) -> None:
    desk.own = ()
    for query in ({}, {"grid": "4"}, {"choose": "1"}):
        page = _open(tools, **query)
        assert "请联系管理员分配网格" in _text(page)
        assert any(isinstance(one, html.Form) for one in _walk(page)), "a way out without the last tab"


def test_while_the_database_is_down_the_page_says_so(tools: Tools, desk: FakePatchDesk) -> None:
    desk.refusal = Refused("database_down")
    assert "数据库" in _text(_open(tools))


def test_stamps_follow_the_city(tools: Tools, desk: FakePatchDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "演示数据" in _text(_open(tools))
    real = replace(CITY, synthetic=False, internal=False)
    monkeypatch.setattr(desk, "city", lambda: real)
    text = _text(_open(tools))
    assert "演示数据" not in text
    assert "内部资料" not in text


def test_all_is_links_but_what_a_worker_says_of_a_place(tools: Tools) -> None:
    app = Dash("test_patch", use_pages=True, pages_folder="", suppress_callback_exceptions=True)
    screen.register(app, tools)
    assert [output for output, one in app.callback_map.items() if "callback" in one] == [
        "patch-said.children"
    ]


# What a worker says of a place


@pytest.fixture
def app(tools: Tools) -> Dash:
    app = Dash("test_patch_place", use_pages=True, pages_folder="", suppress_callback_exceptions=True)
    screen.register(app, tools)
    return app


def _say(app: Dash, asked: object, matter: object = 2) -> str:
    """Ask as a phone does; returns what is said after, as text."""
    body = {
        "output": "patch-said.children", "outputs": {"id": "patch-said", "property": "children"},
        "inputs": [{"id": "patch-asked", "property": "data", "value": asked}],
        "state": [{"id": "patch-matter", "property": "data", "value": matter}],
        "changedPropIds": ["patch-asked.data"],
    }  # fmt: skip
    answer = app.server.test_client().post("/_dash-update-component", json=body)
    assert answer.status_code in {200, 204}, answer.data
    return _text(answer.get_json())


def test_each_card_leads_to_where_its_place_is_checked(tools: Tools) -> None:
    hrefs = [href for href in _hrefs(_open(tools)) if "matter=" in href]
    assert hrefs == [address(4, matter=one.id) for one in in_order(MATTERS)]
    page = _text(_open(tools, grid="4", matter="2"))
    assert "X2" in page
    assert "核实位置" in page
    for act in PlaceAct:
        assert (f'"data-place": "{act}"' in page) == (act is not PlaceAct.BACK)


@pytest.mark.parametrize("matter", ["99", "-1", "x", "9" * 18, "2;", "２"])
def test_another_matter_is_unknown_and_an_unreadable_one_is_none(tools: Tools, matter: str) -> None:
    page = _text(_open(tools, grid="4", matter=matter))
    assert ("message-alert" in page) == (matter.isascii() and matter.isdigit())
    assert "data-place" not in page


def test_what_was_said_is_shown_and_can_be_taken_back(tools: Tools, desk: FakePatchDesk) -> None:
    desk.matters = (replace(MATTERS[0], report=ReportVerdict.ELSEWHERE), *MATTERS[1:])
    assert "已核实：不在网格" in _text(_open(tools))
    assert '"data-place": "back"' in _text(_open(tools, grid="4", matter="1"))


@pytest.mark.parametrize(
    ("asked", "verdict", "point"),
    [
        ({"act": "right", "n": 1}, ReportVerdict.RIGHT, None),
        ({"act": "elsewhere", "n": 1}, ReportVerdict.ELSEWHERE, None),
        ({"act": "save", "n": 1, "lon": 119.01, "lat": 28}, ReportVerdict.MOVED, (119.01, 28.0)),
        # A point is only for a move: whatever else is sent with the others is not taken.
        ({"act": "right", "n": 1, "lon": 119.01, "lat": 28}, ReportVerdict.RIGHT, None),
    ],
)
def test_a_tap_is_one_report(
    app: Dash, desk: FakePatchDesk, asked: object, verdict: ReportVerdict, point: object
) -> None:
    assert "已核实" in _say(app, asked)
    assert desk.said == [PlaceSaid(2, verdict, point)]  # type: ignore[arg-type]
    assert "已撤回" in _say(app, {"act": "back", "n": 2})
    assert desk.said == []


@pytest.mark.parametrize(
    ("asked", "matter", "words"),
    [
        ({"act": "right"}, 99, "没有这个编号"),
        ({"act": "right"}, 2**63, "没有这个编号"),
        ({"act": "right"}, True, "没有这个编号"),
        ({"act": "right"}, "2", "没有这个编号"),
        ({"act": "save"}, 2, "不完整"),
        ({"act": "save", "lon": "1", "lat": 2}, 2, "不完整"),
        ({"act": "save", "lon": 10**400, "lat": 2}, 2, "不是有效的经纬度"),
        ({"act": "save", "lon": 500, "lat": 2}, 2, "不是有效的经纬度"),
        ({"act": "save", "lon": 100, "lat": 2}, 2, "不在您的网格内"),
        ({"act": "drop"}, 2, "不完整"),
        ({"act": ["right"]}, 2, "不完整"),
        ([], 2, "不完整"),
        ({"act": "back"}, 2, "没有可以撤回"),
    ],
)
def test_what_no_phone_of_ours_sends_is_refused_in_words(
    app: Dash, desk: FakePatchDesk, asked: object, matter: object, words: str
) -> None:
    said = _say(app, asked, matter)
    assert "patch-alert" in said
    assert words in said
    assert desk.said == []


def test_the_map_of_a_place_ends_with_the_spot_to_be_chosen() -> None:
    patch = FakePatchDesk().patch(4)
    figure = place_figure(patch, MATTERS[0])
    assert [trace["lon"] for trace in figure["data"]] == [[119.01], []]
