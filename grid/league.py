"""The league table (排名表) of units: one quarter's ranks, scores and figures, its order and its pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from grid.areas import Level
from grid.finding import spell
from grid.geocoding.normalise import normalise
from grid.indicators.definitions import CODES
from grid.indicators.figures import Period
from grid.listings import ListingState, Quarter
from grid.matters import Category
from grid.rectification.ranking import RankedUnit, Ranking
from grid.refusals import Refused

PAGE_ROWS = 50
LONGEST_SEARCH = 60
FIRST_YEAR, LAST_YEAR = 1990, 2200


class UnitGroup(StrEnum):
    """Which units are compared with each other."""

    COUNTY = "county"
    TOWN = "town"
    DEPARTMENT = "department"

    @classmethod
    def of(cls, level: Level | None) -> UnitGroup | None:
        """Return the group of a unit's level; departments have no level."""
        return (
            cls.DEPARTMENT if level is None else next((one for one in cls if one.value == level.value), None)
        )


class LeagueColumn(StrEnum):
    """Columns beside the indicators that a table can be ordered by."""

    RANK = "rank"
    CHANGE = "change"
    UNIT = "unit"
    SCORE = "score"
    LISTING = "listing"


@dataclass(frozen=True, slots=True)
class LeagueQuestion:
    """What a table is of: a quarter, or any period of whole days, which nobody is ranked by.

    One category, or a period, leaves the frozen quarter aside: its figures are then computed anew.
    Raises ``Refused('period_reversed')`` or ``('league_year_unknown')``.
    """

    quarter: Quarter
    period: Period | None = None
    category: Category | None = None

    def __post_init__(self) -> None:
        found = self.period
        if found is not None and found.since > found.until:
            raise Refused("period_reversed", since=found.since.isoformat(), until=found.until.isoformat())
        days = (found.since, found.until) if found else (self.quarter.first_day,)
        if not all(FIRST_YEAR <= day.year <= LAST_YEAR for day in days):
            raise Refused("league_year_unknown", first=FIRST_YEAR, last=LAST_YEAR)

    @property
    def days(self) -> Period:
        """The days that are counted, both included."""
        return self.period or Period(self.quarter.first_day, self.quarter.last_day)

    @property
    def is_ranked(self) -> bool:
        """Whether the question is the one that ranks are made from: a whole quarter, all categories."""
        return self.period is None and self.category is None


@dataclass(frozen=True, slots=True)
class League:
    """A quarter's ranking, frozen or live, with who answers for each unit today (posts by unit's id).

    ``leaders`` is none for a reader who is not told of leaders.
    Where ``question.is_ranked`` is false its rows have figures alone: neither scores nor ranks.
    """

    question: LeagueQuestion
    ranking: Ranking
    leaders: Mapping[int, tuple[str, ...]] | None

    @property
    def indicators(self) -> tuple[str, ...]:
        """The indicators that its rows have, in the registry's order; those it knows no more come last."""
        found = {figure.indicator for row in self.ranking.rows for figure in row.figures.figures}
        return (*(code for code in CODES if code in found), *sorted(found.difference(CODES)))

    def leaders_of(self, row: RankedUnit) -> tuple[str, ...]:
        """Return who answers for a row's unit; empty for nobody."""
        return (self.leaders or {}).get(row.subject.unit_id or 0, ())


@dataclass(frozen=True, slots=True)
class LeagueView:
    """Which rows of a table are looked at, in which order; ``sort`` is a column or an indicator's code."""

    group: UnitGroup | None = None
    search: str = ""
    sort: str = LeagueColumn.RANK
    descending: bool = False
    page: int = 1


def shown_rows(league: League, view: LeagueView) -> tuple[RankedUnit, ...]:
    """Return the rows that a view asks for: the ranked first, what has no value last."""
    words = [word for part in view.search[:LONGEST_SEARCH].split() if (word := _plain(part))]
    fitting = [
        row
        for row in league.ranking.rows
        if (view.group is None or UnitGroup.of(row.subject.level) is view.group)
        and all(_fits(row, league.leaders_of(row), word) for word in words)
    ]
    fitting.sort(key=lambda row: (row.subject.name, row.subject.code))
    known = [row for row in fitting if _value(row, view.sort) is not None]
    known.sort(key=lambda row: _value(row, view.sort), reverse=view.descending)  # type: ignore[arg-type,return-value]
    ordered = known + [row for row in fitting if _value(row, view.sort) is None]
    return tuple(sorted(ordered, key=lambda row: league.question.is_ranked and row.score is None))


def rows_of_page(rows: Sequence[RankedUnit], page: int) -> Sequence[RankedUnit]:
    """Return the rows of a page, none beyond the last."""
    return rows[(page - 1) * PAGE_ROWS : page * PAGE_ROWS]


def pages_of(total: int) -> int:
    """Return the number of pages, at least one."""
    return max(1, -(-total // PAGE_ROWS))


_LISTING_ORDER = {state: number for number, state in enumerate(ListingState)}


def _value(row: RankedUnit, sort: str) -> float | str | None:
    """Return what a row is ordered by, none where it has no such value."""
    if sort == LeagueColumn.RANK:
        return row.rank
    if sort == LeagueColumn.CHANGE:
        return row.better_by
    if sort == LeagueColumn.UNIT:
        return row.subject.name
    if sort == LeagueColumn.SCORE:
        return None if row.score is None else float(row.score)
    if sort == LeagueColumn.LISTING:
        return None if row.listing is None else _LISTING_ORDER[row.listing]
    figure = row.figures.figure(sort)
    return None if figure is None else figure.rate


def _fits(row: RankedUnit, leaders: Sequence[str], word: str) -> bool:
    """Return whether a unit is meant by a word: part of its name, its sound, its initials, a code."""
    fits = spell(row.subject.name).rank(word, row.subject.code.lower()) is not None
    return fits or word in _plain("".join(leaders))


def _plain(text: str) -> str:
    return normalise(text).lower()
