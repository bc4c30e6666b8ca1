"""The maps of units over a fake: the address is the state, names are text, nothing untold is shown."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlparse

import plotly
import pytest
from dash import dcc, html
from hypothesis import given
from hypothesis import strategies as st

from callbacks.matters.asked import read_address as read_register
from callbacks.tools import Tools
from callbacks.units_map import MapAsked, View, map_page, read_map_address
from callbacks.units_map.register_links import register_address
from grid.areas import Level
from grid.clocks.counts import ClockQuestion
from grid.listings import ListingState, Quarter
from grid.principals import Role
from grid.refusals import Refused
from grid.register import SortColumn
from grid.unit_maps import MAP_LEVELS, ClockMap, ListingMap
from layers.words import Language, say
from tests.screens.access_city import someone
from tests.screens.components import walk
from tests.screens.unit_maps_city import LEADERS, NASTY, QUARTERS, STATES, FakeUnitMaps
from tests.screens.wall_city import city_areas

ZH = Language.ZH


class _Store:
    def __init__(self, desk: FakeUnitMaps) -> None:
        self.desk = desk

    def units(self, principal: object) -> FakeUnitMaps:
        return self.desk


def _open(desk: FakeUnitMaps, role: Role = Role.LEADER, language: Language = ZH, **query: object) -> Any:
    tools = Tools(store=_Store(desk), principal=lambda: someone(role), language=language)  # type: ignore[arg-type]
    return map_page(tools, read_map_address(query))


def _text(component: Any) -> str:
    if isinstance(component, str | int):
        return str(component)
    if isinstance(component, list | tuple):
        return "".join(_text(one) for one in component)
    return _text(getattr(component, "children", None) or "") if component is not None else ""


def _of_class(shown: Any, name: str) -> list[Any]:
    return [one for one in walk(shown) if name in str(getattr(one, "className", "")).split()]


def _links(shown: Any) -> list[str]:
    return [one.href for one in walk(shown) if isinstance(one, dcc.Link | html.A)]


def _query(address: str) -> dict[str, str]:
    return dict(parse_qsl(urlparse(address).query))


def _sent(shown: Any) -> str:
    return json.dumps(shown, cls=plotly.utils.PlotlyJSONEncoder, ensure_ascii=False)


# Addresses


STATE = st.builds(
    MapAsked,
    view=st.sampled_from([View.LISTING, View.CLOCKS]),
    quarter=st.none() | st.sampled_from(QUARTERS),
    level=st.none() | st.sampled_from(MAP_LEVELS),
)


@given(STATE, st.sampled_from(ClockQuestion))
def test_an_address_is_the_state_and_comes_back_as_it_was(asked: MapAsked, clock: ClockQuestion) -> None:
    whole = MapAsked(
        asked.view, asked.quarter, asked.level, clock if asked.view is View.CLOCKS else asked.clock
    )
    assert read_map_address(_query(whole.address())) == whole


JUNK = st.one_of(
    st.none(), st.integers(), st.text(max_size=30), st.lists(st.text(max_size=3)), st.booleans(), st.floats(),
    st.sampled_from(["listing", "clocks", "grid", "village", "2026Q9", "0000Q1", "9999Q4", "二〇二六"]),
    st.just("x" * 999),
)  # fmt: skip


@given(st.dictionaries(st.sampled_from(["view", "quarter", "level", "clock", "x"]), JUNK))
def test_whatever_an_address_says_is_a_page_of_what_there_is(query: dict[str, object]) -> None:
    desk = FakeUnitMaps()
    assert _open(desk, **query) is not None
    assert all(isinstance(one, Quarter | Level | None) for one in desk.map_asked)
    assert set(desk.map_asked) & set(Level) <= set(MAP_LEVELS), "finer areas would show small counts"


# Listings


def test_every_unit_in_a_state_stands_beside_the_map_with_its_words_rank_and_leader() -> None:
    shown = _open(FakeUnitMaps(), view="listing", level="county")
    sections = _of_class(shown, "units-map-list")
    rows = {
        row.to_plotly_json()["props"]["data-area"]: row for row in _of_class(sections[0], "units-map-row")
    }
    names = {area.id: area.name for area in city_areas(Level.COUNTY)}
    for area, state in STATES.items():
        if area in names:
            said = _text(rows[str(area)])
            assert names[area] in said
            assert say(f"listing_state.{state}", ZH) in said
            assert "负责领导：" in said
    assert set(rows) == {str(area) for area in names}


def test_departments_stand_beside_the_map_and_on_no_part_of_it() -> None:
    shown = _open(FakeUnitMaps(), view="listing", level="county")
    departments = _of_class(shown, "units-map-list")[1]
    assert "没有辖区" in _text(departments)
    assert NASTY in _text(departments)
    rows = [row.to_plotly_json()["props"] for row in _of_class(departments, "units-map-row")]
    assert len(rows) == 2
    assert not any("data-area" in row for row in rows)


def test_the_legend_says_all_five_states_also_those_that_nobody_is_in() -> None:
    for shown in (
        _open(FakeUnitMaps(), view="listing"),
        _open(FakeUnitMaps(none_listed=True), view="listing"),
    ):
        legend = _text(_of_class(shown, "units-map-legend"))
        assert all(say(f"listing_state.{state}", ZH) in legend for state in ListingState)


@pytest.mark.parametrize(
    ("asked", "previous", "following"),
    [
        (QUARTERS[0], None, QUARTERS[1]),
        (QUARTERS[2], QUARTERS[1], QUARTERS[3]),
        (QUARTERS[-1], QUARTERS[-2], None),
    ],
)
def test_one_goes_to_the_quarter_before_and_after_and_no_further(asked, previous, following) -> None:
    shown = _open(FakeUnitMaps(), view="listing", quarter=str(asked), level="town")
    for name, wanted in (("units-map-previous", previous), ("units-map-next", following)):
        (step,) = _of_class(shown, name)
        if wanted is None:
            assert isinstance(step, html.Span)
        else:
            assert _query(step.href) == {"view": "listing", "quarter": str(wanted), "level": "town"}


def test_listed_units_of_the_other_level_are_not_lost() -> None:
    shown = _open(FakeUnitMaps(), view="listing", level="county")
    (way,) = _of_class(shown, "units-map-elsewhere")
    assert "1 个" in _text(way)
    assert _query(_links(way)[0])["level"] == "town"


@pytest.mark.parametrize(("frozen", "said"), [(True, "第 2 版"), (False, "尚未冻结")])
def test_it_is_said_whether_ranks_are_frozen(frozen: bool, said: str) -> None:
    assert said in _text(_open(FakeUnitMaps(frozen=frozen), view="listing"))


def test_listings_are_shown_while_there_are_no_ranks_yet() -> None:
    class Early(FakeUnitMaps):
        def listing_map(self, quarter: Quarter | None) -> ListingMap:
            return replace(super().listing_map(quarter), scheme="", revision=None)

    said = _text(_open(Early(), view="listing"))
    assert "暂时没有名次" in said
    assert "尚未冻结" not in said


def test_before_the_first_quarter_it_is_said_that_there_is_none() -> None:
    shown = _open(FakeUnitMaps(none_listed=True), view="listing")
    assert "还没有任何季度" in _text(shown)


# Clocks


@pytest.mark.parametrize("question", ClockQuestion)
@pytest.mark.parametrize("level", MAP_LEVELS)
def test_areas_stand_by_what_is_asked_with_value_and_n(level: Level, question: ClockQuestion) -> None:
    desk = FakeUnitMaps()
    shown = _open(desk, view="clocks", level=level.value, clock=question.value)
    assert desk.map_asked == [level]
    first = _of_class(shown, "units-map-list")[0]
    told = desk.clock_map(level).areas
    most = max(question.of(one.clocks) for one in told)
    rows = _of_class(first, "units-map-row")
    assert len(rows) == sum(question.of(one.clocks) > 0 for one in told)
    assert f"{most} 件 / n=" in _text(rows[0])
    assert LEADERS[0] in _text(rows[0])


def test_a_provisional_due_day_is_marked_where_it_stands_and_said_once_for_all() -> None:
    shown = _open(FakeUnitMaps(), view="clocks")
    badges = _of_class(shown, "units-map-provisional")
    told = FakeUnitMaps().clock_map(Level.COUNTY)
    late = [one for one in told.areas if one.clocks.overdue and one.clocks.provisional]
    assert len(badges) == 2 * len(late) + 1
    assert "只按周末推算" in _text(shown)


@pytest.mark.parametrize("role", [Role.LEADER, Role.APPROVER, Role.BUREAU, Role.TOWN, Role.UNIT])
def test_the_register_is_offered_to_those_alone_who_may_open_it(role: Role) -> None:
    links = _links(_of_class(_open(FakeUnitMaps(), role, view="clocks"), "units-map-row"))
    registers = [one for one in links if one.startswith("/matters")]
    assert bool(registers) is (role in {Role.BUREAU, Role.TOWN, Role.UNIT})
    assert any(one.startswith("/units/") for one in links)


@pytest.mark.parametrize("question", ClockQuestion)
def test_the_register_reads_what_the_map_points_at(question: ClockQuestion) -> None:
    asked = read_register(_query(register_address(101, question)))
    assert (asked.area, asked.due, asked.clock) == (101, question, None)
    assert (asked.sort, asked.descending) == (SortColumn.DUE, False)
    assert asked.question().area == 101
    assert _query(asked.address()) | {"dir": "asc"} == _query(register_address(101, question))


# Both


@pytest.mark.parametrize("view", ["listing", "clocks"])
def test_every_map_has_its_slots_and_its_day(view: str) -> None:
    caption = _text(_of_class(_open(FakeUnitMaps(), view=view), "units-map-caption"))
    assert all(word in caption for word in ("演示数据", "内部资料", "审图号", "数据来源", "2026-11-20"))


@pytest.mark.parametrize("view", ["listing", "clocks"])
def test_who_sees_a_part_is_told_so_and_is_told_of_no_leader(view: str) -> None:
    sent = _sent(_open(FakeUnitMaps(in_part=True), Role.TOWN, view=view))
    assert "您的账号" in sent
    assert LEADERS[0] not in sent
    assert "负责领导" not in sent


@pytest.mark.parametrize(("view", "own"), [("listing", [100]), ("clocks", [1000, 1001])])
def test_who_sees_a_part_is_shown_it_large_and_all_others_the_city(view: str, own: list[int]) -> None:
    assert _seen(_open(FakeUnitMaps(), view=view)) == pytest.approx(FakeUnitMaps().city().bounds, abs=1e-4)
    desk = FakeUnitMaps(in_part=True)
    level = Level.COUNTY if view == "listing" else Level.TOWN
    west, south, east, north = _seen(_open(desk, Role.TOWN, view=view, level=level))
    collection = json.loads(gzip.decompress(desk.shapes(level, 1)))
    rings = [one["geometry"]["coordinates"][0] for one in collection["features"] if int(one["id"]) in own]
    assert len(rings) == len(own)
    assert all(west < lon < east and south < lat < north for ring in rings for lon, lat in ring)
    whole = desk.city().bounds or (0, 0, 0, 0)
    assert east - west < 0.7 * (whole[2] - whole[0])


def _seen(shown: Any) -> list[float]:
    """Return what the browser fits the map to: west, south, east, north."""
    box = _of_class(shown, "units-map-box")[0].to_plotly_json()["props"]
    return [float(edge) for edge in box["data-bounds"].split(",")]


@pytest.mark.parametrize("view", ["listing", "clocks"])
@pytest.mark.parametrize("language", Language)
def test_a_page_is_made_in_every_language_with_no_map_as_well(view: str, language: Language) -> None:
    shown = _open(FakeUnitMaps(areas_known=False), language=language, view=view)
    assert say("units_map.no_map", language) in _text(shown)
    assert not [one for one in walk(shown) if isinstance(one, dcc.Graph)]


@pytest.mark.parametrize("view", ["listing", "clocks"])
def test_a_refusal_is_said_in_place_of_the_map(view: str) -> None:
    shown = _open(FakeUnitMaps(refusal=Refused("database_down")), view=view)
    assert _of_class(shown, "message-alert")


class _NastyNames(FakeUnitMaps):
    def listing_map(self, quarter: Quarter | None) -> ListingMap:
        told = super().listing_map(quarter)
        named = (
            replace(one, subject=replace(one.subject, name=NASTY), leaders=(NASTY,)) for one in told.units
        )
        return replace(told, units=tuple(named))

    def clock_map(self, level: Level) -> ClockMap:
        told = super().clock_map(level)
        named = (
            replace(one, subject=replace(one.subject, name=NASTY), leaders=(NASTY,)) for one in told.areas
        )
        return replace(told, areas=tuple(named))


@pytest.mark.parametrize("view", ["listing", "clocks"])
def test_a_name_is_text_in_the_list_and_never_more_on_the_map(view: str) -> None:
    shown = _open(_NastyNames(), view=view)
    assert NASTY in _text(_of_class(shown, "units-map-row"))
    graph = next(one for one in walk(shown) if isinstance(one, dcc.Graph))
    hovers = [text for trace in graph.figure["data"] for text in trace.get("hovertext", ())]
    assert any("&lt;script&gt;" in text for text in hovers)
    assert not any("<script" in text or "<b>" in text for text in hovers)
