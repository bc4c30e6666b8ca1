"""Signing in by the organisation's provider: over real HTTP, and refused for every fault in its answer."""

import http.client
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from joserfc import jwt
from joserfc.jwk import OctKey
from sqlalchemy import Engine, text

from callbacks.access.cookies import NAME
from callbacks.shell import make_shell
from callbacks.tools import IdentityProvider, Tools
from data import cluster
from data.access.gate import PostgisGate
from data.access.roles import SERVER
from data.settings import read_settings
from data.writes.accounts import AccountBook
from grid.accounts import NewAccount
from grid.principals import COMMAND_LINE, Role
from grid.refusals import Refused
from tests.screens.access_city import GuardedStore
from tests.screens.imports_city import FakeDesk
from tests.screens.wall_city import FakeWall
from tests.storage.loopback_provider import (
    CLIENT,
    CLIENT_SECRET,
    FOREIGN_KEY,
    KEY,
    Claims,
    LoopbackProvider,
    unsigned,
)

LoginAs = Callable[[Engine, str], Engine]
PENDING = "fengtu_oidc"


@pytest.fixture
def provider() -> Iterator[LoopbackProvider]:
    made = LoopbackProvider()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def book(engine: Engine, login_as: LoginAs) -> Iterator[AccountBook]:
    owner = login_as(engine, cluster.OWNER)
    book = AccountBook(owner, COMMAND_LINE, engine)
    book.add(NewAccount("leader-1", Role.LEADER))
    yield book
    owner.dispose()


@pytest.fixture
def gate(engine: Engine, login_as: LoginAs, book: AccountBook) -> Iterator[PostgisGate]:
    server = login_as(engine, SERVER)
    yield PostgisGate(server)
    server.dispose()


@pytest.fixture
def browser(provider: LoopbackProvider, gate: PostgisGate) -> FlaskClient:
    return browser_of(provider, gate)


def browser_of(provider: LoopbackProvider, gate: PostgisGate, secret: str = CLIENT_SECRET) -> FlaskClient:
    config = IdentityProvider(provider.issuer, CLIENT, secret, "preferred_username")
    store = GuardedStore(FakeWall(), FakeDesk(), gate)  # type: ignore[arg-type]
    return make_shell(Tools(store=store, oidc=config)).server.test_client()  # type: ignore[arg-type]


def visit(address: str) -> str:
    """Return where the provider sends a browser."""
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.netloc, timeout=10)
    connection.request("GET", f"{parts.path}?{parts.query}")
    found = connection.getresponse().headers["Location"]
    connection.close()
    return found


def go_there(browser: FlaskClient, wanted: str = "") -> str:
    """Begin, and return the address by which the provider sends the browser back."""
    begun = browser.get(f"/sign-in/oidc{wanted}")
    assert begun.status_code == 303
    cookie = begun.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    back = urlsplit(visit(begun.headers["Location"]))
    assert back.path == "/sign-in/oidc/callback"
    return f"{back.path}?{back.query}"


def is_refused(browser: FlaskClient, back: str) -> str:
    answer = browser.get(back)
    assert answer.status_code in {401, 503}
    assert browser.get_cookie(NAME) is None
    assert browser.get_cookie(PENDING, path="/sign-in/oidc") is None
    assert "canary" not in answer.text
    return answer.text


def test_an_account_comes_in_and_goes_where_it_wanted(browser: FlaskClient, gate: PostgisGate) -> None:
    answer = browser.get(go_there(browser, "?next=/wall%3Fa%3D1"))
    assert (answer.status_code, answer.headers["Location"]) == (303, "/wall?a=1")
    cookie = browser.get_cookie(NAME)
    assert cookie is not None
    principal = gate.who(cookie.value, "127.0.0.1")
    assert principal is not None
    assert (principal.label, principal.role) == ("leader-1", Role.LEADER)
    assert browser.get_cookie(PENDING, path="/sign-in/oidc") is None
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_nobody_is_led_to_another_site(browser: FlaskClient) -> None:
    answer = browser.get(go_there(browser, "?next=//elsewhere.example/wall"))
    assert answer.headers["Location"] == "/wall"


def test_the_session_from_before_ends(browser: FlaskClient, gate: PostgisGate) -> None:
    browser.get(go_there(browser))
    first = browser.get_cookie(NAME)
    browser.get(go_there(browser))
    assert first is not None
    assert gate.who(first.value, "127.0.0.1") is None


@pytest.mark.parametrize(
    "change",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "another-client"},
        {"aud": ["another-client"]},
        {"aud": None},
        {"azp": "another-client"},
        {"iss": "https://elsewhere.example"},
        {"iss": None},
        {"exp": 1_700_000_000},
        {"exp": None},
        {"iat": 4_000_000_000},
        {"nbf": 4_000_000_000},
        {"sub": None},
        {"preferred_username": None},
        {"preferred_username": 7},
        {"preferred_username": ["leader-1"]},
        {"preferred_username": "nobody"},
        {"preferred_username": ""},
        {"preferred_username": "leader-1' OR true --"},
    ],
)
def test_a_token_with_a_wrong_claim_lets_nobody_in(
    browser: FlaskClient, provider: LoopbackProvider, change: Claims
) -> None:
    provider.spoil = lambda claims: {
        name: value for name, value in (claims | change).items() if value is not None
    }
    is_refused(browser, go_there(browser))


@pytest.mark.parametrize(
    "sign",
    [
        unsigned,
        lambda claims: jwt.encode({"alg": "RS256", "kid": "one"}, claims, FOREIGN_KEY),
        lambda claims: jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(CLIENT_SECRET)),
        # The public key taken for a shared secret.
        lambda claims: jwt.encode(
            {"alg": "HS256", "kid": "one"}, claims, OctKey.import_key(KEY.as_pem(private=False))
        ),
        lambda claims: jwt.encode({"alg": "RS256", "kid": "two"}, claims, KEY),
        lambda claims: jwt.encode({"alg": "RS256", "kid": "one"}, claims, KEY)[:-6] + "AAAAAA",
        lambda claims: "not.a.token",
        lambda claims: "",
    ],
)
def test_a_token_with_a_wrong_signature_lets_nobody_in(
    browser: FlaskClient, provider: LoopbackProvider, sign: Callable[[Claims], str]
) -> None:
    provider.sign = sign
    is_refused(browser, go_there(browser))


def test_a_wrong_state_is_refused_before_the_provider_is_asked(
    browser: FlaskClient, provider: LoopbackProvider
) -> None:
    back = go_there(browser)
    asked = len(provider.asked)
    is_refused(browser, back.replace("state=", "state=x"))
    is_refused(browser, back)
    assert len(provider.asked) == asked
    assert provider.codes, "the code was never spent"


def test_another_browsers_sign_in_cannot_be_finished(
    provider: LoopbackProvider, gate: PostgisGate, browser: FlaskClient
) -> None:
    """Login CSRF: the attacker's callback address in the victim's browser."""
    back = go_there(browser_of(provider, gate))
    is_refused(browser, back)
    go_there(browser)
    is_refused(browser, back)


def test_a_pending_sign_in_that_we_did_not_sign_is_none(browser: FlaskClient) -> None:
    back = go_there(browser)
    cookie = browser.get_cookie(PENDING, path="/sign-in/oidc")
    assert cookie is not None
    browser.set_cookie(PENDING, cookie.value[:-3] + "abc", path="/sign-in/oidc")
    is_refused(browser, back)


def test_a_code_is_good_once_and_for_our_client_only(
    browser: FlaskClient, provider: LoopbackProvider, gate: PostgisGate
) -> None:
    impostor = browser_of(provider, gate, "wrong secret")
    is_refused(impostor, go_there(impostor))
    for back in ("/sign-in/oidc/callback", "/sign-in/oidc/callback?error=access_denied&state=x"):
        is_refused(browser, back)
    back = go_there(browser)
    is_refused(browser, back.replace("code=", "code=x"))


def test_a_disabled_account_stays_out(browser: FlaskClient, book: AccountBook, engine: Engine) -> None:
    book.set_disabled("leader-1", True)
    is_refused(browser, go_there(browser))


def test_no_account_is_made(browser: FlaskClient, provider: LoopbackProvider, book: AccountBook) -> None:
    provider.login = "somebody-new"
    is_refused(browser, go_there(browser))
    assert [one.login for one in book.accounts()] == ["leader-1"]


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "https://elsewhere.example"},
        {"authorization_endpoint": "http://elsewhere.example/authorize"},
        {"authorization_endpoint": "javascript:alert(1)"},
    ],
)
def test_a_provider_that_says_odd_things_of_itself_is_not_gone_to(
    browser: FlaskClient, provider: LoopbackProvider, metadata: dict[str, str]
) -> None:
    provider.metadata = metadata
    assert browser.get("/sign-in/oidc").status_code == 401


@pytest.mark.parametrize("name", ["token_endpoint", "jwks_uri"])
def test_keys_and_tokens_come_over_safe_ways_only(
    browser: FlaskClient, provider: LoopbackProvider, name: str
) -> None:
    provider.metadata = {name: f"http://localhost.elsewhere.example/{name}"}
    is_refused(browser, go_there(browser))


def test_a_provider_that_is_down_is_said_to_be(provider: LoopbackProvider, gate: PostgisGate) -> None:
    browser = browser_of(provider, gate)
    provider.server.shutdown()
    provider.server.server_close()
    answer = browser.get("/sign-in/oidc")
    assert answer.status_code == 503
    assert "统一身份认证暂时没有应答" in answer.text


def test_without_a_provider_the_door_leads_nowhere(gate: PostgisGate) -> None:
    store = GuardedStore(FakeWall(), FakeDesk(), gate)  # type: ignore[arg-type]
    browser = make_shell(Tools(store=store)).server.test_client()  # type: ignore[arg-type]
    assert browser.get("/sign-in/oidc").status_code == 404
    assert browser.get("/sign-in/oidc/callback?code=a&state=b").status_code == 404


def test_sign_ins_by_the_provider_are_audited(
    browser: FlaskClient, engine: Engine, login_as: LoginAs
) -> None:
    browser.get(go_there(browser))
    owner = login_as(engine, cluster.OWNER)
    with owner.connect() as connection:
        facts = connection.execute(
            text("SELECT facts FROM audit WHERE action = 'session.open' ORDER BY id DESC LIMIT 1")
        ).scalar_one()
    owner.dispose()
    assert facts == {"address": "127.0.0.1", "by": "provider"}


ISSUER = {"OIDC_ISSUER": "https://id.example.invalid/realms/city", "OIDC_CLIENT_ID": "fengtu"}


def test_settings_name_a_provider_wholly_or_not_at_all(tmp_path: Path) -> None:
    assert read_settings({}).oidc is None
    file = tmp_path / "secret"
    file.write_text("canary-of-a-file\n")
    oidc = read_settings(ISSUER | {"OIDC_CLIENT_SECRET_FILE": str(file)}).oidc
    assert oidc is not None
    assert (oidc.client_secret, oidc.login_claim) == ("canary-of-a-file", "preferred_username")
    assert "canary" not in repr(read_settings(ISSUER | {"OIDC_CLIENT_SECRET": "canary"}))
    assert "canary" not in repr(read_settings(ISSUER | {"OIDC_CLIENT_SECRET": "canary"}).environment())


@pytest.mark.parametrize(
    ("environment", "code"),
    [
        (ISSUER, "oidc_incomplete"),
        ({"OIDC_CLIENT_SECRET": "x"}, "oidc_incomplete"),
        (ISSUER | {"OIDC_CLIENT_SECRET_FILE": "/nonexistent"}, "oidc_secret_unreadable"),
        (
            ISSUER | {"OIDC_CLIENT_SECRET": "x", "OIDC_ISSUER": "http://id.example.invalid"},
            "oidc_issuer_unreadable",
        ),
        (ISSUER | {"OIDC_CLIENT_SECRET": "x", "OIDC_ISSUER": "https://"}, "oidc_issuer_unreadable"),
        (ISSUER | {"OIDC_CLIENT_SECRET": "x", "OIDC_ISSUER": "https://a/?b"}, "oidc_issuer_unreadable"),
    ],
)
def test_unreadable_settings_are_named(environment: dict[str, str], code: str) -> None:
    with pytest.raises(Refused) as caught:
        read_settings(environment)
    assert caught.value.code == code
