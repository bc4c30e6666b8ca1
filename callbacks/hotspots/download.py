"""Files of the hotspot screen: the density's picture, and what may be kept of findings and densities."""

from __future__ import annotations

from flask import Flask, Response, abort, make_response, request

from callbacks.hotspots.about import about
from callbacks.hotspots.asked import DENSITY_PATH, EXPORT_PATH
from callbacks.hotspots.asking import Asking
from callbacks.hotspots.screen import NO_SUCH_DENSITY, HotspotScreen
from callbacks.tools import Tools
from callbacks.workbooks import CSV, workbook
from grid.refusals import Refused
from layers.words import Language, say
from layers.world_file import density_archive

_FORMS = {"csv": CSV, "gpkg": "application/geopackage+sqlite3", "density": "application/zip"}


def register(server: Flask, tools: Tools, screen: HotspotScreen) -> None:
    """Add ``/hotspots/density.png`` and ``/hotspots/export``, both for the state that an address names."""

    @server.get(DENSITY_PATH)
    def hotspots_density() -> Response:
        try:
            asking = screen.ask(request.args.to_dict())
            drawn = screen.densities.drawn(asking)
        except Refused as refused:
            abort(404 if refused.code in NO_SUCH_DENSITY else 503)
        if drawn is None:
            abort(404)
        answer = make_response(drawn.png)
        answer.headers["Content-Type"] = "image/png"
        return answer

    @server.get(EXPORT_PATH)
    def hotspots_export() -> Response:
        query = request.args.to_dict()
        form = query.get("form", "csv")
        form = form if form in _FORMS else "csv"

        def words(key: str, **facts: object) -> str:
            return say(key, tools.language, **facts)

        def make() -> tuple[bytes, str]:
            asking = screen.ask(query)
            days = f"{asking.state.since.isoformat()}_{asking.state.until.isoformat()}"
            if form == "density":
                return _density(asking, tools.language), words("hotspots.export.density_file", days=days)
            body = asking.desk.export(asking.level, asking.matters, form, words)
            level = words(f"level.{asking.level}")
            return body, words("hotspots.export.file", level=level, days=days, form=form)

        return workbook(make, tools.language, _FORMS[form])


def _density(asking: Asking, language: Language) -> bytes:
    """Return the density that is asked for as an archive; raises ``Refused`` as the desk does."""
    state, epsg = asking.state, asking.facts.city.metric_epsg
    surface = asking.desk.export_surface(asking.matters, **state.smoothed)
    if epsg is None:
        raise Refused("density_too_few")
    told = about(asking, surface.n, language)
    lines = [
        told[name] for name in ("period", "n", "filters", "as_of", "source", "review", "stamps") if told[name]
    ]
    return density_archive(
        surface, epsg, language, unit=say(f"hotspots.unit.{state.unit}", language), told=lines
    )
