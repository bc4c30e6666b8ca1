"""Background processes of an installation: started once, known by a file with their id, ended by that id."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

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


def running_id(settings: Settings, name: str) -> int | None:
    """Return the id of a process that we started and that still runs, else none."""
    file = _id_file(settings, name)
    try:
        number = int(file.read_text())
    except (FileNotFoundError, ValueError):
        return None
    return number if _is_ours(number, file) else None


def start(settings: Settings, name: str) -> None:
    """Start the server or the worker in the background; its output goes to the installation's log."""
    _id_file(settings, name).parent.mkdir(parents=True, exist_ok=True)
    settings.log_dir.mkdir(parents=True, exist_ok=True)
    with (settings.log_dir / f"{name}.log").open("ab") as log:
        subprocess.Popen(
            command(settings, name),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            env=os.environ | settings.environment(),
        )


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


def _id_file(settings: Settings, name: str) -> Path:
    return settings.home / "run" / f"{name}.pid"
