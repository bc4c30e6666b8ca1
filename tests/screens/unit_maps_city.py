"""A fake of the unit desk's maps: the wall's city, a unit for each county and town, two departments."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from grid.areas import Area, AreaKind, Level
from grid.clocks.counts import ClockCounts
from grid.indicators.figures import Subject
from grid.listings import ListingState, Quarter
from grid.refusals import Refused
from grid.unit_maps import ClockMap, ListedUnit, ListingMap, SubjectClocks
from tests.screens.wall_city import TODAY, FakeWall, city_areas

NASTY = "<b>局</b><script>"
QUARTERS = tuple(Quarter(2025 + (at + 2) // 4, (at + 2) % 4 + 1) for at in range(6))
STATES = {
    101: ListingState.LISTED,
    104: ListingState.RECTIFYING,
    107: ListingState.PROPOSED,
    102: ListingState.DELISTED,
    106: ListingState.REJECTED,
    1005: ListingState.LISTED,
}
LEADERS = ("陆听澜",)


def subject_of(area: Area) -> Subject:
    return Subject(area.id + 50_000, area.id, None, area.name, area.code, area.level)


def department(number: int, name: str) -> Subject:
    return Subject(number, None, None, name, f"d{number}", None)


def listed_units(quarter: Quarter) -> tuple[ListedUnit, ...]:
    """Ranks go round by one a quarter, so that every unit but the last is one better than before."""
    units = []
    for level in (Level.COUNTY, Level.TOWN):
        areas = city_areas(level)
        for at, area in enumerate(areas):
            rank = None if at == 3 else (at + quarter.number) % len(areas) + 1
            state = STATES.get(area.id)
            units.append(
                ListedUnit(
                    subject_of(area), state, rank, None if rank is None else rank - 1 or None, at == 4,
                    None if rank is None else Decimal("61.50"),
                    reason="超期未办件占比高" if state else "",
                    leaders=LEADERS if at % 2 else (),
                )
            )  # fmt: skip
    departments = [(7, NASTY, ListingState.RECTIFYING), (8, "市水利局", None)]
    return (*units, *(ListedUnit(department(n, name), state, 2, 5) for n, name, state in departments))


def area_clocks(level: Level) -> tuple[SubjectClocks, ...]:
    return tuple(
        SubjectClocks(
            subject_of(area),
            ClockCounts(area.id, None, 40 + at, at % 7, at % 3, 3 + at % 5, 1, at % 2),
            LEADERS,
        )
        for at, area in enumerate(city_areas(level))
        if area.kind is AreaKind.REGULAR
    )


@dataclass
class FakeUnitMaps(FakeWall):
    """``grid.ports.UnitDesk`` as far as its maps go; ``in_part`` as a town's account is told."""

    refusal: Refused | None = None
    in_part: bool = False
    frozen: bool = True
    none_listed: bool = False
    map_asked: list[Any] = field(default_factory=list)

    def listing_map(self, quarter: Quarter | None) -> ListingMap:
        self._note_map(quarter)
        if self.none_listed:
            return ListingMap(None, (), TODAY, ())
        chosen = quarter if quarter in QUARTERS else QUARTERS[-1]
        units = listed_units(chosen)
        if self.in_part:
            units = tuple(replace(one, leaders=None) for one in units[:1])
        told = ListingMap(chosen, QUARTERS, TODAY, units, is_whole=not self.in_part, scheme="办法一")
        return replace(told, revision=2, checksum="ab" * 32) if self.frozen else told

    def clock_map(self, level: Level) -> ClockMap:
        self._note_map(level)
        areas, units = area_clocks(level), area_clocks(Level.COUNTY)
        if self.in_part:
            areas = tuple(replace(one, leaders=None) for one in areas[:2])
            units = ()
        return ClockMap(TODAY, level, areas, units, is_whole=not self.in_part)

    def _note_map(self, asked: object) -> None:
        self.map_asked.append(asked)
        if self.refusal is not None:
            raise self.refusal
