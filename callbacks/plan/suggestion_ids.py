"""Ids of the suggestion panel on the planner's board."""

from __future__ import annotations

from enum import StrEnum
from typing import Any


class SuggestId(StrEnum):
    """Components with one place."""

    PANEL = "plan-suggest-panel"
    """Its class says whether the board changed since the run, or has taken what it found."""
    CHANGES = "plan-suggest-changes"
    HELPERS = "plan-suggest-helpers"
    SECONDS = "plan-suggest-seconds"
    TARGET = "plan-suggest-target"
    START = "plan-suggest-start"
    STOP = "plan-suggest-stop"
    NOTICE = "plan-suggest-notice"
    RUN = "plan-suggest-run"
    """Store: the run that is looked at, and the edits that it started from (``{run, edits}``)."""
    REJECTED = "plan-suggest-rejected"
    """Store: the moves of that run that the planner does not want (``{run, at}``)."""
    TICK = "plan-suggest-tick"
    """Store: counts how often the run was asked about: again after the last answer, not by a clock, since
    Dash drops an answer that a later question overtakes."""
    TRACE = "plan-suggest-trace"
    """Store: how best and floor went (``{run, points}``), for the chart of a run that goes on."""
    STANDING = "plan-suggest-standing"
    CHART = "plan-suggest-chart"
    RESULT = "plan-suggest-result"


class SuggestAct(StrEnum):
    """What a press does in the browser (``assets/plan_suggest.js``): ``data-suggest``."""

    REJECT = "reject"
    """``data-of``: the place of a move; pressed again it is wanted again."""
    TAKE = "take"
    """``data-edits`` go onto the board as one step."""
    AGAIN = "again"
    """``data-edits`` go onto the board, then a new run starts."""
    ASK = "ask"
    """``data-edits`` go onto the board, ``data-asked`` into the form, then a new run starts."""


def suggest_act(name: SuggestAct, **data: str) -> Any:
    """Return the attributes of an element that acts when pressed, to be spread with ``**``."""
    return {"data-suggest": name.value} | {f"data-{key}": value for key, value in data.items()}
