"""Finding things by what a person types: a number or code, a part of a name, its sound, or first letters."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache

from pypinyin.pinyin_dict import pinyin_dict

from grid.areas import LEVELS, Level
from grid.geocoding.normalise import normalise

LONGEST_QUERY = 60
LONGEST_NUMBER = 64
MOST_OF_KIND = 5
"""Results of one kind: who wants another types one more letter."""
_MOST_READINGS = 3
"""The dictionary has the commonest reading first, and after three those of old books."""
_SHORTEST_INSIDE = 3
"""Two letters stand inside the sound of nearly every name."""
_KEPT = 60_000
_DIAERESIS = "\u0308"


class Kind(StrEnum):
    """Kinds of things that can be found, in the order in which they are shown."""

    MATTER = "matter"
    SCREEN = "screen"
    AREA = "area"
    UNIT = "unit"
    LEADER = "leader"


class Fit(StrEnum):
    """How a word fits a thing, the best first."""

    EXACT = "exact"
    NAME = "name"
    SOUND = "sound"
    INITIALS = "initials"
    INSIDE = "inside"
    LOOSE = "loose"
    """Inside the sound of a name, or the beginning of a code."""


RANKS = {fit: at for at, fit in enumerate(Fit)}


@dataclass(frozen=True, slots=True)
class Found:
    """One thing: what its address is made of is ``key``, an id, a code or a number; ``where`` is around it.

    ``level`` is an area's or a unit's, empty for anything else.
    """

    kind: Kind
    name: str
    where: str
    key: str
    level: str = ""


@dataclass(frozen=True, slots=True)
class Spelling:
    """A name as it is compared: its normal form and the readings of each of its characters, without tones."""

    name: str
    readings: tuple[tuple[str, ...], ...]
    sound: str
    """The commonest reading of each character, joined."""

    def rank(self, word: str, code: str = "") -> int | None:
        """Return how well a normal lower-case word fits the name or its code, 0 best, none where not."""
        if word in (self.name, code):
            return RANKS[Fit.EXACT]
        if self.name.startswith(word):
            return RANKS[Fit.NAME]
        if self._may_sound(word):
            if _begins_sound(word, self.readings):
                return RANKS[Fit.SOUND]
            if _are_initials(word, self.readings):
                return RANKS[Fit.INITIALS]
        if word in self.name:
            return RANKS[Fit.INSIDE]
        is_loose = len(word) >= _SHORTEST_INSIDE and (word in self.sound or code.startswith(word))
        return RANKS[Fit.LOOSE] if is_loose else None

    def _may_sound(self, word: str) -> bool:
        """Return whether the first letter fits: nearly all names are done with here."""
        return bool(self.readings) and any(one[:1] == word[:1] for one in self.readings[0])


@lru_cache(maxsize=_KEPT)
def spell(name: str) -> Spelling:
    """Return a name as it is compared."""
    normal = normalise(name).lower()
    readings = tuple(readings_of(char) for char in normal)
    return Spelling(normal, readings, "".join(one[0] for one in readings))


@cache
def readings_of(char: str) -> tuple[str, ...]:
    """Return a character's common readings without tones, the commonest first; the character for none."""
    said = pinyin_dict.get(ord(char), char).split(",")
    return tuple(dict.fromkeys(one for sound in said for one in _toneless(sound)))[:_MOST_READINGS]


def words_of(query: str) -> tuple[str, ...]:
    """Return the words of what was typed, as names are compared."""
    return tuple(word for part in query[:LONGEST_QUERY].split() if (word := normalise(part).lower()))


def number_of(query: str) -> str:
    """Return what was typed as it may be the number of a matter, empty where it cannot be one."""
    number = query.strip()
    may_be = 0 < len(number) <= LONGEST_NUMBER and number.isprintable() and any(map(str.isdigit, number))
    return number if may_be else ""


def rank_all(words: Sequence[str], spellings: Sequence[Spelling], code: str = "") -> int | None:
    """Return how well all words fit a thing of several names: the worst of the words' best, none for not."""
    worst = -1
    for word in words:
        ranks = [rank for one in spellings if (rank := one.rank(word, code)) is not None]
        if not ranks:
            return None
        worst = max(worst, min(ranks))
    return worst if words else None


def best(ranked: Iterable[tuple[int, Found]], most: int = MOST_OF_KIND) -> tuple[Found, ...]:
    """Return the best of what was found, among equals the wider level first, then by name."""
    in_order = sorted(ranked, key=lambda one: (one[0], *_order(one[1])))
    return tuple(found for _, found in in_order[:most])


def _order(found: Found) -> tuple[int, str, str]:
    wide = LEVELS.index(Level(found.level)) if found.level else len(LEVELS)
    return wide, found.name, found.key


def _begins_sound(word: str, readings: Sequence[tuple[str, ...]]) -> bool:
    """Return whether a word is the beginning of one way to say a name."""
    if not readings:
        return False
    first, rest = readings[0], readings[1:]
    return any(
        one.startswith(word) or (word.startswith(one) and _begins_sound(word[len(one) :], rest))
        for one in first
    )


def _are_initials(word: str, readings: Sequence[tuple[str, ...]]) -> bool:
    """Return whether the letters of a word begin the first characters of a name, one each."""
    return len(word) <= len(readings) and all(
        any(one[:1] == letter for one in sounds) for letter, sounds in zip(word, readings, strict=False)
    )


def _toneless(reading: str) -> tuple[str, ...]:
    """Return a reading without its tone; one with ü as keyboards have it (lv) and as people type it (lu)."""
    parts = unicodedata.normalize("NFD", reading)
    plain = "".join(char for char in parts if not unicodedata.combining(char))
    return (plain.replace("u", "v"), plain) if _DIAERESIS in parts else (plain,)
