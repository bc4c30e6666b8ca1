"""Whose phone it is at the moment: what keeps one account's list and notes from another on a shared phone."""

from __future__ import annotations

import hashlib

from flask import Request

from grid.principals import Principal

HEADER = "X-Patch-Account"
"""By it a phone says for whom a note waited."""


def account_key(principal: Principal) -> str:
    """Return what tells a phone's accounts apart, and nothing else of them."""
    return hashlib.sha256(f"patch {principal.id}".encode()).hexdigest()[:20]


def is_of_another(asked: Request, principal: Principal) -> bool:
    """Return whether a request was recorded on the phone by another account than now sends it."""
    return asked.headers.get(HEADER, account_key(principal)) != account_key(principal)
