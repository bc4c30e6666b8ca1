"""Standard addresses: doors, too many for the automaton, looked up where a text has a house number."""

from __future__ import annotations

import math
import re
from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from grid.areas import Area
from grid.geocoding.names import Name, NamedPlace, NameKind, Referent
from grid.geocoding.normalise import fold

_NUMBER = r"\d{1,6}(?:[-之]\d{1,4})?"
DOOR_END = re.compile(
    rf"{_NUMBER}(?:[号弄]|号院)(?:{_NUMBER}号)?(?:[\dA-Za-z]{{1,4}}[幢栋](?:\d{{1,3}}单元)?(?:\d{{1,5}}室)?)?"
)
"""House number of a door, with building, unit and room where they are written."""
_CUT = re.compile("(?<=[号弄院幢栋元室])")
_LONGEST_ROAD = 14
_PROVINCE = re.compile("^[^省]{2,7}(?:省|自治区)")


@dataclass(frozen=True, slots=True)
class Door:
    """A standard address as a source has it; ``lon`` and ``lat`` (degrees, EPSG:4490), NaN for no point."""

    name: str
    area_id: int
    lon: float
    lat: float


class Doors:
    """Standard addresses by what follows their areas: 人民路128号3幢."""

    def __init__(
        self, doors: Iterable[Door], areas: Mapping[int, Area], chains: Mapping[int, tuple[int, ...]]
    ) -> None:
        self._chains = chains
        self._rows: dict[str, int | tuple[int, ...]] = {}
        self._areas, self._lon, self._lat = array("q"), array("d"), array("d")
        above = cache(lambda area: [fold(areas[one].name) for one in reversed(chains[area])])
        for door in doors:
            if door.area_id in areas:
                self._add(_without_areas(fold(door.name), above(door.area_id)), door)

    def __len__(self) -> int:
        return len(self._areas)

    def find(self, text: str) -> list[tuple[int, int, Name]]:
        """Return where a normalised text names doors, with start and end, the finest known of each number."""
        if not self._rows:
            return []
        found = (self._find_at(text, match) for match in DOOR_END.finditer(text))
        return [hit for hit in found if hit is not None]

    def _find_at(self, text: str, match: re.Match[str]) -> tuple[int, int, Name] | None:
        ends = [match.start() + cut.end() for cut in _CUT.finditer(match[0])]
        for end in reversed(ends or [match.end()]):
            for start in range(max(0, match.start() - _LONGEST_ROAD), match.start()):
                rows = self._rows.get(text[start:end])
                if rows is not None:
                    return start, end, self._name(text[start:end], rows)
        return None

    def _add(self, door: str, entry: Door) -> None:
        row = len(self._areas)
        self._areas.append(entry.area_id)
        self._lon.append(entry.lon)
        self._lat.append(entry.lat)
        before = self._rows.setdefault(door, row)
        if before != row:
            self._rows[door] = (*(before if isinstance(before, tuple) else (before,)), row)

    def _name(self, door: str, rows: int | tuple[int, ...]) -> Name:
        every = rows if isinstance(rows, tuple) else (rows,)
        places = dict.fromkeys(self._place(door, row) for row in every)
        areas = frozenset(place.area_id for place in places)
        return Name(
            text=door,
            referents=tuple(Referent(place.area_id, place=place) for place in places),
            areas=areas,
            reach=frozenset(ancestor for area in areas for ancestor in self._chains[area]),
            by_ancestor=None,
            full=True,
            is_road=False,
            has_points=any(place.lon is not None for place in places),
            neutral=False,
        )

    def _place(self, door: str, row: int) -> NamedPlace:
        lon, lat = self._lon[row], self._lat[row]
        pointless = math.isnan(lon)
        return NamedPlace(
            NameKind.ADDRESS,
            door,
            self._areas[row],
            lon=None if pointless else lon,
            lat=None if pointless else lat,
        )


def _without_areas(text: str, above: Iterable[str]) -> str:
    """Return a standard address without the province and the areas that it begins with.

    Where nothing but a number follows, the last of them stands for the road: 东湖村15号.
    """
    text = _PROVINCE.sub("", text)
    last = ""
    for name in above:
        if text.startswith(name):
            text, last = text[len(name) :], name
    return last + text if text[:1].isdigit() else text
