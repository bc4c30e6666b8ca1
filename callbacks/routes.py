"""Routes beside Dash: boundary shapes, immutable per edition."""

from __future__ import annotations

from flask import Flask, Response, abort, make_response, request

from callbacks.tools import Tools
from grid.areas import Level
from grid.refusals import Refused

_FOREVER = "private, max-age=31536000, immutable"


def register(server: Flask, tools: Tools) -> None:
    """Add ``/shapes/<level>/<edition>.json``; the address is all there is to cache by."""

    @server.get("/shapes/<level>/<int:edition_id>.json")
    def shapes(level: str, edition_id: int) -> Response:
        if level not in set(Level):
            abort(404)
        try:
            body = tools.store.wall(tools.principal()).shapes(Level(level), edition_id)
        except Refused:
            abort(404)
        answer = make_response(body)
        answer.headers["Content-Type"] = "application/geo+json"
        answer.headers["Content-Encoding"] = "gzip"
        answer.headers["Cache-Control"] = _FOREVER
        answer.set_etag(f"{level}-{edition_id}")
        answer.make_conditional(request)
        return answer
