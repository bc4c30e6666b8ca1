"""Running one import: one file is one batch is one transaction; a dry run does it all and takes it back."""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from data.intake import coverage, gazetteer, listings, populations, service, travel_times
from data.intake.boundaries import level as boundaries
from data.intake.inquiry import Inquiry
from data.intake.kept import KeptRows
from data.intake.ledger import Ledger
from data.intake.matters import petitions
from data.intake.task import Progress, Task
from data.reads import batches as batch_reads
from data.reads.city import today
from data.sessions import reading, writing
from data.writes import batches
from grid.audits import Action
from grid.findings import ImportKind, ImportReport, RowState, Severity
from grid.placing import TableOf, build_table
from grid.principals import Principal
from grid.refusals import Refused

_IMPORTERS: Mapping[ImportKind, tuple[Callable[[Task], None], frozenset[str]]] = {
    ImportKind.BOUNDARIES: (boundaries.import_boundaries, boundaries.OPTIONS),
    ImportKind.GAZETTEER: (gazetteer.import_gazetteer, gazetteer.OPTIONS),
    ImportKind.PETITIONS: (petitions.import_petitions, petitions.OPTIONS),
    ImportKind.SERVICE_POINTS: (service.import_service_points, service.OPTIONS),
    ImportKind.COVERAGE: (coverage.import_coverage, coverage.OPTIONS),
    ImportKind.LISTINGS: (listings.import_listings, listings.OPTIONS),
    ImportKind.POPULATIONS: (populations.import_populations, populations.OPTIONS),
    ImportKind.TRAVEL_TIMES: (travel_times.import_travel_times, travel_times.OPTIONS),
}
_NUMBERED = re.compile(r"(?:(?<=\Acolumn)_0|_[1-9][0-9]{0,6})\Z")
"""The number that an option ends in, written as reports write it: rows count from 1, columns from 0."""
_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtext('fengtu.import'))"


class _AlreadyDone(Exception):  # noqa: N818  an outcome, not a fault
    def __init__(self, batch_id: int) -> None:
        super().__init__()
        self.batch_id = batch_id


class _DryRunDone(Exception):  # noqa: N818  an outcome, not a fault
    def __init__(self, report: ImportReport, kept: KeptRows) -> None:
        super().__init__()
        self.report = report
        self.kept = kept


def run_import(
    engine: Engine,
    principal: Principal,
    kind: ImportKind,
    path: Path,
    *,
    file_name: str | None = None,
    dry_run: bool = False,
    options: Mapping[str, str] | None = None,
    progress: Progress | None = None,
    publish: bool = True,
    table_of: TableOf = build_table,
) -> ImportReport:
    """Import a file, publish the city anew, and return what became of the file's rows.

    A dry run writes nothing but its own outcome. The same file with the same options, once imported and not
    replaced since, changes nothing (``unchanged``). ``file_name`` is what the user calls the file;
    ``progress`` takes a step's code, rows done and rows in all, and may raise to give the import up.
    ``publish`` is false where more imports follow at once; ``table_of`` gives placing tables. Raises
    ``Refused`` where the file as a whole cannot be taken in; nothing is written then.
    """
    source = _identify(principal, kind, path, file_name or path.name, options or {})
    task_progress = progress or (lambda step, done, total: None)
    try:
        with writing(engine, principal, Action.IMPORT_RUN, kind.value, sha256=source.sha256) as session:
            session.execute(text(_ONE_AT_A_TIME))
            report, kept = _import_once(
                session, source, path, options or {}, task_progress, dry_run=dry_run, table_of=table_of
            )
            if dry_run:
                raise _DryRunDone(report, kept)
            _check_answered(report)
    except _AlreadyDone as done:
        with reading(engine, principal) as session:
            before = batch_reads.report(session, done.batch_id, most_findings=None)
        return replace(before, unchanged=True)
    except _DryRunDone as done:
        return _store_dry_run(engine, principal, source, done)
    if publish:
        # Publishing needs scipy, which no dry run should wait for.
        from data.writes.indicator_sums import SUMS
        from data.writes.publishing import try_to_publish

        try_to_publish(engine)
        SUMS.try_to_make(engine)
    return report


def _check_answered(report: ImportReport) -> None:
    """Raise ``Refused('questions_open')`` where something must be said first; the transaction is undone."""
    unanswered = report.inspection.open_questions
    if unanswered:
        raise Refused(
            "questions_open", count=len(unanswered), options="、".join(q.option for q in unanswered)
        )


def _identify(
    principal: Principal, kind: ImportKind, path: Path, file_name: str, options: Mapping[str, str]
) -> batches.Source:
    allowed = _IMPORTERS[kind][1]
    for name in options:
        if name.endswith("_") or _NUMBERED.sub("_", name) not in allowed:
            raise Refused("option_unknown", option=name)
    if not path.is_file():
        raise Refused("file_missing", file=file_name)
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    canonical = json.dumps(dict(sorted(options.items())), ensure_ascii=False)
    return batches.Source(kind, file_name, sha256, canonical, principal.id)


def _import_once(
    session: Session,
    source: batches.Source,
    path: Path,
    options: Mapping[str, str],
    progress: Progress,
    *,
    dry_run: bool,
    table_of: TableOf,
) -> tuple[ImportReport, KeptRows]:
    started = time.monotonic()
    before = batches.find_batch(session, source)
    if before is not None:
        raise _AlreadyDone(before)
    batch_id = batches.open_batch(session, source)
    ledger = Ledger()
    kept, inquiry = KeptRows(), Inquiry(options)
    task = Task(
        session=session,
        batch_id=batch_id,
        path=path,
        file_name=source.file_name,
        principal_id=source.principal,
        options=options,
        ledger=ledger,
        inquiry=inquiry,
        kept=kept,
        today=today(session),
        progress=progress,
        dry_run=dry_run,
        table_of=table_of,
    )
    _IMPORTERS[source.kind][0](task)
    if kept.left_out:
        ledger.note("rows_not_kept", count=kept.left_out, most=len(kept))
    report = _report(task, source.kind, time.monotonic() - started)
    batches.close_batch(session, batch_id, report)
    batches.keep_rows(session, batch_id, kept)
    if report.accepted + report.review == 0:
        # Nothing came of it: the file may be tried again when what it lacked is there.
        batches.supersede(session, [batch_id])
    return report, kept


def _report(task: Task, kind: ImportKind, seconds: float) -> ImportReport:
    ledger = task.ledger
    return ImportReport(
        kind=kind,
        file_name=task.file_name,
        dry_run=False,
        rows=ledger.rows,
        accepted=ledger.count(Severity.NOTE),
        review=ledger.count(Severity.REVIEW),
        refused=ledger.count(Severity.REFUSED),
        findings=tuple(ledger.findings),
        figures=ledger.figures,
        batch_id=task.batch_id,
        seconds=round(seconds, 3),
        findings_total=len(ledger.findings),
        inspection=task.inquiry.inspection(),
        rows_kept=len(task.kept),
        quarantined=task.kept.count(RowState.QUARANTINED),
    )


def _store_dry_run(
    engine: Engine, principal: Principal, source: batches.Source, done: _DryRunDone
) -> ImportReport:
    with writing(engine, principal, Action.IMPORT_TRY, source.kind.value, changes_data=False) as session:
        batch_id = batches.open_batch(session, source, dry_run=True)
        batches.close_batch(session, batch_id, done.report)
        batches.keep_rows(session, batch_id, done.kept)
    return replace(done.report, dry_run=True, batch_id=batch_id)
