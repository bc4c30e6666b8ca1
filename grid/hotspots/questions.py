"""Questions about where matters concentrate, free in every dimension, and the plain answers to them.

They are for whoever may see the whole city and signs in as somebody. Shared views ask ``grid.published``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from grid.areas import Level
from grid.matters import Category, Channel, Purpose, Stage
from grid.measures import MeasureUnit
from grid.questions import LONGEST_PERIOD_DAYS, DataVersion
from grid.refusals import Refused

IntArray = npt.NDArray[np.int64]
COUNT_UNITS = (MeasureUnit.MATTERS, MeasureUnit.SUBMISSIONS, MeasureUnit.VISITS, MeasureUnit.HEADS)
"""件: matters; 件次: their submissions; 批次: those of matters that came by visit; 人次: their heads."""


class Dimension(StrEnum):
    """By what the matters of a filter may be told apart."""

    CATEGORY = "category"
    CHANNEL = "channel"
    PURPOSE = "purpose"
    STAGE = "stage"


class Step(StrEnum):
    """How long one picture of a playback lasts."""

    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class MatterFilter:
    """Which matters: registered from ``since`` to ``until``, both included; an empty set means all.

    ``within`` holds ids of areas of any level, functional ones too, of which at least one holds the matter.
    Raises ``Refused``: ``period_reversed``, ``period_too_long``, ``accusations_not_counted`` or
    ``unit_not_counted``.
    """

    since: date
    until: date
    categories: frozenset[Category] = frozenset()
    channels: frozenset[Channel] = frozenset()
    purposes: frozenset[Purpose] = frozenset()
    stages: frozenset[Stage] = frozenset()
    within: frozenset[int] = frozenset()
    unit: MeasureUnit = MeasureUnit.MATTERS

    def __post_init__(self) -> None:
        if self.until < self.since:
            raise Refused("period_reversed", since=self.since.isoformat(), until=self.until.isoformat())
        if (self.until - self.since).days > LONGEST_PERIOD_DAYS:
            raise Refused("period_too_long", days=LONGEST_PERIOD_DAYS)
        if Purpose.ACCUSATION in self.purposes:
            raise Refused("accusations_not_counted")
        if self.unit not in COUNT_UNITS:
            raise Refused("unit_not_counted", unit=self.unit)


@dataclass(frozen=True, slots=True)
class CountsState:
    """What the counts were made from: a data version, and its number of ``rows``."""

    version: DataVersion
    rows: int


@dataclass(frozen=True, slots=True, eq=False)
class AreaCounts:
    """Counts of the regular areas of a level valid today, in the order of their codes.

    ``area_ids`` and ``counts`` are int64 of shape (n,). ``total`` counts all matters of the filter, also
    those that are placed less finely or not at all; ``placed`` those in one of the areas.
    """

    level: Level
    area_ids: IntArray
    counts: IntArray
    total: int

    @property
    def placed(self) -> int:
        """How many are in one of the areas."""
        return int(self.counts.sum())


@dataclass(frozen=True, slots=True, eq=False)
class DayCounts:
    """Counts by day from ``since`` on; int64 of shape (days,)."""

    since: date
    counts: IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Playback:
    """Counts of the areas of a level, one picture after the other.

    ``starts`` are the first days of the k pictures; ``counts`` is int64 of shape (k, n), in the order of
    ``area_ids`` (n,). The first and last picture may be cut by the filter's period.
    """

    level: Level
    step: Step
    starts: tuple[date, ...]
    area_ids: IntArray
    counts: IntArray
