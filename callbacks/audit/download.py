"""The rows of the audit page as a workbook."""

from __future__ import annotations

from urllib.parse import quote

from flask import Flask, Response, request

from callbacks.audit.asked import EXPORT_PATH, read_question
from callbacks.tools import Tools
from grid.refusals import Refused
from layers.words import say, say_refusal

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_DOWN = frozenset({"database_down", "database_slow"})


def register(server: Flask, tools: Tools) -> None:
    """Add ``/audit/export.xlsx``, filtered as the page is."""

    def words(key: str, **facts: object) -> str:
        return say(key, tools.language, **facts)

    @server.get(EXPORT_PATH)
    def audit_export() -> Response:
        try:
            question = read_question(request.args.to_dict())
            body = tools.store.audit(tools.principal()).export(question, words)
        except Refused as refused:
            status = 503 if refused.code in _DOWN else 400
            return Response(say_refusal(refused, tools.language), status, mimetype="text/plain")
        answer = Response(body, mimetype=_XLSX)
        name = quote(say("audit.export_file", tools.language))
        answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
        return answer
