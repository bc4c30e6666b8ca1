"""The register as a workbook."""

from __future__ import annotations

from urllib.parse import quote

from flask import Flask, Response, request

from callbacks.matters.asked import EXPORT_PATH, read_address
from callbacks.tools import Tools
from grid.refusals import Refused
from layers.words import say, say_refusal

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_DOWN = frozenset({"database_down", "database_slow"})


def register(server: Flask, tools: Tools) -> None:
    """Add ``/matters/export.xlsx``, filtered and ordered as the page is."""

    def words(key: str, **facts: object) -> str:
        return say(key, tools.language, **facts)

    @server.get(EXPORT_PATH)
    def matters_export() -> Response:
        desk = tools.store.matters(tools.principal())
        try:
            body = desk.export(read_address(request.args.to_dict()).question(), words)
            day = desk.city().today.isoformat()
        except Refused as refused:
            status = 503 if refused.code in _DOWN else 400
            return Response(say_refusal(refused, tools.language), status, mimetype="text/plain")
        answer = Response(body, mimetype=_XLSX)
        name = quote(words("register.export_file", day=day))
        answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
        return answer
