"""Known areas: what the city knows already of a level and of those beside it, before a file changes it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from sqlalchemy.orm import Session

from data.intake.boundaries.crs_evidence import Inside
from data.intake.boundaries.outlines import Outlines
from data.intake.boundaries.parents import WiderAreas
from data.writes.boundaries import read_areas_in_force
from grid.areas import LEVELS, AreaKind, Level


@dataclass(frozen=True, slots=True, eq=False)
class FormerAreas:
    """The areas of the level that are in force, functional ones too; outlines are degrees (EPSG:4490)."""

    ids: list[int]
    codes: list[str]
    names: list[str]
    kinds: list[str]
    outlines: Outlines


@dataclass(frozen=True, slots=True, eq=False)
class KnownAreas:
    """The edition in force, the nearest wider and the nearest narrower level; none where there is none."""

    former: FormerAreas | None
    wider: WiderAreas | None
    wider_level: Level | None
    narrower: FormerAreas | None

    def inside(self) -> Inside | None:
        """Return what says which points lie on a former or wider area; none where neither is known."""
        known = [each.outlines for each in (self.former, self.wider) if each is not None]
        return None if not known else _Covering(np.concatenate(known))


class _Covering:
    def __init__(self, outlines: Outlines) -> None:
        self._outlines = outlines
        self._tree = shapely.STRtree(outlines)
        shapely.prepare(outlines)

    def __call__(self, lon: npt.NDArray[np.float64], lat: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
        held = np.zeros(len(lon), dtype=bool)
        usable = np.flatnonzero(np.isfinite(lon) & np.isfinite(lat))
        point, area = self._tree.query(shapely.points(lon[usable], lat[usable]))
        point = usable[point]
        held[point[shapely.intersects_xy(self._outlines[area], lon[point], lat[point])]] = True
        return held


def read_known(session: Session, level: Level) -> KnownAreas:
    """Read the areas in force around a level."""
    at = LEVELS.index(level)
    wider_level, wider = None, None
    for wide in reversed(LEVELS[:at]):
        found = _former(session, wide, regular=True)
        if found is not None:
            wider_level, wider = wide, WiderAreas(found.ids, found.codes, found.names, found.outlines)
            break
    narrower = (_former(session, narrow, regular=True) for narrow in LEVELS[at + 1 :])
    return KnownAreas(
        _former(session, level), wider, wider_level, next((one for one in narrower if one is not None), None)
    )


def _former(session: Session, level: Level, *, regular: bool = False) -> FormerAreas | None:
    rows = read_areas_in_force(session, level)
    if regular:
        rows = [row for row in rows if row[3] == AreaKind.REGULAR.value]
    if not rows:
        return None
    ids, codes, names, kinds, wkbs = zip(*rows, strict=True)
    return FormerAreas(
        list(ids), list(codes), list(names), list(kinds), np.array(shapely.from_wkb(wkbs), dtype=object)
    )
