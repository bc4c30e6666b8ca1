"""Records of listings: a listing with its evidence, steps and due days, as a unit's card shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from grid.listings import ListingState, Quarter
from grid.rectification.criteria import Evidence
from grid.rectification.steps import StepTaken
from grid.rectification.terms import ListingDue, next_due


@dataclass(frozen=True, slots=True)
class ListingRecord:
    """One listing of a unit; ``revision`` is of the frozen quarter that its score and rank are from.

    ``is_imported``: it came by a list, and the steps before are not known here.
    """

    listing_id: int
    unit_id: int
    unit_name: str
    area_id: int | None
    quarter: Quarter
    state: ListingState
    rank: int | None
    score: Decimal | None
    reason: str
    listed_on: date | None
    approver: str
    is_imported: bool
    is_newest: bool
    """Whether it is its unit's newest: of the others nothing is asked any more."""
    meets_delisting: bool
    """Whether the latest frozen numbers alone allow it to be delisted."""
    revision: int | None
    evidence: tuple[Evidence, ...]
    steps: tuple[StepTaken, ...]
    """In the order in which they were taken."""
    dues: tuple[ListingDue, ...]

    @property
    def next_due(self) -> ListingDue | None:
        """What is due next, none where nothing is owed."""
        return next_due(self.dues)
