"""The leader's pages over fakes: every number is the wall's, and every state an address."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlparse

import pytest
from dash import dcc, html, no_update
from hypothesis import given, settings
from hypothesis import strategies as st
from plotly.utils import PlotlyJSONEncoder

from callbacks.brief.asked import PAGE_PATH, Asked, BriefScene, Subject, read_address
from callbacks.brief.ids import BriefId
from callbacks.brief.maps import BriefMaps
from callbacks.brief.page import page
from callbacks.brief.readings import Readings
from callbacks.brief.shown import MOST_FIGURES, PLACES, Shown, show
from callbacks.wall.cards import area_body, leader_body, read_area
from callbacks.wall.lists import coverage_list, listing_list, ranking_list
from callbacks.wall.marks import figure
from callbacks.wall.state import COUNT_LEVELS, ask, counted_level
from callbacks.wall.told import source_words
from grid.areas import Level
from grid.clocks.counts import ClockQuestion
from grid.listings import Quarter
from grid.measures import SMALL_CELL
from grid.principals import Role
from grid.published import Window
from layers.charts import place_of
from layers.map_counts import Basis
from layers.numbers import grouped
from layers.spark import trend_picture
from layers.theme import LIGHT
from layers.words import Language, say
from tests.screens.access_city import come_as, guarded
from tests.screens.brief_city import BriefStore, tools_of
from tests.screens.components import walk
from tests.screens.service_city import SUMMARY
from tests.screens.wall_city import LEADERS, LEAK, TODAY, city_areas, listings, months

ZH = Language.ZH
MAPS = BriefMaps()
HUGE_REM = 10_000.0
STATES = st.builds(
    Asked,
    scene=st.sampled_from(BriefScene),
    period=st.sampled_from(Window),
    basis=st.sampled_from(Basis),
    level=st.one_of(st.none(), st.sampled_from(COUNT_LEVELS)),
    quarter=st.one_of(st.none(), st.sampled_from([Quarter(2026, 4), Quarter(2026, 2), Quarter(2019, 1)])),
    clock=st.sampled_from(ClockQuestion),
    card=st.one_of(
        st.none(),
        st.tuples(st.just(Subject.AREA), st.sampled_from([100, 190, 1005, 10007, 77])),
        st.tuples(st.just(Subject.LEADER), st.sampled_from([1, 8, 99])),
        st.tuples(st.just(Subject.UNIT), st.sampled_from([1, 2, 5, 99])),
    ),
    whole=st.booleans(),
    map=st.booleans(),
)


def _open(asked: Asked, store: BriefStore | None = None, language: Language = ZH) -> Any:
    return page(tools_of(store or BriefStore(), language), MAPS, asked)


def _of_class(shown: Any, name: str) -> list[Any]:
    return [one for one in walk(shown) if name in str(getattr(one, "className", "")).split()]


def _text(component: Any) -> str:
    if isinstance(component, list | tuple):
        return "".join(map(_text, component))
    if component is None or isinstance(component, str | int | float):
        return "" if component is None else str(component)
    return _text(getattr(component, "children", None))


def _links(shown: Any) -> list[str]:
    return [one.href for one in walk(shown) if isinstance(one, dcc.Link | html.A)]


_PARTS = {
    "brief": (("brief-figure-name",), ("brief-figure-value",)),
    "wall": (("wall-label",), ("wall-number", "wall-unit")),
}


def _figures(shown: Any, of: str) -> list[tuple[str, ...]]:
    """Name and value with unit of each figure, the leader's pages' (``brief``) or the wall's."""
    return [
        tuple("".join(_text(_of_class(one, name)) for name in part) for part in _PARTS[of])
        for one in _of_class(shown, f"{of}-figure")
    ]


def _rows(shown: Any) -> list[str]:
    return [_text(one) for one in _of_class(_of_class(shown, "brief-list"), "brief-row")]


# Addresses


@given(STATES)
def test_an_address_is_the_state_and_comes_back_as_it_was(asked: Asked) -> None:
    found = urlparse(asked.address())
    assert found.path == PAGE_PATH
    assert read_address(dict(parse_qsl(found.query))) == asked


JUNK = st.one_of(st.none(), st.integers(), st.text(max_size=24), st.lists(st.text(max_size=3)), st.booleans())
NAMES = ["scene", "period", "basis", "level", "quarter", "clock", "area", "leader", "unit", "all", "map", "x"]


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.sampled_from(NAMES), JUNK))
def test_whatever_an_address_says_is_a_page(query: dict[str, object]) -> None:
    shown = _open(read_address(query))
    assert _of_class(shown, "brief-list")
    assert not _of_class(shown, "message-alert")


@pytest.mark.parametrize(
    "value", ["0", "-1", "+1", " 7", "１", "9" * 19, "9" * 40, "1.0", "", "a", None, 7, ["7"]]
)
def test_a_card_is_asked_for_by_an_id_and_nothing_else(value: object) -> None:
    assert read_address({"area": value}).card is None


def test_of_two_cards_the_first_is_open() -> None:
    both = read_address({"leader": "3", "unit": "4"})
    assert both.card == (Subject.LEADER, 3)


# A click changes parts of the page


CLICKS: list[dict[str, Any]] = [
    *({"scene": one} for one in BriefScene),
    *({"period": one} for one in Window),
    *({"basis": one} for one in Basis),
    *({"level": one} for one in COUNT_LEVELS),
    *({"clock": one} for one in ClockQuestion),
    *({"quarter": one} for one in (Quarter(2026, 4), Quarter(2026, 2), Quarter(2019, 1))),
    *({"card": (subject, 1)} for subject in Subject),
    {"whole": True},
    {"map": False},
]


@pytest.mark.parametrize("scene", list(BriefScene))
def test_each_click_brings_the_parts_that_make_the_page_asked_for(scene: BriefScene) -> None:
    first = Asked(scene=scene, map=True)
    for click in CLICKS:
        _assert_changes(first, replace(first, **click))


@settings(max_examples=40, deadline=None)
@given(STATES, STATES)
def test_the_parts_brought_to_any_page_make_the_page_asked_for(first: Asked, second: Asked) -> None:
    _assert_changes(first, second)


def _assert_changes(first: Asked, second: Asked) -> None:
    store = BriefStore()
    changed, made = (_components(_open(one, store)) for one in (first, second))
    _bring(changed, _changed(store, second, changed[BriefId.DRAWN].data))
    for component, attribute in PLACES:
        if component != BriefId.PICTURE:
            ours, theirs = (getattr(one[component], attribute, None) for one in (changed, made))
            assert _said(ours) == _said(theirs), (component, first, second)


def test_a_card_beside_a_map_draws_no_other_and_another_scene_draws_into_it() -> None:
    store = BriefStore()
    drawn = _components(_open(Asked(map=True), store))[BriefId.DRAWN].data
    beside = _changed(store, Asked(map=True, card=(Subject.AREA, 100), whole=True), drawn)
    assert [beside.map_place, beside.legend, beside.picture] == [no_update] * 3
    other = _changed(store, Asked(scene=BriefScene.COVERAGE, map=True), drawn)
    assert other.map_place is no_update
    assert other.picture["data"]
    store.city.publication_number += 1
    newer = _changed(store, Asked(map=True), drawn)
    assert newer.picture["data"], "what is published since is drawn anew"


def test_after_a_refusal_everything_is_there_again() -> None:
    store = BriefStore()
    asked = Asked(map=True, card=(Subject.AREA, 100))
    page_of = _components(_open(asked, store))
    store.turn_down()
    _bring(page_of, _changed(store, asked, page_of[BriefId.DRAWN].data))
    assert _of_class(page_of[BriefId.ROOT], "message-alert")
    assert not _of_class(page_of[BriefId.ROOT], "brief-map-box"), "nothing is left that might be of before"
    store.city.down, store.listed.refusal, store.network.refusal = False, None, None
    _bring(page_of, _changed(store, asked, page_of[BriefId.DRAWN].data))
    assert not _of_class(page_of[BriefId.ROOT], "message-alert")
    assert _of_class(page_of[BriefId.ROOT], "brief-map-box")


def _changed(store: BriefStore, asked: Asked, drawn: object) -> Shown:
    tools = tools_of(store, ZH)
    return show(tools, MAPS, Readings(tools, asked), drawn)


def _components(shown: Any) -> dict[str, Any]:
    return {one.id: one for one in walk(shown) if getattr(one, "id", None)}


def _bring(components: dict[str, Any], parts: Shown) -> None:
    """Change components as a browser does, the next picture of an open map among them."""
    for (component, attribute), value in zip(PLACES, parts, strict=True):
        if value is no_update:
            continue
        setattr(components[component], attribute, value)
        if component == BriefId.PICTURE and value is not None:
            components[BriefId.MAP].figure = value
        if component == BriefId.MAP_PLACE:
            components |= _components(value)


def _said(component: Any) -> str:
    return json.dumps(component, cls=PlotlyJSONEncoder, ensure_ascii=False, sort_keys=True)


# The same numbers as the wall


@settings(max_examples=80, deadline=None)
@given(STATES)
def test_every_number_is_what_the_wall_says_to_the_same_question(asked: Asked) -> None:
    store = BriefStore()
    shown, reads, state = _open(asked, store), store.city, asked.wall
    city, question = reads.city(), ask(asked.wall)
    if asked.scene is not BriefScene.SERVICE:
        told = [figure(one, ZH) for one in reads.figures(question)[:MOST_FIGURES]]
        cards = _of_class(_of_class(shown, "brief-card"), "brief-figures")
        own = [one for one in _of_class(shown, "brief-figures") if one not in cards]
        assert sorted(_figures(own, "brief")) == sorted(_figures(told, "wall"))
        assert len(_figures(own, "brief")) <= MOST_FIGURES
    if asked.scene is BriefScene.HOTSPOTS:
        wall = ranking_list(
            reads.counts(counted_level(state, city), question), asked.basis, HUGE_REM, ZH, cards=True
        )
        pairs = [
            (_text(_of_class(one, "wall-name")), _text(_of_class(one, "wall-count")[0].children[0]))
            for one in _of_class(wall, "wall-row")
        ]
    elif asked.scene is BriefScene.LISTING:
        quarter = state.quarter if state.quarter in reads.quarters() else reads.quarters()[0]
        wall = listing_list(listings(quarter), quarter, TODAY, HUGE_REM, ZH, cards=True)
        pairs = [
            (_text(_of_class(one, "wall-listing")[0].children[0].children[0]),
             _text(_of_class(one, "wall-listing")[0].children[1]))
            for one in _of_class(wall, "wall-row")
        ]  # fmt: skip
    elif asked.scene is BriefScene.COVERAGE:
        wall = coverage_list(reads.coverage(TODAY), HUGE_REM, ZH, cards=True)
        pairs = [
            (_text(_of_class(one, "wall-listing")[0].children[1]), _text(_of_class(one, "wall-count")))
            for one in _of_class(wall, "wall-row")
        ]
        assert _text(_of_class(wall, "wall-total")) in _text(_of_class(shown, "brief-list"))
    else:
        return
    rows = _rows(shown)
    assert bool(rows) == bool(pairs), "where the wall ranks nothing, nothing is ranked"
    assert asked.whole is False or len(rows) >= len(pairs)
    for (name, value), row in zip(pairs, rows, strict=False):
        assert name in row
        assert value in row


@pytest.mark.parametrize("clock", list(ClockQuestion))
@pytest.mark.parametrize("level", [Level.COUNTY, Level.TOWN])
def test_clocks_are_those_of_the_map_of_units(clock: ClockQuestion, level: Level) -> None:
    store = BriefStore()
    shown = _open(Asked(scene=BriefScene.CLOCKS, clock=clock, level=level, whole=True), store)
    told = store.listed.clock_map(level)
    wanted = [(one.subject.name, clock.of(one.clocks)) for one in (*told.areas, *told.units)]
    rows = _rows(shown)
    assert len(rows) == sum(count > 0 for _, count in wanted)
    for name, count in wanted:
        if count:
            assert any(name in row and f"{count}件" in row for row in rows)


def test_service_numbers_are_those_of_the_network() -> None:
    shown = _open(Asked(scene=BriefScene.SERVICE))
    values = [_text(one) for one in _of_class(shown, "service-value")]
    for number in (
        SUMMARY.stations,
        SUMMARY.points,
        SUMMARY.agents,
        SUMMARY.villages_without_point,
        SUMMARY.handled,
    ):
        assert any(value.startswith(grouped(number)) for value in values)
    assert len(values) <= MOST_FIGURES
    assert len(_rows(shown)) == 2


@pytest.mark.parametrize("area_id", [100, 1005, 10007, 190])
def test_an_areas_card_tells_the_walls_numbers(area_id: int) -> None:
    store = BriefStore()
    asked = Asked(period=Window.M12, card=(Subject.AREA, area_id))
    card = _of_class(_open(asked, store), "brief-card")[0]
    answer, trend = read_area(store.city, store.cards(None), area_id, asked.wall)
    wall = area_body(answer, trend, 1.0, ZH)
    assert _figures(card, "brief") == _figures(wall, "wall")
    counts = [_text(_of_class(one, "wall-count")) for one in _of_class(wall, "wall-category")]
    told = [_text(row) for row in _of_class(card, "brief-measured")]
    assert len(told) >= len(counts) > 0
    assert all(count in row for count, row in zip(counts, told, strict=False))


def test_a_leaders_card_tells_the_walls_numbers_and_leads_to_the_areas() -> None:
    store = BriefStore()
    card = _of_class(_open(Asked(scene=BriefScene.COVERAGE, card=(Subject.LEADER, 3)), store), "brief-card")[
        0
    ]
    wall = leader_body(store.cards(None).leader_card(3, TODAY), ZH)
    assert _figures(card, "brief") == _figures(wall, "wall")
    assert LEADERS[2].name in _text(card)
    assert any(read_address(_query(link)).card == (Subject.AREA, 102) for link in _links(card))


def _query(link: str) -> dict[str, str]:
    return dict(parse_qsl(urlparse(link).query))


# Small cells


def test_below_towns_nothing_small_is_told() -> None:
    few = say("wall.few", ZH, k=SMALL_CELL)
    card = _of_class(_open(Asked(level=Level.VILLAGE, card=(Subject.AREA, 10007))), "brief-card")[0]
    numbers = [_text(one) for one in _of_class(card, "brief-figure-value")]
    assert few in "".join(numbers)
    assert not _of_class(card, "brief-trend"), "months of few matters are not drawn"
    assert all(
        "--share" in row.style and row.style["--share"] == "0.0%" for row in _of_class(card, "brief-measured")
    )


@pytest.mark.parametrize("period", list(Window))
@pytest.mark.parametrize("basis", list(Basis))
def test_a_hidden_count_is_nowhere_on_list_or_map(period: Window, basis: Basis) -> None:
    shown = _open(Asked(period=period, basis=basis, level=Level.VILLAGE, whole=True, map=True))
    said = json.dumps(shown.to_plotly_json(), cls=PlotlyJSONEncoder, ensure_ascii=False)
    assert str(LEAK) not in said


# Drilling down


def test_a_listed_unit_leads_to_its_page_and_to_who_answers() -> None:
    store = BriefStore()
    shown = _open(Asked(scene=BriefScene.LISTING), store)
    rows = [one for one in _of_class(shown, "brief-row") if isinstance(one, dcc.Link)]
    first = read_address(_query(rows[0].href))
    assert first.card == (Subject.UNIT, 1)
    card = _of_class(_open(first, store), "brief-card")[0]
    code = next(area.code for area in city_areas(Level.COUNTY) if area.id == 101)
    assert f"/units/{code}" in _links(card)
    assert "云溪县" in _text(card)
    assert LEADERS[0].label in _text(card), "who the plan in force says answers"
    assert any(read_address(_query(link)).card == (Subject.LEADER, 1) for link in _links(card))
    assert "2026Q3" in _text(card), "the quarters before are told"


def test_a_department_has_a_page_and_no_area() -> None:
    card = _of_class(_open(Asked(scene=BriefScene.LISTING, card=(Subject.UNIT, 2))), "brief-card")[0]
    assert "/units/d2" in _links(card)
    assert not any(read_address(_query(link)).card == (Subject.AREA, 2) for link in _links(card))


@pytest.mark.parametrize(
    ("subject", "number"), [(Subject.AREA, 77), (Subject.LEADER, 99), (Subject.UNIT, 99)]
)
def test_an_unknown_card_is_said_and_leads_back(subject: Subject, number: int) -> None:
    shown = _open(Asked(card=(subject, number), map=True))
    card = _of_class(shown, "brief-card")[0]
    back = read_address(_query(_of_class(card, "brief-back")[0].href))
    assert back == Asked(map=True)
    assert _of_class(card, "brief-empty")
    assert _rows(shown), "the list stays"


@settings(max_examples=40, deadline=None)
@given(STATES)
def test_every_link_of_ours_is_an_address_that_opens(asked: Asked) -> None:
    store = BriefStore()
    for link in set(_links(_open(asked, store))):
        if urlparse(link).path == PAGE_PATH:
            assert read_address(_query(link)).address() == link


def test_a_long_list_is_cut_until_all_is_asked_for() -> None:
    short = _open(Asked())
    whole = _open(Asked(whole=True))
    assert len(_rows(short)) < len(_rows(whole))
    ways = [read_address(_query(link)) for link in _links(_of_class(short, "brief-list"))]
    assert Asked(whole=True) in ways


# The map


@pytest.mark.parametrize("scene", list(BriefScene))
def test_no_map_is_sent_before_it_is_asked_for(scene: BriefScene) -> None:
    shown = _open(Asked(scene=scene))
    assert not [one for one in walk(shown) if isinstance(one, dcc.Graph)]
    opener = _of_class(shown, "brief-map-open")[0]
    opened = _open(read_address(_query(opener.href)))
    graphs = [one for one in walk(opened) if isinstance(one, dcc.Graph)]
    assert len(graphs) == 1
    traces = {trace["type"] for trace in graphs[0].figure["data"]}
    assert traces <= {"choroplethmap", "scattermap"}
    assert "审图号" in _text(_of_class(opened, "brief-map")), "a map carries its review number"
    assert _of_class(opened, "wall-legend"), "and says what its colours mean"


@pytest.mark.parametrize("scene", [BriefScene.HOTSPOTS, BriefScene.LISTING, BriefScene.COVERAGE])
def test_every_area_of_the_map_can_be_picked(scene: BriefScene) -> None:
    shown = _open(Asked(scene=scene, map=True))
    figure = next(one for one in walk(shown) if isinstance(one, dcc.Graph)).figure
    picked = [trace["customdata"] for trace in figure["data"] if trace.get("customdata")]
    level = Level.TOWN if scene is BriefScene.HOTSPOTS else Level.COUNTY
    assert [sorted(one) for one in picked] == [sorted(str(area.id) for area in city_areas(level))]


# What is said where there is nothing


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("scene", list(BriefScene))
def test_an_empty_city_says_so_in_each_scene(scene: BriefScene, language: Language) -> None:
    store = BriefStore()
    store.city.published = store.city.plan_known = store.city.listings_known = store.city.areas_known = False
    store.network.empty = True
    store.listed.none_listed = True
    shown = _open(Asked(scene=scene, map=True), store, language)
    if scene is not BriefScene.CLOCKS:
        assert _of_class(_of_class(shown, "brief-list"), "brief-empty")
    assert say("brief.empty.areas", language) in _text(_of_class(shown, "brief-middle"))
    assert not _of_class(shown, "message-alert")


def test_too_few_is_said_as_such() -> None:
    store = BriefStore()
    store.city.matters_known = False
    shown = _open(Asked(), store)
    assert say("wall.empty.ranking", ZH, level=say("level.town", ZH)) in _text(_of_class(shown, "brief-list"))
    few = [
        one
        for one in _of_class(_open(Asked()), "brief-figure")
        if "—" in _text(_of_class(one, "brief-figure-value"))
    ]
    assert few
    assert all(say("wall.too_few", ZH) in _text(one) for one in few)


@pytest.mark.parametrize("scene", list(BriefScene))
def test_a_database_that_is_down_is_said_with_a_way_to_ask_again(scene: BriefScene) -> None:
    store = BriefStore()
    store.turn_down()
    asked = Asked(scene=scene, card=(Subject.AREA, 100))
    shown = _open(asked, store)
    assert _of_class(shown, "message-alert")
    assert asked.address() in _links(shown)
    assert _of_class(shown, "brief-tabs"), "the scenes stay within reach"


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("scene", list(BriefScene))
def test_every_figure_has_its_definition_and_the_foot_its_slots(
    scene: BriefScene, language: Language
) -> None:
    shown = _open(Asked(scene=scene, card=(Subject.AREA, 100)), language=language)
    for one in (*_of_class(shown, "brief-figure"), *_of_class(shown, "service-figure")):
        assert len(_text(_of_class(one, "definition-text"))) > 10
    foot = _text(_of_class(shown, "brief-foot"))
    assert say("desk.stamp.internal", language) in foot
    assert source_words(BriefStore().city.city(), language) in foot


# Who may open it


@pytest.mark.parametrize("role", list(Role))
def test_the_pages_are_for_those_who_see_the_whole_city(role: Role) -> None:
    app, store = guarded()
    answer = come_as(app.server.test_client(), role).get(PAGE_PATH)
    allowed = role in {Role.LEADER, Role.BUREAU, Role.APPROVER}
    assert answer.status_code == (200 if allowed else 404)
    assert {asker.role for _, asker in store.askers} <= {role}


# The picture of a trend


def test_a_trend_is_drawn_to_scale_and_marks_breaks_and_the_unfinished_month() -> None:
    told = months(Window.M24.since(TODAY), TODAY)
    period = (Window.M3.since(TODAY), TODAY)
    day = told[12].month
    svg = trend_picture(told, LIGHT, highlight=period, breaks=(day,))
    heights = [float(one) for one in re.findall(r"height%3D%22([\d.]+)%22", svg)]
    assert len(heights) == len(told)
    top = max(one.count for one in told)
    assert heights == pytest.approx([78 * one.count / top for one in told], abs=0.1)
    assert svg.count(f"fill%3D%22%23{LIGHT.accent[1:]}") == 2, "two full months of the period"
    assert svg.count("stroke-dasharray") == 1
    assert place_of(day, told) == 11.5
    assert "%3Ctext" not in svg
    assert trend_picture((), LIGHT).startswith("data:image/svg+xml,")
