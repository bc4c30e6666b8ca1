"""Ids of the audit page."""

from __future__ import annotations

from enum import StrEnum


class Ids(StrEnum):
    """Ids of what callbacks read or write."""

    VERIFY = "audit-verify"
    NOTED = "audit-noted"
    VERIFYING = "audit-verifying"
    VERDICT = "audit-verdict"
