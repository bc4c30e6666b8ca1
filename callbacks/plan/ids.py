"""Ids of the planner's board."""

from __future__ import annotations

from enum import StrEnum


class Id(StrEnum):
    """Components with one place."""

    ROOT = "plan-board-root"
    BOARD = "plan-board"
    """Store: what the planner has done, as ``callbacks.plan.board`` reads it."""
    GROUND = "plan-ground"
    """Store: the base plan's holders and the units of areas, for moves without a round trip."""
    SIZE = "plan-size"
    """Store: the map's size in CSS pixels."""
    MAP_BOX = "plan-map-box"
    MAP = "plan-map"
    NOTICE = "plan-notice"
    LEADERS = "plan-leaders"
    DEPARTMENTS = "plan-departments"
    UNITS = "plan-units"
    UNDO = "plan-undo"
    REDO = "plan-redo"
    FIGURES = "plan-figures"
    ISSUES = "plan-issues"
    CHANGES = "plan-changes"
    NAME = "plan-name"
    SAVE = "plan-save"
    SAVED = "plan-saved"
    DRAFTS = "plan-drafts"


class Kind(StrEnum):
    """Types of components that there are many of; their ids are ``{"type": kind, "of": value}``."""

    LEADER = "plan-leader"
    UNIT = "plan-unit"
    HOLDER = "plan-holder"
    REVERT = "plan-revert"
    ISSUE = "plan-issue"
    DISCARD = "plan-discard"


NOBODY = "none"
"""Value of a holder's select for a unit that nobody leads."""


def one_of(kind: Kind, value: object) -> dict[str, str]:
    """Return the id of one of many."""
    return {"type": kind.value, "of": str(value)}
