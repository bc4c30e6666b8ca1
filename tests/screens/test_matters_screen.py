"""The register's page over a fake: the address is the state; one matter at a time; nothing unasked."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from dash import Dash, dcc, html
from hypothesis import given
from hypothesis import strategies as st

from callbacks.access.rules import CALLBACKS
from callbacks.matters import ids
from callbacks.matters.asked import Asked, read_address, read_id
from callbacks.matters.layout import page
from callbacks.matters.wiring import changed, opened
from callbacks.tools import Tools
from grid.matters import Category, Channel, Stage
from grid.principals import Role
from grid.refusals import Refused
from grid.register import MOST_EXPORTED, PAGE_ROWS, RegisterClock, SortColumn
from layers.words import Language, all_words
from tests.screens.access_city import FROM_US, GuardedStore, come_as, guarded, someone
from tests.screens.components import walk
from tests.screens.matters_city import COUNT, FOREIGN, FakeMattersDesk
from tests.screens.plan_city import TODAY, FakeStore

READERS = (Role.BUREAU, Role.TOWN, Role.UNIT)


class _Store(FakeStore):
    def matters(self, principal: object) -> object:
        return self.desk


def _tools(desk: FakeMattersDesk) -> Tools:
    return Tools(store=_Store(desk), principal=lambda: someone(desk.role))  # type: ignore[arg-type]


def _text(component: Any) -> str:
    return json.dumps(component, ensure_ascii=False, default=lambda one: one.to_plotly_json())


def _open(desk: FakeMattersDesk, **query: object) -> Any:
    return page(_tools(desk), read_address(query))


def _of_class(shown: Any, name: str) -> list[Any]:
    return [one for one in walk(shown) if name in str(getattr(one, "className", "")).split()]


def _hrefs(shown: Any) -> set[str]:
    return {one.href for one in walk(shown) if isinstance(one, dcc.Link | html.A)}


def test_the_list_says_each_matter_in_words_and_asks_once() -> None:
    desk = FakeMattersDesk()
    shown = _open(desk)
    rows = _of_class(shown, "matters-row")
    assert [row.id for row in rows] == [ids.row_id(number) for number in range(1, PAGE_ROWS + 1)]
    first = _text(rows[0])
    assert all(
        word in first for word in ("XF0001", "国土资源", "来信", "办理", "下渡镇 › 村1", "住建局", "超期")
    )
    assert "11 天" in first
    assert "land" not in first.replace("matters-", "")
    assert "重件" in _text(rows[4])
    assert "未定位" in _text(rows[6])
    assert [name for name, *_ in desk.asked] == ["page"]


def test_clocks_are_told_by_shape_and_word_and_count_what_they_lead_to() -> None:
    desk = FakeMattersDesk()
    chips = _of_class(_open(desk, number="XF00"), "matters-chip")
    counted = {chip.href: int(chip.children[1].children) for chip in chips}
    assert counted[Asked(number="XF00").address()] == 99
    for clock in set(RegisterClock) - {RegisterClock.UNTIMED}:
        address = Asked(number="XF00").address(clock=clock)
        query = {key: values[0] for key, values in parse_qs(urlsplit(address).query).items()}
        shown = _open(desk, **query)
        total = desk.page(read_address(query).question()).total
        assert counted[address] == total
        assert (f"共 {total} 件" in _text(shown)) == (total > 0)
    assert not any("untimed" in chip.href for chip in chips), "a clock that no matter has is not offered"


CHOICES = st.fixed_dictionaries(
    {},
    optional={
        "clock": st.sampled_from(list(RegisterClock)), "category": st.sampled_from(list(Category)),
        "channel": st.sampled_from(list(Channel)), "stage": st.sampled_from(list(Stage)),
        "number": st.text(max_size=20).map(str.strip),
        "since": st.dates().map(str), "until": st.dates().map(str),
        "sort": st.sampled_from(list(SortColumn)), "descending": st.booleans(),
        "page": st.integers(1, 999_999),
    },
)  # fmt: skip


@given(CHOICES)
def test_an_address_says_all_of_its_state(state: dict[str, Any]) -> None:
    asked = Asked(**state)
    address = asked.address(page=asked.page).encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    query = {key: values[0] for key, values in parse_qs(urlsplit(address).query).items()}
    assert read_address(query) == asked


JUNK = st.none() | st.integers() | st.text(max_size=30) | st.lists(st.text(max_size=3), max_size=2)
NAMES = ("clock", "category", "channel", "stage", "number", "since", "until", "sort", "dir", "page", "x")


@given(st.dictionaries(st.sampled_from(NAMES), JUNK))
def test_no_address_is_a_fault(query: dict[str, object]) -> None:
    """Whatever stands in an address, there is a page or a refusal that has words."""
    shown = page(_tools(FakeMattersDesk(count=3)), read_address(query))
    assert _of_class(shown, "matters-filters")


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"since": "2026-13-01"}, "日期应写成"),
        ({"since": "2026-02-01", "until": "2026-01-01"}, "晚于截止日"),
        ({"number": "x" * 65}, "编号应为不超过 64 个字"),
        ({"number": "a\nb"}, "编号应为不超过 64 个字"),
    ],
)
def test_what_cannot_be_asked_is_said_beside_the_form(query: dict[str, str], words: str) -> None:
    desk = FakeMattersDesk()
    shown = _open(desk, **query)
    assert words in _text(shown)
    assert desk.asked == []
    fields = {one.name: one.value for one in walk(shown) if isinstance(one, dcc.Input)}
    assert {name: fields[name] for name in query} == query, "what was typed can be mended"
    assert "/matters" in _hrefs(shown)


def test_the_form_shows_and_keeps_the_state() -> None:
    shown = _open(FakeMattersDesk(), clock="overdue", category="land", sort="unit", dir="asc", page="2")
    fields = {one.name: one.value for one in walk(shown) if isinstance(one, dcc.Input)}
    assert (fields["clock"], fields["sort"], fields["dir"]) == ("overdue", "unit", "asc")
    chosen = {
        select.name: [option.value for option in select.children if option.selected]
        for select in walk(shown) if isinstance(select, html.Select)
    }  # fmt: skip
    assert chosen == {"category": ["land"], "channel": [""], "stage": [""]}


def test_heads_order_and_turn_round() -> None:
    shown = _open(FakeMattersDesk(), sort="due", dir="asc", category="land")
    heads = [one for one in walk(shown) if isinstance(one, html.Th)]
    orders = [vars(one).get("aria-sort") for one in heads]
    assert [order for order in orders if order] == ["ascending"]
    links = {one.href for head in heads for one in walk(head) if isinstance(one, dcc.Link)}
    asked = Asked(category=Category.LAND, sort=SortColumn.DUE, descending=False)
    assert asked.address(descending=True) in links
    assert asked.address(sort=SortColumn.UNIT, descending=False) in links


def test_pages_are_turned_within_what_there_is() -> None:
    desk = FakeMattersDesk()
    assert "第 51–100 件" in _text(_open(desk, page="2"))
    hrefs = _hrefs(_of_class(_open(desk, page="3"), "office-pages"))
    assert hrefs == {Asked().address(page=2)}
    beyond = _open(desk, page="4")
    assert "没有这一页" in _text(beyond)
    assert "/matters" in _hrefs(beyond)


@pytest.mark.parametrize(
    ("role", "query", "words"),
    [
        (Role.TOWN, {}, "您的账号范围内目前没有信访件"),
        (Role.BUREAU, {}, "请录入员"),
        (Role.UNIT, {"category": "land"}, "清除筛选可看全部"),
    ],
)
def test_an_empty_list_says_what_to_do(role: Role, query: dict[str, str], words: str) -> None:
    shown = _open(FakeMattersDesk(role, count=0), **query)
    assert words in _text(shown)
    assert "/matters/export" not in _text(shown)


def test_a_database_that_is_away_is_said_and_can_be_asked_again() -> None:
    desk = FakeMattersDesk()
    desk.refusal = Refused("database_down")
    shown = _open(desk, category="land")
    assert "重试" in _text(shown)
    assert "/matters?category=land" in _hrefs(shown)


@pytest.mark.parametrize("role", READERS)
def test_accusations_are_one_figure_and_the_bureaus_alone(role: Role) -> None:
    text = _text(_open(FakeMattersDesk(role), since="2026-03-01"))
    assert ("31 件" in text) == (role is Role.BUREAU)
    assert (f"登记 2026-03-01 至 {TODAY}" in text) == (role is Role.BUREAU)
    assert ("只有总数" in text) == (role is Role.BUREAU), "its definition"


def test_the_export_asks_for_what_is_shown() -> None:
    asked = Asked(clock=RegisterClock.OVERDUE, number="XF", sort=SortColumn.DUE, descending=False)
    shown = page(_tools(FakeMattersDesk()), asked)
    (link,) = [href for href in _hrefs(shown) if "export" in href]
    query = {key: values[0] for key, values in parse_qs(urlsplit(link).query).items()}
    assert read_address(query) == asked


def test_too_large_an_export_is_not_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("callbacks.matters.layout.MOST_EXPORTED", COUNT - 1)
    shown = _open(FakeMattersDesk())
    assert not [href for href in _hrefs(shown) if "export" in href]
    assert f"超过 {COUNT - 1} 件" in _text(shown)
    assert MOST_EXPORTED == 50_000


def test_a_matter_opens_with_everything_but_persons() -> None:
    desk = FakeMattersDesk(Role.UNIT)
    panel, chosen = opened(desk, 2, Language.ZH)
    text = _text(panel)
    assert chosen == 2
    for word in (
        "XF0002",
        "渡口路 3 号",
        "枫溪县 › 下渡镇 › 村2 › 第1网格",
        "已定位，精确到点",
        "2 件次",
        "申诉求决",
        "代办进展",
        "已上门：已陪同到现场查看",
    ):
        assert word in text
    first, last = text.index("2026-11-02"), text.index("2026-11-03")
    assert first < text.index("已联系") < last, "days are the city's, the newest last"
    assert desk.asked == [("detail", 2)]
    assert ids.Id.RECUSE not in text


@pytest.mark.parametrize("matter_id", [FOREIGN, None, "2", 2.0, True, -1, 0, 2**63, [2], {"matter": 2}])
def test_whatever_is_not_ones_own_matter_is_unknown(matter_id: object) -> None:
    panel, chosen = opened(FakeMattersDesk(), matter_id, Language.ZH)
    assert "没有这个编号的信访件" in _text(panel)
    assert chosen is None


def test_an_id_is_a_positive_whole_number_of_the_database() -> None:
    assert read_id(2**63 - 1) == 2**63 - 1
    with pytest.raises(Refused, match="matter_unknown"):
        read_id(True)


def test_the_bureau_recuses_and_lifts() -> None:
    desk = FakeMattersDesk()
    assert ids.Id.RECUSE in _text(opened(desk, 2, Language.ZH)[0])
    panel = changed(desk, desk.recuse, 2, "town-1", Language.ZH)
    buttons = [one for one in walk(panel) if getattr(one, "id", None) == ids.unrecuse_id("town-1")]
    assert len(buttons) == 1
    assert "没有回避账号" in _text(changed(desk, desk.unrecuse, 2, "town-1", Language.ZH))


def test_a_recusal_that_is_refused_says_why_beside_the_matter() -> None:
    desk = FakeMattersDesk()
    text = _text(changed(desk, desk.recuse, 2, "nobody", Language.ZH))
    assert "没有这个用户名的账号" in text
    assert "XF0002" in text
    for login in (None, 3, ["town-1"], {}):
        assert "没有这个用户名的账号" in _text(changed(desk, desk.recuse, 2, login, Language.ZH))
    assert "没有这个编号" in _text(changed(desk, desk.recuse, "2", "town-1", Language.ZH))
    assert ("recuse", "2", "town-1") not in desk.asked


@pytest.fixture
def world() -> tuple[Dash, GuardedStore]:
    return guarded()


def _click(app: Dash, output: str, component: dict[str, object], **states: object) -> dict[str, Any]:
    """What the page sends when one of its components of a pattern is clicked."""
    name = json.dumps(component, sort_keys=True, separators=(",", ":"))
    clicked = {"id": component, "property": "n_clicks", "value": 1}
    callback = app.callback_map[output]
    inputs: list[Any] = [
        [clicked] if known["id"].startswith("{") else {**_bare(known), "value": None}
        for known in callback["inputs"]
    ]
    state = [{**_bare(known), "value": states.get(known["id"])} for known in callback["state"]]
    return {"output": output, "inputs": inputs, "state": state, "changedPropIds": [f"{name}.n_clicks"]}


def _bare(known: dict[str, str]) -> dict[str, str]:
    return {"id": known["id"], "property": known["property"]}


def _output(app: Dash, part: str) -> str:
    return next(
        output for output, one in app.callback_map.items()
        if output.strip(".").startswith("matters-") and part in json.dumps(one["inputs"])
    )  # fmt: skip


@pytest.mark.parametrize("role", list(Role))
def test_a_click_opens_a_matter_for_readers_alone(world: tuple[Dash, GuardedStore], role: Role) -> None:
    app, store = world
    body = _click(app, _output(app, ids.ROW), ids.row_id(2))
    answer = come_as(app.server.test_client(), role).post(CALLBACKS, json=body, headers=FROM_US)
    if role in READERS:
        assert "XF0002" in answer.text
        assert [(name, asker.role) for name, asker in store.askers] == [("matters", role)]
    else:
        assert (answer.status_code, store.askers) == (404, [])


@pytest.mark.parametrize("role", READERS)
def test_only_the_bureaus_clicks_change_recusals(world: tuple[Dash, GuardedStore], role: Role) -> None:
    app, store = world
    body = _click(app, _output(app, ids.UNRECUSE), ids.unrecuse_id("town-1"), **{ids.Id.CHOSEN: 2})
    answer = come_as(app.server.test_client(), role).post(CALLBACKS, json=body, headers=FROM_US)
    assert answer.status_code == (200 if role is Role.BUREAU else 204)
    asked = ("unrecuse", 2, "town-1") in store.ports["matters"].asked
    assert asked == (role is Role.BUREAU)


@pytest.mark.parametrize("role", list(Role))
def test_the_export_is_the_readers_alone(world: tuple[Dash, GuardedStore], role: Role) -> None:
    app, store = world
    answer = come_as(app.server.test_client(), role).get("/matters/export.xlsx?number=XF&clock=overdue")
    if role not in READERS:
        assert (answer.status_code, store.askers) == (404, [])
        return
    assert answer.status_code == 200
    assert "attachment" in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "private, no-store"
    (asked,) = [one for name, one in store.ports["matters"].asked if name == "export"]
    assert (asked.number, asked.clock) == ("XF", RegisterClock.OVERDUE)


@pytest.mark.parametrize("query", ["since=x", "number=%00", "since=2026-02-01&until=2026-01-01"])
def test_an_export_that_cannot_be_is_refused_in_words(world: tuple[Dash, GuardedStore], query: str) -> None:
    app, _ = world
    answer = come_as(app.server.test_client(), Role.BUREAU).get(f"/matters/export.xlsx?{query}")
    assert answer.status_code == 400
    assert answer.mimetype == "text/plain"
    assert answer.get_data(as_text=True)


@pytest.mark.parametrize(("code", "status"), [("database_down", 503), ("not_allowed", 400)])
def test_an_export_says_what_kept_it(world: tuple[Dash, GuardedStore], code: str, status: int) -> None:
    app, store = world
    store.ports["matters"].refusal = Refused(code)
    answer = come_as(app.server.test_client(), Role.BUREAU).get("/matters/export.xlsx")
    assert answer.status_code == status


def test_every_clock_and_column_has_words_in_every_language() -> None:
    for language in Language:
        words = all_words(language)
        assert {f"register.clock.{clock}" for clock in RegisterClock} <= set(words)
        assert {f"register.column.{column}" for column in SortColumn} <= set(words)


def test_what_is_wired_is_laid_out() -> None:
    desk = FakeMattersDesk()
    desk.recused = ("town-1",)
    shown = [_open(desk), opened(desk, 2, Language.ZH)[0]]
    laid = {json.dumps(one.id) for one in walk(shown) if getattr(one, "id", None) is not None}
    assert {json.dumps(one.value) for one in ids.Id} <= laid
    assert json.dumps(ids.unrecuse_id("town-1")) in laid
