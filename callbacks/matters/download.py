"""The register as a workbook."""

from __future__ import annotations

from flask import Flask, Response, request

from callbacks.matters.asked import EXPORT_PATH, read_address
from callbacks.tools import Tools
from callbacks.workbooks import workbook
from layers.words import say


def register(server: Flask, tools: Tools) -> None:
    """Add ``/matters/export.xlsx``, filtered and ordered as the page is."""

    def words(key: str, **facts: object) -> str:
        return say(key, tools.language, **facts)

    @server.get(EXPORT_PATH)
    def matters_export() -> Response:
        def make() -> tuple[bytes, str]:
            desk = tools.store.matters(tools.principal())
            body = desk.export(read_address(request.args.to_dict()).question(), words)
            return body, words("register.export_file", day=desk.city().today.isoformat())

        return workbook(make, tools.language)
