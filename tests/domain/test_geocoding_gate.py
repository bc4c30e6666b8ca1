"""The gate: how often addresses of a synthetic city, clean and damaged, are accepted, right and wrong."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest

from bench.addresses import Damage, make_cases, make_city
from bench.geocode import verdict
from grid.geocoding.gazetteer import build_gazetteer
from grid.geocoding.geocoder import geocode

CASES = 1000
DAMAGED = (Damage.HOMOPHONE, Damage.SUBSTITUTED, Damage.DROPPED)


@pytest.fixture(scope="module", params=[7, 8])
def tally(request: pytest.FixtureRequest) -> dict[Damage, Counter[str]]:
    rng = Random(request.param)
    city = make_city(rng)
    gazetteer = build_gazetteer(city.areas.values(), city.places)
    counts: dict[Damage, Counter[str]] = {damage: Counter() for damage in Damage}
    for case in make_cases(city, rng, CASES):
        counts[case.damage][verdict(city, case, geocode(gazetteer, case.text))] += 1
    return counts


def test_clean_addresses_are_accepted_right(tally: dict[Damage, Counter[str]]) -> None:
    assert tally[Damage.CLEAN]["right"] >= 0.99 * CASES
    assert tally[Damage.CLEAN]["wrong"] <= 0.001 * CASES


def test_a_wrong_town_is_never_accepted(tally: dict[Damage, Counter[str]]) -> None:
    assert tally[Damage.WRONG_TOWN] == Counter(review=CASES)


@pytest.mark.parametrize("damage", DAMAGED)
def test_damaged_addresses_are_hardly_ever_accepted_wrong(
    tally: dict[Damage, Counter[str]], damage: Damage
) -> None:
    assert tally[damage]["wrong"] <= 0.005 * CASES
    assert tally[damage]["review"] >= 0.5 * CASES


@pytest.mark.parametrize("damage", [Damage.ABBREVIATED, Damage.LEVEL_MISSING])
def test_shortened_addresses_are_accepted_where_they_are_unique(
    tally: dict[Damage, Counter[str]], damage: Damage
) -> None:
    assert tally[damage]["wrong"] <= 0.005 * CASES
    assert tally[damage]["right"] >= 0.8 * CASES


def test_the_damage_is_real(tally: dict[Damage, Counter[str]]) -> None:
    assert all(sum(tally[damage].values()) == CASES for damage in Damage)
    assert all(tally[damage]["right"] <= 0.3 * CASES for damage in DAMAGED)
