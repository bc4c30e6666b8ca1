"""What an address or a form of supervision asks for: nothing in it is trusted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from grid.ids import LARGEST_ID
from grid.refusals import Refused
from grid.supervision.procedures import LONGEST_OFFICIAL, LONGEST_WORDS
from grid.supervision.register import DUE_WITHIN, LAST_PAGE, Standing, SupervisionQuestion

PAGE_PATH = "/supervision"
_LONGEST_CODE = 40
_LONGEST_NUMBER = 64
EVERYONE = "all"
"""Chosen instead of one leader."""


class View(StrEnum):
    """What the page shows."""

    CASES = "cases"
    ROSTER = "roster"


@dataclass(frozen=True, slots=True)
class Asked:
    """A state of the page; ``month`` is a month's first day, ``new`` the procedure of a case to be opened."""

    view: View = View.CASES
    procedure: str | None = None
    standing: Standing | None = None
    unit: int | None = None
    due: int | None = None
    page: int = 1
    case: int | None = None
    new: str | None = None
    month: date | None = None

    @property
    def is_filtered(self) -> bool:
        """Whether any filter but the procedure is set."""
        return (self.standing, self.unit, self.due) != (None, None, None)

    def question(self) -> SupervisionQuestion:
        """Return what is asked."""
        return SupervisionQuestion(self.procedure, self.standing, self.unit, self.due, self.page)

    def address(self, **changes: Any) -> str:
        """Return the address of this state with some changes; another list starts at page one."""
        listing = {"view", "procedure", "standing", "unit", "due"} & set(changes)
        state = replace(self, **(({"page": 1, "case": None, "new": None} if listing else {}) | changes))
        fields = {
            "view": state.view if state.view is not View.CASES else None,
            "procedure": state.procedure,
            "state": state.standing,
            "unit": state.unit,
            "due": None if state.due is None else str(state.due),
            "page": state.page if state.page > 1 else None,
            "case": state.case,
            "new": state.new,
            "month": state.month and f"{state.month:%Y-%m}",
        }
        named = urlencode({name: str(value) for name, value in fields.items() if value})
        return f"{PAGE_PATH}?{named}" if named else PAGE_PATH


def read_address(query: Mapping[str, object]) -> Asked:
    """Return what query values ask for; what is unknown is as if it were not there."""
    standing, view, due = query.get("state"), query.get("view"), _number(query.get("due"))
    return Asked(
        view=View(view) if isinstance(view, str) and view in set(View) else View.CASES,
        procedure=_code(query.get("procedure")),
        standing=Standing(standing) if isinstance(standing, str) and standing in set(Standing) else None,
        unit=_id(query.get("unit")),
        due=due if due in DUE_WITHIN else None,
        page=min(_number(query.get("page")) or 1, LAST_PAGE),
        case=_id(query.get("case")),
        new=_code(query.get("new")),
        month=_month(query.get("month")),
    )


def read_kept(address: object) -> Asked:
    """Return the state that a page kept of itself, as it comes back from a browser."""
    if not isinstance(address, str) or len(address) > 1000:
        return Asked()
    try:
        return read_address(dict(parse_qsl(urlsplit(address).query)))
    except ValueError:
        return Asked()


def read_text(value: object, longest: int) -> str:
    """Return a text as it was meant; raises ``Refused('supervision_too_long')``."""
    text = value.strip() if isinstance(value, str) else ""
    if len(text) > longest:
        raise Refused("supervision_too_long", longest=longest)
    return text


def read_words(value: object) -> str:
    """Return an explanation, reason or outcome."""
    return read_text(value, LONGEST_WORDS)


def read_official(value: object) -> str:
    """Return the post of whoever did a step."""
    return read_text(value, LONGEST_OFFICIAL)


def read_number(value: object) -> str:
    """Return a matter's number."""
    return read_text(value, _LONGEST_NUMBER)


def read_day(value: object) -> date | None:
    """Return a day, none where none is said; raises ``Refused('supervision_day_unreadable')``."""
    if not value:
        return None
    try:
        return date.fromisoformat(value if isinstance(value, str) else "")
    except ValueError:
        raise Refused("supervision_day_unreadable") from None


def read_id(value: object) -> int | None:
    """Return an id that a choice holds, none for anything else."""
    return value if type(value) is int and 0 < value <= LARGEST_ID else None


def read_step(value: object) -> tuple[str, int]:
    """Return step and turn of a button's id; raises ``Refused('supervision_step_unknown')``."""
    step = value.get("step") if isinstance(value, dict) else None
    turn = value.get("turn") if isinstance(value, dict) else None
    if (
        not isinstance(step, str)
        or len(step) > _LONGEST_CODE
        or type(turn) is not int
        or not 0 < turn < 10_000
    ):
        raise Refused("supervision_step_unknown")
    return step, turn


def _code(value: object) -> str | None:
    is_code = (
        isinstance(value, str) and value.isascii() and value.isidentifier() and len(value) <= _LONGEST_CODE
    )
    return str(value) if is_code else None


def _number(value: object) -> int | None:
    is_number = isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 19
    return int(value) if is_number else None  # type: ignore[call-overload]


def _id(value: object) -> int | None:
    return read_id(_number(value))


def _month(value: object) -> date | None:
    try:
        month = date.fromisoformat(f"{value}-01") if isinstance(value, str) and len(value) == 7 else None
    except ValueError:
        return None
    return month if month is not None and 2000 <= month.year <= 2100 else None
