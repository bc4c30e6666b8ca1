"""What siting reads: villages with those who live and what happens there, points, and given times."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from grid.siting.coverage import Floats, Ints
from grid.siting.questions import Demand


@dataclass(frozen=True, slots=True)
class Village:
    """A village at its label: degrees, and metres in the city's projected CRS.

    ``population`` is none where nobody counted; ``recent`` and ``open`` are matters as the worker counted
    them. A count below ``grid.measures.SMALL_CELL`` is never told of one village.
    """

    id: int
    code: str
    path: tuple[str, str, str]
    lon: float
    lat: float
    spot_m: tuple[float, float]
    population: int | None
    recent: int
    open: int
    is_inside: bool = True
    """Whether it lies in the area asked for: others share points with it, and are not weighed."""

    def weight(self, demand: Demand) -> int:
        """Return what the village weighs; residents nobody counted, and villages outside, weigh nothing."""
        if not self.is_inside:
            return 0
        if demand is Demand.RESIDENTS:
            return self.population or 0
        return self.recent if demand is Demand.RECENT else self.open


@dataclass(frozen=True, slots=True)
class Point:
    """An existing service point; one without a location of its own stands at its village's label."""

    id: int
    name: str
    village_id: int
    lon: float
    lat: float
    spot_m: tuple[float, float]
    agents: int
    is_located: bool


@dataclass(frozen=True, slots=True, eq=False)
class Times:
    """Given times: from the village of one id to that of another, minutes; three arrays of one length."""

    from_ids: Ints
    to_ids: Ints
    minutes: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """All that siting knows: the villages and points of the whole city, and the times.

    ``matters_as_of`` is the day of the counts of matters, none where the worker made none yet.
    """

    villages: tuple[Village, ...]
    points: tuple[Point, ...]
    times: Times
    matters_as_of: date | None

    @property
    def served(self) -> frozenset[int]:
        """The ids of villages that have a point of their own."""
        return frozenset(point.village_id for point in self.points)

    @property
    def candidates(self) -> tuple[int, ...]:
        """The places (in ``villages``) of those inside without a point of their own."""
        served = self.served
        return tuple(at for at, one in enumerate(self.villages) if one.is_inside and one.id not in served)


def spots(places: Sequence[Village] | Sequence[Point]) -> Floats:
    """Return (x, y) of places, metres."""
    return np.array([one.spot_m for one in places], dtype=np.float64).reshape(-1, 2)
