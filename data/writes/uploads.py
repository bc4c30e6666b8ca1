"""Uploads: files as they were sent, kept for a few hours so that each is sent once."""

from __future__ import annotations

import hashlib
import secrets

from sqlalchemy import Connection, Select, delete, func, insert, select, text
from sqlalchemy.orm import Session

from data.models import Job, Upload
from data.writes.jobs import MOST_WAITING
from grid.principals import Principal
from grid.refusals import Refused

KEPT_HOURS = 2
MOST_KEPT = MOST_WAITING + 4
"""Uploads of one principal, but for those that a job waits for: no newer one puts these out."""


def keep_upload(session: Session, principal: Principal, file_name: str, content: bytes) -> str:
    """Store a file and return the key that its owner, and nobody else, refers to it by."""
    row = {
        "key": secrets.token_urlsafe(32),
        "principal": principal.id,
        "file_name": file_name,
        "sha256": hashlib.sha256(content).hexdigest(),
        "size": len(content),
        "content": content,
    }
    session.execute(insert(Upload).values(**row))
    of_principal = select(Upload.id).where(Upload.principal == principal.id).order_by(Upload.id.desc())
    surplus = Upload.id.in_(of_principal.offset(MOST_KEPT))
    session.execute(delete(Upload).where(surplus, Upload.id.not_in(_waited_for())))
    return str(row["key"])


def read_upload(connection: Connection, upload_id: int | None) -> bytes:
    """Return an upload's content; raises ``Refused('upload_gone')``."""
    with connection.begin():
        content = connection.execute(select(Upload.content).where(Upload.id == upload_id)).scalar()
    if content is None:
        raise Refused("upload_gone")
    return bytes(content)


def drop_old_uploads(connection: Connection) -> None:
    """Delete uploads of which nothing became for hours, except those that a job still waits for."""
    old = Upload.created_at < func.clock_timestamp() - text(f"interval '{KEPT_HOURS} hours'")
    with connection.begin():
        connection.execute(delete(Upload).where(old, Upload.id.not_in(_waited_for())))


def _waited_for() -> Select[int | None]:
    return select(Job.upload_id).where(Job.state.in_(("queued", "running")), Job.upload_id.is_not(None))
