"""Files of coverage plans: the official annex and the handover list, each noted when it leaves."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from data import models
from data.export.annex import write_annex
from data.export.annex_rows import annex_rows, make_annex
from data.export.annex_word import annex_docx
from data.export.handover import write_handover
from data.reads import city, planning_books
from data.reads.noting import noting
from grid.audits import Action
from grid.coverage import CoverageBook, PlanState
from grid.ids import LARGEST_ID
from grid.planning.handover import Handover, handover
from grid.planning.lifecycle import PlanStepKind
from grid.planning.standing import LOADING
from grid.principals import Principal
from grid.questions import City
from grid.refusals import Refused

SUFFIXES = ("xlsx", "docx")
_INTERNAL, _SYNTHETIC = "内部资料", "演示数据"
Say = Callable[..., str]


def annex_file(engine: Engine, principal: Principal, plan_id: int, suffix: str, say: Say) -> bytes:
    """Return a plan's annex; raises ``Refused('plan_unknown')`` or ``('annex_suffix')``."""
    if suffix not in SUFFIXES:
        raise Refused("annex_suffix", known="、".join(SUFFIXES))
    with noting(engine, principal, Action.PLAN_EXPORT, "coverage_plan") as (session, facts):
        plan, of = _plan(session, plan_id), city.city(session)
        facts |= {"id": plan.id, "name": plan.name, "file": f"annex.{suffix}"}
        rows = annex_rows(session, plan.id)
        annex = make_annex(plan.name, rows, _notes(session, plan, say), _stamps(of))
    if suffix == "docx":
        return annex_docx(annex)
    body = io.BytesIO()
    write_annex(body, annex)
    return body.getvalue()


def handover_file(engine: Engine, principal: Principal, plan_id: int, say: Say) -> bytes:
    """Return a plan's handover list as XLSX; raises what ``handover_of`` raises."""
    with noting(engine, principal, Action.PLAN_EXPORT, "coverage_plan") as (session, facts):
        before, after = _books(session, plan_id)
        facts |= {"id": plan_id, "name": after.plan.name, "file": "handover.xlsx"}
        of = city.city(session)
    heads = (
        say("handover.title", name=after.plan.name),
        say("handover.note", before=before.plan.name, day=after.plan.valid_from, today=of.today),
    )
    leaders = {leader.id: leader for book in (before, after) for leader in book.leaders}
    return write_handover(handover(before, after), leaders, heads, _stamps(of), say)


def handover_of(session: Session, plan_id: int) -> Handover:
    """Return what changes hands with a plan, as ``grid.ports.PlanDesk.handover`` says."""
    return handover(*_books(session, plan_id))


def _books(session: Session, plan_id: int) -> tuple[CoverageBook, CoverageBook]:
    """Return the books of the plan before and of a plan itself."""
    plan = _plan(session, plan_id)
    after = planning_books.planning_book(session, plan.id)
    if plan.state in {PlanState.DRAFT.value, PlanState.PROPOSED.value}:
        before = None if plan.base_id is None else planning_books.planning_book(session, plan.base_id)
    else:
        before = planning_books.planned_on(session, plan.valid_from - timedelta(days=1))
    if before is None or before.plan.id == plan.id:
        raise Refused("handover_nothing_before")
    return before, after


def _plan(session: Session, plan_id: int) -> models.CoveragePlan:
    plan = session.get(models.CoveragePlan, plan_id) if 0 < plan_id <= LARGEST_ID else None
    if plan is None:
        raise Refused("plan_unknown", plan=plan_id)
    return plan


def _notes(session: Session, plan: models.CoveragePlan, say: Say) -> tuple[str, ...]:
    """Return the note over the table: since when, who approved, in which state it is, what the total is."""
    notes = [say("plan_files.since", day=plan.valid_from)]
    if plan.valid_to is not None:
        notes.append(say("plan_files.until", day=plan.valid_to))
    step = models.PlanStep
    published = select(step.official).where(step.plan_id == plan.id, step.kind == PlanStepKind.PUBLISH.value)
    approver = session.scalar(published.order_by(step.id.desc()).limit(1))
    if plan.state != PlanState.PUBLISHED.value:
        notes.append(say("plan_files.state", state=say(f"plan_state.{plan.state}")))
    elif approver:
        notes.append(say("plan_files.approver", name=approver))
    given = models.Assignment
    others = select(given.id).where(
        given.plan_id == plan.id, given.kind.not_in([kind.value for kind in LOADING])
    )
    if session.scalar(others.limit(1)) is not None:
        notes.append(say("plan_files.sum"))
    numbered = (say("plan_files.numbered", number=at, note=note) for at, note in enumerate(notes, start=1))
    return (say("plan_files.notes", notes="".join(numbered)),)


def _stamps(of: City) -> tuple[str, ...]:
    return (*((_INTERNAL,) if of.internal else ()), *((_SYNTHETIC,) if of.synthetic else ()))
