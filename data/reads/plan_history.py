"""The history of coverage plans: every plan with its steps and days, and what it names; bars of leaders."""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import select
from sqlalchemy.orm import Session

from data import models
from data.reads import city
from grid.coverage import (
    Assignment,
    AssignmentKind,
    Bar,
    BarReason,
    CoveragePlan,
    Leader,
    PlanState,
    Unit,
    UnitKind,
)
from grid.planning.history import PlanHistory
from grid.planning.lifecycle import PlanStep, PlanStepKind


def plans(session: Session) -> tuple[CoveragePlan, ...]:
    """Return all plans with their assignments, the newest made first."""
    table, each = models.CoveragePlan, models.Assignment
    found: dict[int, list[Assignment]] = defaultdict(list)
    for row in session.scalars(select(each).order_by(each.id)):
        one = Assignment(row.unit_id, row.leader_id, AssignmentKind(row.kind), row.cases)
        found[row.plan_id].append(one)
    rows = session.scalars(select(table).order_by(table.created_at.desc(), table.id.desc()))
    return tuple(
        CoveragePlan(
            row.id, row.name, PlanState(row.state), row.valid_from, row.valid_to, row.version, row.base_id,
            tuple(found[row.id]), formula=row.formula,
        )
        for row in rows
    )  # fmt: skip


def steps(session: Session, plan_id: int) -> tuple[PlanStep, ...]:
    """Return the steps of a plan's life in their order."""
    return _steps(session, plan_id).get(plan_id, ())


def history(session: Session) -> PlanHistory:
    """Return all plans with their steps, their units and leaders, and the units above each."""
    every = plans(session)
    units = _units(session, {one.unit_id for plan in every for one in plan.assignments})
    return PlanHistory(
        today=city.today(session),
        plans=every,
        steps=_steps(session),
        units=units,
        leaders=leaders(session),
        counties=_counties(session, units),
    )


def leaders(session: Session) -> tuple[Leader, ...]:
    """Return every leader whom the city knows."""
    table = models.Leader
    return tuple(
        Leader(one.id, one.post, one.name) for one in session.scalars(select(table).order_by(table.id))
    )


def bars(session: Session) -> tuple[Bar, ...]:
    """Return the bars that hold or will hold, and not those that are over, the newest first."""
    table, today = models.LeaderBar, city.today(session)
    lasting = table.valid_to.is_(None) | ((table.valid_to > today) & (table.valid_to > table.valid_from))
    rows = session.scalars(select(table).where(lasting).order_by(table.id.desc()))
    return tuple(
        Bar(
            one.id, one.leader_id, one.unit_id, BarReason(one.reason), one.words, one.valid_from, one.valid_to
        )
        for one in rows
    )


def _steps(session: Session, plan_id: int | None = None) -> dict[int, tuple[PlanStep, ...]]:
    table = models.PlanStep
    wanted = select(table).order_by(table.id)
    found: dict[int, list[PlanStep]] = defaultdict(list)
    for one in session.scalars(wanted if plan_id is None else wanted.where(table.plan_id == plan_id)):
        step = PlanStep(PlanStepKind(one.kind), one.on_day, one.words, one.official, one.created_at)
        found[one.plan_id].append(step)
    return {plan: tuple(rows) for plan, rows in found.items()}


def _units(session: Session, unit_ids: set[int]) -> tuple[Unit, ...]:
    table = models.Unit
    rows = session.scalars(select(table).where(table.id.in_(unit_ids)).order_by(table.id))
    return tuple(Unit(one.id, one.name, UnitKind(one.kind), one.area_id) for one in rows)


def _counties(session: Session, units: tuple[Unit, ...]) -> dict[int, tuple[int, ...]]:
    """Return for each unit of an area the units of the areas above it, the nearest first."""
    area = models.Area
    by_area = {unit.area_id: unit.id for unit in units if unit.area_id is not None}
    parents: dict[int, int | None] = {}
    wanted = set(by_area)
    while wanted:
        rows = session.execute(select(area.id, area.parent_id).where(area.id.in_(wanted))).all()
        parents |= {row.id: row.parent_id for row in rows}
        wanted = {row.parent_id for row in rows if row.parent_id is not None} - parents.keys()
    return {unit: above for at, unit in by_area.items() if (above := _above(at, parents, by_area))}


def _above(area_id: int, parents: dict[int, int | None], by_area: dict[int, int]) -> tuple[int, ...]:
    found, at = [], parents.get(area_id)
    while at is not None:
        if at in by_area:
            found.append(by_area[at])
        at = parents.get(at)
    return tuple(found)
