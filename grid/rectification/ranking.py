"""Rankings (一季一排名): units of a quarter in the order of their scores, rank 1 the lowest.

Who has the same score shares the rank (1, 1, 3), in the order of their codes. A unit of which a weighed
indicator is not told, or has fewer than the scheme's minimum n, has no rank and comes after the ranked.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from grid.areas import Level
from grid.indicators.figures import Subject, SubjectFigures
from grid.listings import ListingState, Quarter
from grid.rectification.schemes import Among, Scheme
from grid.rectification.scores import Counts, Score, ScorePart, score


@dataclass(frozen=True, slots=True)
class RankedUnit:
    """One unit's row.

    ``figures`` has every indicator that was frozen with its n, weighed or not; ``listing`` and
    ``previous_rank`` are of today's register and of the quarter before, and no part of what was frozen.
    """

    subject: Subject
    rank: int | None
    tied: bool
    """Whether another unit has the same rank."""
    points: Score
    figures: SubjectFigures
    previous_rank: int | None = None
    listing: ListingState | None = None
    listing_id: int | None = None

    @property
    def score(self) -> Decimal | None:
        """The score of 100 with two places, none where a part cannot be told."""
        return self.points.value

    @property
    def parts(self) -> tuple[ScorePart, ...]:
        """What each weighed indicator gives."""
        return self.points.parts

    @property
    def not_ranked(self) -> tuple[ScorePart, ...]:
        """The parts for which it is not ranked, with ``untold`` (reason) and n; empty where it is."""
        return self.points.untold

    @property
    def better_by(self) -> int | None:
        """How many ranks better than the quarter before; below 0 is worse."""
        return None if self.rank is None or self.previous_rank is None else self.rank - self.previous_rank


@dataclass(frozen=True, slots=True)
class Ranking:
    """A quarter's ranking, the lowest score first and those without a rank last.

    ``revision``, ``checksum`` and ``taken_at`` are none for a live one, which nobody is held to.
    """

    quarter: Quarter
    as_of: date
    scheme: Scheme
    rows: tuple[RankedUnit, ...]
    revision: int | None = None
    checksum: str | None = None
    snapshot_id: int | None = None
    taken_at: datetime | None = None
    taken_by: str = ""

    @property
    def is_frozen(self) -> bool:
        """Whether it is computed from a frozen snapshot."""
        return self.revision is not None

    @property
    def with_visits(self) -> bool:
        """Whether its scheme weighs visit volumes: said wherever it is shown."""
        return self.scheme.with_visits

    def of_unit(self, unit_id: int) -> RankedUnit | None:
        """Return a unit's row, none where the quarter does not have it."""
        return next((row for row in self.rows if row.subject.unit_id == unit_id), None)


@dataclass(frozen=True, slots=True)
class Told:
    """What is to be ranked: a unit, its counts by indicator, and its figures as they are shown."""

    subject: Subject
    counts: Counts
    figures: SubjectFigures


def rank(scheme: Scheme, units: Iterable[Told]) -> tuple[RankedUnit, ...]:
    """Return the rows of a ranking; the order of ``units`` has no part in it."""
    rows = [RankedUnit(one.subject, None, False, score(scheme, one.counts), one.figures) for one in units]
    values: dict[Level | Among | None, list[Decimal]] = {}
    for row in rows:
        if row.score is not None:
            insort(values.setdefault(_peers(scheme, row), []), row.score)
    return tuple(sorted((_placed(row, values.get(_peers(scheme, row), [])) for row in rows), key=_order))


def _placed(row: RankedUnit, values: list[Decimal]) -> RankedUnit:
    """Return a row with its rank: one more than there are peers with a lower score."""
    if row.score is None:
        return row
    below, upto = bisect_left(values, row.score), bisect_right(values, row.score)
    return replace(row, rank=below + 1, tied=upto - below > 1)


def _peers(scheme: Scheme, row: RankedUnit) -> Level | Among | None:
    return Among.ALL if scheme.among is Among.ALL else row.subject.level


def _order(row: RankedUnit) -> tuple[bool, Decimal, str, int]:
    return row.score is None, row.score or Decimal(0), row.subject.code, row.subject.unit_id or 0
