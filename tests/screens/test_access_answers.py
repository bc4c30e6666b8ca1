"""Every answer carries the headers; what is scoped is kept nowhere; logs hold kinds and places, no values."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import logging
import re
from collections.abc import Iterator

import pytest
from dash import Dash
from flask import Response

from callbacks.access import logs
from callbacks.access.rules import CALLBACKS
from callbacks.plan.board import Board, board_data
from grid.principals import Role
from tests.screens.access_city import FROM_US, PASSWORD, GuardedStore, come_as, guarded, payload, token_of

ADDRESSES = (
    "/",
    "/wall",
    "/imports",
    "/no-such",
    "/sign-in",
    "/kiosk",
    "/password",
    "/healthz",
    "/_dash-layout",
    "/_dash-dependencies",
    "/assets/wall.js",
    "/assets/no-such.js",
    "/_favicon.ico",
    "/shapes/county/1.json",
    "/imports/template/coverage.xlsx",
    "/imports/outcome/7.xlsx",
    "/imports/outcome/8.xlsx",
    "/_reload-hash",
    "//x",
)
CANARIES = (
    "canary-login", "canary-password", "canary-query", "canary-path", "canary-body", "canary-message",
    "canary-cookie-0123456789", "canary-token-0123456789", "canary-agent", "canary-referer", "canary-local",
)  # fmt: skip


@pytest.fixture
def world() -> tuple[Dash, GuardedStore]:
    return guarded()


@pytest.mark.parametrize("role", [None, Role.CLERK, Role.KIOSK])
def test_every_answer_has_the_headers(world: tuple[Dash, GuardedStore], role: Role | None) -> None:
    app, _ = world
    client = app.server.test_client()
    if role:
        come_as(client, role)
    for address in ADDRESSES:
        headers = client.get(address).headers
        policy = dict(part.partition(" ")[::2] for part in headers["Content-Security-Policy"].split("; "))
        assert policy["default-src"] == "'none'"
        assert "unsafe" not in policy["script-src"]
        assert policy["script-src"].split()[0] == "'self'"
        assert (policy["frame-ancestors"], policy["base-uri"], policy["form-action"]) == (
            "'none'",
            "'none'",
            "'self'",
        )
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert (
            headers["Cross-Origin-Opener-Policy"] == headers["Cross-Origin-Resource-Policy"] == "same-origin"
        )
        assert "geolocation=()" in headers["Permissions-Policy"]
        assert len(headers["X-Request-Id"]) == 16
        assert "Strict-Transport-Security" not in headers
    worker = come_as(app.server.test_client(), Role.WORKER).get("/patch/place").headers
    assert "geolocation=(self)" in worker["Permissions-Policy"], "a worker may say where a matter is"
    assert "geolocation=()" in come_as(client, Role.CLERK).get("/patch/place").headers["Permissions-Policy"]
    client.delete_cookie("fengtu")
    secure = client.get("/sign-in", base_url="https://localhost").headers
    assert "max-age" in secure["Strict-Transport-Security"]


def test_the_policy_knows_every_inline_script(world: tuple[Dash, GuardedStore]) -> None:
    app, _ = world
    page = come_as(app.server.test_client(), Role.CLERK).get("/imports")
    policy = page.headers["Content-Security-Policy"]
    shown = re.sub(r"<!--.*?-->", "", page.text, flags=re.DOTALL)
    scripts = re.findall(r"<script(?P<tag>[^>]*)>(?P<code>.*?)</script>", shown, flags=re.DOTALL)
    run = [code for tag, code in scripts if code and "application/json" not in tag]
    assert len(run) == 2
    for code in run:
        digest = base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy


def test_only_what_is_the_same_for_all_is_kept(world: tuple[Dash, GuardedStore]) -> None:
    app, _ = world
    for role in (None, *Role):
        client = app.server.test_client()
        if role:
            come_as(client, role)
        for address in ADDRESSES:
            answer = client.get(address)
            kept = answer.headers["Cache-Control"]
            assert "public" not in kept
            if address == "/shapes/county/1.json" and role:
                assert kept == "private, max-age=31536000, immutable"
            elif address in {"/assets/wall.js", "/_favicon.ico"}:
                assert kept == "no-cache"
            else:
                assert kept == "private, no-store", (role, address)


def test_a_route_cannot_let_its_answer_be_kept(world: tuple[Dash, GuardedStore]) -> None:
    app, _ = world
    for endpoint, address in (
        ("template", "/imports/template/coverage.xlsx"),
        ("shapes", "/shapes/county/1.json"),
    ):
        for named in ("public, max-age=60", "private, max-age=60"):
            answer = Response("x", headers={"Cache-Control": named})
            app.server.view_functions[endpoint] = lambda answer=answer, **_: answer
            client = come_as(app.server.test_client(), Role.CLERK)
            assert client.get(address).headers["Cache-Control"] == "private, no-store"


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    stream, root = io.StringIO(), logging.getLogger()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.JsonLines())
    root.addHandler(handler)
    logging.getLogger("fengtu.web").setLevel(logging.INFO)
    yield stream
    root.removeHandler(handler)


def test_logs_say_who_and_what_kind_and_never_what(
    world: tuple[Dash, GuardedStore], lines: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    app, store = world
    client = app.server.test_client()
    noise = {"User-Agent": "canary-agent", "Referer": "http://localhost/canary-referer"} | FROM_US
    form = {"name": "canary-login", "password": "canary-password"}
    client.set_cookie("fengtu", "canary-cookie-0123456789")
    client.post("/sign-in?next=/canary-query", data=form, headers=noise)
    client.get("/canary-path?x=canary-query", headers=noise)
    client.post("/kiosk", json={"token": "canary-token-0123456789"}, headers=noise)
    client.open("/wall", method="CANARY-PATH", headers=noise)
    come_as(client, Role.PLANNER)
    client.get("/imports/outcome/7.xlsx?x=canary-query", headers=noise)
    client.post(CALLBACKS + "?x=canary-query", json={"output": "canary-body"}, headers=noise)

    def fail(principal: object) -> object:
        local = "canary-local"
        raise RuntimeError(f"canary-message {local}") from ValueError("canary-message")

    monkeypatch.setattr(store, "plan", fail)
    show = next(output for output in app.callback_map if "...plan-map.figure" in output)
    board = board_data(Board(1, name="canary-body"))
    answer = client.post(CALLBACKS, json=payload(app, show, plan_board=board), headers=noise)
    assert (answer.status_code, answer.json["request"]) == (500, answer.headers["X-Request-Id"])
    logging.getLogger("other.program").error("canary-message %s", "canary-body")

    said = lines.getvalue()
    assert [canary for canary in CANARIES if canary in said.lower()] == []
    assert token_of(Role.PLANNER) not in said
    events = [json.loads(line) for line in said.splitlines()]
    bug = next(one for one in events if one.get("event") == "bug")
    assert bug["request"] == answer.headers["X-Request-Id"]
    assert [cause["error"] for cause in bug["causes"]] == ["RuntimeError", "ValueError"]
    assert bug["causes"][0]["places"][-1].endswith(" fail")
    refused = next(one for one in events if str(one.get("route")).startswith("/imports/outcome/<int"))
    assert (refused["principal"], refused["method"], refused["status"]) == ("planner-1", "GET", 404)
    assert refused["ms"] >= 0
    assert events[-1] == events[-1] | {"logger": "other.program", "level": "error"}


def test_the_word_of_a_traceback_is_where_not_what() -> None:
    try:
        json.loads("canary-message")
    except ValueError as error:
        told = (type(error), error, error.__traceback__)
        record = logging.LogRecord("x", logging.ERROR, __file__, 1, "canary-message", None, told)
    said = logs.JsonLines().format(record)
    assert "canary" not in said
    assert json.loads(said)["error"] == "JSONDecodeError"


def test_set_up_leaves_one_way_to_log(capsys: pytest.CaptureFixture[str]) -> None:
    root = logging.getLogger()
    before = root.handlers[:], root.level
    try:
        logs.set_up()
        logs.set_up()
        logging.getLogger("gunicorn.error").warning("Invalid request from %s", "canary-body")
        app, _ = guarded()
        app.server.test_client().post("/sign-in", data={"name": "x", "password": PASSWORD})
    finally:
        root.handlers[:], root.level = before
    said = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [one["logger"] for one in said] == ["gunicorn.error", "fengtu.web"]
    assert "canary" not in json.dumps(said)
