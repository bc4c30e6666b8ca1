"""An installation from nothing: init, up, again up, doctor, stop; and a server whose database is away."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from callbacks.shell import make_shell
from callbacks.tools import Tools
from data.sessions import make_engine
from data.store import PostgisStore
from grid.principals import WALL
from grid.refusals import Refused


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.fixture
def environment() -> Iterator[dict[str, str]]:
    home = Path(tempfile.mkdtemp(prefix="fengtu-up-"))
    home.chmod(0o755)
    chosen = os.environ | {"FENGTU_HOME": str(home), "PORT": str(_free_port())}
    chosen.pop("DATABASE_URL", None)
    yield chosen
    _fengtu(chosen, "stop")
    shutil.rmtree(home, ignore_errors=True)


def _fengtu(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "app", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def _health(environment: dict[str, str]) -> tuple[int, dict[str, object]]:
    try:
        with urlopen(f"http://127.0.0.1:{environment['PORT']}/healthz", timeout=20) as answer:
            return answer.status, json.loads(answer.read())
    except HTTPError as error:
        return error.code, json.loads(error.read())


def test_an_installation_lives_and_ends(environment: dict[str, str]) -> None:
    made = _fengtu(environment, "init", "--name", "试城")
    assert made.returncode == 0, made.stderr
    first = _fengtu(environment, "up")
    assert first.returncode == 0, first.stderr
    assert f":{environment['PORT']}/wall" in first.stdout
    assert _health(environment) == (200, _health(environment)[1])
    assert _health(environment)[1]["version"] == 2

    started = time.monotonic()
    assert _fengtu(environment, "up").returncode == 0
    assert time.monotonic() - started < 15

    doctor = _fengtu(environment, "doctor")
    assert doctor.returncode == 1, "a city without boundaries is not whole"
    assert [line[0] for line in doctor.stdout.splitlines()].count("✗") == 1

    other = environment | {"FENGTU_HOME": environment["FENGTU_HOME"] + "/other"}
    taken = _fengtu(other, "up")
    _fengtu(other, "stop")
    assert taken.returncode != 0
    assert environment["PORT"] in taken.stderr

    assert _fengtu(environment, "stop").returncode == 0
    with pytest.raises(OSError, match="refused"):
        urlopen(f"http://127.0.0.1:{environment['PORT']}/healthz", timeout=5)
    assert "✗" in _fengtu(environment, "doctor").stdout


def test_the_server_starts_without_its_database_and_says_so(environment: dict[str, str]) -> None:
    gone = environment | {"DATABASE_URL": "postgresql+psycopg://nobody@/none?host=/nonexistent"}
    up = _fengtu(gone, "up")
    try:
        assert up.returncode == 0, up.stderr
        assert "数据库" in up.stderr
        assert _health(gone) == (503, {"status": "degraded", "reason": "database_down"})
    finally:
        _fengtu(gone, "stop")


def test_every_reading_says_that_the_database_is_down() -> None:
    store = PostgisStore(make_engine("postgresql+psycopg://nobody@/none?host=/nonexistent"))
    with pytest.raises(Refused, match="database_down"):
        store.wall(WALL).city()
    answer = make_shell(Tools(store=store)).server.test_client().get("/wall")
    assert answer.status_code == 200


def test_a_bad_port_is_told_in_words(environment: dict[str, str]) -> None:
    answer = _fengtu(environment | {"PORT": "http"}, "doctor")
    assert answer.returncode == 2
    assert "PORT" in answer.stderr
    assert "Traceback" not in answer.stderr
