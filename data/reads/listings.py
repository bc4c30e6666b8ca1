"""Readings of listings (挂牌)."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from data import models
from data.reads import answerable, city
from grid.listings import IN_FORCE, TOLD_TO_ALL, Listing, ListingState, Quarter

_TOLD = models.Listing.state.in_([state.value for state in TOLD_TO_ALL])


def quarters(session: Session) -> tuple[Quarter, ...]:
    """Return the quarters that have listings to tell of, newest first."""
    texts = session.execute(select(models.Listing.quarter).where(_TOLD).distinct()).scalars()
    return tuple(sorted((Quarter.parse(text) for text in texts), reverse=True))


def quarter_in_force(session: Session, on: date) -> Quarter | None:
    """Return the newest quarter with listings begun by a day: at a turn, the old list still holds."""
    return next((quarter for quarter in quarters(session) if quarter <= Quarter.of(on)), None)


def listings(session: Session, quarter: Quarter) -> tuple[Listing, ...]:
    """Return the listings of a quarter, worst rank first, with the leader who answers for each today.

    What an approver turned down is left out. A listing made here has one row for all its life: while it is in
    force later quarters have it too, without the rank and score of its own.
    """
    unit, listing = models.Unit, models.Listing
    ranks = dict(
        session.execute(
            select(listing.unit_id, listing.rank).where(listing.quarter == str(quarter.previous), _TOLD)
        ).all()
    )
    rows = session.execute(
        select(listing, unit.name, unit.area_id)
        .join(unit, unit.id == listing.unit_id)
        .where(or_(listing.quarter == str(quarter), _goes_on(quarter)), _TOLD)
        .order_by(case((listing.quarter == str(quarter), listing.rank)).nulls_last(), unit.name)
    ).all()
    leaders = answerable.leaders_by_unit(
        session, {row.unit_id: area_id for row, _, area_id in rows}, city.today(session)
    )
    return tuple(
        Listing(
            unit_id=row.unit_id,
            unit_name=name,
            area_id=area_id,
            quarter=quarter,
            state=ListingState(row.state),
            rank=row.rank if row.quarter == str(quarter) else None,
            score=row.score if row.quarter == str(quarter) else None,
            previous_rank=ranks.get(row.unit_id),
            reason=row.reason,
            listed_on=row.listed_on,
            approver=row.approver,
            leader_label="、".join(leader.label for leader in leaders.get(row.unit_id, ())) or None,
        )
        for row, name, area_id in rows
    )


def _goes_on(quarter: Quarter) -> ColumnElement[bool]:
    """Return whether a listing of an earlier quarter is in force still, and its unit's newest until then."""
    listing, other = models.Listing, aliased(models.Listing)
    newest = select(func.max(other.quarter)).where(
        other.unit_id == listing.unit_id, other.quarter <= str(quarter)
    )
    return and_(
        listing.batch_id.is_(None),
        listing.state.in_([state.value for state in IN_FORCE]),
        listing.quarter < str(quarter),
        listing.quarter == newest.scalar_subquery(),
    )
