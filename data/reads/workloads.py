"""Workloads as the worker counted them, and the versions of the formula that weighs them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from data import models
from grid.refusals import Refused
from grid.workloads import Formula, UnitMeasures, Weights

NAME = "workload"
"""Of its row in ``derived_state``."""
_LARGEST_VERSION = 2**31 - 1


def counted_as_of(session: Session) -> date | None:
    """Return the day as of which workloads were counted, none where they never were."""
    state = models.DerivedState
    return session.scalar(select(state.as_of).where(state.name == NAME))


def unit_measures(session: Session, unit_ids: Collection[int]) -> dict[int, UnitMeasures]:
    """Return what each unit and all below it have on their hands, and its residents; ``cases`` are 0."""
    unit, area, counted = models.Unit, models.Area, models.UnitWorkload
    rows = session.execute(
        select(
            unit.id,
            func.coalesce(counted.open, 0),
            func.coalesce(counted.overdue, 0),
            func.coalesce(counted.due_soon, 0),
            func.coalesce(area.population, 0),
        )
        .outerjoin(counted, counted.unit_id == unit.id)
        .outerjoin(area, area.id == unit.area_id)
        .where(unit.id.in_(unit_ids))
    )
    return {
        unit_id: UnitMeasures(0, open_, overdue, soon, people)
        for unit_id, open_, overdue, soon, people in rows
    }


def formulas(session: Session) -> tuple[Formula, ...]:
    """Return every version of the formula, the newest first."""
    table = models.WorkloadFormula
    return tuple(_formula(row) for row in session.scalars(select(table).order_by(table.version.desc())))


def formula(session: Session, version: int) -> Formula:
    """Return one version of the formula; raises ``Refused('plan_formula_unknown')``."""
    table = models.WorkloadFormula
    known = 0 < version <= _LARGEST_VERSION
    row = session.scalars(select(table).where(table.version == version)).one_or_none() if known else None
    if row is None:
        raise Refused("plan_formula_unknown", formula=version)
    return _formula(row)


def _formula(row: models.WorkloadFormula) -> Formula:
    weights = Weights(row.cases, row.open, row.overdue, row.due_soon, row.population)
    return Formula(row.version, row.name, row.valid_from, weights)
