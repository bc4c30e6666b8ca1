"""The search finds for nobody what they may not see, and leaves an audit row where it tells of a matter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import Engine, text

from data.access import roles
from data.finding_desk import FindingDesk
from data.store import PostgisStore
from grid.finding import Kind
from grid.principals import Role
from grid.refusals import Refused
from tests.storage.mixed_city import ROLES, SEALED, City, sees
from tests.storage.test_register import HOSTILE

ONE_BY_ONE = ("bureau", "town", "county", "unit")
TOWNS = {0: "东山街道", 1: "双石镇", 2: "江口街道", 3: "双石镇"}


@pytest.fixture(scope="module")
def engine(new_database: Callable[..., Engine], mixed_city: City) -> Engine:
    return new_database(mixed_city.database)


@pytest.fixture(scope="module")
def store(engine: Engine, login_as: Callable[..., Engine]) -> PostgisStore:
    return PostgisStore(login_as(engine, roles.SERVER))


@pytest.fixture
def desk(store: PostgisStore, mixed_city: City) -> Callable[[str], FindingDesk]:
    return lambda name: store.finding(mixed_city.who[name])


def test_a_number_is_found_by_those_who_may_see_its_matter_and_nobody_else(
    desk: Callable[[str], FindingDesk], mixed_city: City
) -> None:
    for name in ONE_BY_ONE:
        found = {
            matter.number
            for matter in mixed_city.matters
            if desk(name).find(f"{SEALED}-{matter.number}", {Kind.MATTER})
        }
        assert found == {one.number for one in mixed_city.matters if sees(name, one)}, name
        assert found
        assert desk(name).find(f"{SEALED}-", {Kind.MATTER}) == (), "a beginning is no number"


def test_who_has_no_register_is_refused_or_finds_no_number(
    desk: Callable[[str], FindingDesk], mixed_city: City
) -> None:
    seen = next(one.number for one in mixed_city.matters if sees("bureau", one))
    for name, role in ROLES.items():
        if name in ONE_BY_ONE or role is Role.WORKER:
            continue
        with pytest.raises(Refused) as refused:
            desk(name).find(f"{SEALED}-{seen}", {Kind.MATTER})
        assert refused.value.code == "not_allowed", name


def test_what_was_found_of_matters_stands_in_the_audit_and_what_was_not_does_not(
    desk: Callable[[str], FindingDesk], mixed_city: City, engine: Engine, login_as: Callable[..., Engine]
) -> None:
    def rows() -> list[dict[str, object]]:
        with login_as(engine, "postgres").connect() as connection:
            found = connection.execute(
                text("SELECT facts FROM audit WHERE action = 'matters.list' ORDER BY number")
            )
            return list(found.scalars())

    before = len(rows())
    hidden = next(one for one in mixed_city.matters if not sees("town", one) and one.purpose != "accusation")
    assert desk("town").find(f"{SEALED}-{hidden.number}", {Kind.MATTER}) == ()
    assert desk("town").find("330102199001011234", {Kind.MATTER}) == ()
    assert len(rows()) == before
    seen = next(one for one in mixed_city.matters if sees("town", one))
    assert desk("town").find(f"{SEALED}-{seen.number}", {Kind.MATTER})
    assert rows()[before:] == [{"filters": {"number": f"{SEALED}-{seen.number}"}, "count": 1}]


def test_a_town_finds_its_own_areas_and_units_alone(
    desk: Callable[[str], FindingDesk], mixed_city: City
) -> None:
    towns = {one.key for query in ("dsjd", "双石镇", "江口") for one in desk("town").find(query, {Kind.AREA})}
    assert towns == {str(mixed_city.towns[0])}
    villages = desk("town").find("村", {Kind.AREA})
    assert villages
    assert all(TOWNS[0] in one.where for one in villages)
    everyones = desk("leader").find("镇", {Kind.AREA})
    assert {one.key for one in everyones} == {str(mixed_city.towns[1]), str(mixed_city.towns[3])}
    own = {one.name for one in desk("unit").find("局", {Kind.UNIT})}
    assert own == {"市第0局"}
    assert len(desk("leader").find("局", {Kind.UNIT})) == 3
    assert desk("town").find("局", {Kind.UNIT}) == ()


def test_areas_are_found_by_sound_and_initials_with_what_is_around_them(
    desk: Callable[[str], FindingDesk], mixed_city: City
) -> None:
    for query in ("jiangkou", "jkjd", "江口", "990102001"):
        first = desk("planner").find(query, {Kind.AREA})[0]
        assert (first.name, first.where, first.key) == ("江口街道", "临江区", str(mixed_city.towns[2]))


def test_leaders_are_for_those_who_are_told_of_them(desk: Callable[[str], FindingDesk]) -> None:
    for name in ("leader", "bureau", "approver", "planner"):
        assert {one.kind for one in desk(name).find("领导", {Kind.LEADER})} <= {Kind.LEADER}
    for name in ("town", "unit", "clerk", "auditor", "admin", "worker"):
        with pytest.raises(Refused) as refused:
            desk(name).find("领导", {Kind.LEADER})
        assert refused.value.code == "not_allowed"


@pytest.mark.parametrize("query", [*HOSTILE, "\0", "\ud83d", "9" * 64, "x1" * 32])
def test_no_query_breaks_anything(desk: Callable[[str], FindingDesk], query: str) -> None:
    assert isinstance(desk("bureau").find(query, set(Kind)), tuple)


def test_an_ended_session_finds_nothing(store: PostgisStore, mixed_city: City) -> None:
    gone = replace(mixed_city.who["bureau"], token="0" * 43)
    for kind in Kind:
        assert store.finding(gone).find(f"{SEALED}-1", {kind}) == ()
