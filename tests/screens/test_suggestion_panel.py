"""The suggestion panel over a fake desk: every state in words, hostile stores and fields refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from dash import Dash

from callbacks.plan.board import Board, board_data
from callbacks.plan.ids import Id
from callbacks.plan.suggestion import Started, read_started, started_data, wire_suggest
from callbacks.plan.suggestion_ids import SuggestAct, SuggestId
from callbacks.plan.suggestion_panel import suggest_panel
from callbacks.tools import Tools
from grid.coverage import PlanRule, RuleKind
from grid.planning import Edit, EditKind
from grid.principals import Role
from grid.refusals import Refused
from grid.suggesting.building import SuggestAsked
from grid.suggesting.problem import Certainty, DemandKind
from grid.suggesting.runs import (
    Conflict,
    CurvePoint,
    Found,
    HelperGain,
    NamedDemand,
    Relaxation,
    RunState,
    RunStatus,
    SplitGain,
    Step,
)
from layers.words import Language
from tests.screens.access_city import someone
from tests.screens.components import walk
from tests.screens.plan_city import PLAN, FakeStore
from tests.screens.suggest_city import SuggestDesk

BOARD = board_data(Board(10, edits=(Edit(EditKind.GIVE, 6, 4),), marks=(1,), done=1))
FORM = {SuggestId.CHANGES: 8, SuggestId.HELPERS: 0, SuggestId.SECONDS: 20, SuggestId.TARGET: None}
STEPS = (
    Step(3, 3, 1, None, heaviest_after=44, heaviest_without=51),
    Step(1, 4, 1, 10, heaviest_after=34, heaviest_without=44),
)
"""Unit 3 from leader 1 to 3, then leader 4 helps with 10 of unit 1."""
FOUND = Found(
    Certainty.BOUNDED, today=51, heaviest=34, floor=33, whole_units_floor=44, steps=STEPS,
    curve=(CurvePoint(0, 51, 51), CurvePoint(1, 44, 44), CurvePoint(2, 34, 33)),
    helper_gains=(HelperGain(1, 34, 33), HelperGain(2, 30, 30)),
    split_gains=(SplitGain(1, 12, None, 21),),
    is_explained=True,
)  # fmt: skip


def state(
    found: Found | None = FOUND, status: RunStatus = RunStatus.DONE, error: str | None = None
) -> RunState:
    return RunState(71, status, 4.2, found, error)


RUN = started_data(Started(71, 10, (Edit(EditKind.GIVE, 6, 4),), SuggestAsked(2, 1, 20)))


@pytest.fixture
def desk() -> SuggestDesk:
    desk = SuggestDesk()
    desk.runs[71] = state()
    return desk


def app_of(desk: SuggestDesk, language: Language = Language.ZH) -> Dash:
    app = Dash("test_suggest", suppress_callback_exceptions=True)
    app.layout = []
    store: Any = FakeStore(desk)
    wire_suggest(app, Tools(store=store, principal=lambda: someone(Role.PLANNER), language=language))
    return app


@pytest.fixture
def app(desk: SuggestDesk) -> Dash:
    return app_of(desk)


def ask(app: Dash, changed: str, **values: Any) -> dict[str, Any]:
    """Ask the callback that an input belongs to, as a browser does; nothing for no update at all."""
    key, spec = next(
        (key, spec)
        for key, spec in app.callback_map.items()
        if "callback" in spec and changed in {f"{one['id']}.{one['property']}" for one in spec["inputs"]}
    )
    parts = (one.rsplit(".", 1) for one in key.strip(".").split("..."))
    outputs = [{"id": name, "property": prop} for name, prop in parts]
    sent = {
        part: [
            {"id": one["id"], "property": one["property"], "value": values.get(one["id"])}
            for one in spec[part]
        ]
        for part in ("inputs", "state")
    }
    body = {
        "output": key,
        "outputs": outputs if key.startswith("..") else outputs[0],
        "changedPropIds": [changed],
        **sent,
    }
    answer = app.server.test_client().post("/_dash-update-component", json=body)
    assert answer.status_code in {200, 204}, answer.data
    return dict(answer.get_json()["response"]) if answer.status_code == 200 else {}


def start(app: Dash, board: object = BOARD, **form: Any) -> dict[str, Any]:
    values = FORM | {f"plan-suggest-{name}": value for name, value in form.items()}
    given = {str(name): value for name, value in values.items()}
    return ask(app, "plan-suggest-start.n_clicks", **{"plan-suggest-start": 1, Id.BOARD: board, **given})


def watch(app: Dash, run: object = RUN, rejected: object = None, trace: object = None) -> dict[str, Any]:
    names = {SuggestId.TICK: 3, SuggestId.RUN: run, SuggestId.REJECTED: rejected, SuggestId.TRACE: trace}
    return ask(app, "plan-suggest-tick.data", **{str(name): value for name, value in names.items()})


def text(component: Any) -> str:
    return json.dumps(component, ensure_ascii=False, default=lambda one: one.to_plotly_json())


def pressed(answer: Any, act: SuggestAct) -> Iterator[dict[str, Any]]:
    """Yield the attributes of all elements of an answer that do something when pressed."""
    for one in _dicts(answer):
        if one.get("data-suggest") == act:
            yield one


def _dicts(one: Any) -> Iterator[dict[str, Any]]:
    if isinstance(one, dict):
        yield one
        for value in one.values():
            yield from _dicts(value)
    elif isinstance(one, list):
        for value in one:
            yield from _dicts(value)


def test_every_id_that_is_wired_is_laid_out(app: Dash) -> None:
    laid_out = {one.id for one in walk(suggest_panel(Language.ZH)) if getattr(one, "id", None)}
    assert set(SuggestId) <= laid_out
    wired = {one["id"] for spec in app.callback_map.values() for one in (*spec["inputs"], *spec["state"])}
    assert {name for name in wired if name.startswith("plan-suggest-")} <= laid_out


def test_a_suggestion_is_asked_for_the_plan_on_the_map(app: Dash, desk: SuggestDesk) -> None:
    answer = start(app, changes=3, helpers=2, seconds=9, target=40)
    assert desk.asked == [(10, (Edit(EditKind.GIVE, 6, 4),), SuggestAsked(3, 2, 9, 40))]
    started = read_started(answer[SuggestId.RUN]["data"])
    assert (started.run_id, started.base_id, started.asked.target) == (71, 10, 40)
    assert answer[SuggestId.RUN]["data"]["edits"] == BOARD["edits"], "as the browser compares them"


def test_what_is_undone_on_the_board_is_not_part_of_what_is_asked(app: Dash, desk: SuggestDesk) -> None:
    start(app, BOARD | {"done": 0})
    assert desk.asked[0][1] == ()


@pytest.mark.parametrize(
    ("field", "value", "named"),
    [
        ("changes", 201, "最多调整"), ("changes", None, "最多调整"), ("changes", "8", "最多调整"),
        ("changes", 1.5, "最多调整"), ("helpers", 9, "最多协助"), ("helpers", True, "最多协助"),
        ("seconds", 0, "用时"), ("seconds", 10**30, "用时"), ("target", -1, "目标"),
        ("target", "x", "目标"), ("target", [4], "目标"),
    ],
)  # fmt: skip
def test_a_field_out_of_range_is_named_in_words(
    app: Dash, desk: SuggestDesk, field: str, value: object, named: str
) -> None:
    answer = start(app, **{field: value})
    assert f"“{named}”应在" in text(answer[SuggestId.NOTICE])
    assert SuggestId.RUN not in answer
    assert desk.asked == []


@pytest.mark.parametrize(
    "board", [None, "x", [], {}, BOARD | {"edits": [["kill", 1, 1, 1, 1]]}, BOARD | {"done": 7}]
)
def test_a_tampered_board_starts_nothing(app: Dash, desk: SuggestDesk, board: object) -> None:
    assert "无法识别" in text(start(app, board)[SuggestId.NOTICE])
    assert desk.asked == []


@pytest.mark.parametrize(
    "refused",
    [Refused("suggest_busy", most=2), Refused("suggest_nothing"), Refused("suggest_too_large", most=9)],
)
def test_a_refused_run_says_why(app: Dash, desk: SuggestDesk, refused: Refused) -> None:
    desk.busy = refused
    answer = start(app)
    assert "alert" in text(answer)
    assert SuggestId.RUN not in answer


def test_a_run_that_goes_on_is_asked_about_again_and_told(app: Dash, desk: SuggestDesk) -> None:
    searching = replace(
        FOUND, certainty=Certainty.SEARCHING, floor=12, curve=(), helper_gains=(), split_gains=()
    )
    desk.runs[71] = state(searching, RunStatus.RUNNING)
    answer = watch(app)
    assert (answer[SuggestId.TRACE]["data"]["running"], answer[SuggestId.STOP]["disabled"]) == (True, False)
    assert answer[SuggestId.START]["disabled"] is True
    assert "下界尚无意义" in text(answer[SuggestId.STANDING])
    assert "已用 4 秒，至多 20 秒" in text(answer[SuggestId.NOTICE])
    result = text(answer[SuggestId.RESULT])
    assert "县3：领导1 → 领导3" in result
    assert list(pressed(answer, SuggestAct.TAKE)) == [], "what may still change is not taken"
    assert list(pressed(answer, SuggestAct.REJECT)) == []


def test_the_same_state_again_costs_no_new_picture_of_the_plan(app: Dash, desk: SuggestDesk) -> None:
    desk.runs[71] = state(status=RunStatus.RUNNING)
    first = watch(app)
    again = watch(app, trace=first[SuggestId.TRACE]["data"])
    assert SuggestId.RESULT not in again
    assert again[SuggestId.CHART]["figure"]["data"]


def test_best_and_floor_are_told_with_their_proof(app: Dash) -> None:
    answer = watch(app)
    words = text(answer[SuggestId.STANDING])
    assert "最忙 34 件；在最多调整 2 处、增加 1 位协助的前提下，已证明不可能低于 33。" in words
    assert "距最优至多 1 件" in words
    assert "图上现在最忙 51 件" in words
    result = text(answer[SuggestId.RESULT])
    assert "做完这步最忙 44 件；不做这一步最忙 51 件" in result
    assert "领导4 协助县1，分担 10 件" in result
    assert answer[SuggestId.TRACE]["data"]["running"] is False


@pytest.mark.parametrize(
    ("found", "badge", "words"),
    [
        (replace(FOUND, certainty=Certainty.PROVEN, floor=34), "已证明最优", "已证明不可能更低"),
        (replace(FOUND, certainty=Certainty.SEARCHING, heaviest=None, floor=7, steps=()), "下界尚无意义",
         "还没有找到满足全部要求的方案"),
        (Found(Certainty.PROVEN, 44, 44, 44, 44, is_explained=True), "已证明最优", "最忙 44 件，不用调整"),
    ],
)  # fmt: skip
def test_each_state_has_its_words(app: Dash, desk: SuggestDesk, found: Found, badge: str, words: str) -> None:
    desk.runs[71] = state(found)
    standing = text(watch(app)[SuggestId.STANDING])
    assert badge in standing
    assert words in standing


@pytest.mark.parametrize(
    ("found", "badge", "words"),
    [
        (replace(FOUND, certainty=Certainty.PROVEN), "已证明调整最少", "已证明不能再少"),
        (replace(FOUND, certainty=Certainty.BOUNDED), "已达到目标", "能否更少还没有证明"),
        (Found(Certainty.PROVEN, 34, 34, 20, 20, is_explained=True), "已在目标以内", "不用调整"),
    ],
)
def test_of_a_target_no_more_is_claimed_than_how_few_moves_reach_it(
    app: Dash, desk: SuggestDesk, found: Found, badge: str, words: str
) -> None:
    desk.runs[71] = state(found)
    run = started_data(Started(71, 10, (Edit(EditKind.GIVE, 6, 4),), SuggestAsked(2, 1, 20, 40)))
    standing = text(watch(app, run)[SuggestId.STANDING])
    assert badge in standing
    assert words in standing
    for too_much in ("最优", "不可能更低"):
        assert too_much not in standing


def test_whole_units_cannot_beat_the_largest_and_helpers_gain_with_proof(app: Dash) -> None:
    result = text(watch(app)[SuggestId.RESULT])
    assert "只调整整个单位，最忙不可能低于 44 件：县1一个单位就有 44 件" in result
    assert "加 2 位协助" in result
    assert "把县1拆成 12 个乡镇" in result
    assert "未找到；不低于 21" in result
    used = list(pressed(watch(app), SuggestAct.ASK))
    assert [json.loads(one["data-asked"]) for one in used] == [{"helpers": 2}], "only what is lower"


def test_what_is_taken_are_the_edits_of_the_steps(app: Dash) -> None:
    taken = next(pressed(watch(app), SuggestAct.TAKE))
    assert json.loads(taken["data-edits"]) == [["give", 3, 3, None, None], ["help", 1, 4, None, 10]]
    assert taken["disabled"] is False


def test_a_rejected_step_is_left_out_and_the_rest_weighed_again(app: Dash) -> None:
    answer = watch(app, rejected={"run": 71, "at": [1]})
    taken = next(pressed(answer, SuggestAct.TAKE))
    assert json.loads(taken["data-edits"]) == [["give", 3, 3, None, None]]
    assert "留下 1 步：最忙 44 件（全部采纳 34 件）" in text(answer[SuggestId.RESULT])
    again = next(pressed(answer, SuggestAct.AGAIN))
    assert json.loads(again["data-edits"]) == [["forbid", 1, 4, None, None]]


def test_a_step_that_needs_the_rejected_one_stays_out_too(app: Dash, desk: SuggestDesk) -> None:
    """Unit 3 with leader 3, then 2: without the first, unit 2 would lie apart from leader 3's areas."""
    steps = (Step(3, 3, 1, None, 44, 51), Step(2, 3, 2, None, 44, None))
    desk.runs[71] = state(replace(FOUND, steps=steps, heaviest=44, floor=44, certainty=Certainty.PROVEN))
    answer = watch(app, rejected={"run": 71, "at": [0]})
    assert "不成立" in text(answer[SuggestId.RESULT])
    taken = next(pressed(answer, SuggestAct.TAKE))
    assert (taken["disabled"], json.loads(taken["data-edits"])) == (True, [])
    assert "没有留下可采纳的步骤" in text(answer[SuggestId.RESULT])


@pytest.mark.parametrize(
    "rejected",
    [
        None,
        "x",
        [],
        {"run": 70, "at": [0]},
        {"run": 71},
        {"run": 71, "at": "0"},
        {"run": 71, "at": [True, -1, "0", None, 1.0]},
    ],
)
def test_what_is_no_rejection_of_this_run_rejects_nothing(app: Dash, rejected: object) -> None:
    taken = next(pressed(watch(app, rejected=rejected), SuggestAct.TAKE))
    assert len(json.loads(taken["data-edits"])) == 2


def test_rejected_places_that_are_not_there_do_no_harm(app: Dash) -> None:
    answer = watch(app, rejected={"run": 71, "at": [2, 10**12]})
    assert len(json.loads(next(pressed(answer, SuggestAct.TAKE))["data-edits"])) == 2


def test_steps_without_a_legal_order_are_taken_as_a_whole(app: Dash, desk: SuggestDesk) -> None:
    desk.runs[71] = state(replace(FOUND, is_ordered=False))
    answer = watch(app)
    assert "作为一个整体采纳" in text(answer[SuggestId.RESULT])
    assert list(pressed(answer, SuggestAct.REJECT)) == []
    assert len(json.loads(next(pressed(answer, SuggestAct.TAKE))["data-edits"])) == 2


def _conflict(*demands: NamedDemand, ways: tuple[Relaxation, ...] = ()) -> Found:
    clash = Conflict(demands, ways)
    return Found(Certainty.INFEASIBLE, 51, None, 60, 44, conflict=clash, is_explained=True)


def test_a_conflict_names_its_rules_and_each_way_out_is_a_press(app: Dash, desk: SuggestDesk) -> None:
    pin, cap = NamedDemand(DemandKind.PIN, 1, 1), NamedDemand(DemandKind.CAP, None, 1, 40)
    changes, bar = NamedDemand(DemandKind.CHANGES, value=2), NamedDemand(DemandKind.BAR, 1, 3)
    ways = (Relaxation(cap, 44), Relaxation(changes, 5), Relaxation(pin, None))
    desk.held[10] = replace(
        PLAN, rules=(PlanRule(RuleKind.PIN, 1), PlanRule(RuleKind.CAP, None, 1, value=40))
    )
    desk.runs[71] = state(_conflict(pin, cap, changes, bar, ways=ways))
    answer = watch(app)
    told = text(answer[SuggestId.RESULT])
    for words in ("县1固定由领导1包片", "领导1最多 40 件", "最多调整 2 处", "领导3不得安排县1（回避或分管）"):
        assert words in told
    assert "要求互相冲突" in text(answer[SuggestId.STANDING])
    found = [
        (json.loads(one["data-edits"]), json.loads(one["data-asked"]))
        for one in pressed(answer, SuggestAct.ASK)
    ]
    assert found == [
        ([["cap", None, 1, None, 44]], {}),
        ([], {"changes": 5}),
        ([["pin", 1, None, None, 0]], {}),
    ]
    assert "领导1的上限提到 44 件" in told


def test_where_no_single_change_does_several_at_once_are_one_press(app: Dash, desk: SuggestDesk) -> None:
    cap, changes = NamedDemand(DemandKind.CAP, None, 1, 40), NamedDemand(DemandKind.CHANGES, value=2)
    both = (Relaxation(cap, 44), Relaxation(changes, 5))
    clash = replace(_conflict(cap, changes), conflict=Conflict((cap, changes), (), both))
    desk.runs[71] = state(clash)
    answer = watch(app)
    assert "领导1的上限提到 44 件，同时最多调整提到 5 处" in text(answer)
    (way,) = pressed(answer, SuggestAct.ASK)
    assert (json.loads(way["data-edits"]), json.loads(way["data-asked"])) == (
        [["cap", None, 1, None, 44]],
        {"changes": 5},
    )


def test_a_pin_that_is_no_rule_of_the_planner_is_told_but_no_press(app: Dash, desk: SuggestDesk) -> None:
    pin = NamedDemand(DemandKind.PIN, 1, 1)
    desk.runs[71] = state(_conflict(pin, ways=(Relaxation(pin, None),)))
    answer = watch(app)
    assert "不再固定县1" in text(answer[SuggestId.RESULT])
    assert list(pressed(answer, SuggestAct.ASK)) == []


def test_every_kind_of_demand_has_words_for_itself_and_its_way_out(app: Dash, desk: SuggestDesk) -> None:
    for kind in DemandKind:
        demand = NamedDemand(kind, 1, 1, 9)
        desk.runs[71] = state(_conflict(demand, ways=(Relaxation(demand, 12), Relaxation(demand, None))))
        watch(app)


@pytest.mark.parametrize("error", ["run_lost", "run_died", "run_slow", "run_too_heavy", "run_unreadable"])
def test_a_run_that_failed_says_why_and_keeps_what_it_found(app: Dash, desk: SuggestDesk, error: str) -> None:
    desk.runs[71] = state(FOUND, RunStatus.FAILED, error)
    answer = watch(app)
    assert "alert" in text(answer[SuggestId.NOTICE])
    assert list(pressed(answer, SuggestAct.TAKE))
    assert (answer[SuggestId.TRACE]["data"]["running"], answer[SuggestId.START]["disabled"]) == (False, False)
    desk.runs[71] = state(None, RunStatus.FAILED, error)
    assert watch(app)[SuggestId.RESULT]["children"] == []


@pytest.mark.parametrize("status", RunStatus)
def test_nothing_found_yet_is_an_empty_panel_and_no_fault(
    app: Dash, desk: SuggestDesk, status: RunStatus
) -> None:
    desk.runs[71] = state(None, status)
    answer = watch(app)
    assert answer[SuggestId.STANDING]["children"] == []
    assert answer[SuggestId.CHART]["figure"]["data"] == []


@pytest.mark.parametrize(
    "run",
    [
        "x", [], {}, RUN | {"run": 99}, RUN | {"run": "71"}, RUN | {"run": 2**70}, RUN | {"base": -1},
        RUN | {"asked": []}, RUN | {"asked": [1, 0, 0, None]}, RUN | {"edits": [[1]]}, RUN | {"edits": None},
        RUN | {"edits": [["give", 404, 1, None, None]]}, RUN | {"base": 404},
    ],
)  # fmt: skip
def test_a_forged_run_is_refused_in_words_and_not_asked_again(app: Dash, run: object) -> None:
    answer = watch(app, run)
    assert "alert" in text(answer[SuggestId.NOTICE])
    assert answer[SuggestId.TRACE]["data"] is None


@pytest.mark.parametrize(
    "trace",
    [
        "x", [], {"run": 71}, {"run": 71, "shown": 1, "unit": "", "spots": []},
        {"run": 71, "shown": "", "unit": "", "spots": [["x", 1, 2]]},
        {"run": 71, "shown": "", "unit": "", "spots": [[1, 1]]},
        {"run": 71, "shown": "", "unit": "", "spots": [[1.0, 10**40, 2]]},
        {"run": 71, "shown": "", "unit": "", "spots": [[1, True, None]] * 3},
        {"run": 70, "shown": "", "unit": "件", "spots": [[1, 900, 1]]},
    ],
)  # fmt: skip
def test_a_forged_trace_is_begun_anew(app: Dash, trace: object) -> None:
    spots = watch(app, trace=trace)[SuggestId.TRACE]["data"]["spots"]
    assert spots == [[0, 51, None], [4.2, 34, 33]]


def test_without_a_run_there_is_nothing_to_ask(app: Dash) -> None:
    assert watch(app, None) == {}


def test_stopping_asks_the_desk_once(app: Dash, desk: SuggestDesk) -> None:
    assert ask(app, "plan-suggest-stop.n_clicks", **{"plan-suggest-stop": 1, "plan-suggest-run": RUN}) == {}
    assert desk.stopped == [71]
    refused = ask(
        app, "plan-suggest-stop.n_clicks", **{"plan-suggest-stop": 1, "plan-suggest-run": RUN | {"run": 5}}
    )
    assert "没有这项运算" in text(refused)


def test_while_the_database_is_down_the_panel_says_so(app: Dash, desk: SuggestDesk) -> None:
    desk.refusal = Refused("database_down")
    assert "数据库" in text(watch(app)[SuggestId.NOTICE])
    assert "数据库" in text(start(app)[SuggestId.NOTICE])


def test_the_panel_speaks_english(desk: SuggestDesk) -> None:
    app = app_of(desk, Language.EN)
    said = text(suggest_panel(Language.EN)) + text(watch(app, rejected={"run": 71, "at": [0]}))
    pin = NamedDemand(DemandKind.PIN, 1, 1)
    desk.runs[71] = state(_conflict(pin, ways=(Relaxation(pin, None),)))
    said += text(watch(app))
    for name in ("县", "领导"):
        said = said.replace(name, "")
    font = [letter for letter in said if "\u4e00" <= letter <= "\u9fff"]
    assert font == [], "".join(font)
