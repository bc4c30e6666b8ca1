"""The patch as plain HTML over a fake: escaped, light, kept by nobody else, and told apart by account."""

from __future__ import annotations

import gzip
import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from uuid import UUID

import pytest
from dash import Dash, dcc, html
from hypothesis import given
from hypothesis import strategies as st

from callbacks.patch.account import HEADER, account_key
from callbacks.patch.written import as_html
from grid.assisting import AssistStep, AssistTold
from grid.principals import Role
from tests.screens.access_city import FROM_US, GuardedStore, come_as, guarded, someone
from tests.screens.patch_city import MATTERS, FakePatchDesk

KEY = "0b0f2f0e-6f0f-4d53-9d0e-0a0b0c0d0e0f"


@pytest.fixture
def world() -> tuple[Dash, GuardedStore]:
    return guarded()


def _desk(store: GuardedStore) -> FakePatchDesk:
    desk: FakePatchDesk = store.ports["patch"]
    return desk


class _Texts(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[object] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.found.append(data)


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\r\0"), min_size=1))
def test_whatever_a_text_says_it_stays_a_text(said: str) -> None:
    read = _Texts()
    read.feed(as_html(html.P(said, title=said)))
    read.close()
    tag, *texts = read.found
    assert tag == ("p", {"title": said})
    assert "".join(map(str, texts)) == said


def test_components_become_elements() -> None:
    shown = html.Div(
        [
            None,
            "a",
            html.Img(src="x", alt=""),
            html.Label("b", htmlFor="c", hidden=True, title=None),
        ],
        className="d",
    )
    assert as_html(shown) == '<div class="d">a<img alt="" src="x"><label hidden for="c">b</label></div>'


@pytest.mark.parametrize("component", [dcc.Graph(), dcc.Link("a", href="/"), html.P(style={"color": "red"})])
def test_what_needs_dash_is_not_written(component: object) -> None:
    with pytest.raises(TypeError):
        as_html(component)


@pytest.mark.parametrize("query", ["", "?tab=service", "?tab=me", "?choose=1", "?clock=overdue", "?tab=map"])
def test_a_list_is_whole_without_dash(world: tuple[Dash, GuardedStore], query: str) -> None:
    app, _ = world
    answer = come_as(app.server.test_client(), Role.WORKER).get(f"/patch{query}")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "_dash" not in answer.text
    assert account_key(someone(Role.WORKER)) in answer.text
    assert ('data-list="yes"' in answer.text) == (query in {"", "?tab=map"}), "only the own list may be kept"
    for address in re.findall(r'(?:href|src)="(/assets/[^"]+)"', answer.text):
        assert come_as(app.server.test_client(), Role.WORKER).get(address).status_code == 200
    packed = come_as(app.server.test_client(), Role.WORKER).get(
        f"/patch{query}", headers={"Accept-Encoding": "gzip"}
    )
    at = r'data-at="[^"]+"'
    assert re.sub(at, "", gzip.decompress(packed.data).decode()) == re.sub(at, "", answer.text)


def test_steps_taken_are_on_the_card_with_whose_they_are(world: tuple[Dash, GuardedStore]) -> None:
    app, store = world
    first = AssistTold(
        AssistStep.CONTACTED, datetime(2026, 11, 19, 1, 5, tzinfo=UTC), "<约了周三>", own=False
    )
    last = AssistTold(AssistStep.VISITED, datetime(2026, 11, 20, 23, 30, tzinfo=UTC), own=True)
    _desk(store).matters = (replace(MATTERS[0], notes=(first, last)),)
    text = come_as(app.server.test_client(), Role.WORKER).get("/patch").text
    shown = re.search(r'class="patch-last">(.*?)</p>', text)
    assert shown is not None
    assert re.sub(r"<[^>]+>", " ", shown[1]).split() == ["已上门", "11-21", "07:30"]
    assert "其他网格员" not in shown[1]
    assert "&lt;约了周三&gt;" in text
    assert text.count("其他网格员") == 1
    assert text.index("已上门") < text.index("已联系"), "the newest first"


def test_the_notice_tells_place_worker_and_line_and_counts_nothing(world: tuple[Dash, GuardedStore]) -> None:
    app, store = world
    client = come_as(app.server.test_client(), Role.WORKER)
    found = re.search(r'<article class="patch-sign">.*?</article>', client.get("/patch?tab=me").text)
    assert found is not None
    sign = found[0]
    for told in ("区4", "1.25 平方公里", "worker-name", "尚未设置，请联系信访部门", "data:image/svg+xml"):
        assert told in sign
    assert "件" not in re.sub(r"<[^>]+>", "", sign)
    desk = _desk(store)
    city = replace(desk.city(), office_line="0591-12345")
    desk.city = lambda: city  # type: ignore[method-assign]
    assert "0591-12345" in client.get("/patch?tab=me").text


def test_what_another_account_recorded_on_the_phone_is_not_told_in_ones_own_name(
    world: tuple[Dash, GuardedStore],
) -> None:
    app, store = world
    client = come_as(app.server.test_client(), Role.WORKER)
    at = datetime.now(UTC).isoformat()
    note = {"matter": 2, "step": "visited", "words": "", "key": KEY, "at": at}
    other = {HEADER: account_key(someone(Role.LEADER)), **FROM_US}
    assert client.post("/patch/progress", json=note, headers=other).status_code == 409
    assert _desk(store).notes == []
    own = {HEADER: account_key(someone(Role.WORKER)), **FROM_US}
    for status in ("kept", "known"):
        assert client.post("/patch/progress", json=note, headers=own).json == {"status": status}
    assert [one.key for one in _desk(store).notes] == [UUID(KEY)]


def test_manifest_and_service_worker_hold_nothing_of_anyone(world: tuple[Dash, GuardedStore]) -> None:
    app, store = world
    client = app.server.test_client()
    manifest = client.get("/patch.webmanifest")
    assert manifest.mimetype == "application/manifest+json"
    assert json.loads(manifest.text)["scope"] == "/patch"
    worker = client.get("/patch-worker.js")
    assert worker.mimetype == "text/javascript"
    assert worker.headers["Cache-Control"] == "no-cache"
    assert "manifest-src 'self'" in worker.headers["Content-Security-Policy"]
    # It keeps nothing: only the page keeps its own list.
    assert ".put(" not in worker.text.partition('"/patch"')[2]
    assert store.askers == []


def test_pages_of_dash_load_none_of_the_phones_programs(world: tuple[Dash, GuardedStore]) -> None:
    app, _ = world
    shown = come_as(app.server.test_client(), Role.WORKER).get("/patch/map").text
    assert "/assets/patch.js" in shown
    for name in ("patch_page", "patch_queue", "patch_worker"):
        assert name not in shown
