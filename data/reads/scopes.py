"""Which areas and units a scope names, and how the names of a stored one read."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from data import models
from grid.accounts import ScopePart
from grid.areas import AreaKind, Level
from grid.refusals import Refused


def find_areas(session: Session, codes: Iterable[str], levels: Collection[Level]) -> list[int]:
    """Return the ids of areas valid today by code.

    Raises ``Refused``: ``area_code_unknown``, ``area_code_ambiguous``, or ``area_level_wrong`` for an area
    that is of none of the levels, or a functional one, by which nobody's scope is worked out.
    """
    return [_find_area(session, code, levels) for code in dict.fromkeys(codes)]


def find_units(session: Session, names: Iterable[str]) -> list[int]:
    """Return the ids of units by name, or by the code of their area.

    Raises ``Refused('unit_unknown')`` or ``Refused('unit_ambiguous')``.
    """
    return list(dict.fromkeys(_find_unit(session, name) for name in dict.fromkeys(names)))


def area_parts(session: Session, area_ids: Collection[int]) -> dict[int, ScopePart]:
    """Return areas, also former ones, by id."""
    area = models.Area
    rows = session.execute(select(area.id, area.code, area.name).where(area.id.in_(area_ids)))
    return {row.id: ScopePart(row.code, row.name) for row in rows}


def unit_parts(session: Session, unit_ids: Collection[int]) -> dict[int, ScopePart]:
    """Return units by id."""
    unit, area = models.Unit, models.Area
    rows = session.execute(
        select(unit.id, unit.name, area.code)
        .outerjoin(area, area.id == unit.area_id)
        .where(unit.id.in_(unit_ids))
    )
    return {row.id: ScopePart(row.code or row.name, row.name) for row in rows}


def _find_area(session: Session, code: str, levels: Collection[Level]) -> int:
    area = models.Area
    rows = session.execute(
        select(area.id, area.level, area.kind).where(area.code == code, area.valid_to.is_(None))
    ).all()
    if not rows:
        raise Refused("area_code_unknown", area=code[:40])
    found = [row.id for row in rows if row.level in levels and row.kind == AreaKind.REGULAR]
    if not found:
        raise Refused("area_level_wrong", area=code[:40])
    if len(found) > 1:
        raise Refused("area_code_ambiguous", area=code[:40])
    return int(found[0])


def _find_unit(session: Session, name: str) -> int:
    unit, area = models.Unit, models.Area
    is_named = or_(unit.name == name, (area.code == name) & area.valid_to.is_(None))
    found = session.scalars(
        select(unit.id).outerjoin(area, area.id == unit.area_id).where(is_named).limit(2)
    ).all()
    if not found:
        raise Refused("unit_unknown", name=name[:60])
    if len(found) > 1:
        raise Refused("unit_ambiguous", name=name[:60])
    return found[0]
