"""The review over a fake desk: laid out whole, what is chosen is said before it is done, refusals told."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from dash import Dash

from callbacks import review
from callbacks.review.asked import read_page
from callbacks.review.ids import Act, Id
from callbacks.review.layout import HINTS, layout
from callbacks.tools import Tools
from grid.area_search import AreaSearch
from grid.areas import Level
from grid.principals import Role
from grid.refusals import Refused
from grid.reviewing import Decision, ReviewItem, Verdict, names_written
from layers.map_camera import Viewport
from layers.review_map import ReviewScene, review_camera, review_figure
from tests.drawing.drawn import drawn_layers
from tests.screens.access_city import someone
from tests.screens.plan_city import CITY
from tests.screens.review_city import EAST, FAR, STREET, WEST, FakeReviewDesk, make_area

ROOT = Path(__file__).parents[2]
NOTHING = {"area": None, "lon": None, "lat": None, "verdict": None, "words": ""}
SIZE = {"width": 700, "height": 600}
HOSTILE: tuple[Any, ...] = (
    None, 7, "x", [], {}, {"key": 7}, {"key": "x" * 401}, {**NOTHING, "key": "x", "area": -1},
    {**NOTHING, "key": "x", "area": 1.5}, {**NOTHING, "key": "x", "area": True},
    {**NOTHING, "key": "x", "area": 2**63}, {**NOTHING, "key": "x", "lon": "1", "lat": 2},
    {**NOTHING, "key": "x", "lon": 1e999, "lat": 2}, {**NOTHING, "key": "x", "lon": 1},
    {**NOTHING, "key": "x", "verdict": "deleted"}, {**NOTHING, "key": "x", "words": ["x"]},
)  # fmt: skip


class _Store:
    def __init__(self, desk: FakeReviewDesk) -> None:
        self._desk = desk

    def review(self, principal: object) -> FakeReviewDesk:
        return self._desk


@pytest.fixture
def desk() -> FakeReviewDesk:
    return FakeReviewDesk()


@pytest.fixture
def tools(desk: FakeReviewDesk) -> Tools:
    return Tools(store=_Store(desk), principal=lambda: someone(Role.CLERK))  # type: ignore[arg-type]


@pytest.fixture
def app(tools: Tools) -> Dash:
    app = Dash("test_review", use_pages=True, pages_folder="", suppress_callback_exceptions=True)
    review.register(app, tools)
    return app


def ask(app: Dash, output: str, **values: object) -> dict[str, Any]:
    """Ask the callback whose key has ``output``, as a browser does; ``values`` by id with ``_`` for ``-``."""
    key = next(key for key in app.callback_map if output in key and "callback" in app.callback_map[key])
    spec = app.callback_map[key]
    named = (one.rsplit(".", 1) for one in key.strip(".").split("..."))
    sent = [{"id": one["id"], "property": one["property"], "value": values.get(one["id"].replace("-", "_"))}
            for one in spec["inputs"]]  # fmt: skip
    body = {
        "output": key, "outputs": [{"id": name, "property": prop} for name, prop in named], "inputs": sent,
        "state": [], "changedPropIds": [f"{sent[0]['id']}.{sent[0]['property']}"],
    }  # fmt: skip
    answer = app.server.test_client().post("/_dash-update-component", json=body)
    assert answer.status_code in {200, 204}, answer.data
    response: dict[str, Any] = answer.get_json()["response"] if answer.status_code == 200 else {}
    return response


def show(app: Dash, key: str = STREET.key, **chosen: object) -> dict[str, str]:
    """Return what each part of the page says of a text with something chosen."""
    found = ask(app, Id.PREVIEW, review_view={**NOTHING, "key": key, **chosen}, review_size=SIZE)
    return {name: said(value) for name, value in found.items()}


def act(app: Dash, name: str, view: dict[str, Any] | None = None, **more: object) -> dict[str, Any]:
    asked = {"act": name, "n": 3, "view": {**NOTHING, "key": STREET.key} | (view or {}), **more}
    return ask(app, Id.QUEUE, review_asked=asked)


def said(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=lambda one: one.to_plotly_json())


# Laid out


def test_the_page_shows_texts_by_count_with_why_and_no_person(tools: Tools) -> None:
    page = said(layout(tools))
    for words in ("东山街道东山村路９号", "有多处符合所写地址", "没有写地址", "坐标是 0，0", "网格员实地核实",
                  "占今日待定的 75%", "河口村 · 5 件"):  # fmt: skip
        assert words in page, words
    assert "clerk" not in page.replace('"role-clerk"', "").split("desk-nav")[0].lower()
    for one in Id:
        assert f'"id": "{one.value}"' in page, one


def test_every_act_is_known_to_the_script_and_every_key_is_named(tools: Tools) -> None:
    script = (ROOT / "callbacks/assets/review.js").read_text(encoding="utf-8")
    acts = re.search(r"const ACTS = \{(.*?)\n  \};", script, re.DOTALL)
    assert acts is not None
    assert set(re.findall(r"^    (\w+): \(", acts[1], re.MULTILINE)) == {one.value for one in Act}
    page = said(layout(tools))
    assert page.count('"type": "Kbd"') >= len(HINTS)
    for key in ("m", "o", "u", "z", "j", "k"):
        assert re.search(rf"^    {key}: \(\) =>", script, re.MULTILINE), key


def test_a_down_database_is_told_and_nothing_else_is(tools: Tools, desk: FakeReviewDesk) -> None:
    desk.down = Refused("database_down")
    page = said(layout(tools))
    assert "message-alert" in page
    assert STREET.address not in page


def test_nothing_left_says_what_comes_here(tools: Tools, desk: FakeReviewDesk) -> None:
    desk.items = ()
    assert "没有等待复核的地址" in said(layout(tools))


@pytest.mark.parametrize(
    ("given", "page"),
    [(None, 1), ("3", 3), ("0", 1), ("-1", 1), ("x", 1), ("9" * 30, 1), (7, 1), ("10001", 10000), ("３", 1)],
)
def test_a_page_is_read_from_the_address_and_trusted_in_nothing(given: object, page: int) -> None:
    assert read_page(given) == page


# Choosing


def test_candidates_have_keys_paths_and_what_the_address_says_of_them(app: Dash) -> None:
    found = show(app)
    text = found[Id.CHOICES]
    assert text.index("东山村") < text.index("西山村")
    assert "地址写到：东山街道、东山村" in text
    assert "东山大厦" in text
    assert "天地图" in text
    assert "请先选区划" in found[Id.PREVIEW]
    assert '"disabled": true' in found[Id.PREVIEW]


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        ({"area": 1}, "把 12 件定到村社区：云岭县 › 东山街道 › 东山村（不标点）"),
        ({"area": 3}, "河口村（不标点）"),
        ({"lon": 119.02, "lat": 28.0}, "把 12 件定到点：云岭县 › 东山街道 › 河口村"),
        ({"verdict": "outside"}, "把 12 件判为外市"),
        ({"verdict": "unplaceable"}, "把 12 件判为无法定位"),
        ({"area": 999}, "请先选区划"),
    ],
)
def test_what_confirming_would_do_is_said_before(app: Dash, chosen: dict[str, object], words: str) -> None:
    assert words in show(app, **chosen)[Id.PREVIEW]


def test_a_search_takes_the_place_of_the_candidates(app: Dash) -> None:
    found = show(app, words="hekou")[Id.CHOICES]
    assert "查到的区划" in found
    assert "河口村" in found
    assert "西山村" not in found
    assert "没有查到" in show(app, words="没有")[Id.CHOICES]


def test_matters_without_an_address_can_be_seen_and_not_decided(app: Dash, desk: FakeReviewDesk) -> None:
    found = show(app, key=" coordinate_zero")
    assert "坐标是 0，0" in found[Id.ITEM]
    assert found[Id.CHOICES] == said({"children": []})
    answer = said(act(app, "decide", {"key": " coordinate_zero", "verdict": "outside"}))
    assert "不能按地址决定" in answer
    assert desk.decided == []


@pytest.mark.parametrize("view", HOSTILE)
def test_what_no_page_sends_is_refused_in_words(app: Dash, desk: FakeReviewDesk, view: object) -> None:
    if view is not None:
        found = ask(app, Id.PREVIEW, review_view=view, review_size=SIZE)
        assert "review-alert" in said(found[Id.PREVIEW])
    answer = ask(app, Id.QUEUE, review_asked={"act": "decide", "n": 3, "view": view})
    assert "review-alert" in said(answer[Id.NOTICE])
    assert answer[Id.OPENED]["data"]["failed"]
    assert desk.decided == []


@pytest.mark.parametrize(
    "asked",
    [None, 5, {}, {"act": "drop", "n": 1, "view": {**NOTHING, "key": "x"}}, {"act": "undo", "n": "1"},
     {"act": "undo", "n": 1, "view": {**NOTHING, "key": "x"}, "id": 2**63},
     {"act": "page", "n": 1, "view": {**NOTHING, "key": "x"}, "page": 10**9}],
)  # fmt: skip
def test_an_act_that_no_page_asks_for_changes_nothing(app: Dash, desk: FakeReviewDesk, asked: object) -> None:
    answer = ask(app, Id.QUEUE, review_asked=asked)
    assert not answer or "review-alert" in said(answer[Id.NOTICE])
    assert (desk.decided, desk.undone, desk.pages) == ([], [], [])


# Acting


@pytest.mark.parametrize(
    ("chosen", "decision"),
    [
        ({"area": 2}, Decision(STREET.key, Verdict.PLACED, 2)),
        # The area of a point is the server's to say.
        ({"area": 1, "lon": 119.02, "lat": 28.0}, Decision(STREET.key, Verdict.PLACED, 3, (119.02, 28.0))),
        ({"verdict": "outside"}, Decision(STREET.key, Verdict.OUTSIDE)),
        ({"area": 1, "verdict": "unplaceable"}, Decision(STREET.key, Verdict.UNPLACEABLE)),
    ],
)
def test_a_decision_is_made_and_the_list_comes_anew(
    app: Dash, desk: FakeReviewDesk, chosen: dict[str, object], decision: Decision
) -> None:
    answer = act(app, "decide", chosen)
    assert desk.decided == [decision]
    assert answer[Id.OPENED]["data"] == {
        "keys": ["西山路1号", " coordinate_zero"], "page": 1, "n": 3, "failed": False,
    }  # fmt: skip
    assert "已定位 5 件" in said(answer[Id.NOTICE])


@pytest.mark.parametrize("chosen", [{}, {"lon": 1.0, "lat": 2.0}, {"verdict": "placed"}])
def test_without_a_choice_or_outside_the_city_nothing_is_decided(
    app: Dash, desk: FakeReviewDesk, chosen: dict[str, object]
) -> None:
    answer = act(app, "decide", chosen)
    assert desk.decided == []
    assert answer[Id.OPENED]["data"]["failed"]
    assert "review-alert" in said(answer[Id.NOTICE])


def test_who_was_too_late_is_told_and_sees_the_list_as_it_is(app: Dash, desk: FakeReviewDesk) -> None:
    desk.refusal = Refused("decision_in_force", area="河口村")
    desk.items = desk.items[1:]
    answer = act(app, "decide", {"area": 2})
    notice = said(answer[Id.NOTICE])
    assert "已有别人的决定（河口村）" in notice
    assert '"data-act": "undo"' in notice, "undone here, though no list has it"
    assert '"data-of": "3"' in notice
    assert answer[Id.OPENED]["data"]["keys"] == ["西山路1号", " coordinate_zero"]


def test_a_decision_is_undone_by_its_number_and_a_page_is_turned(app: Dash, desk: FakeReviewDesk) -> None:
    answer = act(app, "undo", id=7)
    assert desk.undone == [7]
    assert "5 件恢复原来的定位" in said(answer[Id.NOTICE])
    assert "之后又被改过" not in said(answer[Id.NOTICE])
    desk.stayed = 2
    assert "2 件之后又被改过，保持不变" in said(act(app, "undo", id=7)[Id.NOTICE])
    act(app, "page", page=4)
    assert desk.pages[-1] == 4


def test_only_ones_own_decision_in_force_is_the_one_that_a_key_undoes(tools: Tools) -> None:
    page = said(layout(tools))
    assert page.count('"data-own": "yes"') == 1
    assert page.count('"data-act": "undo"') == 2


# The map


def test_candidates_are_outlined_and_numbered_and_the_chosen_one_stands_out() -> None:
    around = (EAST, WEST, FAR)
    scene = ReviewScene(
        *(CITY, Viewport(700, 600), (EAST, WEST)),
        tuple(one.area for one in around), STREET.suggestions, WEST, thin=around,
    )  # fmt: skip
    figure = review_figure(scene)
    texts = [text.removesuffix("<br> <br> ") for trace in figure["data"] for text in trace.get("text", [])]
    assert {"1 东山村", "2 西山村", "A", "B"} <= set(texts)
    widths = {layer["name"]: layer["line"]["width"] for layer in drawn_layers(figure)
              if layer["type"] == "line"}  # fmt: skip
    assert widths["slot-listed-line"] > widths["slot-proposed-line"]


def test_the_map_stays_where_it_is_while_points_are_tried() -> None:
    at_rest = ReviewScene(CITY, Viewport(700, 600), (EAST, WEST))
    pointed = ReviewScene(CITY, Viewport(700, 600), (EAST, WEST), chosen=FAR, point=(119.5, 28.5))
    assert review_camera(at_rest) == review_camera(pointed)
    far = make_area(90, "远村")
    assert review_camera(ReviewScene(CITY, Viewport(700, 600), (EAST,), chosen=far)) != review_camera(at_rest)


def test_without_candidates_the_whole_city_is_shown() -> None:
    camera = review_camera(ReviewScene(CITY, Viewport(700, 600)))
    assert camera.lon == pytest.approx(120.0)


# Words of the domain


def test_evidence_is_what_the_address_writes_also_in_short() -> None:
    path = ("云岭县", "东山街道", "东山村", "第1网格")
    assert names_written("云岭东山街道路9号", path) == ("云岭县", "东山街道", "东山村")
    assert names_written("别处", path) == ()


def test_areas_that_are_found_are_those_whose_ancestors_fit() -> None:
    town = make_area(50, "河口镇", Level.TOWN).area
    inside, outside = make_area(51, "上村", parent=50).area, make_area(52, "上村", parent=None).area
    search = AreaSearch([town, inside, outside])
    assert [one.id for one in search.find("上村")] == [51, 52]
    assert [one.id for one in search.find("hkz shang")] == [51]
    assert [one.id for one in search.find("河口")] == [50]
    assert search.find("河口镇 没有") == ()
    assert {one.id for one in search.around((119.0, 27.0, 120.0, 29.0))} == {51, 52}
    assert search.around((0.0, 0.0, 1.0, 1.0)) == ()


def test_an_item_without_text_is_told_by_its_key() -> None:
    assert not ReviewItem(" x", "", 1, "review", ()).has_text
    assert STREET.has_text
