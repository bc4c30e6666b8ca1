"""Ids of the planner's board."""

from __future__ import annotations

from enum import StrEnum
from typing import Any


class Id(StrEnum):
    """Components with one place."""

    ROOT = "plan-root"
    OPENED = "plan-opened"
    """Store: the board to begin with."""
    SAVED_AS = "plan-saved-as"
    """Store: the draft that the board now belongs to, after a save or a discard."""
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
    SAVE_AS = "plan-save-as"
    SAVED = "plan-saved"
    DRAFTS = "plan-drafts"


class Kind(StrEnum):
    """Types of components that there are many of; their ids are ``{"type": kind, "of": id}``."""

    HOLDER = "plan-holder"
    DISCARD = "plan-discard"
    """Of a draft as it was seen: ``id-version``."""


class Act(StrEnum):
    """What a press does in the browser (``assets/plan.js``): ``data-act``, to what is ``data-of``."""

    CHOOSE = "choose"
    GIVE = "give"
    REVERT = "revert"
    POINT = "point"
    UNDO = "undo"
    REDO = "redo"
    PRINT = "print"


NOBODY = "none"
"""Value of a holder's select for a unit that nobody leads."""


def one_of(kind: Kind, value: object) -> dict[str, str]:
    """Return the id of one of many."""
    return {"type": kind.value, "of": str(value)}


def act(name: Act, of: object = "") -> Any:
    """Return the attributes of an element that acts when pressed, to be spread with ``**``."""
    return {"data-act": name.value, "data-of": str(of)}
