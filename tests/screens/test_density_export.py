"""The density to keep: a picture in its place with all that it must carry, for whole-city roles alone."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from dash import Dash
from defusedxml import ElementTree
from flask.testing import FlaskClient
from plotly.utils import PlotlyJSONEncoder

from callbacks.hotspots.layout import page
from callbacks.hotspots.screen import HotspotScreen
from callbacks.tools import Tools
from grid.principals import Role
from layers.words import Language, say
from tests.screens.access_city import FROM_US, come_as, guarded, someone
from tests.screens.hotspots_city import FakeHotspots
from tests.screens.wall_city import surface

DAYS = "since=2026-01-01&until=2026-06-30"
NOTHING = "since=2026-11-20&until=2026-11-20&area=104&category=legal&channel=grid&stage=recheck"


@pytest.fixture(scope="module")
def world() -> tuple[Dash, FakeHotspots]:
    app, store = guarded()
    desk = store.ports["hotspots"]
    assert isinstance(desk, FakeHotspots)
    return app, desk


@pytest.fixture
def client(world: tuple[Dash, FakeHotspots]) -> FlaskClient:
    return come_as(world[0].server.test_client(), Role.LEADER)


def files(client: FlaskClient, query: str) -> dict[str, bytes]:
    answer = client.get(f"/hotspots/export?form=density&{query}", headers=FROM_US)
    assert (answer.status_code, answer.content_type) == (200, "application/zip")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_archive_holds_the_picture_with_what_puts_it_in_its_place(client: FlaskClient) -> None:
    found = files(client, DAYS)
    epsg = FakeHotspots().city().metric_epsg
    assert set(found) == {
        f"density_epsg{epsg}.png", f"density_epsg{epsg}.pgw", f"density_epsg{epsg}.prj", "legend.svg",
        "contours.geojson",
    }  # fmt: skip
    assert found[f"density_epsg{epsg}.png"][1:4] == b"PNG"
    assert len(found[f"density_epsg{epsg}.pgw"].split()) == 6
    assert json.loads(found["contours.geojson"])["type"] == "FeatureCollection"


def test_its_legend_carries_what_every_exported_picture_does(client: FlaskClient) -> None:
    said = "".join(ElementTree.fromstring(files(client, f"{DAYS}&unit=heads")["legend.svg"]).itertext())
    assert say("hotspots.unit.heads", Language.ZH) in said, "what was counted"
    for part in ("2026", "审字001", "演示", f"n = {surface().n:,}", say("hotspots.all_matters", Language.ZH)):
        assert part in said, part


def test_it_is_named_by_its_days_and_kept_by_nobody(client: FlaskClient) -> None:
    answer = client.get(f"/hotspots/export?form=density&{DAYS}", headers=FROM_US)
    assert "2026-01-01_2026-06-30.zip" in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("bandwidth", ["800", "adaptive"])
def test_it_is_the_density_that_the_map_shows(
    world: tuple[Dash, FakeHotspots], client: FlaskClient, bandwidth: str
) -> None:
    _, desk = world
    query = f"{DAYS}&over=density&bandwidth={bandwidth}"
    client.get(f"/hotspots/density.png?{query}", headers=FROM_US)
    shown = dict(desk.smoothed)
    desk.smoothed.clear()
    files(client, query)
    assert desk.smoothed == shown != {}


def test_where_nothing_may_be_seen_it_says_so(client: FlaskClient) -> None:
    answer = client.get(f"/hotspots/export?form=density&{NOTHING}", headers=FROM_US)
    assert (answer.status_code, answer.text) == (400, say("refusals.density_too_few", Language.ZH))


def test_it_is_no_address_for_other_sites(client: FlaskClient) -> None:
    """A link elsewhere must not leave an audit row in its reader's name."""
    led = {"Sec-Fetch-Site": "cross-site"}
    assert client.get(f"/hotspots/export?form=density&{DAYS}", headers=led).status_code == 403


@pytest.mark.parametrize("form", ["", "DENSITY", "zip", "density ", "x" * 500])
def test_no_other_form_is_a_density(client: FlaskClient, form: str) -> None:
    answer = client.get("/hotspots/export", query_string={"form": form, "level": "county"}, headers=FROM_US)
    assert answer.data == b"csv"


def test_its_link_is_on_the_page(world: tuple[Dash, FakeHotspots]) -> None:
    class Store:
        def hotspots(self, principal: object) -> FakeHotspots:
            return world[1]

    tools = Tools(store=Store(), principal=lambda: someone(Role.LEADER))  # type: ignore[arg-type]
    told = json.dumps(page(tools, HotspotScreen(tools), {}).to_plotly_json(), cls=PlotlyJSONEncoder)
    assert told.count('"data-export": "density"') == 1
