"""Matters a second through a whole import, against COPY of the finished rows: ``python -m bench.intake``."""

from __future__ import annotations

import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from statistics import median

import click
import psycopg
from sqlalchemy import Engine

from bench.petition_city import count_texts, forget_petitions, open_city, watch_city, write_petitions
from data import cluster
from data.intake.run import run_import
from data.sessions import make_engine
from data.settings import Settings
from data.writes.publishing import publish
from grid.findings import ImportKind
from grid.principals import COMMAND_LINE

LEAST_SHARE = 0.5
MOST_WORKBOOK_S = 60.0
MOST_MEMORY_GB = 1.5
_COLUMNS = """
SELECT attname FROM pg_attribute WHERE attrelid = 'petition'::regclass AND attnum > 0
  AND NOT attisdropped AND attgenerated = '' AND attidentity = '' ORDER BY attnum
"""
_FOREIGN_KEYS = """
SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'petition'::regclass AND contype = 'f'
"""


@dataclass(frozen=True)
class Imported:
    """What an import of a file took, in a process of its own."""

    seconds: float
    memory_gb: float
    rows: int
    review: int


@click.command()
@click.option("--count", default=1_000_000)
@click.option("--repeats", default=3)
@click.option("--workbook", default=50_000, help="rows of an XLSX file; 0 for none")
def main(count: int, repeats: int, workbook: int) -> None:
    """Print the seconds of both and their ratio; fails where an import takes more than twice as long."""
    with open_city("fengtu-bench-") as (settings, known):
        path = settings.home / "matters.csv"
        write_petitions(path, known, count)
        size_mb = path.stat().st_size / 2**20
        click.echo(f"{count} matters, {count_texts(path)} addresses, {size_mb:.0f} MB of CSV")
        watch = watch_city(settings)
        good = _compare(settings, watch, path, repeats)
        if workbook:
            path = settings.home / "matters.xlsx"
            write_petitions(path, known, workbook)
            forget_petitions(watch)
            taken = _import_apart(settings, path)
            click.echo(f"{workbook} matters as XLSX: {taken.seconds:.1f} s of at most {MOST_WORKBOOK_S:.0f}")
            good = good and taken.seconds <= MOST_WORKBOOK_S
        watch.dispose()
    if not good:
        raise click.ClickException("imports take too long or too much memory")


def _compare(settings: Settings, watch: Engine, path: Path, repeats: int) -> bool:
    ours: list[Imported] = []
    theirs: list[float] = []
    # One after the other, so that whatever else the machine does falls on both.
    for _ in range(repeats):
        forget_petitions(watch)
        ours.append(_import_apart(settings, path))
        theirs.append(_copy_s(settings))
        click.echo(f"  import {ours[-1].seconds:.1f} s, COPY {theirs[-1]:.1f} s")
    import_s, copy_s = median(taken.seconds for taken in ours), median(theirs)
    memory_gb = max(taken.memory_gb for taken in ours)
    rows, review = ours[-1].rows, ours[-1].review
    click.echo(f"import {import_s:.1f} s ({rows / import_s:,.0f} rows/s, {review} of them to review)")
    click.echo(f"COPY   {copy_s:.1f} s: an import has {copy_s / import_s:.2f} of COPY's speed")
    click.echo(
        f"most memory of the importer {memory_gb:.2f} GB; publication, apart, {_publish_s(settings):.1f} s"
    )
    return copy_s >= LEAST_SHARE * import_s and memory_gb <= MOST_MEMORY_GB


def _import_apart(settings: Settings, path: Path) -> Imported:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as apart:
        return apart.submit(_import, cluster.importer_url(settings), path).result()


def _import(url: str, path: Path) -> Imported:
    engine = make_engine(url)
    started = time.perf_counter()
    report = run_import(engine, COMMAND_LINE, ImportKind.PETITIONS, path, publish=False)
    seconds = time.perf_counter() - started
    engine.dispose()
    return Imported(seconds, _most_memory_gb(), report.rows, report.review)


def _most_memory_gb() -> float:
    """Return the most memory that this process has held; rusage would tell of its parent before the exec."""
    status = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return int(next(line for line in status if line.startswith("VmHWM:")).split()[1]) / 2**20


def _copy_s(settings: Settings) -> float:
    """Return the seconds in which psycopg copies the same rows, as Python has them, into a table alike."""
    where = f"host={cluster.socket_dir(settings)} dbname={cluster.DATABASE} user=postgres"
    with psycopg.connect(where) as connection:
        columns = ", ".join(name for (name,) in connection.execute(_COLUMNS))
        rows = connection.execute(f"SELECT {columns} FROM petition ORDER BY id").fetchall()  # noqa: S608
        connection.execute("CREATE TABLE peer (LIKE petition INCLUDING ALL)")
        for (definition,) in connection.execute(_FOREIGN_KEYS).fetchall():
            connection.execute(f"ALTER TABLE peer ADD {definition}")
        connection.commit()
        started = time.perf_counter()
        with connection.cursor() as cursor, cursor.copy(f"COPY peer ({columns}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        connection.commit()
        seconds = time.perf_counter() - started
        connection.execute("DROP TABLE peer")
    return seconds


def _publish_s(settings: Settings) -> float:
    engine = make_engine(cluster.importer_url(settings))
    started = time.perf_counter()
    publish(engine)
    seconds = time.perf_counter() - started
    engine.dispose()
    return seconds


if __name__ == "__main__":
    main()
