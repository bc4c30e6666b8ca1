"""Files to download from the import page: a batch's outcome and its rows to mend, and an empty template."""

from __future__ import annotations

from flask import Flask, Response, abort

from callbacks.imports.templates import write_template
from callbacks.tools import Tools
from callbacks.workbooks import workbook
from grid.findings import ImportKind
from grid.ids import LARGEST_ID
from layers.imports import say_stored
from layers.words import say


def register(server: Flask, tools: Tools) -> None:
    """Add ``/imports/outcome/``, ``/imports/rows/`` and ``/imports/template/``, each with what it is of."""

    def words(key: str, **facts: object) -> str:
        return say_stored(key, tools.language, **facts)

    @server.get(f"/imports/outcome/<int(max={LARGEST_ID}):batch_id>.xlsx")
    def outcome(batch_id: int) -> Response:
        def make() -> tuple[bytes, str]:
            body = tools.store.imports(tools.principal()).outcome(batch_id, words)
            return body, say("imports.download.outcome_file", tools.language, batch=batch_id)

        return workbook(make, tools.language)

    @server.get(f"/imports/rows/<int(max={LARGEST_ID}):batch_id>.xlsx")
    def rows_to_mend(batch_id: int) -> Response:
        def make() -> tuple[bytes, str]:
            body = tools.store.imports(tools.principal()).rows_to_mend(batch_id, words)
            return body, say("imports.download.rows_file", tools.language, batch=batch_id)

        return workbook(make, tools.language)

    @server.get("/imports/template/<kind>.xlsx")
    def template(kind: str) -> Response:
        if kind not in set(ImportKind):
            abort(404)

        def make() -> tuple[bytes, str]:
            kind_words = say(f"import_kind.{kind}", tools.language)
            name = say("imports.download.template_file", tools.language, kind=kind_words)
            return write_template(ImportKind(kind), tools.language), name

        return workbook(make, tools.language)
