"""Two worlds that differ only in what is hidden from somebody look the same to them, in every reading.

Visible rows have the same ids in both: hidden ones come last. One world is the mixed city as it is, the other
a copy to which a superuser adds what that principal must not notice. Raw tables are compared as well
(``test_access_lint``); here it is every reading of every desk, over the server's own login.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from data.access import roles
from data.store import PostgisStore
from grid.matters import Category, Channel, Stage
from tests.storage.desk_reads import ASKED, WRITES, exported, observe
from tests.storage.interference import NEW, hide
from tests.storage.mixed_city import ROLES, City, Matter, add_matters, sees

Copies = Callable[[], Engine]
DRAWN = [name for name in ROLES if name not in {"auditor", "other_clerk", "narrow"}]
"""``auditor`` sees what these readings leave in the audit, so that only fresh copies compare."""
DENIALS = {("denied",), ("refused",)}
MATTERS = st.builds(
    Matter,
    number=st.integers(NEW, NEW + 999_999),
    purpose=st.sampled_from(["claim", "claim", "suggestion", "accusation"]),
    status=st.sampled_from(["accepted", "review", "unmatched", "out_of_area"]),
    grid=st.integers(0, 15),
    unit=st.integers(0, 2),
    recused=st.sampled_from([(), (), ("worker", "town", "county", "unit", "bureau")]),
    category=st.sampled_from([one.value for one in Category]),
    channel=st.sampled_from([one.value for one in Channel]),
    stage=st.sampled_from([one.value for one in Stage]),
    days_ago=st.integers(0, 900),
    is_repeat=st.booleans(),
    submissions=st.integers(1, 9),
    pointed=st.booleans(),
)


@pytest.fixture(scope="module")
def copies(new_database: Callable[..., Engine], mixed_city: City) -> Copies:
    """Return a function that makes a fresh copy of the mixed city."""
    return lambda: new_database(mixed_city.database)


@pytest.fixture(scope="module")
def base(copies: Copies, login_as: Callable[..., Engine]) -> Engine:
    return login_as(copies(), roles.SERVER)


@pytest.fixture(scope="module")
def changed(copies: Copies, login_as: Callable[..., Engine]) -> tuple[Engine, Engine]:
    """The server's and a superuser's login on the world that is changed."""
    engine = copies()
    return login_as(engine, roles.SERVER), login_as(engine, "postgres")


@pytest.fixture(scope="module")
def looks(base: Engine, mixed_city: City) -> Callable[[str], dict[str, object]]:
    """Return a function that tells what somebody sees in the world as it is, asked once."""
    kept: dict[str, dict[str, object]] = {}

    def look(name: str) -> dict[str, object]:
        if name not in kept:
            kept[name] = look_at(base, mixed_city, name)
        return kept[name]

    return look


def look_at(server: Engine, city: City, name: str) -> dict[str, object]:
    """Return what somebody sees in every reading over the server's login."""
    return dict(observe(PostgisStore(server), city.who[name], city))


def lawful(matter: Matter) -> Matter:
    """Return a matter as the table takes it: an accusation has neither unit nor place."""
    if matter.purpose == "accusation":
        return replace(matter, status=None, grid=None, unit=None, pointed=False)
    return matter if matter.status == "accepted" else replace(matter, pointed=False)


def known_number(name: str, matter: Matter) -> bool:
    """Return whether somebody may count what they may not see: the bureau counts accusations."""
    return name == "bureau" and matter.purpose == "accusation"


def test_every_reading_of_every_desk_is_asked() -> None:
    assert exported() - WRITES == set(ASKED)
    assert exported() & WRITES == WRITES


@pytest.mark.parametrize("name", list(ROLES))
def test_nobody_notices_all_that_is_hidden_from_them(
    copies: Copies,
    login_as: Callable[..., Engine],
    mixed_city: City,
    looks: Callable[[str], dict[str, object]],
    name: str,
) -> None:
    engine = copies()
    with login_as(engine, "postgres").begin() as root:
        hide(root, mixed_city, name, but=lambda matter: known_number(name, matter))
    seen = look_at(login_as(engine, roles.SERVER), mixed_city, name)
    expected = looks(name) if name in DRAWN else look_at(login_as(copies(), roles.SERVER), mixed_city, name)
    assert [reading for reading in expected if expected[reading] != seen[reading]] == []
    denied = [one for one in expected.values() if isinstance(one, tuple) and one[:1] in DENIALS]
    assert len(denied) < len(expected), "everything was denied: nothing was compared"


@pytest.mark.parametrize("name", DRAWN)
# Each example asks a thousand readings: few worlds of many matters; shrinking would take minutes.
@settings(max_examples=3, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(drawn=st.lists(MATTERS, min_size=8, max_size=40, unique_by=lambda one: one.number))
def test_nobody_notices_whatever_matters_are_hidden_from_them(
    changed: tuple[Engine, Engine],
    mixed_city: City,
    looks: Callable[[str], dict[str, object]],
    name: str,
    drawn: list[Matter],
) -> None:
    server, root = changed
    hidden = [one for one in map(lawful, drawn) if not sees(name, one) and not known_number(name, one)]
    with added(root, mixed_city, hidden):
        seen = look_at(server, mixed_city, name)
    expected = looks(name)
    assert [reading for reading in seen if seen[reading] != expected[reading]] == []


def test_what_is_not_hidden_is_noticed(
    changed: tuple[Engine, Engine], mixed_city: City, looks: Callable[[str], dict[str, object]]
) -> None:
    """The property can fail: a visible matter changes what each of these sees."""
    server, root = changed
    visible = Matter(NEW, grid=0, unit=0, days_ago=5)
    with added(root, mixed_city, [visible]):
        for name in ("leader", "bureau", "worker", "town", "unit"):
            assert sees(name, visible)
            assert look_at(server, mixed_city, name) != looks(name)


@contextmanager
def added(root: Engine, city: City, matters: list[Matter]) -> Iterator[None]:
    """Have matters there for a while, committed, so that the server's login sees what it may."""
    with root.begin() as connection:
        add_matters(connection, city, matters)
    try:
        yield
    finally:
        with root.begin() as connection:
            connection.execute(text("DELETE FROM petition WHERE matter_no ~ '-9[0-9]{6}$'"))
