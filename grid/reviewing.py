"""Review of places: addresses that the geocoder would not decide, and what people say of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from grid.areas import Area
from grid.places import Granularity
from grid.refusals import Refused

LONGEST_KEY = 400


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

    ``lon`` and ``lat`` (degrees, EPSG:4490) are where its label stands, for looking, never for placing.
    """

    area: Area
    path: tuple[str, ...]
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What an online provider or a grid worker said of where it is; degrees, EPSG:4490."""

    source: str
    lon: float
    lat: float


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
    candidates: tuple[Candidate, ...]
    suggestions: tuple[Suggestion, ...] = ()
    disputed: bool = False
    """Whether a grid worker said that it is elsewhere."""


@dataclass(frozen=True, slots=True)
class ReviewQueue:
    """The most frequent items first, how many texts and matters wait in all, and the latest decisions."""

    items: tuple[ReviewItem, ...]
    texts: int
    matters: int


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person says that an address text means.

    ``point`` (lon, lat in degrees, EPSG:4490) only where the very place is known.
    Raises ``Refused('decision_incomplete')``.
    """

    key: str
    verdict: Verdict
    area_id: int | None = None
    point: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        placed = self.verdict is Verdict.PLACED
        if placed != (self.area_id is not None) or (self.point is not None and not placed):
            raise Refused("decision_incomplete")
        if not 0 < len(self.key) <= LONGEST_KEY:
            raise Refused("decision_incomplete")


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
