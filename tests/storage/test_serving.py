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
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from sqlalchemy import Engine

from callbacks.access.cookies import NAME
from callbacks.shell import make_shell
from callbacks.tools import Tools
from data import cluster, processes
from data.commands import server as server_commands
from data.commands.context import Context
from data.processes import NAMES, SERVER, WORKER, program_digest
from data.processes import environment as environment_of
from data.sessions import make_engine
from data.settings import read_settings
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


def _run_dir(environment: dict[str, str]) -> Path:
    return Path(environment["FENGTU_HOME"]) / "run"


def _ids(environment: dict[str, str]) -> list[int]:
    files = [_run_dir(environment) / f"{name}.pid" for name in NAMES]
    deadline = time.monotonic() + 20
    while not all(file.exists() and file.read_text() for file in files) and time.monotonic() < deadline:
        time.sleep(0.1)
    return [int(file.read_text()) for file in files]


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
    assert f":{environment['PORT']}" in first.stdout
    assert "fengtu user add" in first.stdout, "nobody could come in"
    assert _health(environment) == (200, _health(environment)[1])
    assert _health(environment)[1]["version"] == 2

    processes_before = _ids(environment)
    assert _fengtu(environment, "up").returncode == 0
    assert _ids(environment) == processes_before, "nothing changed: nothing is restarted"

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


def test_what_runs_older_code_or_settings_is_restarted(environment: dict[str, str]) -> None:
    first = _fengtu(environment, "up")
    assert (first.returncode, "更新：" in first.stdout) == (0, False), first.stderr
    before = _ids(environment)
    for name in NAMES:
        (_run_dir(environment) / f"{name}.stamp").write_text("an older program")
    updated = _fengtu(environment, "up")
    assert (updated.returncode, updated.stdout.count("已更新：")) == (0, 2), updated.stderr
    after = _ids(environment)
    assert not set(before) & set(after)
    assert _health(environment)[0] == 200

    moved = environment | {"PORT": str(_free_port())}
    assert _fengtu(moved, "up").returncode == 0
    assert not set(after) & set(_ids(moved))
    assert _health(moved)[0] == 200
    with pytest.raises(OSError, match="refused"):
        _health(environment)


def test_each_part_of_the_program_counts(tmp_path: Path) -> None:
    digests = {program_digest(tmp_path)}
    for number, part in enumerate(
        ("app.py", "data/migrations/one.py", "layers/words.toml", "requirements.txt")
    ):
        file = tmp_path / part
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("")
        digests.add(program_digest(tmp_path))
        file.write_text("changed")
        digests.add(program_digest(tmp_path))
        assert len(digests) == 3 + 2 * number
    compiled = tmp_path / "data" / "__pycache__"
    compiled.mkdir()
    (compiled / "one.pyc").write_text("compiled")
    assert program_digest(tmp_path) in digests


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
    client = make_shell(Tools(store=store)).server.test_client()
    assert client.get("/wall").headers["Location"] == "/sign-in?next=%2Fwall", "a stranger needs no database"
    client.set_cookie(NAME, "somebodys-token-0123456789")
    assert client.get("/wall").status_code == 503


def test_a_bad_port_is_told_in_words(environment: dict[str, str]) -> None:
    answer = _fengtu(environment | {"PORT": "http"}, "doctor")
    assert answer.returncode == 2
    assert "PORT" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_what_serves_screens_is_given_no_address_of_the_owner(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the owner's password a fault in a screen would be a fault of everything."""
    monkeypatch.setenv("DATABASE_URL_IMPORTER", "postgresql+psycopg://i:importersecret@db/x")
    settings = read_settings(
        {"DATABASE_URL": "postgresql+psycopg://o:ownersecret@db/x", "FENGTU_HOME": "/nowhere"}
    )
    given = environment_of(settings, SERVER)
    assert given["DATABASE_URL_SERVER"] == "postgresql+psycopg://fengtu_server@db/x"
    assert not any("secret" in value for value in given.values())
    assert "ownersecret" in environment_of(settings, WORKER)["DATABASE_URL"]


def test_only_what_serves_screens_knows_the_providers_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker reads strangers' files."""
    oidc = {"OIDC_ISSUER": "https://id.example", "OIDC_CLIENT_ID": "f", "OIDC_CLIENT_SECRET": "oidcsecret"}
    for name, value in oidc.items():
        monkeypatch.setenv(name, value)
    settings = read_settings()
    served, worked = environment_of(settings, SERVER), environment_of(settings, WORKER)
    assert oidc.items() <= served.items()
    assert not [name for name in worked if name.startswith("OIDC_")]
    assert "oidcsecret" not in str(worked)
    assert read_settings(worked).oidc is None, "it starts without"


def test_room_of_a_freed_array_does_not_stay_in_the_heap() -> None:
    """Otherwise glibc lays the next ones there, among what is kept, and gives back little of it."""
    laid = (
        "import ctypes; end = ctypes.CDLL(None).sbrk; end.restype = ctypes.c_void_p; bytearray(8 << 20);"
        "before = end(0); kept = bytearray(4 << 20); print(end(0) - before)"
    )
    given = environment_of(read_settings({"FENGTU_HOME": "/nowhere"}), SERVER)
    told = subprocess.run([sys.executable, "-c", laid], env=given, capture_output=True, text=True, check=True)
    assert int(told.stdout) < 1 << 20


@pytest.mark.parametrize(
    "changed",
    [
        {"OIDC_CLIENT_SECRET": "another"},
        {"OIDC_LOGIN_CLAIM": "sub"},
        {"OIDC_CLIENT_ID": "g"},
        {"OIDC_ISSUER": ""},
        {"PUBLIC_URL": "https://fengtu.city.gov"},
    ],
)
def test_another_provider_or_address_outdates_what_runs(
    installed: Path, running: Callable[[str], subprocess.Popen[bytes]], changed: dict[str, str]
) -> None:
    given = {"FENGTU_HOME": str(installed), "OIDC_ISSUER": "https://id.example", "OIDC_CLIENT_ID": "f"}
    given |= {"OIDC_CLIENT_SECRET": "oidcsecret"}
    running(SERVER)
    processes._note_start(read_settings(given), SERVER)
    assert not processes.is_outdated(read_settings(given), SERVER)
    if changed == {"OIDC_ISSUER": ""}:
        changed = dict.fromkeys(("OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET"), "")
    assert processes.is_outdated(read_settings(given | changed), SERVER)
    assert "oidcsecret" not in (installed / "run" / "server.stamp").read_text()


@pytest.mark.parametrize("name", NAMES)
def test_no_command_migrates_under_an_older_program(
    installed: Path,
    running: Callable[[str], subprocess.Popen[bytes]],
    owner_url: str,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
) -> None:
    """What still runs would meet tables that it does not know."""
    settings = read_settings({"FENGTU_HOME": str(installed), "DATABASE_URL": owner_url})
    context = Context(settings, str)
    migrated: list[Engine] = []
    monkeypatch.setattr("data.commands.context.migrate", migrated.append)
    older = running(name)
    (installed / "run" / f"{name}.stamp").write_text("an older program")
    context.open_engine().dispose()
    assert len(migrated) == 1, "at the newest revision nothing changes"
    monkeypatch.setattr("data.commands.context.newest_revision", lambda: "29991231_newer")
    monkeypatch.setattr("data.migrate.migrate", migrated.append)
    for refused in (context.open_engine, lambda: server_commands._prepare(context)):
        with pytest.raises(Refused, match="update_first"):
            refused()
    assert len(migrated) == 1
    older.kill()
    older.wait()
    context.open_engine().dispose()
    assert len(migrated) == 2


@pytest.fixture
def owner_url(engine: Engine, login_as: Callable[[Engine, str], Engine]) -> str:
    return login_as(engine, cluster.OWNER).url.render_as_string(hide_password=False)


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    (tmp_path / "run").mkdir()
    return tmp_path


@pytest.fixture
def running(installed: Path) -> Iterator[Callable[[str], subprocess.Popen[bytes]]]:
    """Start something that looks like a process of the installation."""
    started: list[subprocess.Popen[bytes]] = []

    def start(name: str) -> subprocess.Popen[bytes]:
        file = installed / "run" / f"{name}.pid"
        sleeping = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)", str(file)])
        file.write_text(str(sleeping.pid))
        started.append(sleeping)
        return sleeping

    yield start
    for one in started:
        one.kill()
        one.wait()
