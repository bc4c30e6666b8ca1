"""Who answers for each of the demo city's matters, and how each unit works: no two keep their terms alike."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data.demo.city import City
from data.demo.happenings import Happenings
from data.demo.mesh import Index
from data.demo.terrain import Metres
from grid.areas import Level
from grid.matters import Category, Purpose

NOBODY = -1
_DEPARTMENTS = {
    Category.CONSTRUCTION: "市住房和城乡建设局",
    Category.LABOUR: "市人力资源和社会保障局",
    Category.LAND: "市自然资源和规划局",
    Category.EDUCATION: "市教育局",
}
_DEPARTMENT_SHARE, _TOWN_SHARE = 0.14, 0.28
_UNLIKE = {"lateness": 0.5, "discontent": 0.45, "silence": 0.3, "reading": 0.5}
"""How unlike the units are: the spread of the logarithm of each trait."""


@dataclass(frozen=True, slots=True, eq=False)
class Units:
    """Names of units, and for each matter the row of the unit that answers, `NOBODY` for an accusation.

    The traits are multiples of what is usual, one a matter: how often its unit is late, how often people are
    not content with it, how often they say nothing, and how often its head reads letters.
    """

    names: list[str]
    unit: Index
    lateness: Metres
    discontent: Metres
    silence: Metres
    reading: Metres

    def name(self, row: int) -> str | None:
        """Return the name of the unit that answers for a matter."""
        unit = int(self.unit[row])
        return None if unit == NOBODY else self.names[unit]


def assign_units(city: City, happenings: Happenings, rng: np.random.Generator) -> Units:
    """Return who answers for each matter: its county, its town or a department."""
    counties, towns = city.table(Level.COUNTY), city.table(Level.TOWN)
    called = [
        f"{counties.names[county]}{town}" for county, town in zip(towns.parents, towns.names, strict=True)
    ]
    names = [*counties.names, *called, *_DEPARTMENTS.values()]
    unit = _answering(city, happenings, rng)
    traits = {}
    for trait, spread in _UNLIKE.items():
        of_unit = np.exp(rng.normal(0, spread, len(names)))
        of_matter = np.where(unit == NOBODY, 1.0, of_unit[unit])
        # What is usual stays so for the city as a whole.
        traits[trait] = of_matter / np.mean(of_matter)
    return Units(names, unit, **traits)


def _answering(city: City, happenings: Happenings, rng: np.random.Generator) -> Index:
    towns = city.table(Level.TOWN)
    town = city.table(Level.VILLAGE).parents[city.table(Level.GRID).parents[happenings.grid]]
    counties = len(city.table(Level.COUNTY).codes)
    numbers = {category: number for number, category in enumerate(_DEPARTMENTS)}
    department = np.array([numbers.get(category, NOBODY) for category in happenings.category])
    chance = rng.random(len(town))
    answering = [
        happenings.purpose == Purpose.ACCUSATION,
        (department != NOBODY) & (chance < _DEPARTMENT_SHARE),
        chance > 1 - _TOWN_SHARE,
    ]
    rows = [np.full(len(town), NOBODY), counties + len(towns.codes) + department, counties + town]
    return np.select(answering, rows, towns.parents[town])
