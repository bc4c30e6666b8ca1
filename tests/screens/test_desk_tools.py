"""Every desk's search, help and menu: each role is led to its own pages alone; nothing typed breaks them."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest
from dash import Dash
from flask.testing import FlaskClient

from callbacks.access.screens import PEOPLE, ROLES, Screen, may_open, screen_at, screens_of
from callbacks.frame import desk
from callbacks.guide import GO_KEYS
from callbacks.search.ways import kinds_of
from callbacks.shell import _SCREENS
from callbacks.tools import Tools
from grid.finding import Kind
from grid.principals import Role
from grid.refusals import Refused
from layers.words import Language, all_words
from tests.screens.access_city import FROM_US, GuardedStore, come_as, guarded, someone
from tests.screens.components import walk
from tests.screens.matters_city import CITY


@pytest.fixture
def world() -> tuple[Dash, GuardedStore]:
    return guarded()


def _find(client: FlaskClient, query: str) -> dict[str, Any]:
    answer = client.get("/find", query_string={"q": query}, headers=FROM_US)
    assert answer.status_code == 200, query
    assert "no-store" in answer.headers["Cache-Control"]
    found: dict[str, Any] = answer.get_json()
    return found


@pytest.mark.parametrize("role", sorted(PEOPLE))
def test_each_thing_leads_to_a_page_that_its_finder_may_open(
    world: tuple[Dash, GuardedStore], role: Role
) -> None:
    app, store = world
    client = come_as(app.server.test_client(), role)
    for query in ("yunling", "云", "FX202611000001", "网格", "县"):
        for line in _find(client, query)["found"]:
            screen = screen_at(line["href"].partition("?")[0])
            assert may_open(role, screen), line
            assert client.get(line["href"]).status_code == 200
    kinds = {frozenset(asked) for _, asked in store.ports["finding"].asked}
    assert kinds == ({kinds_of(role)} if kinds_of(role) else set())


def test_which_role_finds_which_kinds() -> None:
    whole = {Kind.AREA, Kind.UNIT, Kind.LEADER}
    assert {role: set(kinds_of(role)) for role in PEOPLE} == {
        Role.LEADER: whole, Role.APPROVER: whole, Role.BUREAU: whole | {Kind.MATTER},
        Role.TOWN: {Kind.MATTER, Kind.AREA, Kind.UNIT}, Role.UNIT: {Kind.MATTER, Kind.AREA, Kind.UNIT},
        Role.PLANNER: {Kind.AREA, Kind.LEADER}, Role.CLERK: {Kind.AREA},
        Role.WORKER: set(), Role.AUDITOR: set(), Role.ADMIN: set(),
    }  # fmt: skip


def test_ways_by_role(world: tuple[Dash, GuardedStore]) -> None:
    app, _ = world

    def ways(role: Role, query: str) -> list[str]:
        return [one["href"] for one in _find(come_as(app.server.test_client(), role), query)["found"]]

    assert ways(Role.BUREAU, "FX202611000001") == ["/matters?number=FX202611000001"]
    assert ways(Role.BUREAU, "FX2026") == ["/matters?number=FX2026"], "the register reads beginnings, audited"
    assert ways(Role.LEADER, "FX202611000001") == []
    (card,) = ways(Role.LEADER, "云书记")
    assert card.startswith("/wall?layers=coverage&")
    assert card.endswith("&card=leader-3")
    assert ways(Role.PLANNER, "云书记") == ["/plan"]
    assert ways(Role.TOWN, "yunlingzhen") == ["/matters?area=11", "/units/990101100"]
    assert ways(Role.TOWN, "网格") == [], "the register is not narrowed to a grid"
    assert ways(Role.CLERK, "云岭县") == ["/service?county=10"]
    assert ways(Role.CLERK, "daoru") == ["/imports"], "pages are found by their sound as well"
    assert ways(Role.ADMIN, "云岭") == []


def test_the_kiosk_and_strangers_have_no_search(world: tuple[Dash, GuardedStore]) -> None:
    app, store = world
    assert app.server.test_client().get("/find?q=云").status_code == 401
    for address in ("/find?q=云", "/help/wall"):
        assert come_as(app.server.test_client(), Role.KIOSK).get(address).status_code == 404
    assert store.ports["finding"].asked == []


@pytest.mark.parametrize(
    "query",
    ["", " ", "\0", "%", "'; DROP TABLE petition; --", "x" * 5000, "云" * 61, "\ud83d", "$(id)", "../..",
     "<script>", "%ff", "\u202e云", "1" * 64, "９９"],
)  # fmt: skip
def test_no_query_breaks_anything(world: tuple[Dash, GuardedStore], query: str) -> None:
    app, _ = world
    client = come_as(app.server.test_client(), Role.BUREAU)
    said = _find(client, query.encode("utf-8", "replace").decode())
    assert said["found"] or said["words"]
    for raw in ("/find", "/find?q=%ff%fe", "/find?q=%00", "/find?q=a&q=b", "/find?q[]=a"):
        assert client.get(raw, headers=FROM_US).status_code == 200
    assert client.post("/find", json={}, headers=FROM_US).status_code == 404


def test_what_was_typed_is_in_no_log(
    world: tuple[Dash, GuardedStore], caplog: pytest.LogCaptureFixture
) -> None:
    app, store = world
    client = come_as(app.server.test_client(), Role.BUREAU)
    with caplog.at_level(logging.DEBUG):
        _find(client, "秘密330102")
        store.ports["finding"].refusal = Refused("database_down")
        assert client.get("/find?q=秘密330102", headers=FROM_US).status_code == 503
    assert all("秘密" not in str(vars(one)) and "330102" not in str(vars(one)) for one in caplog.records)


def test_a_database_that_is_down_is_told_in_words(world: tuple[Dash, GuardedStore]) -> None:
    app, store = world
    store.ports["finding"].refusal = Refused("database_down")
    answer = come_as(app.server.test_client(), Role.BUREAU).get("/find?q=云", headers=FROM_US)
    assert (answer.status_code, "数据库" in answer.get_json()["words"]) == (503, True)


# Help


def test_every_screen_with_a_desk_explains_itself_in_both_languages() -> None:
    for language in Language:
        words = all_words(language)
        for screen in GO_KEYS:
            for part in ("purpose", "first", "terms"):
                assert words[f"help.{screen}.{part}"].strip(), (language, screen, part)
    letters = list(GO_KEYS.values())
    assert len(set(letters)) == len(letters)
    assert set(GO_KEYS) <= set(_SCREENS)


@pytest.mark.parametrize("role", sorted(PEOPLE))
def test_help_is_of_ones_own_screens(world: tuple[Dash, GuardedStore], role: Role) -> None:
    app, _ = world
    client = come_as(app.server.test_client(), role)
    for screen in (*GO_KEYS, "cards-or-none"):
        answer = client.get(f"/help/{screen}", headers=FROM_US)
        is_open = screen in GO_KEYS and role in ROLES[Screen(screen)]
        assert answer.status_code == (200 if is_open else 404)
        if is_open:
            said = answer.get_json()
            assert said["purpose"]
            assert all(len(row) == 2 and row[1] for one in said["sections"] for row in one["rows"])


# The frame


def _frame(role: Role, screen: str) -> list[Any]:
    tools = Tools(store=GuardedStore(None, None), principal=lambda: someone(role))  # type: ignore[arg-type]
    return list(walk(desk(tools, CITY, screen, [])))


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("role", sorted(PEOPLE - {Role.WORKER}))
def test_a_menu_shows_few_links_folds_the_rest_and_marks_where_one_is(role: Role) -> None:
    mine = [one for one in screens_of(role, set(_SCREENS)) if one in GO_KEYS and one is not Screen.WALL]
    # The leader's pages have a frame of their own, for a phone too.
    for screen in set(mine) - {Screen.BRIEF}:
        parts = _frame(role, screen.value)
        links = [one for one in parts if "desk-link" in str(getattr(one, "className", ""))]
        addresses = {one.href for one in links if hasattr(one, "href")}
        if len(mine) > 1:
            assert {one.path for one in mine} <= addresses
            assert any("desk-link-here" in one.className for one in links)
        folded = [one for one in parts if getattr(one, "className", "") == "desk-more"]
        assert bool(folded) == (len(addresses) > 6)
        find = next(one for one in parts if getattr(one, "id", "") == "desk-find")
        going = json.loads(getattr(find, "data-go"))
        assert {one.path for one in mine} <= set(going.values())
