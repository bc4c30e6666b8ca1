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
    """Store: units with their places, leaders with their keys: what the browser needs to act by itself."""
    PAINT = "plan-paint"
    """Store: what a step changed on the map and in the list of units."""
    SIZE = "plan-size"
    """Store: the map's size in CSS pixels."""
    DRAWN = "plan-drawn"
    """Store: for which base, size and split counties the map was drawn."""
    MAP_BOX = "plan-map-box"
    MAP = "plan-map"
    NOTICE = "plan-notice"
    REFUSED = "plan-refused"
    """Why the last step was taken back; written by the browser."""
    STORED = "plan-stored"
    """What is to be known of the draft as it is stored: gone, or saved by another."""
    SELECTION = "plan-selection"
    LEADERS = "plan-leaders"
    UNITS = "plan-units"
    UNDO = "plan-undo"
    REDO = "plan-redo"
    HELP_VALUE = "plan-help-value"
    CAP_VALUE = "plan-cap-value"
    SHARE_VALUE = "plan-share-value"
    KEYS = "plan-keys"
    FIGURES = "plan-figures"
    ISSUES = "plan-issues"
    CHANGES = "plan-changes"
    DEMANDS = "plan-demands"
    NAME = "plan-name"
    SAVE = "plan-save"
    SAVE_AS = "plan-save-as"
    SAVED = "plan-saved"
    DRAFTS = "plan-drafts"
    LOOK = "plan-look"
    """Interval: whether another saved the draft meanwhile."""
    SUGGEST = "plan-suggest-place"
    COMPARE = "plan-compare-place"
    LIFE = "plan-life-place"
    FORMULA = "plan-formula-place"


class Kind(StrEnum):
    """Types of components that there are many of; their ids are ``{"type": kind, "of": id}``."""

    DISCARD = "plan-discard"
    """Of a draft as it was seen: ``id-version``."""


class Act(StrEnum):
    """What a press does in the browser (``assets/plan.js``): ``data-act``, to what is ``data-of``."""

    CHOOSE = "choose"
    PICK = "pick"
    GIVE = "give"
    TAKE_AWAY = "take_away"
    HELP = "help"
    SPLIT = "split"
    JOIN = "join"
    PIN = "pin"
    FORBID = "forbid"
    LINK = "link"
    CAP = "cap"
    SHARE = "share"
    LIFT = "lift"
    REVERT = "revert"
    POINT = "point"
    CLEAR = "clear"
    MODE = "mode"
    TAB = "tab"
    KEYS = "keys"
    UNDO = "undo"
    REDO = "redo"
    PRINT = "print"


def one_of(kind: Kind, value: object) -> dict[str, str]:
    """Return the id of one of many."""
    return {"type": kind.value, "of": str(value)}


def act(name: Act, of: object = "") -> Any:
    """Return the attributes of an element that acts when pressed, to be spread with ``**``."""
    return {"data-act": name.value, "data-of": str(of)}
