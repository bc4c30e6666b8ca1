"""The child: takes one request, binds itself, reads one file, hands back frames."""

from __future__ import annotations

import ctypes
import json
import os
import resource
import signal
import sys
from pathlib import Path
from typing import Any, BinaryIO

from data.intake.reading.frames import DONE, REFUSED, write_frame, write_json
from grid.refusals import Refused

_PR_SET_PDEATHSIG = 1
_PR_SET_NO_NEW_PRIVS = 38
_MOST_FILES = 64
_LARGEST_OUTPUT = 2**30


def main() -> int:
    """Read what stdin asks for; return the exit code."""
    request = json.loads(sys.stdin.buffer.readline())
    out = sys.stdout.buffer
    sys.stdout = sys.stderr  # what a library prints must not stand among the frames
    _bind(request)
    try:
        _read(request, out)
    except Refused as refused:
        write_json(out, REFUSED, [refused.code, refused.facts])
    except MemoryError:
        write_json(out, REFUSED, ["file_too_heavy", {}])
    except Exception as fault:
        print(_place_of(fault), file=sys.stderr)  # never its message, which may quote the file
        return 3
    else:
        write_frame(out, DONE)
    out.flush()
    return 0


def _bind(request: dict[str, Any]) -> None:
    """Take away what reading a file does not need, before the first byte of it is seen."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if os.getppid() != request["parent"]:
        os._exit(4)  # it died before it could be bound to
    for kind, limit in (
        (resource.RLIMIT_DATA, request["memory"]),
        (resource.RLIMIT_CPU, request["cpu_s"]),
        (resource.RLIMIT_NOFILE, _MOST_FILES),
        (resource.RLIMIT_FSIZE, _LARGEST_OUTPUT),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (limit, limit))


def _read(request: dict[str, Any], out: BinaryIO) -> None:
    path = Path(request["path"])
    if request["want"] == "sheet":
        from data.intake.reading.tables import hand_over_sheet

        hand_over_sheet(out, path, **request["options"])
    else:
        from data.intake.reading.features import hand_over_features

        hand_over_features(out, path, **request["options"])


def _place_of(fault: BaseException) -> str:
    trace = fault.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = "" if trace is None else f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"
    return f"{type(fault).__name__} at {where}"


if __name__ == "__main__":
    sys.exit(main())
