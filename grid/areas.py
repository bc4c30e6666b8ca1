"""Areas (区域): the levels of a city and what their codes say."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """A level of the administrative tree, from wide to narrow."""

    CITY = "city"
    COUNTY = "county"
    TOWN = "town"
    VILLAGE = "village"
    GRID = "grid"

    @property
    def parent(self) -> Level | None:
        """The next wider level, none for the city."""
        return _PARENTS[self]

    @property
    def code_digits(self) -> int:
        """Digits of a code at this level in GB/T 2260 and GB/T 10114 style (6+3+3+3)."""
        return _CODE_DIGITS[self]


_ORDER = (Level.CITY, Level.COUNTY, Level.TOWN, Level.VILLAGE, Level.GRID)
_PARENTS: dict[Level, Level | None] = dict(zip(_ORDER, (None, *_ORDER[:-1]), strict=True))
_CODE_DIGITS = {Level.CITY: 6, Level.COUNTY: 6, Level.TOWN: 9, Level.VILLAGE: 12, Level.GRID: 15}
LEVELS = _ORDER
PLACED_LEVELS = (Level.COUNTY, Level.TOWN, Level.VILLAGE, Level.GRID)


class AreaKind(StrEnum):
    """Whether an area is part of the tree or laid over it."""

    REGULAR = "regular"
    FUNCTIONAL = "functional"
    """功能区: a development zone or new district that overlaps counties."""


@dataclass(frozen=True, slots=True)
class Area:
    """One area as every screen knows it, without its geometry.

    ``code`` is text and means nothing without ``code_system`` and ``vintage``: two official systems give
    different towns the same code.
    """

    id: int
    level: Level
    kind: AreaKind
    code: str
    name: str
    code_system: str
    vintage: str
    parent_id: int | None
    population: int | None
    area_km2: float
    label_lon: float
    label_lat: float


def parent_code(level: Level, code: str) -> str | None:
    """Return the code that the parent of ``code`` has by the national digit groups, or none.

    Other schemes exist: a caller checks the answer against the areas that there are.
    """
    parent = level.parent
    if parent is None:
        return None
    if parent is Level.CITY:
        return code[:4] + "00" if len(code) == 6 else None
    if len(code) != level.code_digits:
        return None
    return code[: parent.code_digits]
