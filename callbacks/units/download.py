"""The league table as a workbook."""

from __future__ import annotations

from flask import Flask, Response, request

from callbacks.tools import Tools
from callbacks.units.asked import EXPORT_PATH, read_address
from callbacks.workbooks import workbook
from grid.listings import Quarter
from layers.words import say


def register(server: Flask, tools: Tools) -> None:
    """Add ``/units/export.xlsx``: the table of an address, whole."""

    def words(key: str, **facts: object) -> str:
        return say(key, tools.language, **facts)

    @server.get(EXPORT_PATH)
    def units_export() -> Response:
        def make() -> tuple[bytes, str]:
            desk, asked = tools.store.units(tools.principal()), read_address(request.args.to_dict())
            question = asked.question(Quarter.of(desk.city().today))
            body = desk.export(question, asked.view(), words)
            return body, words("units.export_file", quarter=question.quarter)

        return workbook(make, tools.language)
