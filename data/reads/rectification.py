"""Readings of 挂牌整治: schemes, frozen and live rankings, proposals, listings and what they owe."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from grid.listings import Quarter
from grid.principals import Role
from grid.rectification import ListingRecord, NextStep, Proposal, Ranking, Scheme


def scheme_in_force(session: Session, on: date) -> Scheme:
    """Return the scheme in force on a day: of those begun by then the latest version."""
    raise NotImplementedError


def frozen_quarters(session: Session) -> tuple[Quarter, ...]:
    """Return the quarters that are frozen, newest first."""
    raise NotImplementedError


def ranking(session: Session, quarter: Quarter, revision: int | None = None) -> Ranking | None:
    """Return a quarter's frozen ranking, the latest revision unless one is named; none where not frozen."""
    raise NotImplementedError


def live_ranking(session: Session, quarter: Quarter, on: date) -> Ranking:
    """Return a quarter's ranking from today's sums, which nobody is held to.

    A reader who sees some units only gets theirs without ranks.
    """
    raise NotImplementedError


def proposals(session: Session, quarter: Quarter) -> tuple[Proposal, ...]:
    """Return the units that criteria propose by a frozen quarter, less those already proposed or listed."""
    raise NotImplementedError


def listing(session: Session, listing_id: int) -> ListingRecord:
    """Return one listing; raises ``Refused('listing_unknown')``, also for one that the reader may not see."""
    raise NotImplementedError


def listing_history(session: Session, unit_id: int) -> tuple[ListingRecord, ...]:
    """Return a unit's listings, newest quarter first."""
    raise NotImplementedError


def next_steps(session: Session, listing_id: int, role: Role) -> tuple[NextStep, ...]:
    """Return the steps that a role may take on a listing now; raises ``Refused('listing_unknown')``."""
    raise NotImplementedError
