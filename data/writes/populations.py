"""Populations of areas in force: written with their day, a newer count kept against an older one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import Session

from data.writes.copying import copy_rows

_STAGING = """
CREATE TEMP TABLE incoming ON COMMIT DROP AS
SELECT id AS area_id, population, population_on, 0 AS row FROM area LIMIT 0
"""
_OLDER = """
SELECT i.row, a.population_on FROM incoming i JOIN area a ON a.id = i.area_id
WHERE a.population_on > i.population_on
"""
_UPDATE = """
UPDATE area a SET population = i.population, population_on = i.population_on FROM incoming i
WHERE a.id = i.area_id AND a.valid_to IS NULL
  AND (a.population_on IS NULL OR a.population_on <= i.population_on)
  AND (a.population, a.population_on) IS DISTINCT FROM (i.population, i.population_on)
RETURNING i.row
"""


@dataclass(frozen=True, slots=True)
class Population:
    """How many people lived in an area on a day, and the row that says so."""

    area_id: int
    population: int
    day: date
    row: int


@dataclass(frozen=True, slots=True)
class WrittenPopulations:
    """The rows that changed an area, how many changed nothing, and the newer day known to older ones."""

    changed: tuple[int, ...]
    unchanged: int
    older: Mapping[int, date]


def write_populations(session: Session, populations: Sequence[Population]) -> WrittenPopulations:
    """Write populations of areas, each given once."""
    session.execute(text(_STAGING))
    rows = ((each.area_id, each.population, each.day, each.row) for each in populations)
    copy_rows(session, "incoming", ("area_id", "population", "population_on", "row"), rows)
    older = {each.row: each.population_on for each in session.execute(text(_OLDER))}
    changed = tuple(session.execute(text(_UPDATE)).scalars())
    return WrittenPopulations(changed, len(populations) - len(changed) - len(older), older)
