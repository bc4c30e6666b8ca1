"""Published products: what the wall and other shared views may show, counted on a fixed lattice.

Free filters over small counts let hidden ones be worked out by subtraction. So a shared view asks for no
period of its own: it has four windows of whole calendar months, one group at a time, and areas of a level.
Below township level counts under ``SMALL_CELL`` are hidden, with as many others as keep them from being
recovered (``count`` none), and no group is published.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from grid.areas import Area, Level
from grid.matters import Category, Channel
from grid.places import PlacedTotals
from grid.refusals import Refused

TOWNSHIP = (Level.COUNTY, Level.TOWN)
"""Levels at which no count is hidden, and single groups are published."""


class Window(StrEnum):
    """A period of whole months that ends today: this month to date, or with the 2, 11 or 23 before it."""

    M1 = "m1"
    M3 = "m3"
    M12 = "m12"
    M24 = "m24"

    @property
    def months(self) -> int:
        """How many calendar months the window touches."""
        return int(self.value[1:])

    def since(self, day: date) -> date:
        """Return the window's first day when it ends on ``day``."""
        return _months_before(day.replace(day=1), self.months - 1)

    def period(self, day: date, months_earlier: int = 0) -> tuple[date, date]:
        """Return first and last day of the window as it was that many months earlier, to the same date.

        Where the earlier month is too short to have that date, its last day stands for it.
        """
        return _months_before(self.since(day), months_earlier), _months_before(day, months_earlier)


class GroupKind(StrEnum):
    """By what published matters are told apart: nothing, or one thing and never two."""

    ALL = "all"
    CATEGORY = "category"
    CHANNEL = "channel"


Group = tuple[GroupKind, str]
"""A kind and its value, empty for all."""
GROUPS: tuple[Group, ...] = (
    (GroupKind.ALL, ""),
    *((GroupKind.CATEGORY, category.value) for category in Category),
    *((GroupKind.CHANNEL, channel.value) for channel in Channel),
)


@dataclass(frozen=True, slots=True)
class WallQuestion:
    """What a shared view asks about: a window, and all matters or those of one category or one channel.

    Raises ``Refused('groups_crossed')`` for a category and a channel at once: their table is not published.
    """

    window: Window
    category: Category | None = None
    channel: Channel | None = None

    def __post_init__(self) -> None:
        if self.category is not None and self.channel is not None:
            raise Refused("groups_crossed")

    @property
    def group(self) -> Group:
        """The group of matters asked about."""
        if self.category is not None:
            return GroupKind.CATEGORY, self.category.value
        return (GroupKind.ALL, "") if self.channel is None else (GroupKind.CHANNEL, self.channel.value)


LATE = timedelta(minutes=15)
"""How long the products may lag behind the data, or a screen behind the products, before it says so."""


@dataclass(frozen=True, slots=True)
class Publication:
    """The products in force, as of ``day``; the data that they were made from began at ``changed_at`` (UTC).

    No two publications share a ``number``. ``newer_at`` (UTC) is when the newest data began that they do not
    show yet, none where they show all there is.
    """

    number: int
    changed_at: datetime
    day: date
    newer_at: datetime | None = field(default=None, compare=False)

    def is_late(self, now: datetime) -> bool:
        """Return whether the newest data, or a new day, has waited longer than ``LATE`` to be shown.

        ``now`` is in the city's time zone. How old the data itself is says nothing: in a quiet night nobody
        imports, and what is shown is all there is.
        """
        then = now - LATE
        return (self.newer_at is not None and self.newer_at < then) or self.day < then.date()


@dataclass(frozen=True, slots=True)
class PublishedCount:
    """Matters placed in one area, none where hidden; ``rate`` per 10,000 residents, none where unknown."""

    area: Area
    count: int | None
    rate: float | None


@dataclass(frozen=True, slots=True)
class PublishedCounts:
    """Counts of all areas of one level, with how finely the city's matters of the question are placed."""

    level: Level
    rows: tuple[PublishedCount, ...]
    placed: PlacedTotals


def _months_before(day: date, months: int) -> date:
    month = day.year * 12 + day.month - 1 - months
    year, month = month // 12, month % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
