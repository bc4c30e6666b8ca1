"""What a phone tells of 代办, as JSON: once sent it is kept once, however often the phone sends it again."""

from __future__ import annotations

from datetime import UTC, datetime
from http.client import CONFLICT

from flask import Flask, Response, jsonify, request

from callbacks.patch.account import is_of_another
from callbacks.tools import Tools
from grid.assisting import read_note
from grid.refusals import Refused
from layers.words import say_refusal

PATH = "/patch/progress"
_LATER = {"database_down": 503, "database_slow": 503, "not_allowed": 401}
"""Refusals that say nothing of the note: the phone keeps it and sends it again, signed in."""
_NEVER = 422


def register(server: Flask, tools: Tools) -> None:
    """Add ``POST /patch/progress``.

    The body is ``{"matter", "step", "words", "key", "at"}`` as ``grid.assisting.read_note`` reads it. The
    answer is ``{"status": "kept"}``, or ``"known"`` for what was kept before; else ``{"refused": code,
    "words": sentence}`` with 422 where the note will never be kept as it is, 503 or 401 where it may later;
    409 without words for a note that the phone says is another account's.
    A matter that is not the worker's is ``matter_unknown``, be it there or not.
    """

    @server.post(PATH)
    def patch_progress() -> Response:
        if is_of_another(request, tools.principal()):
            # A shared phone: what somebody else recorded on it is not told in the name of who is signed in.
            return Response("", CONFLICT, mimetype="text/plain")
        try:
            note = read_note(_body(), datetime.now(UTC))
            is_new = tools.store.patch(tools.principal()).assist(note)
        except Refused as refused:
            answer = jsonify(refused=refused.code, words=say_refusal(refused, tools.language))
            answer.status_code = _LATER.get(refused.code, _NEVER)
            return answer
        return jsonify(status="kept" if is_new else "known")


def _body() -> object:
    """Return what the body says, none for what is no JSON."""
    try:
        return request.get_json(silent=True)
    except RecursionError:
        return None
