"""What an address asks of the maps of /units, trusting nothing in it; and the address of a state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

from grid.areas import Level
from grid.clocks.counts import ClockQuestion
from grid.listings import Quarter
from grid.refusals import Refused
from grid.unit_maps import MAP_LEVELS

PAGE_PATH = "/units"
_LONGEST = 10
Choice = TypeVar("Choice", bound=StrEnum)


class View(StrEnum):
    """Ways to look at units."""

    TABLE = "table"
    LISTING = "listing"
    CLOCKS = "clocks"


@dataclass(frozen=True, slots=True)
class MapAsked:
    """A state of the maps; ``quarter`` none for the newest, ``level`` none for the one that fits."""

    view: View = View.TABLE
    quarter: Quarter | None = None
    level: Level | None = None
    clock: ClockQuestion = ClockQuestion.OVERDUE

    def address(self, **changes: Any) -> str:
        """Return the address of this state with some changes."""
        state = replace(self, **changes)
        is_map = state.view is not View.TABLE
        is_clocks = state.view is View.CLOCKS
        fields = {
            "view": state.view if is_map else None,
            "quarter": state.quarter,
            "level": state.level if is_map else None,
            "clock": state.clock if is_clocks and state.clock is not ClockQuestion.OVERDUE else None,
        }
        named = urlencode({name: str(value) for name, value in fields.items() if value})
        return f"{PAGE_PATH}?{named}" if named else PAGE_PATH


def read_map_address(query: Mapping[str, object]) -> MapAsked:
    """Return what query values ask for; what is unknown is as if it were not there."""
    level = _choice(Level, query.get("level"))
    return MapAsked(
        view=_choice(View, query.get("view")) or View.TABLE,
        quarter=_quarter(query.get("quarter")),
        level=level if level in MAP_LEVELS else None,
        clock=_choice(ClockQuestion, query.get("clock")) or ClockQuestion.OVERDUE,
    )


def card_address(code: str) -> str:
    """Return the address of a unit's card."""
    return f"{PAGE_PATH}/{quote(code, safe='')}"


def _choice(choices: type[Choice], value: object) -> Choice | None:
    return choices(value) if isinstance(value, str) and value in set(choices) else None


def _quarter(value: object) -> Quarter | None:
    if not isinstance(value, str) or len(value) > _LONGEST:
        return None
    try:
        return Quarter.parse(value)
    except Refused:
        return None
