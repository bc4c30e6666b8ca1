"""Ids of the siting screen."""

from __future__ import annotations

from enum import StrEnum


class Id(StrEnum):
    """Components that callbacks read or write."""

    ASKED = "siting-asked"
    """Store: the fields of the question shown, for the proof."""
    RUN = "siting-run"
    """Store: the run of the proof."""
    TICK = "siting-tick"
    SAID = "siting-said"
    STATE = "siting-state"
