"""Cohorts: the matters behind an indicator's number, one by one, for those who may see matters."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from grid.matters import Category, Stage

COHORT_ROWS = 50
"""Matters on a page."""


@dataclass(frozen=True, slots=True)
class CohortMatter:
    """A matter of a cohort: ``cohort_on`` is the day by which it belongs to the period.

    ``counted`` and ``met`` are by how many it counts in the denominator and the numerator; ``met_on`` is the
    day of what was asked for (reply, notice, evaluation), where there was one.
    """

    id: int
    matter_no: str
    unit: str
    category: Category
    stage: Stage
    registered_on: date
    cohort_on: date
    met_on: date | None
    counted: int
    met: int

    @property
    def is_met(self) -> bool:
        """Whether all of it counts in the numerator."""
        return self.met == self.counted


@dataclass(frozen=True, slots=True)
class CohortPage:
    """One page of a cohort; the sums are of all its matters that the reader may see, on every page.

    Where these are fewer than the figure's own numbers, the difference is kept from the reader.
    """

    matters: tuple[CohortMatter, ...]
    total: int
    """Matters."""
    numerator: int
    denominator: int
    page: int

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // COHORT_ROWS))
