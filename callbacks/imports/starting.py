"""How a file is kept and its jobs begin: what a browser sends becomes a call of the desk, or is refused."""

from __future__ import annotations

from dataclasses import replace

from callbacks.imports import uploads
from callbacks.imports.uploads import KeptFile, Run
from grid.areas import Level
from grid.findings import ImportKind
from grid.ports import ImportDesk
from grid.refusals import Refused

TAKES_BACK = "-"
"""In place of an upload's key: a job that takes boundaries back, and has no upload."""


def start_rollback(desk: ImportDesk, level: object) -> Run:
    """Queue going back to a level's edition before; raises ``Refused``."""
    if not isinstance(level, str) or level not in set(Level):
        raise Refused("form_broken")
    return Run(desk.roll_back(Level(level)), ImportKind.BOUNDARIES, False, {}, TAKES_BACK)


def keep_file(desk: ImportDesk, contents: object, name: object) -> KeptFile:
    """Send a file to the desk, once; raises ``Refused``."""
    content, label = uploads.read_content(contents), uploads.read_name(name)
    return KeptFile(desk.upload(label, content), label, uploads.digest(content))


def start_dry_run(desk: ImportDesk, kind: object, option_ids: object, options: object, file: object) -> Run:
    """Queue a dry run of a kept file with what the form says; raises ``Refused``."""
    read_kind = uploads.read_kind(kind)
    said = uploads.read_options(read_kind, option_ids, options)
    key = uploads.read_file(file).key
    return Run(desk.submit(read_kind, key, dry_run=True, options=said), read_kind, True, said, key)


def start_again(desk: ImportDesk, run: object, ids: object, answers: object, shown: object) -> Run:
    """Queue another dry run of the same file: as before, but for what was answered; raises ``Refused``."""
    tried = _tried(run)
    said = tried.options | uploads.read_answers(ids, answers, shown)
    return _dry_run(desk, replace(tried, options={name: value for name, value in said.items() if value}))


def forget_and_start(desk: ImportDesk, run: object) -> Run:
    """Forget what is remembered of the file's source and try it out again; raises ``Refused``."""
    tried = _tried(run)
    desk.forget_profile(tried.kind, tried.options.get("source", ""))
    return _dry_run(desk, tried)


def start_import(desk: ImportDesk, run: object) -> Run:
    """Queue the import of the very file and options that a dry run was made of; raises ``Refused``."""
    tried = _tried(run)
    job = desk.submit(tried.kind, tried.key, dry_run=False, options=tried.options)
    return replace(tried, job=job, dry_run=False)


def _dry_run(desk: ImportDesk, run: Run) -> Run:
    return replace(run, job=desk.submit(run.kind, run.key, dry_run=True, options=run.options))


def _tried(run: object) -> Run:
    tried = uploads.read_run(run)
    if tried is None or not tried.dry_run:
        raise Refused("upload_changed")
    return tried
