"""What is asked of siting, checked when made."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from grid.ids import LARGEST_ID
from grid.refusals import Refused

MOST_POINTS = 50
MOST_METRES, MOST_MINUTES = 50_000, 600


class Demand(StrEnum):
    """Who is to be reached: what the villages are weighed by."""

    RESIDENTS = "residents"
    RECENT = "recent"
    """Matters registered within a year."""
    OPEN = "open"
    """Matters in hand."""


class Way(StrEnum):
    """How far apart two places are."""

    LINE = "line"
    """As the crow flies, metres."""
    TABLE = "table"
    """By the times that were imported, minutes."""


class Goal(StrEnum):
    """What the new points are to be best at."""

    COVER = "cover"
    """The most within the radius: MCLP."""
    MEDIAN = "median"
    """The shortest way of all to the nearest point: p-median."""


@dataclass(frozen=True, slots=True)
class SitingQuestion:
    """Where ``most`` new points should stand in an area, or the city for none.

    ``radius`` is in metres by a line and in minutes by the table. Raises ``Refused``: ``area_unknown``,
    ``siting_radius``, ``siting_points``.
    """

    within: int | None = None
    demand: Demand = Demand.RESIDENTS
    way: Way = Way.LINE
    goal: Goal = Goal.COVER
    radius: int = 2000
    most: int = 10

    def __post_init__(self) -> None:
        if self.within is not None and not 0 < self.within <= LARGEST_ID:
            raise Refused("area_unknown")
        limit = MOST_METRES if self.way is Way.LINE else MOST_MINUTES
        if not 0 <= self.radius <= limit:
            raise Refused("siting_radius", most=limit)
        if not 0 <= self.most <= MOST_POINTS:
            raise Refused("siting_points", most=MOST_POINTS)
