"""Drafts of coverage plans: saved under an optimistic lock or discarded, unable to touch a published plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Engine, delete, exists, insert, select
from sqlalchemy.orm import Session

from data import models
from data.sessions import writing
from grid.audits import Action
from grid.coverage import Assignment, CoveragePlan, PlanState
from grid.ids import LARGEST_ID
from grid.planning import read_name
from grid.principals import Principal
from grid.refusals import Refused

_CHANGES_DATA = False
"""A draft is nobody's number yet: no shared view need look again, and nothing be published anew."""
_ONCE_PUBLISHED = (PlanState.PUBLISHED.value, PlanState.RETIRED.value)


def save_draft(engine: Engine, principal: Principal, plan: CoveragePlan) -> CoveragePlan:
    """Save a draft and return it with its id and new version; a plan with id 0 is a new one.

    Raises ``Refused('plan_not_draft')``, ``Refused('plan_changed_meanwhile')`` when the stored version is not
    the one that the draft was opened with, ``Refused('plan_unknown')`` when it was discarded meanwhile,
    ``Refused('plan_base_unusable')`` when its base is another than before or was never published, or what
    ``grid.planning.read_name`` raises.
    """
    if plan.state is not PlanState.DRAFT:
        raise Refused("plan_not_draft", plan=plan.id)
    plan = replace(plan, name=read_name(plan.name))
    saved: dict[str, int] = {}
    with writing(
        engine, principal, Action.PLAN_SAVE, "coverage_plan",
        changes_data=_CHANGES_DATA, name=plan.name, saved=saved,
    ) as session:  # fmt: skip
        stored = _insert(session, principal, plan) if plan.id == 0 else _update(session, plan)
        session.execute(delete(models.Assignment).where(models.Assignment.plan_id == stored.id))
        if plan.assignments:
            session.execute(insert(models.Assignment), _rows(stored.id, plan.assignments))
        # The audit row is written when the block ends: by then the id and the version are known.
        saved.update(id=stored.id, version=stored.version)
    return stored


def discard_draft(engine: Engine, principal: Principal, plan_id: int, version: int) -> None:
    """Delete a draft with its assignments, as it was seen in ``version``.

    Raises ``Refused('plan_unknown')``, ``('plan_not_draft')``, ``('plan_changed_meanwhile')`` when another
    saved it since, or ``('plan_has_drafts')`` when other drafts start from it.
    """
    table = models.CoveragePlan
    with writing(
        engine, principal, Action.PLAN_DISCARD, "coverage_plan", changes_data=_CHANGES_DATA, id=plan_id
    ) as session:
        _lock_draft(session, plan_id, version)
        if session.scalar(select(exists().where(table.base_id == plan_id))):
            raise Refused("plan_has_drafts", plan=plan_id)
        session.execute(delete(table).where(table.id == plan_id))


def _insert(session: Session, principal: Principal, plan: CoveragePlan) -> CoveragePlan:
    table = models.CoveragePlan
    if plan.base_id is not None and _find(session, plan.base_id).state not in _ONCE_PUBLISHED:
        raise Refused("plan_base_unusable", plan=plan.base_id)
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
    draft = _lock_draft(session, plan.id, plan.version)
    if draft.base_id != plan.base_id:
        raise Refused("plan_base_unusable", plan=plan.id)
    draft.name, draft.version = plan.name, draft.version + 1
    return replace(plan, version=draft.version)


def _lock_draft(session: Session, plan_id: int, version: int) -> models.CoveragePlan:
    """Return a draft that is as it was seen and that nobody else can change meanwhile."""
    draft = _find(session, plan_id, lock=True)
    if draft.state != PlanState.DRAFT.value:
        raise Refused("plan_not_draft", plan=plan_id)
    if draft.version != version:
        raise Refused("plan_changed_meanwhile", plan=plan_id)
    return draft


def _find(session: Session, plan_id: int, *, lock: bool = False) -> models.CoveragePlan:
    known = 0 < plan_id <= LARGEST_ID
    plan = session.get(models.CoveragePlan, plan_id, with_for_update=lock) if known else None
    if plan is None:
        raise Refused("plan_unknown", plan=plan_id)
    return plan


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
