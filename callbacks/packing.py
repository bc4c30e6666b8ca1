"""Scripts and styles go over the wire packed: plotly.js alone is 4.8 MB, and 1.5 MB packed.

Answers with data are not packed here: what a reader types must not be guessed from how small it gets
together with a secret (BREACH), and on a local network they are short.
"""

from __future__ import annotations

from flask import Flask, Request
from flask_compress import Compress

_MOST_KEPT = 64


def register(server: Flask) -> None:
    """Pack scripts and styles for whoever takes it; those of Dash, which never change, only once."""
    server.config.update(
        COMPRESS_MIMETYPES=["application/javascript", "text/javascript", "text/css"],
        COMPRESS_CACHE_BACKEND=_Kept,
        COMPRESS_CACHE_KEY=_address,
    )
    Compress(server)


class _Kept:
    """The last packed files: a bundle answers to any version in its address, so there is no end of them."""

    def __init__(self) -> None:
        self._files: dict[str, bytes] = {}

    def get(self, key: str) -> bytes | None:
        return self._files.get(key)

    def set(self, key: str, value: bytes) -> None:
        if key not in self._files and len(self._files) >= _MOST_KEPT:
            self._files.pop(next(iter(self._files)), None)
        self._files[key] = value


def _address(asked: Request) -> str:
    return asked.path
