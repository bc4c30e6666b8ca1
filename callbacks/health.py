"""``GET /healthz``: whether the server and its database answer, for people and for monitors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask, Response, jsonify

from callbacks.tools import Tools
from grid.refusals import Refused

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as BaseResponse


def register(server: Flask, tools: Tools) -> None:
    """Add the route; 200 with data version and program, 503 with why while the database does not answer."""

    @server.get("/healthz")
    def healthz() -> tuple[Response, int] | BaseResponse:
        try:
            version = tools.store.gate().pulse()
        except Refused as refused:
            return jsonify(status="degraded", reason=refused.code), 503
        answer = {"status": "ok", "version": version.number, "changed_at": version.changed_at.isoformat()}
        return jsonify(**answer, program=tools.program), 200
