"""What a name of the city may mean, and the short forms in which areas are written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from grid.areas import Area, AreaKind, Level
from grid.geocoding.normalise import fold

_SHORTEST_NAME = 2
_SUFFIX = {
    Level.CITY: re.compile("(?:市|地区|自治州)$"),
    Level.COUNTY: re.compile("(?:自治县|新区|县|市|区)$"),
    Level.TOWN: re.compile("(?:民族乡|街道|镇|乡)$"),
    Level.VILLAGE: re.compile("(?:村|社区)$"),
}
_COMMON = 8
"""Names with more meanings than this are looked up by ancestor (every village has a 第1网格)."""


class NameKind(StrEnum):
    """Kind of an entry of the gazetteer."""

    ALIAS = "alias"
    """Another name of an area: old, abbreviated or learned."""
    ROAD = "road"
    ESTATE = "estate"
    POI = "poi"
    ADDRESS = "address"
    """A door by road and number, with its own point."""


class Parity(StrEnum):
    """Side of a road by its house numbers."""

    ALL = "all"
    ODD = "odd"
    EVEN = "even"


@dataclass(frozen=True, slots=True)
class NamedPlace:
    """One entry of the gazetteer.

    ``area_id`` is the smallest area that holds it wholly (a road: this range of its numbers, open where
    none). ``lon`` and ``lat`` (degrees, EPSG:4490) only where the entry itself is a point.
    """

    kind: NameKind
    name: str
    area_id: int
    number_from: int | None = None
    number_to: int | None = None
    parity: Parity = Parity.ALL
    lon: float | None = None
    lat: float | None = None

    def has_number(self, number: int) -> bool:
        """Return whether a house number lies on this range and side of a road."""
        if self.number_from is not None and number < self.number_from:
            return False
        if self.number_to is not None and number > self.number_to:
            return False
        return self.parity is Parity.ALL or (number % 2 == 1) == (self.parity is Parity.ODD)


@dataclass(frozen=True, slots=True)
class Referent:
    """One thing that a name may mean; ``place`` is none for an area under its own name."""

    area_id: int
    short: bool = False
    place: NamedPlace | None = None

    @property
    def is_road(self) -> bool:
        """Whether this is a road or a range of its numbers."""
        return self.place is not None and self.place.kind is NameKind.ROAD


@dataclass(frozen=True, slots=True, eq=False)
class Name:
    """A name with everything it may mean.

    ``areas`` are the areas of its referents and ``reach`` those with all their ancestors; ``neutral`` marks
    names of the city itself and of functional areas, which say nothing about where in the tree a place is.
    """

    text: str
    referents: tuple[Referent, ...]
    areas: frozenset[int]
    reach: frozenset[int]
    by_ancestor: Mapping[int, tuple[int, ...]] | None
    full: bool
    is_road: bool
    has_points: bool
    neutral: bool


def short_name(area: Area) -> str | None:
    """Return an area's name without its suffix (石桥 of 石桥镇), none where that says too little."""
    suffix = _SUFFIX.get(area.level)
    if suffix is None or area.kind is AreaKind.FUNCTIONAL:
        return None
    name = fold(area.name)
    stem = suffix.sub("", name)
    return stem if len(stem) >= _SHORTEST_NAME and stem != name else None


def collect_names(
    areas: Iterable[Area], places: Iterable[NamedPlace], chains: Mapping[int, tuple[int, ...]]
) -> dict[str, Name]:
    """Return every name of the city, normalised; entries whose area is not among ``areas`` are left out."""
    by_id = {area.id: area for area in areas}
    referents: dict[str, list[Referent]] = {}
    for text, referent in _referents(by_id, places):
        if len(text) >= _SHORTEST_NAME:
            referents.setdefault(text, []).append(referent)
    return {text: _name(text, tuple(meant), by_id, chains) for text, meant in referents.items()}


def _referents(by_id: Mapping[int, Area], places: Iterable[NamedPlace]) -> Iterator[tuple[str, Referent]]:
    # Thousands of grids share a few dozen names, and thousands of number ranges a few hundred.
    normal = cache(fold)
    for area in by_id.values():
        yield normal(area.name), Referent(area.id)
        short = short_name(area)
        if short is not None:
            yield short, Referent(area.id, short=True)
    for place in places:
        if place.area_id in by_id:
            alias = place.kind is NameKind.ALIAS
            yield normal(place.name), Referent(place.area_id, place=None if alias else place)


def _name(
    text: str,
    referents: tuple[Referent, ...],
    by_id: Mapping[int, Area],
    chains: Mapping[int, tuple[int, ...]],
) -> Name:
    areas = frozenset(referent.area_id for referent in referents)
    named = [by_id[referent.area_id] for referent in referents]
    return Name(
        text=text,
        referents=referents,
        areas=areas,
        reach=frozenset(ancestor for area in areas for ancestor in chains[area]),
        by_ancestor=_by_ancestor(areas, chains) if len(areas) > _COMMON else None,
        full=not all(referent.short for referent in referents),
        is_road=any(referent.is_road for referent in referents),
        has_points=any(
            referent.place is not None and referent.place.lon is not None for referent in referents
        ),
        neutral=any(area.level is Level.CITY or area.kind is AreaKind.FUNCTIONAL for area in named),
    )


def _by_ancestor(
    areas: Iterable[int], chains: Mapping[int, tuple[int, ...]]
) -> Mapping[int, tuple[int, ...]]:
    under: dict[int, list[int]] = {}
    for area in areas:
        for ancestor in chains[area]:
            under.setdefault(ancestor, []).append(area)
    return {ancestor: tuple(below) for ancestor, below in under.items()}
