"""The page of the service network over a fake: the address is the state, and numbers carry their meaning."""

from __future__ import annotations

import json
from typing import Any

import pytest
from dash import dcc, html
from hypothesis import given
from hypothesis import strategies as st

from callbacks.service.asked import PAGE_PATH, Asked, read_address
from callbacks.service.layout import page
from callbacks.tools import Tools
from grid.areas import Level
from grid.principals import Role
from grid.refusals import Refused
from grid.service import PointState
from grid.service_lists import COLUMNS, PAGE_ROWS, ServiceColumn, ServiceList
from layers.map_base import Slot
from layers.map_camera import Viewport
from layers.service_map import ServiceScene, distance_words, legend_entries, service_bounds, service_figure
from layers.words import Language
from tests.screens.access_city import FROM_US, come_as, guarded, someone
from tests.screens.components import walk
from tests.screens.plan_city import FakeStore
from tests.screens.service_city import BOUNDS, CITY, COUNTIES, NASTY, TOWNS, FakeServiceDesk, network

READERS = {Role.LEADER, Role.BUREAU, Role.APPROVER, Role.PLANNER, Role.CLERK}
ZH = Language.ZH


class _Store(FakeStore):
    def service(self, principal: object) -> object:
        return self.desk


def _tools(desk: FakeServiceDesk, role: Role = Role.BUREAU, language: Language = ZH) -> Tools:
    return Tools(store=_Store(desk), principal=lambda: someone(role), language=language)  # type: ignore[arg-type]


def _open(desk: FakeServiceDesk, **query: object) -> Any:
    return page(_tools(desk), read_address(query))


def _text(component: Any) -> str:
    """All words of a component but for the map's."""
    found = []
    for one in walk(component):
        below = getattr(one, "children", None)
        found += [
            each for each in (below if isinstance(below, list | tuple) else [below]) if isinstance(each, str)
        ]
    return "".join(found)


def _of_class(shown: Any, name: str) -> list[Any]:
    return [one for one in walk(shown) if name in str(getattr(one, "className", "")).split()]


def _links(shown: Any) -> list[str]:
    return [one.href for one in walk(shown) if isinstance(one, dcc.Link | html.A)]


# Addresses


def test_an_address_is_the_state_and_comes_back_as_it_was() -> None:
    asked = Asked(11, 21, ServiceList.FAR, ServiceColumn.DISTANCE, descending=False, page=2)
    path, _, query = asked.address(page=2).partition("?")
    assert path == PAGE_PATH
    assert read_address(dict(pair.split("=") for pair in query.split("&"))) == asked
    assert asked.address(form="csv").endswith("form=csv")


JUNK = st.one_of(st.none(), st.integers(), st.text(max_size=30), st.lists(st.text(max_size=3)), st.booleans())


@given(st.dictionaries(st.sampled_from(["county", "town", "list", "sort", "dir", "page", "x"]), JUNK))
def test_whatever_an_address_says_is_a_page(query: dict[str, object]) -> None:
    desk = FakeServiceDesk()
    assert _open(desk, **query) is not None
    assert all(within in {None, 11, 12, 13, 21, 22} for name, within, *_ in desk.asked if name == "network")


@pytest.mark.parametrize(
    ("query", "within", "listed"),
    [
        ({}, None, ServiceList.PARTS),
        ({"county": "11"}, 11, ServiceList.PARTS),
        ({"county": "13"}, 13, ServiceList.POINTS),
        ({"county": "11", "town": "21"}, 21, ServiceList.POINTS),
        ({"county": "12", "town": "21"}, 12, ServiceList.PARTS),
        ({"town": "21"}, 21, ServiceList.POINTS),
        ({"town": "21", "list": "far"}, 21, ServiceList.FAR),
    ],
)
def test_the_area_asked_for_is_the_one_that_is_shown(query, within, listed) -> None:
    asked = read_address(query).narrowed(COUNTIES, TOWNS)
    assert (asked.question().within, asked.question().listed) == (within, listed)


@pytest.mark.parametrize("query", [{"county": "0"}, {"county": "99"}, {"town": "11" * 8}])
def test_an_unknown_area_is_said_and_leads_back(query: dict[str, str]) -> None:
    desk = FakeServiceDesk()
    shown = _open(desk, **query)
    assert "找不到这个区域" in _text(shown)
    assert PAGE_PATH in _links(shown)
    assert not any(asked[0] == "network" for asked in desk.asked)


# The page


def test_every_figure_stands_with_its_unit_n_period_and_definition() -> None:
    shown = _open(FakeServiceDesk())
    cards = {name: card for card in _of_class(shown, "service-figure") for name in card.className.split()[1:]}
    assert len(cards) == 6
    for card in cards.values():
        assert _of_class(card, "definition")
    silent = _text(cards["service-figure-silent"])
    assert all(word in silent for word in ("90", "52", "58 个可判断", "2 个不详", "2026-08-03 – 10-31"))
    assert "61" in _text(cards["service-figure-unserved"])
    assert "占 120 个村" in _text(cards["service-figure-unserved"])
    assert all(
        word in _text(cards["service-figure-handled"]) for word in ("185", "158", "2026-03-01 – 10-31")
    )
    assert "每点 1.6 人" in _text(cards["service-figure-agents"])


def test_a_list_is_cut_into_pages_and_ordered_by_its_heads() -> None:
    shown = _open(FakeServiceDesk(), list="far")
    rows = _of_class(shown, "service-table")[0].children[1].children
    assert len(rows) == PAGE_ROWS
    assert "村119" in _text(rows[0])
    assert "11.9 千米" in _text(rows[0])
    last = _open(FakeServiceDesk(), list="far", page="3")
    assert "村7" in _text(_of_class(last, "service-table")[0].children[1].children[-1]), (
        "the unknown comes last"
    )
    assert "没有这一页" in _text(_open(FakeServiceDesk(), list="far", page="4"))
    up = _open(FakeServiceDesk(), list="far", sort="distance", dir="asc")
    assert "村0" in _text(_of_class(up, "service-table")[0].children[1].children[0])


@pytest.mark.parametrize("listed", list(ServiceList))
@pytest.mark.parametrize("language", list(Language))
def test_every_list_shows_every_column_in_words(listed: ServiceList, language: Language) -> None:
    for column in COLUMNS[listed]:
        asked = read_address({"list": listed.value, "sort": column.value})
        shown = page(_tools(FakeServiceDesk(), language=language), asked)
        (table,) = _of_class(shown, "service-table")
        heads = table.children[0].children.children
        assert sum("aria-sort" in head.to_plotly_json()["props"] for head in heads) == 1
        assert {len(row.children) for row in table.children[1].children} == {len(heads)}


def test_no_point_tells_how_much_it_handled() -> None:
    """Counts of matters are told by town and above: nothing of a single point holds one."""
    for listed in (ServiceList.SILENT, ServiceList.POINTS):
        assert not {ServiceColumn.HANDLED, ServiceColumn.RESOLVED} & set(COLUMNS[listed])
    assert not {"handled", "resolved"} & set(network().points[0].__slots__)


def test_names_lead_to_the_areas_below_and_back() -> None:
    links = _links(_open(FakeServiceDesk()))
    assert {f"{PAGE_PATH}?county=11", f"{PAGE_PATH}?county=12"} <= set(links)
    below = _links(_open(FakeServiceDesk(), county="11"))
    assert f"{PAGE_PATH}?county=11&town=21" in below
    assert PAGE_PATH in below


def test_an_empty_network_says_who_fills_it() -> None:
    desk = FakeServiceDesk(empty=True)
    assert "还没有代办网络数据" in _text(_open(desk))
    assert "/imports" not in _links(_of_class(_open(desk), "message"))
    as_clerk = page(_tools(desk, Role.CLERK), read_address({}))
    assert "/imports" in _links(_of_class(as_clerk, "message"))


def test_a_database_that_is_down_is_said() -> None:
    desk = FakeServiceDesk()
    desk.refusal = Refused("database_down")
    assert "数据库暂时无法连接" in _text(_open(desk))


# The map


def _scene(within: Any = None) -> ServiceScene:
    return ServiceScene(CITY, network(within), COUNTIES, Viewport(640, 520), ZH)


def test_villages_with_a_point_have_one_colour_and_the_others_are_cut_by_distance() -> None:
    figure = service_figure(_scene())
    (fill,) = [trace for trace in figure["data"] if trace["type"] == "choroplethmap"]
    classes = dict(zip(fill["locations"], fill["z"], strict=True))
    assert {classes[str(number)] for number in range(59)} == {0}
    assert [classes[str(number)] for number in (59, 60, 61, 119)] == [5, 5, 5, 5]
    assert [entry.text for entry in legend_entries(network(), ZH)] == ["有代办点", "5 千米以上"]
    assert json.dumps(figure), "plain data"


def test_points_show_on_the_map_of_a_part_each_state_in_a_shape_of_its_own() -> None:
    def dots(scene: ServiceScene) -> dict[str, list[Any]]:
        traces = service_figure(scene)["data"]
        return {
            one["uid"]: one["lon"]
            for one in traces
            if one["type"] == "scattermap" and one["mode"] == "markers"
        }

    assert not any(dots(_scene()).values()), "on a map of the city they would hide the villages"
    shown = {slot: len(lons) for slot, lons in dots(_scene(COUNTIES[0])).items()}
    assert shown == {Slot.DENSITY: 6, Slot.COVERAGE_HATCH: 51, Slot.LISTED_HATCH: 51, Slot.LISTING: 2}
    assert PointState.SILENT in network().states


def test_the_map_of_a_part_is_framed_by_its_own_box() -> None:
    assert service_bounds(_scene(COUNTIES[0])) == BOUNDS
    assert service_bounds(_scene()) == CITY.bounds
    (box,) = _of_class(_open(FakeServiceDesk(), county="11"), "service-map-box")
    assert box.to_plotly_json()["props"]["data-bounds"] == "119.10000,28.30000,120.50000,28.60000"


def test_distances_read_as_people_say_them() -> None:
    said = [distance_words(metres, ZH) for metres in (0.0, 999.4, 1000.0, 12_345.0, None)]
    assert said == ["0 米", "999 米", "1.0 千米", "12.3 千米", "不详"]


# Who comes in, and files


@pytest.mark.parametrize("role", list(Role))
def test_page_and_files_are_for_those_who_read_the_network(role: Role) -> None:
    app, store = guarded()
    client = come_as(app.server.test_client(), role)
    export = client.get("/service/export", headers=FROM_US)
    assert export.status_code == (200 if role in READERS else 404)
    assert any(name == "service" for name, _ in store.askers) is (role in READERS)
    opened = client.get(PAGE_PATH)
    assert (opened.status_code == 200) is (role in READERS)


def test_files_are_the_list_of_the_page_in_two_forms() -> None:
    app, store = guarded()
    client = come_as(app.server.test_client(), Role.LEADER)
    kinds = {}
    for form in ("xlsx", "csv", "exe"):
        answer = client.get(f"/service/export?list=far&county=11&form={form}", headers=FROM_US)
        kinds[form] = (answer.mimetype, answer.data.decode())
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert "attachment" in answer.headers["Content-Disposition"]
    assert kinds["csv"] == ("text/csv", "各村距离 120")
    assert kinds["xlsx"][0].endswith("sheet")
    assert kinds["exe"] == kinds["xlsx"]
    asked = [one for one in store.ports["service"].asked if one[0] == "export"]
    assert [(one[1].within, one[1].listed, one[2]) for one in asked] == [
        (11, ServiceList.FAR, False), (11, ServiceList.FAR, True), (11, ServiceList.FAR, False),
    ]  # fmt: skip
    assert client.get("/service/export?county=99", headers=FROM_US).status_code == 400


def test_a_name_is_text_and_never_more() -> None:
    assert NASTY in _text(_open(FakeServiceDesk(), list="points"))
    assert Level.COUNTY is COUNTIES[0].level
