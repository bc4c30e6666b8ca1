"""Logs: one JSON line for an event, with who and what kind, never with what was asked or answered.

A line has no path, query, parameter, message of an exception, cookie or body: any of them may name a person
or a matter. A bug is told by its type and place.
"""

from __future__ import annotations

import json
import logging
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from flask import Flask, Response, g, request

from callbacks.access.rules import RULES
from grid.principals import Principal

_ROOT = Path(__file__).parents[2]
_OURS = logging.getLogger("fengtu.web")
_FACTS = "facts"
_DEEPEST = 30


class JsonLines(logging.Formatter):
    """Writes our own events in full, and of others only which program spoke, how gravely and where."""

    def format(self, record: logging.LogRecord) -> str:
        """Return one line of JSON."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line: dict[str, object] = {"time": at, "level": record.levelname.lower(), "logger": record.name}
        facts = getattr(record, _FACTS, None)
        if record.name == _OURS.name and isinstance(facts, dict):
            line |= {"event": record.msg, **facts}
        else:
            line["place"] = f"{record.module}:{record.lineno}"
        if record.exc_info and record.exc_info[0] is not None:
            line |= {"error": record.exc_info[0].__name__, "places": places(record.exc_info[2])}
        return json.dumps(line, ensure_ascii=False)


def set_up() -> None:
    """Let everything that this process logs go to stderr as JSON lines, gunicorn's own lines too."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    _OURS.setLevel(logging.INFO)
    for name in ("gunicorn.error", "gunicorn.access", "werkzeug"):
        other = logging.getLogger(name)
        other.handlers.clear()
        other.propagate = True
    logging.getLogger("gunicorn.error").setLevel(logging.INFO)
    logging.getLogger("werkzeug").setLevel(logging.WARNING)


def watch(server: Flask) -> None:
    """Log every answer of a server but static files that were found."""
    # Flask's own line would hold the path and the exception's message.
    server.log_exception = lambda exc_info: None  # type: ignore[method-assign]
    server.after_request(_log_answer)


def log_bug(error: BaseException) -> None:
    """Log an exception by type and place, with those that caused it."""
    causes: list[dict[str, object]] = []
    cause: BaseException | None = error
    while cause is not None and len(causes) < _DEEPEST:
        causes.append({"error": type(cause).__name__, "places": places(cause.__traceback__)})
        cause = cause.__cause__ or cause.__context__
    _OURS.error("bug", extra={_FACTS: {**_asked(), "causes": causes}})


def places(traceback: TracebackType | None) -> list[str]:
    """Return where a traceback passed, the innermost last: file, line, function; no code, no values."""
    found = []
    while traceback is not None:
        code = traceback.tb_frame.f_code
        found.append(f"{_short(code.co_filename)}:{traceback.tb_lineno} {code.co_name}")
        traceback = traceback.tb_next
    return found[-_DEEPEST:]


def _short(name: str) -> str:
    path = Path(name)
    return str(path.relative_to(_ROOT)) if path.is_relative_to(_ROOT) else path.name


def _log_answer(answer: Response) -> Response:
    rule = RULES.get(request.endpoint or "")
    if not (rule is not None and rule.is_static and answer.status_code < 400):
        _OURS.info("answer", extra={_FACTS: {**_asked(), "status": answer.status_code, "ms": _elapsed_ms()}})
    return answer


def _asked() -> dict[str, object]:
    principal = g.get("principal")
    return {
        "request": g.get("request_id"),
        "principal": principal.id if isinstance(principal, Principal) else None,
        "method": request.method if request.method.isalpha() and len(request.method) < 10 else None,
        "route": request.url_rule.rule if request.url_rule else None,
    }


def _elapsed_ms() -> float | None:
    began = g.get("began")
    return round((time.perf_counter() - began) * 1000, 1) if isinstance(began, float) else None
