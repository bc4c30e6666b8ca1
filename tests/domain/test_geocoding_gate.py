"""The gate on a made-up city whose names repeat across towns: no tuning to one gazetteer."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest

from bench.addresses import MISLEADING, Damage, make_cases
from bench.gazetteers import make_city, read_city
from bench.geocode import verdict
from grid.geocoding.geocoder import geocode

CASES = 1000
MISTYPED = (Damage.HOMOPHONE, Damage.SUBSTITUTED, Damage.DROPPED, Damage.TRANSPOSED)


@pytest.fixture(scope="module", params=[7, 8])
def tally(request: pytest.FixtureRequest) -> dict[Damage, Counter[str]]:
    rng = Random(request.param)
    city = make_city(rng)
    gazetteer = city.build()
    counts: dict[Damage, Counter[str]] = {damage: Counter() for damage in Damage}
    for case in make_cases(city, rng, CASES):
        counts[case.damage][verdict(city, case, geocode(gazetteer, case.text))] += 1
    return counts


def test_clean_addresses_are_accepted_right(tally: dict[Damage, Counter[str]]) -> None:
    assert tally[Damage.CLEAN]["right"] >= 0.99 * CASES
    assert tally[Damage.CLEAN]["wrong"] == 0


@pytest.mark.parametrize("damage", sorted(MISLEADING))
def test_what_misleads_is_never_accepted(tally: dict[Damage, Counter[str]], damage: Damage) -> None:
    assert not tally[damage].keys() & {"right", "coarser", "wrong"}


def test_an_address_with_a_wrong_town_goes_to_review(tally: dict[Damage, Counter[str]]) -> None:
    assert tally[Damage.WRONG_TOWN] == Counter(review=CASES)


def test_the_damage_is_real(tally: dict[Damage, Counter[str]]) -> None:
    # This city has no old names: tests/storage/test_placer_gate.py has every kind of damage.
    assert all(sum(tally[damage].values()) == CASES for damage in set(Damage) - {Damage.OLD_NAME})


@pytest.mark.parametrize("damage", MISTYPED)
def test_mistyped_addresses_are_hardly_ever_accepted_wrong(
    tally: dict[Damage, Counter[str]], damage: Damage
) -> None:
    assert tally[damage]["wrong"] <= 0.005 * CASES
    assert tally[damage]["review"] >= 0.5 * CASES
    assert tally[damage]["right"] <= 0.3 * CASES


@pytest.mark.parametrize("damage", [Damage.ABBREVIATED, Damage.LEVEL_MISSING])
def test_shortened_addresses_are_accepted_where_they_are_unique(
    tally: dict[Damage, Counter[str]], damage: Damage
) -> None:
    assert tally[damage]["wrong"] <= 0.005 * CASES
    assert tally[damage]["right"] >= 0.8 * CASES


def test_a_city_brought_as_files_is_read(tmp_path) -> None:
    areas, names = tmp_path / "areas.csv", tmp_path / "gazetteer.csv"
    areas.write_text(
        "level,code,name,parent_code\ncity,990100,枫溪市,\ncounty,990101,云岭县,990100\n"
        "town,990101001,石桥镇,\n村,990101001201,东湖村,\n",
        encoding="utf-8",
    )
    names.write_text(
        "名称,类型,层级,区划代码,号段起,号段止,单双号,经度,纬度\n"
        "滨河路,道路,村,990101001201,1,99,单号,,\n"
        "滨河路7号,标准地址,村,990101001201,,,,120.1,28.1\n"
        "无处,别名,村,1,,,,,\n",
        encoding="utf-8",
    )
    city = read_city(areas)
    gazetteer = city.build()
    assert [area.name for area in city.villages] == ["东湖村"]
    assert (len(city.places), len(city.doors)) == (1, 1)
    assert geocode(gazetteer, "石桥镇滨河路7号").granularity == "building"
    assert geocode(gazetteer, "石桥镇滨河路9号").granularity == "village"
    assert geocode(gazetteer, "石桥镇滨河路8号").status == "review"
