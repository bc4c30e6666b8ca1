"""Ids of the leader's pages."""

from __future__ import annotations

from enum import StrEnum


class BriefId(StrEnum):
    """Components with one place."""

    ROOT = "brief-root"
    ADDRESS = "brief-address"
    """Store: the address of what is shown."""
    SEEN = "brief-seen"
    """Store: written by the browser alone."""
