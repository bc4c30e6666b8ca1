"""Files to download from the import page: the outcome of a batch and an empty template of each kind."""

from __future__ import annotations

from urllib.parse import quote

from flask import Flask, Response, abort

from callbacks.imports.templates import write_template
from callbacks.imports.uploads import LARGEST_ID
from callbacks.tools import Tools
from grid.findings import ImportKind
from grid.refusals import Refused
from layers.imports import say_stored
from layers.words import say, say_refusal

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def register(server: Flask, tools: Tools) -> None:
    """Add ``/imports/outcome/<batch>.xlsx`` and ``/imports/template/<kind>.xlsx``."""

    def words(key: str, **facts: object) -> str:
        return say_stored(key, tools.language, **facts)

    @server.get(f"/imports/outcome/<int(max={LARGEST_ID}):batch_id>.xlsx")
    def outcome(batch_id: int) -> Response:
        try:
            body = tools.store.imports(tools.principal()).outcome(batch_id, words)
        except Refused as refused:
            status = 404 if refused.code == "batch_unknown" else 503
            return Response(say_refusal(refused, tools.language), status, mimetype="text/plain")
        name = say("imports.download.outcome_file", tools.language, batch=batch_id)
        return _workbook(body, name)

    @server.get("/imports/template/<kind>.xlsx")
    def template(kind: str) -> Response:
        if kind not in set(ImportKind):
            abort(404)
        kind_words = say(f"import_kind.{kind}", tools.language)
        name = say("imports.download.template_file", tools.language, kind=kind_words)
        return _workbook(write_template(ImportKind(kind), tools.language), name)


def _workbook(body: bytes, name: str) -> Response:
    answer = Response(body, mimetype=_XLSX)
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return answer
