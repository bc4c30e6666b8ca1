"""Whether a sending request comes from our own pages: no other site may act in a reader's name."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Request

from callbacks.access.rules import READ, Body

_OURS = frozenset({"same-origin", "none"})


def is_from_us(asked: Request, *, has_cookie: bool) -> bool:
    """Return whether a request may change something.

    Browsers say where a request comes from in ``Sec-Fetch-Site`` or, on plain http, in ``Origin``. A program
    says neither: it is let through where it carries no cookie that another site could make use of.
    """
    if asked.method in READ:
        return True
    site, origin = asked.headers.get("Sec-Fetch-Site"), asked.headers.get("Origin")
    if site is not None:
        return site in _OURS
    if origin is not None:
        return _is_host(origin, asked.host)
    return not has_cookie


def is_led_here(asked: Request) -> bool:
    """Return whether a browser says that another site led it here, by a link, a frame or a script."""
    return asked.headers.get("Sec-Fetch-Site", "none") not in _OURS


def has_kind(asked: Request, body: Body) -> bool:
    """Return whether a sending request names the body's kind; a foreign form cannot name JSON."""
    return asked.method in READ or asked.mimetype == body.value


def _is_host(origin: str, host: str) -> bool:
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and parts.netloc.lower() == host.lower()
