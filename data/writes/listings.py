"""Listings: written by unit and quarter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy import select
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
    # What was proposed here goes its own way: no list changes what a named approver decides.
    came_by_list, key = models.Listing.batch_id.is_not(None), ["unit_id", "quarter"]
    session.execute(statement.on_conflict_do_update(index_elements=key, set_=changes, where=came_by_list))


def made_here(session: Session) -> frozenset[tuple[int, str]]:
    """Return unit and quarter of the listings that came by no list."""
    table = models.Listing
    rows = session.execute(select(table.unit_id, table.quarter).where(table.batch_id.is_(None)))
    return frozenset((row.unit_id, row.quarter) for row in rows)
