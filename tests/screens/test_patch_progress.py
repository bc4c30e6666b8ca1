"""``POST /patch/progress``: kept once, refused in words, never a fault, and silent about foreign matters."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from dash import Dash
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from callbacks.patch.progress import PATH
from grid.assisting import AssistStep
from grid.principals import Role
from grid.refusals import Refused
from tests.screens.access_city import FROM_US, GuardedStore, come_as, guarded
from tests.screens.patch_city import FakePatchDesk

World = tuple[FlaskClient, GuardedStore, FakePatchDesk]


@pytest.fixture(scope="module")
def app() -> tuple[Dash, GuardedStore]:
    return guarded()


@pytest.fixture
def world(app: tuple[Dash, GuardedStore]) -> World:
    served, store = app
    store.ports["patch"] = desk = FakePatchDesk()
    return come_as(served.server.test_client(), Role.WORKER), store, desk


def told(**more: Any) -> dict[str, Any]:
    at = (datetime.now(UTC) - timedelta(minutes=2)).isoformat()
    return {"matter": 2, "step": "visited", "words": "已到现场", "key": str(uuid.uuid4()), "at": at} | more


def send(client: FlaskClient, body: Any, **more: Any) -> TestResponse:
    return client.post(PATH, data=json.dumps(body), content_type="application/json", headers=FROM_US, **more)


def test_a_note_is_kept_once_however_often_it_is_sent(world: World) -> None:
    client, _, desk = world
    body = told()
    answers = [send(client, body) for _ in range(3)]
    assert [(one.status_code, one.json) for one in answers] == [
        (200, {"status": "kept"}), (200, {"status": "known"}), (200, {"status": "known"}),
    ]  # fmt: skip
    (note,) = desk.notes
    assert (note.matter_id, note.step, note.words) == (2, AssistStep.VISITED, "已到现场")
    assert str(note.key) == body["key"]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"words": "电话13800138000"}, "note_names_person"), ({"words": "好" * 201}, "note_too_long"),
        ({"step": "closed"}, "note_incomplete"), ({"matter": "2"}, "note_incomplete"),
        ({"matter": 999}, "matter_unknown"), ({"matter": 10**30}, "matter_unknown"),
        ({"at": "2020-01-01T00:00:00Z"}, "note_too_old"), ({"at": "2999-01-01T00:00:00Z"}, "note_in_future"),
    ],
)  # fmt: skip
def test_what_will_never_be_kept_is_refused_in_words(world: World, wrong: dict[str, Any], code: str) -> None:
    client, _, desk = world
    answer = send(client, told(**wrong))
    assert answer.status_code == 422
    assert answer.json is not None
    assert answer.json["refused"] == code
    assert answer.json["words"].endswith("。")
    assert "13800138000" not in answer.text
    assert desk.notes == []


def test_a_key_with_another_note_is_refused(world: World) -> None:
    client, _, desk = world
    body = told()
    send(client, body)
    answer = send(client, body | {"step": "resolved"})
    assert (answer.status_code, answer.json and answer.json["refused"]) == (422, "note_key_reused")
    assert len(desk.notes) == 1


@pytest.mark.parametrize(
    ("code", "status"), [("database_down", 503), ("database_slow", 503), ("not_allowed", 401)]
)
def test_what_may_be_sent_again_is_told_apart(
    world: World, monkeypatch: pytest.MonkeyPatch, code: str, status: int
) -> None:
    client, _, desk = world

    def away(_: object) -> bool:
        raise Refused(code)

    monkeypatch.setattr(desk, "assist", away)
    answer = send(client, told())
    assert (answer.status_code, answer.json and answer.json["refused"]) == (status, code)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.WORKER])
def test_nobody_but_grid_workers_may_send(app: tuple[Dash, GuardedStore], world: World, role: Role) -> None:
    _, _, desk = world
    answer = send(come_as(app[0].server.test_client(), role), told())
    assert (answer.status_code, answer.data) == (404, b"")
    assert send(app[0].server.test_client(), told()).status_code == 401
    assert desk.notes == []


@pytest.mark.parametrize(
    ("headers", "kind", "status"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, "application/json", 403),
        ({"Sec-Fetch-Site": "same-site"}, "application/json", 403),
        ({"Origin": "http://evil.example"}, "application/json", 403),
        ({}, "application/json", 403),
        ({"Origin": "http://localhost"}, "application/json", 200),
        (FROM_US, "text/plain", 400),
        (FROM_US, "application/x-www-form-urlencoded", 400),
    ],
)
def test_no_other_site_and_no_form_sends(
    world: World, headers: dict[str, str], kind: str, status: int
) -> None:
    client, _, desk = world
    answer = client.post(PATH, data=json.dumps(told()), content_type=kind, headers=headers)
    assert answer.status_code == status
    assert len(desk.notes) == (status == 200)


def test_a_body_is_small(world: World) -> None:
    client, _, desk = world
    assert send(client, told(padding="x" * 17_000)).status_code == 413
    assert send(client, told(words="好" * 5000)).status_code in {413, 422}
    assert desk.notes == []


@pytest.mark.parametrize(
    "body",
    ["", "{", "null", "[]", "7", '"x"', "NaN", "[" * 7000, '{"a":' * 3000, "\ufeff{}", '{"matter": 1e999}',
     '{"matter": ' + "9" * 6000 + "}", '{"words": "\\ud800"}'],
)  # fmt: skip
def test_what_is_no_note_is_refused(world: World, body: str) -> None:
    client, _, desk = world
    answer = client.post(PATH, data=body.encode(), content_type="application/json", headers=FROM_US)
    assert (answer.status_code, answer.json and answer.json["refused"]) == (422, "note_incomplete")
    assert desk.notes == []


@pytest.mark.parametrize("words", ["\0", "\ud800", "x\udfffy", "\u202e倒", "\u2028", "ﷺ" * 66, "🙂" * 200])
def test_odd_signs_are_kept_as_what_can_be_shown(world: World, words: str) -> None:
    client, _, desk = world
    assert send(client, told(words=words)).status_code == 200
    assert desk.notes[0].words.isprintable()
    desk.notes[0].words.encode("utf-8")


def test_a_foreign_matter_is_answered_like_one_that_is_not_there(world: World) -> None:
    """The desk knows of neither; the answers are the same to the last byte."""
    client, _, _ = world
    first, second = send(client, told(matter=900)), send(client, told(matter=2**62))
    assert (first.status_code, first.data) == (second.status_code, second.data)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from(["matter", "step", "words", "key", "at", "x"]), anything) | anything)
def test_whatever_is_sent_is_kept_or_refused_in_words(world: World, wrong: Any) -> None:
    client, _, desk = world
    desk.notes.clear()
    body = told() | wrong if isinstance(wrong, dict) else wrong
    answer = send(client, body)
    assert answer.status_code in {200, 422}
    assert (answer.status_code == 200) == (len(desk.notes) == 1)
    assert answer.json is not None
    assert set(answer.json) == ({"status"} if answer.status_code == 200 else {"refused", "words"})
