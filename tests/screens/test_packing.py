"""Scripts and styles are packed for who takes it, once; answers with data never are."""

from __future__ import annotations

import gzip

import pytest
from flask import Flask
from flask.testing import FlaskClient

from callbacks.packing import _MOST_KEPT, _Kept
from grid.principals import Role
from tests.screens.access_city import come_as, guarded

PLOTLY = "/_dash-component-suites/plotly/package_data/plotly.min.js"
STYLE = "/assets/00-tokens.css"
TAKES_GZIP = {"Accept-Encoding": "gzip"}


@pytest.fixture(scope="module")
def server() -> Flask:
    return guarded()[0].server


@pytest.fixture
def client(server: Flask) -> FlaskClient:
    return come_as(server.test_client(), Role.LEADER)


def test_a_script_comes_packed_and_whole(client: FlaskClient) -> None:
    plain = client.get(PLOTLY, headers={"Accept-Encoding": "identity"})
    assert plain.status_code == 200
    assert "Content-Encoding" not in plain.headers
    for _ in ("first", "kept"):
        packed = client.get(PLOTLY, headers=TAKES_GZIP)
        assert packed.headers["Content-Encoding"] == "gzip"
        assert "Accept-Encoding" in packed.headers["Vary"]
        assert gzip.decompress(packed.data) == plain.data
        assert len(packed.data) < len(plain.data) / 3


def test_a_style_is_packed_for_who_takes_it(client: FlaskClient) -> None:
    plain = client.get(STYLE, headers={"Accept-Encoding": "identity"})
    packed = client.get(STYLE, headers={"Accept-Encoding": "zstd, br, gzip, deflate"})
    assert packed.headers["Content-Encoding"] in {"zstd", "br"}
    assert 0 < len(packed.data) < len(plain.data)


@pytest.mark.parametrize("path", ["/wall", "/_dash-layout", "/_dash-dependencies"])
def test_answers_of_the_app_are_not_packed(client: FlaskClient, path: str) -> None:
    answer = client.get(path, headers=TAKES_GZIP)
    assert answer.status_code == 200
    assert "Content-Encoding" not in answer.headers, "how small it gets would tell what else is in it"


def test_what_is_kept_does_not_grow_without_end() -> None:
    kept = _Kept()
    for at in range(3 * _MOST_KEPT):
        kept.set(f"gzip;/bundle.v{at}.js", b"packed")
    assert len(kept._files) == _MOST_KEPT
    assert kept.get(f"gzip;/bundle.v{3 * _MOST_KEPT - 1}.js") == b"packed"
    assert kept.get("gzip;/bundle.v0.js") is None
