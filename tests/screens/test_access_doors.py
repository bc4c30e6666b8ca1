"""The doors: who signs in gets a new session and goes on to a page of ours, and to no other."""

from __future__ import annotations

from http.cookies import SimpleCookie
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from callbacks.access.cookies import NAME
from callbacks.access.next_path import read_next
from callbacks.access.screens import home_of
from callbacks.shell import _SCREENS
from callbacks.tools import IdentityProvider
from grid.principals import Role
from grid.refusals import Refused
from tests.screens.access_city import FROM_US, PASSWORD, FakeGate, come_as, guarded, token_of

ELSEWHERE = (
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/\n/evil",
    "https://evil.example/wall",
    "javascript:alert(1)",
    "data:text/html,x",
    "http:/evil",
    "evil",
    "",
    " /wall",
    "/wall\r\nSet-Cookie: fengtu=x",
    "/wall\x00",
    "/wall\x7f",
    "/\u2028wall",
    "/枫",
    "/" + "a" * 700,
    "/a b",
    "/\\/evil.example",
    "/wall\\..\\x",
    "?next=/",
    "@evil.example",
    ".evil.example",
    None,
    5,
    ["/wall"],
)
OURS = ("/wall", "/wall?layers=density&level=town", "/plan?plan=3", "/imports?kind=coverage#x", "/")


@pytest.fixture
def gate_client() -> tuple[FakeGate, FlaskClient]:
    app, store = guarded()
    return store.fake_gate, app.server.test_client()


def _cookie(answer: TestResponse) -> SimpleCookie:
    return SimpleCookie(answer.headers["Set-Cookie"])


def _sign_in(client: FlaskClient, role: Role, password: str = PASSWORD, **more: str) -> TestResponse:
    form = {"name": f"{role}-name", "password": password, **more}
    return client.post("/sign-in", data=form, headers=FROM_US)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.KIOSK])
def test_signing_in_leads_home_with_a_session_of_ones_own(
    gate_client: tuple[FakeGate, FlaskClient], role: Role
) -> None:
    gate, client = gate_client
    answer = _sign_in(client, role)
    assert (answer.status_code, answer.headers["Location"]) == (303, home_of(role, set(_SCREENS)))
    morsel = _cookie(answer)[NAME]
    assert (morsel["httponly"], morsel["samesite"], morsel["path"]) == (True, "Lax", "/")
    assert (morsel["max-age"], morsel["secure"], morsel["domain"]) == ("", "", "")
    assert gate.sessions[morsel.value].role is role
    assert client.get(answer.headers["Location"]).status_code == 200
    again = client.get("/sign-in")
    assert (again.status_code, again.headers["Location"]) == (303, home_of(role, set(_SCREENS)))


def test_the_session_is_rotated(gate_client: tuple[FakeGate, FlaskClient]) -> None:
    gate, client = gate_client
    planted = token_of(Role.CLERK)
    client.set_cookie(NAME, planted)
    token = _cookie(_sign_in(client, Role.PLANNER))[NAME].value
    assert token != planted
    assert planted not in gate.sessions, "the session from before ends, whoever planted it"


def test_over_https_the_cookie_never_travels_openly(gate_client: tuple[FakeGate, FlaskClient]) -> None:
    _, client = gate_client
    form = {"name": "clerk-name", "password": PASSWORD}
    answer = client.post("/sign-in", data=form, headers=FROM_US, base_url="https://localhost")
    assert _cookie(answer)[NAME]["secure"] is True


@pytest.mark.parametrize(
    ("login", "password"),
    [
        ("clerk-name", "wrong"),
        ("nobody", PASSWORD),
        ("", PASSWORD),
        ("clerk-name", ""),
        ("x" * 101, PASSWORD),
        ("clerk-name", "y" * 1001),
        ("clerk-name\0", PASSWORD),
        ("' OR 1=1 --", PASSWORD),
        ("<script>alert(1)</script>", "x"),
    ],
)
def test_a_failure_never_says_why(
    gate_client: tuple[FakeGate, FlaskClient], login: str, password: str
) -> None:
    _, client = gate_client
    answer = client.post("/sign-in", data={"name": login, "password": password}, headers=FROM_US)
    assert answer.status_code == 401
    assert "用户名或密码不对" in answer.text
    assert "Set-Cookie" not in answer.headers
    assert "<script>alert" not in answer.text
    assert not password or len(password) < 6 or password not in answer.text


@pytest.mark.parametrize(
    ("refused", "status", "words"),
    [
        (Refused("sign_in_delayed", seconds=42), 429, "请过 42 秒再试"),
        (Refused("sign_in_busy"), 503, "正在登录的人太多"),
        (Refused("database_down"), 503, "数据库暂时无法连接"),
    ],
)
def test_other_refusals_say_what_to_do(
    gate_client: tuple[FakeGate, FlaskClient], refused: Refused, status: int, words: str
) -> None:
    gate, client = gate_client
    gate.refusal = refused
    answer = _sign_in(client, Role.CLERK, next="/imports?kind=coverage")
    assert (answer.status_code, words in answer.text) == (status, True)
    assert "/imports?kind=coverage" in answer.text, "the way is not lost"
    assert answer.headers.get("Retry-After") == ("42" if status == 429 else None)


@pytest.mark.parametrize("wanted", ELSEWHERE)
def test_nobody_is_led_elsewhere(gate_client: tuple[FakeGate, FlaskClient], wanted: object) -> None:
    assert read_next(wanted) is None
    if not isinstance(wanted, str):
        return
    _, client = gate_client
    assert 'name="next" value=""' in client.get(f"/sign-in?next={quote(wanted)}").text
    assert _sign_in(client, Role.LEADER, next=wanted).headers["Location"] == "/wall"
    assert client.get(f"/sign-in?next={quote(wanted)}").headers["Location"] == "/wall"


@pytest.mark.parametrize("wanted", OURS)
def test_who_was_turned_away_comes_back(gate_client: tuple[FakeGate, FlaskClient], wanted: str) -> None:
    _, client = gate_client
    assert _sign_in(client, Role.LEADER, next=wanted).headers["Location"] == wanted


def test_the_way_is_kept_through_the_door(gate_client: tuple[FakeGate, FlaskClient]) -> None:
    _, client = gate_client
    door = client.get("/wall?layers=density&card=area-7").headers["Location"]
    page = client.get(door).text
    assert 'name="next" value="/wall?layers=density&amp;card=area-7"' in page
    assert client.get("/", follow_redirects=False).headers["Location"] == "/sign-in"


@given(st.text(max_size=40))
def test_whatever_is_read_as_next_is_a_path_of_ours(text: str) -> None:
    for asked in (text, f"/{text}"):
        wanted = read_next(asked)
        assert wanted is None or (
            wanted.startswith("/") and wanted[1:2] not in {"/", "\\"} and wanted.isascii()
        )


def test_signing_out_ends_the_session(gate_client: tuple[FakeGate, FlaskClient]) -> None:
    gate, client = gate_client
    come_as(client, Role.CLERK)
    assert client.get("/sign-out").status_code == 404, "a link must not sign anyone out"
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = client.post("/sign-out", data="", headers=FROM_US | form)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in")
    assert _cookie(answer)[NAME].value == ""
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert token_of(Role.CLERK) not in gate.sessions
    assert come_as(client, Role.CLERK).get("/imports").status_code == 303


def test_a_kiosk_can_neither_leave_nor_change_a_password(gate_client: tuple[FakeGate, FlaskClient]) -> None:
    gate, client = gate_client
    come_as(client, Role.KIOSK)
    for address in ("/sign-out", "/password"):
        assert client.post(address, data={"old": "x"}, headers=FROM_US).status_code == 404
    assert token_of(Role.KIOSK) in gate.sessions


def test_a_password_is_changed_and_the_session_with_it(gate_client: tuple[FakeGate, FlaskClient]) -> None:
    gate, client = gate_client
    come_as(client, Role.PLANNER)
    page = client.get("/password").text
    assert "planner-name" in page
    assert "规划员" in page
    new = "完全新的密码一二三四五"

    def change(**fields: str) -> TestResponse:
        return client.post(
            "/password", data={"old": PASSWORD, "new": new, "again": new} | fields, headers=FROM_US
        )

    assert "两次输入的新密码不一样" in change(again="别的").text
    assert "change_password" not in gate.asked, "a slip of the finger is no attempt"
    assert "现在的密码不对" in change(old="wrong").text
    assert "新密码太弱" in change(new="short", again="short").text
    answer = change()
    assert "密码已修改" in answer.text
    assert token_of(Role.PLANNER) not in gate.sessions
    assert gate.sessions[_cookie(answer)[NAME].value].role is Role.PLANNER
    assert client.get("/plan").status_code == 200


def test_a_kiosk_comes_in_by_its_token(gate_client: tuple[FakeGate, FlaskClient]) -> None:
    _, client = gate_client
    assert token_of(Role.KIOSK) not in client.get("/kiosk").text
    answer = client.post("/kiosk", json={"token": token_of(Role.KIOSK)}, headers=FROM_US)
    assert answer.status_code == 204
    morsel = _cookie(answer)[NAME]
    assert int(morsel["max-age"]) > 300 * 24 * 3600
    assert (morsel["httponly"], morsel["samesite"]) == (True, "Lax")
    assert client.get("/wall").status_code == 200


def test_a_kiosks_entry_ends_the_session_that_the_browser_had(
    gate_client: tuple[FakeGate, FlaskClient],
) -> None:
    gate, client = gate_client
    come_as(client, Role.BUREAU)
    wrong = client.post("/kiosk", json={"token": "nobody-has-this-token-0123"}, headers=FROM_US)
    assert wrong.status_code == 401
    assert token_of(Role.BUREAU) in gate.sessions, "a wrong link signs nobody out"
    entered = client.post("/kiosk", json={"token": token_of(Role.KIOSK)}, headers=FROM_US)
    assert (entered.status_code, gate.asked[-2:]) == (204, ["enter_kiosk", "sign_out"])
    assert token_of(Role.BUREAU) not in gate.sessions
    again = client.post("/kiosk", json={"token": token_of(Role.KIOSK)}, headers=FROM_US)
    assert (again.status_code, gate.asked[-1]) == (204, "enter_kiosk"), "its own link stays as it is"


def test_who_stands_before_a_kiosk_can_sign_in(gate_client: tuple[FakeGate, FlaskClient]) -> None:
    _, client = gate_client
    come_as(client, Role.KIOSK)
    page = client.get("/sign-in?next=/matters")
    assert (page.status_code, 'action="/sign-in"' in page.text) == (200, True)
    answer = _sign_in(client, Role.BUREAU, next="/matters")
    assert answer.headers["Location"] == "/matters"
    assert client.get("/matters").status_code == 200
    assert client.get("/sign-in").headers["Location"] == "/wall", "a person is led on"


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        {"token": None},
        {"token": 5},
        {"token": ""},
        {"token": "x"},
        {"token": "a" * 5000},
        {"token": "令牌" * 9},
        {"token": "nobody-has-this-token-0123"},
        {"token": token_of(Role.LEADER)},
        {"token": token_of(Role.ADMIN)},
    ],
)
def test_only_a_kiosks_token_opens_the_kiosks_door(
    gate_client: tuple[FakeGate, FlaskClient], body: object
) -> None:
    _, client = gate_client
    answer = client.post("/kiosk", json=body, headers=FROM_US)
    assert answer.status_code in {400, 401}
    assert "Set-Cookie" not in answer.headers


def test_a_kiosk_stays_where_it_was_put(gate_client: tuple[FakeGate, FlaskClient]) -> None:
    _, client = gate_client
    away = {"REMOTE_ADDR": "10.9.9.9"}
    answer = client.post(
        "/kiosk", json={"token": token_of(Role.KIOSK)}, headers=FROM_US, environ_overrides=away
    )
    assert answer.status_code == 401
    assert come_as(client, Role.KIOSK).get("/wall", environ_overrides=away).status_code == 303


def test_a_forwarded_address_is_believed_only_behind_ones_own_proxy() -> None:
    forged = {"X-Forwarded-For": "127.0.0.1"}
    away = {"REMOTE_ADDR": "10.9.9.9"}
    for proxies, expected in ((0, 303), (1, 200)):
        app, _ = guarded(proxies=proxies)
        client = come_as(app.server.test_client(), Role.KIOSK)
        assert client.get("/wall", headers=forged, environ_overrides=away).status_code == expected


def test_the_other_way_in_is_offered_only_where_there_is_one() -> None:
    provider = IdentityProvider("https://id.example.invalid", "fengtu", "not a secret", "sub")
    for oidc in (None, provider):
        app, _ = guarded(oidc=oidc)
        page = app.server.test_client().get("/sign-in?next=/wall").text
        assert ("统一身份认证登录" in page, "/sign-in/oidc?next=/wall" in page) == (oidc is not None,) * 2


def test_a_long_form_is_not_read() -> None:
    app, store = guarded()
    answer = app.server.test_client().post("/sign-in", data={"name": "x" * 100_000}, headers=FROM_US)
    assert answer.status_code == 413
    assert store.fake_gate.asked == []


def test_who_has_no_screen_is_told_whom_to_ask() -> None:
    app, _ = guarded()
    client = come_as(app.server.test_client(), Role.AUDITOR)
    if home_of(Role.AUDITOR, set(_SCREENS)) == "/password":
        assert "请联系管理员" in client.get("/password").text
    assert client.get("/", follow_redirects=True).status_code == 200
