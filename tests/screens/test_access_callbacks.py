"""Every callback is a public endpoint: it has an owner, and forged requests meet a refusal, never a fault."""

from __future__ import annotations

import json
from typing import Any

import pytest
from dash import Dash, Input, Output
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from callbacks.access.owners import Owners
from callbacks.access.payload import PayloadError, check_payload
from callbacks.access.rules import CALLBACKS
from callbacks.access.screens import ROLES, Screen
from callbacks.shell import _SCREENS
from grid.principals import Role
from tests.screens.access_city import FROM_US, GuardedStore, come_as, guarded, payload

PAGE = ".._pages_content.children..._pages_store.data.."
SCREENS = tuple(_SCREENS)
DASH_PATHS = {Screen.PATCH: "/patch/map"}
"""Pages of Dash where a screen's own address is plain HTML."""


@pytest.fixture
def world() -> tuple[Dash, GuardedStore]:
    return guarded()


def _answered(app: Dash) -> dict[str, Any]:
    """Callbacks that run on the server."""
    return {output: one for output, one in app.callback_map.items() if "callback" in one}


def _owner(output: str) -> frozenset[Role]:
    if output.startswith("_pages") or output == PAGE:
        return frozenset(Role)
    if "wall-card." in output or "wall-card-open." in output:
        return ROLES[Screen.CARDS]
    return ROLES[Screen(output.strip(".").partition("-")[0])]


def _visit(path: object, search: object = "") -> dict[str, Any]:
    return {
        "output": PAGE,
        "outputs": [
            {"id": "_pages_content", "property": "children"},
            {"id": "_pages_store", "property": "data"},
        ],
        "inputs": [
            {"id": "_pages_location", "property": "pathname", "value": path},
            {"id": "_pages_location", "property": "search", "value": search},
        ],
        "changedPropIds": ["_pages_location.pathname"],
    }


def test_every_callback_goes_with_its_screen(world: tuple[Dash, GuardedStore]) -> None:
    app, store = world
    seen = set()
    for role in Role:
        client = come_as(app.server.test_client(), role)
        for output in _answered(app):
            store.askers.clear()
            status = client.post(
                CALLBACKS, json=payload(app, output, pages_location="/"), headers=FROM_US
            ).status_code
            if role in _owner(output):
                assert status in {200, 204}, (role, output)
                seen.add(output)
            else:
                assert (status, store.askers) == (404, []), (role, output)
            assert {asker.role for _, asker in store.askers} <= {role}
    assert seen == set(_answered(app))


def test_cards_have_an_owner_of_their_own(world: tuple[Dash, GuardedStore]) -> None:
    app, _ = world
    assert [output for output in _answered(app) if _owner(output) == ROLES[Screen.CARDS]]


@pytest.mark.parametrize("role", list(Role))
def test_pages_change_by_callback_only_to_ones_own(world: tuple[Dash, GuardedStore], role: Role) -> None:
    app, store = world
    client = come_as(app.server.test_client(), role)
    unknown = client.post(CALLBACKS, json=_visit("/no-such-page"), headers=FROM_US).json["response"]
    assert "没有这个页面" in json.dumps(unknown, ensure_ascii=False)
    for screen in SCREENS:
        own_path = DASH_PATHS.get(screen, screen.path)
        for path in (own_path, f"{own_path}/", f"/{own_path}", screen.path):
            store.askers.clear()
            shown = client.post(CALLBACKS, json=_visit(path), headers=FROM_US).json["response"]
            if role in ROLES[screen]:
                continue
            assert shown == unknown, "neither page nor title tells that there is something"
            assert store.askers == []
    own = [screen for screen in SCREENS if role in ROLES[screen]]
    for screen in own:
        page = _visit(DASH_PATHS.get(screen, screen.path))
        assert client.post(CALLBACKS, json=page, headers=FROM_US).json["response"] != unknown


def test_the_menu_has_no_dead_entry(world: tuple[Dash, GuardedStore]) -> None:
    app, _ = world
    for role in Role:
        client = come_as(app.server.test_client(), role)
        for screen in SCREENS:
            if role not in ROLES[screen]:
                continue
            page = _visit(DASH_PATHS.get(screen, screen.path))
            said = client.post(CALLBACKS, json=page, headers=FROM_US).text.replace("\\u002f", "/")
            links = {other for other in Screen if f'"href":"{other.path}"' in said}
            assert {one for one in links if client.get(one.path).status_code != 200} == set()
            if screen is not Screen.PATCH:  # there it is on the last tab
                assert ("/sign-out" in said) == (role is not Role.KIOSK)


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b"null", b"1", b'"x"', b"\xff\xfe", b"[" * 200_000,
        b'{"output":' + b"9" * 5000 + b"}",
        b'{"a":' * 100_000,
    ],
)  # fmt: skip
def test_what_is_no_json_object_is_malformed(world: tuple[Dash, GuardedStore], body: bytes) -> None:
    app, _ = world
    client = come_as(app.server.test_client(), Role.LEADER)
    answer = client.post(CALLBACKS, data=body, headers={**FROM_US, "Content-Type": "application/json"})
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "output", [None, 1, [], {}, "", "x.y", "_pages_dummy.children", "wall-viewport.data"]
)
def test_an_unknown_output_is_not_found(world: tuple[Dash, GuardedStore], output: object) -> None:
    app, _ = world
    for role in Role:
        client = come_as(app.server.test_client(), role)
        assert client.post(CALLBACKS, json={"output": output}, headers=FROM_US).status_code == 404


@pytest.mark.parametrize(
    "value", [None, 1, True, [], {}, ["/wall"], "/" * 5000, "\0", "\ud800", {"a": "\0"}, [[["\ud800"]]]]
)
def test_an_address_that_is_none_is_malformed(world: tuple[Dash, GuardedStore], value: object) -> None:
    app, _ = world
    client = come_as(app.server.test_client(), Role.LEADER)
    for visit in (_visit(value), _visit("wall"), _visit("/wall", value)):
        assert client.post(CALLBACKS, json=visit, headers=FROM_US).status_code == 400


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12)
    | st.sampled_from(["value", "data", "n_clicks", "id", "property", "ALL", "../x", "' OR 1=1 --"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(["id", "property", "value", "type", "points", "location"]) | st.text(max_size=5),
        inner, max_size=4,
    ),
    max_leaves=8,
)  # fmt: skip


@pytest.fixture(scope="module")
def lasting() -> Dash:
    return guarded()[0]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_forged_requests_are_never_a_fault(lasting: Dash, data: st.DataObject) -> None:
    """Any part of a true request replaced by anything, for the callbacks of every screen."""
    output = data.draw(st.sampled_from(sorted(_answered(lasting))))
    body = payload(lasting, output, pages_location="/")
    part = data.draw(st.sampled_from(["inputs", "state", "changedPropIds", "outputs", "piece", "value"]))
    pieces = [*body["inputs"], *body["state"]]
    if part == "value":
        for piece in pieces:
            if isinstance(piece, dict):
                piece["value"] = data.draw(JUNK)
    elif part == "piece" and pieces and isinstance(pieces[0], dict):
        pieces[0][data.draw(st.sampled_from(["id", "property"]))] = data.draw(JUNK)
    else:
        body[part] = data.draw(JUNK)
    role = data.draw(st.sampled_from(sorted(_owner(output))))
    client = come_as(lasting.server.test_client(), Role(role))
    answer = client.post(
        CALLBACKS, data=json.dumps(body), headers={**FROM_US, "Content-Type": "application/json"}
    )
    assert answer.status_code in {200, 204, 400}, (output, part)


def test_a_request_names_exactly_what_the_callback_has() -> None:
    app = Dash("test_payload")

    @app.callback(
        Output("out", "children"), Input("a", "value"), Input({"type": "row", "of": ["ALL"]}, "n_clicks")
    )
    def answer(*_: object) -> str:
        return ""

    callback = app.callback_map["out.children"]
    row = {"id": {"type": "row", "of": 3}, "property": "n_clicks", "value": 1}
    a = {"id": "a", "property": "value", "value": "x"}
    good = {
        "output": "out.children",
        "inputs": [a, [row]],
        "changedPropIds": ["a.value", '{"of":3,"type":"row"}.n_clicks'],
    }
    check_payload(dict(good), callback)
    for inputs in (
        [a], [a, [row], a], [a, row], [[a], [row]], [{**a, "id": "b"}, [row]],
        [{**a, "property": "id"}, [row]],
        [a, [{**row, "id": "a"}]], [a, [{**row, "id": {"type": "other", "of": 3}}]],
        [a, [{**row, "id": {"type": "row", "of": [3]}}]], [a, [{**row, "id": {"type": "row"}}]],
    ):  # fmt: skip
        with pytest.raises(PayloadError):
            check_payload({**good, "inputs": inputs}, callback)
    for changed in (["b.value"], ["a.id"], [1], "a.value", None):
        with pytest.raises(PayloadError):
            check_payload({**good, "changedPropIds": changed}, callback)
    forged = {**good, "outputs": {"id": "other", "property": "children"}}
    check_payload(forged, callback)
    assert forged["outputs"] == {"id": "out", "property": "children"}, (
        "a request does not choose where it writes"
    )


def test_a_callback_registered_outside_a_screen_has_no_caller() -> None:
    app, _ = guarded()

    @app.callback(Output("late", "children"), Input("late", "id"))
    def late(_: object) -> str:
        return "secret"

    for role in Role:
        client = come_as(app.server.test_client(), role)
        assert client.post(CALLBACKS, json=payload(app, "late.children"), headers=FROM_US).status_code == 404


def test_owners_note_each_callback_once() -> None:
    app = Dash("test_owners")
    owners = Owners(app)
    with owners.noting(Screen.PLAN, cards=["card"]):
        app.callback(Output("card", "children"), Input("a", "id"))(lambda _: "")
        app.callback(Output("b", "children"), Input("a", "id"))(lambda _: "")
        app.clientside_callback("() => 1", Output("c", "children"), Input("a", "id"))
    with owners.noting(Screen.WALL):
        app.callback(Output("d", "children"), Input("a", "id"))(lambda _: "")
    assert owners.all == {
        "card.children": ROLES[Screen.CARDS],
        "b.children": ROLES[Screen.PLAN],
        "d.children": ROLES[Screen.WALL],
    }
