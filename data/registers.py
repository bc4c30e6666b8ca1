"""The register and the patch on somebody's behalf: whoever reads matters one by one leaves an audit row."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace

from sqlalchemy import Engine

from data.export.register import write_register
from data.reads import assisting, city, patch, register
from data.reads.clocks import clock_record
from data.reads.noting import noting
from grid.audits import Action
from grid.principals import Principal, Role
from grid.questions import Patch
from grid.refusals import Refused
from grid.register import MOST_EXPORTED, MatterDetail, RegisterClock, RegisterPage, RegisterQuestion

_SUBJECT = "petition"


def read_page(engine: Engine, principal: Principal, question: RegisterQuestion) -> RegisterPage:
    """Return one page of the register."""
    with noting(engine, principal, Action.MATTERS_LIST, _SUBJECT) as (session, facts):
        answer = register.page(session, question, with_accusations=principal.role is Role.BUREAU)
        facts["filters"] = _noted_filters(question, answer.by_clock)
        facts["page"], facts["count"] = question.page, len(answer.rows)
    return answer


def read_detail(engine: Engine, principal: Principal, matter_id: int) -> MatterDetail:
    """Return one matter; raises ``Refused('matter_unknown')``."""
    with noting(engine, principal, Action.MATTER_READ, _SUBJECT) as (session, facts):
        answer = register.detail(session, matter_id, with_recusals=principal.role is Role.BUREAU)
        facts["matter"] = answer.row.matter_no
        record = clock_record(session, matter_id, city.today(session))
        told = assisting.notes(session, [matter_id], principal.id)
    return replace(answer, clocks=record, notes=told.get(matter_id, ()))


def export_rows(
    engine: Engine, principal: Principal, question: RegisterQuestion, say: Callable[..., str]
) -> bytes:
    """Return a workbook of all matters of a question; raises ``Refused('export_too_large')``."""
    with noting(engine, principal, Action.MATTERS_EXPORT, _SUBJECT) as (session, facts):
        on = city.today(session)
        by_clock = register.count_by_clock(session, question, on)
        total = register.total_of(question, by_clock)
        if total > MOST_EXPORTED:
            raise Refused("export_too_large", count=total, most=MOST_EXPORTED)
        rows = register.rows(session, question, on, limit=MOST_EXPORTED)
        facts["filters"], facts["count"] = _noted_filters(question, by_clock), len(rows)
    content = io.BytesIO()
    write_register(content, rows, say)
    return content.getvalue()


def read_patch(engine: Engine, principal: Principal, grid_id: int) -> Patch:
    """Return one of the worker's own grids with its open matters; raises ``Refused('area_unknown')``."""
    with noting(engine, principal, Action.PATCH_READ, _SUBJECT) as (session, facts):
        if not patch.is_own(session, grid_id):
            # Its matters would not be seen, but an empty list would be a wrong answer.
            raise Refused("area_unknown")
        answer = patch.patch(session, grid_id, principal.id)
        facts["grid"], facts["matters"] = grid_id, len(answer.matters)
    return answer


def _noted_filters(question: RegisterQuestion, by_clock: dict[RegisterClock, int]) -> dict[str, object]:
    """Return what was asked for, without a number that no matter has: it may be anything, also a person's."""
    filters: dict[str, object] = dict(question.filters())
    if "number" in filters and not any(by_clock.values()):
        filters["number"] = None
    return filters
