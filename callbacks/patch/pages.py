"""The patch's lists as plain HTML, its manifest and its service worker: all that a phone loads before a map.

Dash alone is about 300 KB compressed and answers after four round trips; a list is some 10 KB after one. What
the lists are made of is the same as on Dash's pages: the components of ``layout``, written as HTML.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from flask import Flask, Response, jsonify, make_response, request
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from callbacks.patch.account import account_key
from callbacks.patch.asked import Asked, read_address
from callbacks.patch.ids import PATH, Tab
from callbacks.patch.layout import layout
from callbacks.patch.written import as_html
from callbacks.tools import Tools
from grid.assisting import LONGEST_WORDS, AssistStep
from layers.words import say

_ASSETS = Path(__file__).parents[1] / "assets"
_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True, undefined=StrictUndefined
)
_STYLES = ("00-tokens.css", "05-access.css", "20-desk.css", "30-patch.css")
_SCRIPTS = ("patch_queue.js", "patch_page.js")
_WORKER = ("patch_queue.js", "patch_worker.js")
_ICONS = (("patch-icon-192.png", "192x192"), ("patch-icon-512.png", "512x512"))
_WHITE = "#FFFFFF"


def register(server: Flask, tools: Tools) -> None:
    """Add the page, its manifest and its service worker."""
    server.add_url_rule(PATH, "patch_page", lambda: _page(tools), strict_slashes=False)
    server.add_url_rule("/patch.webmanifest", "patch_manifest", lambda: _manifest(tools))
    server.add_url_rule("/patch-worker.js", "patch_worker", _worker)


def _page(tools: Tools) -> Response:
    asked = _listed(
        read_address(**{name: request.args.get(name) for name in ("grid", "tab", "clock", "choose")})
    )
    language = tools.language
    body = _TEMPLATES.get_template("page.html").render(
        say=_words(tools), file=file_address, language=language.value, title=say("patch.title", language),
        styles=_STYLES, scripts=_SCRIPTS, account=account_key(tools.principal()),
        at=datetime.now(UTC).isoformat(timespec="seconds"), body=as_html(layout(tools, asked)),
        is_list=asked.tab is Tab.MATTERS and not asked.choose and asked.clock is None,
        steps=[step.value for step in AssistStep], longest=LONGEST_WORDS,
    )  # fmt: skip
    return _packed(body)


def _listed(asked: Asked) -> Asked:
    """Return what of a wish is shown without Dash: maps have their own addresses."""
    return Asked(asked.grid_id, Tab.MATTERS if asked.tab is Tab.MAP else asked.tab, asked.clock, asked.choose)


def _words(tools: Tools) -> Callable[..., str]:
    return lambda key, **facts: say(key, tools.language, **facts)


def _packed(body: str) -> Response:
    answer = make_response(body)
    answer.vary.add("Accept-Encoding")
    if request.accept_encodings.quality("gzip") > 0:
        answer.set_data(gzip.compress(body.encode(), 6))
        answer.headers["Content-Encoding"] = "gzip"
    return answer


@cache
def file_address(name: str) -> str:
    """Return the address of one of our assets, which changes with what is in it."""
    return f"/assets/{name}?v={hashlib.sha256((_ASSETS / name).read_bytes()).hexdigest()[:12]}"


def _manifest(tools: Tools) -> Response:
    icons = [{"src": file_address(name), "sizes": size, "type": "image/png"} for name, size in _ICONS]
    told = {
        "id": PATH, "start_url": PATH, "scope": PATH, "display": "standalone",
        "name": f"{say('product.name', tools.language)} {say('patch.title', tools.language)}",
        "short_name": say("product.name", tools.language), "lang": tools.language.value,
        "theme_color": _WHITE, "background_color": _WHITE, "icons": icons,
    }  # fmt: skip
    answer = jsonify(told)
    answer.mimetype = "application/manifest+json"
    return answer


def _worker() -> Response:
    """Return the service worker: served beside the page, since it may only serve what lies below itself."""
    code = "\n".join((_ASSETS / name).read_text(encoding="utf-8") for name in _WORKER)
    return Response(code, mimetype="text/javascript")
