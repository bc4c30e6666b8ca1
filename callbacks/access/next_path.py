"""Where to go after sign-in: a path of ours and nothing else."""

from __future__ import annotations

from urllib.parse import urlsplit

_LONGEST = 600


def read_next(text: object) -> str | None:
    """Return a local path with its query, none for anything that could lead elsewhere.

    Browsers take ``//host``, ``/\\host`` and paths with tabs or line ends for addresses of other hosts.
    """
    if not isinstance(text, str) or len(text) > _LONGEST or not text.startswith("/"):
        return None
    if not (text.isascii() and text.isprintable()) or "\\" in text or " " in text:
        return None
    if text.startswith("//"):
        return None
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    return None if parts.scheme or parts.netloc else text
