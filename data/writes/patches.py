"""Patch plans of towns: drafts under an optimistic lock, proposed by a planner, published by an approver."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Engine, delete, func, insert, select
from sqlalchemy.orm import Session

from data import models
from data.reads import patches
from data.sessions import writing
from grid.audits import Action
from grid.coverage import PlanState
from grid.ids import LARGEST_ID
from grid.patches.town import PatchPlan
from grid.planning import read_name
from grid.principals import Principal
from grid.refusals import Refused

_SUBJECT = "patch_plan"
_CHANGES_DATA = False
"""No shared view shows who has which grid; a worker's own page asks anew each time."""


def save_draft(engine: Engine, principal: Principal, plan: PatchPlan) -> tuple[int, int]:
    """Save a draft and return its id and version; a plan with id 0 is a new one.

    Raises ``Refused``: ``patches_unknown``, ``patches_not_draft``, ``patches_changed_meanwhile``,
    ``patches_grid_elsewhere`` for a grid that is not the town's, ``patches_worker_unknown`` for an account to
    which no grid of it may be given, ``town_unknown``, or what ``grid.planning.read_name`` raises.
    """
    name, saved = read_name(plan.name), dict[str, int]()
    with writing(
        engine, principal, Action.PATCHES_SAVE, _SUBJECT,
        changes_data=_CHANGES_DATA, town=plan.town_id, name=name, saved=saved,
    ) as session:  # fmt: skip
        _check_holders(session, plan.town_id, plan.holders)
        if plan.id:
            draft = _lock(session, plan.id, plan.version, PlanState.DRAFT)
            if draft.town_id != plan.town_id:
                raise Refused("patches_unknown", plan=plan.id)
            draft.name, draft.version = name, draft.version + 1
            session.flush()
            saved |= {"id": draft.id, "version": draft.version}
        else:
            saved |= {"id": _insert(session, principal, plan.town_id, name), "version": 1}
        _write_holders(session, saved["id"], plan.holders)
    return saved["id"], saved["version"]


def discard_draft(engine: Engine, principal: Principal, plan_id: int, version: int) -> None:
    """Delete a draft as it was seen; raises what ``save_draft`` raises of a draft."""
    with writing(
        engine, principal, Action.PATCHES_DISCARD, _SUBJECT, changes_data=_CHANGES_DATA, id=plan_id
    ) as session:
        _lock(session, plan_id, version, PlanState.DRAFT)
        session.execute(delete(models.PatchPlan).where(models.PatchPlan.id == plan_id))


def propose(engine: Engine, principal: Principal, plan_id: int, version: int) -> None:
    """Propose a draft; raises what ``save_draft`` raises of one, or ``Refused('patches_incomplete')``.

    A proposal gives every grid of the town to a worker of it, and so can be published as it is.
    """
    with writing(
        engine, principal, Action.PATCHES_PROPOSE, _SUBJECT, changes_data=_CHANGES_DATA, id=plan_id
    ) as session:
        draft = _lock(session, plan_id, version, PlanState.DRAFT)
        _check_complete(session, plan_id, draft.town_id)
        draft.state, draft.version = PlanState.PROPOSED.value, version + 1
        draft.proposed_by = principal.id


def withdraw(engine: Engine, principal: Principal, plan_id: int, version: int) -> None:
    """Take a proposal back to a draft; raises ``Refused('patches_not_proposed')`` and the like."""
    with writing(
        engine, principal, Action.PATCHES_WITHDRAW, _SUBJECT, changes_data=_CHANGES_DATA, id=plan_id
    ) as session:
        plan = _lock(session, plan_id, version, PlanState.PROPOSED)
        plan.state, plan.version, plan.proposed_by = PlanState.DRAFT.value, version + 1, None


def send_back(engine: Engine, principal: Principal, plan_id: int, version: int) -> None:
    """Return a proposal to its planner; an approver's."""
    with writing(
        engine, principal, Action.PATCHES_RETURN, _SUBJECT, changes_data=_CHANGES_DATA, id=plan_id
    ) as session:
        _see(session, plan_id, version, PlanState.PROPOSED)
        session.execute(select(func.access.return_patches(plan_id, version)))


def publish(engine: Engine, principal: Principal, plan_id: int, version: int) -> None:
    """Put a proposal of somebody else in force: scopes of the town's grid workers become what it says.

    Raises ``Refused``: ``patches_not_proposed``, ``patches_changed_meanwhile``, ``patches_incomplete`` where
    grids or workers have changed since, ``patches_own_proposal``, or ``not_allowed``.
    """
    with writing(
        engine, principal, Action.PATCHES_PUBLISH, _SUBJECT, changes_data=_CHANGES_DATA, id=plan_id
    ) as session:
        plan = _see(session, plan_id, version, PlanState.PROPOSED)
        if principal.id in {plan.created_by, plan.proposed_by}:
            raise Refused("patches_own_proposal", plan=plan_id)
        _check_complete(session, plan_id, plan.town_id)
        session.execute(select(func.access.publish_patches(plan_id, version)))


def _insert(session: Session, principal: Principal, town_id: int, name: str) -> int:
    table = models.PatchPlan
    values = {
        "town_id": town_id, "name": name, "state": PlanState.DRAFT.value, "created_by": principal.id,
    }  # fmt: skip
    return session.scalars(insert(table).values(**values).returning(table.id)).one()


def _write_holders(session: Session, plan_id: int, holders: Mapping[int, int | None]) -> None:
    table = models.PatchAssignment
    session.execute(delete(table).where(table.plan_id == plan_id))
    if holders:
        rows = [{"plan_id": plan_id, "area_id": area, "account_id": who} for area, who in holders.items()]
        session.execute(insert(table), rows)


def _check_holders(session: Session, town_id: int, holders: Mapping[int, int | None]) -> None:
    grids = patches.grid_ids(session, town_id)
    if not grids:
        raise Refused("town_unknown", town=town_id)
    if holders.keys() - grids:
        raise Refused("patches_grid_elsewhere", count=len(holders.keys() - grids))
    strangers = {who for who in holders.values() if who is not None} - patches.worker_ids(session, town_id)
    if strangers:
        raise Refused("patches_worker_unknown", count=len(strangers))


def _check_complete(session: Session, plan_id: int, town_id: int) -> None:
    table = models.PatchAssignment
    given = dict(
        session.execute(select(table.area_id, table.account_id).where(table.plan_id == plan_id)).all()
    )
    workers, grids = patches.worker_ids(session, town_id), patches.grid_ids(session, town_id)
    open_grids = sum(given.get(grid) not in workers for grid in grids) + len(given.keys() - grids)
    if open_grids:
        raise Refused("patches_incomplete", count=open_grids)


def _lock(session: Session, plan_id: int, version: int, state: PlanState) -> models.PatchPlan:
    """Return a plan that is as it was seen and that nobody else can change meanwhile."""
    return _see(session, plan_id, version, state, lock=True)


def _see(
    session: Session, plan_id: int, version: int, state: PlanState, *, lock: bool = False
) -> models.PatchPlan:
    known = 0 < plan_id <= LARGEST_ID
    plan = session.get(models.PatchPlan, plan_id, with_for_update=lock) if known else None
    if plan is None:
        raise Refused("patches_unknown", plan=plan_id)
    if plan.state != state.value:
        raise Refused(f"patches_not_{state.value}", plan=plan_id)
    if plan.version != version:
        raise Refused("patches_changed_meanwhile", plan=plan_id)
    return plan
