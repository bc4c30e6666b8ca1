"""Jobs, batches and their findings, as the import page reads them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Float, Row, Select, case, func, select
from sqlalchemy.orm import Session

from data.intake.kept import KeptRow
from data.intake.stored_inspection import from_json
from data.models import ImportBatch, ImportFinding, ImportRow, Job
from data.reads.city import CITY_ZONE
from grid.findings import Conflict, Finding, ImportKind, ImportReport, RowState, Severity
from grid.questions import JobView
from grid.refusals import Refused

MOST_BATCHES = 50
MOST_CONFLICTS = 100
MOST_FINDINGS = 2000
"""So many rows a table in a page bears; the outcome workbook holds them all."""
_TIME_FORMAT = "YYYY-MM-DD HH24:MI"


def job(session: Session, job_id: int) -> JobView:
    """Return how a job stands; raises ``Refused('job_unknown')``."""
    row = session.execute(_select_job().where(Job.id == job_id)).one_or_none()
    if row is None:
        raise Refused("job_unknown")
    running = row.state == "running"
    # A worker will not begin what was called off in the queue: for its owner it has ended.
    called_off = row.state == "queued" and row.cancel_asked
    queued = row.state == "queued" and not called_off
    return JobView(
        id=row.id,
        state="cancelled" if called_off else row.state,
        step=row.step,
        done=row.done,
        total=row.total,
        error_code=row.error_code,
        error_facts=row.error_facts,
        batch_id=row.batch_id,
        eta_s=seconds_left(row.done, row.total, row.step_s) if running else None,
        ahead=_count_ahead(session, job_id) if queued else 0,
        waited_s=row.waited_s if queued else 0.0,
        unchanged=row.unchanged,
        cancelling=running and row.cancel_asked,
    )


def seconds_left(done: int, total: int | None, elapsed_s: float | None) -> float | None:
    """Return the seconds that a step still takes at its rate so far, none where there is no rate yet."""
    if not done or total is None or elapsed_s is None:
        return None
    return max(total - done, 0) * elapsed_s / done


def report(session: Session, batch_id: int, *, most_findings: int | None = MOST_FINDINGS) -> ImportReport:
    """Return a batch's outcome with its gravest findings, or with all for none.

    Raises ``Refused('batch_unknown')``.
    """
    row = session.execute(_select_batches().where(ImportBatch.id == batch_id)).one_or_none()
    if row is None:
        raise Refused("batch_unknown")
    of_batch = ImportFinding.batch_id == batch_id
    total = session.execute(select(func.count()).select_from(ImportFinding).where(of_batch)).scalar_one()
    return _to_report(row, _findings(session, batch_id, most_findings), total)


def latest(session: Session) -> tuple[tuple[ImportReport, str], ...]:
    """Return the latest batches without findings, newest first, with their times in the city's zone."""
    rows = session.execute(_select_batches().order_by(ImportBatch.id.desc()).limit(MOST_BATCHES))
    return tuple((_to_report(row, (), None), row.at) for row in rows)


def rows_to_mend(session: Session, batch_id: int) -> tuple[KeptRow, ...]:
    """Return the rows of a batch that are still to be mended, in the file's order."""
    wanted = (ImportRow.batch_id == batch_id, ImportRow.state != RowState.SETTLED)
    rows = session.scalars(select(ImportRow).where(*wanted).order_by(ImportRow.row))
    return tuple(KeptRow(one.row, RowState(one.state), one.key, one.cells) for one in rows)


def conflicts(session: Session, batch_id: int) -> tuple[Conflict, ...]:
    """Return rows of a batch that have the same number and differ, by their first row.

    Of a settled conflict the row that holds is the one that is settled while others still are not.
    """
    first = func.min(ImportRow.row)
    of_batch = (ImportRow.batch_id == batch_id, ImportRow.key != "")
    contradicted = func.bool_or(ImportRow.state.in_((RowState.QUARANTINED, RowState.SETTLED)))
    keys = select(ImportRow.key).where(*of_batch).group_by(ImportRow.key).having(contradicted)
    shown = session.scalars(keys.order_by(first).limit(MOST_CONFLICTS)).all()
    rows = session.scalars(
        select(ImportRow).where(*of_batch, ImportRow.key.in_(shown)).order_by(ImportRow.row)
    )
    by_key: dict[str, list[ImportRow]] = {key: [] for key in shown}
    for one in rows:
        by_key[one.key].append(one)
    return tuple(_to_conflict(key, found) for key, found in by_key.items())


def _to_conflict(key: str, rows: list[ImportRow]) -> Conflict:
    settled = next((one.row for one in rows if one.state == RowState.SETTLED), None)
    return Conflict(key, tuple((one.row, one.cells) for one in rows), settled)


def _select_job() -> Select[Any]:
    now = func.clock_timestamp()
    return select(
        Job.id, Job.state, Job.step, Job.done, Job.total, Job.error_code, Job.error_facts, Job.batch_id,
        Job.unchanged, Job.cancel_asked,
        func.extract("epoch", now - Job.created_at).cast(Float).label("waited_s"),
        func.extract("epoch", now - Job.step_at).cast(Float).label("step_s"),
    )  # fmt: skip


def _count_ahead(session: Session, job_id: int) -> int:
    before = (Job.state == "running") | ((Job.state == "queued") & (Job.id < job_id))
    return session.execute(select(func.count()).select_from(Job).where(before)).scalar_one()


def _select_batches() -> Select[Any]:
    at = func.to_char(func.timezone(CITY_ZONE, ImportBatch.created_at), _TIME_FORMAT)
    kept = select(func.count()).where(
        ImportRow.batch_id == ImportBatch.id, ImportRow.state != RowState.SETTLED
    )
    quarantined = kept.where(ImportRow.state == RowState.QUARANTINED)
    return select(
        *ImportBatch.__table__.columns,
        at.label("at"),
        kept.scalar_subquery().label("rows_kept"),
        quarantined.scalar_subquery().label("quarantined"),
    )


def _to_report(row: Row[Any], findings: tuple[Finding, ...], findings_total: int | None) -> ImportReport:
    return ImportReport(
        kind=ImportKind(row.kind),
        file_name=row.file_name,
        dry_run=row.dry_run,
        rows=row.rows,
        accepted=row.accepted,
        review=row.review,
        refused=row.refused,
        findings=findings,
        figures=row.figures,
        batch_id=row.id,
        seconds=row.seconds,
        findings_total=findings_total,
        inspection=from_json(row.inspection),
        rows_kept=row.rows_kept,
        quarantined=row.quarantined,
    )


def _findings(session: Session, batch_id: int, most: int | None) -> tuple[Finding, ...]:
    finding = ImportFinding
    gravest_first = case(
        (finding.severity == Severity.REFUSED, 0), (finding.severity == Severity.REVIEW, 1), else_=2
    )
    rows = session.execute(
        select(finding.code, finding.severity, finding.row, finding.column, finding.original, finding.facts)
        .where(finding.batch_id == batch_id)
        .order_by(gravest_first, finding.row, finding.id)
        .limit(most)
    )
    return tuple(
        Finding(code, Severity(severity), row, column, original, facts)
        for code, severity, row, column, original, facts in rows
    )
