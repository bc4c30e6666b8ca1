"""A synthetic gazetteer and addresses made from it, clean and damaged, with the truth of each."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, cached_property
from random import Random

from pypinyin.pinyin_dict import pinyin_dict

from grid.areas import Area, AreaKind, Level
from grid.geocoding.names import NamedPlace, NameKind, Parity, short_name

_CHARS = (
    "东西南北上下大小新石竹松梅桃柳桂云清白金玉龙凤马青黄平安和永福长高林泉溪河湖山岭桥塘坑坪湾岙田洋浦港沙"
)
_COMMON_CHARS = "的一是了我不人在有他这为之来以个中们到说国要就出会可也你对生能而子那得于着下自年过发后作里用"
_SAME_SOUND = 40


class Damage(StrEnum):
    """What was done to an address."""

    CLEAN = "clean"
    ABBREVIATED = "abbreviated"
    LEVEL_MISSING = "level_missing"
    WRONG_TOWN = "wrong_town"
    HOMOPHONE = "homophone"
    SUBSTITUTED = "substituted"
    DROPPED = "dropped"


@dataclass(frozen=True)
class Case:
    """An address and the area where it truly is."""

    text: str
    damage: Damage
    area_id: int
    place: NamedPlace | None


@dataclass(frozen=True, eq=False)
class SyntheticCity:
    """Areas by id and named places of a made-up city."""

    areas: dict[int, Area]
    places: list[NamedPlace]

    def chain(self, area_id: int | None) -> list[Area]:
        """Areas from the county down to the given one."""
        chain = []
        while area_id is not None:
            chain.append(self.areas[area_id])
            area_id = self.areas[area_id].parent_id
        return [area for area in chain[::-1] if area.level is not Level.CITY]

    @cached_property
    def names_by_town(self) -> dict[int, set[str]]:
        """Names of the villages, roads and estates of each town."""
        names: dict[int, set[str]] = {}
        for place in self.places:
            names.setdefault(self.chain(place.area_id)[1].id, set()).add(place.name)
        for area in self.areas.values():
            if area.level is Level.VILLAGE and area.parent_id is not None:
                names.setdefault(area.parent_id, set()).add(area.name)
        return names


def make_city(rng: Random, *, counties: int = 9, towns: int = 20, villages: int = 11) -> SyntheticCity:
    """Return a city of about counties * towns * villages villages, with names repeated across towns."""
    city = SyntheticCity({}, [])
    root = _add(city, Level.CITY, "枫溪市", None)
    for county in _names(rng, counties, ("县", "市", "区")):
        county_id = _add(city, Level.COUNTY, county, root)
        for town in _names(rng, towns, ("镇", "镇", "乡", "街道")):
            town_id = _add(city, Level.TOWN, town, county_id)
            ids = [
                _add(city, Level.VILLAGE, name, town_id)
                for name in _names(rng, villages, ("村", "村", "社区"))
            ]
            _add_grids_and_places(city, rng, ids)
    return city


def _names(rng: Random, count: int, suffixes: tuple[str, ...]) -> list[str]:
    names: dict[str, str] = {}
    while len(names) < count:
        stem = "".join(rng.sample(_CHARS, 2 if rng.random() < 0.85 else 3))
        names.setdefault(stem, stem + rng.choice(suffixes))
    return list(names.values())


def _add(city: SyntheticCity, level: Level, name: str, parent_id: int | None) -> int:
    number = len(city.areas) + 1
    kind = AreaKind.REGULAR
    city.areas[number] = Area(
        number, level, kind, str(number), name, "T", "1", parent_id, None, 1.0, 0.0, 0.0
    )
    return number


def _add_grids_and_places(city: SyntheticCity, rng: Random, villages: list[int]) -> None:
    grids = [_add(city, Level.GRID, f"第{n}网格", v) for v in villages for n in range(1, rng.randint(2, 4))]
    for road in _names(rng, 3, ("路", "街", "大道")):
        first = rng.randrange(len(villages) - 2)
        for step, village in enumerate(villages[first : first + 3]):
            low, high = 100 * step + 1, 100 * step + 100
            city.places.append(NamedPlace(NameKind.ROAD, road, village, low, high, Parity.ALL))
    for number, estate in enumerate(_names(rng, 6, ("花园", "小区", "家园", "公寓", "苑"))):
        kind = NameKind.ESTATE if number < 5 else NameKind.POI
        lon, lat = 120 + rng.random(), 28 + rng.random()
        city.places.append(NamedPlace(kind, estate, rng.choice(grids), lon=lon, lat=lat))


def make_cases(city: SyntheticCity, rng: Random, count: int) -> Iterator[Case]:
    """Yield ``count`` addresses of each kind of damage."""
    ends = [area for area in city.areas.values() if area.level in {Level.VILLAGE, Level.GRID}]
    makers = {
        Damage.CLEAN: lambda parts, tail: "".join(parts) + tail,
        Damage.ABBREVIATED: lambda parts, tail: _abbreviate(parts) + tail,
        Damage.LEVEL_MISSING: lambda parts, tail: "".join(parts[rng.randint(1, len(parts) - 1) :]) + tail,
        Damage.HOMOPHONE: lambda parts, tail: _change(rng, "".join(parts), _homophone) + tail,
        Damage.SUBSTITUTED: lambda parts, tail: _change(rng, "".join(parts), _other) + tail,
        Damage.DROPPED: lambda parts, tail: _change(rng, "".join(parts), lambda rng, char: "") + tail,
    }
    for damage in Damage:
        for _ in range(count):
            area_id, place, name, tail = _target(city, rng, ends)
            chain = city.chain(area_id)
            if damage is Damage.WRONG_TOWN:
                chain = _with_wrong_town(city, rng, chain, name)
                yield Case("".join(_parts(chain, name)) + tail, damage, area_id, place)
            else:
                parts = _parts(chain, name)
                yield Case(makers[damage](parts, tail), damage, area_id, place)


def _target(city: SyntheticCity, rng: Random, ends: list[Area]) -> tuple[int, NamedPlace | None, str, str]:
    """Return area, place, the name of the place and the house number of a random address."""
    if rng.random() < 0.5:
        return rng.choice(ends).id, None, "", rng.choice(("", "12号", f"{rng.randint(1, 200)}号", "3组"))
    place = rng.choice(city.places)
    if place.kind is NameKind.ROAD:
        number = rng.randint(place.number_from or 1, place.number_to or 1)
        return place.area_id, None, place.name, f"{number}号"
    return place.area_id, place, place.name, f"{rng.randint(1, 20)}幢"


def _parts(chain: list[Area], name: str) -> list[str]:
    """Names of county and town, then the road or estate, else the village and grid."""
    return [area.name for area in chain[:2]] + ([name] if name else [area.name for area in chain[2:]])


def _with_wrong_town(city: SyntheticCity, rng: Random, chain: list[Area], place_name: str) -> list[Area]:
    """Put another town of the same county, one that has nothing of the name that follows."""
    follows = place_name or chain[2].name
    others = [
        area
        for area in city.areas.values()
        if area.level is Level.TOWN
        and area.parent_id == chain[0].id
        and area.name != chain[1].name
        and follows not in city.names_by_town[area.id]
    ]
    return [chain[0], rng.choice(others), *chain[2:]]


def _abbreviate(parts: list[str]) -> str:
    level = {0: Level.COUNTY, 1: Level.TOWN, 2: Level.VILLAGE}
    areas = [Area(0, level.get(i, Level.GRID), AreaKind.REGULAR, "", part, "", "", None, None, 0, 0, 0)
             for i, part in enumerate(parts)]  # fmt: skip
    return "".join(short_name(area) or area.name for area in areas)


def _change(rng: Random, text: str, change: Callable[[Random, str], str]) -> str:
    places = [at for at, char in enumerate(text) if char > "\u3400"]
    at = rng.choice(places)
    return text[:at] + change(rng, text[at]) + text[at + 1 :]


def _homophone(rng: Random, char: str) -> str:
    return rng.choice([other for other in _by_sound()[_toneless(char)] if other != char] or [char])


def _other(rng: Random, char: str) -> str:
    return rng.choice((_CHARS + _COMMON_CHARS).replace(char, ""))


@cache
def _by_sound() -> dict[str, list[str]]:
    """Characters of each syllable, those of the lowest codes only."""
    found: dict[str, list[str]] = {}
    for char in map(chr, range(0x4E00, 0x9FA6)):
        alike = found.setdefault(_toneless(char), [])
        if len(alike) < _SAME_SOUND:
            alike.append(char)
    return found


def _toneless(char: str) -> str:
    reading = pinyin_dict.get(ord(char), char).split(",")[0]
    return "".join(c for c in unicodedata.normalize("NFD", reading) if not unicodedata.combining(c))
