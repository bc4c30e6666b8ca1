"""Outcomes of imports on somebody's behalf: findings quote a file, so that opening them is audited."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from sqlalchemy import Engine

from data.intake.outcome import write_outcome, write_rows
from data.reads import batches
from data.reads.noting import noting
from grid.audits import Action
from grid.findings import Conflict, ImportReport
from grid.principals import Principal

_SUBJECT = "import"


def read_report(engine: Engine, principal: Principal, batch_id: int) -> ImportReport:
    """Return a batch's outcome with its gravest findings; raises ``Refused('batch_unknown')``."""
    with noting(engine, principal, Action.IMPORT_REPORT, _SUBJECT) as (session, facts):
        answer = batches.report(session, batch_id)
        facts["batch"], facts["count"] = batch_id, len(answer.findings)
    return answer


def export_outcome(engine: Engine, principal: Principal, batch_id: int, say: Callable[..., str]) -> bytes:
    """Return a workbook of all findings of a batch; raises ``Refused('batch_unknown')``."""
    with noting(engine, principal, Action.IMPORT_OUTCOME, _SUBJECT) as (session, facts):
        answer = batches.report(session, batch_id, most_findings=None)
        facts["batch"], facts["count"] = batch_id, len(answer.findings)
    return write_outcome(answer, say)


def export_rows(engine: Engine, principal: Principal, batch_id: int, say: Callable[..., str]) -> bytes:
    """Return a workbook of the rows to mend of a batch; raises ``Refused('batch_unknown')``."""
    with noting(engine, principal, Action.IMPORT_ROWS, _SUBJECT) as (session, facts):
        answer = batches.report(session, batch_id, most_findings=None)
        kept = batches.rows_to_mend(session, batch_id)
        facts["batch"], facts["count"] = batch_id, len(kept)
    return write_rows(answer, kept, say)


def read_conflicts(engine: Engine, principal: Principal, batch_id: int) -> tuple[Conflict, ...]:
    """Return a batch's rows that contradict each other; raises ``Refused('batch_unknown')``."""
    with noting(engine, principal, Action.IMPORT_REPORT, _SUBJECT) as (session, facts):
        table = batches.report(session, batch_id, most_findings=0).inspection.table
        answer = batches.conflicts(session, batch_id)
        facts["batch"], facts["count"] = batch_id, len(answer)
    order = [column.header for column in table.columns] if table is not None else []
    return tuple(_in_order(conflict, order) for conflict in answer)


def _in_order(conflict: Conflict, order: list[str]) -> Conflict:
    """Return a conflict with its texts in the file's order of columns, which a database does not keep."""
    place = {header: number for number, header in enumerate(order)}
    rows = [
        (row, dict(sorted(cells.items(), key=lambda cell: place.get(cell[0], len(place)))))
        for row, cells in conflict.rows
    ]
    return replace(conflict, rows=tuple(rows))
