"""Density of free filters: cells counted by the copy in force, smoothed over the city's ground."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import shapely
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from data import models
from data.counts.snapshot import CELLS, Snapshot
from grid.areas import LEVELS, AreaKind, Level
from grid.density import DensitySurface
from grid.density_frame import DensityFrame
from grid.hotspots.density_ground import DensityGround, density_ground
from grid.hotspots.density_surfaces import Smoothing, pooling, surface_of_bins
from grid.hotspots.questions import MatterFilter
from grid.measures import MeasureUnit

_KEPT = 4
_KNOWN_SHARE = 0.95
"""Of a level's areas, how many must have a population for residents to be spread over them."""
Read = Callable[..., Any]
"""Asks the database on behalf of the principal, as a desk does."""


@dataclass(frozen=True, slots=True)
class GroundFacts:
    """What a ground is made from: levels of outlines and residents, and what changes when they do."""

    outlined: Level | None
    inhabited: Level | None
    stamp: tuple[tuple[object, ...], ...]


class Grounds:
    """The grounds that a process has made; boundaries and residents are everybody's."""

    def __init__(self) -> None:
        self._facts: tuple[int, GroundFacts] | None = None
        self._made: OrderedDict[tuple[object, ...], DensityGround] = OrderedDict()

    def ground(self, read: Read, version: int, frame: DensityFrame, cells: int) -> DensityGround:
        """Return the ground of the city on so many cells a side, as of a data version."""
        facts = self._facts
        if facts is None or facts[0] != version:
            # Boundaries change seldom: what they are is looked up once a version, their outlines even less.
            self._facts = facts = version, read(ground_facts)
        key = (frame, cells, facts[1])
        ground = self._made.get(key)
        if ground is None:
            self._made[key] = ground = read(make_ground, frame, cells, facts[1])
            while len(self._made) > _KEPT:
                self._made.popitem(last=False)
        return ground


def surface(
    read: Read,
    snapshot: Snapshot,
    grounds: Grounds,
    matters: MatterFilter,
    *,
    smoothing: Smoothing,
    per_residents: bool,
) -> DensitySurface | None:
    """Return the density of a filter, none where nothing of it is placed to a point.

    Matters support a cell, whatever the filter counts: one that fifty came for is still one. Raises
    ``Refused``: ``bandwidth_out_of_range``, ``residents_unknown`` or ``area_unknown``.
    """
    frame = snapshot.frame
    if frame is None:
        return None
    factor = pooling(frame, (CELLS, CELLS), smoothing)
    bins = snapshot.cell_histogram(matters, factor)
    if not bins.any():
        return None
    held = bins
    if matters.unit is not MeasureUnit.MATTERS:
        held = snapshot.cell_histogram(replace(matters, unit=MeasureUnit.MATTERS), factor)
    ground = grounds.ground(read, snapshot.state.version.number, frame, CELLS // factor)
    return surface_of_bins(
        bins, frame, smoothing=smoothing, ground=ground, per_residents=per_residents, matters=held
    )


def ground_facts(session: Session) -> GroundFacts:
    """Return what the ground is made from today."""
    area = models.Area
    rows = session.execute(
        select(
            area.level, func.count().label("areas"), func.count(area.population).label("known"),
            func.sum(area.population), func.max(area.population_on), func.max(area.edition_id),
        )
        .where(area.valid_to.is_(None), area.kind == AreaKind.REGULAR)
        .group_by(area.level)
        .order_by(area.level)
    ).all()  # fmt: skip
    found = {Level(row.level): row for row in rows}
    known = [level for level in LEVELS if level in found and found[level].known]
    inhabited = [level for level in known if found[level].known >= _KNOWN_SHARE * found[level].areas]
    return GroundFacts(
        next((level for level in LEVELS if level in found), None),
        inhabited[-1] if inhabited else None,
        tuple(tuple(row) for row in rows),
    )


def make_ground(session: Session, frame: DensityFrame, cells: int, facts: GroundFacts) -> DensityGround:
    """Return the ground of the city as it is today."""
    outlines = [geometry for geometry, _ in _areas(session, facts.outlined)]
    inhabited = [(geometry, people) for geometry, people in _areas(session, facts.inhabited) if people]
    return density_ground(frame, (cells, cells), outlines, inhabited)


def _areas(session: Session, level: Level | None) -> list[tuple[shapely.Geometry, int | None]]:
    area = models.Area
    rows = session.execute(
        select(func.ST_AsBinary(area.geom), area.population)
        .where(area.level == level, area.valid_to.is_(None), area.kind == AreaKind.REGULAR)
        .order_by(area.code)
    ).all()
    return [(shapely.from_wkb(bytes(outline)), people) for outline, people in rows]
