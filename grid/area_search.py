"""Finding areas by what a person types: parts of names, their sound, the first letters of it, or a code."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from grid.areas import PLACED_LEVELS, Area, AreaKind
from grid.geocoding.normalise import normalise
from grid.geocoding.similar import syllable

MOST_FOUND = 9
"""As many as keys choose."""
MOST_AROUND = 60
Bounds = tuple[float, float, float, float]
"""West, south, east and north in degrees."""
_LONGEST_QUERY = 60


@dataclass(frozen=True, slots=True)
class _Entry:
    area: Area
    name: str
    sound: str
    initials: str

    def rank(self, word: str) -> int | None:
        """Return how well a word fits, 0 best, none where it does not."""
        if word in {self.name, self.area.code}:
            return 0
        if self.name.startswith(word) or self.sound.startswith(word):
            return 1
        if word in self.name or self.initials.startswith(word):
            return 2
        return 3 if len(word) > 2 and (word in self.sound or self.area.code.startswith(word)) else None


class AreaSearch:
    """The regular areas of a city by name, sound and code; made once for its boundary editions."""

    def __init__(self, areas: Iterable[Area]) -> None:
        regular = [one for one in areas if one.kind is AreaKind.REGULAR and one.level in PLACED_LEVELS]
        self._entries: Mapping[int, _Entry] = {one.id: _entry(one) for one in regular}

    def find(self, query: str) -> tuple[Area, ...]:
        """Return the best areas, the wider first among equals; every word must fit it or one above it."""
        words = [word for part in query[:_LONGEST_QUERY].split() if (word := normalise(part).lower())]
        if not words:
            return ()
        found = [(rank, entry) for entry in self._entries.values() if (rank := self._rank(entry, words))]
        found.sort(key=lambda one: (one[0], len(one[1].area.code), one[1].area.code, one[1].area.id))
        return tuple(entry.area for _, entry in found[:MOST_FOUND])

    def around(self, bounds: Bounds) -> tuple[Area, ...]:
        """Return the areas with their label in a box (degrees), of the finest level that is not too many."""
        west, south, east, north = bounds
        inside = [
            entry.area
            for entry in self._entries.values()
            if west <= entry.area.label_lon <= east and south <= entry.area.label_lat <= north
        ]
        for level in reversed(PLACED_LEVELS):
            found = tuple(area for area in inside if area.level is level)
            if 0 < len(found) <= MOST_AROUND:
                return found
        return ()

    def _rank(self, entry: _Entry, words: list[str]) -> tuple[int, int] | None:
        """Return how well all words fit; the area itself must be meant by one of them."""
        own = [entry.rank(word) for word in words]
        fitting = [rank for rank in own if rank is not None]
        above = [one for one in self._upwards(entry.area.id) if one is not entry]
        rest = [word for word, rank in zip(words, own, strict=True) if rank is None]
        if not fitting or not all(any(one.rank(word) is not None for one in above) for word in rest):
            return None
        return min(fitting), len(rest)

    def _upwards(self, area_id: int | None) -> Iterator[_Entry]:
        while area_id is not None and (entry := self._entries.get(area_id)) is not None:
            yield entry
            area_id = entry.area.parent_id


def _entry(area: Area) -> _Entry:
    name = normalise(area.name).lower()
    sounds = [syllable(char) for char in name]
    return _Entry(area, name, "".join(sounds), "".join(sound[:1] for sound in sounds))
