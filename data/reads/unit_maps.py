"""Readings behind the maps of units: a quarter's ranks beside its listings, and running clocks by area.

Whoever answers for units is told of these alone, as everywhere: of their ranks, their listings, and of the
clocks of the matters that the account sees.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from data import models
from data.reads import answerable, city, clocks, rectification
from data.reads.indicator_subjects import reader_of, unit_subjects
from grid.areas import Area, AreaKind, Level
from grid.clocks.counts import ClockCounts
from grid.indicators.figures import FigureQuestion, Period, Subject
from grid.indicators.periods import quarter_period
from grid.listings import ListingState, Quarter
from grid.rectification import RankedUnit, Ranking
from grid.refusals import Refused
from grid.unit_maps import ClockMap, ListedUnit, ListingMap, SubjectClocks

_Leaders = Mapping[int, tuple[str, ...]]


def listing_map(session: Session, quarter: Quarter | None) -> ListingMap:
    """Return a quarter's listing map: of the newest begun where none, or one without listings, is asked.

    Ranks are frozen ones where the quarter is frozen, else today's; none while the sums are not made.
    """
    on, quarters = city.today(session), _quarters(session)
    is_whole = not reader_of(session).is_answerable
    chosen = quarter if quarter in quarters else _newest_begun(quarters, Quarter.of(on))
    if chosen is None:
        return ListingMap(None, quarters, on, (), is_whole)
    found = rectification.ranking(session, chosen) or _live(session, chosen, on)
    subjects = unit_subjects(session, FigureQuestion(quarter_period(chosen), on))
    units = _units(session, found.rows if found else (), chosen, {one.unit_id: one for one in subjects})
    leaders = leaders_of(session, subjects) if is_whole else None
    shown = tuple(replace(one, leaders=_of_unit(one.subject, leaders)) for one in units)
    if found is None:
        return ListingMap(chosen, quarters, on, shown, is_whole)
    return ListingMap(
        quarter=chosen,
        quarters=quarters,
        as_of=found.as_of,
        units=shown,
        is_whole=is_whole,
        revision=found.revision,
        checksum=found.checksum or "",
        scheme=found.scheme.name,
        with_visits=found.with_visits,
    )


def clock_map(session: Session, level: Level) -> ClockMap:
    """Return counts of matters by how their clocks stand, by area of a level and by unit.

    Areas and units without an open clock have zeros; where the reader sees some matters only, they are left
    out, since there may be clocks that he does not see.
    """
    on, is_whole = city.today(session), not reader_of(session).is_answerable
    subjects = unit_subjects(session, FigureQuestion(Period(on, on), on))
    leaders = leaders_of(session, subjects) if is_whole else None
    by_area = {one.area_id: one for one in clocks.clock_counts(session, on, level)}
    by_unit = {one.unit_id: one for one in clocks.clock_counts_by_unit(session, on)}
    units_of = {one.area_id: one for one in subjects if one.area_id is not None}
    areas = [area for area in city.areas(session, level) if area.kind is AreaKind.REGULAR]
    return ClockMap(
        on,
        level,
        tuple(
            SubjectClocks(one, by_area.get(one.area_id) or _no_clocks(one), _of_unit(one, leaders))
            for one in (units_of.get(area.id) or _area_alone(area) for area in areas)
            if is_whole or one.area_id in by_area
        ),
        tuple(
            SubjectClocks(one, by_unit.get(one.unit_id) or _no_clocks(one), _of_unit(one, leaders))
            for one in subjects
        ),
        is_whole,
    )


def _area_alone(area: Area) -> Subject:
    """An area without a unit of its own."""
    return Subject(None, area.id, None, area.name, f"a{area.code}", area.level)


def _no_clocks(subject: Subject) -> ClockCounts:
    return ClockCounts(subject.area_id, subject.unit_id, 0, 0, 0, 0, 0, 0)


def _live(session: Session, quarter: Quarter, on: date) -> Ranking | None:
    """Return today's ranking, none while its sums are not made: listings are shown all the same."""
    try:
        return rectification.live_ranking(session, quarter, on)
    except Refused as refused:
        if refused.code != "sums_not_ready":
            raise
        return None


def leaders_of(session: Session, subjects: Sequence[Subject]) -> _Leaders:
    """Return the labels of the leaders who answer for each unit today, by unit."""
    areas = {one.unit_id: one.area_id for one in subjects if one.unit_id is not None}
    found = answerable.leaders_by_unit(session, areas, city.today(session))
    return {unit: tuple(leader.label for leader in leaders) for unit, leaders in found.items()}


def _of_unit(subject: Subject, leaders: _Leaders | None) -> tuple[str, ...] | None:
    return None if leaders is None else leaders.get(subject.unit_id or 0, ())


def _quarters(session: Session) -> tuple[Quarter, ...]:
    """Return the quarters with listings that the reader may see, and those frozen, oldest first."""
    texts = session.scalars(select(models.Listing.quarter).distinct())
    return tuple(sorted({*map(Quarter.parse, texts), *rectification.frozen_quarters(session)}))


def _newest_begun(quarters: Sequence[Quarter], now: Quarter) -> Quarter | None:
    return next((one for one in reversed(quarters) if one <= now), None)


def _units(
    session: Session, rows: Sequence[RankedUnit], quarter: Quarter, told: Mapping[int | None, Subject]
) -> list[ListedUnit]:
    """Return the units that the reader is told of: the ranked, then those only listed."""
    table = models.Listing
    listed = {row.unit_id: row for row in session.scalars(select(table).where(table.quarter == str(quarter)))}
    units = [
        _unit(row.subject, row, listed.get(row.subject.unit_id or 0))
        for row in rows
        if row.subject.unit_id in told
    ]
    ranked = {row.subject.unit_id for row in rows}
    return units + [
        _unit(subject, None, listed.get(unit_id or 0))
        for unit_id, subject in told.items()
        if unit_id not in ranked and (not rows or unit_id in listed)
    ]


def _unit(subject: Subject, ranked: RankedUnit | None, listed: models.Listing | None) -> ListedUnit:
    about: dict[str, Any] = {}
    if listed is not None:
        about = {"reason": listed.reason, "listed_on": listed.listed_on, "approver": listed.approver}
    return ListedUnit(
        subject,
        None if listed is None else ListingState(listed.state),
        rank=ranked.rank if ranked else None,
        previous_rank=ranked.previous_rank if ranked else None,
        tied=ranked.tied if ranked else False,
        score=ranked.score if ranked else None,
        **about,
    )
