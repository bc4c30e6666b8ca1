"""Faults: whatever is raised becomes a notice without detail, and a bug a line in the log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dash.exceptions import DependencyException, InvalidResourceError, PreventUpdate
from flask import Flask, Response
from werkzeug.exceptions import HTTPException

from callbacks.access.logs import log_bug
from callbacks.access.plain import BUG, DOWN, MALFORMED, NOT_FOUND, TOO_LARGE, tell
from callbacks.tools import Tools
from grid.refusals import Refused

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as BaseResponse

_BY_STATUS = {400: MALFORMED, 413: TOO_LARGE, 414: MALFORMED, 415: MALFORMED, 503: DOWN}


def register(server: Flask, tools: Tools) -> None:
    """Answer everything that is raised while a request is answered."""

    @server.errorhandler(HTTPException)
    def on_status(error: HTTPException) -> BaseResponse:
        if error.code is not None and error.code < 400:
            return error.get_response()
        return tell(tools, _BY_STATUS.get(error.code or 404, NOT_FOUND))

    @server.errorhandler(Refused)
    def on_refusal(refused: Refused) -> Response:
        return tell(tools, DOWN if refused.code == "database_down" else NOT_FOUND)

    # Dash answers these with a text that repeats the address.
    @server.errorhandler(InvalidResourceError)
    @server.errorhandler(DependencyException)
    def on_unknown_file(error: Exception) -> Response:
        return tell(tools, NOT_FOUND)

    @server.errorhandler(Exception)
    def on_bug(error: Exception) -> Response:
        if isinstance(error, PreventUpdate):
            return Response("", 204)
        log_bug(error)
        return tell(tools, BUG)
