"""Ids of the import page."""

from __future__ import annotations

from enum import StrEnum


class Ids(StrEnum):
    """Ids of what callbacks read or write."""

    WORDS = "imports-words"
    KIND = "imports-kind"
    STEPS = "imports-steps"
    UPLOAD = "imports-upload"
    CHOSEN = "imports-chosen"
    SENT = "imports-sent"
    """What the browser is to send: a chosen file that is not too large."""
    FILE = "imports-file"
    """The file as the server keeps it: its key, name and fingerprint."""
    DIGEST = "imports-digest"
    TRY_OUT = "imports-try-out"
    SENDING = "imports-sending"
    NOTE = "imports-note"
    RUN = "imports-run"
    TICK = "imports-tick"
    PROGRESS = "imports-progress"
    CANCEL = "imports-cancel"
    OUTCOME = "imports-outcome"
    RECENT = "imports-recent"
    EDITIONS = "imports-editions"
    CROSSWALK = "imports-crosswalk"
    IMPORT = "imports-import"
    """This and what follows only in the outcome of a dry run that the page still holds the upload of."""
    TRY_AGAIN = "imports-try-again"
    AGAIN_NOTE = "imports-again-note"
    SHOWN = "imports-shown"
    """The answers as they were laid out, and whether they let the file be imported."""
    FORGET = "imports-forget"
    """In an outcome that used what is remembered of a source."""
    CONFLICTS = "imports-conflicts"
    """In an outcome with rows that contradict each other only."""
    MAP = "imports-map"
    """This and what follows only in the outcome of a boundary file."""
    SPOTS = "imports-spots"
    """Where on the map each row of the lists beside it is."""
    REPAIR_SIDE = "imports-repair-side"
    WHOLE = "imports-whole"


OPTION = "imports-option"
ANSWER = "imports-answer"
SPOT = "imports-spot"
ADOPT = "imports-adopt"
COMPARE = "imports-compare"
ROLLBACK = "imports-rollback"


def option_id(name: object) -> dict[str, object]:
    """Return the id of the field of an option; ``dash.ALL`` for every one."""
    return {"type": OPTION, "name": name}


def answer_id(option: object) -> dict[str, object]:
    """Return the id of the field of an outcome that answers under an option; ``dash.ALL`` for every one."""
    return {"type": ANSWER, "option": option}


def spot_id(number: object) -> dict[str, object]:
    """Return the id of the button that shows one place of the map; ``dash.ALL`` for every one."""
    return {"type": SPOT, "number": number}


def adopt_id(batch: object, row: object) -> dict[str, object]:
    """Return the id of the button that lets a row of a conflict hold; ``dash.ALL`` for every one."""
    return {"type": ADOPT, "batch": batch, "row": row}


def crosswalk_id(level: object) -> dict[str, object]:
    """Return the id of the button that compares a level's editions; ``dash.ALL`` for every one."""
    return {"type": COMPARE, "level": level}


def rollback_id(level: object) -> dict[str, object]:
    """Return the id of the button that takes a level's newest edition back; ``dash.ALL`` for every one."""
    return {"type": ROLLBACK, "level": level}
