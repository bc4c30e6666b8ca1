"""The life of a job in the table ``job``: queued, claimed by one worker, followed, ended.

A worker holds a session lock (``pg_advisory_lock``) for the job that it runs. The lock ends with the worker's
connection, so a running job without its lock has lost its worker, however that died and whatever clocks say.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Update, case, func, insert, select, update
from sqlalchemy.orm import Session

from data.models import Job
from grid.findings import ImportKind
from grid.principals import Principal, Role
from grid.refusals import Refused

MOST_ATTEMPTS = 3
"""A job that has taken so many workers down is given up."""
MOST_WAITING = 20
"""Uploads wait in the database: so many at most."""
_IMPORT = "import"


@dataclass(frozen=True, slots=True)
class Upload:
    """A file to import and how; ``file_name`` is a label and never a path."""

    kind: ImportKind
    file_name: str
    content: bytes
    dry_run: bool
    options: dict[str, str]


@dataclass(frozen=True, slots=True)
class Claim:
    """A job that this worker has taken; ``attempt`` tells its claim from a later one of the same job."""

    job_id: int
    attempt: int
    upload: Upload
    principal: Principal


def enqueue(session: Session, upload: Upload, principal: Principal) -> int:
    """Store an upload and return its job's id; raises ``Refused('queue_full')``."""
    waiting = session.execute(select(func.count()).where(Job.state == "queued")).scalar_one()
    if waiting >= MOST_WAITING:
        raise Refused("queue_full", waiting=waiting)
    payload = {
        "kind": upload.kind.value,
        "file_name": upload.file_name,
        "dry_run": upload.dry_run,
        "options": upload.options,
        "role": principal.role.value,
    }
    row = {"kind": _IMPORT, "payload": payload, "content": upload.content, "principal": principal.id}
    return session.execute(insert(Job).values(**row).returning(Job.id)).scalar_one()


def claim_next(connection: Connection) -> Claim | None:
    """Take the oldest queued job and its lock, or none; no two workers ever take the same."""
    with connection.begin():
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
    payload = row.payload
    return Claim(
        job_id=row.id,
        attempt=row.attempts + 1,
        upload=Upload(
            kind=ImportKind(payload["kind"]),
            file_name=payload["file_name"],
            content=row.content,
            dry_run=payload["dry_run"],
            options=payload["options"],
        ),
        principal=Principal(row.principal, Role(payload["role"])),
    )


def note_progress(connection: Connection, claim: Claim, step: str, done: int, total: int | None) -> None:
    """Write how far a job is, in a transaction of its own."""
    step_at = case((Job.step == step, Job.step_at), else_=func.clock_timestamp())
    with connection.begin():
        connection.execute(_claimed(claim).values(step=step, step_at=step_at, done=done, total=total))


def end_done(connection: Connection, claim: Claim, batch_id: int | None, *, unchanged: bool) -> None:
    """Mark a job as done by a batch, drop its upload and let its lock go."""
    _end(connection, claim, _claimed(claim).values(state="done", batch_id=batch_id, unchanged=unchanged))


def end_failed(connection: Connection, claim: Claim, refused: Refused) -> None:
    """Mark a job as failed for a reason, drop its upload and let its lock go."""
    failed = {"state": "failed", "error_code": refused.code, "error_facts": refused.facts}
    _end(connection, claim, _claimed(claim).values(**failed))


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
        connection.execute(job.values(state="failed", **given_up, **_ENDED))


def _lock_key(job_id: int) -> ColumnElement[int]:
    return func.hashtextextended("fengtu.job", job_id)


def _claimed(claim: Claim) -> Update:
    # A worker that lost its connection, and with it its lock, must not write over the next worker's claim.
    return update(Job).where(Job.id == claim.job_id, Job.state == "running", Job.attempts == claim.attempt)


_ENDED = {"content": None, "ended_at": func.clock_timestamp()}


def _end(connection: Connection, claim: Claim, statement: Update) -> None:
    with connection.begin():
        connection.execute(statement.values(**_ENDED))
    _unlock(connection, claim)


def _unlock(connection: Connection, claim: Claim) -> None:
    with connection.begin():
        connection.execute(select(func.pg_advisory_unlock(_lock_key(claim.job_id))))
