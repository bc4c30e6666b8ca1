"""Lists of the service network: which rows, in which order, the same on the page and in its export."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import ceil
from typing import Any

from grid.ids import LARGEST_ID
from grid.refusals import Refused
from grid.service import AreaService, PointState, ServiceNetwork, ServicePointView, VillageService

PAGE_ROWS = 50
LAST_PAGE = 100_000
Listed = AreaService | VillageService | ServicePointView


class ServiceList(StrEnum):
    """What is listed."""

    PARTS = "parts"
    UNSERVED = "unserved"
    """Villages without a point."""
    FAR = "far"
    """Villages by the distance to their nearest point."""
    SILENT = "silent"
    POINTS = "points"


class ServiceColumn(StrEnum):
    """By what rows may be ordered."""

    AREA = "area"
    POINT = "point"
    STATIONS = "stations"
    VILLAGES = "villages"
    UNSERVED = "unserved"
    POINTS = "points"
    SILENT = "silent"
    UNKNOWN = "unknown"
    AGENTS = "agents"
    AGENTS_EACH = "agents_each"
    HANDLED = "handled"
    RESOLVED = "resolved"
    DISTANCE = "distance"
    STATE = "state"
    LAST = "last"


_PARTS = (
    ServiceColumn.AREA, ServiceColumn.STATIONS, ServiceColumn.VILLAGES, ServiceColumn.UNSERVED,
    ServiceColumn.POINTS, ServiceColumn.SILENT, ServiceColumn.UNKNOWN, ServiceColumn.AGENTS,
    ServiceColumn.AGENTS_EACH, ServiceColumn.HANDLED, ServiceColumn.RESOLVED,
)  # fmt: skip
_VILLAGES = (ServiceColumn.AREA, ServiceColumn.POINTS, ServiceColumn.DISTANCE)
_POINTS = (
    ServiceColumn.AREA,
    ServiceColumn.POINT,
    ServiceColumn.STATE,
    ServiceColumn.LAST,
    ServiceColumn.AGENTS,
)
COLUMNS: Mapping[ServiceList, tuple[ServiceColumn, ...]] = {
    ServiceList.PARTS: _PARTS,
    ServiceList.UNSERVED: (ServiceColumn.AREA, ServiceColumn.DISTANCE),
    ServiceList.FAR: _VILLAGES,
    ServiceList.SILENT: _POINTS,
    ServiceList.POINTS: _POINTS,
}
"""The columns of each list by which it may be ordered, in their order."""
FIRST_ORDER: Mapping[ServiceList, tuple[ServiceColumn, bool]] = {
    ServiceList.PARTS: (ServiceColumn.UNSERVED, True),
    ServiceList.UNSERVED: (ServiceColumn.DISTANCE, True),
    ServiceList.FAR: (ServiceColumn.DISTANCE, True),
    ServiceList.SILENT: (ServiceColumn.LAST, False),
    ServiceList.POINTS: (ServiceColumn.AREA, False),
}
"""How each list is ordered unless asked otherwise: the worst first; whether from the top down."""


@dataclass(frozen=True, slots=True)
class ServiceQuestion:
    """What is asked of the network: an area, a list and its order.

    Raises ``Refused``: ``area_unknown`` or ``service_page_unknown``.
    """

    within: int | None = None
    listed: ServiceList = ServiceList.PARTS
    sort: ServiceColumn = ServiceColumn.UNSERVED
    descending: bool = True
    page: int = 1

    def __post_init__(self) -> None:
        if self.within is not None and not 0 < self.within <= LARGEST_ID:
            raise Refused("area_unknown")
        if not 1 <= self.page <= LAST_PAGE:
            raise Refused("service_page_unknown", page=self.page)
        if self.sort not in COLUMNS[self.listed]:
            raise ValueError(f"{self.listed} has no column {self.sort}")


def listed_rows(network: ServiceNetwork, question: ServiceQuestion) -> list[Listed]:
    """Return all rows of a list in its order; those without a value come last either way."""
    rows = _ROWS[question.listed](network)
    key = _KEYS[question.sort]
    known = [row for row in rows if key(row) is not None]
    known.sort(key=_code)
    known.sort(key=key, reverse=question.descending)
    return known + sorted((row for row in rows if key(row) is None), key=_code)


def pages_of(total: int) -> int:
    """Return how many pages so many rows fill, one at least."""
    return max(1, ceil(total / PAGE_ROWS))


_ROWS: Mapping[ServiceList, Callable[[ServiceNetwork], list[Any]]] = {
    ServiceList.PARTS: lambda network: list(network.parts),
    ServiceList.UNSERVED: lambda network: list(network.unserved),
    ServiceList.FAR: lambda network: list(network.villages),
    ServiceList.SILENT: lambda network: [
        point for point in network.points if point.state is PointState.SILENT
    ],
    ServiceList.POINTS: lambda network: list(network.points),
}
_STATES = list(PointState)


def agents_each(part: AreaService) -> float | None:
    """Return the agents per point, none without a point."""
    return part.summary.agents / part.summary.points if part.summary.points else None


def _code(row: Any) -> Any:
    """Return the place of a row in the city's own order."""
    if isinstance(row, AreaService):
        return (row.area.code, row.area.id)
    return (row.code, row.id) if isinstance(row, VillageService) else (row.village_code, row.id)


_KEYS: Mapping[ServiceColumn, Callable[[Any], Any]] = {
    ServiceColumn.AREA: _code,
    ServiceColumn.POINT: lambda row: row.name,
    ServiceColumn.STATIONS: lambda row: row.summary.stations,
    ServiceColumn.VILLAGES: lambda row: row.summary.villages,
    ServiceColumn.UNSERVED: lambda row: row.summary.villages_without_point,
    ServiceColumn.POINTS: lambda row: row.summary.points if isinstance(row, AreaService) else row.points,
    ServiceColumn.SILENT: lambda row: row.states[PointState.SILENT],
    ServiceColumn.UNKNOWN: lambda row: row.states[PointState.UNKNOWN],
    ServiceColumn.AGENTS: lambda row: row.summary.agents if isinstance(row, AreaService) else row.agents,
    ServiceColumn.AGENTS_EACH: agents_each,
    ServiceColumn.HANDLED: lambda row: row.summary.handled,
    ServiceColumn.RESOLVED: lambda row: row.summary.resolved,
    ServiceColumn.DISTANCE: lambda row: row.distance_m,
    ServiceColumn.STATE: lambda row: _STATES.index(row.state),
    ServiceColumn.LAST: lambda row: row.last_handled_on,
}
