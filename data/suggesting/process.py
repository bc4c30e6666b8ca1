"""The parent's side of a run: one child, its lines as they come, killed when it takes too long."""

from __future__ import annotations

import json
import logging
import os
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from grid.refusals import Refused
from grid.suggesting.runs import RunKind

_ROOT = Path(__file__).parents[2]
_PROGRAM = ("-P", "-s", "-m", "data.suggesting")
_MIB = 2**20
_LONGEST_LINE = 8 * _MIB
_CHUNK = 2**16
_GRACE_S = 2.0
_OUT_OF_MEMORY = (b"MemoryError", b"bad_alloc", b"Cannot allocate memory")
_KEPT = ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT", "VIRTUAL_ENV")
"""What a child needs of its parent's environment, which may hold the database's address."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a child may use: data memory in bytes, processor and wall-clock time in seconds."""

    memory: int
    cpu_s: int
    wall_s: float


def limits_for(seconds: float) -> Limits:
    """Return the limits of a run that was given ``seconds``: time to start and to explain on top."""
    return Limits(memory=2048 * _MIB, cpu_s=int(3 * seconds) + 60, wall_s=2 * seconds + 45)


@contextmanager
def running(kind: RunKind, payload: Mapping[str, Any], limits: Limits) -> Iterator[Child]:
    """Start a child and give it; it is killed when the block ends, or when the thread that started it does.

    Its environment has no address and no password; its working folder is empty and goes with it.
    """
    request = {"kind": kind.value, "payload": payload, "parent": os.getpid()}
    request |= {"memory": limits.memory, "cpu_s": limits.cpu_s}
    with tempfile.TemporaryDirectory(prefix="fengtu-run-") as folder, tempfile.TemporaryFile() as stderr:
        process = _start(folder, stderr)
        child = Child(process, stderr, time.monotonic() + limits.wall_s)
        try:
            child.ask(request)
            yield child
        finally:
            process.kill()
            process.communicate()


class Child:
    """A child that works: gives its states, and says why it ended before it was done."""

    def __init__(self, process: subprocess.Popen[bytes], stderr: IO[bytes], deadline: float) -> None:
        self._process, self._stderr, self._deadline = process, stderr, deadline

    @property
    def id(self) -> int:
        """Its process id."""
        return self._process.pid

    def ask(self, request: Mapping[str, Any]) -> None:
        """Hand over what is asked; stdin stays open, since its end is how a child learns of ours."""
        if self._process.stdin is None:
            raise RuntimeError("a child was started without its pipes")
        try:
            self._process.stdin.write(json.dumps(request).encode() + b"\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            pass  # that it died shows when its lines are read

    def states(self, beat_s: float) -> Iterator[dict[str, Any] | None]:
        """Yield its states, none where it was silent for a beat; ends when it is done.

        Raises ``Refused`` with what it found, or with ``run_too_heavy``, ``run_slow`` or ``run_died``.
        """
        for line in self._lines(beat_s):
            if line is None:
                yield None
                continue
            event = self._event(line)
            if "done" in event:
                return
            if "refused" in event:
                code, facts = event["refused"]
                raise Refused(str(code), **facts)
            yield event["state"]
        raise self._why()

    def _lines(self, beat_s: float) -> Iterator[bytes | None]:
        if self._process.stdout is None:
            raise RuntimeError("a child was started without its pipes")
        pipe, kept = self._process.stdout.fileno(), b""
        with selectors.DefaultSelector() as selector:
            selector.register(pipe, selectors.EVENT_READ)
            while True:
                if time.monotonic() > self._deadline:
                    raise Refused("run_slow")
                if not selector.select(beat_s):
                    yield None
                    continue
                chunk = os.read(pipe, _CHUNK)
                if not chunk:
                    return
                *lines, kept = (kept + chunk).split(b"\n")
                yield from lines
                if len(kept) > _LONGEST_LINE:
                    raise Refused("run_died")

    def _event(self, line: bytes) -> dict[str, Any]:
        try:
            event = json.loads(line)
        except ValueError:
            raise Refused("run_died") from None
        if not isinstance(event, dict) or not {"done", "refused", "state"} & event.keys():
            raise Refused("run_died")
        return event

    def _why(self) -> Refused:
        """Return what became of a child that closed its pipe before it was done."""
        try:
            code = self._process.wait(_GRACE_S)
        except subprocess.TimeoutExpired:
            code = 0
        self._stderr.seek(0, os.SEEK_END)
        self._stderr.seek(max(0, self._stderr.tell() - 4096))
        said = self._stderr.read()
        _log.warning("a run's child ended with %s: %s", code, said[-200:].decode("ascii", errors="replace"))
        if any(words in said for words in _OUT_OF_MEMORY):
            return Refused("run_too_heavy")
        return Refused("run_slow" if code == -signal.SIGXCPU else "run_died")


def _start(folder: str, stderr: IO[bytes]) -> subprocess.Popen[bytes]:
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
    environment |= {"PYTHONPATH": str(_ROOT), "LC_ALL": "C.UTF-8", "TMPDIR": folder, "HOME": folder}
    environment |= {"MALLOC_ARENA_MAX": "2", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    return subprocess.Popen(
        [sys.executable, *_PROGRAM],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=stderr,
        cwd=folder,
        env=environment,
    )
