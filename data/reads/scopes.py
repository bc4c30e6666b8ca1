"""Which areas and units a scope names or may name, and how the names of a stored one read."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.orm import Session, aliased

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
    named = _select_areas().where(_AREA.id.in_(area_ids))
    return {row.id: ScopePart(row.code, row.name) for row in session.execute(named)}


def unit_parts(session: Session, unit_ids: Collection[int]) -> dict[int, ScopePart]:
    """Return units by id."""
    named = _select_units().where(models.Unit.id.in_(unit_ids))
    return {row.id: ScopePart(row.code or row.own_name, row.name) for row in session.execute(named)}


def search_areas(session: Session, words: str, levels: Collection[Level], limit: int) -> list[ScopePart]:
    """Return areas valid today whose name, with those above it, or code has all words; wide ones first."""
    found = _select_areas().where(
        _AREA.valid_to.is_(None), _AREA.level.in_(levels), _AREA.kind == AreaKind.REGULAR.value,
        *(_has(word, _AREA_NAME, _AREA.code) for word in words.split()),
    ).order_by(func.length(_AREA.code), _AREA.code).limit(limit)  # fmt: skip
    return [ScopePart(row.code, row.name) for row in session.execute(found)]


def search_units(session: Session, words: str, limit: int) -> list[ScopePart]:
    """Return units whose name, with the county of a town's, or area code has all words."""
    found = _select_units().where(*(_has(word, _UNIT_NAME, _UNIT_AREA.code) for word in words.split()))
    rows = session.execute(found.order_by(_UNIT_NAME).limit(limit))
    return [ScopePart(row.code or row.own_name, row.name) for row in rows]


_AREA = aliased(models.Area)
_ABOVE, _TWO_ABOVE, _THREE_ABOVE = aliased(models.Area), aliased(models.Area), aliased(models.Area)
_UNIT_AREA, _UNIT_COUNTY = aliased(models.Area), aliased(models.Area)


def _name_below_city(area: Any) -> ColumnElement[str]:
    return case((area.level == Level.CITY.value, ""), else_=area.name)


_AREA_NAME = func.concat(
    _name_below_city(_THREE_ABOVE), _name_below_city(_TWO_ABOVE), _name_below_city(_ABOVE), _AREA.name
)
"""A grid's own name, such as 第1网格, tells nothing without those above it."""
_UNIT_NAME = func.concat(
    case((_UNIT_AREA.level == Level.TOWN.value, _UNIT_COUNTY.name), else_=""), models.Unit.name
)
"""Towns of two counties may have one name."""


def _select_areas() -> Select[int, str, str]:
    return (
        select(_AREA.id, _AREA.code, _AREA_NAME.label("name"))
        .outerjoin(_ABOVE, _ABOVE.id == _AREA.parent_id)
        .outerjoin(_TWO_ABOVE, _TWO_ABOVE.id == _ABOVE.parent_id)
        .outerjoin(_THREE_ABOVE, _THREE_ABOVE.id == _TWO_ABOVE.parent_id)
    )


def _select_units() -> Select[int, str, str, str]:
    unit = models.Unit
    return (
        select(unit.id, unit.name.label("own_name"), _UNIT_AREA.code, _UNIT_NAME.label("name"))
        .outerjoin(_UNIT_AREA, _UNIT_AREA.id == unit.area_id)
        .outerjoin(_UNIT_COUNTY, _UNIT_COUNTY.id == _UNIT_AREA.parent_id)
    )


def _has(word: str, name: ColumnElement[str], code: Any) -> ColumnElement[bool]:
    return or_(name.icontains(word, autoescape=True), code.startswith(word, autoescape=True))


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
