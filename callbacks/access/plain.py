"""Plain pages: HTML without Dash, for those who are not signed in and for what went wrong."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Response, g, jsonify, request
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from callbacks.access.rules import RULES
from callbacks.access.screens import screens_of, shown_screens
from callbacks.tools import Tools
from grid.principals import Principal
from layers.words import Language, say

_PAGES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True, undefined=StrictUndefined
)


@dataclass(frozen=True, slots=True)
class Notice:
    """What a page says in place of what was asked: its words are ``access.notice.<name>``."""

    name: str
    status: int


NOT_FOUND = Notice("not_found", 404)
DOWN = Notice("down", 503)
FOREIGN = Notice("foreign", 403)
MALFORMED = Notice("malformed", 400)
TOO_LARGE = Notice("too_large", 413)
BUG = Notice("bug", 500)
NEEDS_SIGN_IN = Notice("needs_sign_in", 401)
_RETRY_S = 15
_TOLD_ALWAYS = frozenset({DOWN, BUG})
"""Notices that a page in use shows over itself: see ``assets/access.js``."""


def show(tools: Tools, template: str, *, status: int = 200, **facts: Any) -> Response:
    """Return a plain page; ``say`` gives words in the template."""
    language = tools.language

    def words(key: str, **values: object) -> str:
        return say(key, language, **values)

    body = _PAGES.get_template(template).render(
        say=words,
        language=language.value,
        title=words(facts.pop("title")),
        others={one.value: say("access.language", one) for one in Language if one is not language},
        **facts,
    )
    return Response(body, status, mimetype="text/html")


def tell(tools: Tools, notice: Notice) -> Response:
    """Answer a request with a notice: a page for people, a line of JSON for a page in use, else no words."""
    rule = RULES.get(request.endpoint or "")
    if rule is not None and rule.is_page:
        is_retried = notice is DOWN and request.method == "GET"
        text = f"access.notice.{notice.name}." + ("retried" if is_retried else "text")
        page = show(
            tools, "notice.html", status=notice.status, title=f"access.notice.{notice.name}.title",
            text=say(text, tools.language, **({"seconds": _RETRY_S} if is_retried else {})),
            request_id=g.get("request_id", "") if notice is BUG else "",
            again=notice in _TOLD_ALWAYS and request.method == "GET",
            ways=_ways(tools.language) if notice is NOT_FOUND else [],
        )  # fmt: skip
        if is_retried:
            page.headers["Refresh"] = page.headers["Retry-After"] = str(_RETRY_S)
        return page
    if notice not in _TOLD_ALWAYS:
        return Response("", notice.status, mimetype="text/plain")
    answer = jsonify(words=notice_words(notice, tools.language), request=g.get("request_id", ""))
    answer.status_code = notice.status
    return answer


def _ways(language: Language) -> list[tuple[str, str]]:
    """Return the screens that are open to who asks, by address and name; none for who is not signed in."""
    principal = g.get("principal")
    if not isinstance(principal, Principal):
        return []
    mine = screens_of(principal.role, shown_screens())
    return [(screen.path, say(f"desk.screen.{screen}", language)) for screen in mine]


def notice_words(notice: Notice, language: Language) -> str:
    """Return a notice in one line."""
    title = say(f"access.notice.{notice.name}.title", language)
    return f"{title} {say(f'access.notice.{notice.name}.text', language)}"
