"""The hotspot screen over a fake city: what it asks, answers and refuses, whatever a browser sends."""

from __future__ import annotations

import base64
import json
import zlib
from datetime import date
from typing import Any

import numpy as np
import plotly
import pytest
from dash import Dash
from hypothesis import given, settings
from hypothesis import strategies as st

from callbacks.access.rules import CALLBACKS
from callbacks.hotspots.asked import read_state
from callbacks.hotspots.ids import CONTROLS, Id
from callbacks.hotspots.layout import page
from callbacks.hotspots.screen import HotspotScreen
from callbacks.hotspots.wiring import found_areas
from callbacks.tools import Tools
from grid.areas import Level
from grid.hotspots.questions import MatterFilter
from grid.matters import Category, Channel, Purpose
from grid.measures import MINIMUM_N
from grid.principals import Role
from grid.refusals import Refused
from layers.hotspot_paint import Code, Paint
from tests.screens.access_city import FROM_US, come_as, guarded, someone
from tests.screens.hotspots_city import TODAY, FakeHotspots, placed_areas

FIGURES = ("trend", "calendar", "split")
WHOLE_CITY = (Role.LEADER, Role.BUREAU, Role.APPROVER)


class Store:
    """Nothing but the desk."""

    def __init__(self, desk: FakeHotspots) -> None:
        self.desk = desk

    def hotspots(self, principal: object) -> FakeHotspots:
        return self.desk


@pytest.fixture
def desk() -> FakeHotspots:
    return FakeHotspots()


@pytest.fixture
def tools(desk: FakeHotspots) -> Tools:
    return Tools(store=Store(desk), principal=lambda: someone(Role.LEADER))  # type: ignore[arg-type]


@pytest.fixture
def screen(tools: Tools) -> HotspotScreen:
    return HotspotScreen(tools)


def said(part: Any) -> str:
    return json.dumps(part, cls=plotly.utils.PlotlyJSONEncoder, ensure_ascii=False)


def answer(screen: HotspotScreen, drawn: object = None, **query: str) -> dict[str, Any]:
    found: dict[str, Any] = screen.answer({"n": 1, "query": query, "drawn": drawn})
    return found


def codes_of(found: dict[str, Any]) -> list[int]:
    return list(zlib.decompress(base64.b64decode(found["codes"])))


def whole(**some: Any) -> MatterFilter:
    return MatterFilter(date(2025, 11, 21), TODAY, **some)


# The address


def test_a_state_goes_through_an_address_and_back() -> None:
    query = {
        "level": "village", "paint": "gi_permuted",
        "over": "density,sites", "per": "residents", "bandwidth": "adaptive",
        "since": "2025-02-03", "until": "2026-01-31",
        "category": "labour,land", "channel": "visit", "purpose": "claim", "stage": "closed,handling",
        "area": "104,1001", "unit": "heads", "step": "week", "by": "stage", "play": "week",
        "at": "2025-03-01", "chosen": "1001",
    }  # fmt: skip
    state, ignored = read_state(query, TODAY)
    assert (state.pairs(), ignored) == (query, ())
    assert read_state(state.pairs(), TODAY) == (state, ())
    assert read_state({"leader": "3"}, TODAY)[0].pairs()["leader"] == "3"


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ({"level": "city"}, ("level",)),
        ({"level": "x", "paint": "y", "unit": "percent"}, ("level", "paint", "unit")),
        ({"since": "2026-13-01"}, ("since",)),
        ({"per": "person", "bandwidth": "1e9"}, ("per", "bandwidth")),
        ({"since": "2026-05-01", "until": "2026-04-01"}, ("since", "until")),
        ({"since": "1000-01-01"}, ("since", "until")),
        ({"purpose": "accusation"}, ("purpose",)),
        ({"purpose": "claim,accusation"}, ("purpose",)),
        ({"category": "labour,'; DROP TABLE petition"}, ("category",)),
        ({"area": "0"}, ("area",)),
        ({"area": "1,x"}, ("area",)),
        ({"area": str(2**63)}, ("area",)),
        ({"area": ",".join(str(one) for one in range(1, 40))}, ("area",)),
        ({"leader": "1", "area": "104"}, ("leader",)),
        ({"category": "x" * 700}, ("category",)),
        ({"chosen": "１２"}, ("chosen",)),
    ],
)
def test_what_cannot_be_read_is_named_and_has_its_default(
    screen: HotspotScreen, query: dict[str, str], named: tuple[str, ...]
) -> None:
    state, ignored = read_state(query, TODAY)
    assert ignored == named
    assert Purpose.ACCUSATION not in state.purpose
    notes = answer(screen, **query)["notes"]
    assert "已改用默认值" in notes[0]


@settings(max_examples=200, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from([*CONTROLS, "at", "chosen", "x"]),
        st.none() | st.text(max_size=20) | st.integers() | st.lists(st.text(max_size=3), max_size=3)
        | st.sampled_from(["", ",", "2026-02-30", "9999-12-31", "0001-01-01", "gi", "-1", "1e3", "人"]),
        max_size=8,
    )
)  # fmt: skip
def test_any_address_has_a_state_that_can_be_asked(query: dict[str, Any]) -> None:
    state, _ = read_state(query, TODAY)
    state.matters(frozenset())
    assert read_state(state.pairs(), TODAY) == (state, ())


# Answers


def test_the_map_says_what_the_desk_counts(screen: HotspotScreen, desk: FakeHotspots) -> None:
    found = answer(screen)
    counts = desk.counts(Level.TOWN, whole()).counts
    codes = codes_of(found)
    assert len(codes) == len(counts)
    assert [code == Code.ZERO for code in codes] == [count == 0 for count in counts]
    order = np.argsort(counts)
    assert (np.diff(np.array(codes)[order]) >= 0).all(), "more is never paler"
    assert sum(int(entry["n"]) for entry in found["legend"]["entries"]) == len(counts)
    assert found["total"] == counts.sum()
    assert f"n = {counts.sum():,} 件" == found["about"]["n"]
    assert [found["about"][name] for name in ("source", "review")] == [
        "数据来源：演示数据（虚构）",
        "审图号：审字001",
    ]


def test_filters_reach_the_desk_and_change_what_is_painted(screen: HotspotScreen, desk: FakeHotspots) -> None:
    narrow = answer(screen, category="labour", area="104")
    counts = desk.counts(Level.TOWN, whole(categories=frozenset({Category.LABOUR}), within=frozenset({104})))
    assert narrow["total"] == counts.total
    assert 0 < counts.total < answer(screen)["total"]
    assert codes_of(narrow) != codes_of(answer(screen))
    assert "劳动和社会保障" in narrow["about"]["filters"]
    assert "松岭县" in narrow["about"]["filters"]
    assert [one["value"] for one in narrow["area_options"]] == [104]


def test_a_leader_is_the_areas_of_the_plan_in_force(screen: HotspotScreen, desk: FakeHotspots) -> None:
    mine = screen.known.facts(desk).leader_areas(desk, 2)
    assert mine
    assert answer(screen, leader="2")["total"] == desk.counts(Level.TOWN, whole(within=mine)).total
    assert "没有这位领导" in answer(screen, leader="99")["failed"]


@pytest.mark.parametrize("paint", list(Paint))
@pytest.mark.parametrize("level", ["county", "town", "village"])
def test_every_layer_is_told_with_words_for_all_its_classes(
    screen: HotspotScreen, paint: Paint, level: str
) -> None:
    found = answer(screen, paint=paint.value, level=level)
    assert "failed" not in found
    assert found["about"]["definition"]
    if paint is Paint.NONE:
        assert "codes" not in found
        return
    told = {entry["code"]: entry["text"] for entry in found["legend"]["entries"]}
    assert set(codes_of(found)) <= set(told)
    assert all(told.values())


def test_too_few_and_not_significant_are_classes_of_their_own(screen: HotspotScreen) -> None:
    told = {one["code"]: one["text"] for one in answer(screen, paint="gi")["legend"]["entries"]}
    assert (told[Code.NOT_SIGNIFICANT], told[Code.TOO_FEW]) == ("不显著", "样本过少")


def test_nothing_of_fewer_than_the_minimum_is_ranked(screen: HotspotScreen, desk: FakeHotspots) -> None:
    counted = desk.counts(Level.TOWN, whole())
    counts = dict(zip(counted.area_ids.tolist(), counted.counts.tolist(), strict=True))
    for query in ({}, {"paint": "rate"}, {"paint": "smoothed"}, {"unit": "heads"}, {"paint": "gi"}):
        rows = answer(screen, **query)["ranked"]["rows"]
        assert rows
        assert all(counts[row[0]] >= MINIMUM_N for row in rows)
        values = [row[6] for row in rows]
        assert values == sorted(values, reverse=True)
    few = answer(screen, level="village", since="2026-11-19")["ranked"]
    assert few["rows"] == []
    assert "不排名" in few["none"]


def test_small_counts_below_township_are_one_class(screen: HotspotScreen, desk: FakeHotspots) -> None:
    codes = codes_of(answer(screen, level="village"))
    counts = desk.counts(Level.VILLAGE, whole()).counts.tolist()
    assert {code for code, count in zip(codes, counts, strict=True) if 0 < count < 5} == {Code.FEW}
    assert answer(screen, level="village")["about"]["fine"]
    assert not answer(screen)["about"]["fine"]


def test_a_permuted_test_says_where_it_differs_from_the_analytic_one(screen: HotspotScreen) -> None:
    found = answer(screen, paint="gi_permuted")
    assert "999 次" in found["legend"]["note"]
    assert "7 个" in found["legend"]["note"]
    assert "置换" in found["legend"]["title"]
    assert found["ranked"]["rows"][0][3].startswith("z ")
    assert "随机调换" not in answer(screen, paint="gi")["legend"]["note"]


def test_charts_are_sent_only_when_they_changed(screen: HotspotScreen) -> None:
    first = screen.answer({"n": 1, "query": {}, "drawn": None})
    assert set(first["drawings"]) == {Id.TREND, Id.CALENDAR, Id.SPLIT}
    assert all("data" in one for one in first["drawings"].values())
    again = screen.answer({"n": 2, "query": {"paint": "gi", "chosen": "1001"}, "drawn": first["charts"]})
    assert "drawings" not in again
    other = screen.answer({"n": 3, "query": {"category": "land"}, "drawn": first["charts"]})
    assert other["drawings"] != first["drawings"]


def test_trend_and_split_add_up_to_the_total(screen: HotspotScreen) -> None:
    for step in ("day", "week", "month"):
        found = screen.answer({"n": 1, "query": {"step": step, "by": "channel"}})
        trend, split = found["drawings"][Id.TREND], found["drawings"][Id.SPLIT]
        assert sum(trend["data"][0]["y"]) == sum(split["data"][0]["x"]) == found["total"]
        assert trend["layout"]["shapes"], "the change of boundaries is marked"
        assert trend["data"][0]["meta"] == step, "a bar that is picked knows how long it is"
        assert set(split["data"][0]["customdata"]) == {channel.value for channel in Channel}


def test_a_playback_holds_every_matter_once(screen: HotspotScreen, desk: FakeHotspots) -> None:
    for step in ("week", "month"):
        film = screen.played({"n": 4, "query": {"play": step}})
        codes = zlib.decompress(base64.b64decode(film["codes"]))
        areas = len(placed_areas(Level.TOWN))
        assert len(codes) == areas * len(film["starts"])
        assert sum(film["heights"]) == desk.counts(Level.TOWN, whole()).counts.sum()
        assert film["key"] == answer(screen)["key"]


def test_density_and_sites_come_only_when_they_are_on(screen: HotspotScreen, desk: FakeHotspots) -> None:
    answer(screen)
    assert not {"surface", "sites"} & set(desk.asked)
    found = answer(screen, over="density,sites")
    assert found["density"]["url"].startswith("/hotspots/density.png?")
    assert len(found["density"]["corners"]) == 4
    assert [row[1] for row in found["site_rows"]] == ["枫林花园", "清河工地"]
    assert [row[4].split(" ")[0] for row in found["site_rows"]] == ["上升", "无明显趋势"]


def test_a_density_is_smoothed_as_asked_and_what_it_cannot_be_is_said(
    screen: HotspotScreen, desk: FakeHotspots
) -> None:
    answer(screen, over="density", bandwidth="2000")
    assert desk.smoothed == {"bandwidth_m": 2000.0, "adaptive": False, "per_residents": False}
    answer(screen, over="density", bandwidth="adaptive")
    assert desk.smoothed == {"bandwidth_m": None, "adaptive": True, "per_residents": False}
    refused = answer(screen, over="density", per="residents")
    assert "常住人口" in refused["no_density"]
    assert refused["density"] is None
    assert refused["codes"], "only the density is missing"
    plain = answer(screen, over="density")
    assert plain["charts"] == refused["charts"], "charts do not depend on it"


def test_an_area_is_told_in_words(screen: HotspotScreen) -> None:
    told = screen.told({"area": 1064, "query": {"paint": "gi"}})
    assert told is not None
    assert "›" in told["title"]
    assert any("z =" in line for line in told["lines"])
    assert screen.told({"area": 7, "query": {}}) is None


FORGED: tuple[object, ...] = (
    None, 5, "x", [], {}, {"area": "1"}, {"area": True}, {"area": 1.5}, {"level": 3}, {"level": "city"},
    {"query": 4, "n": "x"}, {"query": {"level": ["x"]}},
)  # fmt: skip


@pytest.mark.parametrize("asked", FORGED)
def test_forged_requests_are_answered_with_the_default_or_nothing(
    screen: HotspotScreen, asked: object
) -> None:
    assert screen.told(asked) is None
    assert screen.order(asked) is None
    assert "failed" not in screen.answer(asked)
    assert "failed" not in screen.played(asked)


# Refusals and empty cities


@pytest.mark.parametrize("code", ["counts_not_ready", "database_down"])
def test_a_refusal_is_told_and_leaves_the_picture(
    screen: HotspotScreen, desk: FakeHotspots, tools: Tools, code: str
) -> None:
    desk.refusal = Refused(code)
    found = screen.answer({"n": 3, "query": {}})
    assert found["failed"]
    assert found["n"] == 3
    assert "drawings" not in found
    assert screen.played({"n": 1, "query": {}})["failed"]
    assert screen.order({"level": "town"}) is None


def test_a_desk_that_refuses_is_not_answered_for_from_what_is_kept(
    screen: HotspotScreen, desk: FakeHotspots
) -> None:
    answer(screen, paint="gi", over="density")
    desk.refusal = Refused("counts_not_ready")
    assert "codes" not in answer(screen, paint="gi", over="density")


def test_a_city_without_boundaries_says_what_to_do(desk: FakeHotspots, screen: HotspotScreen) -> None:
    desk.levels = ()
    assert "导入边界" in answer(screen)["failed"]


def test_a_level_without_boundaries_is_shown_by_the_next_wider(
    desk: FakeHotspots, screen: HotspotScreen
) -> None:
    found = answer(screen, level="grid")
    assert found["level"] == "village"
    assert "没有网格边界" in found["notes"][0]


def test_new_data_are_shown_at_once(desk: FakeHotspots, screen: HotspotScreen) -> None:
    first = answer(screen)["charts"]
    desk.version_number = 6
    assert answer(screen)["charts"] != first


def test_areas_are_found_by_sound_and_those_chosen_stay(screen: HotspotScreen, tools: Tools) -> None:
    found = found_areas(screen, "yunxi", [104, "x", None], tools)
    labels = [str(one["label"]) for one in found]
    assert labels[0].startswith("松岭县")
    assert any(label.startswith("云溪县") for label in labels[1:])
    assert all("yunxi" in str(one["search"]) for one in found[1:]), "the list must not hide what was found"


# The page


def test_every_control_and_wire_is_laid_out(tools: Tools, screen: HotspotScreen) -> None:
    guarded()
    text = said(page(tools, screen, {}))
    assert {one for one in Id if f'"{one}"' not in text} == set()


def test_the_page_stands_in_the_state_of_its_address(tools: Tools, screen: HotspotScreen) -> None:
    guarded()
    text = said(page(tools, screen, {"category": "labour", "since": "2025-01-01", "level": "county"}))
    assert '"value": ["labour"]' in text
    assert '"value": "2025-01-01"' in text
    assert "accusation" not in text


def test_a_page_that_cannot_be_read_says_why(tools: Tools, screen: HotspotScreen, desk: FakeHotspots) -> None:
    guarded()
    desk.refusal = Refused("counts_not_ready")
    assert "统计副本还在生成" in said(page(tools, screen, {}))


@pytest.fixture(scope="module")
def app() -> Dash:
    return guarded()[0]


@pytest.mark.parametrize("role", list(Role))
def test_only_whole_city_roles_have_its_files(app: Dash, role: Role) -> None:
    client = come_as(app.server.test_client(), role)
    for address in ("/hotspots", "/hotspots/density.png?over=density", "/hotspots/export?form=gpkg"):
        status = client.get(address, headers=FROM_US).status_code
        assert status == (200 if role in WHOLE_CITY else 404), address


def test_files_are_named_and_kept_by_nobody(app: Dash) -> None:
    client = come_as(app.server.test_client(), Role.LEADER)
    days = "since=2026-01-01&until=2026-06-30"
    export = client.get(f"/hotspots/export?form=csv&level=county&{days}", headers=FROM_US)
    assert export.data == b"csv"
    assert "2026-01-01_2026-06-30.csv" in export.headers["Content-Disposition"]
    picture = client.get("/hotspots/density.png", headers=FROM_US)
    assert picture.data[1:4] == b"PNG"
    assert {one.headers["Cache-Control"] for one in (export, picture)} == {"private, no-store"}
    unknown = client.get("/hotspots/density.png?per=residents", headers=FROM_US)
    assert unknown.status_code == 404, "nobody's residents are known: that is no outage"
    nothing = client.get("/hotspots/density.png?since=2026-11-20&until=2026-11-20&area=104&category=legal"
                         "&channel=grid&stage=recheck", headers=FROM_US)  # fmt: skip
    assert nothing.status_code == 404


def test_an_answer_is_small(app: Dash) -> None:
    """Whole answer of 576 villages with ranking, legend and three charts."""
    client = come_as(app.server.test_client(), Role.LEADER)
    output = next(one for one in app.callback_map if "hotspots-answer.data" in one)
    body = {
        "output": output,
        "inputs": [{"id": "hotspots-asked", "property": "data",
                    "value": {"n": 1, "query": {"level": "village"}}}],
        "changedPropIds": ["hotspots-asked.data"], "state": [],
    }  # fmt: skip
    sent = client.post(CALLBACKS, json=body, headers=FROM_US)
    assert sent.status_code == 200
    assert len(sent.data) < 15_000
