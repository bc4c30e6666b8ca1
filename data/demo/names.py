"""Invented names of the city, its counties, towns, villages, roads and estates, from `names.toml`.

No real county bears the name of one of these, and no real place has a code that begins with 99.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np

CITY_CODE, CITY_NAME = "990100", "枫溪市"
CODE_SYSTEM, VINTAGE = "DEMO", "2026"
SOURCE = "演示数据（虚构城市，不对应任何真实地区）"
OFFICE_LINE = "12345"
"""The public service number that every city has: nobody's own."""


@dataclass(frozen=True, slots=True)
class County:
    """A county's code and name, and how many towns and villages it has where given (none: by size)."""

    code: str
    name: str
    towns: int | None = None
    villages: int | None = None


COUNTIES = (
    County("990101", "临枫区"),
    County("990102", "砚湖区"),
    County("990103", "澜港区"),
    County("990121", "松漈县"),
    County("990122", "岚泉县"),
    County("990123", "竹坞县"),
    County("990124", "望澜县", towns=18, villages=345),
    County("990181", "青屿市"),
    County("990182", "云栎市"),
)
"""望澜县 carries the published figures of a real service network: 18 towns and 349 points."""
SERVICE_COUNTY = 6
FUNCTIONAL_CODE, FUNCTIONAL_NAME = "990171", "枫港经济开发区"

_WORDS: dict[str, list[str]] = {
    key: words.split()
    for key, words in tomllib.loads(
        Path(__file__).with_name("names.toml").read_text(encoding="utf-8")
    ).items()
}
POINTS_OF_INTEREST = _WORDS["points_of_interest"]
SAYINGS = _WORDS["sayings"]
"""What people call a place that no gazetteer has, the commonest first."""
_TWICE = 8
_ROAD_ENDING_WEIGHTS = (8.0, 4.0, 1.5, 1.0, 1.0, 1.0, 1.0)


def town_stems(of_county: Sequence[int], rng: np.random.Generator) -> list[str]:
    """Return an invented two-syllable name for each town; a few come again in another county."""
    chosen = _draw(_town_pool(), len(of_county), rng)
    pairs = rng.permutation(len(of_county))[: 2 * _TWICE].reshape(-1, 2)
    for first, again in pairs:
        if of_county[first] != of_county[again]:
            chosen[again] = chosen[first]
    return chosen


def former_town_stems(count: int, taken: set[str], rng: np.random.Generator) -> list[str]:
    """Return names that no town bears any more."""
    return _draw([stem for stem in _town_pool() if stem not in taken], count, rng)


def village_stems(count: int, *, urban: bool, rng: np.random.Generator) -> list[str]:
    """Return distinct stems for the villages (or urban communities) of one town."""
    if urban:
        return _draw(_WORDS["community_first"] + _joined("community_first", "community_second"), count, rng)
    return _draw(_joined("surnames", "hamlets") + _joined("wild_first", "wild_second"), count, rng)


def road_names(count: int, rng: np.random.Generator) -> list[str]:
    """Return distinct road names of one county, plain ones before 东路 and 西路."""
    names = [stem + end for end in _WORDS["road_endings"] for stem in _WORDS["roads"]]
    weights = np.repeat(_ROAD_ENDING_WEIGHTS, len(_WORDS["roads"]))
    chosen = rng.choice(len(names), count, replace=False, p=weights / weights.sum())
    return [names[number] for number in chosen]


def estate_names(count: int, rng: np.random.Generator) -> list[str]:
    """Return distinct names of housing estates."""
    names = _joined("estate_first", "estate_second")
    return _draw([name + part for part in ("", *_WORDS["estate_parts"]) for name in names], count, rng)


def _town_pool() -> list[str]:
    known = set(_WORDS["well_known"])
    return [stem for stem in _joined("town_first", "town_second") if stem not in known]


def _joined(first: str, second: str) -> list[str]:
    return ["".join(pair) for pair in product(_WORDS[first], _WORDS[second])]


def _draw(pool: Sequence[str], count: int, rng: np.random.Generator) -> list[str]:
    """Return ``count`` different members of a pool; raises ValueError where it has fewer."""
    return [pool[number] for number in rng.choice(len(pool), count, replace=False)]
