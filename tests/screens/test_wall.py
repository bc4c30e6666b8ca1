"""The wall answers anything a browser may send, hides what must be hidden, and never goes blank."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import dash
import pytest
from dash import html, no_update
from dash._utils import to_json
from hypothesis import given
from hypothesis import strategies as st

from callbacks import wall
from callbacks.density import DensityPictures
from callbacks.tools import Tools
from callbacks.wall.ids import CARD_IDS, WallId
from callbacks.wall.layout import frame
from callbacks.wall.live import live_parts
from callbacks.wall.marks import OPENS, figure
from callbacks.wall.opening import opened
from callbacks.wall.screen import WallScreen, read_viewport
from callbacks.wall.state import (
    HotspotView,
    Layer,
    WallState,
    ask,
    ask_for_card,
    read_card,
    read_state,
    write_query,
)
from grid.areas import Level
from grid.listings import Quarter
from grid.matters import Category, Channel
from grid.measures import Measure, MeasureUnit
from grid.principals import Principal, Role
from grid.published import WallQuestion, Window
from layers.map_counts import Basis
from layers.words import Language
from tests.drawing.drawn import drawn_layers
from tests.screens.wall_city import FUNCTIONAL_ID, KIOSK, LEAK, SEAT, TODAY, FakeWall, hidden_villages

SIZE = {"width": 1920, "height": 1080}
SHOWN = {"number": 7, "until": "2026-11-20", "at": "2026-11-20 09:05", "day": "2026-11-20"}
ALL_ON: dict[str, object] = {"layers": ["density", "listing", "coverage", "counts"]}
JUNK = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=30)
    | st.lists(st.text(max_size=9), max_size=4)
)


ADDRESS_KEYS = (
    "layers", "view", "period", "group", "category", "channel", "level", "basis", "quarter", "focus", "card",
    "month", "play", "spot",
)  # fmt: skip
ADDRESS_WORDS = (
    "category:land", "category:visit", "channel:visit", "channel:", ":", "land", "d90",
    "2026-08", "0000-01", "2026-13", "1", "significance",
)  # fmt: skip


@pytest.fixture
def fake() -> FakeWall:
    return FakeWall()


class Asker:
    """Who asks; a test turns it."""

    def __init__(self) -> None:
        self.who = SEAT

    def __call__(self) -> Principal:
        return self.who


@pytest.fixture
def asker() -> Asker:
    return Asker()


@pytest.fixture
def tools(fake: FakeWall, asker: Asker) -> Tools:
    return Tools(store=fake, principal=asker)


@pytest.fixture
def screen(tools: Tools) -> WallScreen:
    return WallScreen(tools, DensityPictures(tools))


@pytest.fixture
def app(tools: Tools) -> Iterator[dash.Dash]:
    """The wall alone: who may come in at all is the guard's business."""
    dash.page_registry.clear()
    made = dash.Dash("wall", use_pages=True, pages_folder="", suppress_callback_exceptions=True)
    made.layout = html.Div(dash.page_container)
    wall.register(made, tools)
    yield made
    dash.page_registry.clear()


def said(answer: object) -> str:
    """Everything that an answer would show, as the JSON that goes to the browser."""
    return json.dumps(json.loads(to_json(answer)), ensure_ascii=False)


def laid_out(*, cards: bool) -> set[str]:
    page = frame(WallState(), Language.ZH, cards=cards)
    live = live_parts(Language.ZH, program="one", leave_to="/kiosk")
    parts = [page, *page._traverse(), live, *live._traverse()]
    return {part.id for part in parts if isinstance(getattr(part, "id", None), str)}


def outputs_of(callback: dict[str, Any]) -> set[str]:
    return {part.rsplit(".", 1)[0] for part in callback["output"].strip(".").split("...")}


def test_every_wired_id_is_laid_out(app: dash.Dash) -> None:
    laid, wired = laid_out(cards=True), set()
    for callback in app._callback_list:
        parts = [*callback["inputs"], *callback["state"], *({"id": one} for one in outputs_of(callback))]
        wired |= {part["id"] for part in parts}
    own = {one for one in wired if one.startswith("wall-")}
    assert own
    assert own <= laid
    assert set(WallId) <= laid, "an id without a component"


def test_a_kiosk_has_no_part_of_a_card_and_nothing_that_would_call_its_callbacks(app: dash.Dash) -> None:
    """The browser leaves a callback alone whose output is not laid out; the guard refuses it to kiosks."""
    laid = laid_out(cards=False)
    assert laid == laid_out(cards=True) - CARD_IDS
    served = [one for one in app._callback_list if not one["clientside_function"]]
    about_cards = [one for one in served if outputs_of(one) & CARD_IDS]
    assert len(about_cards) == 1
    assert all(outputs_of(one) <= CARD_IDS for one in about_cards), "refused with something a kiosk needs"
    for one in served:
        needed = [part["id"] for part in one["inputs"] if not part.get("allow_optional")]
        assert one in about_cards or not CARD_IDS & set(needed)


@given(
    st.dictionaries(
        st.sampled_from(ADDRESS_KEYS),
        JUNK | st.sampled_from(ADDRESS_WORDS),
    )
)
def test_a_state_is_read_from_anything(raw: dict[str, object]) -> None:
    state = read_state(raw)
    assert state.level in {Level.COUNTY, Level.TOWN, Level.VILLAGE}
    assert state.scene in set(Layer)
    assert ask(state).window in set(Window)
    ask_for_card(state, TODAY)


@pytest.mark.parametrize(
    ("old", "window", "group"),
    [
        ({"period": "d30"}, Window.M1, None),
        ({"period": "d90", "category": "land"}, Window.M3, Category.LAND),
        ({"period": "m12", "channel": "visit"}, Window.M12, Channel.VISIT),
        ({"period": "m24", "category": "land", "channel": "visit"}, Window.M24, Category.LAND),
        ({"period": "d91", "category": "all", "channel": "visit"}, Window.M3, Channel.VISIT),
        ({"group": "all", "category": "land"}, Window.M3, None),
        ({"group": "category:bogus"}, Window.M3, None),
        ({"group": "channel:land"}, Window.M3, None),
    ],
)
def test_an_old_address_still_opens_the_wall(
    old: dict[str, object], window: Window, group: Category | Channel | None
) -> None:
    state = read_state(old)
    assert (state.period, state.group) == (window, group)


@given(
    st.builds(
        WallState,
        layers=st.lists(st.sampled_from(Layer), unique=True, min_size=1).map(
            lambda some: tuple(one for one in Layer if one in some)
        ),
        view=st.sampled_from(HotspotView),
        period=st.sampled_from(Window),
        group=st.none() | st.sampled_from(Category) | st.sampled_from(Channel),
        level=st.sampled_from([Level.COUNTY, Level.TOWN, Level.VILLAGE]),
        basis=st.sampled_from(Basis),
        quarter=st.none() | st.builds(Quarter, st.integers(2000, 2100), st.integers(1, 4)),
        focus=st.none() | st.sampled_from(Layer),
        card=st.none() | st.integers(1, 10**12).map(lambda number: read_card(f"area-{number}")),
        month=st.none() | st.dates().map(lambda day: day.replace(day=1)),
        play=st.booleans(),
    )
)
def test_an_address_brings_the_same_state_back(state: WallState) -> None:
    from urllib.parse import parse_qsl

    assert read_state(dict(parse_qsl(write_query(state)[1:]))) == state


@pytest.mark.parametrize(
    "raw",
    [
        "area-0",
        "area-",
        "leader--1",
        "area-9999999999999999999",
        "area-1;drop",
        "town-3",
        5,
        None,
        ["area-1"],
    ],
)
def test_an_odd_card_is_none(raw: object) -> None:
    assert read_card(raw) is None


@pytest.mark.parametrize(
    ("period", "since"),
    [
        (Window.M1, date(2026, 11, 1)),
        (Window.M3, date(2026, 9, 1)),
        (Window.M12, date(2025, 12, 1)),
        (Window.M24, date(2024, 12, 1)),
    ],
)
def test_a_card_asks_for_the_days_of_the_window_and_the_group(period: Window, since: date) -> None:
    question = ask_for_card(WallState(period=period, group=Channel.VISIT), TODAY)
    assert (question.since, question.until) == (since, TODAY)
    assert (question.category, question.channel) == (None, Channel.VISIT)


def test_the_map_and_the_figures_speak_of_the_same_group() -> None:
    assert ask(WallState(group=Category.LAND)) == WallQuestion(Window.M3, category=Category.LAND)
    assert ask(WallState(group=Channel.VISIT)) == WallQuestion(Window.M3, channel=Channel.VISIT)


@given(JUNK | st.fixed_dictionaries({"width": JUNK, "height": JUNK}))
def test_a_viewport_is_read_from_anything(raw: object) -> None:
    size = read_viewport(raw)
    assert 320 <= size.width <= 15360


@pytest.mark.parametrize("layers", [["density"], ["listing"], ["coverage"], ["counts"], [], ALL_ON["layers"]])
@pytest.mark.parametrize("level", ["town", "village"])
def test_every_scene_is_drawn(screen: WallScreen, layers: list[str], level: str) -> None:
    figure, legends, missing, key = screen.picture(
        SIZE, {"layers": layers, "level": level}, None, shown=SHOWN
    )
    assert len(legends) == len(layers)
    assert missing == []
    assert key["version"] == SHOWN
    hit = next(trace for trace in figure["data"] if trace["uid"] == "slot-hit")
    assert hit["locations"], "nothing to click"
    listed, room = screen.ranking({"layers": layers, "level": level})
    assert said(listed)
    assert "15,200" in room


@pytest.mark.parametrize("level", ["county", "town", "village"])
def test_a_ranked_place_is_named_with_who_answers_for_it(screen: WallScreen, level: str) -> None:
    ranked = said(screen.ranking({"layers": ["counts"], "level": level})[0])
    assert "及包片领导" in ranked
    assert "沈望舒" in ranked


def test_the_worst_places_are_labelled_before_the_counties(screen: WallScreen) -> None:
    controls: dict[str, object] = {"layers": ["counts"], "level": "town"}
    figure, *_ = screen.picture(SIZE, controls, None, shown=SHOWN)
    titles = next(trace["text"] for trace in figure["data"] if trace["uid"] == "slot-label-title")
    ranked = said(screen.ranking(controls)[0])
    worst = [text.split("<br>")[0] for text in titles[:3]]
    assert all(f'"{name}"' in ranked for name in worst)


def test_only_what_changed_is_drawn_anew(screen: WallScreen, fake: FakeWall) -> None:
    *_, key = screen.picture(SIZE, ALL_ON, None, shown=SHOWN)
    assert screen.picture(SIZE, ALL_ON, key, shown=SHOWN) == (no_update,) * 4
    newer = {**SHOWN, "number": 8}
    patch = screen.picture(SIZE, ALL_ON, key, shown=newer)[0]
    assert isinstance(patch, dash.Patch)
    places = [step["location"] for step in patch.to_plotly_json()["operations"]]
    assert places == [["data"], ["layout", "map", "layers"]], "the visitor's own view stays"
    other = screen.picture(SIZE, {"layers": ["listing"]}, key, shown=newer)[0]
    assert not isinstance(other, dash.Patch)


def test_an_unchanged_version_asks_for_nothing_but_itself(screen: WallScreen, fake: FakeWall) -> None:
    version, *_ = screen.tick(None)
    fake.asked.clear()
    assert screen.tick(version)[0] is no_update
    assert fake.asked == ["wall", "publication"]
    fake.publication_number += 1
    assert screen.tick(version)[0]["number"] == version["number"] + 1


def test_a_new_day_of_the_products_and_one_of_the_clock_are_new_versions(
    screen: WallScreen, fake: FakeWall
) -> None:
    version, *_ = screen.tick(None)
    assert version["at"] == "2026-11-20 09:05", "the time of the products, not of newer data"
    fake.publication_day = date(2026, 11, 21)
    later = screen.tick(version)[0]
    assert later["until"] == "2026-11-21"
    assert screen.tick({**later, "day": "2026-11-19"})[0] == later


def test_a_lost_database_keeps_and_dates_the_picture(screen: WallScreen, fake: FakeWall) -> None:
    fake.down = True
    version, banner, hidden, _ = screen.tick(SHOWN)
    assert version is no_update
    assert not hidden
    assert "2026-11-20 09:05" in banner
    assert "2026" not in screen.tick(None)[1]
    fake.down = False
    assert screen.tick(SHOWN)[2] is True


def wired(app: dash.Dash, output_id: str, values: dict[str, object]) -> Any:
    """Send a callback what a browser would."""
    served = [one for one in app._callback_list if not one["clientside_function"]]
    known = next(one for one in served if output_id in one["output"])

    def fill(parts: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [{**part, "value": values.get(part["id"])} for part in parts]

    parts = known["output"].strip(".").split("...")
    outputs = [dict(zip(("id", "property"), part.rsplit(".", 1), strict=True)) for part in parts]
    body = {
        "output": known["output"],
        "outputs": outputs if known["output"].startswith("..") else outputs[0],
        "inputs": fill(known["inputs"]),
        "state": fill(known["state"]),
        "changedPropIds": [],
    }
    return app.server.test_client().post("/_dash-update-component", json=body)


def test_callbacks_keep_the_picture_and_show_the_banner_when_the_database_is_lost(
    app: dash.Dash, fake: FakeWall
) -> None:
    fake.down = True
    values: dict[str, object] = {WallId.VERSION: SHOWN, WallId.VIEWPORT: SIZE, WallId.LAYERS: ["density"]}
    for output in (WallId.LIST, WallId.FIGURES, WallId.LEGENDS, WallId.HEADING, WallId.QUARTER):
        answer = wired(app, f"{output}.", values)
        assert answer.status_code == 200
        changed = answer.get_json()
        assert not changed.get("response")
        assert changed["sideUpdate"][WallId.BANNER]["hidden"] is False


@pytest.mark.parametrize(
    "odd",
    [
        {},
        {
            WallId.LAYERS: {"a": 1},
            WallId.PERIOD: 5,
            WallId.GROUP: {"category": "land"},
            WallId.CARD: ["x"],
            WallId.QUARTER: "2026Q9",
            WallId.VIEWPORT: "big",
        },
    ],
)
def test_tampered_callbacks_answer_without_a_fault(app: dash.Dash, odd: dict[str, object]) -> None:
    values = {WallId.VERSION: SHOWN, WallId.VIEWPORT: SIZE, **odd}
    for output in (
        WallId.LIST,
        WallId.FIGURES,
        WallId.LEGENDS,
        WallId.HEADING,
        WallId.CARD_PANEL,
        WallId.ADDRESS,
        WallId.FOCUS,
    ):
        assert wired(app, f"{output}.", values).status_code in {200, 204}


def test_the_page_opens_while_the_database_is_down(app: dash.Dash, fake: FakeWall) -> None:
    fake.down = True
    assert app.server.test_client().get("/wall?layers=listing&card=area-3&period=%00").status_code == 200


def test_empty_cities_say_what_to_do_first(screen: WallScreen, fake: FakeWall) -> None:
    fake.matters_known = fake.plan_known = fake.listings_known = False
    *_, missing, _ = screen.picture(SIZE, ALL_ON, None, shown=SHOWN)
    text = said(missing)
    for what in ("petitions", "coverage", "listings"):
        assert f"fengtu import {what}" in text
    assert "fengtu import listings" in said(screen.ranking({"layers": ["listing"]})[0])
    assert "fengtu import coverage" in said(screen.ranking({"layers": ["coverage"]})[0])
    fake.areas_known = False
    figure, _, note, _ = screen.picture(SIZE, ALL_ON, None, shown=SHOWN)
    assert figure is no_update
    assert "fengtu import boundaries" in said(note)


def test_cards_open_down_to_leaders_and_unknown_ones_say_so(screen: WallScreen) -> None:
    body, hidden = screen.card("area-104", SIZE, {})
    assert not hidden
    assert "松岭县" in said(body)
    assert "leader-1" in said(body)
    assert "area-102" in said(screen.card("leader-3", SIZE, {})[0])
    assert screen.card("area-1\n", SIZE, {}) == (None, True)
    gone, hidden = screen.card("leader-99", SIZE, {})
    assert not hidden
    assert said(gone)


def test_a_village_card_tells_no_small_count(screen: WallScreen) -> None:
    text = said(screen.card("area-10005", SIZE, {})[0])
    assert "<5" in text
    assert '"3"' not in text
    assert "▲" not in text
    assert '"Graph"' not in text, "months of a village are small counts too"


def every_question() -> Iterator[dict[str, object]]:
    for period in Window:
        for basis in Basis:
            for level in ("county", "town", "village"):
                for layers in (["counts"], ALL_ON["layers"]):
                    yield {
                        "period": period,
                        "basis": basis,
                        "level": level,
                        "layers": layers,
                        "focus": "counts",
                    }


@pytest.mark.parametrize("who", [SEAT, KIOSK])
def test_a_hidden_count_is_in_nothing_that_is_sent(
    screen: WallScreen, fake: FakeWall, asker: Asker, who: Principal
) -> None:
    asker.who = who
    for controls in every_question():
        figure, legends, note, _ = screen.picture(SIZE, controls, None, shown=SHOWN)
        text = said([figure, legends, note, screen.ranking(controls), screen.figures(controls)])
        assert str(LEAK) not in text.replace(",", "")
    assert not [one for one in fake.asked if one.startswith("cards")]


@pytest.mark.parametrize("basis", list(Basis))
def test_hidden_villages_are_hatched_alike_and_in_no_fill_label_or_rank(
    screen: WallScreen, basis: Basis
) -> None:
    controls: dict[str, object] = {"layers": ["counts"], "level": "village", "basis": basis}
    hidden = {str(area_id) for area_id in hidden_villages(Window.M3)}
    assert 20 < len(hidden) < 576, "the city must have both"
    figure, legends, *_ = screen.picture(SIZE, controls, None, shown=SHOWN)
    fill = next(trace for trace in figure["data"] if trace["uid"] == "slot-counts")
    assert not hidden & set(fill["locations"])
    hatch = [layer for layer in drawn_layers(figure) if layer["name"] == "slot-counts-hidden"]
    assert len(hatch) == 1, "one mark for all of them"
    assert "少于 5 件，或为保护而隐去" in said(legends)
    hit = next(trace for trace in figure["data"] if trace["uid"] == "slot-hit")
    texts = dict(zip(hit["locations"], hit["hovertext"], strict=True))
    assert {texts[one].split("<br>")[1] for one in hidden} == {"少于 5 件，或为保护而隐去"}
    ranked = said(screen.ranking(controls)[0])
    assert not any(f'area-{one}"' in ranked for one in hidden)
    assert "隐去的数不参与排名" in ranked


def test_what_is_not_published_is_not_asked_and_the_screen_says_why(
    screen: WallScreen, fake: FakeWall
) -> None:
    """The fake refuses a group by village, as the products do."""
    controls: dict[str, object] = {"layers": ["counts"], "level": "village", "group": "category:land"}
    figure, legends, note, _ = screen.picture(SIZE, controls, None, shown=SHOWN)
    fill = next(trace for trace in figure["data"] if trace["uid"] == "slot-counts")
    assert set(fill["locations"]) == {str(1000 + number) for number in range(144)}
    assert "只发布到乡镇街道" in said(note)
    assert "按乡镇街道" in said(legends)
    assert "乡镇街道" in said(screen.ranking(controls)[0])
    assert "乡镇街道" in said(screen.heading(SHOWN, controls)[0])
    assert "只发布到" not in said(screen.picture(SIZE, {**controls, "group": "all"}, None, shown=SHOWN)[2])


def test_before_the_first_publication_the_wall_says_so_and_shows_the_rest(
    screen: WallScreen, fake: FakeWall
) -> None:
    fake.published = False
    version, _, hidden, _ = screen.tick(None)
    assert version["number"] is None
    assert hidden
    assert screen.tick(version)[0] is no_update
    figure, _, note, _ = screen.picture(SIZE, ALL_ON, None, shown=version)
    assert "fengtu import petitions" in said(note)
    assert said(note).count("统计结果还没有生成") == 1
    assert any(trace["uid"] == "slot-coverage" for trace in figure["data"])
    assert "统计结果" in said(screen.figures({}))
    assert "统计结果" in said(screen.ranking({})[0])
    assert "云溪县" in said(screen.ranking({"layers": ["listing"]})[0])
    assert "数据截至 尚未发布" in said(screen.heading(version, {})[1])
    fake.published = True
    assert screen.tick(version)[0]["number"] == 7


@pytest.mark.parametrize("role", list(Role))
def test_cards_are_for_those_who_may_see_the_whole_city(
    app: dash.Dash, fake: FakeWall, asker: Asker, role: Role
) -> None:
    asker.who = Principal("one", role)
    may = role in {Role.LEADER, Role.BUREAU, Role.APPROVER}
    values: dict[str, object] = {WallId.VERSION: SHOWN, WallId.VIEWPORT: SIZE, WallId.LAYERS: ["counts"]}
    for card in ("area-104", "leader-1"):
        sent = wired(app, f"{WallId.CARD_PANEL}.", {**values, WallId.CARD: card}).get_json()["response"]
        assert sent[WallId.CARD_PANEL]["hidden"] is not may
        assert bool(sent[WallId.CARD_PANEL]["children"]) is may
        query = wired(app, f"{WallId.ADDRESS}.", {**values, WallId.CARD: card}).get_json()["response"]
        assert (card in query[WallId.ADDRESS]["data"]) is may
    asked = [one for one in fake.asked if one.startswith("cards")]
    assert bool(asked) is may


@pytest.mark.parametrize("layers", [["density"], ["listing"], ["coverage"], ["counts"]])
def test_rows_are_buttons_only_for_those_who_may_open_cards(
    screen: WallScreen, asker: Asker, layers: list[str]
) -> None:
    rows = said(screen.ranking({"layers": layers})[0])
    assert '"Button"' in rows
    assert OPENS in rows
    asker.who = KIOSK
    alone = said(screen.ranking({"layers": layers})[0])
    assert "wall-row" in alone
    assert '"Button"' not in alone
    assert OPENS not in alone


@pytest.mark.parametrize("who", [SEAT, KIOSK])
def test_the_page_holds_a_card_only_for_those_who_may_open_it(
    app: dash.Dash, asker: Asker, who: Principal
) -> None:
    asker.who = who
    page = said(wall_page(app, {"card": "area-104"}))
    assert (str(WallId.CARD) in page) is (who is SEAT)
    assert ("area-104" in page) is (who is SEAT)


def wall_page(app: dash.Dash, query: dict[str, str]) -> Any:
    return next(page for page in dash.page_registry.values() if page["path"] == "/wall")["layout"](**query)


def test_one_choice_of_group_tells_category_from_channel() -> None:
    page = frame(WallState(group=Channel.GRID), Language.ZH, cards=False)
    choice = next(part for part in page._traverse() if getattr(part, "id", None) == WallId.GROUP)
    assert choice.value == "channel:grid"
    values = [option["value"] for option in choice.options]
    assert len(set(values)) == len(values) == 1 + len(Category) + len(Channel)
    labels = {option["label"] for option in choice.options}
    assert {"全部信访件", "类别 · 城乡建设", "渠道 · 来访"} <= labels
    assert {read_state({"group": value}).group for value in values} == {None, *Category, *Channel}


def test_periods_say_that_they_are_whole_months() -> None:
    page = said(frame(WallState(), Language.ZH, cards=False))
    assert "时段按整月计算" in page


def test_a_functional_area_is_picked_before_the_counties_under_it(screen: WallScreen) -> None:
    figure, *_ = screen.picture(SIZE, {"layers": ["coverage"]}, None, shown=SHOWN)
    hit = next(trace for trace in figure["data"] if trace["uid"] == "slot-hit")
    assert hit["locations"][0] == str(FUNCTIONAL_ID)


def test_figures_are_at_most_seven_and_each_has_unit_n_and_definition(screen: WallScreen) -> None:
    figures, (trend, _) = screen.figures({}), screen.trend(SIZE, {}, None)
    assert len(figures) == 7
    for one in figures:
        text = said(one)
        assert "n=" in text
        assert "wall-definition" in text
    assert len(trend["data"][0]["x"]) == 24
    assert "n 过小" in said(figures[6]), "a rate of twelve is not told"


def test_an_address_opens_on_a_wall_that_is_there(screen: WallScreen, fake: FakeWall) -> None:
    """What ``window.fengtuWall.show`` sends: every control takes it, and the layer that it names leads."""
    asked: dict[str, object] = {
        "layers": "density,listing", "focus": "density", "view": "significance", "period": "m12",
        "group": "category:land", "month": "2026-08", "play": "1",
    }  # fmt: skip
    told = opened(screen, asked)
    assert told["layers"] == ["listing", "density"]
    assert (told["view"], told["period"], told["group"]) == ("significance", "m12", "category:land")
    assert (told["month"], told["play"]) == ("2026-08", True)
    # The tabs of before are those of now: so the layer that was named is still the one that leads.
    assert screen.tabs(told["layers"], told["tabs"], told["focus"])[1] == "density"
    assert told["quarter"] == screen.quarters(None)[1]
    assert opened(screen, {})["layers"] == ["density"], "what is not said is as when the wall is opened"
    fake.down = True
    assert opened(screen, asked)["quarter"] is no_update


def test_a_newly_switched_on_layer_leads(screen: WallScreen) -> None:
    options, lead = screen.tabs(["density"], [], "density")
    assert lead == "density"
    _, lead = screen.tabs(["density", "coverage"], options, "density")
    assert lead == "coverage"
    _, lead = screen.tabs(["density"], [{"value": "coverage"}, {"value": "density"}], "coverage")
    assert lead == "density"


def test_stamps_and_source_are_on_the_wall(screen: WallScreen, fake: FakeWall) -> None:
    title, stamps, source = screen.heading(SHOWN, {})
    assert "枫溪市" in said(title)
    assert "演示数据" in said(stamps)
    assert "内部资料" in said(stamps)
    assert "2026-11-20 09:05" in said(stamps)
    assert "审图号" in source
    fake.areas_known = False
    assert "演示数据" not in said(screen.heading(SHOWN, {})[1])


@pytest.mark.parametrize(
    ("value", "n", "hidden"), [(95.0, 20, True), (5.0, 20, True), (50.0, 20, False), (100.0, 20, False)]
)
def test_a_percentage_below_towns_tells_no_small_count(value: float, n: int, hidden: bool) -> None:
    measure = Measure("repeat_rate", MeasureUnit.PERCENT, value, n, TODAY, TODAY)
    assert (f"{value:.1f}" in said(figure(measure, Language.ZH, level=Level.VILLAGE))) is not hidden
    assert f"{value:.1f}" in said(figure(measure, Language.ZH, level=Level.TOWN))


def test_nothing_about_accusations_or_persons_can_be_asked() -> None:
    fields = set(WallState.__dataclass_fields__)
    assert fields == {
        "layers", "view", "period", "group", "level", "basis", "quarter", "focus", "card",
        "month", "play", "spot",
    }  # fmt: skip
