"""The life of coverage plans: proposed, taken back, sent back, published, cancelled, restored; each audited.

Whatever changes a plan's state holds one lock, so that what is checked is still so when it is written. Days
of plans are changed by functions of the database (``data.access.plan_functions``), which check again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sqlalchemy import Engine, exists, func, select
from sqlalchemy.orm import Session

from data import models
from data.access.plan_functions import PLANS_LOCK
from data.reads import city, coverage, plan_history, planning_books
from data.sessions import writing
from data.writes.plans import find, note_step
from grid.audits import Action
from grid.coverage import CoverageBook, CoveragePlan, PlanState
from grid.planning.blockers import Blocker, blockers, of_restoring
from grid.planning.lifecycle import PlanStepKind, check_day, check_step, is_in_force, read_words
from grid.principals import Principal
from grid.refusals import Refused

_ACTIONS = {
    PlanStepKind.PROPOSE: Action.PLAN_PROPOSE,
    PlanStepKind.WITHDRAW: Action.PLAN_WITHDRAW,
    PlanStepKind.RETURN: Action.PLAN_RETURN,
    PlanStepKind.PUBLISH: Action.PLAN_PUBLISH,
    PlanStepKind.CANCEL: Action.PLAN_CANCEL,
    PlanStepKind.RESTORE: Action.PLAN_RESTORE,
}
_SEEN_BY_ALL = frozenset({PlanStepKind.PUBLISH, PlanStepKind.CANCEL, PlanStepKind.RESTORE})
"""What changes who covers a unit changes the wall and cards; the rest is between planner and approver."""


def propose(
    engine: Engine, principal: Principal, plan_id: int, version: int, words: str = ""
) -> CoveragePlan:
    """Propose a draft as it was seen in ``version``.

    Raises ``Refused``: ``plan_blocked``, and what every step here does: ``plan_unknown``,
    ``plan_changed_meanwhile``, what ``grid.planning.lifecycle.check_step`` and ``read_words`` raise.
    """
    with _stepping(engine, principal, PlanStepKind.PROPOSE, plan_id, version) as step:
        step.words = read_words(words)
        _refuse_blocked(blockers(step.book, _before(step.session, step.book.plan, step.today), step.today))
        step.change(PlanState.PROPOSED)
    return step.after


def withdraw(engine: Engine, principal: Principal, plan_id: int, version: int) -> CoveragePlan:
    """Take a proposal back to a draft."""
    with _stepping(engine, principal, PlanStepKind.WITHDRAW, plan_id, version) as step:
        step.change(PlanState.DRAFT)
    return step.after


def send_back(engine: Engine, principal: Principal, plan_id: int, version: int, words: str) -> CoveragePlan:
    """Send a proposal back to its planners with a reason; raises ``plan_words_missing`` without one."""
    with _stepping(engine, principal, PlanStepKind.RETURN, plan_id, version) as step:
        step.words = read_words(words, required=True)
        step.change(PlanState.DRAFT)
    return step.after


def publish(engine: Engine, principal: Principal, plan_id: int, version: int, on: date) -> CoveragePlan:
    """Put a proposal in force from a day on, today or later, till a later published plan begins.

    Raises besides: ``plan_day_past``, ``plan_own_proposal`` where the approver proposed it, ``plan_blocked``.
    """
    with _stepping(engine, principal, PlanStepKind.PUBLISH, plan_id, version) as step:
        check_day(on, step.today)
        if _proposed_by(step.session, plan_id, principal):
            raise Refused("plan_own_proposal", plan=plan_id)
        _refuse_blocked(blockers(step.book, _in_force(step.session, on), on))
        step.on = on
        step.session.execute(select(func.access.publish_plan(plan_id, version, on)))
    return step.after


def cancel(engine: Engine, principal: Principal, plan_id: int, version: int) -> CoveragePlan:
    """Take back the publication of a plan that is not in force yet: its days go back to the plan before.

    Raises besides: ``plan_in_force``, ``plan_over``.
    """
    with _stepping(engine, principal, PlanStepKind.CANCEL, plan_id, version) as step:
        step.on = step.book.plan.valid_from
        step.session.execute(select(func.access.cancel_plan(plan_id, version)))
    return step.after


def roll_back(engine: Engine, principal: Principal, plan_id: int, on: date) -> CoveragePlan:
    """Publish a copy of a plan that was published before, from a day on; return the copy.

    Raises besides: ``plan_day_past``, ``plan_covers_already`` where it is the one in force on that day,
    ``plan_blocked`` where it leaves out a unit of that one or breaks a bar.
    """
    with _stepping(engine, principal, PlanStepKind.RESTORE, plan_id, None) as step:
        check_day(on, step.today)
        if is_in_force(step.book.plan, on):
            raise Refused("plan_covers_already", day=on.isoformat())
        _refuse_blocked(of_restoring(blockers(step.book, _in_force(step.session, on), on)))
        step.on = on
        made = step.session.execute(select(func.access.restore_plan(plan_id, on))).scalar_one()
        step.facts["former_plan"] = plan_id
        step.plan_id = made
    return step.after


def found_blockers(session: Session, plan_id: int, on: date | None = None) -> tuple[Blocker, ...]:
    """Return what would keep a plan from being proposed now, or published for a day."""
    book, today = _book(session, plan_id), city.today(session)
    if book.plan.state is PlanState.PUBLISHED:
        return of_restoring(blockers(book, _in_force(session, on or today), on or today))
    before = _before(session, book.plan, today) if on is None else _in_force(session, on)
    return blockers(book, before, on or today)


@dataclass
class _Step:
    """A step being taken: what it is about, and what will be written down of it."""

    session: Session
    principal: Principal
    kind: PlanStepKind
    plan_id: int
    book: CoverageBook
    today: date
    facts: dict[str, Any]
    on: date | None = None
    words: str = ""
    after: CoveragePlan = field(init=False)

    def change(self, state: PlanState) -> None:
        row = find(self.session, self.plan_id, lock=True)
        if row.version != self.book.plan.version:
            # A draft can be saved until it is locked.
            raise Refused("plan_changed_meanwhile", plan=self.plan_id)
        row.state, row.version = state.value, row.version + 1
        self.session.flush()


@contextmanager
def _stepping(
    engine: Engine, principal: Principal, kind: PlanStepKind, plan_id: int, version: int | None
) -> Iterator[_Step]:
    """Open a step on a plan as it was seen, and write it down when the block ends."""
    facts: dict[str, Any] = {"id": plan_id}
    with writing(
        engine, principal, _ACTIONS[kind], "coverage_plan", changes_data=kind in _SEEN_BY_ALL, saved=facts
    ) as session:
        session.execute(select(func.pg_advisory_xact_lock(PLANS_LOCK)))
        find(session, plan_id)
        book, today = _book(session, plan_id), city.today(session)
        check_step(book.plan, kind, principal.role, today)
        if version is not None and book.plan.version != version:
            raise Refused("plan_changed_meanwhile", plan=plan_id)
        step = _Step(session, principal, kind, plan_id, book, today, facts)
        yield step
        note_step(session, principal, step.plan_id, kind, on=step.on, words=step.words)
        session.expire_all()
        step.after = coverage.plan_book(session, step.plan_id).plan
        facts.update(id=step.plan_id, version=step.after.version, name=step.after.name)
        if step.on is not None:
            facts["day"] = step.on.isoformat()


def _book(session: Session, plan_id: int) -> CoverageBook:
    """Return a plan with every bar that holds or will hold: its first day may be any."""
    return replace(planning_books.planning_book(session, plan_id), bars=plan_history.bars(session))


def _refuse_blocked(found: tuple[Blocker, ...]) -> None:
    if found:
        raise Refused("plan_blocked", count=len(found))


def _proposed_by(session: Session, plan_id: int, principal: Principal) -> bool:
    step = models.PlanStep
    own = (step.plan_id == plan_id) & (step.principal == principal.id)
    found = exists().where(own, step.kind == PlanStepKind.PROPOSE.value)
    return bool(session.scalar(select(found)))


def _in_force(session: Session, on: date) -> CoveragePlan | None:
    book = coverage.published_book(session, on)
    return None if book is None else book.plan


def _before(session: Session, plan: CoveragePlan, today: date) -> CoveragePlan | None:
    """Return the plan that a draft changes: the one it started from, else the one in force."""
    if plan.base_id is None:
        return _in_force(session, today)
    return coverage.plan_book(session, plan.base_id).plan
