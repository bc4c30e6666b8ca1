"""Suggested points and gaps as a workbook."""

from __future__ import annotations

from flask import Flask, Response, request

from callbacks.siting.asked import EXPORT_PATH, read_address
from callbacks.tools import Tools
from callbacks.workbooks import XLSX, workbook
from layers.words import say


def register(server: Flask, tools: Tools) -> None:
    """Add ``/siting/export.xlsx``: the answer of an address."""

    def words(key: str, **facts: object) -> str:
        return say(key, tools.language, **facts)

    @server.get(EXPORT_PATH)
    def siting_export() -> Response:
        query = request.args.to_dict()

        def make() -> tuple[bytes, str]:
            asked = read_address(query)
            desk = tools.store.siting(tools.principal())
            body = desk.export(asked.question, words, asked.run)
            return body, words("siting.export.file", day=desk.city().today.isoformat())

        return workbook(make, tools.language, XLSX)
