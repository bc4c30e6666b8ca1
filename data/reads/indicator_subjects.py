"""Whose figures there are: units, areas and leaders by their code, and which of them a reader is told of.

Whoever answers for units (a town's or a unit's account) is told of these alone: of others it would see a part
of the matters, and a part of a number is a wrong number.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, or_, select, text
from sqlalchemy.orm import Session

from data import models
from data.access.roles import GROUPS
from data.reads import coverage, editions
from grid.areas import AreaKind, Level
from grid.ids import LARGEST_ID
from grid.indicators.figures import FigureQuestion, Subject
from grid.principals import Role
from grid.refusals import Refused

_unit, _area = models.Unit, models.Area
_ROLES = {group: role for role, group in GROUPS.items()}
_OWN_AREAS = "(SELECT access.my_towns() || access.my_counties())::bigint[]"
_OWN_UNITS = "(SELECT access.my_units())::bigint[]"
LONGEST_CODE = 40


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads, as the database knows it; ``role`` is none for the program's own work."""

    role: Role | None

    @property
    def is_answerable(self) -> bool:
        """Whether it answers for units and is told of its own alone."""
        return self.role in (Role.TOWN, Role.UNIT)

    def is_recused(self, session: Session) -> bool:
        """Return whether matters are kept from the reader as their own work."""
        recusable = (Role.BUREAU, Role.TOWN, Role.UNIT)
        return self.role in recusable and bool(session.scalar(text("SELECT access.my_recusals() <> '{}'")))

    def is_partly_sighted(self, session: Session) -> bool:
        """Return whether units the reader is told of have matters that it does not see."""
        return self.role is Role.TOWN or self.is_recused(session)

    def own_units(self) -> ColumnElement[bool] | None:
        """Return the condition that a unit is the reader's own, none where all may be seen."""
        if self.role is Role.UNIT:
            return _unit.id == func.any(text(_OWN_UNITS))
        if self.role is Role.TOWN:
            return _unit.area_id == func.any(text(_OWN_AREAS))
        return None


def reader_of(session: Session) -> Reader:
    """Return whose transaction this is."""
    return Reader(_ROLES.get(session.execute(text("SELECT current_user")).scalar_one()))


def refuse_part(session: Session, reader: Reader) -> None:
    """Raise ``Refused('figures_of_part')`` where a count would lack matters kept from the reader."""
    if reader.is_recused(session):
        raise Refused("figures_of_part")


def unit_subjects(
    session: Session, question: FigureQuestion, ids: Iterable[int] | None = None
) -> tuple[Subject, ...]:
    """Return the units that a question is about and the reader may see, by code, departments last.

    Units whose area was gone before the period are left out.
    """
    since = question.period.since
    chosen = _select_units(session).where(or_(_area.valid_to.is_(None), _area.valid_to > since))
    if question.level is not None:
        chosen = chosen.where(_area.level == question.level.value)
    if question.within is not None:
        chosen = chosen.where(_area.id.in_(_areas_within(session, question.within)))
    if ids is not None:
        chosen = chosen.where(_unit.id.in_(list(ids)))
    found = [_of_unit(row) for row in session.execute(chosen)]
    return tuple(sorted(found, key=lambda one: (one.level is None, len(one.code), one.code)))


def find_subject(session: Session, code: str) -> Subject:
    """Return the subject of a code that the reader is told of; raises ``Refused('subject_unknown')``."""
    match = re.fullmatch(r"([adl]?)([0-9A-Za-z]+)", code[:LONGEST_CODE])
    found = None
    if match is not None:
        kind, rest = match.groups()
        if kind in ("d", "l"):
            find = _department if kind == "d" else _leader
            found = find(session, int(rest)) if rest.isdecimal() and int(rest) <= LARGEST_ID else None
        else:
            found = (_area_alone(session, rest) if kind else _unit_of(session, rest)) or _area_alone(
                session, code
            )
    if found is None:
        raise Refused("subject_unknown")
    return found


def may_see(session: Session, subject: Subject, reader: Reader) -> bool:
    """Return whether a reader is told of a subject: units and towns of their own units and areas alone."""
    if not reader.is_answerable:
        return True
    if subject.unit_id is not None:
        return session.execute(_select_units(session).where(_unit.id == subject.unit_id)).first() is not None
    if subject.area_id is not None and reader.role is Role.TOWN:
        towns = select(_area.id).where(_area.id == func.any(text(_OWN_AREAS)))
        return session.scalar(towns.where(_area.id == subject.area_id)) is not None
    return False


def units_of_leader(session: Session, leader_id: int, on: date) -> tuple[int, ...]:
    """Return the units that a leader answers for by the published plan in force on a day."""
    book = coverage.published_book(session, on)
    held = () if book is None else book.plan.assignments
    return tuple(dict.fromkeys(one.unit_id for one in held if one.leader_id == leader_id))


def breaks_of(session: Session, subjects: Iterable[Subject]) -> dict[Level | None, tuple[date, ...]]:
    """Return the days on which boundaries changed, by level of the subjects; departments have none."""
    levels = {subject.level for subject in subjects}
    return {level: () if level is None else editions.breaks(session, level) for level in levels}


def _select_units(session: Session) -> Select[*tuple[Any, ...]]:
    chosen = select(_unit.id, _unit.name, _unit.area_id, _area.code, _area.level).outerjoin(
        _area, _area.id == _unit.area_id
    )
    own = reader_of(session).own_units()
    return chosen if own is None else chosen.where(own)


def _unit_of(session: Session, code: str) -> Subject | None:
    """Return the unit of the area with a code: of today's edition, else of the latest that had it."""
    found = _select_units(session).where(_area.code == code)
    row = session.execute(found.order_by(_area.valid_to.desc().nulls_first(), _area.id).limit(1)).first()
    return None if row is None else _of_unit(row)


def _department(session: Session, unit_id: int) -> Subject | None:
    found = _select_units(session).where(_unit.id == unit_id, _unit.area_id.is_(None))
    row = session.execute(found).first()
    return None if row is None else _of_unit(row)


def _leader(session: Session, leader_id: int) -> Subject | None:
    if reader_of(session).is_answerable:
        return None
    one = models.Leader
    row = session.execute(select(one.post, one.name).where(one.id == leader_id)).first()
    return row and Subject(None, None, leader_id, row.name or row.post, f"l{leader_id}", None)


def _area_alone(session: Session, code: str) -> Subject | None:
    chosen = select(_area.id, _area.name, _area.level).where(_area.code == code)
    row = session.execute(chosen.order_by(_area.valid_to.desc().nulls_first(), _area.id).limit(1)).first()
    return row and Subject(None, row.id, None, row.name, f"a{code}", Level(row.level))


def _of_unit(row: Row[*tuple[Any, ...]]) -> Subject:
    code = row.code if row.code is not None else f"d{row.id}"
    return Subject(row.id, row.area_id, None, row.name, code, row.level and Level(row.level))


def _areas_within(session: Session, area_id: int) -> list[int]:
    """Return an area and all below it; the city's are all."""
    level = session.scalar(select(_area.level).where(_area.id == area_id))
    if level == Level.CITY.value:
        return list(session.scalars(select(_area.id).where(_area.kind == AreaKind.REGULAR.value)))
    rows = session.execute(
        text(
            "WITH RECURSIVE below (id) AS (SELECT cast(:id AS bigint)"
            " UNION SELECT a.id FROM area a JOIN below b ON a.parent_id = b.id) SELECT id FROM below"
        ),
        {"id": area_id},
    )
    return list(rows.scalars())
