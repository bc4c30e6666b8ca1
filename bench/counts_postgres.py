"""PostgreSQL as a peer of counts: a throw-away cluster, one table of four columns, a covering index."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import psycopg

from bench.counts_peers import NAMES, sql
from data import cluster
from data.settings import Settings


def ask_postgres(columns: dict[str, np.ndarray], asked: Sequence[tuple[int, int, list[int]]]) -> dict:
    """Return seconds and totals of cross tables by index-only scans, everything in the buffers."""
    home = Path(tempfile.mkdtemp(prefix="fengtu-bench-"))
    home.chmod(0o755)
    settings = Settings(home=home, database_url=None, port=8402)
    try:
        cluster.ensure_running(settings)
        with psycopg.connect(
            f"host={cluster.socket_dir(settings)} dbname=postgres user=postgres", autocommit=True
        ) as connection:
            _load(connection, columns)
            return _ask(connection, asked)
    finally:
        cluster.stop(settings)
        shutil.rmtree(home, ignore_errors=True)


def _load(connection: psycopg.Connection, columns: dict[str, np.ndarray]) -> None:
    connection.execute(f"CREATE UNLOGGED TABLE m ({', '.join(f'{name} int NOT NULL' for name in NAMES)})")
    row = np.dtype(
        [("fields", ">i2"), *(part for name in NAMES for part in ((f"{name}_", ">i4"), (name, ">i4")))]
    )
    with connection.cursor().copy("COPY m FROM STDIN (FORMAT binary)") as copy:
        copy.write(b"PGCOPY\n\xff\r\n\0" + bytes(8))
        for low in range(0, len(columns["day"]), 1 << 18):
            block = np.zeros(len(columns["day"][low : low + (1 << 18)]), dtype=row)
            block["fields"] = len(NAMES)
            for name in NAMES:
                block[f"{name}_"] = 4
                block[name] = columns[name][low : low + (1 << 18)]
            copy.write(block.tobytes())
        copy.write(b"\xff\xff")
    connection.execute("CREATE INDEX ON m (town, day) INCLUDE (category, stage)")
    connection.execute("CREATE INDEX ON m (day) INCLUDE (town, category, stage)")
    connection.execute("VACUUM (ANALYZE) m")


def _ask(connection: psycopg.Connection, asked: Sequence[tuple[int, int, list[int]]]) -> dict:
    connection.execute("SET work_mem = '256MB'")
    seconds, totals = [], []
    for one in [asked[0], *asked]:
        started = time.perf_counter()
        rows = connection.execute(sql(*one, "m")).fetchall()
        seconds.append(time.perf_counter() - started)
        totals.append(sum(row[3] for row in rows))
    return {"seconds": seconds[1:], "totals": totals[1:], "peak_mb": float("nan")}
