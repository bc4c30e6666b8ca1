"""Headers of every answer: what a browser may load, tell others, and keep."""

from __future__ import annotations

from collections.abc import Iterable
from http.client import OK

from flask import Flask, Response, g, request

from callbacks.access.rules import RULES

NO_STORE = "private, no-store"
KEPT = "private, max-age=31536000, immutable"
CHECKED = "private, no-cache"
"""May be kept, and is asked about again each time it is used."""
_HSTS = "max-age=31536000"
_FIXED = {
    "X-Content-Type-Options": "nosniff",
    # Not no-referrer: then a browser calls the origin of our own forms null.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}


_FEATURES = "camera=(), microphone=(), payment=(), usb=(), geolocation="
_MAY_LOCATE = "/patch/place"
"""This page may ask the phone where it is, when its holder presses for it; no other page may."""


def security_policy(script_hashes: Iterable[str]) -> str:
    """Return the content security policy; of scripts only our files and those of the hashes run."""
    return "; ".join(
        (
            "default-src 'none'",
            " ".join(("script-src", "'self'", *script_hashes)),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self'",
            "connect-src 'self'",
            "worker-src 'self' blob:",
            "manifest-src 'self'",
            "form-action 'self'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
        )
    )


def register(server: Flask, policy: str) -> None:
    """Add the headers to every answer of a server, refusals and faults included."""

    @server.after_request
    def add(answer: Response) -> Response:
        answer.headers["Content-Security-Policy"] = policy
        answer.headers.update(_FIXED)
        may_locate = request.path == _MAY_LOCATE and answer.status_code == OK
        answer.headers["Permissions-Policy"] = _FEATURES + ("(self)" if may_locate else "()")
        if request.is_secure:
            answer.headers["Strict-Transport-Security"] = _HSTS
        answer.headers["X-Request-Id"] = g.get("request_id", "")
        answer.headers["Cache-Control"] = _cache_control(answer)
        return answer


def _cache_control(answer: Response) -> str:
    rule = RULES.get(request.endpoint or "")
    named = answer.headers.get("Cache-Control", "")
    if rule is None or answer.status_code >= 400:
        return NO_STORE
    if rule.is_static:
        return named or "no-cache"
    if (rule.is_kept and named == KEPT) or (rule.is_checked and named == CHECKED):
        return named
    return NO_STORE
