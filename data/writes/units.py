"""Responsible units: read for matching, departments made when an import names a new one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import insert, select
from sqlalchemy.orm import Session, aliased

from data import models
from grid.areas import AreaKind
from grid.coverage import UnitKind


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit with what its area is called; ``area_id`` and the rest are none or "" for a department."""

    id: int
    name: str
    area_id: int | None = None
    level: str = ""
    kind: str = ""
    code: str = ""
    parent_name: str = ""

    @property
    def functional(self) -> bool:
        """Whether its area lies over the tree (功能区)."""
        return self.kind == AreaKind.FUNCTIONAL.value


def read_units(session: Session) -> Iterator[UnitRow]:
    """Yield departments and the units of areas in force."""
    unit, area, parent = models.Unit, models.Area, aliased(models.Area)
    statement = (
        select(unit.id, unit.name, unit.area_id, area.level, area.kind, area.code, parent.name)
        .outerjoin(area, area.id == unit.area_id)
        .outerjoin(parent, parent.id == area.parent_id)
        .where(area.valid_to.is_(None))
        .order_by(unit.id)
    )
    for row in session.execute(statement):
        yield UnitRow(row[0], row[1], row[2], *(value or "" for value in row[3:]))


def create_department(session: Session, name: str) -> UnitRow:
    """Insert a department and return it."""
    row = {"name": name, "kind": UnitKind.DEPARTMENT.value}
    unit_id = session.execute(insert(models.Unit).values(**row).returning(models.Unit.id)).scalar_one()
    return UnitRow(unit_id, name)
