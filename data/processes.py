"""Background processes of an installation: started once, known by a file with their id, ended by that id.

Beside the id lies what a process was started with: after an update of the program or another setting it is
outdated, and is to be ended before the database changes under it.
"""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import astuple
from pathlib import Path
from typing import NoReturn
from urllib.error import URLError
from urllib.request import urlopen

from data import cluster
from data.settings import Settings
from grid.refusals import Refused

SERVER = "server"
WORKER = "worker"
NAMES = (SERVER, WORKER)
_WORKERS = 2
_THREADS = 4
_START_SECONDS = 60
_STOP_SECONDS = 10
_REQUEST_SECONDS = 5
_MAPPED_BYTES = 1 << 20
_ROOT = Path(__file__).parents[1]
_PROGRAM = ("app.py", "requirements.txt", "callbacks", "data", "grid", "layers")
"""What a running process has read: code, migrations, words, assets, and which packages are installed."""


def running_id(settings: Settings, name: str) -> int | None:
    """Return the id of a process that we started and that still runs, else none."""
    file = _id_file(settings, name)
    try:
        number = int(file.read_text())
    except (FileNotFoundError, ValueError):
        return None
    return number if _is_ours(number, file) else None


def is_outdated(settings: Settings, name: str) -> bool:
    """Return whether a process runs that was started with other code or settings than now."""
    return running_id(settings, name) is not None and _started_with(settings, name) != _stamp(settings)


def start(settings: Settings, name: str) -> None:
    """Start the server or the worker in the background; its output goes to the installation's log."""
    _note_start(settings, name)
    settings.log_dir.mkdir(parents=True, exist_ok=True)
    with (settings.log_dir / f"{name}.log").open("ab") as log:
        subprocess.Popen(
            command(settings, name),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            env=environment(settings, name),
        )


def become(settings: Settings, name: str) -> NoReturn:
    """Turn this process into the server or the worker."""
    _note_start(settings, name)
    program = command(settings, name)
    os.execve(program[0], program, environment(settings, name))  # noqa: S606  our own program, no shell


def environment(settings: Settings, name: str) -> dict[str, str]:
    """Return the environment of the server or the worker.

    What serves screens is not given the addresses, and so the passwords, of the owner and the importer; what
    reads strangers' files is not given the identity provider's secret.
    """
    given = settings.environment()
    if name == SERVER and settings.database_url:
        given = {key: value for key, value in given.items() if not key.startswith("DATABASE_URL")}
        given["DATABASE_URL_SERVER"] = cluster.server_url(settings)
    # What numba compiles is kept, so that only the first process waits for it.
    given["NUMBA_CACHE_DIR"] = str(settings.home / "run" / "compiled")
    # Each thread would otherwise fill a heap of its own, for hours.
    given["MALLOC_ARENA_MAX"] = "2"
    # And arrays of a picture would lie among what is kept, where their room is not given back.
    given["MALLOC_MMAP_THRESHOLD_"] = str(_MAPPED_BYTES)
    around = {key: value for key, value in os.environ.items() if not key.startswith("DATABASE_URL")}
    mine = around | given
    return {key: value for key, value in mine.items() if name == SERVER or not key.startswith("OIDC_")}


def command(settings: Settings, name: str) -> list[str]:
    """Return the command line of the server or the worker; it names the file that holds its id."""
    file = str(_id_file(settings, name))
    if name == WORKER:
        return [sys.executable, "-m", "app", "worker", "--id-file", file]
    return [
        *(sys.executable, "-m", "gunicorn", "app:create_server()", "--pid", file),
        *("--bind", f"127.0.0.1:{settings.port}", "--workers", str(_WORKERS), "--threads", str(_THREADS)),
        *("--timeout", "60", "--graceful-timeout", "5", "--worker-tmp-dir", str(settings.home / "run")),
    ]


def stop(settings: Settings, name: str) -> bool:
    """End a process by its id; returns whether it was running."""
    number = running_id(settings, name)
    if number is None:
        return False
    os.kill(number, signal.SIGTERM)
    if not _wait(lambda: running_id(settings, name) is None, _STOP_SECONDS):
        os.kill(number, signal.SIGKILL)
    _id_file(settings, name).unlink(missing_ok=True)
    return True


def wait_until_served(settings: Settings) -> None:
    """Wait until the server answers, be it to say that the database is down.

    Raises ``Refused('server_failed')`` when it does not, with the log that tells why.
    """
    if not _wait(lambda: _answers(settings.port), _START_SECONDS):
        raise Refused("server_failed", log=str(settings.log_dir / f"{SERVER}.log"))


def port_is_taken(settings: Settings) -> bool:
    """Return whether something already answers on the port."""
    return _answers(settings.port)


def _answers(port: int) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=_REQUEST_SECONDS):
            return True
    except URLError as error:
        return hasattr(error, "code")
    except OSError:
        return False


def _wait(condition: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.1)
    return False


def _is_ours(number: int, file: Path) -> bool:
    # An id may have passed to a stranger since: only a process whose command line names our file is ours.
    shown = subprocess.run(
        ["ps", "-ww", "-o", "command=", "-p", str(number)], capture_output=True, text=True, check=False
    )
    return str(file) in shown.stdout


def program_digest(root: Path) -> str:
    """Return a digest of the program's files under a folder; what Python compiled of them does not count."""
    digest = hashlib.sha256()
    for part in _PROGRAM:
        files = [root / part, *sorted((root / part).rglob("*"))]
        for file in files:
            if file.is_file() and "__pycache__" not in file.parts:
                content = hashlib.sha256(file.read_bytes()).hexdigest()
                digest.update(f"{file.relative_to(root)} {content}\n".encode())
    return digest.hexdigest()


def _stamp(settings: Settings) -> str:
    # A digest, since DATABASE_URL may hold a password and the provider has a secret.
    provider = astuple(settings.oidc) if settings.oidc else ()
    started_with = (program_digest(_ROOT), sys.executable, provider, *sorted(settings.environment().items()))
    return hashlib.sha256(repr(started_with).encode()).hexdigest()


def _note_start(settings: Settings, name: str) -> None:
    file = _stamp_file(settings, name)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(_stamp(settings), encoding="ascii")


def _started_with(settings: Settings, name: str) -> str | None:
    try:
        return _stamp_file(settings, name).read_text(encoding="ascii")
    except (FileNotFoundError, ValueError):
        return None


def _stamp_file(settings: Settings, name: str) -> Path:
    return _id_file(settings, name).with_suffix(".stamp")


def _id_file(settings: Settings, name: str) -> Path:
    return settings.home / "run" / f"{name}.pid"
