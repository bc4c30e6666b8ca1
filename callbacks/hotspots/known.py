"""What the screen knows of the city between two changes of its data: areas in their order, search, plan.

It is the same for everybody who may open the screen; whether one may, the desk is asked anew every time.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

import numpy as np
import numpy.typing as npt

from grid.area_search import AreaSearch
from grid.areas import PLACED_LEVELS, Area, AreaKind, Level
from grid.coverage import CoverageBook, Leader, lead_by_unit
from grid.hotspots.questions import CountsState
from grid.ports import HotspotDesk
from grid.questions import City
from grid.refusals import Refused
from layers.hotspot_paint import order_key
from layers.numbers import CITY_ZONE

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class LevelAreas:
    """The regular areas of a level in the order of their codes."""

    areas: tuple[Area, ...]

    @cached_property
    def ids(self) -> Ints:
        """Ids, int64 of shape (n,)."""
        return np.array([area.id for area in self.areas], dtype=np.int64)

    @cached_property
    def residents(self) -> Floats:
        """Residents, of shape (n,); NaN where they are not known, or nobody."""
        return np.array([area.population or np.nan for area in self.areas], dtype=np.float64)

    @cached_property
    def place(self) -> dict[int, int]:
        """Where in the order an area is, by its id."""
        return {area.id: at for at, area in enumerate(self.areas)}

    @cached_property
    def spots(self) -> dict[str, str]:
        """Where labels stand, in degrees: ``lon`` and ``lat`` as float32 in base64, a tenth of its text."""
        return {
            "lon": _packed([area.label_lon for area in self.areas]),
            "lat": _packed([area.label_lat for area in self.areas]),
        }

    @cached_property
    def key(self) -> str:
        """What tells this order from another."""
        return order_key(self.ids)


class Facts:
    """What is known of one data version and day; a level is read when it is first asked for.

    Two threads may read the same twice: what comes last is kept, and both are true.
    """

    def __init__(self, city: City, state: CountsState) -> None:
        self.city, self.state = city, state
        self._levels: dict[Level, LevelAreas] = {}
        self._breaks: dict[Level, tuple[date, ...]] = {}
        self._functional: bool | None = None
        self._search: AreaSearch | None = None
        self._plan: tuple[CoverageBook | None] | None = None

    def level(self, desk: HotspotDesk, level: Level) -> LevelAreas:
        """Return the areas of a level."""
        if level not in self._levels:
            regular = [area for area in desk.areas(level) if area.kind is AreaKind.REGULAR]
            self._levels[level] = LevelAreas(tuple(sorted(regular, key=lambda area: area.code)))
        return self._levels[level]

    def has_functional(self, desk: HotspotDesk) -> bool:
        """Return whether there are functional areas, which lie over the counties."""
        if self._functional is None:
            self._functional = Level.COUNTY in self.city.editions and any(
                area.kind is AreaKind.FUNCTIONAL for area in desk.areas(Level.COUNTY)
            )
        return self._functional

    def breaks(self, desk: HotspotDesk, level: Level) -> tuple[date, ...]:
        """Return the days on which a level's boundaries changed."""
        if level not in self._breaks:
            self._breaks[level] = desk.breaks(level)
        return self._breaks[level]

    def search(self, desk: HotspotDesk) -> AreaSearch:
        """Return the search over all areas."""
        if self._search is None:
            levels = [one for one in PLACED_LEVELS if one in self.city.editions]
            self._search = AreaSearch(area for one in levels for area in self.level(desk, one).areas)
        return self._search

    def area(self, desk: HotspotDesk, area_id: int) -> Area | None:
        """Return a regular area of any level."""
        for level in PLACED_LEVELS:
            if level in self.city.editions:
                at = self.level(desk, level).place.get(area_id)
                if at is not None:
                    return self.level(desk, level).areas[at]
        return None

    def path(self, desk: HotspotDesk, area: Area) -> tuple[str, ...]:
        """Return the names from the county down to an area."""
        names: list[str] = []
        one: Area | None = area
        while one is not None and len(names) < len(PLACED_LEVELS):
            names.append(one.name)
            parent = one.level.parent
            known = parent in PLACED_LEVELS and parent in self.city.editions
            above = self.level(desk, parent) if parent is not None and known else None
            at = above.place.get(one.parent_id) if above and one.parent_id else None
            one = above.areas[at] if above and at is not None else None
        return tuple(reversed(names))

    def leaders(self, desk: HotspotDesk) -> tuple[Leader, ...]:
        """Return the leaders of the plan in force that answer for an area."""
        plan = self._book(desk)
        return tuple(one for one in plan.leaders if self.leader_areas(desk, one.id)) if plan else ()

    def leader_areas(self, desk: HotspotDesk, leader_id: int) -> frozenset[int]:
        """Return the areas that a leader answers for in the plan in force; none for who has none."""
        plan = self._book(desk)
        if plan is None:
            return frozenset()
        leads = lead_by_unit(plan.plan)
        return frozenset(
            unit.area_id for unit in plan.units if unit.area_id and leads.get(unit.id) == leader_id
        )

    def _book(self, desk: HotspotDesk) -> CoverageBook | None:
        if self._plan is None:
            self._plan = (desk.coverage(self.city.today),)
        return self._plan[0]


class KnownCity:
    """Keeps the facts of the latest data version and day."""

    def __init__(self) -> None:
        self._kept: tuple[tuple[int, int, date], Facts] | None = None

    def facts(self, desk: HotspotDesk) -> Facts:
        """Return the facts of now; raises what the desk refuses with, ``counts_not_ready`` among others."""
        state = desk.state()
        key = (state.version.number, state.rows, datetime.now(CITY_ZONE).date())
        if self._kept is None or self._kept[0] != key:
            self._kept = (key, Facts(desk.city(), state))
        return self._kept[1]

    def within(self, desk: HotspotDesk, area: frozenset[int], leader: int | None) -> frozenset[int]:
        """Return the areas to look within; raises ``Refused('leader_unknown')``."""
        if leader is None:
            return area
        found = self.facts(desk).leader_areas(desk, leader)
        if not found:
            raise Refused("leader_unknown")
        return found


def _packed(values: list[float]) -> str:
    return base64.b64encode(np.array(values, dtype="<f4").tobytes()).decode("ascii")
