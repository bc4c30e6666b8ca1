"""A worker process killed in the middle of a real import: nothing is half done, the next one does it once."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, text

from bench.soak import Importer, soak
from data import jobs as uploads
from data.intake.run import run_import
from data.reads import batches
from data.sessions import reading
from data.worker import run_worker
from grid.findings import ImportKind
from grid.principals import CLERK, COMMAND_LINE

ROOT = Path(__file__).parents[2]
ROWS = 300
MANY_ROWS = 20_000
PATIENCE_S = 40.0
WORKER = """
import sys, threading
from data.sessions import make_engine
from data.worker import run_worker
run_worker(make_engine(sys.argv[1]), threading.Event(), poll_s=0.05)
"""
WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'import_finding'::regclass"


def import_a_county(engine: Engine, folder: Path) -> None:
    path = folder / "county.csv"
    ring = "119 28,119.1 28,119.1 28.1,119 28.1,119 28"
    path.write_text(f'代码,名称,几何\n990101,云岭区,"POLYGON(({ring}))"\n', encoding="utf-8")
    run_import(engine, COMMAND_LINE, ImportKind.BOUNDARIES, path, options={"level": "county"})


def petitions() -> bytes:
    lines = ["信访件编号,登记日期,信访形式,信访目的,问题属地"]
    lines += [f"XF{number:05},2026-03-{number % 28 + 1:02},来信,申诉求决,不详" for number in range(ROWS)]
    return "\n".join(lines).encode()


@contextmanager
def worker_process(engine: Engine) -> Iterator[subprocess.Popen[bytes]]:
    url = engine.url.render_as_string(hide_password=False)
    process = subprocess.Popen([sys.executable, "-c", WORKER, url], cwd=ROOT)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def wait_until(holds: Callable[[], object]) -> None:
    until = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.05)


def scalar(engine: Engine, statement: str) -> object:
    with engine.connect() as connection:
        return connection.execute(text(statement)).scalar_one()


def test_a_killed_import_leaves_nothing_and_is_done_by_the_next_worker(
    engine: Engine, tmp_path: Path
) -> None:
    import_a_county(engine, tmp_path)
    key = uploads.upload(engine, CLERK, "../三月.csv", petitions())
    job_id = uploads.submit(engine, CLERK, ImportKind.PETITIONS, key, dry_run=False, options={})
    with engine.connect() as blocker, worker_process(engine) as process:
        # Matters can be written and their findings cannot: the import stands in its middle.
        blocker.execute(text("LOCK TABLE import_finding IN ACCESS EXCLUSIVE MODE"))
        wait_until(lambda: scalar(engine, WAITING))
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert scalar(engine, "SELECT state FROM job") == "running"
        assert scalar(engine, "SELECT count(*) FROM petition") == 0
        blocker.rollback()
    stop = threading.Event()
    worker = threading.Thread(target=run_worker, args=(engine, stop), kwargs={"poll_s": 0.05})
    worker.start()
    try:
        wait_until(lambda: scalar(engine, "SELECT state <> 'running' AND state <> 'queued' FROM job"))
    finally:
        stop.set()
        worker.join()
    with reading(engine, CLERK) as session:
        job = batches.job(session, job_id)
        assert (job.state, job.unchanged) == ("done", False)
        assert job.batch_id is not None
        report = batches.report(session, job.batch_id)
    assert (report.file_name, report.rows) == ("三月.csv", ROWS)
    assert scalar(engine, "SELECT attempts FROM job") == 2
    assert scalar(engine, "SELECT count(*) FROM petition") == ROWS
    assert scalar(engine, "SELECT count(*) FROM import_batch WHERE kind = 'petitions'") == 1


def test_an_import_killed_at_any_moment_is_whole_or_never_was(
    small_city: Engine, login_as: Callable[[Engine, str], Engine], tmp_path: Path
) -> None:
    """A small ``make soak``: six kills from the first row to the commit, then the import once more."""
    path = tmp_path / "many.csv"
    lines = ["信访件编号,登记日期,信访形式,信访目的,责任单位,问题属地,经度,纬度"]
    lines += [
        f"XF{n:06},2026-03-{n % 28 + 1:02},来信,申诉求决,云岭县,双石镇{n % 900}号,120.{n % 399:03},28.05"
        for n in range(MANY_ROWS)
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    watch = login_as(small_city, "postgres")
    url = small_city.url.render_as_string(hide_password=False)
    assert soak(Importer(url, watch, path), kills=6, seed=7)
