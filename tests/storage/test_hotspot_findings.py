"""The desk's findings: of the copy's counts, over borders and residents, for whom the database shows them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import pytest
from sqlalchemy import Engine, event, text

from data.access import roles
from data.counts.refreshing import refresh
from data.hotspot_desk import HotspotDesk
from data.hotspot_findings import Adjacencies, read_neighbourhood
from data.sessions import reading
from data.store import PostgisStore
from grid.areas import Level
from grid.hotspots.adjacency import Neighbourhood
from grid.hotspots.caveats import Caveat
from grid.hotspots.findings import Emergence, HotspotClass, Method
from grid.hotspots.questions import MatterFilter
from grid.measures import MeasureUnit
from grid.principals import Principal, Role
from grid.refusals import Refused
from tests.storage.counted_matters import LAST, add_random
from tests.storage.mixed_city import City

YEAR = MatterFilter(date(2025, 6, 1), LAST)


@dataclass(frozen=True)
class SmallCity:
    engine: Engine
    store: PostgisStore
    login: Engine
    bureau: Principal

    @property
    def desk(self) -> HotspotDesk:
        return self.store.hotspots(self.bureau)

    def ask(self, statement: str, **given: object) -> list[tuple]:
        with self.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(statement), given)]

    def neighbourhood(self, level: Level, within: tuple[int, ...] = ()) -> Neighbourhood:
        ids = self.desk.counts(level, YEAR).area_ids
        with reading(self.login, self.bureau) as session:
            return read_neighbourhood(session, level, ids, within, Adjacencies())


@pytest.fixture(scope="module")
def city(
    new_database: Callable[..., Engine],
    mixed_city: City,
    login_as: Callable[[Engine, str], Engine],
    sign_in: Callable[..., Principal],
    tmp_path_factory: pytest.TempPathFactory,
) -> SmallCity:
    """A city of 16 grids, with residents, some thousand matters more, and a zone over two of its grids."""
    engine, home = new_database(mixed_city.database), tmp_path_factory.mktemp("counts")
    with engine.begin() as connection:
        add_random(connection, np.random.default_rng(5), 3000)
        redrawn = "population = 900 + 31 * id, valid_from = '2025-01-01'"
        connection.execute(text(f"UPDATE area SET {redrawn} WHERE level = 'grid'"))
        zone = "ST_Multi(ST_MakeEnvelope(120.15, 28, 120.25, 28.1, 4490))"
        connection.execute(text(f"UPDATE area SET geom = {zone} WHERE kind = 'functional'"))
    refresh(engine, home)
    login = login_as(engine, roles.SERVER)
    return SmallCity(engine, PostgisStore(login, home), login, sign_in(engine, Role.BUREAU))


@pytest.mark.parametrize("level", [Level.TOWN, Level.VILLAGE, Level.GRID])
def test_the_neighbourhood_is_what_the_database_says(city: SmallCity, level: Level) -> None:
    found = city.neighbourhood(level)
    ids = found.area_ids.tolist()
    pairs = {(ids[one], ids[other]) for one, other in np.argwhere(found.adjacency.matrix.toarray())}
    said = city.ask(
        "SELECT area_id, neighbour_id FROM area_border JOIN area a ON a.id = area_id"
        " JOIN area b ON b.id = neighbour_id WHERE a.level = :level AND a.kind = 'regular'"
        " AND b.kind = 'regular' AND a.valid_to IS NULL AND b.valid_to IS NULL",
        level=level.value,
    )
    assert pairs == {pair for one, other in said for pair in ((one, other), (other, one))}
    assert len(pairs) > len(ids)
    people = dict(city.ask("SELECT id, population FROM area WHERE level = :level", level=level.value))
    for area_id, residents in zip(ids, found.residents.tolist(), strict=True):
        assert people[area_id] == residents or (people[area_id] is None and np.isnan(residents))
    assert found.inside.all()


def test_within_an_area_lie_its_own_and_within_a_functional_one_those_of_its_ground(city: SmallCity) -> None:
    county, zone = (
        city.ask("SELECT min(id) FROM area WHERE level = 'county' AND kind = :kind", kind=kind)[0][0]
        for kind in ("regular", "functional")
    )
    own = {
        row[0]
        for row in city.ask(
            "SELECT g.id FROM area g JOIN area v ON v.id = g.parent_id JOIN area t ON t.id = v.parent_id"
            " WHERE t.parent_id = :county AND g.level = 'grid'",
            county=county,
        )
    }
    covered = {
        row[0]
        for row in city.ask(
            "SELECT g.id FROM area g JOIN area z ON z.id = :zone AND ST_Covers(z.geom, g.label)"
            " WHERE g.level = 'grid' AND g.kind = 'regular'",
            zone=zone,
        )
    }
    assert (len(own), len(covered), len(own & covered)) == (8, 2, 1)
    for within, listed in (((county,), own), ((zone,), covered), ((county, zone), own | covered)):
        found = city.neighbourhood(Level.GRID, within)
        assert set(found.area_ids[found.inside].tolist()) == listed


@pytest.mark.parametrize("method", Method)
@pytest.mark.parametrize("level", [Level.TOWN, Level.GRID])
def test_every_area_is_answered_with_its_count_and_the_same_twice(
    city: SmallCity, level: Level, method: Method
) -> None:
    counted, found = city.desk.counts(level, YEAR), city.desk.significance(level, YEAR, method)
    assert [row.area_id for row in found.rows] == counted.area_ids.tolist()
    assert [row.count for row in found.rows] == counted.counts.tolist()
    assert (found.n, found.level, found.method) == (counted.placed, level, method)
    assert found.parameters["value"] == "standardised_rate"
    assert {row.verdict for row in found.rows} != {HotspotClass.TOO_FEW} or level is Level.TOWN
    assert city.desk.significance(level, YEAR, method) == found
    for row in found.rows:
        assert (row.verdict is HotspotClass.TOO_FEW) == (row.q is None)


def test_rates_are_of_the_residents_of_the_database(city: SmallCity) -> None:
    found = city.desk.significance(Level.GRID, YEAR, Method.GI_STAR)
    people = dict(city.ask("SELECT id, population FROM area WHERE level = 'grid' AND valid_to IS NULL"))
    for row in found.rows:
        assert row.rate == pytest.approx(10_000 * row.count / people[row.area_id])
        assert row.smoothed is not None


def test_months_are_those_of_the_filter_and_their_hot_spots_lie_among_the_areas(city: SmallCity) -> None:
    found = city.desk.emerging(Level.GRID, YEAR)
    assert len(found.months) == 13
    assert found.months[0] == YEAR.since
    assert {len(row.hot) for row in found.rows} == {13}
    assert [row.area_id for row in found.rows] == city.desk.counts(Level.GRID, YEAR).area_ids.tolist()
    assert found.n == city.desk.counts(Level.GRID, YEAR).placed
    short = replace(YEAR, since=LAST - timedelta(days=40))
    assert {row.emergence for row in city.desk.emerging(Level.GRID, short).rows} == {Emergence.TOO_FEW}


def test_what_a_filter_is_owed_is_said(city: SmallCity) -> None:
    for matters, caveat in (
        (replace(YEAR, unit=MeasureUnit.HEADS), Caveat.GROUPED),
        (replace(YEAR, since=date(2024, 12, 1)), Caveat.BOUNDARIES_CHANGED),
        (MatterFilter(LAST, LAST), Caveat.FEW_MATTERS),
    ):
        assert caveat in city.desk.significance(Level.GRID, matters, Method.GI_STAR).caveats
        assert caveat not in city.desk.significance(Level.GRID, YEAR, Method.GI_STAR).caveats
    cut = replace(YEAR, since=YEAR.since + timedelta(days=3))
    assert Caveat.PARTIAL_MONTH in city.desk.emerging(Level.GRID, cut).caveats


def test_nothing_before_there_was_anything(city: SmallCity) -> None:
    before = MatterFilter(date(1999, 1, 1), date(1999, 12, 31))
    for method in Method:
        found = city.desk.significance(Level.GRID, before, method)
        assert (found.n, {row.verdict for row in found.rows}) == (0, {HotspotClass.TOO_FEW})
    assert {row.emergence for row in city.desk.emerging(Level.GRID, before).rows} == {Emergence.TOO_FEW}


def test_borders_are_read_once_for_an_edition(city: SmallCity) -> None:
    asked: list[str] = []
    listener = lambda *given: asked.append(given[2])  # noqa: E731
    adjacencies, ids = Adjacencies(), city.desk.counts(Level.GRID, YEAR).area_ids
    event.listen(city.login, "before_cursor_execute", listener)
    try:
        for area_ids in (ids, ids.copy(), ids[::-1].copy()):
            with reading(city.login, city.bureau) as session:
                adjacencies.read(session, area_ids)
    finally:
        event.remove(city.login, "before_cursor_execute", listener)
    assert sum("area_border" in statement for statement in asked) == 2, "another order is other rows"


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.BUREAU, Role.LEADER, Role.APPROVER}))
def test_who_may_not_see_the_whole_city_is_told_nothing(
    city: SmallCity, role: Role, sign_in: Callable[..., Principal]
) -> None:
    desk = city.store.hotspots(sign_in(city.engine, role))
    for ask in (
        lambda: desk.significance(Level.TOWN, YEAR, Method.GI_STAR),
        lambda: desk.emerging(Level.TOWN, YEAR),
    ):
        with pytest.raises(Refused, match=r"not_allowed|counts_not_ready"):
            ask()


def test_an_unknown_area_is_refused(city: SmallCity) -> None:
    nowhere = replace(YEAR, within=frozenset({10**9}))
    with pytest.raises(Refused, match="area_unknown"):
        city.desk.significance(Level.TOWN, nowhere, Method.GI_STAR)
