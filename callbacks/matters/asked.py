"""What an address of the register asks for, and the address of what is asked: nothing in it is trusted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar
from urllib.parse import urlencode

from grid.clocks.counts import ClockQuestion
from grid.ids import LARGEST_ID
from grid.matters import Category, Channel, Stage
from grid.refusals import Refused
from grid.register import RegisterClock, RegisterQuestion, SortColumn

PAGE_PATH, EXPORT_PATH = "/matters", "/matters/export.xlsx"
_LONGEST = 200
_UP, _DOWN = "asc", "desc"
Choice = TypeVar("Choice", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Asked:
    """A state of the page; texts stay as they were typed, so that the form shows them with what is wrong."""

    clock: RegisterClock | None = None
    category: Category | None = None
    channel: Channel | None = None
    stage: Stage | None = None
    number: str = ""
    since: str = ""
    until: str = ""
    sort: SortColumn = SortColumn.REGISTERED
    descending: bool = True
    page: int = 1
    area: int | None = None
    due: ClockQuestion | None = None

    @property
    def is_filtered(self) -> bool:
        """Whether any filter is set."""
        return replace(self, sort=SortColumn.REGISTERED, descending=True, page=1) != Asked()

    def question(self) -> RegisterQuestion:
        """Return what is asked; raises ``Refused('register_day_unreadable')`` or what the question raises."""
        return RegisterQuestion(
            clock=self.clock,
            category=self.category,
            channel=self.channel,
            stage=self.stage,
            number=self.number,
            since=_read_day(self.since),
            until=_read_day(self.until),
            sort=self.sort,
            descending=self.descending,
            page=self.page,
            area=self.area,
            due=self.due,
        )

    def address(self, path: str = PAGE_PATH, **changes: Any) -> str:
        """Return the address of this state with some changes; a new filter or order starts at page one."""
        state = replace(self, **({"page": 1} | changes))
        in_order = (state.sort, state.descending) != (SortColumn.REGISTERED, True)
        fields = {
            **{
                name: getattr(state, name)
                for name in ("clock", "category", "channel", "stage", "number", "area", "due")
            },
            "since": state.since,
            "until": state.until,
            "sort": state.sort.value if in_order else None,
            "dir": (_DOWN if state.descending else _UP) if in_order else None,
            "page": state.page if state.page > 1 else None,
        }
        named = urlencode({name: str(value) for name, value in fields.items() if value})
        return f"{path}?{named}" if named else path

    def order_by(self, column: SortColumn) -> str:
        """Return the address of the order by a column; of the one in use, turned round."""
        descending = not self.descending if column is self.sort else column is SortColumn.REGISTERED
        return self.address(sort=column, descending=descending)


def read_address(query: Mapping[str, object]) -> Asked:
    """Return what query values ask for; an unknown choice or page is as if it were not there."""
    sort, way = _choice(SortColumn, query.get("sort")), query.get("dir")
    column = sort or SortColumn.REGISTERED
    return Asked(
        clock=_choice(RegisterClock, query.get("clock")),
        category=_choice(Category, query.get("category")),
        channel=_choice(Channel, query.get("channel")),
        stage=_choice(Stage, query.get("stage")),
        number=_text(query.get("number")),
        since=_text(query.get("since")),
        until=_text(query.get("until")),
        sort=column,
        descending=way == _DOWN if way in (_UP, _DOWN) else column is SortColumn.REGISTERED,
        page=_page(query.get("page")),
        area=_area(query.get("area")),
        due=_choice(ClockQuestion, query.get("due")),
    )


def read_id(value: object) -> int:
    """Return the id of a matter; raises ``Refused('matter_unknown')``."""
    if type(value) is not int or not 0 < value <= LARGEST_ID:
        raise Refused("matter_unknown")
    return value


def _choice(choices: type[Choice], value: object) -> Choice | None:
    return choices(value) if isinstance(value, str) and value in set(choices) else None


def _text(value: object) -> str:
    return value.strip()[:_LONGEST] if isinstance(value, str) else ""


def _page(value: object) -> int:
    is_number = isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 6
    return max(1, int(value)) if is_number else 1  # type: ignore[call-overload]


def _area(value: object) -> int | None:
    is_number = isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 18
    return int(value) if is_number else None  # type: ignore[call-overload]


def _read_day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused("register_day_unreadable") from None
