"""Addresses made from a city's gazetteer, clean and damaged, each with the truth of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from itertools import cycle
from random import Random

from bench import writing
from bench.gazetteers import BenchCity
from grid.areas import Area, AreaKind, Level
from grid.geocoding.names import NamedPlace, NameKind, Parity, short_name
from grid.geocoding.normalise import fold
from grid.places import Granularity


class Damage(StrEnum):
    """What was done to an address."""

    CLEAN = "clean"
    ABBREVIATED = "abbreviated"
    LEVEL_MISSING = "level_missing"
    OLD_NAME = "old_name"
    TRADITIONAL = "traditional"
    NOISE = "noise"
    SENTENCE = "sentence"
    HOMOPHONE = "homophone"
    SUBSTITUTED = "substituted"
    DROPPED = "dropped"
    TRANSPOSED = "transposed"
    WRONG_TOWN = "wrong_town"
    TWO_ADDRESSES = "two_addresses"
    OTHER_CITY = "other_city"


MISLEADING = frozenset({Damage.WRONG_TOWN, Damage.TWO_ADDRESSES, Damage.OTHER_CITY})
"""Of these nothing may be accepted, but what holds all that was named."""


@dataclass(frozen=True)
class Case:
    """An address and where it truly is: in ``truths`` (one area; two of two addresses, none of no area)."""

    text: str
    damage: Damage
    truths: tuple[int, ...]
    place: NamedPlace | None = None
    granularity: Granularity = Granularity.NONE


@dataclass(frozen=True)
class Target:
    """What an address means: an area or a place, the names that lead to it, and what follows them."""

    area_id: int
    place: NamedPlace | None
    names: tuple[str, ...]
    tail: str
    granularity: Granularity


class CaseMaker:
    """Makes cases of one city; every village is used before one is used again."""

    def __init__(self, city: BenchCity, rng: Random) -> None:
        self._city = city
        self._rng = rng
        order = [area for area in city.villages if len(city.chain(area.id)) == 3]
        rng.shuffle(order)
        self._villages = cycle(order)
        self._makers: dict[Damage, Callable[[], Case | None]] = {
            Damage.CLEAN: self._clean,
            Damage.OLD_NAME: self._old_name,
            Damage.WRONG_TOWN: self._wrong_town,
            Damage.TWO_ADDRESSES: self._two_addresses,
            Damage.OTHER_CITY: self._other_city,
            **{damage: self._rewriting(damage, write) for damage, write in _WRITINGS.items()},
        }

    def make(self, damage: Damage, count: int) -> Iterator[Case]:
        """Yield ``count`` cases of one kind, fewer where the city has nothing for it."""
        for _ in range(count):
            case = self._makers[damage]()
            if case is not None:
                yield case

    def _clean(self) -> Case:
        target = self._target()
        start = self._city_name if self._rng.random() < 0.4 else ""
        return _case(target, Damage.CLEAN, start + "".join(target.names) + target.tail)

    def _rewriting(self, damage: Damage, write: Callable[[Random, Target], str]) -> Callable[[], Case]:
        def make() -> Case:
            target = self._target()
            return _case(target, damage, write(self._rng, target))

        return make

    def _old_name(self) -> Case | None:
        """Put a town's other name in the place of its own."""
        if not self._aliases:
            return None
        alias, villages = self._rng.choice(self._aliases)
        target = self._of_village(self._rng.choice(villages))
        names = (target.names[0], alias, *target.names[2:])
        return _case(target, Damage.OLD_NAME, "".join(names) + target.tail)

    def _wrong_town(self) -> Case:
        """Name another town, one that has nothing of the name that follows."""
        while True:
            target = self._target()
            county, town = self._city.chain(target.area_id)[:2]
            others = [
                other
                for other in self._city.towns
                if (other.parent_id == county.id) == (self._rng.random() < 0.75)
                and other.name != town.name
                and target.names[2] not in self._city.names_by_town.get(other.id, ())
            ]
            if others:
                names = (target.names[0], self._rng.choice(others).name, *target.names[2:])
                return Case("".join(names) + target.tail, Damage.WRONG_TOWN, ())

    def _two_addresses(self) -> Case:
        while True:
            first, second = self._target(), self._target()
            chains = [{area.id for area in self._city.chain(one.area_id)} for one in (first, second)]
            if first.area_id not in chains[1] and second.area_id not in chains[0]:
                between = self._rng.choice(("、", "；", "，", " ", "和", "以及", "/", "\n"))
                texts = ("".join(one.names) + one.tail for one in (first, second))
                truths = (first.area_id, second.area_id)
                return Case(between.join(texts), Damage.TWO_ADDRESSES, truths)

    def _other_city(self) -> Case:
        target = self._target()
        elsewhere = self._rng.choice(writing.ELSEWHERE)
        follows = "".join(target.names[self._rng.choice((1, 2)) :]) + target.tail
        return Case(elsewhere + self._rng.choice(("中山路66号", follows, follows)), Damage.OTHER_CITY, ())

    def _target(self) -> Target:
        if self._rng.random() < 0.5 or not self._kinds:
            return self._of_village(next(self._villages))
        kind = self._rng.choice(list(self._kinds))
        place = self._rng.choice(self._kinds[kind])
        number = _number(self._rng, place)
        door = self._doors.get((self._county(place.area_id), f"{place.name}{number}"))
        if door is not None:
            place = door
        road = re.split(r"(?=\d)", place.name, maxsplit=1) if place.kind is NameKind.ADDRESS else [place.name]
        return self._of_place(place, road[0], number or "".join(road[1:]))

    def _of_village(self, village: Area) -> Target:
        names = tuple(area.name for area in self._city.chain(village.id))
        grids = self._grids.get(village.id, [])
        tail = self._rng.choice(("", "12号", f"{self._rng.randint(1, 200)}号", "3组"))
        if f"{village.name}{tail}" in self._door_names:
            tail = ""
        if grids and self._rng.random() < 0.3:
            grid = self._rng.choice(grids)
            return Target(grid.id, None, (*names, grid.name), tail, Granularity.GRID)
        return Target(village.id, None, names, tail, Granularity.VILLAGE)

    def _of_place(self, place: NamedPlace, name: str, number: str) -> Target:
        county, town = self._city.chain(place.area_id)[:2]
        pointed = None if place.lon is None else place
        granularity = Granularity(self._city.areas[place.area_id].level)
        if pointed is not None:
            granularity = Granularity.POINT if place.kind is NameKind.POI else Granularity.BUILDING
        return Target(place.area_id, pointed, (county.name, town.name, name), number, granularity)

    def _county(self, area_id: int) -> int:
        return self._city.chain(area_id)[0].id

    @cached_property
    def _city_name(self) -> str:
        cities = [area.name for area in self._city.areas.values() if area.level is Level.CITY]
        return cities[0] if cities else ""

    @cached_property
    def _grids(self) -> dict[int, list[Area]]:
        found: dict[int, list[Area]] = {}
        for area in self._city.areas.values():
            if area.level is Level.GRID and area.parent_id is not None:
                found.setdefault(area.parent_id, []).append(area)
        return found

    @cached_property
    def _kinds(self) -> dict[NameKind, list[NamedPlace]]:
        found: dict[NameKind, list[NamedPlace]] = {}
        for place in [*self._city.places, *self._doors.values()]:
            if place.kind is not NameKind.ALIAS and len(self._city.chain(place.area_id)) > 2:
                found.setdefault(place.kind, []).append(place)
        return found

    @cached_property
    def _doors(self) -> dict[tuple[int, str], NamedPlace]:
        return {
            (self._county(door.area_id), door.name): NamedPlace(
                NameKind.ADDRESS, fold(door.name), door.area_id, lon=door.lon, lat=door.lat
            )
            for door in self._city.doors
        }

    @cached_property
    def _door_names(self) -> set[str]:
        return {name for _, name in self._doors}

    @cached_property
    def _aliases(self) -> list[tuple[str, list[Area]]]:
        below: dict[int | None, list[Area]] = {}
        for area in self._city.villages:
            below.setdefault(area.parent_id, []).append(area)
        places = (place for place in self._city.places if place.kind is NameKind.ALIAS)
        return [(place.name, below[place.area_id]) for place in places if place.area_id in below]


def make_cases(city: BenchCity, rng: Random, count: int) -> Iterator[Case]:
    """Yield ``count`` addresses of each kind of damage."""
    maker = CaseMaker(city, rng)
    for damage in Damage:
        yield from maker.make(damage, count)


def _case(target: Target, damage: Damage, text: str) -> Case:
    return Case(text, damage, (target.area_id,), target.place, target.granularity)


def _number(rng: Random, place: NamedPlace) -> str:
    """Return a house number on a range and side of a road, a building of an estate, or nothing."""
    if place.kind is NameKind.ESTATE:
        return f"{rng.randint(1, 20)}幢"
    if place.kind is not NameKind.ROAD:
        return ""
    low, high = place.number_from or 1, place.number_to or 99
    return f"{rng.choice(range(low, high + 1, 1 if place.parity is Parity.ALL else 2))}号"


def _abbreviate(rng: Random, target: Target) -> str:
    level = {0: Level.COUNTY, 1: Level.TOWN, 2: Level.VILLAGE}
    areas = [Area(0, level.get(i, Level.GRID), AreaKind.REGULAR, "", name, "", "", None, None, 0, 0, 0)
             for i, name in enumerate(target.names)]  # fmt: skip
    return "".join(short_name(area) or area.name for area in areas) + target.tail


def _level_missing(rng: Random, target: Target) -> str:
    missing = rng.choice(((0,), (1,), (0, 1)))
    return "".join(name for i, name in enumerate(target.names) if i not in missing) + target.tail


def _changing(change: Callable[[Random, str], str]) -> Callable[[Random, Target], str]:
    return lambda rng, target: change(rng, "".join(target.names)) + target.tail


def _whole(write: Callable[[Random, str], str]) -> Callable[[Random, Target], str]:
    return lambda rng, target: write(rng, "".join(target.names) + target.tail)


_WRITINGS: dict[Damage, Callable[[Random, Target], str]] = {
    Damage.ABBREVIATED: _abbreviate,
    Damage.LEVEL_MISSING: _level_missing,
    Damage.TRADITIONAL: _whole(writing.in_traditional),
    Damage.NOISE: _whole(writing.with_noise),
    Damage.SENTENCE: _whole(writing.in_sentence),
    Damage.HOMOPHONE: _changing(writing.with_homophone),
    Damage.SUBSTITUTED: _changing(writing.with_other),
    Damage.DROPPED: _changing(writing.with_dropped),
    Damage.TRANSPOSED: _changing(writing.with_transposed),
}
