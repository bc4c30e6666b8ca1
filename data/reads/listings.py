"""Readings of listings (挂牌)."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from data import models
from data.reads import answerable, city
from grid.listings import TOLD_TO_ALL, Listing, ListingState, Quarter

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

    What an approver turned down is left out.
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
        .where(listing.quarter == str(quarter), _TOLD)
        .order_by(listing.rank.nulls_last(), unit.name)
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
            rank=row.rank,
            score=row.score,
            previous_rank=ranks.get(row.unit_id),
            reason=row.reason,
            listed_on=row.listed_on,
            approver=row.approver,
            leader_label="、".join(leader.label for leader in leaders.get(row.unit_id, ())) or None,
        )
        for row, name, area_id in rows
    )
