"""What the database is told of a session's token: its SHA-256, so that a log of statements holds no key."""

from __future__ import annotations

import hashlib


def token_hash(token: str) -> bytes:
    """Return what is kept of a token: 256 random bits need no slow hash."""
    return hashlib.sha256(token.encode()).digest()
