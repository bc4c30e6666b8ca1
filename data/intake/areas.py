"""Areas in force as files name them: by level and code, or by their names down the tree."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy.orm import Session

from data import models
from data.reads.city import select_areas, to_area
from grid.areas import Area, Level

_FINEST_FIRST = (Level.GRID, Level.VILLAGE, Level.TOWN, Level.COUNTY, Level.CITY)


class AreaBook:
    """The areas in force, found by what a file writes; an answer is the only fitting one or none."""

    def __init__(self, areas: Iterable[Area]) -> None:
        self.by_id = {area.id: area for area in areas}
        self._by_code = {(area.level, area.code): area for area in self.by_id.values()}
        self._by_name: dict[tuple[Level, str], list[Area]] = defaultdict(list)
        for area in self.by_id.values():
            self._by_name[area.level, area.name].append(area)

    @classmethod
    def load(cls, session: Session) -> AreaBook:
        """Read all areas that have no end."""
        return cls(map(to_area, session.execute(select_areas().where(models.Area.valid_to.is_(None)))))

    def by_code(self, code: str, level: Level | None = None) -> Area | None:
        """Return the area of a code, the narrowest where the level is not given."""
        levels = _FINEST_FIRST if level is None else (level,)
        return next((self._by_code[each, code] for each in levels if (each, code) in self._by_code), None)

    def by_names(self, level: Level, name: str, *wider: str) -> Area | None:
        """Return the area of a name at a level that lies in areas of all the wider names given ("": any)."""
        found = [
            area for area in self._by_name.get((level, _squeeze(name)), ()) if self._lies_in(area, wider)
        ]
        return found[0] if len(found) == 1 else None

    def ancestor(self, area: Area, level: Level) -> Area | None:
        """Return the area itself or the one above it at a level."""
        climbing: Area | None = area
        while climbing is not None and climbing.level is not level:
            climbing = self.by_id.get(climbing.parent_id or 0)
        return climbing

    def _lies_in(self, area: Area, names: Iterable[str]) -> bool:
        above = set()
        climbing = self.by_id.get(area.parent_id or 0)
        while climbing is not None:
            above.add(climbing.name)
            climbing = self.by_id.get(climbing.parent_id or 0)
        return all(not name or _squeeze(name) in above for name in names)


def _squeeze(name: str) -> str:
    return re.sub(r"\s+", "", name)
