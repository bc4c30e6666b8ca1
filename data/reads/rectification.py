"""Readings of 挂牌整治: schemes, frozen and live rankings, proposals, listings and what they owe."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from data import models
from data.reads import indicators
from data.reads.frozen_rankings import frozen_quarters, scheme_in_force, schemes, stored
from data.reads.indicator_subjects import reader_of
from data.reads.listing_records import listing, listing_history, next_steps, not_to_propose
from grid.indicators.figures import Figure, FigureQuestion, Period, SubjectFigures
from grid.listings import ListingState, Quarter
from grid.principals import Role
from grid.rectification.criteria import Proposal
from grid.rectification.criteria import proposals as proposed_by
from grid.rectification.ranking import RankedUnit, Ranking, Told, rank

__all__ = [
    "frozen_quarters",
    "listing",
    "listing_history",
    "live_ranking",
    "next_steps",
    "not_to_propose",
    "proposals",
    "ranking",
    "scheme_in_force",
    "schemes",
]
_PARTLY_SIGHTED = frozenset({Role.UNIT, Role.TOWN})
"""Who sees some units' sums only: a rank among those would be another number than everybody's."""


def ranking(session: Session, quarter: Quarter, revision: int | None = None) -> Ranking | None:
    """Return a quarter's frozen ranking, the latest revision unless one is named; none where not frozen.

    Figures are told beside those of the quarter before and a year before, as these were frozen.
    """
    found = stored(session, quarter, revision)
    if found is None:
        return None
    before, year_before = stored(session, quarter.previous), stored(session, _year_before(quarter))
    return _with_register(session, _beside(found, before, year_before), before)


def live_ranking(session: Session, quarter: Quarter, on: date) -> Ranking:
    """Return a quarter's ranking from today's sums, which nobody is held to.

    A reader who sees some units only gets theirs without ranks.
    """
    scheme = scheme_in_force(session, quarter.last_day)
    versions = tuple((one.indicator, one.version) for one in scheme.weights if not one.counts_visits)
    question = FigureQuestion(Period(quarter.first_day, quarter.last_day), on, versions=versions)
    rows = rank(scheme, [_told(one) for one in indicators.league(session, question)])
    if reader_of(session).role in _PARTLY_SIGHTED:
        rows = tuple(replace(row, rank=None, tied=False) for row in rows)
    live = Ranking(quarter, on, scheme, rows)
    return _with_register(session, live, stored(session, quarter.previous))


def proposals(session: Session, quarter: Quarter) -> tuple[Proposal, ...]:
    """Return the units that criteria propose by a frozen quarter, less those already proposed or listed."""
    frozen = ranking(session, quarter)
    if frozen is None:
        return ()
    taken = not_to_propose(session, quarter)
    return tuple(one for one in proposed_by(frozen) if one.subject.unit_id not in taken)


def _told(figures: SubjectFigures) -> Told:
    counts = {one.indicator: (one.numerator, one.denominator) for one in figures.figures}
    return Told(figures.subject, counts, figures)


def _beside(found: Ranking, before: Ranking | None, year_before: Ranking | None) -> Ranking:
    """Return a ranking with each figure beside the quarter before (环比) and a year before (同比)."""
    rows = []
    for row in found.rows:
        unit_id = row.subject.unit_id or 0
        was = before.of_unit(unit_id) if before else None
        a_year_ago = year_before.of_unit(unit_id) if year_before else None
        figures = tuple(_figure(one, was, a_year_ago) for one in row.figures.figures)
        rows.append(replace(row, figures=SubjectFigures(row.subject, figures)))
    return replace(found, rows=tuple(rows))


def _figure(figure: Figure, before: RankedUnit | None, year_before: RankedUnit | None) -> Figure:
    return replace(figure, previous=_rate(figure, before), year_before=_rate(figure, year_before))


def _rate(figure: Figure, then: RankedUnit | None) -> float | None:
    found = then.figures.figure(figure.indicator) if then else None
    # Another version is another number: it is not set beside this one.
    return found.rate if found is not None and found.version == figure.version else None


def _year_before(quarter: Quarter) -> Quarter:
    return Quarter(quarter.year - 1, quarter.number)


def _with_register(session: Session, found: Ranking, before: Ranking | None) -> Ranking:
    """Return a ranking with each unit's listing of the quarter and its rank of the quarter before."""
    table = models.Listing
    wanted = select(table.unit_id, table.id, table.state).where(table.quarter == str(found.quarter))
    listings = {row.unit_id: row for row in session.execute(wanted)}
    ranks = {} if before is None else {row.subject.unit_id: row.rank for row in before.rows}
    return replace(found, rows=tuple(_registered(row, listings, ranks) for row in found.rows))


def _registered(
    row: RankedUnit, listings: dict[int, Row[*tuple[Any, ...]]], ranks: dict[int | None, int | None]
) -> RankedUnit:
    unit_id = row.subject.unit_id
    one = listings.get(unit_id or 0)
    return replace(
        row,
        previous_rank=ranks.get(unit_id),
        listing=None if one is None else ListingState(one.state),
        listing_id=None if one is None else one.id,
    )
