"""The city's areas and gazetteer as of today, read once and indexed for placing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from data import models
from data.geocode.coordinates import Bounds
from data.reads.city import select_areas, to_area, today
from grid.areas import PLACED_LEVELS, Area, AreaKind, Level
from grid.geocoding.gazetteer import Gazetteer, build_gazetteer
from grid.geocoding.names import NamedPlace, NameKind, Parity
from grid.placing import NOWHERE, AreaIndex, Ids, index_areas, locate
from grid.refusals import Refused

_UNNAMED_CITY = 0
"""Id of the city where no city boundary was imported; never stored, since a place names no city."""
Located = dict[Level, Ids]


@dataclass(frozen=True, slots=True, eq=False)
class CityAreas:
    """Areas valid today by id, an index per level that has any, and one of the functional areas."""

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


def load_city_areas(session: Session) -> CityAreas:
    """Read areas valid today, with geometry, and the gazetteer. Raises ``Refused('no_areas')``."""
    day = today(session)
    areas = {area.id: area for area in map(to_area, session.execute(_valid(select_areas(), day)))}
    if not any(area.level in PLACED_LEVELS for area in areas.values()):
        raise Refused("no_areas")
    shapes = _read_shapes(session, day)
    regular = [area for area in areas.values() if area.kind is AreaKind.REGULAR]
    functional = [area for area in areas.values() if area.kind is AreaKind.FUNCTIONAL]
    levels = {level: [area for area in regular if area.level is level] for level in PLACED_LEVELS}
    indexes = {level: _index(level, found, shapes) for level, found in levels.items() if found}
    named = _with_city(session, areas)
    return CityAreas(
        areas=named,
        by_code=_by_code(areas.values()),
        indexes=indexes,
        functional=_index(Level.COUNTY, functional, shapes),
        bounds=_bounds(list(shapes.values())),
        gazetteer=build_gazetteer(named.values(), _read_places(session)),
    )


def _valid(statement: Select[Any], day: date) -> Select[Any]:
    area = models.Area
    return statement.where(area.valid_from <= day, or_(area.valid_to.is_(None), area.valid_to > day))


def _read_shapes(session: Session, day: date) -> dict[int, shapely.Geometry]:
    area = models.Area
    statement = select(area.id, func.ST_AsBinary(area.geom)).where(area.level != Level.CITY.value)
    rows = session.execute(_valid(statement, day)).all()
    shapes = shapely.from_wkb([bytes(row[1]) for row in rows])
    return {row[0]: shape for row, shape in zip(rows, shapes, strict=True)}


def _index(level: Level, areas: Sequence[Area], shapes: dict[int, shapely.Geometry]) -> AreaIndex:
    """Index areas by code, so that a shared border goes to the smaller code in every import alike."""
    ordered = sorted(areas, key=lambda area: (area.code, area.id))
    return index_areas(level, [area.id for area in ordered], [shapes[area.id] for area in ordered])


def _bounds(shapes: list[shapely.Geometry]) -> Bounds:
    west, south, east, north = shapely.total_bounds(shapes)
    return float(west), float(south), float(east), float(north)


def _by_code(areas: Iterable[Area]) -> dict[str, tuple[int, ...]]:
    found: dict[str, tuple[int, ...]] = {}
    for area in areas:
        found[area.code] = (*found.get(area.code, ()), area.id)
    return found


def _with_city(session: Session, areas: dict[int, Area]) -> dict[int, Area]:
    """Add the city by the name in its settings where it has no boundary: its name is no stranger's."""
    if any(area.level is Level.CITY for area in areas.values()):
        return areas
    name = session.scalar(select(models.CitySetting.value).where(models.CitySetting.key == "name"))
    if not name:
        return areas
    city = Area(_UNNAMED_CITY, Level.CITY, AreaKind.REGULAR, "", name, "", "", None, None, 0.0, 0.0, 0.0)
    return {**areas, city.id: city}


def _read_places(session: Session) -> list[NamedPlace]:
    entry = models.GazetteerEntry
    statement = select(
        entry.kind, entry.name, entry.area_id, entry.number_from, entry.number_to, entry.parity,
        func.ST_X(entry.point), func.ST_Y(entry.point),
    )  # fmt: skip
    return [
        NamedPlace(NameKind(kind), name, area_id, low, high, Parity(parity), lon, lat)
        for kind, name, area_id, low, high, parity, lon, lat in session.execute(statement)
    ]
