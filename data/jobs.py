"""Jobs on somebody's behalf: files kept, imports queued and called off."""

from __future__ import annotations

import re

from sqlalchemy import Engine, delete

from data.models import ImportProfile
from data.sessions import writing
from data.writes import jobs, uploads
from grid.areas import Level
from grid.audits import Action
from grid.findings import ImportKind
from grid.principals import Principal
from grid.refusals import Refused

LARGEST_FILE_MB = 64
_MOST_OPTIONS = 300
"""A wide table has an option for each column that was chosen by hand."""
_LONGEST_NAME = 120
_LONGEST_VALUE = 200
_OPTION_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


def upload(engine: Engine, principal: Principal, file_name: str, content: bytes) -> str:
    """Keep a file for some hours and return its key.

    Raises ``Refused`` with ``file_too_large`` or ``file_empty``.
    """
    _check_content(content)
    audit = {"bytes": len(content)}
    with writing(engine, principal, Action.IMPORT_UPLOAD, "upload", changes_data=False, **audit) as session:
        return uploads.keep_upload(session, principal, clean_file_name(file_name), content)


def submit(
    engine: Engine,
    principal: Principal,
    kind: ImportKind,
    key: str,
    *,
    dry_run: bool,
    options: dict[str, str],
) -> int:
    """Queue the import of an upload; returns the job's id.

    Raises ``Refused`` with ``upload_gone``, ``options_too_many``, ``option_unreadable`` or ``queue_full``.
    """
    _check_options(options)
    request = jobs.Request(kind, dry_run, options)
    audit = {"kind": kind.value, "dry_run": dry_run}
    with writing(engine, principal, Action.IMPORT_SUBMIT, "job", changes_data=False, **audit) as session:
        return jobs.enqueue(session, key, request, principal)


def submit_rollback(engine: Engine, principal: Principal, level: Level) -> int:
    """Queue going back to a level's edition before; returns the job's id. Raises ``queue_full``."""
    audit = {"level": level.value}
    with writing(engine, principal, Action.IMPORT_SUBMIT, "edition", changes_data=False, **audit) as session:
        return jobs.enqueue_rollback(session, level, principal)


def cancel(engine: Engine, principal: Principal, job_id: int) -> None:
    """Ask for a job of one's own to be given up; raises ``Refused('job_unknown')``."""
    with writing(engine, principal, Action.IMPORT_CANCEL, "job", changes_data=False, job=job_id) as session:
        jobs.ask_to_cancel(session, job_id)


def forget_profile(engine: Engine, principal: Principal, kind: ImportKind, source: str) -> None:
    """Remember no longer what the columns of a source's files mean."""
    audit = {"kind": kind.value, "source": source}
    with writing(engine, principal, Action.IMPORT_FORGET, "import", changes_data=False, **audit) as session:
        profile = ImportProfile
        session.execute(delete(profile).where(profile.kind == kind.value, profile.source == source))


def clean_file_name(name: str) -> str:
    """Return the last part of what a browser calls a file, printable and short; a label, never a path."""
    last = re.split(r"[/\\]", name)[-1]
    printable = "".join(letter for letter in last if letter.isprintable()).strip()
    return printable[-_LONGEST_NAME:] or "-"


def _check_content(content: bytes) -> None:
    if not content:
        raise Refused("file_empty")
    if len(content) > LARGEST_FILE_MB * 1024 * 1024:
        raise Refused("file_too_large", limit_mb=LARGEST_FILE_MB)


def _check_options(options: dict[str, str]) -> None:
    if len(options) > _MOST_OPTIONS:
        raise Refused("options_too_many", most=_MOST_OPTIONS)
    for name, value in options.items():
        unreadable = len(value) > _LONGEST_VALUE or not value.isprintable()
        if unreadable or name == jobs.ROLL_BACK or not _OPTION_NAME.fullmatch(name):
            raise Refused("option_unreadable", option=name[:40])
