"""Servers of tiles for ``bench.tiles``: the program's own, one of live ``ST_AsMVT``, and a bare answer.

All are run by the same gunicorn with the same workers and threads, and asked over kept-alive connections.
"""

from __future__ import annotations

import gzip
import os
import selectors
import socket
import statistics
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

from data.processes import SERVER, command, environment
from data.settings import Settings

if TYPE_CHECKING:
    from flask import Flask

OURS, LIVE, LIVE_PACKED, BARE = (
    "app:create_server()",
    "bench.tile_servers:live()",
    "bench.tile_servers:live_packed()",
    "bench.tile_servers:bare",
)
LIVE_TILE = (
    "SELECT ST_AsMVT(f, 'grid', 4096, 'geom', 'id') FROM (SELECT id, code, name, kind,"
    " ST_AsMVTGeom(ST_Transform(geom, 3857), ST_TileEnvelope(%(z)s, %(x)s, %(y)s), 4096, 64) AS geom"
    " FROM area WHERE level = 'grid' AND valid_to IS NULL"
    " AND geom && ST_Transform(ST_TileEnvelope(%(z)s, %(x)s, %(y)s), 4490)) f WHERE geom IS NOT NULL"
)
_DATABASE = "BENCH_DATABASE"
_ROOT = Path(__file__).parents[1]
_PATIENCE_S = 60.0
_AT_ONCE, _SECONDS, _LEAST = 8, 3.0, 160


def live(*, packed: bool = False) -> Flask:
    """Return a server that asks PostGIS for each tile, over a connection of each thread, prepared once."""
    from flask import Flask, Response

    server, mine = Flask(__name__), threading.local()

    @server.get("/<int:z>/<int:x>/<int:y>.mvt")
    def tile(z: int, x: int, y: int) -> Response:
        if not hasattr(mine, "connection"):
            mine.connection = psycopg.connect(os.environ[_DATABASE], autocommit=True, prepare_threshold=1)
        row = mine.connection.execute(LIVE_TILE, {"z": z, "x": x, "y": y}, binary=True).fetchone()
        body = gzip.compress(row[0], compresslevel=5) if packed else row[0]
        answer = Response(body, content_type="application/vnd.mapbox-vector-tile")
        if packed:
            answer.headers["Content-Encoding"] = "gzip"
        return answer

    return server


def live_packed() -> Flask:
    """Return the same with each tile compressed, as ours are."""
    return live(packed=True)


def bare(environ: object, start_response: object) -> list[bytes]:
    """Answer 200 to everything, by the web server alone: no framework, no check, no tile."""
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "2")])  # type: ignore[operator]
    return [b"ok"]


@contextmanager
def serving(settings: Settings, program: str, database: str) -> Iterator[int]:
    """Run a server as the program runs its own; yield its port."""
    settings.log_dir.mkdir(parents=True, exist_ok=True)
    (settings.home / "run").mkdir(exist_ok=True)
    line = [program if part == OURS else part for part in command(settings, SERVER)]
    around = environment(settings, SERVER) | {_DATABASE: database}
    with (settings.log_dir / "bench.log").open("ab") as log:
        process = subprocess.Popen(line, cwd=_ROOT, env=around, stdout=log, stderr=log)
    try:
        _wait_until_served(settings.port)
        yield settings.port
    finally:
        process.terminate()
        process.wait()


def rate(port: int, addresses: Sequence[str], *, headers: str, repeats: int) -> float:
    """Return the median of answers a second, after each address was asked for once.

    Raises RuntimeError for any answer but 200.
    """
    _rate(port, addresses, headers, least=len(addresses), seconds=0)
    return statistics.median(
        _rate(port, addresses, headers, least=_LEAST, seconds=_SECONDS) for _ in range(repeats)
    )


def _rate(port: int, addresses: Sequence[str], headers: str, *, least: int, seconds: float) -> float:
    """Ask by some connections at once, each for the next when it has one; return answers a second."""
    asked = [
        f"GET {address} HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip\r\n{headers}\r\n".encode()
        for address in addresses
    ]
    with selectors.DefaultSelector() as selector:
        readers = [_Reader(port) for _ in range(_AT_ONCE)]
        for at, reader in enumerate(readers):
            reader.ask(asked[at % len(asked)])
            selector.register(reader.line, selectors.EVENT_READ, reader)
        answers, sent, began = 0, _AT_ONCE, time.perf_counter()
        while answers < least or time.perf_counter() - began < seconds:
            for key, _ in selector.select(_PATIENCE_S):
                if key.data.has_answer():
                    answers, sent = answers + 1, sent + 1
                    key.data.ask(asked[sent % len(asked)])
        taken = time.perf_counter() - began
        for reader in readers:
            reader.line.close()
    return answers / taken


class _Reader:
    """One connection: it asks, and gathers the answer."""

    def __init__(self, port: int) -> None:
        self.line = socket.create_connection(("127.0.0.1", port))
        self.line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._got = b""

    def ask(self, request: bytes) -> None:
        self._got = b""
        self.line.sendall(request)

    def has_answer(self) -> bool:
        """Take what has come; return whether the answer is whole."""
        came = self.line.recv(1 << 20)
        if not came:
            raise RuntimeError("closed")
        self._got += came
        head, end, body = self._got.partition(b"\r\n\r\n")
        if not end:
            return False
        if b" 200 " not in head[:16]:
            raise RuntimeError(head[:40])
        length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
        return len(body) >= int(length)


def _wait_until_served(port: int) -> None:
    end = time.monotonic() + _PATIENCE_S
    while time.monotonic() < end:
        try:
            with closing(socket.create_connection(("127.0.0.1", port), timeout=1)):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("not served")
