"""A small service network behind a fake port: two counties, two towns, 120 villages, 60 points."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from grid.areas import Area, AreaKind, Level
from grid.questions import City, DataVersion, ServiceSummary
from grid.refusals import Refused
from grid.service import (
    AreaService,
    PointState,
    ServiceNetwork,
    ServicePointView,
    VillageService,
    count_states,
    spread_of,
)
from grid.service_lists import ServiceQuestion, listed_rows
from tests.screens.plan_city import CITY as PLAN_CITY

CITY = replace(PLAN_CITY, editions={Level.COUNTY: 3, Level.TOWN: 4, Level.VILLAGE: 5})
AS_OF = date(2026, 10, 31)
NASTY = "=HYPERLINK(1)"
BOUNDS = (119.1, 28.3, 120.5, 28.6)


def _area(
    number: int, level: Level, name: str, parent: int | None, kind: AreaKind = AreaKind.REGULAR
) -> Area:
    return Area(number, level, kind, f"99{number}", name, "T", "2026", parent, None, 9.0, 119.5, 28.5)


COUNTIES = (
    _area(11, Level.COUNTY, "枫溪县", None), _area(12, Level.COUNTY, "临江区", None),
    _area(13, Level.COUNTY, "开发区", None, AreaKind.FUNCTIONAL),
)  # fmt: skip
TOWNS = (_area(21, Level.TOWN, "下渡镇", 11), _area(22, Level.TOWN, "江口镇", 12))
AGENTS = {"cadre": 60, "grid_worker": 30, "volunteer": 7}
SUMMARY = ServiceSummary(2, 1, 60, 97, AGENTS, 185, 158, date(2026, 3, 1), AS_OF, 120, 61)
STATES = [PointState.SILENT] * 52 + [PointState.ACTIVE] * 6 + [PointState.UNKNOWN] * 2
VILLAGES = tuple(
    VillageService(
        number, f"99{number:04d}", ("枫溪县", "下渡镇", f"村{number}"), int(number < 59),
        None if number == 7 else 100.0 * number, "点1", 119.2 + number / 100, 28.4,
    )
    for number in range(120)
)  # fmt: skip
POINTS = tuple(
    ServicePointView(
        number, f"点{number}" if number else NASTY, f"99{number:04d}", ("枫溪县", "下渡镇", f"村{number}"), 1,
        state, AS_OF - timedelta(days=number) if state is PointState.ACTIVE else None, "周一",
        None if number == 3 else 119.5, None if number == 3 else 28.5,
    )
    for number, state in enumerate(STATES)
)  # fmt: skip


def network(within: Area | None = None) -> ServiceNetwork:
    """The same network for every area, with counties as the parts of the city and towns as those of one."""
    if within is None:
        areas = [area for area in COUNTIES if area.kind is AreaKind.REGULAR]
    else:
        areas = [town for town in TOWNS if town.parent_id == within.id]
    spread = spread_of([village.distance_m for village in VILLAGES])
    states = count_states(STATES)
    parts = tuple(AreaService(area, SUMMARY, states) for area in areas)
    path = () if within is None else (within,)
    return ServiceNetwork(
        within,
        AS_OF,
        SUMMARY,
        states,
        parts,
        VILLAGES,
        POINTS,
        spread,
        spread,
        path,
        None if within is None else BOUNDS,
    )


class FakeServiceDesk:
    """``grid.ports.ServiceDesk`` in memory; ``refusal`` is raised by every reading while it is set."""

    def __init__(self, *, empty: bool = False) -> None:
        self.refusal: Refused | None = None
        self.empty = empty
        self.asked: list[tuple[Any, ...]] = []

    def _check(self, *asked: Any) -> None:
        self.asked.append(asked)
        if self.refusal is not None:
            raise self.refusal

    def version(self) -> DataVersion:
        return DataVersion(1, datetime(2026, 11, 20, 1, 0, tzinfo=UTC))

    def city(self) -> City:
        return CITY

    def areas(self, level: Level) -> tuple[Area, ...]:
        self._check("areas", level)
        return {Level.COUNTY: COUNTIES, Level.TOWN: TOWNS}.get(level, ())

    def shapes(self, level: Level, edition_id: int) -> bytes:
        raise Refused("edition_unknown")

    def network(self, within: int | None = None) -> ServiceNetwork:
        self._check("network", within)
        if self.empty:
            nothing = replace(
                SUMMARY, stations=0, points=0, agents=0, agents_by_kind={}, handled=0, resolved=0
            )
            return replace(network(), summary=nothing, points=(), parts=(), states=count_states([]))
        return network(next((area for area in (*COUNTIES, *TOWNS) if area.id == within), None))

    def export(self, question: ServiceQuestion, say: Any, *, as_csv: bool = False) -> bytes:
        self._check("export", question, as_csv)
        return f"{say(f'service.list.{question.listed}')} {len(listed_rows(network(), question))}".encode()
