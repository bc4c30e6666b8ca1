"""Ids of the life of plans: the page of proposals and history, and the board's part about its draft."""

from __future__ import annotations

from enum import StrEnum

VIEW = "history"
"""The value of ``view`` in the address of the page."""


class LifeId(StrEnum):
    """Components with one place."""

    BODY = "plan-life-body"
    ADDRESS = "plan-life-address"
    """Store: the plan that is opened and the version in which it was seen."""
    PLACE = "plan-life-go"
    PROBLEM = "plan-life-problem"
    ASKED_UNIT = "plan-life-asked-unit"
    ASKED_DAY = "plan-life-asked-day"
    ANSWER = "plan-life-answer"
    ASKED_LEADER = "plan-life-asked-leader"
    LEADER_LINE = "plan-life-leader-line"
    BARS = "plan-life-bars"
    BAR_PROBLEM = "plan-life-bar-problem"
    BAR_LEADER = "plan-life-bar-leader"
    BAR_UNIT = "plan-life-bar-unit"
    BAR_REASON = "plan-life-bar-reason"
    BAR_WORDS = "plan-life-bar-words"
    BAR_SINCE = "plan-life-bar-since"
    BAR_UNTIL = "plan-life-bar-until"
    BAR_ADD = "plan-life-bar-add"
    # On the board.
    BEGUN = "plan-life-begun"
    """Store: the board as it was when it was opened or last saved, to tell one's own changes from others'."""
    STATE = "plan-life-state"
    NOTE = "plan-life-note"
    PROPOSE = "plan-life-propose"
    PROPOSED = "plan-life-proposed"
    GO = "plan-life-board-go"
    CONFLICT = "plan-life-conflict"


class LifeKind(StrEnum):
    """Types of components that there are many of."""

    DO = "plan-life-do"
    """A button; its ``step`` is what it does to the plan that is opened."""
    SAID = "plan-life-said"
    """A field of a step's form."""
    UNBAR = "plan-life-unbar"
    SETTLE = "plan-life-settle"
    """A way out of a conflict."""
    RENAME = "plan-life-rename"


def of_step(kind: LifeKind, step: object) -> dict[str, object]:
    """Return the id of a part of a step's form; ``dash.ALL`` for every one."""
    return {"type": kind.value, "step": step}
