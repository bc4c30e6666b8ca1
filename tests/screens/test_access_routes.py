"""Nobody comes by the guard without a rule: every route, every method, every role, every screen."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from dash import Dash
from flask import Flask

from callbacks.access.rules import CALLBACKS, INDEX, PAGES, RULES, SUITES
from callbacks.access.screens import ROLES, Screen, home_of, may_open, screens_of
from callbacks.shell import _SCREENS
from grid.principals import Role
from grid.refusals import Refused
from tests.screens.access_city import FROM_US, GuardedStore, come_as, guarded, token_of

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND")
OPEN = {
    ("_dash_assets.static", "GET"), ("_dash_assets.static", "HEAD"),
    (SUITES, "GET"), (SUITES, "HEAD"),
    ("/_favicon.ico", "GET"), ("/_favicon.ico", "HEAD"),
    ("healthz", "GET"), ("healthz", "HEAD"),
    ("sign_in", "GET"), ("sign_in", "HEAD"), ("sign_in", "POST"),
    ("kiosk", "GET"), ("kiosk", "HEAD"), ("kiosk", "POST"),
    ("language", "POST"),
    ("patch_manifest", "GET"), ("patch_manifest", "HEAD"),
    ("patch_worker", "GET"), ("patch_worker", "HEAD"),
}  # fmt: skip
EXAMPLES = {
    "filename": "wall.js", "package_name": "dash",
    "suffix": "xlsx", "plan_id": "7",
    "fingerprinted_path": "dash-renderer/build/dash_renderer.min.js",
    "path": "wall", "version": "7", "number": "7", "day": "2026-11-20", "name": "x", "level": "county",
    "edition_id": "1", "batch_id": "7", "kind": "coverage", "collection": "counties",
    "tiles": "1-0123456789ab", "screen": "units", "zoom": "8", "column": "207", "row": "108",
    "rest": "nowhere",
}  # fmt: skip
SCREENS = tuple(_SCREENS)


@pytest.fixture
def world() -> tuple[Dash, GuardedStore]:
    return guarded()


def _addresses(server: Flask) -> Iterator[tuple[str, str]]:
    """Every endpoint with an address of it, and every page that Dash lays out itself."""
    adapter = server.url_map.bind("localhost")
    for rule in server.url_map.iter_rules():
        yield rule.endpoint, adapter.build(rule.endpoint, {name: EXAMPLES[name] for name in rule.arguments})
    for screen in Screen:
        yield PAGES, screen.path


def test_every_route_is_refused_to_strangers_but_the_open_ones(world: tuple[Dash, GuardedStore]) -> None:
    app, store = world
    client, let_in = app.server.test_client(), set()
    for endpoint, address in _addresses(app.server):
        for method in METHODS:
            answer = client.open(address, method=method, json={} if method == "POST" else None)
            assert answer.status_code != 500, (method, address)
            led_to_the_door = answer.status_code == 303 and answer.headers["Location"].startswith("/sign-in")
            if not led_to_the_door and answer.status_code not in {401, 404}:
                let_in.add((endpoint, method))
    assert let_in <= OPEN, "somebody who is not signed in got further"
    assert {endpoint for endpoint, _ in OPEN} <= {endpoint for endpoint, _ in let_in}
    assert store.askers == [], "no port may be asked for a stranger"


@pytest.mark.parametrize(
    "cookie",
    ["", "x", "nobody-has-this-token-0123456789", "a" * 5000, "令牌", "a\tb", token_of(Role.LEADER)[:-1]],
)
def test_a_tampered_cookie_is_no_cookie(world: tuple[Dash, GuardedStore], cookie: str) -> None:
    app, store = world
    for address in ("/_dash-layout", "/_dash-dependencies", "/shapes/county/1.json"):
        answer = app.server.test_client().get(
            address, headers={"Cookie": f"fengtu={cookie}".encode().decode("latin-1")}
        )
        assert (answer.status_code, answer.data) == (401, b"")
    assert store.askers == []


def test_a_route_without_a_rule_is_answered_to_nobody() -> None:
    app, _ = guarded()
    before = {rule.endpoint for rule in app.server.url_map.iter_rules()}
    assert before == set(RULES), "each route has a rule, and each rule a route"
    app.server.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    for role in Role:
        assert come_as(app.server.test_client(), role).get("/forgotten").status_code == 404


def test_methods_without_a_rule_are_answered_to_nobody(world: tuple[Dash, GuardedStore]) -> None:
    app, _ = world
    for role in (Role.LEADER, Role.CLERK):
        client = come_as(app.server.test_client(), role)
        for endpoint, address in _addresses(app.server):
            for method in set(METHODS) - RULES[endpoint].methods:
                assert client.open(address, method=method, headers=FROM_US).status_code == 404, (
                    method,
                    address,
                )


@pytest.mark.parametrize("role", list(Role))
def test_each_role_opens_its_screens_and_no_other(world: tuple[Dash, GuardedStore], role: Role) -> None:
    app, _ = world
    client = come_as(app.server.test_client(), role)
    for screen in Screen:
        expected = 200 if screen in SCREENS and may_open(role, screen) else 404
        for address in (screen.path, f"{screen.path}/", f"{screen.path}?x=1"):
            assert client.get(address).status_code == expected, address
        # A unit has a page of its own, and the patch its two with a map; nothing else is below a screen.
        below = expected if screen is Screen.UNITS else 404
        assert client.get(f"{screen.path}/x").status_code == below
        assert client.get(f"{screen.path}/x/y").status_code == 404
    for part in ("map", "place"):
        assert client.get(f"/patch/{part}").status_code == (200 if role is Role.WORKER else 404)
        assert client.get(f"/patch/{part}/x").status_code == 404
    refused, unknown = client.get("/admin"), client.get("/no-such-page")
    if role is not Role.ADMIN:
        assert refused.data == unknown.data, "what is not yours looks like what is not there"
    assert client.get("/").headers["Location"] == home_of(role, SCREENS)


def test_roles_have_the_screens_that_were_decided() -> None:
    mine = {role: {screen.value for screen in Screen if may_open(role, screen)} for role in Role}
    assert mine == {
        Role.LEADER: {"wall", "cards", "brief", "hotspots", "units", "supervision", "service", "siting"},
        Role.BUREAU: {
            "wall",
            "cards",
            "brief",
            "hotspots",
            "matters",
            "tour",
            "units",
            "supervision",
            "review",
            "service",
            "siting",
        },
        Role.APPROVER: {
            "wall",
            "cards",
            "brief",
            "hotspots",
            "units",
            "supervision",
            "plan",
            "service",
            "siting",
        },
        Role.KIOSK: {"wall"},
        Role.PLANNER: {"plan", "service", "siting"},
        Role.CLERK: {"imports", "review", "service"},
        Role.WORKER: {"patch"},
        Role.TOWN: {"matters", "units", "supervision"},
        Role.UNIT: {"matters", "units", "supervision"},
        Role.AUDITOR: {"audit"},
        Role.ADMIN: {"admin"},
    }
    assert all(screens_of(role, set(Screen)) for role in Role), "nobody is without a home"
    assert set(ROLES) == set(Screen)


@pytest.mark.parametrize(
    ("address", "roles"),
    [
        ("/imports/outcome/7.xlsx", {Role.CLERK}),
        ("/imports/template/coverage.xlsx", {Role.CLERK}),
        ("/hotspots/export?form=gpkg", {Role.LEADER, Role.BUREAU, Role.APPROVER}),
        ("/hotspots/density.png", {Role.LEADER, Role.BUREAU, Role.APPROVER}),
        ("/shapes/county/1.json", set(Role)),
        ("/_dash-layout", set(Role)),
        ("/_dash-dependencies", set(Role)),
        ("/password", set(Role) - {Role.KIOSK}),
    ],
)
def test_files_go_with_their_screens(
    world: tuple[Dash, GuardedStore], address: str, roles: set[Role]
) -> None:
    app, store = world
    for role in Role:
        store.askers.clear()
        answer = come_as(app.server.test_client(), role).get(address)
        assert answer.status_code == (200 if role in roles else 404), role
        assert {asker.role for _, asker in store.askers} <= {role}, "read on behalf of who asks"
        if role not in roles:
            assert store.askers == []


def test_the_gate_is_asked_once_a_request_and_never_for_static_files(
    world: tuple[Dash, GuardedStore],
) -> None:
    app, store = world
    client = come_as(app.server.test_client(), Role.CLERK)
    client.get("/assets/wall.js")
    assert store.fake_gate.asked == []
    client.get("/imports/template/coverage.xlsx")
    assert store.fake_gate.asked == ["who"]


def test_a_session_that_ends_is_refused_at_the_next_request(world: tuple[Dash, GuardedStore]) -> None:
    app, store = world
    client = come_as(app.server.test_client(), Role.CLERK)
    assert client.get("/imports").status_code == 200
    store.fake_gate.sessions.clear()
    assert client.get("/imports").status_code == 303
    assert client.post(CALLBACKS, json={}, headers=FROM_US).status_code == 401


def test_while_the_database_is_down_nobody_is_let_in(world: tuple[Dash, GuardedStore]) -> None:
    app, store = world
    store.fake_gate.refusal = Refused("database_down")
    client = come_as(app.server.test_client(), Role.LEADER)
    for address in (INDEX, "/wall", "/password"):
        page = client.get(address)
        assert (page.status_code, "数据库暂时没有应答" in page.text) == (503, True)
        assert page.headers["Refresh"] == page.headers["Retry-After"], (
            "nobody need come back to a screen left alone"
        )
        assert f"每 {page.headers['Refresh']} 秒" in page.text
    callback = client.post(CALLBACKS, json={"output": "x"}, headers=FROM_US)
    assert (callback.status_code, callback.is_json) == (503, True)
    assert "数据库" in callback.json["words"]
    assert client.get("/healthz").json == {"status": "degraded", "reason": "database_down"}
    assert client.get("/sign-in").status_code == 503
    assert store.askers == []


def test_no_answer_tells_of_an_exception(
    world: tuple[Dash, GuardedStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    app, store = world

    def fail(*_: object) -> object:
        raise RuntimeError("canary-in-message")

    monkeypatch.setattr(store, "imports", fail)
    client = come_as(app.server.test_client(), Role.CLERK)
    file = client.get("/imports/outcome/7.xlsx")
    assert (file.status_code, file.is_json, "canary" in file.text) == (500, True, False)
    assert file.json["request"] == file.headers["X-Request-Id"]
    monkeypatch.setattr(store.fake_gate, "who", fail)
    page = client.get("/imports")
    assert (page.status_code, "canary" in page.text) == (500, False)
    assert page.headers["X-Request-Id"] in page.text
