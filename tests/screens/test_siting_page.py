"""The siting page: what an address may ask, what is told of the answer, what is withheld, what is proven."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import plotly.utils
import pytest

from callbacks.siting.asked import PAGE_PATH, read_address, read_fields, read_run
from callbacks.siting.ids import Id
from callbacks.siting.layout import page
from callbacks.siting.wiring import followed, started
from callbacks.tools import Tools
from grid.measures import SMALL_CELL
from grid.principals import Role
from grid.refusals import Refused
from grid.siting.answers import Proof, answer
from grid.siting.questions import MOST_METRES, Demand, Goal, SitingQuestion, Way
from grid.suggesting.runs import RunStatus
from layers.map_camera import Viewport
from layers.siting_map import SitingScene, legend_entries, siting_figure
from layers.siting_words import proof_words, saved_words, share_words
from layers.words import Language
from tests.screens.access_city import FROM_US, come_as, guarded, someone
from tests.screens.components import walk
from tests.screens.service_city import CITY
from tests.screens.siting_city import NASTY, NO_TIMES, PLACES, FakeSitingDesk

ZH = Language.ZH
READERS = {Role.LEADER, Role.BUREAU, Role.APPROVER, Role.PLANNER}


class _Store:
    def __init__(self, desk: FakeSitingDesk) -> None:
        self.desk = desk

    def siting(self, principal: object) -> FakeSitingDesk:
        return self.desk


def tools(desk: FakeSitingDesk | None = None) -> Tools:
    return Tools(_Store(desk or FakeSitingDesk()), ZH, lambda: someone(Role.LEADER))  # type: ignore[arg-type]


def opened(desk: FakeSitingDesk | None = None, **query: str) -> Any:
    return page(tools(desk), query)


def told(component: Any) -> str:
    return json.dumps(component, cls=plotly.utils.PlotlyJSONEncoder, ensure_ascii=False)


def by_id(component: Any, wanted: str) -> Any:
    return next(one for one in walk(component) if getattr(one, "id", None) == wanted)


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"radius": "50001"}, "siting_radius"), ({"way": "table", "radius": "601"}, "siting_radius"),
        ({"most": "51"}, "siting_points"), ({"county": "0"}, "area_unknown"),
        ({"most": "9" * 18}, "siting_points"),
    ],
)  # fmt: skip
def test_numbers_out_of_bounds_are_refused_in_words(query: dict[str, str], code: str) -> None:
    with pytest.raises(Refused, match=code):
        read_address(query)
    assert "message-alert" in told(opened(**query))


@pytest.mark.parametrize(
    "query",
    [{"radius": junk, "most": junk, "way": junk, "goal": junk, "demand": junk, "county": junk, "run": junk}
     for junk in ("", "x", "-1", "1.5", "１", "9" * 400, "<b>", [1], {"a": 1}, None, 5, True)],
)  # fmt: skip
def test_what_is_no_choice_is_as_if_it_were_not_there(query: dict[str, Any]) -> None:
    assert read_address(query).question == SitingQuestion()
    assert read_address(query).run is None


def test_an_address_says_all_that_is_asked() -> None:
    asked = read_address({"county": "11", "demand": "open", "way": "table", "goal": "median", "radius": "0",
                          "most": "0", "view": "access", "run": "7"})  # fmt: skip
    wanted = SitingQuestion(11, Demand.OPEN, Way.TABLE, Goal.MEDIAN, 0, 0)
    assert (asked.question, asked.run, asked.view.value) == (wanted, 7, "access")
    assert read_fields(asked.fields()).question == wanted
    assert asked.address().startswith(f"{PAGE_PATH}?county=11&")


@pytest.mark.parametrize("data", [None, [], "x", 5, {"way": {}}, {"radius": []}, {"county": -1}])
def test_a_forged_store_is_read_or_refused_and_never_trusted(data: Any) -> None:
    desk = FakeSitingDesk()
    run, _, ended = started(tools(desk), data)
    if isinstance(data, dict):
        assert desk.asked == [("prove", SitingQuestion())]
        assert (run, ended) == (7, False)
    else:
        assert desk.asked == []
        assert ended


@pytest.mark.parametrize("run", [None, "7", 7.5, True, 0, -1, 2**63, [], {}, 8])
def test_only_a_run_of_ones_own_is_followed(run: Any) -> None:
    if run == 8:
        assert followed(tools(), run, {})[2]
        return
    with pytest.raises(Refused, match="run_unknown"):
        read_run(run)
    assert followed(tools(), run, {})[2]


@pytest.mark.parametrize("total", [None, "x", -1, True, 10**400, 1.5])
def test_a_forged_total_breaks_nothing(total: Any) -> None:
    desk = FakeSitingDesk(proof=Proof((105,), 10, 20))
    assert followed(tools(desk), 7, {"total": total})[2] is False


def test_a_proof_is_told_while_it_runs_and_leads_to_its_choice_at_its_end() -> None:
    desk = FakeSitingDesk(proof=Proof((105, 106), 923, 929))
    data = {"total": 1000, "shown": [105, 107]}
    said, state, ended = followed(tools(desk), 7, data)
    assert said == "新增 2 个点，覆盖 92.3% 的居民；已证明最多 92.9%。"
    assert not ended
    assert "3 秒" in state
    desk.status = RunStatus.DONE
    said, state, ended = followed(tools(desk), 7, data)
    assert ended
    assert "run=7" in told(state)
    assert "run=7" not in told(followed(tools(desk), 7, data | {"shown": [105, 106]})[1])


def test_shares_never_say_more_than_is_reached_nor_bounds_less() -> None:
    assert share_words(999_999, 1_000_000) == "99.9%"
    assert share_words(999_001, 1_000_000, up=True) == "100.0%"
    assert share_words(5, 0) == "—"
    proven = proof_words(SitingQuestion(), Proof((1,), 7, 7), 10, ZH)
    assert proven == "新增 1 个点，覆盖 70.0% 的居民；已证明不可能更多。"


@pytest.mark.parametrize("goal", list(Goal))
@pytest.mark.parametrize("way", list(Way))
@pytest.mark.parametrize("view", ["reach", "access"])
def test_every_kind_of_question_has_a_page(goal: Goal, way: Way, view: str) -> None:
    shown = told(
        opened(goal=goal.value, way=way.value, view=view, radius="15" if way is Way.TABLE else "1500")
    )
    assert ("直线距离，不是路程" in shown) is (way is Way.LINE)
    assert ("导入的 3 条出行时间" in shown) is (way is Way.TABLE)
    assert "message" not in shown
    assert NASTY in shown


def test_small_counts_of_matters_are_never_told() -> None:
    shown = opened(demand="recent", most="3", radius="0")
    cells = [one.children for one in walk(shown) if getattr(one, "className", "") == "office-count"]
    numbers = [one for one in cells if isinstance(one, str)]
    assert "<5" in numbers
    small = {str(n) for n in range(1, SMALL_CELL)} | {f"+{n}" for n in range(1, SMALL_CELL)}
    assert small.isdisjoint(numbers)
    figure = siting_figure(scene(SitingQuestion(demand=Demand.RECENT, radius=0)))
    hovers = next(trace["text"] for trace in figure["data"] if trace["type"] == "choroplethmap")
    assert {line.split("<br>")[1] for line in hovers} == {"0 件", "<5 件", "5 件", "6 件"}


def scene(question: SitingQuestion, *, by_access: bool = False) -> SitingScene:
    return SitingScene(CITY, answer(PLACES, question), (), {}, Viewport(760, 560), ZH, by_access)


def test_the_legend_counts_every_village_once_and_new_points_are_numbered() -> None:
    question = SitingQuestion(radius=1000, most=4)
    for by_access in (False, True):
        shown = scene(question, by_access=by_access)
        assert sum(entry.count or 0 for entry in legend_entries(shown)) == 40
    figure = siting_figure(scene(question))
    texts = [trace["text"] for trace in figure["data"] if trace.get("mode") == "text"]
    assert ["1", "2", "3", "4"] in texts
    gains = [one.gain for one in answer(PLACES, question).suggested]
    assert gains == sorted(gains, reverse=True)


def test_nothing_to_tell_is_said_with_what_to_do() -> None:
    assert "这里没有村（社区）" in told(opened(county="12"))
    empty = FakeSitingDesk(replace(PLACES, times=NO_TIMES))
    assert "还没有出行时间" in told(opened(empty, way="table"))
    nobody = tuple(replace(one, population=None) for one in PLACES.villages)
    assert "没有可计算的需求" in told(opened(FakeSitingDesk(replace(PLACES, villages=nobody))))


@pytest.mark.parametrize(("most", "starts"), [("0", False), ("3", True)])
def test_a_proof_is_started_only_where_something_is_open(most: str, starts: bool) -> None:
    data = by_id(opened(most=most, radius="1500"), Id.ASKED).data
    assert (data is not None) is starts


def test_a_way_of_longest_radius_covers_all_and_needs_no_proof() -> None:
    found = answer(PLACES, SitingQuestion(radius=MOST_METRES))
    assert found.covered == found.total
    assert (found.suggested, found.proof.is_proven) == ((), True)


@pytest.mark.parametrize("role", list(Role))
def test_page_and_file_are_for_those_who_plan_and_approve(role: Role) -> None:
    app, store = guarded()
    client = come_as(app.server.test_client(), role)
    assert client.get("/siting/export.xlsx", headers=FROM_US).status_code == (200 if role in READERS else 404)
    assert any(name == "siting" for name, _ in store.askers) is (role in READERS)
    assert (client.get(PAGE_PATH).status_code == 200) is (role in READERS)


def test_points_for_the_shortest_way_tell_what_each_saves() -> None:
    """The savings add up to what the figure says, the largest first; no share of coverage stands there."""
    question = SitingQuestion(goal=Goal.MEDIAN, most=6)
    found = answer(PLACES, question)
    saved = [one.saved for one in found.suggested if one.saved is not None]
    assert len(saved) == 6
    assert saved == sorted(saved, reverse=True)
    assert min(saved) > 0
    assert found.way_before is not None
    assert sum(saved) == pytest.approx(found.way_before - (found.way_after or 0))
    assert found.suggested[-1].way == pytest.approx(found.way_after)
    shown = told(opened(goal="median", most="6"))
    assert "平均路程缩短" in shown
    assert saved_words(saved[0], found.question.way, ZH) in shown
    assert "累计覆盖" not in shown
