"""Drafts of coverage plans: saved under an optimistic lock or discarded, unable to touch a published plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Engine, delete, insert, select, update
from sqlalchemy.orm import Session

from data import models
from data.sessions import writing
from grid.coverage import Assignment, CoveragePlan, PlanState
from grid.principals import Principal
from grid.refusals import Refused


def save_draft(engine: Engine, principal: Principal, plan: CoveragePlan) -> CoveragePlan:
    """Save a draft and return it with its id and new version; a plan with id 0 is a new one.

    Raises ``Refused('plan_not_draft')``, ``Refused('plan_changed_meanwhile')`` when the stored version is not
    the one that the draft was opened with, or ``Refused('plan_unknown')`` when it was discarded meanwhile.
    """
    if plan.state is not PlanState.DRAFT:
        raise Refused("plan_not_draft", plan=plan.id)
    saved: dict[str, int] = {}
    with writing(engine, principal, "save_draft", "coverage_plan", name=plan.name, saved=saved) as session:
        stored = _insert(session, principal, plan) if plan.id == 0 else _update(session, plan)
        session.execute(delete(models.Assignment).where(models.Assignment.plan_id == stored.id))
        if plan.assignments:
            session.execute(insert(models.Assignment), _rows(stored.id, plan.assignments))
        # The audit row is written when the block ends: by then the id and the version are known.
        saved.update(id=stored.id, version=stored.version)
    return stored


def discard_draft(engine: Engine, principal: Principal, plan_id: int) -> None:
    """Delete a draft with its assignments; raises ``Refused('plan_unknown')`` or ``('plan_not_draft')``."""
    table = models.CoveragePlan
    with writing(engine, principal, "discard_draft", "coverage_plan", id=plan_id) as session:
        draft = delete(table).where(table.id == plan_id, table.state == PlanState.DRAFT.value)
        if session.scalars(draft.returning(table.id)).first() is None:
            _refuse(session, plan_id)


def _insert(session: Session, principal: Principal, plan: CoveragePlan) -> CoveragePlan:
    table = models.CoveragePlan
    if plan.base_id is not None and session.get(table, plan.base_id) is None:
        raise Refused("plan_unknown", plan=plan.base_id)
    values = {
        "name": plan.name,
        "state": PlanState.DRAFT.value,
        "valid_from": plan.valid_from,
        "valid_to": plan.valid_to,
        "base_id": plan.base_id,
        "created_by": principal.id,
    }
    plan_id = session.scalars(insert(table).values(**values).returning(table.id)).one()
    return replace(plan, id=plan_id, version=1)


def _update(session: Session, plan: CoveragePlan) -> CoveragePlan:
    table = models.CoveragePlan
    opened = (table.id == plan.id, table.state == PlanState.DRAFT.value, table.version == plan.version)
    raised = update(table).where(*opened).values(name=plan.name, version=table.version + 1)
    version = session.scalars(raised.returning(table.version)).first()
    if version is None:
        _refuse(session, plan.id)
        raise Refused("plan_changed_meanwhile", plan=plan.id)
    return replace(plan, version=version)


def _refuse(session: Session, plan_id: int) -> None:
    """Say why a statement on a draft found none: it is gone, or no draft."""
    state = session.scalars(
        select(models.CoveragePlan.state).where(models.CoveragePlan.id == plan_id)
    ).first()
    if state is None:
        raise Refused("plan_unknown", plan=plan_id)
    if state != PlanState.DRAFT.value:
        raise Refused("plan_not_draft", plan=plan_id)


def _rows(plan_id: int, assignments: Sequence[Assignment]) -> list[dict[str, Any]]:
    return [
        {
            "plan_id": plan_id,
            "unit_id": one.unit_id,
            "leader_id": one.leader_id,
            "kind": one.kind.value,
            "cases": one.cases,
        }
        for one in assignments
    ]
