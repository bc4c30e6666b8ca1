"""The wall answers anything a browser may send, hides what must be hidden, and never goes blank."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import dash
import pytest
from dash import no_update
from dash._utils import to_json
from hypothesis import given
from hypothesis import strategies as st

from callbacks.density import DensityPictures, density_url, read_name
from callbacks.shell import make_shell
from callbacks.tools import Tools
from callbacks.wall.ids import WallId
from callbacks.wall.layout import frame
from callbacks.wall.marks import figure
from callbacks.wall.screen import WallScreen, read_viewport
from callbacks.wall.state import Layer, Period, WallState, ask, ask_trend, read_card, read_state, write_query
from callbacks.wall.wiring import clicked_card
from grid.areas import Level
from grid.listings import Quarter
from grid.matters import Category, Channel
from grid.measures import Measure, MeasureUnit
from grid.questions import MatterQuestion
from layers.map_counts import Basis
from layers.words import Language
from tests.screens.wall_city import FUNCTIONAL_ID, TODAY, FakeWall

SIZE = {"width": 1920, "height": 1080}
SHOWN = {"number": 7, "at": "2026-11-20 09:05", "day": "2026-11-20"}
ALL_ON = {"layers": ["density", "listing", "coverage", "counts"]}
JUNK = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=30)
    | st.lists(st.text(max_size=9), max_size=4)
)


@pytest.fixture
def fake() -> FakeWall:
    return FakeWall()


@pytest.fixture
def screen(fake: FakeWall) -> WallScreen:
    tools = Tools(store=fake)  # type: ignore[arg-type]
    return WallScreen(tools, DensityPictures(tools))


@pytest.fixture
def app(fake: FakeWall) -> Iterator[dash.Dash]:
    dash.page_registry.clear()
    yield make_shell(Tools(store=fake))  # type: ignore[arg-type]
    dash.page_registry.clear()


def said(answer: object) -> str:
    """Everything that an answer would show, as the JSON that goes to the browser."""
    return json.dumps(json.loads(to_json(answer)), ensure_ascii=False)


def test_every_wired_id_is_laid_out(app: dash.Dash) -> None:
    page = frame(WallState(), Language.ZH)
    laid = {
        component.id
        for component in [page, *page._traverse()]
        if isinstance(getattr(component, "id", None), str)
    }
    wired = set()
    for callback in app._callback_list:
        parts = [*callback["inputs"], *callback["state"]]
        parts += [{"id": output.split(".")[0]} for output in callback["output"].strip(".").split("...")]
        wired |= {part["id"] for part in parts}
    wall = {one for one in wired if one.startswith("wall-")}
    assert wall
    assert wall <= laid
    assert set(WallId) <= laid, "an id without a component"


@given(
    st.dictionaries(
        st.sampled_from(
            ["layers", "period", "category", "channel", "level", "basis", "quarter", "focus", "card"]
        ),
        JUNK,
    )
)
def test_a_state_is_read_from_anything(raw: dict[str, object]) -> None:
    state = read_state(raw)
    assert state.level in {Level.TOWN, Level.VILLAGE}
    assert state.scene in set(Layer)
    ask(state, TODAY)


@given(
    st.builds(
        WallState,
        layers=st.lists(st.sampled_from(Layer), unique=True, min_size=1).map(
            lambda some: tuple(one for one in Layer if one in some)
        ),
        period=st.sampled_from(Period),
        category=st.none() | st.sampled_from(Category),
        channel=st.none() | st.sampled_from(Channel),
        level=st.sampled_from([Level.TOWN, Level.VILLAGE]),
        basis=st.sampled_from(Basis),
        quarter=st.none() | st.builds(Quarter, st.integers(2000, 2100), st.integers(1, 4)),
        focus=st.none() | st.sampled_from(Layer),
        card=st.none() | st.integers(1, 10**12).map(lambda number: read_card(f"area-{number}")),
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
    "click",
    [None, {}, {"points": []}, {"points": [{}]}, {"points": [{"location": "1 or 1"}]}, {"points": "x"}, 3],
)
def test_an_odd_click_opens_nothing(click: object) -> None:
    assert clicked_card(click) is None


def test_a_click_on_an_area_opens_its_card() -> None:
    assert clicked_card({"points": [{"location": "104"}]}) == "area-104"


@pytest.mark.parametrize(
    ("period", "since"),
    [
        (Period.D30, date(2026, 10, 22)),
        (Period.D90, date(2026, 8, 23)),
        (Period.M12, date(2025, 11, 21)),
        (Period.M24, date(2024, 12, 1)),
    ],
)
def test_periods_end_today_and_hold_the_days_they_say(period: Period, since: date) -> None:
    question = ask(WallState(period=period), TODAY)
    assert (question.since, question.until) == (since, TODAY)


@given(st.dates(date(2003, 1, 1), date(2100, 12, 31)))
def test_the_trend_has_24_months_on_any_day(today: date) -> None:
    since = ask_trend(WallState(), today).since
    assert (today.year - since.year) * 12 + today.month - since.month == 23


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
    assert fake.asked == ["wall", "version"]
    fake.version_number += 1
    assert screen.tick(version)[0]["number"] == version["number"] + 1


def test_a_lost_database_keeps_and_dates_the_picture(screen: WallScreen, fake: FakeWall) -> None:
    fake.down = True
    version, banner, hidden = screen.tick(SHOWN)
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
    values = {WallId.VERSION: SHOWN, WallId.VIEWPORT: SIZE, WallId.LAYERS: ["density"]}
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


def test_a_functional_area_is_picked_before_the_counties_under_it(screen: WallScreen) -> None:
    figure, *_ = screen.picture(SIZE, {"layers": ["coverage"]}, None, shown=SHOWN)
    hit = next(trace for trace in figure["data"] if trace["uid"] == "slot-hit")
    assert hit["locations"][0] == str(FUNCTIONAL_ID)


def test_figures_are_at_most_seven_and_each_has_unit_n_and_definition(screen: WallScreen) -> None:
    figures, trend = screen.figures(SIZE, {})
    assert len(figures) == 7
    for one in figures:
        text = said(one)
        assert "n=" in text
        assert "wall-definition" in text
    assert len(trend["data"][0]["x"]) == 24
    assert "n 过小" in said(figures[6]), "a rate of twelve is not told"


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


def test_density_pictures_have_an_address_that_is_read_back() -> None:
    question = MatterQuestion(date(2026, 8, 1), TODAY, Category.LAND, Channel.VISIT)
    url = density_url(7, question, 2000)
    assert read_name(url.removeprefix("/density/7/").removesuffix(".png")) == (question, 2000)


def test_density_pictures_are_kept_only_for_the_current_version(app: dash.Dash, fake: FakeWall) -> None:
    client = app.server.test_client()
    name = "2026-08-23_2026-11-20_all_all_3000.png"
    fresh = client.get(f"/density/7/{name}")
    assert fresh.status_code == 200
    assert fresh.data.startswith(b"\x89PNG")
    assert "immutable" in fresh.headers["Cache-Control"]
    fake.asked.clear()
    assert client.get(f"/density/7/{name}").data == fresh.data
    assert "points" not in fake.asked
    assert client.get(f"/density/6/{name}").headers["Cache-Control"] == "no-store"
    fake.version_number = 8
    client.get(f"/density/8/{name}")
    assert "points" in fake.asked


@pytest.mark.parametrize(
    "name",
    [
        "x",
        "a_b_c_d_e",
        "2026-08-23_2026-11-20_all_all_7",
        "2026-11-20_2026-08-23_all_all_2000",
        "2026-08-23_2026-11-20_all_all_2000_1",
        "2026-08-23_2026-11-20_bogus_all_2000",
        "0001-01-01_9999-12-31_all_all_2000",
    ],
)
def test_odd_density_addresses_are_not_found(app: dash.Dash, name: str) -> None:
    assert app.server.test_client().get(f"/density/7/{name}.png").status_code in {404}


@pytest.mark.parametrize(
    "name",
    [
        "2026-08-23_2026-11-19_all_all_3000",
        "2026-08-24_2026-11-20_all_all_3000",
        "2026-11-20_2026-11-20_all_all_3000",
        "2026-08-23_2026-11-20_all_all_2000",
        "2026-08-23_2026-11-20_land_visit_250",
    ],
)
def test_pictures_that_the_wall_does_not_ask_for_are_not_drawn(
    app: dash.Dash, fake: FakeWall, name: str
) -> None:
    """The difference of two pictures of any choice would show a single matter."""
    fake.asked.clear()
    assert app.server.test_client().get(f"/density/7/{name}.png").status_code == 404
    assert "points" not in fake.asked


@pytest.mark.parametrize(
    ("value", "n", "hidden"), [(95.0, 20, True), (5.0, 20, True), (50.0, 20, False), (100.0, 20, False)]
)
def test_a_percentage_below_towns_tells_no_small_count(value: float, n: int, hidden: bool) -> None:
    measure = Measure("repeat_rate", MeasureUnit.PERCENT, value, n, TODAY, TODAY)
    assert (f"{value:.1f}" in said(figure(measure, Language.ZH, level=Level.VILLAGE))) is not hidden
    assert f"{value:.1f}" in said(figure(measure, Language.ZH, level=Level.TOWN))


def test_a_lost_database_is_503_for_pictures(app: dash.Dash, fake: FakeWall) -> None:
    fake.down = True
    name = "2026-08-23_2026-11-20_all_all_3000"
    assert app.server.test_client().get(f"/density/7/{name}.png").status_code == 503


def test_nothing_about_accusations_or_persons_can_be_asked() -> None:
    fields = set(WallState.__dataclass_fields__)
    assert fields == {"layers", "period", "category", "channel", "level", "basis", "quarter", "focus", "card"}
