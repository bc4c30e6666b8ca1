"""Files of the hotspot screen: the density's picture, and the findings of a level to keep."""

from __future__ import annotations

from flask import Flask, Response, abort, make_response, request

from callbacks.hotspots.asked import DENSITY_PATH, EXPORT_PATH
from callbacks.hotspots.screen import HotspotScreen
from callbacks.tools import Tools
from callbacks.workbooks import CSV, workbook
from grid.refusals import Refused
from layers.words import say

_FORMS = {"csv": CSV, "gpkg": "application/geopackage+sqlite3"}


def register(server: Flask, tools: Tools, screen: HotspotScreen) -> None:
    """Add ``/hotspots/density.png`` and ``/hotspots/export``, both for the state that an address names."""

    @server.get(DENSITY_PATH)
    def hotspots_density() -> Response:
        try:
            asking = screen.ask(request.args.to_dict())
            drawn = screen.densities.drawn(asking)
        except Refused:
            abort(503)
        if drawn is None:
            abort(404)
        answer = make_response(drawn.png)
        answer.headers["Content-Type"] = "image/png"
        return answer

    @server.get(EXPORT_PATH)
    def hotspots_export() -> Response:
        query = request.args.to_dict()
        form = "gpkg" if query.get("form") == "gpkg" else "csv"

        def words(key: str, **facts: object) -> str:
            return say(key, tools.language, **facts)

        def make() -> tuple[bytes, str]:
            asking = screen.ask(query)
            body = asking.desk.export(asking.level, asking.matters, form, words)
            level = words(f"level.{asking.level}")
            days = f"{asking.state.since.isoformat()}_{asking.state.until.isoformat()}"
            return body, words("hotspots.export.file", level=level, days=days, form=form)

        return workbook(make, tools.language, _FORMS[form])
