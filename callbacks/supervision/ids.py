"""Ids of the page of supervision."""

from __future__ import annotations

from enum import StrEnum


class Id(StrEnum):
    """Ids of what callbacks read or write."""

    BODY = "supervision-body"
    ADDRESS = "supervision-address"
    PLACE = "supervision-place"
    PROBLEM = "supervision-problem"
    OUTCOME = "supervision-outcome"
    """This and the next two only in a case that the reader may end."""
    END = "supervision-end"
    WITHDRAW = "supervision-withdraw"
    OPEN = "supervision-open"
    """Only in the form of a new case."""


class Part(StrEnum):
    """Parts of the form of a step, each with the step's code in its id."""

    TAKE = "supervision-take"
    OFFICIAL = "supervision-step-official"
    WORDS = "supervision-step-words"
    DAY = "supervision-step-day"


class Told(StrEnum):
    """Fields of the form of a new case, as far as its procedure asks for them."""

    NUMBER = "number"
    UNIT = "unit"
    LEADER = "leader"
    REASON = "reason"


TOLD = "supervision-told"


def of_new(field: object) -> dict[str, object]:
    """Return the id of a field of a new case; ``dash.ALL`` for every one."""
    return {"type": TOLD, "field": field}


def of_step(part: Part, step: object, turn: object) -> dict[str, object]:
    """Return the id of a part of a step's form; ``dash.ALL`` for every one."""
    return {"type": part.value, "step": step, "turn": turn}
