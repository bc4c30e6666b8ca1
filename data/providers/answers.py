"""What a provider's answer comes to, whoever gave it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from grid.datums import Datum


class Outcome(StrEnum):
    """What became of one question; every member has words under ``providers.outcome``."""

    FOUND = "found"
    ELSEWHERE = "elsewhere"
    """The point is not in the county that the address names."""
    COARSE = "coarse"
    """Only an area, a road or a guess: no point."""
    AMBIGUOUS = "ambiguous"
    """Several places are offered."""
    NOTHING = "nothing"
    REFUSED = "refused"
    """The provider cannot read this very address."""
    DENIED = "denied"
    """The key, its signature or this machine's address is not accepted."""
    QUOTA = "quota"
    """The provider's own limit is reached."""
    UNREACHABLE = "unreachable"
    REDIRECTED = "redirected"
    """Another address is named, which is never followed."""
    FORBIDDEN_HOST = "forbidden_host"
    """The host's name leads to a machine that must not be asked."""
    TOO_LARGE = "too_large"
    UNREADABLE = "unreadable"


KEPT = frozenset(
    {Outcome.FOUND, Outcome.ELSEWHERE, Outcome.COARSE, Outcome.AMBIGUOUS, Outcome.NOTHING, Outcome.REFUSED}
)
"""Answers about the address itself, which asking again would not change."""
FATAL = frozenset({Outcome.DENIED, Outcome.QUOTA, Outcome.REDIRECTED, Outcome.FORBIDDEN_HOST})
"""After these the next question would fare no better."""


class Unanswered(Exception):  # noqa: N818  not an error of ours: an outcome that ends a question early
    """No answer came of a question; ``outcome`` says why. It never holds the question or the key."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome.value)
        self.outcome = outcome


@dataclass(frozen=True, slots=True)
class Answer:
    """What a provider says of one address: the point in the provider's own ``datum``, longitude first."""

    outcome: Outcome
    datum: Datum
    lon: float | None = None
    lat: float | None = None


def part(value: object, name: str) -> Any:
    """Return a part of an answer, none where it is no object or has no such part."""
    return value.get(name) if isinstance(value, dict) else None


def number(value: object) -> float | None:
    """Return a finite number that an answer may also write as text."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None


def pointed(datum: Datum, lon: object, lat: object, *, fine: bool) -> Answer:
    """Return the answer of a point: found where it is ``fine`` enough; none where it is not on Earth."""
    x, y = number(lon), number(lat)
    if x is None or y is None or not (-180 <= x <= 180 and -90 <= y <= 90) or (x, y) == (0, 0):
        return Answer(Outcome.NOTHING, datum)
    return Answer(Outcome.FOUND if fine else Outcome.COARSE, datum, x, y)
