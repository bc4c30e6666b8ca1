"""No other site acts in a reader's name: where a sending request comes from, and of what kind it is."""

from __future__ import annotations

import pytest
from dash import Dash

from callbacks.access.rules import CALLBACKS, RULES
from grid.principals import Role
from tests.screens.access_city import GuardedStore, come_as, guarded, payload, token_of

FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def world() -> tuple[Dash, GuardedStore]:
    return guarded()


MATRIX = [
    ({"Sec-Fetch-Site": "same-origin"}, True),
    ({"Sec-Fetch-Site": "none"}, True),
    ({"Sec-Fetch-Site": "same-site"}, False),
    ({"Sec-Fetch-Site": "cross-site"}, False),
    ({"Sec-Fetch-Site": ""}, False),
    ({"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"}, False),
    ({"Origin": "http://localhost"}, True),
    ({"Origin": "HTTP://LOCALHOST"}, True),
    ({"Origin": "http://localhost:81"}, False),
    ({"Origin": "http://evil.example"}, False),
    ({"Origin": "http://localhost.evil.example"}, False),
    ({"Origin": "http://localhost@evil.example"}, False),
    ({"Origin": "null"}, False),
    ({"Origin": ""}, False),
    ({"Origin": "localhost"}, False),
    ({"Origin": "http://[::"}, False),
    ({"Referer": "http://localhost/imports"}, False),
    ({}, False),
]


@pytest.mark.parametrize(("headers", "passes"), MATRIX)
def test_a_callback_is_called_from_our_pages_only(
    world: tuple[Dash, GuardedStore], headers: dict[str, str], passes: bool
) -> None:
    app, store = world
    client = come_as(app.server.test_client(), Role.CLERK)
    tick = next(output for output in app.callback_map if output.startswith("..imports-progress"))
    answer = client.post(CALLBACKS, json=payload(app, tick), headers=headers)
    assert answer.status_code == (200 if passes else 403)
    if not passes:
        assert store.fake_gate.asked == [], "refused before anything is read"


EXPORTS = {
    "/imports/outcome/7.xlsx": Role.CLERK,
    "/matters/export.xlsx": Role.BUREAU,
    "/audit/export.xlsx": Role.AUDITOR,
    "/service/export?form=csv": Role.LEADER,
    "/hotspots/export?form=csv": Role.LEADER,
}


@pytest.mark.parametrize("site", ["cross-site", "same-site", "same-origin", "none", None, "", "odd"])
@pytest.mark.parametrize(("address", "role"), EXPORTS.items())
def test_no_other_site_exports_in_a_readers_name(
    world: tuple[Dash, GuardedStore], address: str, role: Role, site: str | None
) -> None:
    """A link or a picture on a foreign page would leave audit rows in the name of whoever looks at it."""
    app, store = world
    client = come_as(app.server.test_client(), role)
    passes = site in {"same-origin", "none", None}
    answer = client.get(address, headers={} if site is None else {"Sec-Fetch-Site": site})
    assert answer.status_code == (200 if passes else 403)
    assert bool(store.askers) is passes


def test_every_file_that_is_audited_is_told_apart() -> None:
    exports = {name for name, rule in RULES.items() if rule.is_audited}
    assert exports == {
        "outcome", "rows_to_mend", "matters_export", "audit_export", "service_export", "hotspots_export",
        "units_export", "plan_annex", "plan_handover", "siting_export",
    }  # fmt: skip


@pytest.mark.parametrize(("headers", "passes"), MATRIX[:-2])
@pytest.mark.parametrize("address", ["/sign-in", "/sign-out", "/password", "/kiosk"])
def test_doors_open_from_our_pages_only(
    world: tuple[Dash, GuardedStore], address: str, headers: dict[str, str], passes: bool
) -> None:
    app, store = world
    client = come_as(app.server.test_client(), Role.CLERK)
    body = {"json": {"token": token_of(Role.KIOSK)}} if address == "/kiosk" else {"data": {"name": "x"}}
    answer = client.post(address, headers=headers, **body)  # type: ignore[arg-type]
    assert (answer.status_code == 403) == (not passes)
    assert token_of(Role.CLERK) in store.fake_gate.sessions or passes


def test_a_program_without_a_cookie_may_sign_in(world: tuple[Dash, GuardedStore]) -> None:
    app, store = world
    answer = app.server.test_client().post("/sign-in", data={"name": "x", "password": "y"})
    assert answer.status_code == 401
    assert "sign_in" in store.fake_gate.asked
    with_cookie = app.server.test_client()
    with_cookie.set_cookie("fengtu", "unreadable")
    assert with_cookie.post("/sign-in", data={"name": "x", "password": "y"}).status_code == 403


@pytest.mark.parametrize(
    "kind", [FORM, "text/plain", "multipart/form-data; boundary=x", "", "application/jsonx"]
)
def test_callbacks_take_json_only(world: tuple[Dash, GuardedStore], kind: str) -> None:
    app, store = world
    client = come_as(app.server.test_client(), Role.CLERK)
    headers = {"Sec-Fetch-Site": "same-origin", "Content-Type": kind}
    assert client.post(CALLBACKS, data='{"output": "x"}', headers=headers).status_code == 400
    assert store.askers == []


@pytest.mark.parametrize("address", ["/sign-in", "/password", "/sign-out"])
def test_doors_take_forms_only(world: tuple[Dash, GuardedStore], address: str) -> None:
    app, store = world
    client = come_as(app.server.test_client(), Role.CLERK)
    for kind in ("application/json", "text/plain", "multipart/form-data; boundary=x"):
        headers = {"Sec-Fetch-Site": "same-origin", "Content-Type": kind}
        assert client.post(address, data="{}", headers=headers).status_code == 400
    assert set(store.fake_gate.asked) <= {"who"}
