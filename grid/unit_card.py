"""A unit's card: its figures over quarters, its listings with their steps, its open clocks, who answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from grid.clocks.counts import ClockCounts
from grid.indicators.cohorts import CohortPage
from grid.indicators.definitions import Definition
from grid.indicators.figures import Figure, Subject, SubjectFigures
from grid.league import LeagueQuestion
from grid.listings import Quarter
from grid.rectification.ranking import RankedUnit, Ranking
from grid.rectification.records import ListingRecord
from grid.rectification.steps import NextStep

QUARTERS_SHOWN = 8


@dataclass(frozen=True, slots=True)
class ListingLife:
    """A unit's listing in a quarter, and the steps that this reader may take on it now."""

    record: ListingRecord
    may: tuple[NextStep, ...] = ()


@dataclass(frozen=True, slots=True)
class UnitCard:
    """All that is told of one unit. ``quarters`` are the last eight, oldest first; the last one still runs.

    ``breaks`` are days on which the unit's boundaries changed: what lies before is not comparable.
    """

    subject: Subject
    as_of: date
    quarters: tuple[tuple[Quarter, SubjectFigures], ...]
    breaks: tuple[date, ...]
    leaders: tuple[str, ...] | None
    """Posts of who answers for it today; none where the reader is not told of leaders."""
    clocks: ClockCounts | None
    ranking: Ranking | None
    """The newest ranking that has the unit: frozen where there is one."""
    listings: tuple[ListingLife, ...]
    """Newest quarter first."""
    proposable: Quarter | None = None
    """The frozen quarter by which this reader may propose the unit for listing."""

    @property
    def row(self) -> RankedUnit | None:
        """The unit's row in the newest ranking."""
        if self.ranking is None or self.subject.unit_id is None:
            return None
        return self.ranking.of_unit(self.subject.unit_id)


@dataclass(frozen=True, slots=True)
class FigureQuestion:
    """Which number is opened: of a unit, an indicator, of a table's question; ``version`` none: in force."""

    code: str
    indicator: str
    league: LeagueQuestion
    version: int | None = None
    against: int | None = None
    page: int = 1


@dataclass(frozen=True, slots=True)
class OpenedFigure:
    """A number with its meaning: by its definition, beside another version's, and its matters.

    ``is_frozen`` says that the number is the frozen quarter's; its list of matters is then the frozen one.
    ``matters`` is none for who does not see matters one by one.
    """

    subject: Subject
    definition: Definition
    figure: Figure
    as_of: date
    is_frozen: bool
    versions: tuple[Definition, ...]
    against: tuple[Definition, Figure] | None = None
    matters: CohortPage | None = None
