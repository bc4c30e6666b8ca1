"""The demo city is a believable whole: nested areas, published figures, an annex with every oddity."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
import shapely

from data.demo import names
from data.demo.city import GRIDS, RESIDENTS, TOWNS, VILLAGES, City, make_city
from data.demo.files import make_files
from data.export.bundle import Bundle, write_bundle
from data.export.rows import BoundaryLayer, PetitionRow
from data.intake.matters.steps import ORDERS
from data.intake.tables.vocabulary import Repeat
from grid.areas import LEVELS, AreaKind, Level, parent_code
from grid.clocks.states import REPLY_DAYS
from grid.datums import Datum, to_cgcs2000
from grid.geocoding.names import NameKind
from grid.listings import IN_FORCE, ListingState, Quarter
from grid.matters import SETTLED_STAGES, BacklogTier, Channel, Evaluation, Purpose, Stage, Track
from grid.placing import index_areas, locate

UNTIL = date(2026, 11, 20)
PETITIONS = 6_000


@pytest.fixture(scope="module")
def files() -> Bundle:
    return make_files(7, PETITIONS, UNTIL)


@pytest.fixture(scope="module")
def layers(files: Bundle) -> dict[Level, BoundaryLayer]:
    return {layer.level: layer for layer in files.boundaries}


@pytest.fixture(scope="module")
def other_city() -> City:
    return make_city(np.random.default_rng(20260101))


def regular(layer: BoundaryLayer) -> np.ndarray:
    return layer.outlines[[kind is AreaKind.REGULAR for kind in layer.kinds]]


def test_the_same_arguments_give_the_same_bytes(files: Bundle, tmp_path: Path) -> None:
    first = write_bundle(files, tmp_path / "first")
    again = write_bundle(make_files(7, PETITIONS, UNTIL), tmp_path / "again")
    assert [path.name for path in first] == [path.name for path in again]
    assert all(one.read_bytes() == two.read_bytes() for one, two in zip(first, again, strict=True))


def test_the_city_has_the_size_of_a_prefecture(layers: dict[Level, BoundaryLayer]) -> None:
    counts = {level: len(regular(layer)) for level, layer in layers.items()}
    assert counts == {
        Level.CITY: 1,
        Level.COUNTY: 9,
        Level.TOWN: TOWNS,
        Level.VILLAGE: VILLAGES,
        Level.GRID: GRIDS,
    }
    area_km2 = layers[Level.CITY].outlines[0].area * 111.32**2 * np.cos(np.radians(28.5))
    assert 8_000 < area_km2 < 17_000
    west, south, east, north = layers[Level.CITY].outlines[0].bounds
    assert west > 119
    assert south > 27.5
    assert east < 121.5
    assert north < 29.5


def test_every_level_is_a_valid_coverage_of_the_city(layers: dict[Level, BoundaryLayer]) -> None:
    city = layers[Level.CITY].outlines[0]
    for layer in layers.values():
        areas = regular(layer)
        assert shapely.is_valid(areas).all()
        assert shapely.coverage_is_valid(areas)
        assert shapely.coverage_union_all(areas).equals(city)


def test_another_seed_is_as_sound(other_city: City) -> None:
    for level in LEVELS:
        areas = other_city.table(level).outlines
        assert shapely.is_valid(areas).all()
        assert shapely.coverage_is_valid(areas)
        assert shapely.coverage_union_all(areas).equals(other_city.table(Level.CITY).outlines[0])
    assert np.bincount(other_city.table(Level.TOWN).parents)[names.SERVICE_COUNTY] == 18


def test_parents_are_the_unions_of_their_children(layers: dict[Level, BoundaryLayer]) -> None:
    for level in LEVELS[1:-1]:
        below = layers[LEVELS[LEVELS.index(level) + 1]]
        parents = np.array(below.parent_codes)
        rows = range(len(regular(layers[level])))
        for row in list(rows)[:: max(1, len(rows) // 60)]:
            mine = below.outlines[parents == layers[level].codes[row]]
            assert shapely.coverage_union_all(mine).equals(layers[level].outlines[row])


def test_codes_say_level_and_parent(layers: dict[Level, BoundaryLayer]) -> None:
    for level, layer in layers.items():
        assert len(set(layer.codes)) == len(layer.codes)
        assert all(code.startswith("99") and len(code) == level.code_digits for code in layer.codes)
        assert [parent_code(level, code) for code in layer.codes] == layer.parent_codes
        assert set(layer.code_systems) == {"DEMO"}
        assert all(layer.synthetic)


def test_people_add_up_at_every_level(layers: dict[Level, BoundaryLayer]) -> None:
    for layer in layers.values():
        people = [
            n for n, kind in zip(layer.populations, layer.kinds, strict=True) if kind is AreaKind.REGULAR
        ]
        assert sum(people) == RESIDENTS
    below = layers[Level.TOWN]
    sums = Counter()
    for parent, number in zip(below.parent_codes, below.populations, strict=True):
        sums[parent] += number
    assert all(
        sums[code] == number
        for code, number in zip(
            layers[Level.COUNTY].codes[:9], layers[Level.COUNTY].populations[:9], strict=True
        )
    )


def test_there_are_islands_an_exclave_and_a_reservoir(
    files: Bundle, layers: dict[Level, BoundaryLayer]
) -> None:
    assert shapely.get_num_geometries(layers[Level.CITY].outlines[0]) >= 2
    counties = regular(layers[Level.COUNTY])
    host = [county for county in counties if any(part.interiors for part in county.geoms)]
    assert len(host) == 1
    hole = shapely.Polygon(max((p for p in host[0].geoms if p.interiors), key=lambda p: p.area).interiors[0])
    guests = [
        county
        for county in counties
        if any(hole.contains(part.representative_point()) for part in county.geoms)
    ]
    assert len(guests) == 1
    called, waters = files.features["water"]
    lake = waters[called.index("砚湖水库")]
    assert lake.is_valid
    assert lake.within(layers[Level.CITY].outlines[0].buffer(1e-7))


def test_the_functional_area_overlaps_two_counties(layers: dict[Level, BoundaryLayer]) -> None:
    layer = layers[Level.COUNTY]
    assert layer.kinds.count(AreaKind.FUNCTIONAL) == 1
    zone = layer.outlines[layer.kinds.index(AreaKind.FUNCTIONAL)]
    assert zone.is_valid
    shares = shapely.area(shapely.intersection(regular(layer), zone)) / zone.area
    assert (shares > 0.1).sum() == 2
    assert shares.sum() == pytest.approx(1)


def test_names_are_invented_and_repeat_only_across_counties(layers: dict[Level, BoundaryLayer]) -> None:
    towns = layers[Level.TOWN]
    counted = Counter(towns.names)
    assert any(number > 1 for number in counted.values())
    assert len(set(zip(towns.parent_codes, towns.names, strict=True))) == TOWNS
    villages = layers[Level.VILLAGE]
    assert len(set(zip(villages.parent_codes, villages.names, strict=True))) == VILLAGES
    assert not {name[:2] for name in towns.names} & {"枫桥", "桐庐", "鹿城", "霞浦", "蚌埠", "鹤山"}


def test_small_areas_are_dense_in_town_and_wide_in_the_hills(layers: dict[Level, BoundaryLayer]) -> None:
    sizes = shapely.area(layers[Level.GRID].outlines)
    assert np.quantile(sizes, 0.95) > 20 * np.quantile(sizes, 0.05)


def test_addresses_of_the_gazetteer_lie_where_it_says(
    files: Bundle, layers: dict[Level, BoundaryLayer]
) -> None:
    grids = layers[Level.GRID]
    index = index_areas(Level.GRID, np.arange(len(grids.codes)), grids.outlines)
    points = [row for row in files.gazetteer if row.lon is not None]
    assert {row.kind for row in points} == {NameKind.ESTATE, NameKind.POI, NameKind.ADDRESS}
    found = locate(index, [row.lon for row in points], [row.lat for row in points])
    assert [grids.codes[at] for at in found] == [row.area_code for row in points]
    roads = [row for row in files.gazetteer if row.kind is NameKind.ROAD]
    assert {row.parity.value for row in roads} == {"all", "odd", "even"}
    assert all(row.number_from <= row.number_to for row in roads)
    lines = shapely.from_wkt([row.geometry for row in roads if row.geometry])
    assert shapely.is_valid(lines).all()


def test_number_ranges_of_a_road_never_overlap(files: Bundle) -> None:
    taken: set[tuple[str, str, int]] = set()
    for row in files.gazetteer:
        if row.kind is NameKind.ROAD:
            step = 1 if row.parity.value == "all" else 2
            numbers = {
                (row.area_code[:6], row.name, n) for n in range(row.number_from, row.number_to + 1, step)
            }
            assert not numbers & taken
            taken |= numbers


def test_accusations_tell_no_place_and_no_unit(files: Bundle) -> None:
    accusations = [row for row in files.petitions if row.purpose is Purpose.ACCUSATION]
    assert 0.01 < len(accusations) / PETITIONS < 0.03
    for row in accusations:
        assert (row.address, row.lon, row.lat, row.area_code, row.unit) == (None, None, None, None, None)
        assert row.channel is not Channel.AGENT


def test_dates_stages_and_evaluations_agree(files: Bundle) -> None:
    for row in files.petitions:
        dates = [row.registered_on, row.accepted_on, row.replied_on, row.closed_on]
        known = [day for day in dates if day is not None]
        assert known == sorted(known)
        assert known[-1] <= UNTIL
        assert (row.replied_on is not None) == (row.stage in SETTLED_STAGES)
        assert row.replied_on is None or row.accepted_on is not None
        assert row.evaluation is None or row.replied_on is not None
        assert (row.accepted_on is None) == (row.stage in {Stage.REGISTERED, Stage.FORWARDED})
        assert row.extension_days is None or (row.accepted_on and 0 < row.extension_days <= 30)
        assert row.submissions > 1 or row.repeat is Repeat.FIRST
        assert not row.backlog or (row.replied_on is None and row.submissions > 1)
    assert len({row.matter_no for row in files.petitions}) == PETITIONS


def due_on(row: PetitionRow) -> date | None:
    if row.accepted_on is None or row.track is not Track.ORDINARY or row.purpose is not Purpose.CLAIM:
        return None
    return row.accepted_on + timedelta(days=REPLY_DAYS + (row.extension_days or 0))


def test_no_step_comes_before_what_it_follows_and_none_in_the_future(files: Bundle) -> None:
    steps = ("received_on", "forwarded_on", "unit_received_on", "noticed_on", "extended_on", "evaluated_on",
             "resubmitted_on", "backlog_resolved_on", "head_read_on")  # fmt: skip
    for row in files.petitions:
        if row.purpose is Purpose.ACCUSATION:
            assert {getattr(row, step) for step in steps} == {None}
            assert (row.extension_days, row.extension_approver, row.extension_reason) == (None, None, None)
            assert row.backlog_tier is None
            continue
        for order in ORDERS:
            known = [day for field in order if (day := getattr(row, field)) is not None]
            assert known == sorted(known), (row.matter_no, order)
        assert all(day is None or day <= UNTIL for day in (getattr(row, step) for step in steps))
        assert (row.evaluation is None) == (row.evaluated_on is None)
        assert row.evaluated_on is None or (row.evaluated_on - row.replied_on).days <= 30
        assert (row.resubmitted_on is None) == (row.submissions == 1)
        assert row.forwarded_on is not None or row.stage is Stage.REGISTERED
        extension = (row.extended_on, row.extension_approver, row.extension_reason)
        assert (row.extension_days is None) == (extension == (None, None, None))
        assert row.extended_on is None or row.extended_on <= due_on_unextended(row)
        assert row.backlog_resolved_on is None or row.replied_on is not None


def due_on_unextended(row: PetitionRow) -> date:
    assert row.accepted_on is not None
    return row.accepted_on + timedelta(days=REPLY_DAYS)


def share(rows: Iterable[PetitionRow], holds: Callable[[PetitionRow], bool]) -> float:
    return sum(map(holds, chosen := list(rows))) / len(chosen)


def test_steps_are_taken_as_in_a_real_office(files: Bundle) -> None:
    told = [row for row in files.petitions if row.purpose is not Purpose.ACCUSATION]
    received = [row for row in told if row.unit_received_on and (UNTIL - row.unit_received_on).days > 15]
    noticed = share(
        received, lambda row: bool(row.noticed_on) and (row.noticed_on - row.unit_received_on).days <= 15
    )
    letters = (row for row in told if row.channel is Channel.LETTER)
    firsts = (row for row in told if row.repeat is Repeat.FIRST)
    evaluated = (row for row in told if row.evaluation)
    assert noticed == pytest.approx(0.94, abs=0.02)
    assert share(letters, lambda row: row.head_read_on is not None) == pytest.approx(0.35, abs=0.04)
    assert share(firsts, lambda row: row.resubmitted_on is not None) == pytest.approx(0.06, abs=0.015)
    assert share(evaluated, lambda row: row.evaluation is not Evaluation.UNSATISFIED) == pytest.approx(
        0.93, abs=0.02
    )
    for tier in BacklogTier:
        batch = [row for row in told if row.backlog_tier is tier]
        assert 0.6 < share(batch, lambda row: row.backlog_resolved_on is not None) <= 1


def test_units_keep_their_terms_unlike_each_other(files: Bundle) -> None:
    of_unit = defaultdict(list)
    for row in files.petitions:
        if row.unit is not None:
            of_unit[row.unit].append(row)
    sizes = sorted(map(len, of_unit.values()))
    assert sizes[0] < 20 < sizes[-20]
    late = [
        share(
            rows, lambda row: row.replied_on is None or (day := due_on(row)) is None or row.replied_on > day
        )
        for rows in of_unit.values()
        if len(rows) >= 60
    ]
    assert max(late) - min(late) > 0.1
    assert names.FUNCTIONAL_NAME not in of_unit
    assert any(row.unit == names.FUNCTIONAL_NAME for row in files.annex.rows)


def test_rates_are_those_of_a_real_office(files: Bundle) -> None:
    due = [(row, day) for row in files.petitions if (day := due_on(row)) is not None and day <= UNTIL]
    in_time = sum(row.replied_on is not None and row.replied_on <= day for row, day in due) / len(due)
    open_overdue = sum(row.replied_on is None for row, _ in due) / len(due)
    repeats = sum(row.repeat is Repeat.REPEAT for row in files.petitions) / PETITIONS
    assert in_time == pytest.approx(0.93, abs=0.015)
    assert open_overdue == pytest.approx(0.04, abs=0.012)
    assert repeats == pytest.approx(0.18, abs=0.02)
    assert {row.channel for row in files.petitions} == set(Channel)
    assert {row.track for row in files.petitions} == set(Track)
    assert {row.stage for row in files.petitions} == set(Stage)
    assert {row.evaluation for row in files.petitions} == {None, *Evaluation}


def test_places_are_told_in_every_quality(files: Bundle) -> None:
    told = [row for row in files.petitions if row.purpose is not Purpose.ACCUSATION]
    points = [row for row in told if row.lon is not None]
    assert len(points) / len(told) == pytest.approx(0.55, abs=0.03)
    assert {row.datum for row in points} == set(Datum)
    assert sum(row.address in {"不详", "无", "同上", ""} for row in told) > 50
    assert any(row.area_code for row in told)


def test_points_lie_in_the_village_that_their_text_names(
    files: Bundle, layers: dict[Level, BoundaryLayer]
) -> None:
    villages = layers[Level.VILLAGE]
    index = index_areas(Level.VILLAGE, np.arange(len(villages.codes)), villages.outlines)
    for datum in Datum:
        rows = [row for row in files.petitions if row.datum is datum]
        lon, lat = to_cgcs2000([row.lon for row in rows], [row.lat for row in rows], datum)
        found = locate(index, lon, lat)
        assert (found >= 0).all()
        named = [
            villages.names[at] in row.address for row, at in zip(rows, found, strict=True) if row.address
        ]
        assert np.mean(named) > 0.99


def test_most_matters_gather_at_few_places(files: Bundle, layers: dict[Level, BoundaryLayer]) -> None:
    villages = layers[Level.VILLAGE]
    index = index_areas(Level.VILLAGE, np.arange(len(villages.codes)), villages.outlines)
    rows = [row for row in files.petitions if row.datum is Datum.CGCS2000]
    found = locate(index, [row.lon for row in rows], [row.lat for row in rows])
    counts = np.sort(np.bincount(found, minlength=len(villages.codes)))[::-1]
    assert counts[:100].sum() > 0.4 * counts.sum()
    assert (counts > 0).sum() > 500


def test_one_county_carries_the_published_service_figures(files: Bundle) -> None:
    ours = [row for row in files.service_points if row.area_code.startswith("990124")]
    assert len({row.station for row in ours}) == len({row.town for row in ours}) == 18
    assert len(ours) == 349
    assert sum(row.cadre + row.grid_worker + row.volunteer for row in ours) == 617
    assert all(sum(getattr(row, kind) for row in ours) > 0 for kind in ("cadre", "grid_worker", "volunteer"))
    assert (sum(row.handled for row in ours), sum(row.resolved for row in ours)) == (185, 158)
    assert len({(row.county, row.town) for row in files.service_points}) == TOWNS
    assert len({row.area_code for row in ours}) < 345


def test_matters_of_agents_are_those_that_the_points_report(files: Bundle) -> None:
    since = files.service_points[0].since
    carried = [row for row in files.petitions if row.channel is Channel.AGENT and row.registered_on >= since]
    settled = [row for row in carried if row.stage in SETTLED_STAGES]
    assert len(carried) == sum(row.handled for row in files.service_points)
    assert len(settled) == sum(row.resolved for row in files.service_points)


def test_the_annex_repeats_every_oddity_of_a_real_one(files: Bundle) -> None:
    annex = files.annex
    counted = [row for row in annex.rows if row.cases is not None]
    departments = [row for row in counted if row.unit.endswith("局")]
    areas = [row for row in counted if row not in departments]
    assert (len(areas), sum(row.cases for row in areas)) == (10, 222)
    assert (len(departments), sum(row.cases for row in departments)) == (4, 15)
    assert "共237件" in annex.title
    assert sorted(row.cases for row in areas)[-2:] == [44, 44]
    assert min(row.cases for row in areas) == 7
    assert sum(row.leader is None for row in annex.rows) == 1
    assert sum(row.same_leader for row in annex.rows) == 1
    assert len({(row.leader, row.post) for row in annex.rows if row.leader}) == 13
    assert sum(row.cases is None for row in annex.rows) == 1
    assert any(row.unit == names.FUNCTIONAL_NAME for row in annex.rows)


def test_listings_evolve_over_four_quarters(files: Bundle) -> None:
    quarters = sorted({row.quarter for row in files.listings})
    assert quarters[-1] == str(Quarter.of(UNTIL))
    assert len(quarters) == 4
    order = [ListingState.PROPOSED, ListingState.LISTED, ListingState.RECTIFYING, ListingState.DELISTED]
    for unit in {(row.unit, row.area_code) for row in files.listings}:
        states = [row.state for row in files.listings if (row.unit, row.area_code) == unit]
        steps = [order.index(state) for state in states]
        assert steps == sorted(steps)
    for quarter in quarters:
        rows = [row for row in files.listings if row.quarter == quarter]
        assert [row.rank for row in rows] == list(range(1, len(rows) + 1))
        assert [row.score for row in rows] == sorted(row.score for row in rows)
    assert all(row.approver and row.listed_on for row in files.listings if row.state in IN_FORCE)
    assert {row.level for row in files.listings} == {Level.COUNTY, Level.TOWN, None}


@pytest.mark.parametrize("until", [date(2024, 2, 29), date(2025, 1, 1), date(2026, 10, 1)])
def test_any_last_day_works(until: date, other_city: City) -> None:
    from data.demo.duty import make_listings
    from data.demo.happenings import make_happenings

    happenings = make_happenings(other_city, 500, until, np.random.default_rng(1))
    last = happenings.first_day + timedelta(days=int(happenings.day.max()))
    assert last <= until == happenings.first_day + timedelta(days=happenings.days - 1)
    assert 729 <= happenings.days <= 733
    listings = make_listings(other_city, [], until, np.random.default_rng(1))
    assert all(row.listed_on is None or row.listed_on <= until for row in listings)
