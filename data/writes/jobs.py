"""The life of a job in the table ``job``: queued, claimed by one worker, followed, ended or called off.

A worker holds a session lock (``pg_advisory_lock``) for the job that it runs. The lock ends with the worker's
connection, so a running job without its lock has lost its worker, however that died and whatever clocks say.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Update, case, delete, func, insert, select, update
from sqlalchemy.orm import Session

from data.models import Edition, ImportRow, Job, Upload
from grid.areas import Level
from grid.findings import ImportKind, RowState
from grid.principals import Principal, Role
from grid.refusals import Refused

MOST_ATTEMPTS = 3
"""A job that has taken so many workers down is given up."""
MOST_WAITING = 20
"""Uploads wait in the database: so many at most."""
_IMPORT = "import"
ROLL_BACK = "roll_back"
"""The option of a job that takes a level's newest boundaries back, and imports nothing; no upload has it."""
EDITION = "edition"
"""Beside it: the id of the edition that was the newest when that was asked, since a job may run twice."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of an upload: what it holds, and whether to try it out or to import it for good."""

    kind: ImportKind
    dry_run: bool
    options: dict[str, str]
    settles: tuple[int, int] | None = None
    """Batch and row of the conflict that the import settles; it is open again where the import fails."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A job that this worker has taken; ``attempt`` tells its claim from a later one of the same job.

    ``file_name`` is a label and never a path; ``upload_id`` is none where the upload is gone.
    """

    job_id: int
    attempt: int
    request: Request
    upload_id: int | None
    file_name: str
    principal: Principal


def enqueue(session: Session, key: str, request: Request, principal: Principal) -> int:
    """Queue what is asked of an upload of the principal's own and return the job's id.

    Raises ``Refused``: ``upload_gone`` or ``queue_full``.
    """
    upload = session.execute(select(Upload.id, Upload.file_name).where(Upload.key == key)).one_or_none()
    if upload is None:
        raise Refused("upload_gone")
    return _queue(session, request, upload.file_name, upload.id, principal)


def enqueue_rollback(session: Session, level: Level, principal: Principal) -> int:
    """Queue taking back what is a level's newest edition now; returns the job's id. Raises ``queue_full``."""
    in_force = (Edition.level == level.value, Edition.valid_to.is_(None))
    newest = session.scalar(select(func.max(Edition.id)).where(*in_force)) or 0
    options = {ROLL_BACK: level.value, EDITION: str(newest)}
    request = Request(ImportKind.BOUNDARIES, dry_run=False, options=options)
    return _queue(session, request, "", None, principal)


def _queue(
    session: Session, request: Request, file_name: str, upload_id: int | None, principal: Principal
) -> int:
    waiting = session.execute(select(func.count()).where(Job.state == "queued")).scalar_one()
    if waiting >= MOST_WAITING:
        raise Refused("queue_full", waiting=waiting)
    payload = {
        "kind": request.kind.value,
        "file_name": file_name,
        "dry_run": request.dry_run,
        "options": request.options,
        "role": principal.role.value,
        "settles": request.settles,
    }
    row: dict[str, object] = {"kind": _IMPORT, "payload": payload, "principal": principal.id}
    if upload_id is not None:
        row["upload_id"] = upload_id
    return session.execute(insert(Job).values(**row).returning(Job.id)).scalar_one()


def ask_to_cancel(session: Session, job_id: int) -> None:
    """Ask the worker to give a job up; one that has ended is left as it ended.

    Raises ``Refused('job_unknown')``, also for a job that is not the principal's.
    """
    if session.execute(select(Job.id).where(Job.id == job_id)).one_or_none() is None:
        raise Refused("job_unknown")
    unended = Job.state.in_(("queued", "running"))
    session.execute(update(Job).where(Job.id == job_id, unended).values(cancel_asked=True))


def claim_next(connection: Connection) -> Claim | None:
    """Take the oldest queued job and its lock, or none; no two workers ever take the same."""
    with connection.begin():
        # What was called off before it began is never begun.
        called_off = update(Job).where(Job.state == "queued", Job.cancel_asked)
        ended = called_off.values(state="cancelled", **_ENDED).returning(Job.payload)
        for payload in connection.scalars(ended).all():
            _reopen(connection, _settles(payload))
        oldest = select(Job).where(Job.state == "queued").order_by(Job.id).limit(1)
        row = connection.execute(oldest.with_for_update(skip_locked=True)).one_or_none()
        if row is None:
            return None
        # Before the commit: nobody may ever see the job running without its lock.
        connection.execute(select(func.pg_advisory_lock(_lock_key(row.id))))
        connection.execute(
            update(Job)
            .where(Job.id == row.id)
            .values(
                state="running",
                step="starting",
                step_at=func.clock_timestamp(),
                done=0,
                total=None,
                attempts=row.attempts + 1,
                started_at=func.clock_timestamp(),
            )
        )
        role = connection.scalar(select(func.access.role_of(row.principal)))
    payload = row.payload
    return Claim(
        job_id=row.id,
        attempt=row.attempts + 1,
        request=Request(
            ImportKind(payload["kind"]), payload["dry_run"], payload["options"], _settles(payload)
        ),
        upload_id=row.upload_id,
        file_name=payload["file_name"],
        # What the program itself asks for has no account; whoever has one cannot say what they are.
        principal=Principal(row.principal, Role(role or payload["role"])),
    )


def note_progress(connection: Connection, claim: Claim, step: str, done: int, total: int | None) -> bool:
    """Write how far a job is, in a transaction of its own; returns whether it was asked to be given up."""
    step_at = case((Job.step == step, Job.step_at), else_=func.clock_timestamp())
    noted = _claimed(claim).values(step=step, step_at=step_at, done=done, total=total)
    with connection.begin():
        return bool(connection.execute(noted.returning(Job.cancel_asked)).scalar())


def end_done(connection: Connection, claim: Claim, batch_id: int | None, *, unchanged: bool) -> None:
    """Mark a job as done by a batch and let its lock go; what was imported for good is kept no longer."""
    with connection.begin():
        done = _claimed(claim).values(state="done", batch_id=batch_id, unchanged=unchanged, **_ENDED)
        is_done = connection.execute(done).rowcount
        if is_done and not claim.request.dry_run:
            connection.execute(delete(Upload).where(Upload.id == claim.upload_id))
    _unlock(connection, claim)


def end_failed(connection: Connection, claim: Claim, refused: Refused) -> None:
    """Mark a job as failed for a reason and let its lock go; its upload is kept for another try."""
    failed = {"state": "failed", "error_code": refused.code, "error_facts": refused.facts}
    _give_up(connection, claim, _claimed(claim).values(**failed))


def end_cancelled(connection: Connection, claim: Claim) -> None:
    """Mark a job as given up on its owner's wish; its upload is kept for another try."""
    _give_up(connection, claim, _claimed(claim).values(state="cancelled"))


def put_back(connection: Connection, claim: Claim) -> None:
    """Return an unfinished job to the queue, uncounted: its worker was asked to stop."""
    with connection.begin():
        connection.execute(_claimed(claim).values(state="queued", step="queued", attempts=claim.attempt - 1))
    _unlock(connection, claim)


def recover_abandoned(connection: Connection) -> None:
    """Queue the running jobs again whose workers are gone, and give up those that took too many."""
    with connection.begin():
        running = select(Job.id, Job.attempts).where(Job.state == "running")
        for job_id, attempts in connection.execute(running.with_for_update(skip_locked=True)):
            if connection.execute(select(func.pg_try_advisory_xact_lock(_lock_key(job_id)))).scalar_one():
                _recover(connection, job_id, attempts)


def _recover(connection: Connection, job_id: int, attempts: int) -> None:
    job = update(Job).where(Job.id == job_id)
    if attempts < MOST_ATTEMPTS:
        connection.execute(job.values(state="queued", step="queued"))
    else:
        given_up = {"error_code": "job_abandoned", "error_facts": {"attempts": attempts}}
        ended = job.values(state="failed", **given_up, **_ENDED).returning(Job.payload)
        _reopen(connection, _settles(connection.execute(ended).scalar_one()))


def _settles(payload: Mapping[str, Any]) -> tuple[int, int] | None:
    said = payload.get("settles")
    return (int(said[0]), int(said[1])) if said else None


def _reopen(connection: Connection, settles: tuple[int, int] | None) -> None:
    """Make a conflict one again of which the row that was to hold could not be imported."""
    if settles is None:
        return
    batch_id, row = settles
    chosen = (ImportRow.batch_id == batch_id, ImportRow.row == row, ImportRow.state == RowState.SETTLED)
    key = connection.execute(select(ImportRow.key).where(*chosen, ImportRow.key != "")).scalar()
    conflict = update(ImportRow).where(ImportRow.batch_id == batch_id, ImportRow.key == key)
    connection.execute(conflict.values(state=RowState.QUARANTINED))


def _lock_key(job_id: int) -> ColumnElement[int]:
    return func.hashtextextended("fengtu.job", job_id)


def _claimed(claim: Claim) -> Update:
    # A worker that lost its connection, and with it its lock, must not write over the next worker's claim.
    return update(Job).where(Job.id == claim.job_id, Job.state == "running", Job.attempts == claim.attempt)


_ENDED = {"ended_at": func.clock_timestamp()}


def _give_up(connection: Connection, claim: Claim, statement: Update) -> None:
    with connection.begin():
        if connection.execute(statement.values(**_ENDED)).rowcount:
            _reopen(connection, claim.request.settles)
    _unlock(connection, claim)


def _unlock(connection: Connection, claim: Claim) -> None:
    with connection.begin():
        connection.execute(select(func.pg_advisory_unlock(_lock_key(claim.job_id))))
