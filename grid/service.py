"""The service network (代办): who is served, how far it is, and which points have gone silent.

A point is silent only where its report says so. What a report leaves open is unknown, and told as such.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from grid.areas import Area
from grid.questions import ServiceSummary

SILENT_DAYS = 90
DISTANCE_STEPS_M = (500.0, 1000.0, 2000.0, 3000.0, 5000.0)
"""Upper ends of the classes of a distribution; the last class is open."""
NO_POINT = -1

Metres = npt.NDArray[np.float64]
Indexes = npt.NDArray[np.int64]


class PointState(StrEnum):
    """Whether a service point had a matter in the 90 days up to the network's day."""

    ACTIVE = "active"
    SILENT = "silent"
    UNKNOWN = "unknown"
    """Its report does not say."""


@dataclass(frozen=True, slots=True)
class PointReport:
    """What a service point reports of itself: counts from ``since`` to ``until``, and its latest matter."""

    handled: int
    since: date | None
    until: date | None
    last_handled_on: date | None


@dataclass(frozen=True, slots=True)
class ServicePointView:
    """One service point; no count of matters, which are told by town and above."""

    id: int
    name: str
    village_code: str
    path: tuple[str, str, str]
    """Names of county, town and village."""
    agents: int
    state: PointState
    last_handled_on: date | None
    hours: str
    lon: float | None
    lat: float | None


@dataclass(frozen=True, slots=True)
class VillageService:
    """One village: its points, and how far the nearest located one is from its label (straight, metres).

    ``distance_m`` is none where no point is located at all, and for a village whose own points are not: the
    nearest would then be a stranger's.
    """

    id: int
    code: str
    path: tuple[str, str, str]
    points: int
    distance_m: float | None
    nearest: str
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class AreaService:
    """The network of one county or town."""

    area: Area
    summary: ServiceSummary
    states: Mapping[PointState, int]


@dataclass(frozen=True, slots=True)
class Distances:
    """Distances of n places to their nearest point, in the classes of ``DISTANCE_STEPS_M``; metres."""

    counts: tuple[int, ...]
    n: int
    unknown: int
    median_m: float | None
    most_m: float | None


@dataclass(frozen=True, slots=True)
class ServiceNetwork:
    """The service network of an area, or of the city for none.

    ``as_of`` is the last day up to which any point of the city reports; states are of the 90 days before and
    with it. ``parts`` are the counties of the city or the towns of a county, none within a town.
    """

    within: Area | None
    as_of: date
    summary: ServiceSummary
    states: Mapping[PointState, int]
    parts: tuple[AreaService, ...]
    villages: tuple[VillageService, ...]
    points: tuple[ServicePointView, ...]
    village_distances: Distances
    grid_distances: Distances
    path: tuple[Area, ...] = ()
    """The areas from the county down to ``within``."""
    bounds: tuple[float, float, float, float] | None = None
    """(west, south, east, north) of ``within`` in degrees, none for the city."""

    @property
    def silent_since(self) -> date:
        """First of the days that states are about."""
        return window_start(self.as_of)

    @property
    def unserved(self) -> tuple[VillageService, ...]:
        """The villages without any point."""
        return tuple(village for village in self.villages if village.points == 0)


def window_start(as_of: date) -> date:
    """Return the first of the 90 days up to ``as_of``."""
    return as_of - timedelta(days=SILENT_DAYS - 1)


def network_day(reported: Iterable[date | None], today: date) -> date:
    """Return the day up to which a network reports: the last one of any point, today where none says."""
    days = [day for day in reported if day is not None and day <= today]
    return max(days, default=today)


def point_state(report: PointReport, as_of: date) -> PointState:
    """Return whether a point had a matter in the 90 days up to ``as_of``.

    Active: its latest matter lies there, or it counted one over a period that lies there wholly. Silent: its
    report reaches ``as_of``, and its latest matter is older or it counted none since before. Else unknown:
    a count over eight months does not tell when.
    """
    start = window_start(as_of)
    last, since, until = report.last_handled_on, report.since, report.until
    if last is not None and last >= start:
        return PointState.ACTIVE
    if report.handled and since is not None and since >= start:
        return PointState.ACTIVE
    reaches = until is not None and until >= as_of
    if last is not None and (reaches or until is None):
        return PointState.SILENT
    if not report.handled and reaches and since is not None and since <= start:
        return PointState.SILENT
    return PointState.UNKNOWN


def nearest_points(places: Metres, points: Metres) -> tuple[Indexes, Metres]:
    """Return for each of n places the index of the nearest of m points and its distance in metres.

    Both are arrays of (x, y) in one projected CRS. Where there are no points: `NO_POINT` and NaN.
    """
    if len(points) == 0:
        return np.full(len(places), NO_POINT), np.full(len(places), np.nan)
    distances, indexes = cKDTree(points).query(places.reshape(-1, 2))
    return np.asarray(indexes, dtype=np.int64), np.asarray(distances, dtype=np.float64)


def spread_of(distances: Sequence[float | None]) -> Distances:
    """Return the distribution of distances in metres; none is unknown."""
    known = np.array([one for one in distances if one is not None], dtype=np.float64)
    classes = np.searchsorted(DISTANCE_STEPS_M, known, side="left")
    counts = np.bincount(classes, minlength=len(DISTANCE_STEPS_M) + 1)
    return Distances(
        counts=tuple(int(count) for count in counts),
        n=len(known),
        unknown=len(distances) - len(known),
        median_m=float(np.median(known)) if len(known) else None,
        most_m=float(known.max()) if len(known) else None,
    )


def count_states(states: Iterable[PointState]) -> dict[PointState, int]:
    """Return how many points are in each state."""
    counts = dict.fromkeys(PointState, 0)
    for state in states:
        counts[state] += 1
    return counts
