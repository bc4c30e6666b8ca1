"""Ids of what a town's board has besides the board, and of the list of towns."""

from __future__ import annotations

from enum import StrEnum


class PatchId(StrEnum):
    """Components with one place."""

    TOWN = "plan-patches-town"
    """Store: the town's area."""
    SHARING = "plan-patches-sharing"
    """The workers among whom the town is divided."""
    DIVIDE = "plan-patches-divide"
    DIVIDED = "plan-patches-divided"
    """Store: edits to be taken onto the board as one step."""
    OUTCOME = "plan-patches-outcome"
    LIFE = "plan-patches-life"
    SAID = "plan-patches-said"


class PatchKind(StrEnum):
    """Types of components that there are many of; their ids are ``{"type": kind, "of": plan-version}``."""

    PROPOSE = "plan-patches-propose"
    WITHDRAW = "plan-patches-withdraw"
    RETURN = "plan-patches-return"
    PUBLISH = "plan-patches-publish"
