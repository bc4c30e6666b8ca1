"""Names that sound the same or differ in one character: hints for a reviewer, never an answer."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from pypinyin.pinyin_dict import pinyin_dict
from rapidfuzz.distance import Levenshtein

from grid.geocoding.names import Name

_SHORTEST_EDITED = 3
"""One edit in a name of two characters leaves half of it: no evidence."""
_LONGEST = 12


class SimilarNames:
    """An index by sound and by deletions (Garbe's symmetric delete), asked within a known area."""

    def __init__(self, names: Iterable[Name], chains: Mapping[int, tuple[int, ...]]) -> None:
        self._chains = chains
        self._by_sound: dict[str, list[Name]] = {}
        self._by_shape: dict[str, list[Name]] = {}
        for name in names:
            if name.by_ancestor is not None:
                continue
            self._by_sound.setdefault(_sound(name.text), []).append(name)
            for shape in _shapes(name.text) if name.full else ():
                self._by_shape.setdefault(shape, []).append(name)

    def find(self, text: str, within: int) -> tuple[int, ...]:
        """Return the areas below ``within`` whose names, or places in them whose names, are like ``text``."""
        if not 2 <= len(text) <= _LONGEST:
            return ()
        found = {
            area
            for name in self._like(text)
            for area in name.areas
            if area != within and within in self._chains[area]
        }
        return tuple(sorted(found))

    def resembles(self, text: str, area: int) -> bool:
        """Return whether ``text`` is like a name of ``area`` itself."""
        return any(area in name.areas for name in self._like(text))

    def _like(self, text: str) -> Iterator[Name]:
        yield from self._by_sound.get(_sound(text), ())
        for shape in _shapes(text):
            for name in self._by_shape.get(shape, ()):
                if Levenshtein.distance(text, name.text, score_cutoff=1) <= 1:
                    yield name


def _shapes(text: str) -> set[str]:
    if len(text) < _SHORTEST_EDITED:
        return set()
    return {text, *(text[:i] + text[i + 1 :] for i in range(len(text)))}


def _sound(text: str) -> str:
    return " ".join(syllable(char) for char in text)


@cache
def syllable(char: str) -> str:
    """Return a character's commonest reading without tone."""
    reading = pinyin_dict.get(ord(char), char).split(",")[0]
    return "".join(c for c in unicodedata.normalize("NFD", reading) if not unicodedata.combining(c))
