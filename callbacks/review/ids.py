"""Ids of the review."""

from __future__ import annotations

from enum import StrEnum
from typing import Any


class Id(StrEnum):
    """Components with one place."""

    ROOT = "review-root"
    OPENED = "review-opened"
    """Store: the texts of the list and which to begin with, anew after each act."""
    VIEW = "review-view"
    """Store: the text at hand and what is chosen for it, as ``callbacks.review.asked`` reads it."""
    ASKED = "review-asked"
    """Store: an act that the browser asks for."""
    SIZE = "review-size"
    """Store: the map's size in CSS pixels."""
    QUEUE = "review-queue"
    PROGRESS = "review-progress"
    DECISIONS = "review-decisions"
    NOTICE = "review-notice"
    MAP_BOX = "review-map-box"
    MAP = "review-map"
    ITEM = "review-item"
    SEARCH = "review-search"
    CHOICES = "review-choices"
    PREVIEW = "review-preview"


class Act(StrEnum):
    """What a press does in the browser (``assets/review.js``): ``data-act``, to what is ``data-of``."""

    OPEN = "open"
    AREA = "area"
    POINT = "point"
    MARK = "mark"
    OUTSIDE = "outside"
    UNPLACEABLE = "unplaceable"
    CONFIRM = "confirm"
    UNDO = "undo"
    PAGE = "page"


def act(name: Act, of: object = "") -> Any:
    """Return the attributes of an element that acts when pressed, to be spread with ``**``."""
    return {"data-act": name.value, "data-of": str(of)}
