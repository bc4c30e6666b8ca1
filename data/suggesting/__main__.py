"""The child: takes one request, binds itself, runs one function, says its states as lines of JSON."""

from __future__ import annotations

import ctypes
import json
import os
import resource
import signal
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

from data.suggesting.registry import work_of
from grid.refusals import Refused
from grid.suggesting.runs import RunKind

_PR_SET_PDEATHSIG = 1
_PR_SET_NO_NEW_PRIVS = 38
_MOST_FILES = 64
_LARGEST_OUTPUT = 2**26
_CPU_GRACE_S = 5
_NICENESS = 10
"""Below the server's, whose clicks come first."""


def main() -> int:
    """Run what stdin asks for; return the exit code."""
    request = json.loads(sys.stdin.buffer.readline())
    out = _own_output()
    _bind(request)
    threading.Thread(target=_die_with_parent, daemon=True).start()
    try:
        for state in work_of(RunKind(request["kind"]))(request["payload"]):
            _say(out, {"state": state})
    except Refused as refused:
        _say(out, {"refused": [refused.code, refused.facts]})
    except MemoryError:
        _say(out, {"refused": ["run_too_heavy", {}]})
    except Exception as fault:
        print(_place_of(fault), file=sys.stderr)  # never its message, which may quote what was asked
        return 3
    else:
        _say(out, {"done": True})
    return 0


def _own_output() -> BinaryIO:
    """Return stdout for ourselves alone: what a solver prints, in C too, goes to stderr."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    return out


def _bind(request: Mapping[str, Any]) -> None:
    """Take away what working something out does not need."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if os.getppid() != request["parent"]:
        os._exit(4)  # it died before it could be bound to
    os.nice(_NICENESS)
    for kind, limit in (
        (resource.RLIMIT_DATA, request["memory"]),
        (resource.RLIMIT_NOFILE, _MOST_FILES),
        (resource.RLIMIT_FSIZE, _LARGEST_OUTPUT),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (limit, limit))
    # Soft before hard: the signal then tells too long from killed by somebody.
    resource.setrlimit(resource.RLIMIT_CPU, (request["cpu_s"], request["cpu_s"] + _CPU_GRACE_S))


def _die_with_parent() -> None:
    """End when the parent's end of stdin is closed, however it came to be."""
    sys.stdin.buffer.read()
    os._exit(5)


def _say(out: BinaryIO, event: Mapping[str, Any]) -> None:
    out.write(json.dumps(event, ensure_ascii=True, allow_nan=False).encode("ascii") + b"\n")
    out.flush()


def _place_of(fault: BaseException) -> str:
    trace = fault.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = "" if trace is None else f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"
    return f"{type(fault).__name__} at {where}"


if __name__ == "__main__":
    code = main()
    # No clean-up: a thread still waits on stdin, and the interpreter would wait for its lock.
    os._exit(code)
