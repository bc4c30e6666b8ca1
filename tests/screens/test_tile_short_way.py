"""The short way to tiles: only who was let in a moment ago, at the same place, by the same words.

It stands before the guard, so that each test is an attempt to get a tile by it that the guard would refuse.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from dash import Dash
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from callbacks.access.cookies import NAME as COOKIE
from callbacks.access.screens import ROLES, Screen
from callbacks.open_api import short_way
from grid.principals import Role
from grid.refusals import Refused
from tests.screens.access_city import FROM_US, GuardedStore, come_as, guarded, token_of
from tests.screens.tile_city import AT, NAME, TILE

PATH = f"/open/tiles/{NAME}/{AT[0]}/{AT[1]}/{AT[2]}.mvt"
PACKED = {"Accept-Encoding": "gzip"}
MAY = sorted(ROLES[Screen.WALL])
OF_A_REQUEST = {"X-Request-Id"}


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now_s = 1000.0

    def monotonic(self) -> float:
        return self.now_s


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(short_way, "time", made)
    return made


@pytest.fixture(scope="module")
def made() -> tuple[Dash, GuardedStore]:
    return guarded()


@pytest.fixture
def world(made: tuple[Dash, GuardedStore], clock: Clock) -> Iterator[tuple[Dash, GuardedStore]]:
    """The one world of this module, with nobody known and every session as at the beginning."""
    app, store = made
    before = dict(store.fake_gate.sessions)
    app.server.test_client().post("/sign-out")
    store.fake_gate.asked.clear()
    yield made
    store.fake_gate.sessions, store.fake_gate.refusal = before, None


def ask(client: FlaskClient, *, path: str = PATH, address: str = "127.0.0.1", **more: str) -> TestResponse:
    headers = PACKED | {name.replace("_", "-"): value for name, value in more.items()}
    return client.get(path, headers=headers, environ_base={"REMOTE_ADDR": address})


def bearer(role: Role) -> str:
    return f"Bearer {token_of(role)}"


def questions(store: GuardedStore) -> int:
    """How often the gate was asked who somebody is."""
    return len([name for name in store.fake_gate.asked if name in {"who", "enter_kiosk"}])


@pytest.mark.parametrize("role", MAY)
def test_the_short_way_says_what_the_long_way_says(world: tuple[Dash, GuardedStore], role: Role) -> None:
    """Headers too: what a browser may do with a tile does not depend on the way that it came by."""
    app, store = world
    client = come_as(app.server.test_client(), role)
    long, asked = ask(client), questions(store)
    short = ask(client)
    assert questions(store) == asked > 0, "it was the short way"
    assert short.status_code == long.status_code == 200
    assert short.get_data() == long.get_data()
    told = [{name: value for name, value in one.headers if name not in OF_A_REQUEST} for one in (long, short)]
    assert told[0] == told[1]
    assert "immutable" in told[1]["Cache-Control"]
    assert told[1]["Content-Encoding"] == "gzip"


@pytest.mark.parametrize("role", [role for role in Role if role not in ROLES[Screen.WALL]])
def test_a_role_without_the_right_is_refused_however_often_it_asks(
    world: tuple[Dash, GuardedStore], role: Role
) -> None:
    app, _ = world
    known = come_as(app.server.test_client(), Role.LEADER)
    client = come_as(app.server.test_client(), role)
    for _ in range(3):
        assert ask(known).status_code == 200
        assert ask(client).status_code == 404
        assert ask(app.server.test_client()).status_code == 401


def test_every_second_the_gate_is_asked_anew(world: tuple[Dash, GuardedStore], clock: Clock) -> None:
    app, store = world
    client = come_as(app.server.test_client(), Role.LEADER)
    for step in range(1, 5):
        for _ in range(50):
            ask(client)
        assert questions(store) == step
        clock.now_s += short_way.KEPT_S


@pytest.mark.parametrize("how", ["cookie", "header"])
def test_a_session_that_ended_elsewhere_is_refused_within_the_second(
    world: tuple[Dash, GuardedStore], clock: Clock, how: str
) -> None:
    """Also where it goes on asking all the time: what is remembered is not remembered longer by its use."""
    app, store = world
    client = app.server.test_client()
    given = {"Authorization": bearer(Role.KIOSK)} if how == "header" else {}
    if how == "cookie":
        come_as(client, Role.LEADER)
    assert ask(client, **given).status_code == 200
    store.fake_gate.sessions.clear()
    for _ in range(9):
        clock.now_s += short_way.KEPT_S / 10
        ask(client, **given)
    clock.now_s += short_way.KEPT_S / 10
    assert ask(client, **given).status_code == 401
    for _ in range(3):
        assert ask(client, **given).status_code == 401, "a refusal is no leave, however often it is asked for"


def test_who_signs_out_here_is_refused_at_once(world: tuple[Dash, GuardedStore]) -> None:
    app, _ = world
    client = come_as(app.server.test_client(), Role.LEADER)
    stolen = come_as(app.server.test_client(), Role.LEADER)
    assert ask(stolen).status_code == 200
    answer = client.post("/sign-out", headers=FROM_US, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 303
    assert ask(stolen).status_code == 401


def test_whoever_ends_sessions_here_ends_them_at_once(world: tuple[Dash, GuardedStore]) -> None:
    """An administrator's deeds come as callbacks: whatever is sent makes the process forget."""
    app, store = world
    client = come_as(app.server.test_client(), Role.BUREAU)
    assert ask(client).status_code == 200
    store.fake_gate.sessions.clear()
    for path in ("/_dash-update-component", "/no-such-place"):
        app.server.test_client().post(path, json={})
    assert ask(client).status_code == 401


def test_a_session_that_ends_while_it_is_being_asked_about_is_not_remembered(
    world: tuple[Dash, GuardedStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The gate says yes, then the session is ended, then the answer comes: it must not open a second."""
    app, store = world
    client, asked, ended = (
        come_as(app.server.test_client(), Role.LEADER),
        threading.Event(),
        threading.Event(),
    )
    true_who = store.fake_gate.who

    def slow_who(token: str, address: str) -> object:
        found = true_who(token, address)
        asked.set()
        assert ended.wait(10)
        return found

    monkeypatch.setattr(store.fake_gate, "who", slow_who)
    answers: list[int] = []
    thread = threading.Thread(target=lambda: answers.append(ask(client).status_code))
    thread.start()
    assert asked.wait(10)
    monkeypatch.setattr(store.fake_gate, "who", true_who)
    leaving = come_as(app.server.test_client(), Role.LEADER)
    leaving.post("/sign-out", headers=FROM_US, content_type="application/x-www-form-urlencoded")
    ended.set()
    thread.join(10)
    assert answers == [200], "what was asked before the end is answered"
    assert ask(client).status_code == 401


def test_a_kiosk_known_at_its_address_is_not_known_at_another(world: tuple[Dash, GuardedStore]) -> None:
    app, _ = world
    client = app.server.test_client()
    assert ask(client, Authorization=bearer(Role.KIOSK)).status_code == 200
    assert ask(client, Authorization=bearer(Role.KIOSK), address="10.9.9.9").status_code == 401
    assert ask(client, Authorization=bearer(Role.KIOSK), address="").status_code == 401
    assert ask(client, Authorization=bearer(Role.KIOSK)).status_code == 200


def test_words_that_are_nearly_those_of_someone_known_are_nobody_s(world: tuple[Dash, GuardedStore]) -> None:
    app, _ = world
    good = bearer(Role.KIOSK)
    assert ask(app.server.test_client(), Authorization=good).status_code == 200
    for forged in (good + "x", good[:-1], good.upper(), "", "Bearer", f"Basic {token_of(Role.KIOSK)}"):
        assert ask(app.server.test_client(), Authorization=forged).status_code == 401, forged
    stranger = app.server.test_client()
    assert ask(stranger, Cookie=f"{COOKIE}={token_of(Role.KIOSK)[:-1]}").status_code == 401
    # A header of nonsense beside a good cookie is refused by the guard, and so it is by the short way.
    leader = come_as(app.server.test_client(), Role.LEADER)
    assert ask(leader).status_code == 200
    assert ask(leader, Authorization="Bearer nonsense-nonsense-nonsense").status_code == 401
    # What belongs to the header of one asker is not mixed with the cookie of another.
    assert ask(app.server.test_client(), Cookie=good, Authorization="").status_code == 401


def test_only_a_tile_goes_the_short_way(world: tuple[Dash, GuardedStore]) -> None:
    """No count, document or page: of these every request asks the gate."""
    app, store = world
    client = come_as(app.server.test_client(), Role.LEADER)
    ask(client)
    others = ("/open", "/open/collections/counties/items", "/open/tiles/town.json", f"{PATH}?x=1", f"{PATH}/",
              PATH.replace("/open", "//open"), PATH.replace(".mvt", ".mvt%00"), "/wall",
              PATH.replace(NAME, f"{NAME}%2F..%2F{NAME}"), PATH.replace("tiles/", "tiles/../tiles/"),
              PATH.replace(NAME, "1-0123456789AB"))  # fmt: skip
    for path in others:
        before = questions(store)
        ask(client, path=path)
        assert questions(store) > before or path not in others[:4], path
    store.fake_gate.sessions.clear()
    for path in others:
        assert ask(client, path=path).status_code in {303, 401, 404, 308}, path
        assert TILE not in ask(client, path=path).get_data()


def test_a_tile_that_is_not_there_is_told_by_the_long_way(world: tuple[Dash, GuardedStore]) -> None:
    app, store = world
    client = come_as(app.server.test_client(), Role.LEADER)
    ask(client)
    assert ask(client, path=PATH.replace(NAME, "9-0123456789ab")).status_code == 404
    assert ask(client, path=PATH.replace(f"/{AT[1]}/", "/1/")).status_code == 204
    assert ask(client, path=PATH.replace(f"/{AT[0]}/", "/99/")).status_code == 404
    etag = ask(client).headers["ETag"]
    assert client.get(PATH, headers=PACKED | {"If-None-Match": etag}).status_code == 304
    assert client.head(PATH, headers=PACKED).get_data() == b""
    plain = client.get(PATH, headers={"Accept-Encoding": "identity"})
    assert plain.get_data() == TILE
    assert "Content-Encoding" not in plain.headers
    store.fake_gate.refusal = Refused("database_down")
    assert ask(client, path="/open").status_code == 503


def test_many_askers_are_not_remembered_without_end(world: tuple[Dash, GuardedStore], clock: Clock) -> None:
    app, _ = world
    client = come_as(app.server.test_client(), Role.LEADER)
    way = app.server.wsgi_app
    while not isinstance(way, short_way.ShortWay):
        way = way.app
    for number in range(short_way._MOST + 40):
        assert ask(client, address=f"10.0.{number // 250}.{number % 250}").status_code == 200
    assert len(way._let_in) == short_way._MOST
    clock.now_s += short_way.KEPT_S
    assert ask(client).status_code == 200
    assert len(way._let_in) == 1, "who asked long ago is forgotten, with the token"
