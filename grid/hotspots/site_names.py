"""What an issue site is called: after the estate, place or road that most of its matters name or lie at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from ahocorasick import Automaton

from grid.geocoding.names import NameKind
from grid.geocoding.normalise import fold

NEAR_M = 150.0
"""How far from a place a matter whose address names none may lie and still be at it."""
_RANK = {NameKind.ESTATE: 0, NameKind.POI: 1, NameKind.ROAD: 2}
"""Which kind names a site where an address names several: the narrower place."""
NAMING = tuple(_RANK)
SiteName = tuple[NameKind, str]


@dataclass(frozen=True, slots=True)
class NamedShape:
    """An entry of the gazetteer of a kind in ``NAMING``; its point or line in metres, none where unknown."""

    kind: NameKind
    name: str
    shape: shapely.Geometry | None


class SiteNames:
    """Knows the entries that a site may be named after."""

    def __init__(self, entries: Iterable[NamedShape]) -> None:
        listed = list(entries)
        self._automaton: Any = Automaton()
        for entry in sorted(listed, key=lambda entry: (-_RANK[entry.kind], entry.name)):
            # The last of the same spelling stays: of the narrowest kind.
            self._automaton.add_word(fold(entry.name), (entry.kind, entry.name))
        self._automaton.make_automaton()
        self._known = len(listed) > 0
        self._shaped = [entry for entry in listed if entry.shape is not None]
        self._tree = shapely.STRtree([entry.shape for entry in self._shaped])

    def told(self, address: str) -> SiteName | None:
        """Return what an address names: the narrowest kind, of these the longest name; none for nothing."""
        if not self._known:
            return None
        found: set[SiteName] = {name for _, name in self._automaton.iter(fold(address))}
        return min(found, key=_narrowest) if found else None

    def at(self, x_m: npt.NDArray[np.float64], y_m: npt.NDArray[np.float64]) -> list[SiteName | None]:
        """Return the entry nearest to each point, none where none is near; of equally near ones the first."""
        points = shapely.points(x_m, y_m)
        point, entry = self._tree.query_nearest(points, max_distance=NEAR_M)
        names: list[SiteName | None] = [None] * len(points)
        for here, at in zip(point.tolist(), entry.tolist(), strict=True):
            name = self._shaped[at].kind, self._shaped[at].name
            held = names[here] or name
            names[here] = min((held, name), key=_narrowest)
        return names


def elected(votes: Sequence[SiteName | None]) -> SiteName | None:
    """Return what at least half of a site's matters are at, none where they are at nothing or too much."""
    counted = Counter(vote for vote in votes if vote is not None)
    best = min(counted.items(), key=lambda item: (-item[1], _narrowest(item[0])), default=None)
    return best[0] if best is not None and 2 * best[1] >= len(votes) else None


def most_common(values: Sequence[int | None]) -> int | None:
    """Return the value that most have, the least of equally common ones, none where none is known."""
    counted: Mapping[int, int] = Counter(value for value in values if value is not None)
    return min(counted, key=lambda value: (-counted[value], value), default=None)


def _narrowest(name: SiteName) -> tuple[int, int, str]:
    return _RANK[name[0]], -len(name[1]), name[1]
