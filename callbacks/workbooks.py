"""Answers that are workbooks: a file to keep under a name of its own, or in words why there is none."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

from flask import Response

from grid.refusals import Refused
from layers.words import Language, say_refusal

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
_STATUS = {"batch_unknown": 404, "database_down": 503, "database_slow": 503}


def workbook(make: Callable[[], tuple[bytes, str]], language: Language, kind: str = XLSX) -> Response:
    """Answer with the file that ``make`` returns with its name, or say what it was refused for."""
    try:
        body, name = make()
    except Refused as refused:
        status = _STATUS.get(refused.code, 400)
        return Response(say_refusal(refused, language), status, mimetype="text/plain")
    answer = Response(body, content_type=kind)
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return answer
