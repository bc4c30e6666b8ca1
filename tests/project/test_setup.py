"""The installation script: what it cannot do it says first, and it leaves nothing running when it fails."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "scripts" / "setup.sh"
TOOLS = ("bash", "basename", "cat", "chmod", "cut", "date", "dirname", "env", "find", "head", "ls", "mktemp",
         "readlink", "rm", "sed", "sha256sum", "sleep", "sort", "tail")  # fmt: skip


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout whose script sees few programs: no ps, sudo, chromium or apt."""
    tmp_path.chmod(0o755)
    checkout = tmp_path / "fengtu"
    (checkout / "scripts").mkdir(parents=True)
    (checkout / "bin").mkdir()
    shutil.copy(SCRIPT, checkout / "scripts")
    for name in ("requirements.txt", "requirements-dev.txt", "pyproject.toml"):
        (checkout / name).write_text("")
    for tool in TOOLS:
        (checkout / "bin" / tool).symlink_to(str(shutil.which(tool)))
    (checkout / "bin" / "python3").symlink_to(sys.executable)
    return checkout


def _program(checkout: Path, name: str, text: str) -> None:
    file = checkout / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"#!{shutil.which('bash')}\n{text}\n")
    file.chmod(0o755)


def _setup(checkout: Path, kind: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "scripts/setup.sh", kind],
        cwd=checkout,
        env={"PATH": str(checkout / "bin"), "TMPDIR": str(checkout)} | environment,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def test_without_root_and_sudo_it_names_what_is_to_be_installed(checkout: Path) -> None:
    _program(checkout, "bin/id", "echo 1000")
    told = _setup(checkout, "run")
    assert told.returncode == 1
    assert "sudo" in told.stderr
    assert "procps" in told.stderr
    assert not (checkout / ".venv").exists()


def test_as_root_a_closed_folder_is_told_before_anything_is_installed(checkout: Path) -> None:
    _program(checkout, "bin/id", "echo 0")
    _program(checkout, "bin/apt-get", 'echo "apt was called" >&2; exit 1')
    checkout.chmod(0o700)
    told = _setup(checkout, "run")
    assert told.returncode == 1
    assert "FENGTU_HOME=/var/lib/fengtu" in told.stderr
    assert str(checkout) in told.stderr
    assert "apt was called" not in told.stderr
    for passes in ({"FENGTU_HOME": "/var/lib/fengtu"}, {"DATABASE_URL": "postgresql+psycopg://x"}):
        assert "apt was called" in _setup(checkout, "run", **passes).stderr


def test_when_apt_fails_pip_ends_and_the_log_stays(checkout: Path) -> None:
    _program(checkout, "bin/id", "echo 0")
    _program(checkout, "bin/ps", "")
    waits = "for n in 1 2 3 4 5 6 7 8 9; do [ -s pip.id ] && break; sleep 0.2; done"
    _program(checkout, "bin/apt-get", f'[ "$1" = update ] || {{ {waits}; echo broken; exit 100; }}')
    _program(checkout, ".venv/bin/python", 'echo "pip began"; echo $$ >pip.id; exec sleep 60 >/dev/null 2>&1')
    # The script asks `-m pip --version` first, whose output is dropped; the sleep stands for all of pip.
    started = time.monotonic()
    told = _setup(checkout, "dev")
    assert told.returncode not in {0, None}
    assert time.monotonic() - started < 20
    logs = Path(told.stderr.strip().splitlines()[-1].rsplit(" ", 1)[-1])
    assert (logs / "apt").read_text() == "broken\n"
    number = int((checkout / "pip.id").read_text())
    for _ in range(50):
        if not _runs(number):
            break
        time.sleep(0.1)
    assert not _runs(number)


def _runs(number: int) -> bool:
    status = Path(f"/proc/{number}/stat")
    return (
        status.exists() and status.read_text().rsplit(")", 1)[1].split()[0] != "Z" and number != os.getpid()
    )
