"""Readings of the search: units, leaders and matters by what was typed, as far as its reader sees them."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import or_, select, text
from sqlalchemy.orm import Session

from data import models
from data.reads import matters
from data.reads.indicator_subjects import reader_of
from grid.area_search import AreaSearch
from grid.areas import Area
from grid.finding import Found, Kind, best, number_of, rank_all, spell, words_of
from grid.principals import Role

_unit, _area, _leader = models.Unit, models.Area, models.Leader
_OWN_AREAS = text("SELECT unnest(access.my_towns() || access.my_counties())")


def areas(session: Session, search: AreaSearch, query: str) -> tuple[Found, ...]:
    """Return the areas that are meant; a town's account is told of its own alone."""
    is_own = _own_areas(session, search)
    found = []
    for rank, area in search.ranked(query):
        path = search.path(area)
        if is_own(path):
            around = " › ".join(one.name for one in path[:-1])
            found.append((rank, Found(Kind.AREA, area.name, around, str(area.id), area.level)))
    return best(found)


def units(session: Session, query: str) -> tuple[Found, ...]:
    """Return the units that are meant by name or by their area's code; who answers is told of own ones."""
    words, own = words_of(query), reader_of(session).own_units()
    statement = (
        select(_unit.id, _unit.name, _area.code, _area.level)
        .outerjoin(_area, _area.id == _unit.area_id)
        .where(or_(_unit.area_id.is_(None), _area.valid_to.is_(None)))
    )
    if own is not None:
        statement = statement.where(own)
    found = []
    for row in session.execute(statement):
        rank = rank_all(words, (spell(row.name),), row.code or "")
        if rank is not None:
            key = row.code or f"d{row.id}"
            found.append((rank, Found(Kind.UNIT, row.name, row.code or "", key, row.level or "")))
    return best(found)


def leaders(session: Session, query: str) -> tuple[Found, ...]:
    """Return the duty holders that are meant by name or post."""
    words, found = words_of(query), []
    for row in session.execute(select(_leader.id, _leader.post, _leader.name)):
        rank = rank_all(words, (spell(row.name or row.post), spell(row.post)))
        if rank is not None:
            post = row.post if row.name else ""
            found.append((rank, Found(Kind.LEADER, row.name or row.post, post, str(row.id))))
    return best(found)


def numbers(session: Session, query: str) -> tuple[Found, ...]:
    """Return the matter of exactly a number, one for those of several sources; never an accusation."""
    number = number_of(query)
    if not number:
        return ()
    petition = matters.petition
    statement = select(petition.matter_no).where(petition.matter_no == number, matters.not_accusation())
    return tuple(Found(Kind.MATTER, one, "", one) for one in session.scalars(statement.limit(1)))


def _own_areas(session: Session, search: AreaSearch) -> Callable[[tuple[Area, ...]], bool]:
    if reader_of(session).role is not Role.TOWN:
        return bool
    own = frozenset(session.scalars(_OWN_AREAS))
    return lambda path: any(area.id in own for area in path)
