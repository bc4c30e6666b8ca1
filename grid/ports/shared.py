"""Readings shared by screens: the city, its shapes, the wall and the cards."""

from __future__ import annotations

from datetime import date
from typing import Protocol

from grid.areas import Area, Level
from grid.coverage import CoverageBook
from grid.density import DensitySurface
from grid.hotspots.findings import Significance
from grid.listings import Listing, Quarter
from grid.measures import Measure
from grid.published import Publication, PublishedCounts, WallQuestion
from grid.questions import AreaCard, City, DataVersion, LeaderCard, MatterQuestion, MonthCount


class CityReads(Protocol):
    """Readings shared by every screen."""

    def version(self) -> DataVersion:
        """Return the data version; one cheap row."""

    def city(self) -> City:
        """Return the city's name, stamps, bounds and current boundary editions."""

    def areas(self, level: Level) -> tuple[Area, ...]:
        """Return the areas of a level valid today, functional ones with the counties."""

    def breaks(self, level: Level) -> tuple[date, ...]:
        """Return the days on which a level's boundaries changed, oldest first."""

    def shapes(self, level: Level, edition_id: int) -> bytes:
        """Return simplified GeoJSON of one edition (feature ``id`` = area id as text), gzip-compressed.

        Properties: ``name``, ``code``, ``kind``, and ``synthetic: true`` where the edition is.
        Raises ``Refused('edition_unknown')``.
        """


class WallReads(CityReads, Protocol):
    """Readings of shared views: published products, listings and the coverage in force."""

    def publication(self) -> Publication | None:
        """Return which products are in force, none before the first; one cheap row."""

    def figures(self, question: WallQuestion) -> tuple[Measure, ...]:
        """Return the wall's main figures, with the window before and a year before."""

    def counts(self, level: Level, question: WallQuestion) -> PublishedCounts:
        """Return counts for the regular areas of a level.

        Raises ``Refused('not_published')`` for a group below township level and for grids.
        """

    def significance(self, level: Level, question: WallQuestion) -> Significance:
        """Return which areas are hot or cold by the published counts of a level (Gi*, FDR).

        Raises ``Refused('not_published')`` below township level and before the first publication.
        """

    def trend(self, question: WallQuestion) -> tuple[MonthCount, ...]:
        """Return the city's counts of the last 24 months, oldest first, whatever the question's window."""

    def density(self, question: WallQuestion) -> DensitySurface | None:
        """Return the masked density of a question, none where nothing is placed to a point."""

    def quarters(self) -> tuple[Quarter, ...]:
        """Return the quarters that have listings, newest first."""

    def listings(self, quarter: Quarter) -> tuple[Listing, ...]:
        """Return the listings of a quarter, worst rank first, without what an approver turned down."""

    def coverage(self, on: date) -> CoverageBook | None:
        """Return the published plan in force on a day, or none."""


class CardReads(Protocol):
    """Readings behind a card, for those who are signed in and may see the whole city."""

    def trend(self, question: MatterQuestion) -> tuple[MonthCount, ...]:
        """Return counts of every month that the question touches, oldest first."""

    def area_card(self, area_id: int, question: MatterQuestion) -> AreaCard:
        """Return an area's card; raises ``Refused('area_unknown')``."""

    def leader_card(self, leader_id: int, on: date) -> LeaderCard:
        """Return a leader's card; raises ``Refused('leader_unknown')``."""
