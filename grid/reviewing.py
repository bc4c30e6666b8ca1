"""Review of places: addresses that the geocoder would not decide, and what people say of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from grid.areas import Area
from grid.ids import LARGEST_ID
from grid.places import Granularity
from grid.refusals import Refused

LONGEST_KEY = 400
ITEMS_ON_PAGE = 50
LAST_PAGE = 10_000
WITHOUT_TEXT = " "
"""Begins the key of matters without an address, which are told apart by their reason alone.

No address in normal form has a space.
"""
_SUFFIX = re.compile("(?:自治县|民族乡|街道|新区|社区|县|市|区|镇|乡|村)$")
_SHORTEST_NAME = 2


class Verdict(StrEnum):
    """What a person decided of an address text."""

    PLACED = "placed"
    OUTSIDE = "outside"
    """It is in another city."""
    UNPLACEABLE = "unplaceable"
    """Nobody can say where it is."""


class ReportVerdict(StrEnum):
    """What a grid worker said on the spot."""

    RIGHT = "right"
    MOVED = "moved"
    """It is in the own patch, at another point."""
    ELSEWHERE = "elsewhere"
    """It is not in the own patch."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An area that an address may mean, with its path of names from the county down.

    ``outline`` is a GeoJSON geometry for looking (degrees, EPSG:4490), where it was asked for.
    """

    area: Area
    path: tuple[str, ...]
    outline: dict[str, object] | None = None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What an online provider, the gazetteer or a grid worker said of where it is; degrees, EPSG:4490."""

    source: str
    lon: float
    lat: float
    label: str = ""
    """The name of the gazetteer's entry."""


@dataclass(frozen=True, slots=True)
class ReviewItem:
    """One address text that is to be decided, for all ``count`` matters that have it.

    ``key`` is the text in normal form and identifies the item; ``address`` one of the spellings as imported.
    ``reasons`` are codes with words (findings.place_<reason>).
    """

    key: str
    address: str
    count: int
    status: str
    reasons: tuple[str, ...]
    candidates: tuple[Candidate, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()
    disputed: bool = False
    """Whether a grid worker said that it is elsewhere."""

    @property
    def has_text(self) -> bool:
        """Whether there is an address to be decided; else there are only matters to be looked at."""
        return not self.key.startswith(WITHOUT_TEXT)


@dataclass(frozen=True, slots=True)
class ReviewQueue:
    """A page of items, the most frequent first; how many texts and matters wait in all.

    ``decided_today`` counts the matters that everybody's decisions of today placed.
    """

    items: tuple[ReviewItem, ...]
    texts: int
    matters: int
    decided_today: int
    page: int = 1

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.texts // ITEMS_ON_PAGE))


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person says that an address text means.

    ``point`` (lon, lat in degrees, EPSG:4490) only where the very place is known.
    Raises ``Refused('decision_incomplete')``, or ``('decision_without_text')``.
    """

    key: str
    verdict: Verdict
    area_id: int | None = None
    point: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        placed = self.verdict is Verdict.PLACED
        if placed != (self.area_id is not None) or (self.point is not None and not placed):
            raise Refused("decision_incomplete")
        if self.key.startswith(WITHOUT_TEXT):
            raise Refused("decision_without_text")
        if not 0 < len(self.key) <= LONGEST_KEY or not 0 <= (self.area_id or 0) <= LARGEST_ID:
            raise Refused("decision_incomplete")
        if self.point is not None:
            check_point(self.point)


@dataclass(frozen=True, slots=True)
class DecisionMade:
    """A decision in force or undone, as the review page lists it."""

    id: int
    key: str
    verdict: Verdict
    area_name: str
    granularity: Granularity
    matters: int
    decided_at: datetime
    own: bool
    undone: bool = False


@dataclass(frozen=True, slots=True)
class Undone:
    """What became of a decision's matters: how many went back, and how many stay as placed since."""

    matters: int
    stayed: int = 0


@dataclass(frozen=True, slots=True)
class PlaceSaid:
    """What a grid worker says of a matter's place; ``point`` (lon, lat) where it was moved, and only then.

    Raises ``Refused('report_incomplete')``.
    """

    matter_id: int
    verdict: ReportVerdict
    point: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        if (self.verdict is ReportVerdict.MOVED) != (self.point is not None):
            raise Refused("report_incomplete")
        if self.point is not None:
            check_point(self.point)


def check_point(point: tuple[float, float]) -> None:
    """Refuse what is no place on earth: ``Refused('point_unreadable')``, also for what is not a number."""
    lon, lat = point
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise Refused("point_unreadable")


def names_written(key: str, path: tuple[str, ...]) -> tuple[str, ...]:
    """Return which names of a path stand in an address in normal form, whole or without their last word."""
    return tuple(name for name in path if name in key or _short(name) in key)


def _short(name: str) -> str:
    short = _SUFFIX.sub("", name)
    return short if len(short) >= _SHORTEST_NAME else name
