"""How the wall keeps fresh: what its page is told to do so, and what its server says at each tick.

A tick asks for nothing but which publication is in force. The rest is the browser's
(``assets/wall_live.js``), since a server that is away cannot say that it is away.

Two things make what is shown *old*, and both are dated in red:

* *lost*: the wall could not ask for longer than ``LATE``: server, database or network is away. What it shows
  may have changed meanwhile;
* *late*: there is newer data, or a new day, that no publication shows after ``LATE``: the worker does not
  publish.

The age of the publication is neither: in a quiet night nobody imports, and hours later it still shows all
there is.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from dash import dcc, html

from callbacks.wall.ids import WallId
from grid.published import LATE, Publication
from layers.words import Language, say

_MINUTES = int(LATE.total_seconds() // 60)
_TIME = "{time}"
"""Left for the browser to fill in: it knows what it shows."""


class Lag(StrEnum):
    """How far the publication is behind the data, if it is."""

    NEWER = "newer"
    """There is newer data: no more than that while the worker is making the next publication."""
    LATE = "late"


class Old(StrEnum):
    """Why what is shown is old."""

    LOST = "lost"
    LATE = "late"


def lag_of(publication: Publication | None, now: datetime) -> Lag | None:
    """Return a publication's lag at a moment of the city's time, none also before the first."""
    if publication is None:
        return None
    if publication.is_late(now):
        return Lag.LATE
    return Lag.NEWER if publication.newer_at else None


def live_parts(language: Language, *, program: str, leave_to: str) -> Any:
    """Return what nobody sees: the words and limits that the browser needs where no server answers it.

    ``program`` names the program that made the page; ``leave_to`` is where a page goes when its session has
    ended.
    """
    told: Any = {
        "data-program": program,
        "data-leave-to": leave_to,
        "data-late-ms": str(int(LATE.total_seconds() * 1000)),
        "data-silent": say("live.silent.kept", language, time=_TIME),
        "data-silent-none": say("live.silent.none", language),
        "data-down": down_words(_TIME, language),
        "data-down-none": down_words(None, language),
    }
    return html.Div(dcc.Store(id=WallId.PULSE), id=WallId.LIVE, hidden=True, **told)


def old_words(language: Language) -> list[Any]:
    """Return what stands beside the as-of time of what is old; the style sheet shows the one that is so."""
    return [
        html.Span(say(f"live.old.{why}", language, minutes=_MINUTES), className=f"wall-old {why}")
        for why in Old
    ]


def down_words(at: object, language: Language) -> str:
    """Return that the database is away, and from when the picture is, if there is one."""
    return say("live.down.kept", language, time=at) if at else say("live.down.none", language)
