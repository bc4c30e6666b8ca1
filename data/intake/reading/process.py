"""The parent's side of reading: one child a file, bound by the file's size, named when it fails."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Timer
from typing import IO, Any

from data.intake.reading.frames import DONE, REFUSED, BrokenFrame, read_frames
from grid.refusals import Refused

_ROOT = Path(__file__).parents[3]
_MIB = 2**20
_OUT_OF_MEMORY = (b"MemoryError", b"memory allocation of", b"bad_alloc", b"Cannot allocate memory")
_SLOW_EXITS = (-24, -9)
"""SIGXCPU, and SIGKILL where the hard limit came first."""
_GRACE_S = 2.0
_KEPT = ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT", "VIRTUAL_ENV")
"""What a child needs of its parent's environment, which may hold the database's address."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a child may use: data memory in bytes, processor and wall-clock time in seconds."""

    memory: int
    cpu_s: int
    wall_s: float


def limits_for(size: int) -> Limits:
    """Return limits that are generous to an honest file of ``size`` bytes and never without end."""
    return Limits(
        memory=min(360 * _MIB + 8 * size, 2048 * _MIB),
        cpu_s=min(4 + 5 * size // _MIB, 300),
        wall_s=min(60 + 2 * size // _MIB, 600),
    )


@contextmanager
def reading(path: Path, want: str, **options: str | bool | None) -> Iterator[Iterator[tuple[str, bytes]]]:
    """Start a child that reads ``path`` and give its frames (kind and content) as they come.

    ``want`` is ``sheet`` or ``features``. Raises ``Refused`` with what the child found, or with
    ``file_too_heavy``, ``file_reader_slow`` or ``file_reader_died``. The child dies with its parent.
    """
    limits = limits_for(path.stat().st_size)
    request = {"want": want, "path": str(path.resolve()), "options": options, "parent": os.getpid()}
    request |= {"memory": limits.memory, "cpu_s": limits.cpu_s}
    with tempfile.TemporaryDirectory(prefix="fengtu-reading-") as folder, tempfile.TemporaryFile() as stderr:
        child = _start(folder, stderr)
        overdue = _Overdue(child, limits.wall_s)
        try:
            _ask(child, request)
            yield _frames(child, stderr, overdue)
        finally:
            overdue.stop()
            child.kill()
            child.communicate()


def _start(folder: str, stderr: IO[bytes]) -> subprocess.Popen[bytes]:
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
    environment |= {"PYTHONPATH": str(_ROOT), "LC_ALL": "C.UTF-8", "TMPDIR": folder, "HOME": folder}
    environment |= {"MALLOC_ARENA_MAX": "2", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    return subprocess.Popen(
        [sys.executable, "-P", "-s", "-m", "data.intake.reading"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=stderr,
        cwd=folder,
        env=environment,
    )


def _ask(child: subprocess.Popen[bytes], request: dict[str, Any]) -> None:
    if child.stdin is None:
        raise RuntimeError("a reading child was started without its pipes")
    try:
        child.stdin.write(json.dumps(request).encode() + b"\n")
        child.stdin.flush()
    except BrokenPipeError:
        pass  # that it died shows when its frames are read


def _frames(
    child: subprocess.Popen[bytes], stderr: IO[bytes], overdue: _Overdue
) -> Iterator[tuple[str, bytes]]:
    if child.stdout is None:
        raise RuntimeError("a reading child was started without its pipes")
    try:
        for kind, content in read_frames(child.stdout):  # type: ignore[arg-type]
            if kind == REFUSED:
                code, facts = json.loads(content)
                raise Refused(str(code), **facts)
            if kind != DONE:
                yield kind, content
    except BrokenFrame:
        raise _why(_end_of(child), stderr, overdue.fired) from None


def _end_of(child: subprocess.Popen[bytes]) -> int:
    """Return the exit code of a child that closed its pipe; one that writes nonsense is not waited for."""
    try:
        return child.wait(_GRACE_S)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
        return 0


def _why(exit_code: int, stderr: IO[bytes], overdue: bool) -> Refused:
    """Return what became of a child that ended before it was done."""
    stderr.seek(0, os.SEEK_END)
    stderr.seek(max(0, stderr.tell() - 4096))
    said = stderr.read()
    _log.warning(
        "a reading child ended with %s: %s", exit_code, said[-200:].decode("ascii", errors="replace")
    )
    if any(words in said for words in _OUT_OF_MEMORY):
        return Refused("file_too_heavy")
    if overdue or exit_code in _SLOW_EXITS:
        return Refused("file_reader_slow")
    return Refused("file_reader_died")


class _Overdue:
    """Ends a child that takes too long, and remembers that it did."""

    def __init__(self, child: subprocess.Popen[bytes], wall_s: float) -> None:
        self.fired = False
        self._child = child
        self._timer = Timer(wall_s, self._end)
        self._timer.daemon = True
        self._timer.start()

    def stop(self) -> None:
        """Let the child be."""
        self._timer.cancel()

    def _end(self) -> None:
        self.fired = True
        self._child.kill()
