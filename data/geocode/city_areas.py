"""One city's areas and gazetteer as they were on some day, indexed for placing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from data.geocode.coordinates import Bounds
from data.geocode.names import Names
from grid.areas import PLACED_LEVELS, Area, AreaKind, Level
from grid.geocoding.gazetteer import Gazetteer, build_gazetteer
from grid.placing import NOWHERE, AreaIndex, Ids, TableOf, build_table, index_areas, locate, locate_near

Located = dict[Level, Ids]
Shapes = Mapping[int, shapely.Geometry]
"""Outlines by area id, degrees in EPSG:4490."""


@dataclass(frozen=True, slots=True, eq=False)
class CityAreas:
    """Areas valid on one day by id, an index per level that has any, and one of the functional areas."""

    areas: dict[int, Area]
    by_code: dict[str, tuple[int, ...]]
    indexes: dict[Level, AreaIndex]
    functional: AreaIndex
    bounds: Bounds
    gazetteer: Gazetteer

    def locate_all(self, lon: npt.ArrayLike, lat: npt.ArrayLike) -> Located:
        """Return the area of each level that holds each point: int64 ids, `NOWHERE` for none.

        The finest level decides and its ancestors follow; where a level has a gap, the next wider is asked.
        """
        x, y = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
        found = {level: np.full(x.shape, NOWHERE, dtype=np.int64) for level in PLACED_LEVELS}
        for level in reversed(PLACED_LEVELS):
            missing = found[level] == NOWHERE
            if level in self.indexes:
                found[level][missing] = locate(self.indexes[level], x[missing], y[missing])
            self._fill_parent(found, level)
        return found

    def locate_nearly(self, lon: npt.ArrayLike, lat: npt.ArrayLike, within_m: float) -> Ids:
        """Return the finest area within a distance of each point: int64 ids, `NOWHERE` for none."""
        x, y = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
        found = np.full(x.shape, NOWHERE, dtype=np.int64)
        for level in reversed(PLACED_LEVELS):
            missing = found == NOWHERE
            if level in self.indexes and missing.any():
                found[missing] = locate_near(self.indexes[level], x[missing], y[missing], within_m)
        return found

    def ids_above(self, area_id: int | None) -> tuple[int | None, ...]:
        """Return the ids of an area and its ancestors from county to grid, none where there is none."""
        chain = () if area_id is None else self.gazetteer.chains[area_id]
        by_level = {self.areas[area].level: area for area in chain}
        return tuple(by_level.get(level) for level in PLACED_LEVELS)

    def _fill_parent(self, found: Located, level: Level) -> None:
        wider = level.parent
        if wider not in found:
            return
        held, inverse = np.unique(found[level], return_inverse=True)
        parents = np.array([self._parent(int(area), wider) for area in held], dtype=np.int64)[inverse]
        found[wider] = np.where(parents == NOWHERE, found[wider], parents)

    def _parent(self, area_id: int, level: Level) -> int:
        """Return the ancestor of an area at ``level``, `NOWHERE` where the tree does not say."""
        if area_id == NOWHERE:
            return NOWHERE
        chain = self.gazetteer.chains[area_id]
        return next((area for area in chain if self.areas[area].level is level), NOWHERE)


def build_city_areas(
    areas: Mapping[int, Area], shapes: Shapes, names: Names, table_of: TableOf = build_table
) -> CityAreas:
    """Index areas of one day; ``shapes`` are of all but the city, ``table_of`` gives their placing tables."""
    outlined = [area for area in areas.values() if area.id in shapes]
    regular = [area for area in outlined if area.kind is AreaKind.REGULAR]
    functional = [area for area in outlined if area.kind is AreaKind.FUNCTIONAL]
    levels = {level: [area for area in regular if area.level is level] for level in PLACED_LEVELS}
    indexes = {level: _index(level, found, shapes, table_of) for level, found in levels.items() if found}
    known = _with_parents(areas, indexes, names.former)
    return CityAreas(
        areas=known,
        by_code=_by_code(area for area in areas.values() if area.id in shapes or area.level is Level.CITY),
        indexes=indexes,
        functional=_index(Level.COUNTY, functional, shapes, table_of),
        bounds=_bounds([shapes[area.id] for area in outlined]),
        gazetteer=build_gazetteer(known.values(), names.places(known), names.addresses(known)),
    )


def _with_parents(
    areas: Mapping[int, Area], indexes: Mapping[Level, AreaIndex], former: Mapping[int, Area]
) -> dict[int, Area]:
    """Give areas whose parent was not yet, or is no more, the one of that day.

    A new edition takes over the children of the former one, so that the stored parent may be of another time:
    then the area of the same code and name was the parent, else the one that held the child.
    """
    same = {(area.level, area.code, area.name): area.id for area in areas.values()}
    found: dict[int, Area] = {}
    for area in areas.values():
        parent = former.get(area.parent_id or 0)
        if parent is None or parent.id in areas:
            found[area.id] = area
            continue
        there = same.get((parent.level, parent.code, parent.name)) or _holder(area, parent.level, indexes)
        found[area.id] = _with_parent(area, there)
    return found


def _holder(area: Area, level: Level, indexes: Mapping[Level, AreaIndex]) -> int | None:
    if level not in indexes:
        return None
    held = int(locate(indexes[level], [area.label_lon], [area.label_lat])[0])
    return None if held == NOWHERE else held


def _with_parent(area: Area, parent_id: int | None) -> Area:
    return Area(
        area.id, area.level, area.kind, area.code, area.name, area.code_system, area.vintage, parent_id,
        area.population, area.area_km2, area.label_lon, area.label_lat,
    )  # fmt: skip


def _index(level: Level, areas: Sequence[Area], shapes: Shapes, table_of: TableOf) -> AreaIndex:
    """Index areas by code, so that a shared border goes to the smaller code in every import alike."""
    ordered = sorted(areas, key=lambda area: (area.code, area.id))
    return index_areas(level, [area.id for area in ordered], [shapes[area.id] for area in ordered], table_of)


def _bounds(shapes: list[shapely.Geometry]) -> Bounds:
    west, south, east, north = shapely.total_bounds(shapes)
    return float(west), float(south), float(east), float(north)


def _by_code(areas: Iterable[Area]) -> dict[str, tuple[int, ...]]:
    found: dict[str, tuple[int, ...]] = {}
    for area in areas:
        found[area.code] = (*found.get(area.code, ()), area.id)
    return found
