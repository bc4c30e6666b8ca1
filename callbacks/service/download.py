"""The lists of the service network as files."""

from __future__ import annotations

from flask import Flask, Response, request

from callbacks.service.asked import EXPORT_PATH, read_address
from callbacks.tools import Tools
from callbacks.workbooks import CSV, XLSX, workbook
from grid.areas import Level
from layers.words import say

_FORMS = {"xlsx": XLSX, "csv": CSV}


def register(server: Flask, tools: Tools) -> None:
    """Add ``/service/export``: the list of an address, whole, as ``form=xlsx`` or ``form=csv``."""

    def words(key: str, **facts: object) -> str:
        return say(key, tools.language, **facts)

    @server.get(EXPORT_PATH)
    def service_export() -> Response:
        query = request.args.to_dict()
        form = "csv" if query.get("form") == "csv" else "xlsx"

        def make() -> tuple[bytes, str]:
            desk = tools.store.service(tools.principal())
            asked = read_address(query).narrowed(desk.areas(Level.COUNTY), desk.areas(Level.TOWN))
            question = asked.question()
            body = desk.export(question, words, as_csv=form == "csv")
            name = words(f"service.list.{question.listed}")
            day = desk.city().today.isoformat()
            return body, words("service.export_file", name=name, day=day, form=form)

        return workbook(make, tools.language, _FORMS[form])
