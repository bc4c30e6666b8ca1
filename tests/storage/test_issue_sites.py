"""Issue sites: what is found, what it is called, and who never appears in one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import Engine, text

from data.access import roles
from data.hotspot_desk import HotspotDesk
from data.store import PostgisStore
from data.writes.issue_sites import SiteKeeper, write_issue_sites
from grid.hotspots.findings import IssueSite
from grid.hotspots.questions import MatterFilter
from grid.matters import Category
from grid.principals import Principal, Role
from grid.refusals import Refused
from tests.storage.conftest import SOUTH, WEST

ALWAYS = MatterFilter(date(2020, 1, 1), date(2020, 12, 31))
ESTATE = (0.02, 0.02)
_ADD = text(
    "INSERT INTO petition (source, matter_no, channel, purpose, category, track, stage, registered_on,"
    " is_repeat, batch_id, place_status, granularity, place_method, address, address_key, point, county_id,"
    " town_id, village_id)"
    " SELECT 'test', nextval('petition_id_seq')::text, 'visit', 'claim', :category, 'ordinary', :stage,"
    " (date_trunc('month', now() AT TIME ZONE 'Asia/Shanghai') - make_interval(months => :months_ago))::date,"
    " false, (SELECT min(id) FROM import_batch), :status, 'point', 'coordinates', :address, :address,"
    " ST_SetSRID(ST_Point(:lon, :lat), 4490), c.id, t.id, v.id"
    " FROM area v JOIN area t ON t.id = v.parent_id JOIN area c ON c.id = t.parent_id"
    " WHERE v.level = 'village' AND ST_Covers(v.geom, ST_SetSRID(ST_Point(:lon, :lat), 4490)) LIMIT 1"
)
_NAME = text(
    "INSERT INTO gazetteer_entry (kind, name, area_id, batch_id, point) SELECT :kind, :name, min(a.id),"
    " min(b.id), ST_SetSRID(ST_Point(:lon, :lat), 4490) FROM area a, import_batch b"
)


def add(engine: Engine, n: int, at: tuple[float, float] = ESTATE, **more: object) -> None:
    """Add matters around a place, given in degrees from the city's corner; within some fifty metres of it."""
    row = {
        "category": "labour",
        "stage": "handling",
        "months_ago": 1,
        "status": "accepted",
        "address": "",
    } | more
    with engine.begin() as connection:
        for number in range(n):
            lon = WEST + at[0] + 0.0001 * (number % 4)
            connection.execute(_ADD, {**row, "lon": lon, "lat": SOUTH + at[1] + 0.0001 * (number // 4 % 3)})


def name(engine: Engine, kind: str, called: str, at: tuple[float, float]) -> None:
    with engine.begin() as connection:
        where = {"lon": WEST + at[0], "lat": SOUTH + at[1]}
        connection.execute(_NAME, {"kind": kind, "name": called, **where})


@pytest.fixture
def desk(
    small_city: Engine, login_as: Callable[[Engine, str], Engine], sign_in: Callable[..., Principal]
) -> HotspotDesk:
    return PostgisStore(login_as(small_city, roles.SERVER)).hotspots(sign_in(small_city, Role.LEADER))


def found(desk: HotspotDesk, engine: Engine, matters: MatterFilter = ALWAYS) -> tuple[IssueSite, ...]:
    write_issue_sites(engine)
    return desk.sites(matters)


def test_a_site_is_told_with_its_name_months_and_what_is_open(desk: HotspotDesk, small_city: Engine) -> None:
    name(small_city, "estate", "枫林小区", (0.05, 0.15))
    name(small_city, "road", "人民路", (0.05, 0.15))
    add(small_city, 7, months_ago=3, address="人民路12号枫林小区3幢")
    add(small_city, 4, months_ago=1, address="人民路12号", stage="closed")
    (site,) = found(desk, small_city)
    assert (site.category, site.name, site.named_by) == (Category.LABOUR, "枫林小区", "estate")
    assert (site.count, site.open_count) == (11, 7)
    assert len(site.months) == 25
    assert (site.months[-4], site.months[-2], sum(site.months)) == (7, 4, 11)
    assert site.path == ("云岭县", "东山街道", "东东1村")
    assert site.lon == pytest.approx(WEST + ESTATE[0], abs=5e-4)
    assert site.lat == pytest.approx(SOUTH + ESTATE[1], abs=5e-4)
    assert 10 <= site.radius_m <= 60
    assert site.p is not None


def test_a_site_that_no_address_names_is_called_after_what_it_lies_at(
    desk: HotspotDesk, small_city: Engine
) -> None:
    name(small_city, "poi", "云岭化工厂", (ESTATE[0] + 0.0005, ESTATE[1]))
    add(small_city, 6, address="村口")
    (site,) = found(desk, small_city)
    assert (site.name, site.named_by) == ("云岭化工厂", "poi")


def test_a_site_near_nothing_is_called_after_its_village(desk: HotspotDesk, small_city: Engine) -> None:
    name(small_city, "poi", "远方工厂", (0.3, 0.1))
    add(small_city, 6)
    (site,) = found(desk, small_city)
    assert (site.name, site.named_by) == ("东东1村", "area")


def test_four_matters_are_no_site_and_five_at_one_point_are(desk: HotspotDesk, small_city: Engine) -> None:
    add(small_city, 4, (0.02, 0.02))
    assert found(desk, small_city) == ()
    for _ in range(5):
        add(small_city, 1, (0.25, 0.15), category="land")
    (site,) = found(desk, small_city)
    assert (site.category, site.count) == (Category.LAND, 5)
    assert site.radius_m > 0


def test_matters_of_different_categories_are_no_site_together(desk: HotspotDesk, small_city: Engine) -> None:
    add(small_city, 4, category="labour")
    add(small_city, 4, category="land")
    assert found(desk, small_city) == ()


def test_old_and_unaccepted_matters_are_in_no_site(desk: HotspotDesk, small_city: Engine) -> None:
    add(small_city, 9, months_ago=25)
    add(small_city, 9, (0.22, 0.12), status="review")
    assert found(desk, small_city) == ()
    add(small_city, 9, months_ago=24)
    (site,) = found(desk, small_city)
    assert site.months[0] == 9


def test_sites_are_told_of_the_categories_and_areas_asked_for(desk: HotspotDesk, small_city: Engine) -> None:
    add(small_city, 5, (0.02, 0.02), category="labour")
    add(small_city, 8, (0.2, 0.04), category="labour")
    add(small_city, 6, (0.35, 0.15), category="land")
    sites = found(desk, small_city)
    assert [site.count for site in sites] == [8, 6, 5]
    with small_city.connect() as connection:
        rows = connection.execute(text("SELECT id, name FROM area WHERE valid_to IS NULL")).all()
    ids = {called: area_id for area_id, called in rows}

    def asked(**more: frozenset[object]) -> list[int]:
        return [site.count for site in desk.sites(MatterFilter(ALWAYS.since, ALWAYS.until, **more))]  # type: ignore[arg-type]

    assert asked(categories=frozenset({Category.LAND})) == [6]
    assert asked(within=frozenset({ids["云岭县"]})) == [5]
    assert asked(within=frozenset({ids["枫溪经济开发区"]})) == [8]
    assert asked(
        within=frozenset({ids["云岭县"], ids["临江区"]}), categories=frozenset({Category.LABOUR})
    ) == [8, 5]
    with pytest.raises(Refused, match="area_unknown"):
        asked(within=frozenset({10**9}))


def test_a_city_with_nothing_has_no_sites(engine: Engine, small_city: Engine, desk: HotspotDesk) -> None:
    assert write_issue_sites(engine) == 0
    assert found(desk, small_city) == ()


def test_sites_are_replaced_and_only_when_something_changed(desk: HotspotDesk, small_city: Engine) -> None:
    add(small_city, 6)
    keeper = SiteKeeper(every_s=0)
    assert keeper.write_when_due(small_city)
    (before,) = desk.sites(ALWAYS)
    assert not keeper.write_when_due(small_city)
    with small_city.begin() as connection:
        connection.execute(text("UPDATE petition SET stage = 'closed'"))
        connection.execute(text("UPDATE data_version SET number = number + 1"))
    assert keeper.write_when_due(small_city)
    (after,) = desk.sites(ALWAYS)
    assert (before.open_count, after.open_count) == (6, 0)


@pytest.mark.parametrize("role", [Role.KIOSK, Role.TOWN, Role.UNIT, Role.CLERK, Role.PLANNER])
def test_sites_are_of_those_alone_who_see_the_whole_city(
    small_city: Engine,
    login_as: Callable[[Engine, str], Engine],
    sign_in: Callable[..., Principal],
    role: Role,
) -> None:
    add(small_city, 6)
    write_issue_sites(small_city)
    with small_city.connect() as connection:
        area = connection.execute(text("SELECT min(id) FROM area WHERE level = 'town'")).scalar_one()
    principal = sign_in(small_city, role, areas=[area] if role is Role.TOWN else [])
    desk = PostgisStore(login_as(small_city, roles.SERVER)).hotspots(principal)
    with pytest.raises(Refused):
        desk.sites(ALWAYS)
