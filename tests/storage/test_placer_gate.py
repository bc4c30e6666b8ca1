"""The gate: how addresses of the demo city, clean and damaged, are accepted, right and wrong."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from bench.addresses import MISLEADING, Case, Damage, make_cases
from bench.gazetteers import BenchCity
from bench.geocode import verdict
from data.geocode.names import read_names
from data.geocode.placer import Placer
from grid.areas import Level
from grid.geocoding.gazetteer import Gazetteer
from grid.geocoding.geocoder import geocode
from grid.geocoding.names import NameKind
from grid.places import Granularity

CASES = 1200
UNDAMAGED = (Damage.ABBREVIATED, Damage.OLD_NAME, Damage.TRADITIONAL, Damage.NOISE, Damage.SENTENCE)
"""Other ways to write the same: as certain as a clean address."""
Tally = dict[Damage, Counter[str]]


@pytest.fixture(scope="module")
def city(demo_engine: Engine) -> tuple[BenchCity, Gazetteer]:
    with Session(demo_engine) as session:
        areas = Placer.load(session).city.areas
        names = read_names(session, areas)
    made = BenchCity(areas, names.entries, list(names.addresses(areas)))
    return made, made.build()


@pytest.fixture(scope="module")
def cases(city: tuple[BenchCity, Gazetteer]) -> list[Case]:
    return list(make_cases(city[0], Random(7), CASES))


@pytest.fixture(scope="module")
def tally(city: tuple[BenchCity, Gazetteer], cases: list[Case]) -> Tally:
    counts: Tally = {damage: Counter() for damage in Damage}
    for case in cases:
        counts[case.damage][verdict(city[0], case, geocode(city[1], case.text))] += 1
    for damage, count in counts.items():
        print(f"{damage:14}", dict(count))
    return counts


def test_it_is_of_a_thousand_villages_and_everything_that_a_gazetteer_knows(
    city: tuple[BenchCity, Gazetteer], cases: list[Case]
) -> None:
    made, _ = city
    assert {place.kind for place in made.places} == set(NameKind) - {NameKind.ADDRESS}
    assert len(made.doors) > 500
    chains = [made.chain(truth) for case in cases for truth in case.truths]
    assert len({chain[2].id for chain in chains if len(chain) > 2}) >= 1000
    assert {area.level for chain in chains for area in chain} == set(Level) - {Level.CITY}
    finest = {case.granularity for case in cases if case.damage is Damage.CLEAN}
    assert finest == {Granularity.POINT, Granularity.BUILDING, Granularity.GRID, Granularity.VILLAGE}


def test_clean_addresses_are_accepted_right(tally: Tally) -> None:
    assert sum(tally[Damage.CLEAN].values()) == CASES
    assert tally[Damage.CLEAN]["right"] >= 0.99 * CASES
    assert tally[Damage.CLEAN]["wrong"] <= 0.001 * CASES


@pytest.mark.parametrize("damage", UNDAMAGED)
def test_other_ways_to_write_an_address_are_understood(tally: Tally, damage: Damage) -> None:
    assert tally[damage]["right"] >= 0.98 * CASES
    assert tally[damage]["wrong"] <= 0.001 * CASES


@pytest.mark.parametrize("damage", sorted(MISLEADING))
def test_what_misleads_is_never_accepted(tally: Tally, damage: Damage) -> None:
    outcomes = tally[damage]
    assert sum(outcomes.values()) == CASES
    assert (outcomes["right"], outcomes["coarser"], outcomes["wrong"]) == (0, 0, 0)


@pytest.mark.parametrize("damage", sorted(set(Damage) - MISLEADING - {Damage.CLEAN, *UNDAMAGED}))
def test_damaged_addresses_are_hardly_ever_accepted_wrong(tally: Tally, damage: Damage) -> None:
    assert sum(tally[damage].values()) == CASES
    assert tally[damage]["wrong"] <= 0.005 * CASES
    # The damage is real: most of it is seen, and no gate is passed by sending everything to a person.
    if damage is Damage.LEVEL_MISSING:
        assert tally[damage]["right"] >= 0.6 * CASES
    else:
        assert tally[damage]["review"] >= 0.7 * CASES
