"""Pictures of a level: each area's class for what is asked, with what is needed to rank and tell of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np

from callbacks.hotspots.asked import State
from callbacks.hotspots.known import Facts, Floats, Ints, LevelAreas
from grid.areas import Level
from grid.hotspots.findings import AreaFinding, Cluster, Emergence, EmergingArea, Method
from grid.hotspots.questions import AreaCounts, MatterFilter
from grid.hotspots.rates import rates, smoothed_rates
from grid.measures import MINIMUM_N, MeasureUnit
from grid.ports import HotspotDesk
from layers.hotspot_legend import FINE
from layers.hotspot_paint import (
    Paint,
    Painted,
    paint_counts,
    paint_findings,
    paint_rates,
)

_KEPT = 12
_RANKED = 20


@dataclass(frozen=True, eq=False)
class Picture:
    """What is said of the areas of a level, in their order.

    ``counts`` are in the unit asked for and ``matters`` always matters, both int64 (n,); ``ranked`` by what
    areas are put in order, NaN where an area has no rank.
    """

    areas: LevelAreas
    level: Level
    counts: Ints
    matters: Ints
    total: int
    painted: Painted
    ranked: Floats
    findings: dict[int, AreaFinding] = field(default_factory=dict)
    emerging: dict[int, EmergingArea] = field(default_factory=dict)
    caveats: tuple[str, ...] = ()
    parameters: Mapping[str, object] = field(default_factory=dict)
    n: int = 0

    @property
    def best(self) -> list[int]:
        """Where in the order the first-ranked areas are, highest first; never one of too few matters."""
        known = np.flatnonzero(np.isfinite(self.ranked) & (self.matters >= MINIMUM_N))
        order = known[np.argsort(-self.ranked[known], kind="stable")]
        return [int(at) for at in order[:_RANKED]]


class Pictures:
    """Makes pictures and keeps the latest by data version and question: hovering asks for the same again."""

    def __init__(self) -> None:
        self._kept: dict[tuple[object, ...], Picture] = {}

    def picture(
        self, desk: HotspotDesk, facts: Facts, level: Level, paint: Paint, matters: MatterFilter
    ) -> Picture:
        """Return the picture of a question; what is refused rises."""
        # Counted anew every time, kept or not: the desk says whether this reader may know.
        counted = desk.counts(level, matters)
        key = (facts.state.version.number, facts.state.rows, facts.city.today, level, paint, matters)
        if key not in self._kept:
            made = _MAKERS[paint](desk, facts, counted, matters)
            self._kept = dict([*self._kept.items()][1 - _KEPT :]) | {key: made}
        return self._kept[key]


def _base(desk: HotspotDesk, facts: Facts, counted: AreaCounts, matters: MatterFilter) -> Picture:
    areas = facts.level(desk, counted.level)
    counts = aligned(areas, counted)
    only_matters = counts
    if matters.unit is not MeasureUnit.MATTERS:
        only_matters = aligned(areas, desk.counts(counted.level, replace(matters, unit=MeasureUnit.MATTERS)))
    painted = paint_counts(counts, only_matters, is_fine=counted.level in FINE)
    return Picture(
        areas, counted.level, counts, only_matters, counted.total, painted, counts.astype(np.float64),
        n=int(counts.sum()),
    )  # fmt: skip


def _rates(desk: HotspotDesk, facts: Facts, counted: AreaCounts, matters: MatterFilter) -> Picture:
    base = _base(desk, facts, counted, matters)
    values = rates(base.counts, base.areas.residents)
    painted = paint_rates(values, np.isfinite(values) & (base.matters >= MINIMUM_N))
    return replace(base, painted=painted, ranked=values)


def _smoothed(desk: HotspotDesk, facts: Facts, counted: AreaCounts, matters: MatterFilter) -> Picture:
    """Smoothed rates need no minimum: of few matters they say little more than the city's own rate."""
    base = _base(desk, facts, counted, matters)
    values = smoothed_rates(base.counts, base.areas.residents)
    return replace(base, painted=paint_rates(values, np.isfinite(values)), ranked=values)


def _gi(
    method: Method, desk: HotspotDesk, facts: Facts, counted: AreaCounts, matters: MatterFilter
) -> Picture:
    base, found = _tested(desk, facts, counted, matters, method)
    rows = [found.get(one) for one in base.areas.ids.tolist()]
    painted = paint_findings(row.verdict if row else None for row in rows)
    z = np.array([np.nan if row is None or row.z is None else row.z for row in rows], dtype=np.float64)
    return replace(base, painted=painted, ranked=z)


def _moran(desk: HotspotDesk, facts: Facts, counted: AreaCounts, matters: MatterFilter) -> Picture:
    base, found = _tested(desk, facts, counted, matters, Method.LOCAL_MORAN)
    rows = [found.get(one) for one in base.areas.ids.tolist()]
    painted = paint_findings(row.cluster if row else None for row in rows)
    high = np.array([row is not None and row.cluster in _HIGH for row in rows])
    return replace(base, painted=painted, ranked=np.where(high, base.counts, np.nan).astype(np.float64))


def _emerging(desk: HotspotDesk, facts: Facts, counted: AreaCounts, matters: MatterFilter) -> Picture:
    base = _base(desk, facts, counted, matters)
    told = desk.emerging(counted.level, matters)
    found = {row.area_id: row for row in told.rows}
    rows = [found.get(one) for one in base.areas.ids.tolist()]
    painted = paint_findings(row.emergence if row else None for row in rows)
    hot = np.array([row is not None and row.emergence not in _NEVER for row in rows])
    ranked = np.where(hot, base.counts, np.nan).astype(np.float64)
    return replace(base, painted=painted, ranked=ranked, emerging=found, caveats=told.caveats, n=told.n)


_NEVER = (Emergence.NONE, Emergence.TOO_FEW)
_HIGH = (Cluster.HIGH_HIGH, Cluster.HIGH_LOW)
_MAKERS: dict[Paint, Callable[[HotspotDesk, Facts, AreaCounts, MatterFilter], Picture]] = {
    Paint.COUNT: _base,
    Paint.NONE: _base,
    Paint.RATE: _rates,
    Paint.SMOOTHED: _smoothed,
    Paint.GI: partial(_gi, Method.GI_STAR),
    Paint.GI_PERMUTED: partial(_gi, Method.GI_STAR_PERMUTED),
    Paint.MORAN: _moran,
    Paint.EMERGING: _emerging,
}


def _tested(
    desk: HotspotDesk, facts: Facts, counted: AreaCounts, matters: MatterFilter, method: Method
) -> tuple[Picture, dict[int, AreaFinding]]:
    base = _base(desk, facts, counted, matters)
    told = desk.significance(counted.level, matters, method)
    found = {row.area_id: row for row in told.rows}
    picture = replace(
        base, findings=found, caveats=told.caveats, parameters=told.parameters, n=told.n
    )  # fmt: skip
    return picture, found


def aligned(areas: LevelAreas, counted: AreaCounts) -> Ints:
    """Return counts in the order of the areas; zero for an area that was not counted."""
    if np.array_equal(areas.ids, counted.area_ids):
        return counted.counts
    by_id = dict(zip(counted.area_ids.tolist(), counted.counts.tolist(), strict=True))
    return np.array([by_id.get(one, 0) for one in areas.ids.tolist()], dtype=np.int64)


def aligned_rows(areas: LevelAreas, area_ids: Ints, counts: Ints) -> Ints:
    """Return pictures of shape (k, n) with their columns in the order of the areas."""
    if np.array_equal(areas.ids, area_ids):
        return counts
    column = {area_id: at for at, area_id in enumerate(area_ids.tolist())}
    found = np.zeros((len(counts), len(areas.ids)), dtype=np.int64)
    for at, area_id in enumerate(areas.ids.tolist()):
        if area_id in column:
            found[:, at] = counts[:, column[area_id]]
    return found


def shown_level(state: State, facts: Facts) -> Level | None:
    """Return the level chosen, or the nearest wider one that has boundaries, or any; none where none has."""
    level: Level | None = state.level
    while level is not None and level not in facts.city.editions:
        level = level.parent
    if level is not None and level is not Level.CITY:
        return level
    return next((one for one in (Level.COUNTY, Level.TOWN, Level.VILLAGE, Level.GRID)
                 if one in facts.city.editions), None)  # fmt: skip
