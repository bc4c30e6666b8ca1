"""What a grid worker does about a matter on the spot (代办): five steps, told by the phone once each.

A note is a worker's record. It is no legal step: it moves no stage, starts, pauses or stops no clock, and
counts in no figure.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from grid.ids import LARGEST_ID
from grid.personal.identifiers import find_identifiers
from grid.personal.names import names_person
from grid.refusals import Refused

LONGEST_WORDS = 200
OLDEST = timedelta(days=30)
"""A draft that a phone kept longer is no news of the matter any more."""
SKEW = timedelta(minutes=10)
"""How far a phone's clock may be ahead; what it says is then taken as now."""
_LONGEST_TIME = 40
_KEY = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE | re.ASCII)
_SPELT = dict(zip(map(ord, "零〇一二三四五六七八九幺"), "001234567891", strict=True))
_SPELT_RUN = re.compile("[零〇一二三四五六七八九幺]{7,}")
_BETWEEN_DIGITS = re.compile(r"(?<=\d)[\s.,，、·_—–-]+(?=\d)")


class AssistStep(StrEnum):
    """Steps of helping with a matter, in their usual order; each may come again."""

    RECEIVED = "received"
    CONTACTED = "contacted"
    VISITED = "visited"
    RESOLVED = "resolved"
    HANDED_UP = "handed_up"


@dataclass(frozen=True, slots=True)
class AssistNote:
    """A step taken about a matter, as the worker tells it; ``key`` is the phone's, the same when sent again.

    ``words`` may be empty; ``taken_at`` is aware. Raises ``Refused``: ``matter_unknown``,
    ``note_incomplete`` for a time without a zone, ``note_too_long`` (``most``) or ``note_names_person``.
    """

    matter_id: int
    step: AssistStep
    words: str
    key: UUID
    taken_at: datetime

    def __post_init__(self) -> None:
        if type(self.matter_id) is not int or not 0 < self.matter_id <= LARGEST_ID:
            raise Refused("matter_unknown")
        if self.taken_at.utcoffset() is None:
            raise Refused("note_incomplete")
        check_words(self.words)

    def tells_same(self, other: AssistNote) -> bool:
        """Return whether two notes tell the same; times that a clock's error explains are one time."""
        told = (self.matter_id, self.step, self.words) == (other.matter_id, other.step, other.words)
        return told and abs(self.taken_at - other.taken_at) <= SKEW


@dataclass(frozen=True, slots=True)
class AssistTold:
    """A note as it is read of a matter: when the step was taken (UTC), and whether by who asks.

    Whoever may see the matter may read what was done about it; by whom is in the audit alone.
    """

    step: AssistStep
    taken_at: datetime
    words: str = ""
    own: bool = False


def read_note(given: object, now: datetime) -> AssistNote:
    """Return the note that JSON-like data tells: ``matter``, ``step``, ``words``, ``key`` and ``at``.

    ``words`` may be left out; ``at`` is an ISO 8601 time with its zone, at most ``SKEW`` after ``now`` and
    ``OLDEST`` before. Raises ``Refused``: ``note_incomplete`` for what is missing, of another type or not to
    be read, ``note_in_future``, ``note_too_old`` (``days``), or those of ``AssistNote``.
    """
    if not isinstance(given, Mapping):
        raise Refused("note_incomplete")
    matter, step, words, key = (given.get(name) for name in ("matter", "step", "words", "key"))
    if type(matter) is not int or not isinstance(step, str) or step not in set(AssistStep):
        raise Refused("note_incomplete")
    if not isinstance(key, str) or _KEY.fullmatch(key) is None or not isinstance(words, str | None):
        raise Refused("note_incomplete")
    taken_at = _time(given.get("at"), now)
    return AssistNote(matter, AssistStep(step), plain_words(words or ""), UUID(key), taken_at)


def plain_words(words: str) -> str:
    """Return words on one line, without signs that nobody sees."""
    shown = "".join(" " if sign.isspace() else sign for sign in words if sign.isspace() or sign.isprintable())
    return " ".join(shown.split())


def check_words(words: str) -> None:
    """Refuse words that are too long or tell of a person: ``note_too_long``, ``note_names_person``."""
    if len(words) > LONGEST_WORDS:
        raise Refused("note_too_long", most=LONGEST_WORDS)
    plain = _SPELT_RUN.sub(lambda run: run.group().translate(_SPELT), unicodedata.normalize("NFKC", words))
    joined = _BETWEEN_DIGITS.sub("", plain)
    if any(map(find_identifiers, (words, plain, joined))) or names_person(plain):
        raise Refused("note_names_person")


def _time(said: object, now: datetime) -> datetime:
    if not isinstance(said, str) or len(said) > _LONGEST_TIME:
        raise Refused("note_incomplete")
    try:
        taken_at = datetime.fromisoformat(said).astimezone(UTC) if _has_zone(said) else None
    except (ValueError, OverflowError):
        taken_at = None
    if taken_at is None:
        raise Refused("note_incomplete")
    if taken_at > now + SKEW:
        raise Refused("note_in_future")
    if taken_at < now - OLDEST:
        raise Refused("note_too_old", days=OLDEST.days)
    return min(taken_at, now.astimezone(UTC))


def _has_zone(said: str) -> bool:
    return datetime.fromisoformat(said).utcoffset() is not None
