"""Finding areas by what a person types: parts of names, their sound, the first letters of it, or a code."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from grid.areas import PLACED_LEVELS, Area, AreaKind
from grid.finding import Spelling, spell, words_of

MOST_FOUND = 9
"""As many as keys choose."""
MOST_AROUND = 60
Bounds = tuple[float, float, float, float]
"""West, south, east and north in degrees."""


@dataclass(frozen=True, slots=True)
class _Entry:
    area: Area
    spelling: Spelling

    def rank(self, word: str) -> int | None:
        """Return how well a word fits, 0 best, none where it does not."""
        return self.spelling.rank(word, self.area.code)


class AreaSearch:
    """The regular areas of a city by name, sound and code; made once for its boundary editions."""

    def __init__(self, areas: Iterable[Area]) -> None:
        regular = [one for one in areas if one.kind is AreaKind.REGULAR and one.level in PLACED_LEVELS]
        self._entries: Mapping[int, _Entry] = {one.id: _Entry(one, spell(one.name)) for one in regular}

    def find(self, query: str) -> tuple[Area, ...]:
        """Return the best areas, the wider first among equals; every word must fit it or one above it."""
        return tuple(area for _, area in self.ranked(query)[:MOST_FOUND])

    def ranked(self, query: str) -> list[tuple[int, Area]]:
        """Return all areas that are meant with how well (0 best), in the order of ``find``."""
        words = words_of(query)
        if not words:
            return []
        found = [(rank, entry) for entry in self._entries.values() if (rank := self._rank(entry, words))]
        found.sort(key=lambda one: (one[0], len(one[1].area.code), one[1].area.code, one[1].area.id))
        return [(rank, entry.area) for (rank, _), entry in found]

    def path(self, area: Area) -> tuple[Area, ...]:
        """Return the areas around an area, the widest first, itself last; nothing for one not known."""
        return tuple(reversed([entry.area for entry in self._upwards(area.id)]))

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

    def _rank(self, entry: _Entry, words: Sequence[str]) -> tuple[int, int] | None:
        """Return how well all words fit; the area itself must be meant by one of them."""
        own = [entry.rank(word) for word in words]
        fitting = [rank for rank in own if rank is not None]
        if not fitting:
            return None
        rest = [word for word, rank in zip(words, own, strict=True) if rank is None]
        above = list(self._upwards(entry.area.parent_id)) if rest else []
        if not all(any(one.rank(word) is not None for one in above) for word in rest):
            return None
        return min(fitting), len(rest)

    def _upwards(self, area_id: int | None) -> Iterator[_Entry]:
        while area_id is not None and (entry := self._entries.get(area_id)) is not None:
            yield entry
            area_id = entry.area.parent_id
