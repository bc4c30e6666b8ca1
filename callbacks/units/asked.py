"""What addresses and forms ask of the units' pages, trusting nothing in them; and addresses of states."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

from grid.ids import LARGEST_ID
from grid.indicators.figures import Period
from grid.league import LONGEST_SEARCH, LeagueColumn, LeagueQuestion, LeagueView, UnitGroup
from grid.listings import Quarter, StepKind
from grid.matters import Category
from grid.rectification.steps import LONGEST_WORDS, StepAsked
from grid.refusals import Refused

PAGE_PATH, EXPORT_PATH, CARD_PATH = "/units", "/units/export.xlsx", "/units/{code}"
_LONGEST_CODE = 40
_UP, _DOWN = "asc", "desc"
_LAST_PAGE = 100_000
Choice = TypeVar("Choice", bound=StrEnum)


PROPOSE = StepKind.PROPOSE.value


@dataclass(frozen=True, slots=True)
class StepForm:
    """Which step's form is open: of which listing; a proposal has none yet."""

    kind: str
    listing_id: int = 0

    def stored(self, code: str) -> dict[str, object]:
        """Return it as the page keeps it until it is sent."""
        return {"unit": code, "kind": self.kind, "listing": self.listing_id}


@dataclass(frozen=True, slots=True)
class FigureAsked:
    """Which number is opened: a unit's indicator; ``against`` is another version to set beside it."""

    code: str
    indicator: str
    version: int | None = None
    against: int | None = None
    page: int = 1


@dataclass(frozen=True, slots=True)
class Asked:
    """A state of the table; days stay as they were typed, so that the form shows them with what is wrong."""

    quarter: Quarter | None = None
    since: str = ""
    until: str = ""
    group: UnitGroup | None = None
    category: Category | None = None
    search: str = ""
    sort: str = LeagueColumn.RANK
    descending: bool = False
    page: int = 1
    opened: FigureAsked | None = None

    @property
    def is_filtered(self) -> bool:
        """Whether fewer than all units, or another period than a quarter, are asked for."""
        return bool(self.since or self.until or self.group or self.category or self.search)

    def question(self, current: Quarter) -> LeagueQuestion:
        """Return what is asked, of the current quarter where none is said.

        Raises ``Refused('register_day_unreadable')``, ``('league_period_half')`` or what the question raises.
        """
        since, until = _day(self.since), _day(self.until)
        if (since is None) != (until is None):
            raise Refused("league_period_half")
        period = Period(since, until) if since and until else None
        return LeagueQuestion(self.quarter or current, period, self.category)

    def view(self) -> LeagueView:
        """Return which rows are looked at, in which order."""
        return LeagueView(self.group, self.search, self.sort, self.descending, self.page)

    def address(self, path: str = PAGE_PATH, **changes: Any) -> str:
        """Return the address of this state with some changes; whatever is new starts at page one."""
        state = replace(self, **({"page": 1, "opened": None} | changes))
        in_order = (state.sort, state.descending) != (LeagueColumn.RANK, False)
        fields = {
            **{name: getattr(state, name) for name in ("quarter", "since", "until", "group", "category")},
            "search": state.search,
            "sort": state.sort if in_order else None,
            "dir": (_DOWN if state.descending else _UP) if in_order else None,
            "page": state.page if state.page > 1 else None,
            **(figure_fields(state.opened) if state.opened else {}),
        }
        named = urlencode({name: str(value) for name, value in fields.items() if value})
        return f"{path}?{named}" if named else path

    def order_by(self, column: str) -> str:
        """Return the address of the order by a column; of the one in use, turned round."""
        return self.address(sort=column, descending=not self.descending if column == self.sort else False)

    def open_figure(self, opened: FigureAsked | None) -> str:
        """Return the address of this very page with a number opened, or with none: a query alone."""
        return self.address("", page=self.page, opened=opened) or "?"


def read_address(query: Mapping[str, object]) -> Asked:
    """Return what query values ask for; what is unknown is as if it were not there."""
    return Asked(
        quarter=_quarter(query.get("quarter")),
        since=_text(query.get("since"), 10),
        until=_text(query.get("until"), 10),
        group=_choice(UnitGroup, query.get("group")),
        category=_choice(Category, query.get("category")),
        search=_text(query.get("search"), LONGEST_SEARCH),
        sort=_identifier(query.get("sort")) or LeagueColumn.RANK,
        descending=query.get("dir") == _DOWN,
        page=_number(query.get("page")) or 1,
        opened=read_figure(query),
    )


def read_figure(query: Mapping[str, object]) -> FigureAsked | None:
    """Return which number is opened, none where no indicator of a unit is named."""
    code, indicator = read_code(query.get("unit")), _identifier(query.get("indicator"))
    if not (code and indicator):
        return None
    return FigureAsked(
        code,
        indicator,
        version=_number(query.get("version")),
        against=_number(query.get("against")),
        page=_number(query.get("matters")) or 1,
    )


def read_form(query: Mapping[str, object]) -> StepForm | None:
    """Return which step's form an address opens."""
    kind, listing = _choice(StepKind, query.get("step")), _number(query.get("listing"), LARGEST_ID)
    if kind is None or (listing is None) != (kind is StepKind.PROPOSE):
        return None
    return StepForm(kind, listing or 0)


def read_step(
    stored: object, day: object, official: object, words: object, sure: object
) -> tuple[str, StepAsked | str]:
    """Return the unit's code, and the step that was sent or the reason of a proposal.

    Raises ``Refused('listing_unknown')``, ``('listing_not_sure')``, ``('register_day_unreadable')`` or what
    the step raises.
    """
    kept = stored if isinstance(stored, dict) else {}
    code, kind, listing = read_code(kept.get("unit")), kept.get("kind"), kept.get("listing")
    if not code or not isinstance(kind, str) or kind not in set(StepKind) or type(listing) is not int:
        raise Refused("listing_unknown")
    if sure != ["sure"]:
        raise Refused("listing_not_sure")
    said = words.strip() if isinstance(words, str) else ""
    if len(said) > LONGEST_WORDS:
        raise Refused("listing_text_too_long", most=LONGEST_WORDS)
    if kind == PROPOSE:
        return code, said
    if not 0 < listing <= LARGEST_ID:
        raise Refused("listing_unknown")
    on = _day(day) if isinstance(day, str) and len(day) <= 10 else None
    if on is None:
        raise Refused("register_day_unreadable")
    name = official.strip() if isinstance(official, str) else ""
    return code, StepAsked(listing, StepKind(kind), on, name, said)


def figure_fields(opened: FigureAsked) -> dict[str, object]:
    """Return a number that is opened as fields of an address."""
    return {
        "unit": opened.code,
        "indicator": opened.indicator,
        "version": opened.version,
        "against": opened.against,
        "matters": opened.page if opened.page > 1 else None,
    }


def read_code(value: object) -> str:
    """Return a unit's code as its address has it, empty for what is none."""
    is_code = isinstance(value, str) and 0 < len(value) <= _LONGEST_CODE and value.isprintable()
    return value if is_code and "/" not in value else ""  # type: ignore[operator,return-value]


def card_path(code: str, **fields: object) -> str:
    """Return the address of a unit's card."""
    named = urlencode({name: str(value) for name, value in fields.items() if value})
    path = CARD_PATH.format(code=quote(code, safe=""))
    return f"{path}?{named}" if named else path


def _quarter(value: object) -> Quarter | None:
    if not isinstance(value, str) or len(value) > 20:
        return None
    try:
        return Quarter.parse(value)
    except Refused:
        return None


def _choice(choices: type[Choice], value: object) -> Choice | None:
    return choices(value) if isinstance(value, str) and value in set(choices) else None


def _text(value: object, longest: int) -> str:
    return value.strip()[:longest] if isinstance(value, str) and value.isprintable() else ""


def _identifier(value: object) -> str:
    return (
        value
        if isinstance(value, str) and value.isascii() and value.isidentifier() and len(value) <= 40
        else ""
    )


def _number(value: object, most: int = _LAST_PAGE) -> int | None:
    """Return a whole number from 1 of a sane size."""
    is_number = isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 18
    return min(int(value), most) or None if is_number else None  # type: ignore[call-overload]


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused("register_day_unreadable") from None
