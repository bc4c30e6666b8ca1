"""Drafts of coverage plans: saved under an optimistic lock or discarded, unable to touch a published plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import date
from typing import Any

from sqlalchemy import Engine, delete, exists, insert, select
from sqlalchemy.orm import Session

from data import models
from data.sessions import writing
from grid.audits import Action
from grid.coverage import Assignment, CoveragePlan, PlanState
from grid.ids import LARGEST_ID
from grid.planning import PlanStepKind, read_name
from grid.principals import Principal
from grid.refusals import Refused

_CHANGES_DATA = False
"""A draft is nobody's number yet: no shared view need look again, and nothing be published anew."""
_CHANGEABLE = (PlanState.DRAFT.value, PlanState.PROPOSED.value)
_LARGEST_INTEGER = 2**31 - 1
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
        _write_rows(session, stored)
        note_step(session, principal, stored.id, PlanStepKind.SAVE)
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
        lock_draft(session, plan_id, version)
        if session.scalar(select(exists().where(table.base_id == plan_id))):
            raise Refused("plan_has_drafts", plan=plan_id)
        session.execute(delete(table).where(table.id == plan_id))


def note_step(
    session: Session,
    principal: Principal,
    plan_id: int,
    kind: PlanStepKind,
    *,
    on: date | None = None,
    words: str = "",
) -> None:
    """Write down a step of a plan's life."""
    values = {"plan_id": plan_id, "kind": kind.value, "on_day": on, "words": words}
    who = {"principal": principal.id, "official": principal.label or principal.id}
    session.execute(insert(models.PlanStep).values(**values, **who))


def find(session: Session, plan_id: int, *, lock: bool = False) -> models.CoveragePlan:
    """Return a plan, which nobody else can change meanwhile where it is locked.

    Raises ``Refused('plan_unknown')``, or ``('plan_changed_meanwhile')`` for one that is seen but no longer
    this principal's to change.
    """
    known = 0 < plan_id <= LARGEST_ID
    plan = session.get(models.CoveragePlan, plan_id) if known else None
    if plan is None:
        raise Refused("plan_unknown", plan=plan_id)
    # What is published cannot be locked by a planner, and need not be: whoever asks refuses it for its state.
    if lock and plan.state in _CHANGEABLE:
        locked = session.get(models.CoveragePlan, plan_id, with_for_update=True, populate_existing=True)
        if locked is None:
            raise Refused("plan_changed_meanwhile", plan=plan_id)
    return plan


def _write_rows(session: Session, plan: CoveragePlan) -> None:
    """Write a draft's assignments and rules in place of those it had."""
    for table in (models.Assignment, models.PlanRule):
        session.execute(delete(table).where(table.plan_id == plan.id))
    if plan.assignments:
        session.execute(insert(models.Assignment), _rows(plan.id, plan.assignments))
    if plan.rules:
        rules = [{"plan_id": plan.id, **asdict(rule), "kind": rule.kind.value} for rule in plan.rules]
        session.execute(insert(models.PlanRule), rules)


def _insert(session: Session, principal: Principal, plan: CoveragePlan) -> CoveragePlan:
    table = models.CoveragePlan
    if plan.base_id is not None and find(session, plan.base_id).state not in _ONCE_PUBLISHED:
        raise Refused("plan_base_unusable", plan=plan.base_id)
    values = {
        "name": plan.name,
        "state": PlanState.DRAFT.value,
        "valid_from": plan.valid_from,
        "valid_to": plan.valid_to,
        "base_id": plan.base_id,
        "created_by": principal.id,
        "formula": _formula(session, plan),
    }
    plan_id = session.scalars(insert(table).values(**values).returning(table.id)).one()
    return replace(plan, id=plan_id, version=1)


def _update(session: Session, plan: CoveragePlan) -> CoveragePlan:
    draft = lock_draft(session, plan.id, plan.version)
    if draft.base_id != plan.base_id:
        raise Refused("plan_base_unusable", plan=plan.id)
    draft.name, draft.formula, draft.version = plan.name, _formula(session, plan), draft.version + 1
    return replace(plan, version=draft.version)


def lock_draft(session: Session, plan_id: int, version: int) -> models.CoveragePlan:
    """Return a draft that is as it was seen and that nobody else can change meanwhile."""
    draft = find(session, plan_id, lock=True)
    if draft.state != PlanState.DRAFT.value:
        raise Refused("plan_not_draft", plan=plan_id)
    if draft.version != version:
        raise Refused("plan_changed_meanwhile", plan=plan_id)
    return draft


def _formula(session: Session, plan: CoveragePlan) -> int:
    known = exists().where(models.WorkloadFormula.version == plan.formula)
    if not 0 < plan.formula <= _LARGEST_INTEGER or not session.scalar(select(known)):
        raise Refused("plan_formula_unknown", formula=plan.formula)
    return plan.formula


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
