"""Listings: written by unit and quarter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from data import models
from grid.listings import ListingState


@dataclass(frozen=True, slots=True)
class ListingRow:
    """One listing, field by field as the table has it."""

    unit_id: int
    quarter: str
    state: ListingState
    rank: int | None
    score: float | None
    reason: str
    listed_on: date | None
    approver: str


def write_listings(session: Session, batch_id: int, rows: Sequence[ListingRow]) -> None:
    """Insert listings, or update those that the quarter already has."""
    if not rows:
        return
    statement = insert(models.Listing).values([asdict(row) | {"batch_id": batch_id} for row in rows])
    fields = ("state", "rank", "score", "reason", "listed_on", "approver", "batch_id")
    changes = {field: getattr(statement.excluded, field) for field in fields}
    session.execute(statement.on_conflict_do_update(index_elements=["unit_id", "quarter"], set_=changes))
