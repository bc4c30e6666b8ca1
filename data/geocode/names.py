"""The city's names beside its areas: read once, and brought to the areas that there were on a given day."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from data import models
from grid.areas import Area
from grid.geocoding.doors import Door
from grid.geocoding.names import NamedPlace, NameKind, Parity

_AT_ONCE = 20_000
"""Rows held while standard addresses are read."""


@dataclass(frozen=True, slots=True, eq=False)
class Names:
    """Gazetteer entries as stored; ``former`` are all areas that ever were, by id.

    Standard addresses are many: they are kept in columns, NaN where one has no point.
    """

    former: Mapping[int, Area]
    entries: list[NamedPlace]
    doors: list[str] = field(default_factory=list)
    door_areas: array[int] = field(default_factory=lambda: array("q"))
    door_lon: array[float] = field(default_factory=lambda: array("d"))
    door_lat: array[float] = field(default_factory=lambda: array("d"))

    def places(self, areas: Mapping[int, Area]) -> Iterator[NamedPlace]:
        """Yield the entries of the areas of one day; those of a former area follow code and name."""
        follow = self._followed(areas)
        for entry in self.entries:
            there = follow.get(entry.area_id)
            if there is not None:
                yield entry if there == entry.area_id else replace(entry, area_id=there)

    def addresses(self, areas: Mapping[int, Area]) -> Iterator[Door]:
        """Yield the standard addresses of the areas of one day."""
        follow = self._followed(areas)
        for name, area_id, lon, lat in zip(
            self.doors, self.door_areas, self.door_lon, self.door_lat, strict=True
        ):
            there = follow.get(area_id)
            if there is not None:
                yield Door(name, there, lon, lat)

    def _followed(self, areas: Mapping[int, Area]) -> dict[int, int]:
        """Return where each area that an entry hangs on is among ``areas``."""
        successors = follow_areas(areas.values())
        wanted = {*self.door_areas, *(entry.area_id for entry in self.entries)}
        found = {}
        for area_id in wanted:
            there = area_id if area_id in areas else successors.get(_same(self.former.get(area_id)))
            if there is not None:
                found[area_id] = there
        return found


_Sameness = tuple[str, str, str] | None


def follow_areas(areas: Iterable[Area]) -> dict[_Sameness, int]:
    """Return areas by level, code and name: what makes an area of another edition the same one."""
    return {_same(area): area.id for area in areas}


def find_same(
    area: Area | None, areas: Mapping[int, Area], successors: Mapping[_Sameness, int]
) -> int | None:
    """Return the id of an area among those of a day, by itself or by code and name, none where it is gone."""
    if area is None:
        return None
    return area.id if area.id in areas else successors.get(_same(area))


def _same(area: Area | None) -> _Sameness:
    return None if area is None else (area.level.value, area.code, area.name)


def read_names(session: Session, former: Mapping[int, Area]) -> Names:
    """Read the gazetteer."""
    names = Names(former, _read_entries(session))
    rows = session.execute(_addresses(), execution_options={"yield_per": _AT_ONCE})
    nowhere = float("nan")
    for name, area_id, lon, lat in rows:
        names.doors.append(name)
        names.door_areas.append(area_id)
        names.door_lon.append(nowhere if lon is None else lon)
        names.door_lat.append(nowhere if lat is None else lat)
    return names


def _addresses() -> Select[str, int, float | None, float | None]:
    entry = models.GazetteerEntry
    statement = select(entry.name, entry.area_id, func.ST_X(entry.point), func.ST_Y(entry.point))
    return statement.where(entry.kind == NameKind.ADDRESS.value)


def _read_entries(session: Session) -> list[NamedPlace]:
    entry = models.GazetteerEntry
    statement = select(
        entry.kind, entry.name, entry.area_id, entry.number_from, entry.number_to, entry.parity,
        func.ST_X(entry.point), func.ST_Y(entry.point),
    ).where(entry.kind != NameKind.ADDRESS.value)  # fmt: skip
    return [
        NamedPlace(NameKind(kind), name, area_id, low, high, Parity(parity), lon, lat)
        for kind, name, area_id, low, high, parity, lon, lat in session.execute(statement)
    ]
