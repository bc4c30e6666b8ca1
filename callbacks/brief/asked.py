"""What an address asks of a leader's pages, trusting nothing in it; and the address of a state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, TypeVar
from urllib.parse import urlencode

from callbacks.wall.state import COUNT_LEVELS, Layer, WallState, read_state
from grid.areas import Level
from grid.clocks.counts import ClockQuestion
from grid.ids import LARGEST_ID
from grid.listings import Quarter
from grid.published import Window
from grid.unit_maps import MAP_LEVELS
from layers.map_counts import Basis

PAGE_PATH = "/brief"
_YES = "1"
Choice = TypeVar("Choice", bound=StrEnum)


class BriefScene(StrEnum):
    """The wall's scenes, in the order of its tour."""

    HOTSPOTS = "hotspots"
    LISTING = "listing"
    COVERAGE = "coverage"
    CLOCKS = "clocks"
    SERVICE = "service"


LAYERS = {
    BriefScene.HOTSPOTS: Layer.COUNTS,
    BriefScene.LISTING: Layer.LISTING,
    BriefScene.COVERAGE: Layer.COVERAGE,
}
"""The wall's layer behind a scene; clocks and service network have maps of their own desks."""


class Subject(StrEnum):
    """What a card is about, as addresses name it; ``UNIT`` is a listed unit."""

    AREA = "area"
    LEADER = "leader"
    UNIT = "unit"


@dataclass(frozen=True, slots=True)
class Asked:
    """A state of the pages; ``level`` and ``quarter`` none for those that fit.

    ``card`` is an open card with an id; ``whole`` asks for a whole list, ``map`` for the map.
    """

    scene: BriefScene = BriefScene.HOTSPOTS
    period: Window = Window.M3
    basis: Basis = Basis.COUNT
    level: Level | None = None
    quarter: Quarter | None = None
    clock: ClockQuestion = ClockQuestion.OVERDUE
    card: tuple[Subject, int] | None = None
    whole: bool = False
    map: bool = False

    @property
    def wall(self) -> WallState:
        """The state of the wall that shows the same."""
        return WallState(
            layers=(LAYERS.get(self.scene, Layer.COUNTS),),
            period=self.period,
            level=self.level or Level.TOWN,
            basis=self.basis if self.scene is BriefScene.HOTSPOTS else Basis.COUNT,
            quarter=self.quarter,
        )

    @property
    def clock_level(self) -> Level:
        """The level that clocks are counted by."""
        return self.level if self.level in MAP_LEVELS else Level.COUNTY

    def fields(self) -> dict[str, str]:
        """Return the fields of this state's address; what is at its default is left out."""
        default = Asked()
        fields = {
            "scene": self.scene if self.scene is not default.scene else None,
            "period": self.period if self.period is not default.period else None,
            "basis": self.basis if self.basis is not default.basis else None,
            "level": self.level,
            "quarter": self.quarter,
            "clock": self.clock if self.clock is not default.clock else None,
            "all": _YES if self.whole else None,
            "map": _YES if self.map else None,
            **({str(self.card[0]): self.card[1]} if self.card else {}),
        }
        return {name: str(value) for name, value in fields.items() if value is not None}

    def address(self, **changes: Any) -> str:
        """Return the address of this state with some changes."""
        query = urlencode(replace(self, **changes).fields())
        return f"{PAGE_PATH}?{query}" if query else PAGE_PATH

    def show(self, scene: BriefScene) -> str:
        """Return the address of another scene of the same period and quarter."""
        return self.address(scene=scene, card=None, whole=False, level=None)

    def open(self, subject: Subject, number: int) -> str:
        """Return the address of a card beside this state."""
        return self.address(card=(subject, number))


def read_address(query: Mapping[str, object]) -> Asked:
    """Return what query values ask for; an unknown one is as if it were not there, of cards the first."""
    state = read_state({name: query.get(name) for name in ("period", "basis", "quarter")})
    level = _choice(Level, query.get("level"))
    cards = ((subject, _id(query.get(subject))) for subject in Subject)
    return Asked(
        scene=_choice(BriefScene, query.get("scene")) or BriefScene.HOTSPOTS,
        period=state.period,
        basis=state.basis,
        level=level if level in COUNT_LEVELS else None,
        quarter=state.quarter,
        clock=_choice(ClockQuestion, query.get("clock")) or ClockQuestion.OVERDUE,
        card=next(((subject, number) for subject, number in cards if number is not None), None),
        whole=query.get("all") == _YES,
        map=query.get("map") == _YES,
    )


def _choice(choices: type[Choice], value: object) -> Choice | None:
    return choices(value) if isinstance(value, str) and value in set(choices) else None


def _id(value: object) -> int | None:
    is_number = isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 19
    return int(value) if is_number and 0 < int(value) <= LARGEST_ID else None  # type: ignore[call-overload]
