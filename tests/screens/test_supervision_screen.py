"""The page of supervision over a fake: the address is the state, forms are their owners', refusals words."""

from __future__ import annotations

import json
from typing import Any

import pytest
from dash import dcc, html
from hypothesis import given
from hypothesis import strategies as st

from callbacks.access.rules import CALLBACKS
from callbacks.supervision.asked import (
    Asked,
    View,
    read_address,
    read_day,
    read_id,
    read_kept,
    read_official,
    read_step,
    read_words,
)
from callbacks.supervision.ids import Id, Part, Told, of_new, of_step
from callbacks.supervision.layout import page
from callbacks.supervision.wiring import done
from callbacks.tools import Tools
from data.supervision.book import procedure_book
from grid.principals import Role
from grid.refusals import Refused
from grid.supervision.register import EndAsked, NewCase, Standing, StepAsked
from layers.words import Language, all_words
from tests.screens.access_city import FROM_US, come_as, guarded, someone
from tests.screens.components import walk
from tests.screens.plan_city import TODAY, FakeStore
from tests.screens.supervision_city import CASES, FakeSupervision

READERS = (Role.BUREAU, Role.LEADER, Role.APPROVER, Role.TOWN, Role.UNIT)


class _Store(FakeStore):
    def supervision(self, principal: object) -> object:
        return self.desk


def _tools(desk: FakeSupervision) -> Tools:
    return Tools(store=_Store(desk), principal=lambda: someone(desk.role))  # type: ignore[arg-type]


def _text(component: Any) -> str:
    return json.dumps(component, ensure_ascii=False, default=lambda one: one.to_plotly_json())


def _open(desk: FakeSupervision, **query: object) -> Any:
    return page(_tools(desk), read_address(query))


def _of_class(shown: Any, name: str) -> list[Any]:
    return [one for one in walk(shown) if name in str(getattr(one, "className", "")).split()]


def _ids(shown: Any) -> list[Any]:
    return [one.id for one in walk(shown) if getattr(one, "id", None) is not None]


def _hrefs(shown: Any) -> set[str]:
    return {one.href for one in walk(shown) if isinstance(one, dcc.Link | html.A) and one.href}


@pytest.mark.parametrize("role", READERS)
def test_the_list_has_what_is_due_first_on_top_in_words(role: Role) -> None:
    desk = FakeSupervision(role)
    shown = _open(desk)
    rows = _of_class(shown, "supervision-row")
    assert len(rows) == len(CASES)
    text = _text(rows)
    assert ("XF0001" in text) is (role in {Role.BUREAU, Role.TOWN, Role.UNIT})
    assert ("信访件（国土资源）" in text) is (role in {Role.LEADER, Role.APPROVER})
    assert all(word in text for word in ("督办", "住建局", "责任单位书面说明", "超期", "个工作日"))
    days = [_of_class(row, "supervision-day")[1].children for row in rows]
    assert days == sorted(days, key=lambda day: day if day != "—" else "9")
    assert [name for name, *_ in desk.asked] == ["page"]


@pytest.mark.parametrize("role", READERS)
@pytest.mark.parametrize("number", sorted(CASES))
def test_a_case_has_forms_for_the_steps_of_ones_role_alone(role: Role, number: int) -> None:
    """What a form offers is what the desk would take: nobody is sent into a refusal, nobody kept out."""
    desk = FakeSupervision(role)
    row = desk.rows[number]
    shown = _open(desk, case=str(number))
    wanted = {one.step.code for one in row.state.open_steps() if one.step.may_be_taken_by(role)}
    taking = [one for one in _ids(shown) if isinstance(one, dict) and one["type"] == Part.TAKE]
    assert {one["step"] for one in taking} == wanted
    assert len(taking) == len(wanted)
    assert (Id.END in _ids(shown)) is row.procedure.may_be_opened_by(role)
    steps = _of_class(shown, "supervision-step")
    assert len(steps) >= len(row.procedure.steps)
    names = [str(one) for one in _ids(shown)]
    assert len(names) == len(set(names)), "two parts with one id"


def test_fields_are_those_that_a_step_asks_for() -> None:
    for number, role, wanted in (
        (1, Role.UNIT, {Part.WORDS}),
        (3, Role.APPROVER, {Part.OFFICIAL}),
        (5, Role.LEADER, {Part.OFFICIAL, Part.DAY}),
        (7, Role.BUREAU, {Part.OFFICIAL, Part.DAY, Part.WORDS}),
    ):
        shown = _open(FakeSupervision(role), case=str(number))
        found = {one["type"] for one in _ids(shown) if isinstance(one, dict)} - {Part.TAKE}
        assert found == {part.value for part in wanted}


def test_a_step_that_was_taken_is_shown_with_its_office_day_and_words() -> None:
    desk = FakeSupervision(Role.UNIT)
    tools = _tools(desk)
    asked = read_address({"case": "1"})
    shown, problem = done(
        tools, asked, lambda: desk.take_step(StepAsked(1, "reply_urged", 1, words="已当面答复"))
    )
    step = _text(_of_class(shown, "supervision-step")[0])
    assert all(word in step for word in ("住建局", TODAY.isoformat(), "已当面答复", "按时"))
    assert "已当面答复" in _text(shown)
    assert problem is not None
    assert "XF0001" in _text(_of_class(shown, "supervision-row"))


def test_a_refusal_leaves_what_was_typed_and_says_why() -> None:
    desk = FakeSupervision(Role.UNIT)

    def act() -> None:
        raise Refused("supervision_needs_words")

    shown, problem = done(_tools(desk), Asked(case=1), act)
    assert "children" not in str(shown)
    assert problem == "请填写办理情况。"


@pytest.mark.parametrize("role", READERS)
def test_what_may_be_opened_is_offered_and_nothing_else(role: Role) -> None:
    desk = FakeSupervision(role)
    offered = {
        dict(part.split("=") for part in href.split("?")[1].split("&"))["new"]
        for href in _hrefs(_open(desk, new="choose"))
        if "new=" in href
    } - {"choose"}
    assert offered == {one.code for one in procedure_book().current if one.may_be_opened_by(role)}
    for one in procedure_book().current:
        shown = _open(desk, new=one.code)
        assert (Id.OPEN in _ids(shown)) is one.may_be_opened_by(role)


@pytest.mark.parametrize(
    ("code", "role", "fields"),
    [
        ("urge", Role.BUREAU, {Told.NUMBER, Told.REASON}),
        ("call_in", Role.BUREAU, {Told.UNIT, Told.REASON}),
        ("reception", Role.BUREAU, {Told.LEADER}),
        ("whistle", Role.TOWN, {Told.UNIT, Told.REASON}),
    ],
)
def test_the_form_of_a_new_case_asks_for_its_subject(code: str, role: Role, fields: set[Told]) -> None:
    shown = _open(FakeSupervision(role), new=code)
    assert {one["field"] for one in _ids(shown) if isinstance(one, dict)} == {one.value for one in fields}
    names = [one["label"] for part in walk(shown) if isinstance(part, dcc.Dropdown) for one in part.options]
    if code == "whistle":
        assert names == ["住建局"], "an area's government is called by nobody"


def test_the_roster_says_who_held_owes_and_is_over() -> None:
    shown = _open(FakeSupervision(Role.LEADER), view="roster", month="2026-11")
    text = _text(shown)
    assert "2026 年 11 月领导接访" in text
    assert len(_of_class(shown, "supervision-date")) == 30
    missed = _of_class(shown, "supervision-cell-missed")
    assert "2026-11-15 应接未接" in _text(missed)
    assert "2026-11-28 应接访" in _text(_of_class(shown, "supervision-cell-owed"))
    assert "month=2026-10" in " ".join(_hrefs(shown))


@pytest.mark.parametrize("role", READERS)
def test_who_reads_no_leaders_is_offered_no_roster(role: Role) -> None:
    offered = any("view=roster" in href for href in _hrefs(_open(FakeSupervision(role))))
    assert offered is (role in {Role.BUREAU, Role.LEADER, Role.APPROVER})


def test_hours_are_told_with_their_n() -> None:
    text = _text(_open(FakeSupervision(Role.TOWN), procedure="whistle"))
    assert all(word in text for word in ("报到用时", "中位", "n=0", "待办 1"))
    assert "报到用时" not in _text(_open(FakeSupervision(Role.TOWN), procedure="urge"))


@pytest.mark.parametrize("role", READERS)
def test_an_empty_register_says_what_comes_first(role: Role) -> None:
    empty = _text(_open(FakeSupervision(role, ())))
    assert "没有未办结的督办件" in empty
    filtered = _text(_open(FakeSupervision(role, ()), state="overdue"))
    assert "清除筛选" in filtered
    assert "还没有接访台账" in _text(_open(FakeSupervision(role, ()), view="roster"))


def test_a_case_that_is_not_ones_own_is_told_in_words_and_the_list_stays() -> None:
    shown = _open(FakeSupervision(), case="900")
    assert "不在你的范围内" in _text(shown)
    assert _of_class(shown, "supervision-row")


@pytest.mark.parametrize("code", ["database_down", "database_slow", "not_allowed"])
def test_trouble_is_told_with_a_way_on(code: str) -> None:
    desk = FakeSupervision()
    desk.refusal = Refused(code)
    shown = _open(desk, procedure="urge")
    assert all_words(Language.ZH)[f"refusals.{code}"][:8] in _text(shown)
    assert "/supervision?procedure=urge" in _hrefs(shown)


# The address, and what a browser sends

asked_states = st.builds(
    Asked,
    view=st.sampled_from(View),
    procedure=st.none() | st.sampled_from([one.code for one in procedure_book().current]),
    standing=st.none() | st.sampled_from(Standing),
    unit=st.none() | st.integers(1, 2**62),
    due=st.none() | st.sampled_from([0, 3, 7]),
    page=st.integers(1, 1000),
    case=st.none() | st.integers(1, 2**62),
    new=st.none() | st.just("urge"),
    month=st.none()
    | st.dates().filter(lambda day: 2000 <= day.year <= 2100).map(lambda day: day.replace(day=1)),
)


@given(asked_states)
def test_an_address_brings_back_its_state(asked: Asked) -> None:
    assert read_kept(asked.address()) == asked


def test_another_list_begins_at_its_first_page_without_a_case() -> None:
    asked = Asked(page=3, case=5, procedure="urge")
    assert read_kept(asked.address(standing=Standing.OVERDUE)) == Asked(
        procedure="urge", standing=Standing.OVERDUE
    )
    assert read_kept(asked.address(case=6)).page == 3


junk = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=50),
    st.lists(st.integers(), max_size=3),
    st.dictionaries(st.text(max_size=5), st.integers(), max_size=3), st.just("x" * 3000), st.just("\x00"),
)  # fmt: skip


@given(st.dictionaries(st.sampled_from(
    ["view", "procedure", "state", "unit", "due", "page", "case", "new", "month", "x"]), junk))  # fmt: skip
def test_any_address_is_read_and_can_be_asked(query: dict[str, object]) -> None:
    asked = read_address(query)
    asked.question()
    assert read_kept(asked.address()) == asked


@given(junk)
def test_what_forms_send_is_read_or_refused(value: object) -> None:
    assert isinstance(read_kept(value), Asked)
    assert read_id(value) is None or (type(value) is int and value > 0)
    for read in (read_words, read_official, read_day, read_step):
        code = ""
        try:
            read(value)
        except Refused as refused:
            code = refused.code
        assert not code or f"refusals.{code}" in all_words(Language.ZH)


@pytest.mark.parametrize(
    "value",
    [None, {}, {"step": "x"}, {"step": "x", "turn": 0}, {"step": "x", "turn": True}, {"step": 1, "turn": 1},
     {"step": "x" * 99, "turn": 1}, {"step": "x", "turn": 10**9}],
)  # fmt: skip
def test_a_button_that_is_none_of_ours_is_refused(value: object) -> None:
    with pytest.raises(Refused) as refused:
        read_step(value)
    assert refused.value.code == "supervision_step_unknown"


def _sent(output: str, inputs: list[Any], state: list[Any], changed: str) -> dict[str, Any]:
    first, second = output.strip(".").split("...")
    outputs = [dict(zip(("id", "property"), one.rsplit(".", 1), strict=True)) for one in (first, second)]
    return {
        "output": output,
        "outputs": outputs,
        "inputs": inputs,
        "state": state,
        "changedPropIds": [changed],
    }


def _filled(at: dict[str, object], value: object, prop: str = "value") -> dict[str, object]:
    return {"id": at, "property": prop, "value": value}


def test_a_click_takes_the_step_of_its_own_form() -> None:
    """Two forms lie in one case: what stands in the other is nobody's words for this one."""
    app, store = guarded()
    desk = store.ports["supervision"]
    at = of_step(Part.TAKE, "settle_staff", 1)
    output = next(
        one for one, callback in app.callback_map.items()
        if any(Part.TAKE.value in each["id"] for each in callback["inputs"])
    )  # fmt: skip
    officials = [
        _filled(of_step(Part.OFFICIAL, "settle_leader", 1), "甲"),
        _filled(of_step(Part.OFFICIAL, "settle_staff", 1), " 科长 "),
    ]
    sent = _sent(
        output,
        [[_filled(of_step(Part.TAKE, "settle_leader", 1), None, "n_clicks"), _filled(at, 1, "n_clicks")]],
        [officials, [], [], {"id": Id.ADDRESS, "property": "data", "value": "/supervision?case=1"}],
        json.dumps(at, separators=(",", ":"), sort_keys=True) + ".n_clicks",
    )
    client = come_as(app.server.test_client(), Role.UNIT)
    answer = client.post(CALLBACKS, json=sent, headers=FROM_US)
    assert answer.status_code == 200, answer.text
    assert ("take_step", StepAsked(1, "settle_staff", 1, official="科长")) in desk.asked


def test_a_case_is_opened_from_its_form_and_led_to() -> None:
    app, store = guarded()
    desk = store.ports["supervision"]
    output = next(one for one in app.callback_map if one.startswith(f"..{Id.PLACE}.href"))
    told = [_filled(of_new(Told.NUMBER), " XF1 "), _filled(of_new(Told.REASON), "逾期")]
    sent = _sent(
        output,
        [{"id": Id.OPEN, "property": "n_clicks", "value": 1}],
        [told, {"id": Id.ADDRESS, "property": "data", "value": "/supervision?new=urge"}],
        f"{Id.OPEN}.n_clicks",
    )
    client = come_as(app.server.test_client(), Role.BUREAU)
    answer = client.post(CALLBACKS, json=sent, headers=FROM_US)
    assert answer.status_code == 200, answer.text
    assert ("open_case", NewCase("urge", matter_no="XF1", reason="逾期")) in desk.asked
    assert "/supervision?procedure=urge&case=1" in answer.get_json()["response"][Id.PLACE]["href"]


@pytest.mark.parametrize("role", sorted(set(Role) - set(READERS)))
def test_other_roles_are_answered_by_no_callback_of_it(role: Role) -> None:
    app, store = guarded()
    client = come_as(app.server.test_client(), role)
    outputs = [one for one in app.callback_map if "supervision" in one]
    assert len(outputs) == 3
    for output in outputs:
        sent = _sent(output, [], [], "x.n_clicks")
        assert client.post(CALLBACKS, json=sent, headers=FROM_US).status_code in {403, 404}
    assert store.ports["supervision"].asked == []


def test_withdrawing_is_told_from_ending() -> None:
    app, store = guarded()
    desk = store.ports["supervision"]
    output = next(
        one for one, callback in app.callback_map.items()
        if any(each["id"] == Id.WITHDRAW for each in callback["inputs"])
    )  # fmt: skip
    client = come_as(app.server.test_client(), Role.BUREAU)
    for button, withdrawn in ((Id.END, False), (Id.WITHDRAW, True)):
        clicks = [{"id": one, "property": "n_clicks", "value": 1 if one == button else None}
                  for one in (Id.END, Id.WITHDRAW)]  # fmt: skip
        state = [
            {"id": Id.OUTCOME, "property": "value", "value": "误立"},
            {"id": Id.ADDRESS, "property": "data", "value": "/supervision?case=2"},
        ]
        sent = _sent(output, clicks, state, f"{button}.n_clicks")
        assert client.post(CALLBACKS, json=sent, headers=FROM_US).status_code == 200
        assert ("end_case", EndAsked(2, "误立", withdrawn)) in desk.asked
