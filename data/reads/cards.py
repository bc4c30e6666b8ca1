"""The cards that a click on an area or on a leader opens."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from data import models
from data.reads import answerable, city, coverage, figures, listings, matters, service
from grid.coverage import CoverageBook, Leader
from grid.listings import Listing
from grid.matters import Category
from grid.questions import AreaCard, LeaderCard, LeaderUnit, MatterQuestion
from grid.refusals import Refused


def area_card(session: Session, area_id: int, question: MatterQuestion) -> AreaCard:
    """Return an area's card for the question's period and filters; raises ``Refused('area_unknown')``."""
    area = city.area(session, area_id)
    inside = MatterQuestion(
        question.since, question.until, question.category, question.channel, within=area_id
    )
    on = city.today(session)
    in_period = matters.registered(inside)
    return AreaCard(
        area=area,
        path=city.area_path(session, area_id),
        measures=figures.matter_measures(session, inside),
        placed=matters.placed_totals(session, in_period, *matters.about(inside, area)),
        trend=matters.trend(session, inside),
        categories=categories(session, inside),
        listing=_listing_of(session, area_id, on),
        leaders=answerable.leaders_of_area(session, area_id, on),
        service=service.summary(session, area_id),
    )


def leader_card(session: Session, leader_id: int, on: date) -> LeaderCard:
    """Return a leader's card under the plan in force; raises ``Refused('leader_unknown')``."""
    book = coverage.published_book(session, on)
    if book is None:
        raise Refused("leader_unknown")
    leader = _leader_of(book, leader_id)
    listed = {listing.unit_id: listing for listing in _listings_in_force(session, on)}
    units = {unit.id: unit for unit in book.units}
    own = [assignment for assignment in book.plan.assignments if assignment.leader_id == leader_id]
    rows = tuple(
        LeaderUnit(
            units[each.unit_id].name,
            units[each.unit_id].area_id,
            each.kind.value,
            each.cases,
            listed.get(each.unit_id),
        )
        for each in own
    )
    open_count, overdue_count = _stock(session, [row.area_id for row in rows if row.area_id], on)
    return LeaderCard(
        leader=leader,
        units=rows,
        cases=sum(each.cases or 0 for each in own),
        open_count=open_count,
        overdue_count=overdue_count,
        since=book.plan.valid_from,
    )


def categories(session: Session, question: MatterQuestion) -> tuple[tuple[Category, int], ...]:
    """Return how many matters each category has, most first; none that has nothing."""
    statement = (
        select(matters.petition.category, func.count().label("count"))
        .where(matters.registered(question), *matters.about(question, matters.area_of(session, question)))
        .group_by(matters.petition.category)
        .order_by(func.count().desc(), matters.petition.category)
    )
    return tuple((Category(category), count) for category, count in session.execute(statement))


def _leader_of(book: CoverageBook, leader_id: int) -> Leader:
    for leader in book.leaders:
        if leader.id == leader_id:
            return leader
    raise Refused("leader_unknown")


def _listing_of(session: Session, area_id: int, on: date) -> Listing | None:
    found = _listings_in_force(session, on)
    return next((listing for listing in found if listing.area_id == area_id), None)


def _listings_in_force(session: Session, on: date) -> tuple[Listing, ...]:
    quarter = listings.quarter_in_force(session, on)
    return listings.listings(session, quarter) if quarter else ()


def _stock(session: Session, area_ids: list[int], on: date) -> tuple[int, int]:
    """Return how many matters of a leader's areas are open and overdue; one in two of them counts once."""
    if not area_ids:
        return 0, 0
    areas = session.execute(city.select_areas().where(models.Area.id.in_(area_ids)))
    inside = or_(*(matters.placed_in(city.to_area(row)) for row in areas))
    statement = select(
        func.count().filter(matters.is_open(on)),
        func.count().filter(matters.is_overdue(on)),
    ).where(matters.not_accusation(), inside)
    open_count, overdue_count = session.execute(statement).one()
    return open_count, overdue_count
