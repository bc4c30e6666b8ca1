"""The short way to a tile: whoever was let in within the last second is answered before the framework is.

A tile never changes and holds no figure; what a request for one costs is being asked who it is and the
framework around it. The short way repeats an answer of the long one, with another tile: to the same address,
for the very same headers that said who asked, for a second. Whatever it does not know goes the long way, by
the guard. Anything sent to this process makes it forget at once, since that may have ended a session.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any

from callbacks.access.rules import READ
from callbacks.tools import Tools
from grid.principals import Principal
from grid.refusals import Refused

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

KEPT_S = 1.0
"""How long after its end a session may still be answered boundaries by another process of the server."""
ASKER = "fengtu.tile_asker"
"""Where in a request's environment the tile's view leaves whom it answered."""
_MOST = 256
_TILE = re.compile(r"/open/tiles/(\d{1,18}-[0-9a-f]{12})/(\d{1,2})/(\d{1,8})/(\d{1,8})\.mvt", re.ASCII)
_OF_ONE_TILE = frozenset({"content-length", "etag", "x-request-id"})
Headers = list[tuple[str, str]]
_Key = tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class _LetIn:
    """Who was let in until when, and what is said to them beside a tile."""

    principal: Principal
    until_s: float
    headers: Headers


class ShortWay:
    """A WSGI application around another: it answers for tiles what the other has just answered."""

    def __init__(self, inner: WSGIApplication, tools: Tools) -> None:
        self._inner, self._tools = inner, tools
        self._let_in: dict[_Key, _LetIn] = {}
        self._lock = Lock()
        self._forgotten = 0

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        if environ["REQUEST_METHOD"] not in READ:
            return self._forgetting(environ, start_response)
        place = _TILE.fullmatch(environ.get("PATH_INFO", ""))
        if place is None or not _is_plain(environ):
            return self._inner(environ, start_response)
        known = self._known(environ)
        body = self._read(known.principal, place) if known else None
        if known is None or body is None:
            return self._noting(environ, start_response)
        own = [("Content-Length", str(len(body))), ("ETag", f'W/"{"-".join(place.groups())}"')]
        start_response("200 OK", known.headers + own)
        return [body]

    def _known(self, environ: WSGIEnvironment) -> _LetIn | None:
        found = self._let_in.get(_key_of(environ))
        return found if found is not None and time.monotonic() < found.until_s else None

    def _read(self, principal: Principal, place: re.Match[str]) -> bytes | None:
        name, zoom, column, row = place.groups()
        try:
            return self._tools.store.tiles(principal).tile(name, int(zoom), int(column), int(row))
        except Refused:
            return None

    def _forgetting(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer what is sent; then nobody is known any more, nor whoever is being asked about meanwhile."""
        try:
            return self._inner(environ, start_response)
        finally:
            with self._lock:
                self._forgotten += 1
                self._let_in.clear()

    def _noting(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer by the long way, and remember whom it let in."""
        key, asked_s, before = _key_of(environ), time.monotonic(), self._forgotten

        def start(status: str, headers: Headers, *more: Any) -> Any:
            principal = environ.get(ASKER)
            if status.startswith("200 ") and isinstance(principal, Principal) and _is_packed(headers):
                kept = [pair for pair in headers if pair[0].lower() not in _OF_ONE_TILE]
                self._note(key, _LetIn(principal, asked_s + KEPT_S, kept), before)
            return start_response(status, headers, *more)

        return self._inner(environ, start)

    def _note(self, key: _Key, let_in: _LetIn, before: int) -> None:
        now_s = time.monotonic()
        with self._lock:
            if self._forgotten != before:
                return
            for past in [one for one, known in self._let_in.items() if known.until_s <= now_s]:
                del self._let_in[past]
            if len(self._let_in) < _MOST:
                self._let_in[key] = let_in


def _is_plain(environ: WSGIEnvironment) -> bool:
    """Return whether a request asks for a whole tile and nothing besides."""
    return (
        environ["REQUEST_METHOD"] == "GET"
        and not environ.get("QUERY_STRING")
        and "HTTP_IF_NONE_MATCH" not in environ
        and "HTTP_RANGE" not in environ
    )


def _key_of(environ: WSGIEnvironment) -> _Key:
    """Return all that the guard and the view know an asker by, as it was sent."""
    return (
        environ.get("REMOTE_ADDR"),
        environ.get("HTTP_AUTHORIZATION"),
        environ.get("HTTP_COOKIE"),
        environ.get("HTTP_ACCEPT_ENCODING"),
        environ.get("wsgi.url_scheme"),
    )


def _is_packed(headers: Headers) -> bool:
    return any(name.lower() == "content-encoding" and value == "gzip" for name, value in headers)
