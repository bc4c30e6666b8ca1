"""Lists of the service network as files: the columns that the page shows, in words."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence

from data.export.rows import Cell
from data.export.sheets import csv_bytes, write_xlsx
from grid.service import AreaService, PointState, ServicePointView, VillageService
from grid.service_lists import Listed, ServiceList, agents_each

_PARTS = (
    "code", "part", "towns", "stations", "villages", "unserved", "points", "active", "silent", "unknown",
    "agents", "cadre", "grid_worker", "volunteer", "agents_each", "handled", "resolved", "since", "until",
)  # fmt: skip
_VILLAGES = ("code", "county", "town", "village", "points", "distance", "nearest")
_POINTS = ("code", "county", "town", "village", "point", "state", "last", "hours", "agents")
_COLUMNS: dict[ServiceList, tuple[str, ...]] = {
    ServiceList.PARTS: _PARTS,
    ServiceList.UNSERVED: _VILLAGES,
    ServiceList.FAR: _VILLAGES,
    ServiceList.SILENT: _POINTS,
    ServiceList.POINTS: _POINTS,
}


def write_list(
    listed: ServiceList, rows: Sequence[Listed], say: Callable[..., str], *, as_csv: bool
) -> bytes:
    """Return rows as XLSX or as CSV; ``say(key)`` gives the words. No cell can become a formula."""
    headers = [say(f"service.column.{column}") for column in _COLUMNS[listed]]
    cells = [_cells(row, say) for row in rows]
    if as_csv:
        return csv_bytes(headers, cells)
    content = io.BytesIO()
    write_xlsx(content, say(f"service.list.{listed}"), headers, cells)
    return content.getvalue()


def _cells(row: Listed, say: Callable[..., str]) -> tuple[Cell, ...]:
    if isinstance(row, AreaService):
        return _part_cells(row)
    if isinstance(row, VillageService):
        return (row.code, *row.path, row.points, row.distance_m, row.nearest)
    return _point_cells(row, say)


def _point_cells(row: ServicePointView, say: Callable[..., str]) -> tuple[Cell, ...]:
    state = say(f"service.state.{row.state}")
    return (row.village_code, *row.path, row.name, state, row.last_handled_on, row.hours, row.agents)


def _part_cells(row: AreaService) -> tuple[Cell, ...]:
    told, each = row.summary, agents_each(row)
    kinds = (told.agents_by_kind.get(kind, 0) for kind in ("cadre", "grid_worker", "volunteer"))
    return (
        row.area.code, row.area.name, told.towns, told.stations, told.villages, told.villages_without_point,
        told.points, *(row.states[state] for state in PointState), told.agents, *kinds,
        None if each is None else round(each, 2), told.handled, told.resolved, told.since, told.until,
    )  # fmt: skip
