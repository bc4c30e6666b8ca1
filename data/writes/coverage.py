"""Coverage plans from an annex: leaders, a published plan with assignments, the end of the plan before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy import func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.orm import Session

from data import models
from data.access.plan_functions import PLANS_LOCK
from data.writes.batches import supersede
from grid.coverage import Assignment, PlanState
from grid.planning.lifecycle import PlanStepKind

_PUBLISHED = models.CoveragePlan.state == PlanState.PUBLISHED.value


def read_leaders(session: Session) -> list[tuple[int, str, str | None]]:
    """Return (id, post, name) of all leaders."""
    leader = models.Leader
    rows = session.execute(select(leader.id, leader.post, leader.name))
    return [(leader_id, post, name) for leader_id, post, name in rows]


def find_or_create_leader(session: Session, post: str, name: str | None) -> int:
    """Return the id of the leader with a post and a name (or without one), made where new."""
    leader = models.Leader
    session.execute(pg_insert(leader).values(post=post, name=name).on_conflict_do_nothing())
    found = select(leader.id).where(leader.post == post, leader.name.is_not_distinct_from(name))
    return session.execute(found).scalar_one()


@dataclass(frozen=True, slots=True)
class PlanHead:
    """A plan without its assignments; ``created_by`` is the id of the principal."""

    batch_id: int
    name: str
    valid_from: date
    created_by: str


def publish_plan(session: Session, head: PlanHead, assignments: Sequence[Assignment]) -> date | None:
    """Write a published plan and close the one in force before it; returns since when that one held.

    Where a later plan is published already, the new one ends when that begins; one that begins on the same
    day gives way to it.
    """
    plan = models.CoveragePlan
    session.execute(select(func.pg_advisory_xact_lock(PLANS_LOCK)))
    lasting = plan.valid_to.is_distinct_from(plan.valid_from)
    later = session.scalar(
        select(func.min(plan.valid_from)).where(_PUBLISHED, lasting, plan.valid_from > head.valid_from)
    )
    before = _close_earlier(session, head.valid_from)
    row = asdict(head) | {"state": PlanState.PUBLISHED.value, "valid_to": later}
    plan_id = session.execute(insert(plan).values(**row).returning(plan.id)).scalar_one()
    session.execute(insert(models.Assignment), [_assignment_row(plan_id, each) for each in assignments])
    step = {"kind": PlanStepKind.PUBLISH.value, "on_day": head.valid_from, "principal": head.created_by}
    session.execute(insert(models.PlanStep).values(plan_id=plan_id, **step))
    return before


def _assignment_row(plan_id: int, assignment: Assignment) -> dict[str, object]:
    return {
        "plan_id": plan_id,
        "unit_id": assignment.unit_id,
        "leader_id": assignment.leader_id,
        "kind": assignment.kind.value,
        "cases": assignment.cases,
    }


def _close_earlier(session: Session, valid_from: date) -> date | None:
    plan = models.CoveragePlan
    in_force = (plan.valid_from <= valid_from) & (plan.valid_to.is_(None) | (plan.valid_to > valid_from))
    closed = session.execute(
        update(plan)
        .where(_PUBLISHED, in_force)
        .values(valid_to=valid_from)
        .returning(plan.valid_from, plan.batch_id)
    ).all()
    supersede(session, [batch for _, batch in closed if batch is not None])
    return max((since for since, _ in closed), default=None)
