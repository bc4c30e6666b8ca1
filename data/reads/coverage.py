"""Coverage plans as the domain knows them: one plan with its units, leaders and borders, and the drafts.

What is read here is for every screen; what planning needs besides is in ``data.reads.planning_books``.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from data import models
from grid.coverage import (
    Assignment,
    AssignmentKind,
    CoverageBook,
    CoveragePlan,
    Leader,
    PlanRule,
    PlanState,
    RuleKind,
    Unit,
    UnitKind,
)
from grid.refusals import Refused


def published_book(session: Session, on: date) -> CoverageBook | None:
    """Return the published plan in force on a day, the latest begun where several are, or none."""
    plan = models.CoveragePlan
    in_force = and_(plan.valid_from <= on, or_(plan.valid_to.is_(None), plan.valid_to > on))
    newest_first = (plan.valid_from.desc(), plan.id.desc())
    published = select(plan).where(plan.state == PlanState.PUBLISHED.value, in_force)
    row = session.scalars(published.order_by(*newest_first).limit(1)).first()
    return None if row is None else _book(session, row)


def plan_book(session: Session, plan_id: int) -> CoverageBook:
    """Return any plan with its units, leaders and borders; raises ``Refused('plan_unknown')``.

    Units and leaders of the plan that it started from are there too, so that a leader who gave everything
    away can be given something again.
    """
    row = session.get(models.CoveragePlan, plan_id)
    if row is None:
        raise Refused("plan_unknown", plan=plan_id)
    return _book(session, row)


def drafts(session: Session) -> tuple[CoveragePlan, ...]:
    """Return the drafts with their assignments and rules, newest first."""
    newest = models.CoveragePlan.created_at.desc(), models.CoveragePlan.id.desc()
    rows = session.scalars(
        select(models.CoveragePlan)
        .where(models.CoveragePlan.state == PlanState.DRAFT.value)
        .order_by(*newest)
    ).all()
    ids = [row.id for row in rows]
    assignments, rules = _assignments(session, ids), rules_of(session, ids)
    return tuple(replace(_plan(row, assignments[row.id]), rules=rules[row.id]) for row in rows)


def rules_of(session: Session, plan_ids: Collection[int]) -> dict[int, tuple[PlanRule, ...]]:
    """Return what is demanded of plans, in the order in which it was; nobody but planners may ask."""
    table = models.PlanRule
    found: dict[int, list[PlanRule]] = {plan_id: [] for plan_id in plan_ids}
    for one in session.scalars(select(table).where(table.plan_id.in_(plan_ids)).order_by(table.id)):
        rule = PlanRule(RuleKind(one.kind), one.unit_id, one.leader_id, one.other_id, one.value)
        found[one.plan_id].append(rule)
    return {plan_id: tuple(rules) for plan_id, rules in found.items()}


def borders_among(session: Session, unit_ids: Collection[int] | Select[int]) -> frozenset[tuple[int, int]]:
    """Return the pairs among some units whose areas share a border, as (smaller id, larger id)."""
    one, other, border = aliased(models.Unit), aliased(models.Unit), models.AreaBorder
    pairs = session.execute(
        select(func.least(one.id, other.id), func.greatest(one.id, other.id))
        .select_from(border)
        .join(one, one.area_id == border.area_id)
        .join(other, other.area_id == border.neighbour_id)
        .where(one.id.in_(unit_ids), other.id.in_(unit_ids))
    )
    return frozenset((smaller, larger) for smaller, larger in pairs)


def _book(session: Session, row: models.CoveragePlan) -> CoverageBook:
    plan_ids = [row.id] if row.base_id is None else [row.base_id, row.id]
    return CoverageBook(
        plan=_plan(row, _assignments(session, [row.id])[row.id]),
        units=_units(session, plan_ids),
        leaders=_leaders(session, plan_ids),
        borders=borders_among(session, _units_named(plan_ids)),
    )


def _plan(row: models.CoveragePlan, assignments: tuple[Assignment, ...]) -> CoveragePlan:
    return CoveragePlan(
        id=row.id,
        name=row.name,
        state=PlanState(row.state),
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        version=row.version,
        base_id=row.base_id,
        assignments=assignments,
        formula=row.formula,
    )


def _assignments(session: Session, plan_ids: Collection[int]) -> dict[int, tuple[Assignment, ...]]:
    table = models.Assignment
    found: dict[int, list[Assignment]] = {plan_id: [] for plan_id in plan_ids}
    for one in session.scalars(select(table).where(table.plan_id.in_(plan_ids)).order_by(table.id)):
        kind = AssignmentKind(one.kind)
        found[one.plan_id].append(Assignment(one.unit_id, one.leader_id, kind, one.cases))
    return {plan_id: tuple(rows) for plan_id, rows in found.items()}


def _units(session: Session, plan_ids: Collection[int]) -> tuple[Unit, ...]:
    table = models.Unit
    ids = _named(session, models.Assignment.unit_id, plan_ids)
    found = {one.id: one for one in session.scalars(select(table).where(table.id.in_(ids)))}
    return tuple(Unit(one, found[one].name, UnitKind(found[one].kind), found[one].area_id) for one in ids)


def _leaders(session: Session, plan_ids: Collection[int]) -> tuple[Leader, ...]:
    table = models.Leader
    ids = _named(session, models.Assignment.leader_id, plan_ids)
    found = {one.id: one for one in session.scalars(select(table).where(table.id.in_(ids)))}
    return tuple(Leader(one, found[one].post, found[one].name) for one in ids)


def _named(
    session: Session,
    column: InstrumentedAttribute[int] | InstrumentedAttribute[int | None],
    plan_ids: Collection[int],
) -> list[int]:
    """Return the ids that plans name in a column, in the order of the source: the first plan's rows first."""
    table = models.Assignment
    named = select(column).where(table.plan_id.in_(plan_ids), column.is_not(None))
    in_order = named.group_by(column).order_by(func.min(table.id))
    return [one for one in session.scalars(in_order) if one is not None]


def _units_named(plan_ids: Collection[int]) -> Select[int]:
    return select(models.Assignment.unit_id).where(models.Assignment.plan_id.in_(plan_ids))
