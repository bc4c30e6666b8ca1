"""What a query asks of items: the one place that trusts nothing in it; each fault has a name and a field."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from werkzeug.datastructures import MultiDict

from callbacks.open_api.catalogue import CRS84, CRSS, Collection
from grid.areas import Level
from grid.matters import Category, Channel
from grid.published import WallQuestion, Window
from grid.refusals import Refused

USUAL_LIMIT, LARGEST_LIMIT = 1000, 10_000
LARGEST_OFFSET = 10_000_000
_WHOLE = re.compile(r"\d{1,18}", re.ASCII)
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2}))?", re.ASCII)
_LONGEST = 200
Box = tuple[float, float, float, float]
_OF_ALL = WallQuestion(Window.M1)


@dataclass(frozen=True, slots=True)
class ItemsAsked:
    """Which items: in a box (west, south, east, north; west beyond east crosses 180°), of a code or a name.

    ``question`` has no meaning for boundaries; its window none at all, since items have every window.
    """

    limit: int = USUAL_LIMIT
    offset: int = 0
    box: Box | None = None
    crs: str = CRS84
    code: str | None = None
    name: str | None = None
    with_shapes: bool = True
    question: WallQuestion = _OF_ALL


def read_items(query: MultiDict[str, str], collection: Collection) -> ItemsAsked:
    """Return what is asked; raises ``Refused``: ``parameter_unknown``, ``parameter_unreadable``, …"""
    given = read_known(query, collection.parameters)
    _check_datetime(given.get("datetime"))
    return ItemsAsked(
        limit=_read_limit(given.get("limit")),
        offset=_read_offset(given.get("offset")),
        box=_read_box(given.get("bbox"), _read_crs("bbox-crs", given.get("bbox-crs"))),
        crs=_read_crs("crs", given.get("crs")),
        code=given.get("code"),
        name=given.get("name"),
        with_shapes=not _read_flag("skipGeometry", given.get("skipGeometry")),
        question=_read_question(given, collection),
    )


def read_known(query: MultiDict[str, str], known: tuple[str, ...]) -> Mapping[str, str]:
    """Return parameters by name, each given once and known.

    Raises ``Refused('parameter_unknown')`` or ``('parameter_unreadable')``.
    """
    for name, values in query.lists():
        if name not in known:
            raise Refused("parameter_unknown", name=_shown(name), known=", ".join(known) or "—")
        if len(values) != 1 or len(values[0]) > _LONGEST or not values[0].isprintable():
            raise _unreadable(name)
    if query.get("f", "json") != "json":
        raise _unreadable("f")
    return query.to_dict()


def _read_limit(text: str | None) -> int:
    if text is None:
        return USUAL_LIMIT
    if not _WHOLE.fullmatch(text) or int(text) < 1:
        raise _unreadable("limit")
    # The standard wants more than the most to be no error.
    return min(int(text), LARGEST_LIMIT)


def _read_offset(text: str | None) -> int:
    if text is None:
        return 0
    if not _WHOLE.fullmatch(text) or int(text) > LARGEST_OFFSET:
        raise _unreadable("offset")
    return int(text)


def _read_box(text: str | None, crs: str) -> Box | None:
    if text is None:
        return None
    parts = text.split(",")
    if len(parts) not in {4, 6} or not all(_NUMBER.fullmatch(part.strip()) for part in parts):
        raise _unreadable("bbox")
    numbers = [float(part) for part in parts]
    low, high = numbers[: len(parts) // 2], numbers[len(parts) // 2 :]
    if crs != CRS84:
        low, high = [low[1], low[0]], [high[1], high[0]]
    box = (low[0], low[1], high[0], high[1])
    in_order = box[1] <= box[3] and all(math.isfinite(number) for number in numbers)
    if not in_order or max(abs(box[0]), abs(box[2])) > 180 or max(abs(box[1]), abs(box[3])) > 90:
        raise _unreadable("bbox")
    return box


def _read_crs(name: str, text: str | None) -> str:
    if text is None:
        return CRS84
    if text not in CRSS:
        raise _unreadable(name)
    return text


def _read_flag(name: str, text: str | None) -> bool:
    if text not in {None, "true", "false"}:
        raise _unreadable(name)
    return text == "true"


def _check_datetime(text: str | None) -> None:
    """Check a time or an interval, which no item is left out for: none has a time of its own."""
    if text is None:
        return
    ends = text.split("/")
    open_ends = {"", ".."}
    if len(ends) > 2 or (len(ends) == 1 and text in open_ends):
        raise _unreadable("datetime")
    instants = [_read_instant(end) for end in ends if end not in open_ends]
    if not instants or (len(instants) == 2 and instants[0] > instants[1]):
        raise _unreadable("datetime")


def _read_instant(text: str) -> str:
    if not _INSTANT.fullmatch(text):
        raise _unreadable("datetime")
    try:
        datetime.fromisoformat(text)
    except ValueError:
        raise _unreadable("datetime") from None
    return text[:10]


def _read_question(given: Mapping[str, str], collection: Collection) -> WallQuestion:
    category, channel = given.get("category"), given.get("channel")
    if category is not None and category not in set(Category):
        raise _unreadable("category")
    if channel is not None and channel not in set(Channel):
        raise _unreadable("channel")
    if collection.level is Level.VILLAGE and (category or channel):
        raise Refused("groups_not_published")
    return WallQuestion(
        Window.M1,
        category=Category(category) if category else None,
        channel=Channel(channel) if channel else None,
    )


def _unreadable(name: str) -> Refused:
    return Refused("parameter_unreadable", name=name)


def _shown(name: str) -> str:
    return "".join(char for char in name[:40] if char.isprintable())
