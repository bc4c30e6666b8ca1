"""The switch between the screens' languages: a form that leaves the choice in a cookie and leads back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from dash import html
from flask import Flask, Response, redirect, request

from callbacks.access.next_path import read_next
from callbacks.access.plain import MALFORMED, tell
from callbacks.tools import LANGUAGE_COOKIE, Tools
from layers.words import Language, say

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as BaseResponse

LANGUAGE_PATH = "/language"
_KEPT_S = 365 * 24 * 3600


def language_form(tools: Tools) -> Any:
    """Return a button for each other language, named in that language; a form, since it changes something."""
    buttons = [
        html.Button(
            say("access.language", one), type="submit", name="language", value=one.value, lang=one.value,
            className="language-button",
        )
        for one in Language
        if one is not tools.language
    ]  # fmt: skip
    return html.Form(buttons, action=LANGUAGE_PATH, method="POST", className="language")


def register(server: Flask, tools: Tools) -> None:
    """Add ``POST /language``: fields ``language`` and, where the page knows it, ``next``."""

    @server.post(LANGUAGE_PATH)
    def language() -> BaseResponse:
        chosen = request.form.get("language")
        if chosen not in set(Language):
            return tell(tools, MALFORMED)
        answer = redirect(read_next(request.form.get("next")) or _page_before() or "/", 303)
        if not isinstance(answer, Response):
            raise TypeError(type(answer).__name__)
        answer.set_cookie(
            LANGUAGE_COOKIE, Language(chosen).value, max_age=_KEPT_S,
            path="/", httponly=True, samesite="Lax", secure=request.is_secure,
        )  # fmt: skip
        return answer


def _page_before() -> str | None:
    """Return the path of the page that the form stood on, with its query; none where it was not ours.

    Our policy lets browsers name a page of ours to ourselves; Dash changes its address after it is laid out,
    so that the form cannot know it.
    """
    try:
        parts = urlsplit(request.referrer or "")
    except ValueError:
        return None
    if parts.netloc != request.host:
        return None
    return read_next(parts.path + (f"?{parts.query}" if parts.query else ""))
