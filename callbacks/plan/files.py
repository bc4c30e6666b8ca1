"""Files of plans: where they are fetched, and the links to them."""

from __future__ import annotations

from typing import Any

from dash import html
from flask import Flask, Response

from callbacks.frame import labelled
from callbacks.tools import Tools
from callbacks.workbooks import XLSX, workbook
from grid.ids import LARGEST_ID
from layers.words import Language, say

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_KINDS = {"xlsx": XLSX, "docx": DOCX}
_FILES = (("annex_xlsx", "annex.xlsx"), ("annex_docx", "annex.docx"), ("handover", "handover.xlsx"))


def register(server: Flask, tools: Tools) -> None:
    """Add ``/plan/<id>/annex.xlsx``, ``.docx`` and ``/plan/<id>/handover.xlsx``."""

    def words(key: str, **facts: object) -> str:
        return say(key, tools.language, **facts)

    @server.get(f"/plan/<int(max={LARGEST_ID}):plan_id>/annex.<any(xlsx, docx):suffix>")
    def plan_annex(plan_id: int, suffix: str) -> Response:
        def make() -> tuple[bytes, str]:
            body = tools.store.plan(tools.principal()).annex_file(plan_id, suffix, words)
            return body, words("plan_files.annex_name", plan=plan_id, suffix=suffix)

        return workbook(make, tools.language, _KINDS[suffix])

    @server.get(f"/plan/<int(max={LARGEST_ID}):plan_id>/handover.xlsx")
    def plan_handover(plan_id: int) -> Response:
        def make() -> tuple[bytes, str]:
            body = tools.store.plan(tools.principal()).handover_file(plan_id, words)
            return body, words("plan_files.handover_name", plan=plan_id)

        return workbook(make, tools.language)


def plan_files(plan_id: int, language: Language) -> Any:
    """Return the links to a saved plan's files."""
    links = [
        html.A(say(f"plan_files.{name}", language), href=f"/plan/{plan_id}/{file}", download="")
        for name, file in _FILES
    ]
    return html.Nav(links, className="plan-files", **labelled(say("plan_files.title", language)))
