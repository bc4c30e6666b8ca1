"""The editor and the player of tours: each step, each refusal, and nothing from a browser is trusted."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

import pytest
from dash import no_update
from dash.exceptions import PreventUpdate
from hypothesis import given
from hypothesis import strategies as st

from callbacks.tools import Tools
from callbacks.tour.draft import (
    MOST_UNDONE,
    Draft,
    added,
    changed,
    chosen,
    draft_of,
    moved,
    read_draft,
    removed,
    renamed,
    undone,
)
from callbacks.tour.ids import TourId
from callbacks.tour.layout import PRESETS, page
from callbacks.tour.wiring import _OUTPUTS, Editor
from callbacks.wall.state import COUNT_LEVELS, HotspotView, Layer, WallState, read_state, write_query
from callbacks.wall.tour_scenes import answered
from grid import tours as domain
from grid.listings import Listing, ListingState, Quarter
from grid.principals import Role
from grid.refusals import Refused
from grid.tours import DEFAULT, MOST_SCENES, Scene, Shown, Shows, Tour, read_query
from layers.map_counts import Basis
from layers.words import Language, say, say_refusal
from tests.screens.access_city import FROM_US, come_as, guarded, someone
from tests.screens.components import walk
from tests.screens.tour_city import KEPT, FakeTours

ZH = Language.ZH


# What tours may say is what the wall says.


def test_what_tours_may_say_is_what_the_wall_knows() -> None:
    assert set(domain.LAYERS) == set(Layer)
    assert set(domain.VIEWS) == set(HotspotView)
    assert set(domain.BASES) == set(Basis)
    assert set(domain._LEVELS) == set(COUNT_LEVELS)
    written = write_query(
        read_state(
            {"layers": "counts,density", "view": "rate", "period": "m12", "group": "channel:agent",
             "level": "town", "basis": "rate", "quarter": "2026Q3", "focus": "counts", "month": "2026-10",
             "play": "1", "spot": "leader-3"}
        )
    )  # fmt: skip
    assert "spot=leader-3" in written
    assert read_state(dict(parse_qsl(read_query(written, 1)[1:]))) == read_state(dict(parse_qsl(written[1:])))
    assert set(dict(parse_qsl(written[1:]))) | {"card", "tour", "scene"} == set(domain._VALUES)


@pytest.mark.parametrize("query", [*PRESETS.values(), *(one.query for one in DEFAULT if one.query)])
def test_states_to_begin_with_are_states_of_the_wall(query: str) -> None:
    assert read_query(query, 1)
    assert read_state(dict(parse_qsl(query[1:]))) != WallState() or query == "?layers=density"


# What the wall plays.


def test_the_wall_is_told_scenes_in_words() -> None:
    listed = Listing(
        unit_id=1, unit_name="甲镇", area_id=5, quarter=Quarter(2026, 3), state=ListingState.PROPOSED, rank=2,
        score=None, previous_rank=None, reason="", listed_on=None, approver="", leader_label="某副市长",
    )  # fmt: skip
    shown = Shown(is_published=True, areas=frozenset({5}), quarter=Quarter(2026, 3), listings=(listed,))
    told = answered(FakeTours(shown=shown), "指挥中心", ZH)
    assert (told["key"], told["name"], told["is_unknown"]) == ("4", "指挥中心", False)
    assert [one["title"] for one in told["scenes"]] == [
        "全市", "挂牌整治：甲镇 · 第2名 · 拟挂牌 · 包片领导 某副市长",
    ]  # fmt: skip
    assert told["scenes"][1]["query"].endswith("spot=area-5")
    assert told["tours"] == [{"key": "4", "name": "指挥中心"}]


def test_without_a_tour_or_with_one_that_is_gone_the_default_is_played() -> None:
    none = FakeTours()
    none.kept = []
    for key, is_unknown in (("", False), ("gone", True)):
        told = answered(none, key, ZH)
        assert (told["key"], told["is_unknown"]) == ("", is_unknown)
        assert [one["tells"] for one in told["scenes"]][-2:] == ["clocks", "service"]
    assert answered(FakeTours(), "", ZH)["key"] == "4", "the first there is"
    assert answered(FakeTours(), "gone", ZH)["is_unknown"]


@pytest.mark.parametrize("role", list(Role))
def test_who_may_see_the_wall_may_play_and_the_bureau_alone_edits(role: Role) -> None:
    app, store = guarded()
    client = come_as(app.server.test_client(), role)
    sees = role in {Role.LEADER, Role.BUREAU, Role.APPROVER, Role.KIOSK}
    answer = client.get("/wall/tour.json?tour=4")
    assert answer.status_code == (200 if sees else 404)
    if sees:
        assert "no-store" in answer.headers["Cache-Control"]
        assert answer.get_json()["name"] == KEPT.name
    assert client.get("/tour").status_code == (200 if role is Role.BUREAU else 404)
    output = next(key for key in app.callback_map if f"{TourId.DRAFT}.data" in key)
    body = {"output": output, "inputs": [], "state": [], "changedPropIds": [f"{TourId.SAVE}.n_clicks"]}
    sent = client.post("/_dash-update-component", json=body, headers=FROM_US)
    assert (sent.status_code == 404) == (role is not Role.BUREAU)
    assert store.ports["tours"].kept == [KEPT]


def test_a_database_that_is_down_is_told_to_the_player() -> None:
    app, store = guarded()
    store.ports["tours"].refusal = Refused("database_down")
    assert come_as(app.server.test_client(), Role.KIOSK).get("/wall/tour.json").status_code == 503


# Steps on a draft.


def draft(count: int = 3) -> Draft:
    return draft_of(
        Tour(4, "甲", tuple(Scene(Shows.WALL, str(n), "?layers=density", 20) for n in range(count)), 3)
    )


def titles(one: Draft) -> list[str]:
    return [scene["title"] for scene in one.scenes]


def test_scenes_are_moved_added_and_removed_and_each_step_is_taken_back() -> None:
    one = chosen(draft(), "1")
    assert titles(moved(one, -1)) == ["1", "0", "2"]
    assert moved(one, -1).at == 0
    assert moved(chosen(one, "2"), 1) == chosen(one, "2"), "at the end nothing moves"
    assert titles(added(one)) == ["0", "1", "", "2"]
    assert (titles(removed(one)), removed(one).at) == (["0", "2"], 1)
    assert removed(chosen(one, "2")).at == 1
    for step in (lambda: moved(one, 1), lambda: added(one), lambda: removed(one), lambda: renamed(one, "乙"),
                 lambda: changed(one, "seconds", 9)):  # fmt: skip
        after = step()
        assert after.is_changed
        assert (undone(after).scenes, undone(after).name) == (one.scenes, one.name)
    assert undone(one) == one


def test_the_last_scene_stays_and_the_number_of_scenes_has_an_end() -> None:
    for act in (lambda: removed(draft(1)), lambda: added(draft(MOST_SCENES))):
        with pytest.raises(Refused):
            act()


def test_a_pasted_address_becomes_a_state_and_what_is_none_stays_to_be_mended() -> None:
    one = changed(draft(), "query", "http://10.0.0.1/wall?layers=counts&card=area-3&tour=1")
    assert one.scene["query"] == "?layers=counts&spot=area-3"
    wrong = changed(one, "query", "not an address")
    assert wrong.scene["query"] == "not an address"
    with pytest.raises(Refused) as caught:
        wrong.tour()
    assert (caught.value.code, caught.value.facts["scene"]) == ("tour_scene_query", 1)


def test_steps_that_are_kept_have_an_end_and_the_store_reads_back() -> None:
    one = draft()
    for n in range(MOST_UNDONE + 5):
        one = renamed(one, f"名{n}")
    assert len(one.past) == MOST_UNDONE
    assert read_draft(one.plain()) == one


_JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "at", "scenes", "past", "name", "version", "shows"]), inner, max_size=7
        )
    ),
)


@given(_JUNK, st.sampled_from([*TourId, "", "tour-nothing", None, 7]), _JUNK)
def test_what_is_tampered_with_is_refused_or_harmless(kept: object, step: object, value: object) -> None:
    port = FakeTours()
    for store in (kept, {**draft().plain(), "past": kept, "at": kept}, {**draft().plain(), "scenes": [kept]}):
        fields = {one.value: value for one in TourId}
        try:
            answer = Editor(port, ZH).answer(step, store, value, value, fields)
        except PreventUpdate:
            continue
        assert isinstance(answer["said"], str)
        for one in port.kept:
            assert domain.read_tour(one.name, domain.write_scenes(one.scenes))


# The editor's answers.


def answer(port: FakeTours, step: TourId, kept: Draft, **fields: Any) -> dict[str, Any]:
    values = {one.value: fields.get(one.name.lower()) for one in TourId}
    return Editor(port, ZH).answer(step, kept.plain(), fields.get("list"), fields.get("name"), values)


def test_saving_keeps_the_tour_and_goes_on_from_it() -> None:
    port = FakeTours()
    shown = answer(port, TourId.NAME, draft_of(KEPT), name="值班")
    assert (shown["said"], shown["is_first"]) == (say("tour.edit.unsaved", ZH), False)
    saved = Editor(port, ZH).answer(TourId.SAVE, shown["draft"], None, None, {})
    assert saved["said"] == say("tour.edit.saved", ZH)
    assert [(one.name, one.version) for one in port.kept] == [("值班", 4)]
    assert (saved["draft"]["version"], saved["draft"]["past"]) == (4, [])
    assert saved["play"] == "/wall?tour=4"


def test_a_lock_that_is_lost_is_told_and_the_changes_stay() -> None:
    port = FakeTours(Tour(4, "别人改的", KEPT.scenes, 8))
    for step in (TourId.SAVE, TourId.DISCARD):
        told = answer(port, step, draft_of(KEPT))
        assert told["said"] == say_refusal(Refused("tour_changed_meanwhile"), ZH)
        assert all(told[name] is no_update for name in _OUTPUTS)
    assert port.kept[0].version == 8


def test_a_tour_is_deleted_and_the_next_or_a_new_one_is_open() -> None:
    port = FakeTours()
    after = answer(port, TourId.DISCARD, draft_of(KEPT))
    assert port.kept == []
    assert (after["draft"]["id"], len(after["draft"]["scenes"])) == (0, len(DEFAULT))


def test_fields_follow_the_chosen_scene() -> None:
    port = FakeTours()
    shown = answer(port, TourId.LIST, draft_of(KEPT), list="1")
    assert (shown["shows"], shown["not_of_wall"], shown["seconds"]) == ("listed", True, 20)
    assert shown["see"] == "/wall?tour=4"
    shown = answer(port, TourId.PRESET, draft_of(KEPT), preset=PRESETS["rate"])
    assert shown["query"] == PRESETS["rate"]
    assert shown["see"] == f"/wall{PRESETS['rate']}"
    with pytest.raises(PreventUpdate):
        answer(port, TourId.PRESET, draft_of(KEPT), preset=None)


@pytest.mark.parametrize("key", [None, "4", "指挥中心", "new", "gone"])
def test_every_wired_part_is_laid_out(key: str | None) -> None:
    app, store = guarded()
    tools = Tools(store=store, principal=lambda: someone(Role.BUREAU))  # type: ignore[arg-type]
    with app.server.test_request_context():
        laid = {str(getattr(one, "id", "")) for one in walk(page(tools, key))}
    assert (set(TourId) <= laid) == (key != "gone")
