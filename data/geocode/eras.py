"""Eras: the spans of days between changes of the city's areas, each with the areas that were valid then."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import shapely
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from data import models
from data.geocode.city_areas import CityAreas, build_city_areas
from data.geocode.names import Names, read_names
from data.reads.city import select_areas, to_area, today
from grid.areas import PLACED_LEVELS, Area, AreaKind, Level
from grid.placing import TableOf, build_table
from grid.refusals import Refused

_UNNAMED_CITY = 0
"""Id of the city where no city boundary was imported; never stored, since a place names no city."""


@dataclass(frozen=True, slots=True)
class Dated:
    """An area with its days: valid from the first to before the last (none: until further notice)."""

    area: Area
    first: date
    last: date | None

    def holds(self, day: date) -> bool:
        """Return whether the area is valid on a day."""
        return self.first <= day and (self.last is None or day < self.last)


class Eras:
    """The city's areas by day. An era is indexed when it is first asked for, and kept.

    ``outlines`` are WKB by area id, in EPSG:4490.
    """

    def __init__(
        self,
        dated: Sequence[Dated],
        outlines: Mapping[int, bytes],
        names: Names,
        *,
        city: str,
        now: date,
        table_of: TableOf = build_table,
    ) -> None:
        self._dated = _from_the_start(dated, now)
        self._outlines = outlines
        self._names = names
        self._city = city
        self._now = now
        self._table_of = table_of
        ends = {one.last for one in self._dated if one.last is not None}
        self._changes = sorted({one.first for one in self._dated} | ends)
        self._shapes: dict[int, shapely.Geometry] = {}
        self._built: dict[int, CityAreas | None] = {}

    @property
    def areas(self) -> Mapping[int, Area]:
        """All areas of all days, by id."""
        return self._names.former

    def era(self, day: date | None) -> int:
        """Return the number of the era of a day, today's for none."""
        return bisect_right(self._changes, day or self._now)

    def city(self, era: int) -> CityAreas | None:
        """Return the areas of an era, none where it had none."""
        if era not in self._built:
            self._built[era] = self._build(era)
        return self._built[era]

    def _build(self, era: int) -> CityAreas | None:
        day = self._changes[era - 1] if era else date.min
        areas = {one.area.id: one.area for one in self._dated if one.holds(day)}
        if not any(area.level in PLACED_LEVELS for area in areas.values()):
            return None
        self._read_shapes(areas)
        shapes = {id_: self._shapes[id_] for id_ in areas if id_ in self._shapes}
        return build_city_areas(_with_city(areas, self._city), shapes, self._names, self._table_of)

    def _read_shapes(self, areas: Mapping[int, Area]) -> None:
        """Read the outlines that no era built before shares."""
        missing = [id_ for id_ in areas if id_ in self._outlines and id_ not in self._shapes]
        shapes = shapely.from_wkb([self._outlines[id_] for id_ in missing])
        self._shapes.update(zip(missing, shapes, strict=True))


def load_eras(session: Session, table_of: TableOf = build_table) -> Eras:
    """Read all areas with their outlines, and the gazetteer; raises ``Refused('no_areas')``."""
    area, now = models.Area, today(session)
    rows = session.execute(select_areas().add_columns(area.valid_from, area.valid_to))
    dated = [Dated(to_area(row), row.valid_from, row.valid_to) for row in rows]
    if not any(one.area.level in PLACED_LEVELS and one.holds(now) for one in dated):
        raise Refused("no_areas")
    statement = select(area.id, func.ST_AsBinary(area.geom)).where(area.level != Level.CITY.value)
    outlines = {id_: bytes(wkb) for id_, wkb in session.execute(statement)}
    names = read_names(session, {one.area.id: one.area for one in dated})
    return Eras(dated, outlines, names, city=_city_name(session), now=now, table_of=table_of)


def _from_the_start(dated: Sequence[Dated], now: date) -> list[Dated]:
    """Let the earliest edition of each level hold for all days before it; leave out what never was valid."""
    valid = [one for one in dated if one.last is None or one.last > one.first]
    earliest: dict[Level, date] = {}
    for one in valid:
        if one.first <= now:
            earliest[one.area.level] = min(one.first, earliest.get(one.area.level, one.first))
    return [
        Dated(one.area, date.min, one.last) if one.first == earliest.get(one.area.level) else one
        for one in valid
    ]


def _city_name(session: Session) -> str:
    setting = models.CitySetting
    return session.scalar(select(setting.value).where(setting.key == "name")) or ""


def _with_city(areas: dict[int, Area], name: str) -> dict[int, Area]:
    """Add the city by the name in its settings where it has no boundary: its name is no stranger's."""
    if not name or any(area.level is Level.CITY for area in areas.values()):
        return areas
    city = Area(_UNNAMED_CITY, Level.CITY, AreaKind.REGULAR, "", name, "", "", None, None, 0.0, 0.0, 0.0)
    return {**areas, city.id: city}
