"""The rows of the audit page as a workbook."""

from __future__ import annotations

from flask import Flask, Response, request

from callbacks.audit.asked import EXPORT_PATH, read_question
from callbacks.tools import Tools
from callbacks.workbooks import workbook
from layers.words import say


def register(server: Flask, tools: Tools) -> None:
    """Add ``/audit/export.xlsx``, filtered as the page is."""

    def words(key: str, **facts: object) -> str:
        return say(key, tools.language, **facts)

    @server.get(EXPORT_PATH)
    def audit_export() -> Response:
        def make() -> tuple[bytes, str]:
            question = read_question(request.args.to_dict())
            body = tools.store.audit(tools.principal()).export(question, words)
            return body, words("audit.export_file")

        return workbook(make, tools.language)
