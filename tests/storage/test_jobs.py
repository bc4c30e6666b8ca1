"""Jobs: every upload is worked off once, whatever happens to workers and to the database."""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest
from sqlalchemy import Engine, delete, func, insert, select, text, update
from sqlalchemy.exc import OperationalError, ProgrammingError

from data import jobs as uploads
from data.access.roles import SERVER
from data.models import DataVersion, ImportBatch, Job, Upload
from data.reads import batches
from data.sessions import reading, writing
from data.worker import Progress, import_upload, run_worker
from data.writes import jobs
from data.writes.uploads import MOST_KEPT, drop_old_uploads, read_upload
from grid.audits import Action
from grid.findings import ImportKind, ImportReport
from grid.principals import CLERK, Principal, Role
from grid.questions import JobView
from grid.refusals import Refused
from tests.storage.written_audit import audit_rows

POLL_S = 0.02
PATIENCE_S = 10.0
Importer = Callable[[Engine, jobs.Claim, Progress], ImportReport]


def submit(engine: Engine, content: bytes = b"x", **changes: object) -> int:
    asked: dict = {"dry_run": False, "options": {}} | changes
    key = uploads.upload(engine, CLERK, "a.csv", content)
    return uploads.submit(engine, CLERK, ImportKind.PETITIONS, key, **asked)


def kept(engine: Engine) -> list[bytes]:
    with reading(engine, CLERK) as session:
        return list(session.scalars(select(Upload.content).order_by(Upload.id)))


def view(engine: Engine, job_id: int) -> JobView:
    with reading(engine, CLERK) as session:
        return batches.job(session, job_id)


def stored(engine: Engine, job_id: int) -> Job:
    with reading(engine, CLERK) as session:
        job = session.get_one(Job, job_id)
        session.expunge(job)
        return job


def wait_for(engine: Engine, job_id: int, *states: str) -> JobView:
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        with suppress(OperationalError):
            seen = view(engine, job_id)
            if seen.state in states:
                return seen
        time.sleep(POLL_S)
    raise AssertionError(f"job {job_id} is still {seen}")


@contextmanager
def working(engine: Engine, importer: Importer, workers: int = 1) -> Iterator[threading.Event]:
    """Run workers in threads, each with connections of its own, and join them."""
    stop = threading.Event()
    options = {"importer": importer, "poll_s": POLL_S}
    threads = [
        threading.Thread(target=run_worker, args=(engine, stop), kwargs=options) for _ in range(workers)
    ]
    for thread in threads:
        thread.start()
    try:
        yield stop
    finally:
        stop.set()
        for thread in threads:
            thread.join(PATIENCE_S)
    assert not any(thread.is_alive() for thread in threads)


def make_batch(engine: Engine, claim: jobs.Claim) -> ImportReport:
    """Do as little as an import can: one batch."""
    asked = claim.request
    row = {
        "kind": asked.kind, "file_name": claim.file_name, "sha256": f"{claim.job_id:064}", "options": "{}",
        "dry_run": asked.dry_run, "principal": claim.principal.id, "seconds": 0.0,
        "rows": 3, "accepted": 2, "review": 1, "refused": 0,
    }  # fmt: skip
    with writing(engine, claim.principal, Action.IMPORT_RUN, "batch") as session:
        batch_id = session.execute(insert(ImportBatch).values(**row).returning(ImportBatch.id)).scalar_one()
    return ImportReport(asked.kind, claim.file_name, asked.dry_run, 3, 2, 1, 0, (), batch_id=batch_id)


def import_at_once(engine: Engine, claim: jobs.Claim, progress: Progress) -> ImportReport:
    progress("rows", 1, 3)
    return make_batch(engine, claim)


def test_a_job_goes_from_upload_to_batch(engine: Engine) -> None:
    seen: list[jobs.Claim] = []

    def importer(engine: Engine, claim: jobs.Claim, progress: Progress) -> ImportReport:
        seen.append(claim)
        return import_at_once(engine, claim, progress)

    job_id = submit(engine, "件".encode(), dry_run=True, options={"level": "town"})
    assert view(engine, job_id).state == "queued"
    with working(engine, importer):
        done = wait_for(engine, job_id, "done")
    (claim,) = seen
    assert claim.principal == CLERK
    assert claim.request == jobs.Request(ImportKind.PETITIONS, True, {"level": "town"})
    assert claim.file_name == "a.csv"
    assert (done.step, done.done, done.total, done.unchanged) == ("rows", 1, 3, False)
    assert kept(engine) == ["件".encode()], "what was tried out can be imported without sending it again"
    with reading(engine, CLERK) as session:
        assert done.batch_id is not None
        assert batches.report(session, done.batch_id).accepted == 2


def test_submitting_is_audited_and_changes_no_data(engine: Engine) -> None:
    with reading(engine, CLERK) as session:
        before = session.execute(select(DataVersion.number)).scalar_one()
    submit(engine, b"12345")
    with reading(engine, CLERK) as session:
        assert session.execute(select(DataVersion.number)).scalar_one() == before
    uploaded, submitted = audit_rows(engine)
    assert (uploaded.action, submitted.action) == ("import.upload", "import.submit")
    assert {uploaded.principal, submitted.principal} == {CLERK.id}
    assert uploaded.facts == {"bytes": 5}
    assert submitted.facts == {"kind": "petitions", "dry_run": False}


@pytest.mark.parametrize(
    ("content", "options", "code"),
    [
        (b"", {}, "file_empty"),
        (b"0" * (uploads.LARGEST_FILE_MB * 1024 * 1024 + 1), {}, "file_too_large"),
        (b"x", {"Level; DROP": "town"}, "option_unreadable"),
        (b"x", {"level": "t" * 1000}, "option_unreadable"),
        (b"x", {"level": "a\x00b"}, "option_unreadable"),
        (b"x", {f"o{number}": "1" for number in range(301)}, "options_too_many"),
    ],
)
def test_an_impossible_upload_is_refused(
    module_engine: Engine, content: bytes, options: dict[str, str], code: str
) -> None:
    with pytest.raises(Refused) as refused:
        submit(module_engine, content, options=options)
    assert refused.value.code == code
    with reading(module_engine, CLERK) as session:
        assert session.execute(select(func.count()).select_from(Job)).scalar_one() == 0


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\表\\附件.xlsx", "附件.xlsx"),
        ("a\x00\n\u202eb.csv", "ab.csv"),
        ("", "-"),
        ("/", "-"),
        ("长" * 500 + ".csv", "长" * 116 + ".csv"),
    ],
)
def test_a_file_name_is_only_a_label(given: str, kept: str) -> None:
    assert uploads.clean_file_name(given) == kept


def test_the_queue_is_bounded_and_says_who_is_ahead(engine: Engine) -> None:
    ids = [submit(engine) for _ in range(jobs.MOST_WAITING)]
    assert [view(engine, ids[place]).ahead for place in (0, 1, 5)] == [0, 1, 5]
    assert view(engine, ids[0]).waited_s >= 0
    with pytest.raises(Refused) as refused:
        submit(engine)
    assert refused.value.code == "queue_full"


def test_an_unknown_job_or_batch_is_refused(module_engine: Engine) -> None:
    with reading(module_engine, CLERK) as session:
        with pytest.raises(Refused, match="job_unknown"):
            batches.job(session, 999)
        with pytest.raises(Refused, match="batch_unknown"):
            batches.report(session, 999)


def test_no_two_workers_take_the_same_job(engine: Engine) -> None:
    taken: Counter[int] = Counter()
    lock = threading.Lock()

    def importer(engine: Engine, claim: jobs.Claim, progress: Progress) -> ImportReport:
        with lock:
            taken[claim.job_id] += 1
        time.sleep(0.01)
        return import_at_once(engine, claim, progress)

    ids = [submit(engine) for _ in range(16)]
    with working(engine, importer, workers=4):
        for job_id in ids:
            assert wait_for(engine, job_id, "done").error_code is None
    assert taken == dict.fromkeys(ids, 1)
    assert all(stored(engine, job_id).attempts == 1 for job_id in ids)


def test_a_live_worker_keeps_its_job(engine: Engine) -> None:
    """Another worker that looks for abandoned jobs leaves a slow one alone."""
    go_on = threading.Event()
    runs: list[int] = []

    def importer(engine: Engine, claim: jobs.Claim, progress: Progress) -> ImportReport:
        runs.append(claim.attempt)
        go_on.wait(PATIENCE_S)
        return import_at_once(engine, claim, progress)

    job_id = submit(engine)
    with working(engine, importer, workers=2):
        wait_for(engine, job_id, "running")
        time.sleep(10 * POLL_S)
        go_on.set()
        wait_for(engine, job_id, "done")
    assert runs == [1]


def test_a_refusal_ends_a_job_with_its_code(engine: Engine) -> None:
    def importer(engine: Engine, claim: jobs.Claim, progress: Progress) -> ImportReport:
        raise Refused("crs_missing", file="a.zip", tries=2)

    job_id = submit(engine)
    with working(engine, importer):
        failed = wait_for(engine, job_id, "failed")
    assert (failed.error_code, failed.error_facts) == ("crs_missing", {"file": "a.zip", "tries": 2})
    assert kept(engine) == [b"x"], "it may be tried again with another answer"


def test_a_bug_ends_its_job_only_and_quotes_no_data(engine: Engine, caplog: pytest.LogCaptureFixture) -> None:
    def importer(engine: Engine, claim: jobs.Claim, progress: Progress) -> ImportReport:
        with engine.connect() as connection:
            content = read_upload(connection, claim.upload_id)
        if content != b"good":
            raise ValueError(content.decode())
        return import_at_once(engine, claim, progress)

    bad, good = submit(engine, "张三 330102199001011234".encode()), submit(engine, b"good")
    with caplog.at_level(logging.ERROR), working(engine, importer):
        assert wait_for(engine, bad, "failed").error_code == "job_broke"
        wait_for(engine, good, "done")
    assert "ValueError" in caplog.text
    assert "张三" not in caplog.text
    assert "330102" not in caplog.text


def test_a_stopped_worker_gives_its_job_back_uncounted(engine: Engine) -> None:
    def importer(engine: Engine, claim: jobs.Claim, progress: Progress) -> ImportReport:
        while True:
            progress("rows", 1, 2)
            time.sleep(POLL_S)

    job_id = submit(engine)
    with working(engine, importer):
        wait_for(engine, job_id, "running")
    job = stored(engine, job_id)
    assert (job.state, job.attempts, kept(engine)) == ("queued", 0, [b"x"])
    with working(engine, import_at_once):
        wait_for(engine, job_id, "done")


def test_progress_is_seen_while_the_import_is_not_committed(engine: Engine) -> None:
    go_on = threading.Event()

    def importer(engine: Engine, claim: jobs.Claim, progress: Progress) -> ImportReport:
        progress("rows", 0, 400)
        time.sleep(0.6)
        progress("rows", 100, 400)
        progress("rows", 101, 400)
        go_on.wait(PATIENCE_S)
        return import_at_once(engine, claim, progress)

    job_id = submit(engine)
    with working(engine, importer):
        until = time.monotonic() + PATIENCE_S
        while view(engine, job_id).done == 0 and time.monotonic() < until:
            time.sleep(POLL_S)
        seen = view(engine, job_id)
        go_on.set()
        wait_for(engine, job_id, "done")
    assert (seen.step, seen.done, seen.total) == ("rows", 100, 400), "the third came too soon to be written"
    assert seen.eta_s is not None
    assert 1.5 < seen.eta_s < 30


@pytest.mark.parametrize(
    ("done", "total", "elapsed_s", "left"),
    [(0, 10, 5.0, None), (5, None, 5.0, None), (5, 10, None, None), (5, 20, 4.0, 12.0), (30, 20, 4.0, 0.0)],
)
def test_time_left_follows_the_rate(
    done: int, total: int | None, elapsed_s: float | None, left: float | None
) -> None:
    assert batches.seconds_left(done, total, elapsed_s) == left


def test_workers_survive_a_restart_of_the_database(engine: Engine) -> None:
    """All connections are cut in the middle of a job: it is run again and ends once."""
    runs: list[int] = []

    def importer(engine: Engine, claim: jobs.Claim, progress: Progress) -> ImportReport:
        runs.append(claim.attempt)
        if claim.attempt == 1:
            cut_connections(engine)
            progress("rows", 1, 3)
        return import_at_once(engine, claim, progress)

    job_id = submit(engine)
    with working(engine, importer):
        wait_for(engine, job_id, "done")
    assert runs == [1, 2]
    with reading(engine, CLERK) as session:
        assert session.execute(select(func.count()).select_from(ImportBatch)).scalar_one() == 1


def test_a_job_that_takes_its_workers_down_is_given_up(engine: Engine) -> None:
    def importer(engine: Engine, claim: jobs.Claim, progress: Progress) -> ImportReport:
        raise OperationalError("SELECT", {}, Exception("connection lost"))

    job_id = submit(engine)
    with working(engine, importer):
        failed = wait_for(engine, job_id, "failed")
    assert (failed.error_code, failed.error_facts) == ("job_abandoned", {"attempts": jobs.MOST_ATTEMPTS})


def test_a_worker_that_lost_its_lock_cannot_end_the_next_ones_job(engine: Engine) -> None:
    job_id = submit(engine)
    with engine.connect() as first, engine.connect() as second:
        old = jobs.claim_next(first)
        assert old is not None
        first.execute(text("SELECT pg_advisory_unlock_all()"))
        first.commit()
        jobs.recover_abandoned(second)
        new = jobs.claim_next(second)
        assert new is not None
        assert (old.attempt, new.attempt) == (1, 2)
        jobs.end_failed(first, old, Refused("crs_missing"))
        assert view(engine, job_id).state == "running"
        jobs.end_done(second, new, None, unchanged=True)
    assert (view(engine, job_id).state, view(engine, job_id).unchanged) == ("done", True)


def test_latest_batches_tell_the_citys_time(engine: Engine) -> None:
    with working(engine, import_at_once):
        wait_for(engine, submit(engine), "done")
    with engine.begin() as connection:
        connection.execute(update(ImportBatch).values(created_at=text("'2026-06-30 20:05:00Z'")))
    with reading(engine, CLERK) as session:
        ((report, at),) = batches.latest(session)
    assert at == "2026-07-01 04:05"
    assert (report.file_name, report.findings, report.rows) == ("a.csv", (), 3)


def test_a_page_gets_the_gravest_findings_and_their_total(engine: Engine) -> None:
    with working(engine, import_at_once):
        batch_id = wait_for(engine, submit(engine), "done").batch_id
    assert batch_id is not None
    with engine.begin() as connection:
        connection.execute(
            text(
                'INSERT INTO import_finding (batch_id, code, severity, row, "column", original, facts)'
                " SELECT :batch, 'x', CASE WHEN n % 25000 = 0 THEN 'refused' ELSE 'note' END, n, '', '', '{}'"
                " FROM generate_series(1, 50000) n"
            ),
            {"batch": batch_id},
        )
    with reading(engine, CLERK) as session:
        started_s = time.monotonic()
        page = batches.report(session, batch_id)
        assert time.monotonic() - started_s < 1
        assert (len(page.findings), page.findings_total) == (batches.MOST_FINDINGS, 50000)
        assert [finding.row for finding in page.findings[:3]] == [25000, 50000, 1]
        assert len(batches.report(session, batch_id, most_findings=None).findings) == 50000


def test_what_was_imported_for_good_is_kept_no_longer(engine: Engine) -> None:
    with working(engine, import_at_once):
        wait_for(engine, submit(engine, b"tried", dry_run=True), "done")
        wait_for(engine, submit(engine, b"imported"), "done")
    assert kept(engine) == [b"tried"]


def test_an_upload_is_imported_as_it_was_sent_and_once_sent(engine: Engine) -> None:
    """A dry run, another with an answer, and the import all read the one upload."""
    seen: list[bytes] = []

    def importer(engine: Engine, claim: jobs.Claim, progress: Progress) -> ImportReport:
        with engine.connect() as connection:
            seen.append(read_upload(connection, claim.upload_id))
        return import_at_once(engine, claim, progress)

    key = uploads.upload(engine, CLERK, "a.csv", "件".encode())
    with working(engine, importer):
        for dry_run, options in ((True, {}), (True, {"datum": "BD09"}), (False, {"datum": "BD09"})):
            job = uploads.submit(engine, CLERK, ImportKind.PETITIONS, key, dry_run=dry_run, options=options)
            wait_for(engine, job, "done")
    assert seen == ["件".encode()] * 3
    with pytest.raises(Refused, match="upload_gone"):
        uploads.submit(engine, CLERK, ImportKind.PETITIONS, key, dry_run=True, options={})


def test_uploads_are_dropped_after_hours_unless_a_job_waits_for_them(engine: Engine) -> None:
    waiting = submit(engine, b"waiting")
    uploads.upload(engine, CLERK, "b.csv", b"left")
    with engine.begin() as connection:
        connection.execute(update(Upload).values(created_at=text("now() - interval '121 minutes'")))
    uploads.upload(engine, CLERK, "c.csv", b"new")
    with engine.connect() as connection:
        drop_old_uploads(connection)
    assert kept(engine) == [b"waiting", b"new"]
    with working(engine, import_at_once):
        wait_for(engine, waiting, "done")


def test_a_worker_drops_old_uploads_by_itself(engine: Engine) -> None:
    uploads.upload(engine, CLERK, "b.csv", b"left")
    with engine.begin() as connection:
        connection.execute(update(Upload).values(created_at=text("now() - interval '3 hours'")))
    with working(engine, import_at_once):
        wait_for(engine, submit(engine, dry_run=True), "done")
    assert kept(engine) == [b"x"]


def test_nobody_fills_the_database_with_uploads(engine: Engine) -> None:
    for number in range(MOST_KEPT + 3):
        uploads.upload(engine, CLERK, "a.csv", bytes([65 + number]))
    assert kept(engine) == [bytes([65 + number]) for number in range(3, MOST_KEPT + 3)]


def test_an_upload_that_is_gone_ends_its_job_in_words(engine: Engine) -> None:
    job_id = submit(engine)
    with engine.begin() as connection:
        connection.execute(delete(Upload))
    with working(engine, import_upload):
        assert wait_for(engine, job_id, "failed").error_code == "upload_gone"


def test_a_job_called_off_in_the_queue_is_never_begun(engine: Engine) -> None:
    job_id = submit(engine)
    uploads.cancel(engine, CLERK, job_id)
    assert view(engine, job_id).state == "cancelled", "though no worker has come by yet"
    with working(engine, import_at_once):
        wait_for(engine, submit(engine, b"next", dry_run=True), "done")
    assert (stored(engine, job_id).state, stored(engine, job_id).attempts) == ("cancelled", 0)
    assert kept(engine) == [b"x", b"next"], "it may be tried again"


def test_a_job_called_off_in_its_middle_leaves_nothing(engine: Engine) -> None:
    """The real importer over real rows, held in its middle until it was called off."""
    lines = [f"XF{n:05},2026-03-{n % 28 + 1:02},申诉求决" for n in range(300)]
    begun, called_off = threading.Event(), threading.Event()

    def importer(engine: Engine, claim: jobs.Claim, progress: Progress) -> ImportReport:
        def held(step: str, done: int, total: int | None) -> None:
            if step == "writing":
                begun.set()
                called_off.wait(PATIENCE_S)
            progress(step, done, total)

        return import_upload(engine, claim, held)  # type: ignore[arg-type]

    county = '代码,名称,几何\n990101,云岭区,"POLYGON((119 28,119.1 28,119.1 28.1,119 28.1,119 28))"\n'
    key = uploads.upload(engine, CLERK, "c.csv", county.encode())
    with working(engine, import_upload):
        job = uploads.submit(
            engine, CLERK, ImportKind.BOUNDARIES, key, dry_run=False, options={"level": "county"}
        )
        wait_for(engine, job, "done")
    before = everything(engine)
    job_id = submit(engine, "\n".join(["信访件编号,登记日期,信访目的", *lines]).encode())
    with working(engine, importer):
        assert begun.wait(PATIENCE_S)
        uploads.cancel(engine, CLERK, job_id)
        assert view(engine, job_id).cancelling
        called_off.set()
        wait_for(engine, job_id, "cancelled")
        assert everything(engine) == before
        uploads.cancel(engine, CLERK, job_id)
        assert view(engine, job_id).error_code is None
    assert len(kept(engine)) == 1, "it may be tried again without sending it again"


def test_calling_off_what_has_ended_changes_nothing(engine: Engine) -> None:
    job_id = submit(engine)
    with working(engine, import_at_once):
        wait_for(engine, job_id, "done")
    uploads.cancel(engine, CLERK, job_id)
    assert (view(engine, job_id).state, stored(engine, job_id).cancel_asked) == ("done", False)
    with pytest.raises(Refused, match="job_unknown"):
        uploads.cancel(engine, CLERK, 999)


def test_an_upload_is_its_owners_alone(
    engine: Engine, sign_in: Callable[..., Principal], login_as: Callable[..., Engine]
) -> None:
    """Another clerk who knows the key may neither import the file nor call its job off."""
    mine, other = sign_in(engine, Role.CLERK), sign_in(engine, Role.CLERK)
    server = login_as(engine, SERVER)
    key = uploads.upload(server, mine, "a.csv", b"x")
    asked = {"dry_run": True, "options": {}}
    with pytest.raises(Refused, match="upload_gone"):
        uploads.submit(server, other, ImportKind.PETITIONS, key, **asked)  # type: ignore[arg-type]
    job_id = uploads.submit(server, mine, ImportKind.PETITIONS, key, **asked)  # type: ignore[arg-type]
    with pytest.raises(Refused, match="job_unknown"):
        uploads.cancel(server, other, job_id)
    uploads.cancel(server, mine, job_id)
    assert stored(engine, job_id).cancel_asked
    server.dispose()


def everything(engine: Engine) -> dict[str, int]:
    """How many rows stand in every table that an import writes to."""
    tables = ("petition", "import_batch", "import_finding", "import_row", "unit", "area", "edition")
    with engine.connect() as connection:
        counted = {t: connection.execute(text(f"SELECT count(*) FROM {t}")).scalar_one() for t in tables}
        return counted | {"version": connection.execute(select(DataVersion.number)).scalar_one()}


def cut_connections(engine: Engine) -> None:
    """End every connection to this database but our own, as a restart does."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )


def test_no_newer_upload_puts_out_one_that_a_job_waits_for(
    engine: Engine, sign_in: Callable[..., Principal], login_as: Callable[..., Engine]
) -> None:
    server, clerk = login_as(engine, SERVER), sign_in(engine, Role.CLERK)
    key = uploads.upload(server, clerk, "a.csv", b"waiting")
    uploads.submit(server, clerk, ImportKind.PETITIONS, key, dry_run=False, options={})
    for number in range(MOST_KEPT + 2):
        uploads.upload(server, clerk, "a.csv", bytes([65 + number]))
    assert kept(engine) == [b"waiting", *(bytes([65 + number]) for number in range(2, MOST_KEPT + 2))]
    server.dispose()


def test_a_job_imports_no_upload_of_anothers_and_says_nothing_of_its_owners_role(
    engine: Engine, sign_in: Callable[..., Principal], login_as: Callable[..., Engine]
) -> None:
    """As an injected statement of a clerk's session would insert it."""
    mine, other = sign_in(engine, Role.CLERK), sign_in(engine, Role.CLERK)
    server = login_as(engine, SERVER)
    uploads.upload(server, mine, "a.csv", b"x")
    with engine.connect() as connection:
        upload_id = connection.execute(select(Upload.id)).scalar_one()
    payload = {"kind": "petitions", "file_name": "a.csv", "dry_run": True, "options": {}, "role": "admin"}

    def insert_job(who: Principal) -> None:
        row = {"kind": "import", "payload": payload, "principal": who.id, "upload_id": upload_id}
        with writing(server, who, Action.IMPORT_SUBMIT, "job", changes_data=False) as session:
            session.execute(insert(Job).values(**row))

    with pytest.raises(ProgrammingError, match="row-level security"):
        insert_job(other)
    insert_job(mine)
    with engine.connect() as connection:
        claim = jobs.claim_next(connection)
    assert claim is not None
    assert claim.principal == Principal(mine.id, Role.CLERK)
    server.dispose()
