"""The session's cookie: out of reach of scripts, sent to us alone."""

from __future__ import annotations

import re

from flask import Request, Response

NAME = "fengtu"
_KIOSK_SECONDS = 400 * 24 * 3600
"""The longest that browsers keep a cookie; a kiosk has nobody to sign in again, and is revoked by us."""
_TOKEN = re.compile(r"[A-Za-z0-9_.~+/=-]{16,200}", re.ASCII)


def read_token(text: object) -> str | None:
    """Return a token, none for what cannot be one."""
    return text if isinstance(text, str) and _TOKEN.fullmatch(text) else None


def token_of(asked: Request) -> str | None:
    """Return the token that a request carries, none for none."""
    return read_token(asked.cookies.get(NAME))


def carries_cookie(asked: Request) -> bool:
    """Return whether a request carries our cookie, be it readable or not."""
    return NAME in asked.cookies


def give(answer: Response, token: str, *, is_https: bool, kiosk: bool = False) -> None:
    """Let a browser keep a token: until it is closed, or as long as it can on a kiosk."""
    answer.set_cookie(
        NAME, token, max_age=_KIOSK_SECONDS if kiosk else None,
        path="/", httponly=True, samesite="Lax", secure=is_https,
    )  # fmt: skip


def take(answer: Response, *, is_https: bool) -> None:
    """Let a browser forget its token."""
    answer.delete_cookie(NAME, path="/", httponly=True, samesite="Lax", secure=is_https)
