"""Ids of the import page."""

from __future__ import annotations

from enum import StrEnum


class Ids(StrEnum):
    """Ids of what callbacks read or write."""

    WORDS = "imports-words"
    KIND = "imports-kind"
    UPLOAD = "imports-upload"
    CHOSEN = "imports-chosen"
    TRY_OUT = "imports-try-out"
    SENDING = "imports-sending"
    NOTE = "imports-note"
    RUN = "imports-run"
    TICK = "imports-tick"
    PROGRESS = "imports-progress"
    OUTCOME = "imports-outcome"
    RECENT = "imports-recent"
    IMPORT = "imports-import"
    """In the outcome of a dry run only."""
    TRY_AGAIN = "imports-try-again"
    """In an outcome that asks questions only."""


OPTION = "imports-option"
ANSWER = "imports-answer"


def option_id(name: object) -> dict[str, object]:
    """Return the id of the field of an option; ``dash.ALL`` for every one."""
    return {"type": OPTION, "name": name}


def answer_id(row: object) -> dict[str, object]:
    """Return the id of the field that answers the question of a row; ``dash.ALL`` for every one."""
    return {"type": ANSWER, "row": row}
