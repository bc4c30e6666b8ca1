"""What the browser says of the review: the one place that trusts nothing of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from grid.ids import LARGEST_ID
from grid.ports import ReviewDesk
from grid.refusals import Refused
from grid.reviewing import LAST_PAGE, LONGEST_KEY, Decision, Verdict, check_point

Answer = TypeVar("Answer")
LONGEST_WORDS = 60


@dataclass(frozen=True, slots=True)
class View:
    """The text at hand and what is chosen for it: an area, a point, or a verdict without a place."""

    key: str
    area_id: int | None = None
    point: tuple[float, float] | None = None
    verdict: Verdict | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """An act: to decide what is viewed, undo a decision, or turn to a page; ``number`` tells them apart."""

    act: str
    number: int
    view: View
    decision_id: int = 0
    page: int = 1


def read_view(data: object) -> View:
    """Return what is viewed; raises ``Refused('review_unreadable')`` for what no page of ours sends."""
    return _reading(_view, data)


def read_asked(data: object) -> Asked:
    """Return what is asked for; raises as ``read_view``."""
    return _reading(_asked, data)


def read_page(page: object) -> int:
    """Return the page that an address names, the first for anything else."""
    known = isinstance(page, str) and page.isascii() and page.isdigit() and len(page) <= len(str(LAST_PAGE))
    return max(1, min(int(str(page)), LAST_PAGE)) if known else 1


def decision_of(desk: ReviewDesk, view: View) -> Decision:
    """Return the decision that a view stands for; where a point was set it says the area itself.

    Raises ``Refused('review_nothing_chosen')``, or what the decision itself raises.
    """
    if view.verdict in {Verdict.OUTSIDE, Verdict.UNPLACEABLE}:
        return Decision(view.key, view.verdict)
    if view.point is not None:
        return Decision(view.key, Verdict.PLACED, desk.area_at(*view.point).area.id, view.point)
    if view.area_id is None:
        raise Refused("review_nothing_chosen")
    return Decision(view.key, Verdict.PLACED, view.area_id)


def _reading(read: Callable[[Any], Answer], data: object) -> Answer:
    try:
        return read(data)
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError):
        raise Refused("review_unreadable") from None


def _view(data: Any) -> View:
    point = None if data.get("lon") is None else (_number(data["lon"]), _number(data["lat"]))
    if point is not None:
        check_point(point)
    verdict = data.get("verdict")
    return View(
        key=_text(data["key"], LONGEST_KEY),
        area_id=None if data.get("area") is None else _whole(data["area"], LARGEST_ID),
        point=point,
        verdict=None if verdict is None else Verdict(verdict),
        words=_text(data.get("words") or "", LONGEST_WORDS),
    )


def _asked(data: Any) -> Asked:
    act = data["act"]
    if act not in {"decide", "undo", "page"}:
        raise ValueError
    return Asked(
        act=act,
        number=_whole(data["n"], LARGEST_ID),
        view=_view(data["view"]),
        decision_id=_whole(data.get("id") or 0, LARGEST_ID),
        page=_whole(data.get("page") or 1, LAST_PAGE),
    )


def _whole(value: object, largest: int) -> int:
    if type(value) is not int or not 0 <= value <= largest:
        raise ValueError
    return value


def _number(value: object) -> float:
    if type(value) not in {int, float}:
        raise TypeError
    return float(value)  # type: ignore[arg-type]


def _text(value: object, longest: int) -> str:
    if not isinstance(value, str) or len(value) > longest:
        raise ValueError
    return value
