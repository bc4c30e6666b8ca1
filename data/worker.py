"""The background worker: takes queued imports one by one and survives restarts of the database."""

from __future__ import annotations

import logging
import tempfile
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Protocol

import psycopg
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import InterfaceError, OperationalError

from data.intake.run import run_import
from data.writes import editions, jobs, uploads
from data.writes.supervision_openings import Opener
from grid.areas import Level
from grid.findings import ImportReport
from grid.placing import TableOf, build_table
from grid.refusals import Refused

if TYPE_CHECKING:
    from data.writes.issue_sites import SiteKeeper

POLL_S = 1.0
PUBLISH_EVERY_S = 15.0
_PROGRESS_EVERY_S = 0.5
_TIDY_EVERY_S = 60.0
_COUNT_EVERY_S = 5.0
_CLOCKS_EVERY_S = 5.0
_DATABASE_ERRORS = (OperationalError, InterfaceError, psycopg.OperationalError)
_LOG = logging.getLogger("fengtu.worker")


class Importer(Protocol):
    """What does the work of one claim, telling ``progress`` how far it is."""

    def __call__(self, engine: Engine, claim: jobs.Claim, progress: Progress, /) -> ImportReport:
        """Import the claim's upload and return the outcome; raises ``Refused``."""


class Progress:
    """Writes a job's progress, at most twice a second, and ends the work when it is called off."""

    def __init__(self, connection: Connection, claim: jobs.Claim, stop: Event) -> None:
        self._connection = connection
        self._claim = claim
        self._stop = stop
        self._step = ""
        self._written_s = 0.0

    def __call__(self, step: str, done: int, total: int | None) -> None:
        """Note that ``done`` of ``total`` rows of a step are through."""
        if self._stop.is_set():
            raise _Stopped
        now_s = time.monotonic()
        if step != self._step or now_s - self._written_s >= _PROGRESS_EVERY_S:
            self._step, self._written_s = step, now_s
            if jobs.note_progress(self._connection, self._claim, step, done, total):
                raise _Cancelled


class _Stopped(Exception):  # noqa: N818  an order, not a fault
    """The worker was asked to stop in the middle of a job."""


class _Cancelled(Exception):  # noqa: N818  an order, not a fault
    """The job's owner called it off."""


def import_upload(
    engine: Engine, claim: jobs.Claim, progress: Progress, /, *, table_of: TableOf = build_table
) -> ImportReport:
    """Import the claim's upload from a private folder, under a name that no user chose."""
    request = claim.request
    if jobs.ROLL_BACK in request.options:
        return _roll_back(engine, claim)
    with tempfile.TemporaryDirectory(prefix="fengtu-job-") as folder:
        path = Path(folder) / "upload"
        with engine.connect() as connection:
            path.write_bytes(uploads.read_upload(connection, claim.upload_id))
        return run_import(
            engine,
            claim.principal,
            request.kind,
            path,
            file_name=claim.file_name,
            dry_run=request.dry_run,
            options=request.options,
            progress=progress,
            table_of=table_of,
        )


def _roll_back(engine: Engine, claim: jobs.Claim) -> ImportReport:
    level, edition = Level(claim.request.options[jobs.ROLL_BACK]), int(claim.request.options[jobs.EDITION])
    report = ImportReport(
        claim.request.kind, "", dry_run=False, rows=0, accepted=0, review=0, refused=0, findings=(),
        figures={}, batch_id=None, seconds=0.0,
    )  # fmt: skip
    try:
        done = editions.roll_back(engine, claim.principal, level, edition=edition)
    except Refused:
        # Asked twice, or by a worker that died after it was done: what was asked for is so.
        if edition and editions.is_taken_back(engine, edition):
            return replace(report, unchanged=True)
        raise
    return replace(report, figures={"areas": done.areas, "matters_moved": done.matters})


def run_worker(
    engine: Engine,
    stop: Event,
    *,
    importer: Importer = import_upload,
    poll_s: float = POLL_S,
    publish_every_s: float = PUBLISH_EVERY_S,
    tiles: Path | None = None,
    counts: Path | None = None,
) -> None:
    """Work off jobs until ``stop`` is set; a job in hand goes back to the queue then.

    Between jobs it keeps clocks right and publishes what became stale: on a new day, after a change that was
    no import, or where an import ended before its publication; then it bakes the shapes of new editions
    into the folder ``tiles`` and keeps up the columnar copy in ``counts``. Any number of workers may run.
    Where the database does not answer it waits and tries again.
    """
    publisher, tidier, counter = _Publisher(publish_every_s, tiles), _Tidier(), _Counter(counts)
    reckoner = _Reckoner()
    while not stop.is_set():
        try:
            with _own_connection(engine) as connection:
                while not stop.is_set():
                    tidier.tidy_when_due(connection)
                    if not _work_once(engine, connection, stop, importer):
                        reckoner.reckon_when_due(engine)
                        publisher.publish_when_due(engine)
                        counter.count_when_due(engine)
                        stop.wait(poll_s)
        except _DATABASE_ERRORS as error:
            # The lock went with the connection: the job in hand, if any, is recovered in the next round.
            _LOG.warning("the database does not answer: %s", type(error).__name__)
            stop.wait(poll_s)


class _Reckoner:
    """Keeps clocks, sums and workloads right: after rules, calendar, matters or the day changed."""

    def __init__(self) -> None:
        self._looked_s = float("-inf")

    def reckon_when_due(self, engine: Engine) -> None:
        """Make anew what is stale, clocks first, but look no oftener than at the interval."""
        if time.monotonic() - self._looked_s < _CLOCKS_EVERY_S:
            return
        from data.writes.clock_proposals import try_to_work_out
        from data.writes.clocks import try_to_recompute
        from data.writes.indicator_sums import SUMS
        from data.writes.workloads import WORKLOADS

        try_to_recompute(engine)
        try_to_work_out(engine)
        SUMS.try_to_make(engine)
        WORKLOADS.try_to_make(engine)
        self._looked_s = time.monotonic()


class _Publisher:
    """Looks now and then what is stale of the published, what opens a case, and which tiles are missing."""

    def __init__(self, every_s: float, tiles: Path | None) -> None:
        self._every_s, self._tiles, self._openings = every_s, tiles, Opener()
        self._looked_s = float("-inf")

    def publish_when_due(self, engine: Engine) -> None:
        """Publish where stale, but look no oftener than at the interval."""
        now_s = time.monotonic()
        if now_s - self._looked_s < self._every_s:
            return
        # Publishing needs scipy, which takes a moment to load: a worker without jobs loads it at its start.
        from data.writes.publishing import try_to_publish

        try_to_publish(engine)
        self._openings.open_when_due(engine)
        if self._tiles is not None:
            from data.tiles.baking import try_to_bake

            try_to_bake(engine, self._tiles)
        from data.writes.freezing import try_to_freeze

        try_to_freeze(engine)
        self._looked_s = time.monotonic()


class _Counter:
    """Keeps the columnar copy and the issue sites up with the data, and has the copy compared with SQL."""

    def __init__(self, home: Path | None) -> None:
        self._home = home
        self._looked_s = float("-inf")
        self._sites: SiteKeeper | None = None

    def count_when_due(self, engine: Engine) -> None:
        """Bring the copy up to date, but look no oftener than at the interval."""
        if self._home is None or time.monotonic() - self._looked_s < _COUNT_EVERY_S:
            return
        from data.counts.keeping import keep_up
        from data.writes.issue_sites import SiteKeeper

        keep_up(engine, self._home)
        self._sites = self._sites or SiteKeeper()
        self._sites.write_when_due(engine)
        self._looked_s = time.monotonic()


class _Tidier:
    """Looks now and then for uploads that nobody came back to."""

    def __init__(self) -> None:
        self._looked_s = float("-inf")

    def tidy_when_due(self, connection: Connection) -> None:
        """Drop old uploads, but look no oftener than once a minute."""
        now_s = time.monotonic()
        if now_s - self._looked_s >= _TIDY_EVERY_S:
            self._looked_s = now_s
            uploads.drop_old_uploads(connection)


@contextmanager
def _own_connection(engine: Engine) -> Iterator[Connection]:
    # Not from the pool: closing it must really end it, and with it the lock of a job.
    with engine.connect() as connection:
        connection.detach()
        yield connection


def _work_once(engine: Engine, connection: Connection, stop: Event, importer: Importer) -> bool:
    jobs.recover_abandoned(connection)
    claim = jobs.claim_next(connection)
    if claim is None:
        return False
    try:
        report = importer(engine, claim, Progress(connection, claim, stop))
    except _Stopped:
        jobs.put_back(connection, claim)
    except _Cancelled:
        jobs.end_cancelled(connection, claim)
    except Refused as refused:
        jobs.end_failed(connection, claim, refused)
    except _DATABASE_ERRORS:
        raise
    except Exception as error:
        _log_bug(claim, error)
        jobs.end_failed(connection, claim, Refused("job_broke", job=claim.job_id))
    else:
        jobs.end_done(connection, claim, report.batch_id, unchanged=report.unchanged)
    return True


def _log_bug(claim: jobs.Claim, error: Exception) -> None:
    # Type and place only: the message of an error may quote what stands in a user's file.
    where = "".join(traceback.format_tb(error.__traceback__))
    _LOG.error("job %d broke: %s\n%s", claim.job_id, type(error).__name__, where)
