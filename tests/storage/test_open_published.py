"""The open interfaces over a real database: each says what its table holds; others are told nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, text

from callbacks.access.cookies import NAME
from callbacks.access.screens import ROLES, Screen
from callbacks.open_api.catalogue import COLLECTIONS
from callbacks.shell import make_shell
from callbacks.tools import Tools
from data.access import roles
from data.store import PostgisStore
from grid.areas import LEVELS
from grid.matters import Category, Channel
from grid.principals import Principal, Role
from grid.published import Window

COUNTED = [one for one in COLLECTIONS.values() if one.is_counted]
BOUNDED = [one for one in COLLECTIONS.values() if not one.is_counted]
GROUPS = [("all", "", ""), *(("category", one.value, f"category={one.value}") for one in Category),
          *(("channel", one.value, f"channel={one.value}") for one in Channel)]  # fmt: skip
Clients = Callable[[Role | None], FlaskClient]


@pytest.fixture(scope="module")
def world(
    new_database: Callable[..., Engine],
    demo_template: str,
    login_as: Callable[[Engine, str], Engine],
    sign_in: Callable[..., Principal],
) -> Iterator[tuple[Engine, Clients]]:
    engine = new_database(demo_template)
    server = make_shell(Tools(store=PostgisStore(login_as(engine, roles.SERVER)))).server

    def come(role: Role | None) -> FlaskClient:
        client = server.test_client()
        if role is not None:
            client.set_cookie(NAME, sign_in(engine, role).token or "")
        return client

    yield engine, come
    engine.dispose()


def items(client: FlaskClient, collection: str, query: str = "") -> dict[int, dict[str, Any]]:
    """Return every item's properties by its number, page by page."""
    found: dict[int, dict[str, Any]] = {}
    while True:
        address = (
            f"/open/collections/{collection}/items?skipGeometry=true&limit=97&offset={len(found)}&{query}"
        )
        page = client.get(address).json
        found |= {item["id"]: item["properties"] for item in page["features"]}
        if not page["features"]:
            assert len(found) == page["numberMatched"]
            return found


def rows(engine: Engine, statement: str, **values: object) -> list[Any]:
    with engine.connect() as connection:
        return list(connection.execute(text(statement), values).all())


@pytest.mark.parametrize("collection", COUNTED, ids=lambda one: one.id)
def test_counts_are_the_published_table_cell_by_cell(world: tuple[Engine, Clients], collection: Any) -> None:
    engine, come = world
    client = come(Role.LEADER)
    groups = [one for one in GROUPS if one[0] == "all" or collection.level.value != "village"]
    hidden = 0
    for kind, value, query in groups:
        said = items(client, collection.id, query)
        held = {
            (row.area_id, row.time_window): row.count
            for row in rows(
                engine,
                "SELECT area_id, time_window, count FROM published_count"
                " WHERE level = :level AND group_kind = :kind AND group_value = :value",
                level=collection.level.value, kind=kind, value=value,
            )
        }  # fmt: skip
        assert {area for area, _ in held} <= set(said)
        for area, properties in said.items():
            for window in Window:
                count = held.get((area, window.value), 0)
                told = properties[f"count_{window}"], properties[f"withheld_{window}"]
                assert told == ((None, "small_count") if count is None else (count, None)), (area, window)
                hidden += count is None
    assert (hidden > 0) == (collection.level.value == "village"), "the demo hides villages, and nothing else"


@pytest.mark.parametrize("collection", COUNTED, ids=lambda one: one.id)
def test_rates_are_of_the_residents_of_the_database_and_hidden_with_their_count(
    world: tuple[Engine, Clients], collection: Any
) -> None:
    engine, come = world
    people = dict(map(tuple, rows(engine, "SELECT id, population FROM area WHERE valid_to IS NULL")))
    for area, properties in items(come(Role.BUREAU), collection.id).items():
        for window in Window:
            count, rate = properties[f"count_{window}"], properties[f"rate_{window}"]
            if count is None or not people[area]:
                assert rate is None
            else:
                assert rate == pytest.approx(10_000 * count / people[area], abs=0.0006)


@pytest.mark.parametrize("collection", BOUNDED, ids=lambda one: one.id)
def test_boundaries_are_the_areas_in_force_and_carry_no_figure(
    world: tuple[Engine, Clients], collection: Any
) -> None:
    engine, come = world
    held = rows(
        engine, "SELECT id, code, name, population FROM area WHERE level = :level AND valid_to IS NULL",
        level=collection.level.value,
    )  # fmt: skip
    client = come(Role.KIOSK)
    if not held:
        assert client.get(f"/open/collections/{collection.id}/items").status_code == 404
        return
    said = items(client, collection.id)
    told = {number: (one["code"], one["name"], one["population"]) for number, one in said.items()}
    assert told == {row.id: (row.code, row.name, row.population) for row in held}
    assert not any(name.startswith(("count", "rate", "withheld")) for one in said.values() for name in one)


def test_every_level_has_its_collection() -> None:
    assert {one.level for one in BOUNDED} == set(LEVELS)


@pytest.mark.parametrize("role", [None, *(one for one in Role if one not in ROLES[Screen.WALL])])
def test_whoever_may_not_see_the_wall_is_told_nothing_here(
    world: tuple[Engine, Clients], role: Role | None
) -> None:
    _, come = world
    client = come(role)
    for collection in COLLECTIONS:
        answer = client.get(f"/open/collections/{collection}/items")
        assert answer.status_code == (401 if role is None else 404)
        assert b"features" not in answer.data
