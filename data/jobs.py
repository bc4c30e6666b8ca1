"""Uploads: what the import page may put into the queue."""

from __future__ import annotations

import re

from sqlalchemy import Engine

from data.sessions import writing
from data.writes import jobs
from grid.audits import Action
from grid.findings import ImportKind
from grid.principals import Principal
from grid.refusals import Refused

LARGEST_FILE_MB = 64
_MOST_OPTIONS = 60
_LONGEST_NAME = 120
_LONGEST_VALUE = 200
_OPTION_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


def submit(
    engine: Engine,
    principal: Principal,
    kind: ImportKind,
    file_name: str,
    content: bytes,
    *,
    dry_run: bool,
    options: dict[str, str],
) -> int:
    """Store an upload and queue its import; returns the job's id.

    Raises ``Refused`` with ``file_too_large``, ``file_empty``, ``options_too_many``, ``option_unreadable``
    or ``queue_full``.
    """
    _check_content(content)
    _check_options(options)
    upload = jobs.Upload(kind, clean_file_name(file_name), content, dry_run, options)
    audit = {"kind": kind.value, "dry_run": dry_run, "bytes": len(content)}
    with writing(engine, principal, Action.IMPORT_SUBMIT, "job", changes_data=False, **audit) as session:
        return jobs.enqueue(session, upload, principal)


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
        if not _OPTION_NAME.fullmatch(name) or len(value) > _LONGEST_VALUE or not value.isprintable():
            raise Refused("option_unreadable", option=name[:40])
