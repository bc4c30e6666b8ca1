"""The open interfaces: published products for whoever may see the wall, by the standards, nothing besides."""

from __future__ import annotations

import gzip
import json
import re
from base64 import b64encode
from typing import Any

import pytest
import shapely
from dash import Dash
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from callbacks.access.rules import RULES
from callbacks.access.screens import ROLES, Screen
from callbacks.open_api.catalogue import CGCS2000, COLLECTIONS, CRS84
from callbacks.open_api.documents import CONFORMANCE
from grid.areas import Level
from grid.principals import Role
from grid.published import Window
from grid.refusals import Refused
from tests.screens.access_city import GuardedStore, come_as, guarded, token_of
from tests.screens.open_junk import ALLOWED, JUNK, NOWHERE, UNKNOWN
from tests.screens.tile_city import AT, NAME, TILE
from tests.screens.wall_city import LEAK, city_areas, hidden_villages, matters_in

ITEMS = "/open/collections/{}/items"
HELD = ("counties", "towns", "villages", "boundaries-city", "boundaries-county", "boundaries-town",
        "boundaries-village")  # fmt: skip
"""The collections of the fake city, which has no grids."""
TILE_PATH = f"/open/tiles/{NAME}/{AT[0]}/{AT[1]}/{AT[2]}.mvt"


@pytest.fixture
def world() -> tuple[Dash, GuardedStore]:
    return guarded()


@pytest.fixture(scope="module")
def unchanged() -> tuple[Dash, GuardedStore]:
    """A world that no test changes: making one takes a second."""
    return guarded()


@pytest.fixture
def client(unchanged: tuple[Dash, GuardedStore]) -> FlaskClient:
    return come_as(unchanged[0].server.test_client(), Role.KIOSK)


@pytest.fixture
def visitor(world: tuple[Dash, GuardedStore]) -> FlaskClient:
    """A kiosk in a world of the test's own."""
    return come_as(world[0].server.test_client(), Role.KIOSK)


def bearer(role: Role) -> dict[str, str]:
    return {"Authorization": f"Bearer {token_of(role)}"}


def basic(password: str) -> dict[str, str]:
    return {"Authorization": "Basic " + b64encode(f"qgis:{password}".encode()).decode()}


def pages(client: FlaskClient, address: str) -> list[dict[str, Any]]:
    """Return the features of all pages, by the links between them."""
    found: list[dict[str, Any]] = []
    following: str | None = address
    while following:
        page = client.get(following).json
        assert page["numberReturned"] == len(page["features"])
        found += page["features"]
        links = {link["rel"]: link["href"] for link in page["links"]}
        following = links.get("next")
        assert len(found) <= page["numberMatched"]
    return found


# Who may


@pytest.mark.parametrize("role", list(Role))
def test_whoever_may_see_the_wall_may_ask_and_nobody_else(
    unchanged: tuple[Dash, GuardedStore], role: Role
) -> None:
    app, store = unchanged
    store.askers.clear()
    client = come_as(app.server.test_client(), role)
    for address in ("/open", "/open/api", ITEMS.format("counties"), "/open/tiles/town.json", TILE_PATH):
        assert client.get(address).status_code == (200 if role in ROLES[Screen.WALL] else 404), address
    assert role in ROLES[Screen.WALL] or store.askers == []
    assert {asker.role for _, asker in store.askers} <= {role}


@pytest.mark.parametrize("role", list(Role))
def test_a_header_opens_for_a_kiosk_alone(unchanged: tuple[Dash, GuardedStore], role: Role) -> None:
    """What is written into a program's settings must not be a person's session."""
    app, store = unchanged
    store.askers.clear()
    for headers in (bearer(role), basic(token_of(role))):
        answer = app.server.test_client().get("/open", headers=headers)
        assert answer.status_code == (200 if role is Role.KIOSK else 401)
        if role is not Role.KIOSK:
            assert answer.headers["WWW-Authenticate"].startswith("Bearer")
            assert store.fake_gate.asked[-1] == "enter_kiosk", "refused, audited and slowed down by the gate"
            assert store.askers == []


def test_a_kiosk_elsewhere_and_a_forged_header_open_nothing(world: tuple[Dash, GuardedStore]) -> None:
    app, store = world
    client, good = app.server.test_client(), token_of(Role.KIOSK)
    away = client.get("/open", headers=bearer(Role.KIOSK), environ_base={"REMOTE_ADDR": "10.9.9.9"})
    assert away.status_code == 401
    for header in ("", "Bearer", "Bearer ", f"Bearer x{good}", f"Token {good}", f"bearer  {good} x",
                   "Basic !!!",
                   "Basic " + b64encode(good.encode()).decode(), "Bearer " + "x" * 9000,
                   "Digest a=b"):  # fmt: skip
        assert client.get("/open", headers={"Authorization": header}).status_code == 401, header
    assert store.askers == []


def test_a_header_counts_before_a_cookie_and_only_where_a_rule_takes_it(
    world: tuple[Dash, GuardedStore],
) -> None:
    app, _ = world
    leader = come_as(app.server.test_client(), Role.LEADER)
    assert (
        leader.get("/open", headers={"Authorization": "Bearer nonsense-nonsense-nonsense"}).status_code == 401
    )
    stranger = app.server.test_client()
    taking = {name for name, rule in RULES.items() if rule.takes_bearer}
    assert {name for name in RULES if name.startswith("open_")} == taking
    for address in ("/wall", "/shapes/county/1.json", "/_dash-layout", "/matters"):
        assert stranger.get(address, headers=bearer(Role.KIOSK)).status_code in {303, 401}


def test_the_gate_is_asked_each_time_and_told_of_a_program_once_an_hour(
    world: tuple[Dash, GuardedStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    app, store = world
    client = app.server.test_client()
    clock = [1000.0]
    monkeypatch.setattr("callbacks.access.bearers.time.monotonic", lambda: clock[0])
    for _ in range(4):
        assert client.get("/open/conformance", headers=bearer(Role.KIOSK)).status_code == 200
    assert store.fake_gate.asked.count("enter_kiosk") == 1
    clock[0] += 3601
    client.get("/open/conformance", headers=bearer(Role.KIOSK))
    assert store.fake_gate.asked.count("enter_kiosk") == 2
    store.fake_gate.sessions.clear()
    assert client.get("/open/conformance", headers=bearer(Role.KIOSK)).status_code == 401, "revoked at once"


# Links and documents


def test_every_link_leads_to_what_it_says(client: FlaskClient) -> None:
    seen, waiting = set(), ["http://localhost/open"]
    while waiting:
        address = waiting.pop()
        if address in seen or len(seen) > 400:
            continue
        seen.add(address)
        answer = client.get(address)
        assert answer.status_code == 200, address
        for link in links_of(answer.json):
            if link["href"].startswith("http://localhost") and not link.get("templated"):
                told = client.head(link["href"]).headers["Content-Type"]
                assert told.replace(" ", "") == link["type"], link
                if "offset=" not in link["href"]:
                    waiting.append(link["href"])
    assert {f"http://localhost{ITEMS.format(name)}" for name in HELD} <= seen
    assert len(seen) > 30


def links_of(document: Any) -> list[dict[str, Any]]:
    if isinstance(document, dict):
        own = [one for one in document.get("links", []) if isinstance(one, dict)]
        inner = [value for key, value in document.items() if key not in {"links", "features"}]
        return own + [link for value in inner for link in links_of(value)]
    return [link for each in document for link in links_of(each)] if isinstance(document, list) else []


def test_what_is_said_to_be_kept_is_there(client: FlaskClient) -> None:
    assert client.get("/open/conformance").json["conformsTo"] == list(CONFORMANCE)
    collections = client.get("/open/collections").json["collections"]
    assert tuple(one["id"] for one in collections) == HELD
    for one in collections:
        assert one == client.get(f"/open/collections/{one['id']}").json
        assert one["crs"] == [CRS84, CGCS2000]
        assert one["storageCrs"] in one["crs"]
        assert one["extent"]["spatial"]["bbox"][0][0] < one["extent"]["spatial"]["bbox"][0][2]
        assert "演示数据" in one["attribution"]


def test_the_definition_names_every_route_and_parameter(world: tuple[Dash, GuardedStore]) -> None:
    client = come_as(world[0].server.test_client(), Role.LEADER)
    definition = client.get("/open/api").json
    assert definition["openapi"].startswith("3.0")
    told = {re.sub(r"\{\w+\}", "{}", path) for path in definition["paths"]}
    routes = {
        re.sub(r"<[^>]+>", "{}", rule.rule)
        for rule in world[0].server.url_map.iter_rules()
        if rule.endpoint.startswith("open_") and rule.endpoint not in {"open_unknown", "open_definition"}
    }
    assert told == routes
    asked = definition["paths"]["/open/collections/{collectionId}/items"]["get"]["parameters"]
    named = {one["name"] for one in asked if one["in"] == "query"}
    assert named == set(COLLECTIONS["counties"].parameters)
    for operation in (path["get"] for path in definition["paths"].values()):
        assert {"200", "304", "400", "401", "404", "503"} == set(operation["responses"])
        assert all(one["required"] for one in operation["parameters"] if one["in"] == "path")


@pytest.mark.parametrize("name", HELD)
def test_items_say_what_the_schema_says(client: FlaskClient, name: str) -> None:
    types = {"string": str, "integer": int, "number": (int, float), "boolean": bool, "null": type(None)}
    properties = client.get(f"/open/collections/{name}/schema").json["properties"]
    assert set(client.get(f"/open/collections/{name}/queryables").json["properties"]) == {"code", "name"}
    for item in pages(client, ITEMS.format(name) + "?limit=200"):
        assert set(item["properties"]) == set(properties)
        for field, value in item["properties"].items():
            assert isinstance(value, tuple(types[kind] for kind in properties[field]["type"])), field


# Items


@pytest.mark.parametrize("limit", [1, 7, 575, 576, 577, 10_000, 10**15])
def test_pages_hold_every_item_once(client: FlaskClient, limit: int) -> None:
    if limit == 1:
        first = client.get(ITEMS.format("villages") + "?limit=1&offset=575").json
        assert [link["rel"] for link in first["links"]] == ["self", "collection", "prev"]
        return
    ids = [item["id"] for item in pages(client, ITEMS.format("villages") + f"?limit={limit}")]
    assert ids == [area.id for area in city_areas(Level.VILLAGE)]


def test_a_page_past_the_end_is_empty_and_leads_back(client: FlaskClient) -> None:
    page = client.get(ITEMS.format("counties") + "?offset=5000&limit=3").json
    assert (page["features"], page["numberMatched"], page["numberReturned"]) == ([], 9, 0)
    assert {link["rel"] for link in page["links"]} == {"self", "collection", "prev"}


@pytest.mark.parametrize("box", [(111.3, 27.2, 111.5, 27.4), (111.2, 27.1, 111.2, 27.1),
                                 (-180, -90, 180, 90), (0, 0, 1, 1),
                                 (112.4, 28.2, 112.9, 28.9), (111.9, 27.0, 111.3, 27.5)])  # fmt: skip
def test_a_box_chooses_what_it_touches(client: FlaskClient, box: tuple[float, ...]) -> None:
    """Against every outline one by one; a west beyond the east crosses 180°."""
    everything = pages(client, ITEMS.format("boundaries-village") + "?limit=10000")
    west, south, east, north = box
    parts = [(west, east)] if west <= east else [(west, 180), (-180, east)]
    wanted = shapely.union_all([shapely.box(a, south, b, north) for a, b in parts])
    expected = [
        one["id"]
        for one in everything
        if shapely.intersects(shapely.from_geojson(json.dumps(one["geometry"])), wanted)
    ]
    text = ",".join(map(str, box))
    assert [
        one["id"] for one in pages(client, ITEMS.format("boundaries-village") + f"?bbox={text}&limit=97")
    ] == expected
    swapped = ",".join(map(str, (south, west, north, east)))
    turned = ITEMS.format("boundaries-village") + f"?bbox={swapped}&bbox-crs={CGCS2000}&limit=10000"
    assert [one["id"] for one in client.get(turned).json["features"]] == expected
    high = ",".join(map(str, (west, south, -5, east, north, 9000)))
    assert client.get(ITEMS.format("villages") + f"?bbox={high}").json["numberMatched"] == len(expected)


def test_the_stored_crs_has_latitude_first(client: FlaskClient) -> None:
    address = ITEMS.format("counties") + "/100"
    plain, stored = client.get(address), client.get(f"{address}?crs={CGCS2000}")
    assert (plain.headers["Content-Crs"], stored.headers["Content-Crs"]) == (f"<{CRS84}>", f"<{CGCS2000}>")
    ring, turned = (one.json["geometry"]["coordinates"][0] for one in (plain, stored))
    assert [[lat, lon] for lon, lat in ring] == turned
    assert client.get(address + "?skipGeometry=true").status_code == 400, "an item is asked for as it is"
    assert client.get(ITEMS.format("counties") + "?skipGeometry=true").json["features"][0]["geometry"] is None


def test_counts_are_those_of_the_wall_and_hidden_ones_say_why(client: FlaskClient) -> None:
    items = {
        item["id"]: item["properties"] for item in pages(client, ITEMS.format("villages") + "?limit=999")
    }
    for window in Window:
        hidden = hidden_villages(window)
        assert hidden
        for area in city_areas(Level.VILLAGE):
            said = items[area.id]
            told = (said[f"count_{window}"], said[f"withheld_{window}"], said[f"rate_{window}"])
            if area.id in hidden:
                assert told == (None, "small_count", None)
            else:
                rate = area.population and round(10_000 * matters_in(area, window) / area.population, 3)
                assert told == (matters_in(area, window), None, rate)
    assert str(LEAK) not in client.get(ITEMS.format("villages") + "?limit=10000").text


@pytest.mark.parametrize(
    ("name", "query", "code"),
    [
        ("villages", "category=labour", "groups_not_published"),
        ("villages", "channel=visit", "groups_not_published"),
        ("towns", "category=labour&channel=visit", "groups_crossed"),
        ("towns", "category=accusation", "parameter_unreadable"),
        ("boundaries-town", "category=labour", "parameter_unknown"),
    ],
)
def test_what_is_not_published_is_refused_by_name(
    client: FlaskClient, name: str, query: str, code: str
) -> None:
    answer = client.get(f"{ITEMS.format(name)}?{query}")
    assert (answer.status_code, answer.json["code"]) == (400, code)


def test_one_category_of_towns_is_published(client: FlaskClient) -> None:
    item = client.get(ITEMS.format("towns") + "/1000?category=labour").json
    assert item["properties"]["group"] == "category:labour"
    assert {link["rel"] for link in item["links"]} == {"self", "collection"}


def test_no_grid_is_counted_anywhere(client: FlaskClient) -> None:
    assert all(one.level is not Level.GRID for one in COLLECTIONS.values() if one.is_counted)
    for name in ("grids", "boundaries-x", "counties%00", "..", "Counties", "%2e%2e%2fcounties"):
        assert client.get(ITEMS.format(name)).status_code == 404


# Junk


def test_junk_is_refused_by_name_and_never_fails(client: FlaskClient) -> None:
    sent = 0
    for name, values in JUNK.items():
        for value in values:
            answer = client.get(ITEMS.format("counties"), query_string={name: value})
            sent += 1
            if (name, value) in ALLOWED:
                assert answer.status_code == 200
                continue
            assert answer.status_code == 400, (name, value)
            assert answer.json["code"] == "parameter_unreadable", (name, value)
            assert name in answer.json["description"]
            assert answer.headers["Cache-Control"] == "private, no-store"
            if len(value) > 12:
                assert value not in answer.text, "a fault repeats nothing that was sent"
    for name in UNKNOWN:
        sent += 1
        assert (
            client.get(ITEMS.format("counties"), query_string={name: "1"}).json["code"] == "parameter_unknown"
        )
    twice = client.get(ITEMS.format("counties") + "?limit=1&limit=2")
    assert (twice.status_code, twice.json["code"]) == (400, "parameter_unreadable")
    assert sent >= 170
    for address in NOWHERE:
        assert client.get(address).status_code == 404, address


# Keeping


@pytest.mark.parametrize(
    "address", ["/open", "/open/api", "/open/conformance", "/open/collections", ITEMS.format("towns"),
                ITEMS.format("boundaries-town"), "/open/tiles/town.json", "/open/collections/towns/tiles"],
)  # fmt: skip
def test_what_the_reader_has_is_not_sent_again(client: FlaskClient, address: str) -> None:
    first = client.get(address)
    assert first.headers["Cache-Control"] == "private, no-cache"
    again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", first.headers["ETag"])
    assert client.get(address, headers={"If-None-Match": '"other"'}).status_code == 200


def test_a_new_publication_is_sent(world: tuple[Dash, GuardedStore], visitor: FlaskClient) -> None:
    address = ITEMS.format("villages") + "?limit=3"
    first = visitor.get(address)
    world[1].ports["wall"].publication_number += 1
    again = visitor.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 200
    assert again.headers["ETag"] != first.headers["ETag"]
    other = visitor.get(address + "&offset=3", headers={"If-None-Match": again.headers["ETag"]})
    assert other.status_code == 200, "a tag is of one address"


def test_counts_are_read_once_a_publication_for_all(
    world: tuple[Dash, GuardedStore], visitor: FlaskClient
) -> None:
    wall = world[1].ports["wall"]
    for _ in range(3):
        visitor.get(ITEMS.format("towns"))
    assert wall.asked.count("counts") == len(Window)
    wall.publication_number += 1
    visitor.get(ITEMS.format("towns"))
    assert wall.asked.count("counts") == 2 * len(Window)


def test_before_the_first_publication_boundaries_are_there_already(
    world: tuple[Dash, GuardedStore], visitor: FlaskClient
) -> None:
    world[1].ports["wall"].published = False
    counts = visitor.get(ITEMS.format("towns"))
    assert (counts.status_code, counts.json["code"]) == (503, "not_published")
    assert int(counts.headers["Retry-After"]) > 0
    assert visitor.get(ITEMS.format("boundaries-town")).json["numberMatched"] == len(city_areas(Level.TOWN))
    world[1].fake_gate.refusal = Refused("database_down")
    assert visitor.get("/open").status_code == 503


# Tiles


def test_a_tile_is_immutable_and_packed_for_who_takes_it(client: FlaskClient) -> None:
    packed = client.get(TILE_PATH, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == TILE
    plain = client.get(TILE_PATH)
    assert (plain.data, plain.headers.get("Content-Encoding")) == (TILE, None)
    for answer in (packed, plain):
        assert answer.headers["Cache-Control"] == "private, max-age=31536000, immutable"
        assert answer.mimetype == "application/vnd.mapbox-vector-tile"
    again = client.get(TILE_PATH, headers={"If-None-Match": packed.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    empty = client.get(f"/open/tiles/{NAME}/8/0/0.mvt")
    assert (empty.status_code, empty.data) == (204, b"")


def test_tilejson_leads_to_the_tiles(client: FlaskClient) -> None:
    told = client.get("/open/tiles/town.json").json
    assert (told["tilejson"], told["scheme"], told["minzoom"], told["maxzoom"]) == ("3.0.0", "xyz", 7, 13)
    assert [layer["id"] for layer in told["vector_layers"]] == ["town"]
    zoom, column, row = AT
    (template,) = told["tiles"]
    address = template.format(z=zoom, x=column, y=row)
    assert client.get(address).data == TILE
    tileset = client.get("/open/collections/towns/tiles/WebMercatorQuad").json
    (item,) = [link for link in tileset["links"] if link["rel"] == "item"]
    assert item["href"].format(tileMatrix=zoom, tileRow=row, tileCol=column) == address
    assert client.get("/open/collections/towns/tiles").json == {"tilesets": [tileset]}


def test_where_nothing_is_baked_it_is_said(world: tuple[Dash, GuardedStore], visitor: FlaskClient) -> None:
    world[1].ports["tiles"].baked.clear()
    told: TestResponse = visitor.get("/open/tiles/town.json")
    assert (told.status_code, told.json["code"]) == (404, "tiles_not_baked")
    assert visitor.get("/open/collections/towns/tiles").json == {"tilesets": []}
