"""A fake of the hotspot desk: the wall's wobbly city with matters sown by a seed, no database.

Every matter has a day, a village, a category, a channel, a purpose and a stage; counts are counted from these
one by one, so that what the screen adds up can be checked against them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

import numpy as np

from grid.areas import Area, AreaKind, Level
from grid.coverage import CoverageBook
from grid.density import DensitySurface
from grid.hotspots.findings import (
    AreaFinding,
    Cluster,
    Emergence,
    Emerging,
    EmergingArea,
    HotspotClass,
    IssueSite,
    Method,
    Significance,
)
from grid.hotspots.questions import (
    AreaCounts,
    CountsState,
    DayCounts,
    Dimension,
    MatterFilter,
    Playback,
    Step,
)
from grid.matters import Category, Channel, Purpose, Stage
from grid.measures import MINIMUM_N, MeasureUnit
from grid.questions import City, DataVersion
from grid.refusals import Refused
from tests.screens.wall_city import CELLS, FIRST_ID, PER, FakeWall, book, city_areas, surface

TODAY = date(2026, 11, 20)
FIRST_DAY = date(2024, 1, 1)
MATTERS = 9000
LEVELS = (Level.COUNTY, Level.TOWN, Level.VILLAGE)
PURPOSES = (Purpose.CLAIM, Purpose.SUGGESTION)


@dataclass(frozen=True)
class Sown:
    """Matters by column, each of shape (n,)."""

    day: np.ndarray[Any, Any]
    village: np.ndarray[Any, Any]
    columns: dict[Dimension, np.ndarray[Any, Any]]
    weight: dict[MeasureUnit, np.ndarray[Any, Any]]


@cache
def sown() -> Sown:
    rng = np.random.default_rng(11)
    days = (TODAY - FIRST_DAY).days + 1
    share = rng.gamma(0.5, 1, CELLS * CELLS)
    hot = [r * CELLS + c for r in range(8, 13) for c in range(9, 14)]
    share[hot] += 3
    village = rng.choice(CELLS * CELLS, MATTERS, p=share / share.sum())
    columns = {
        Dimension.CATEGORY: rng.integers(0, len(Category), MATTERS),
        Dimension.CHANNEL: rng.integers(0, len(Channel), MATTERS),
        Dimension.PURPOSE: rng.integers(0, len(PURPOSES), MATTERS),
        Dimension.STAGE: rng.integers(0, len(Stage), MATTERS),
    }
    visits = (columns[Dimension.CHANNEL] == list(Channel).index(Channel.VISIT)).astype(np.int64)
    weight = {
        MeasureUnit.MATTERS: np.ones(MATTERS, dtype=np.int64),
        MeasureUnit.SUBMISSIONS: rng.integers(1, 4, MATTERS),
        MeasureUnit.VISITS: visits,
        MeasureUnit.HEADS: rng.integers(1, 9, MATTERS),
    }
    return Sown(rng.integers(0, days, MATTERS), village, columns, weight)


def members(by: Dimension) -> list[Any]:
    return {
        Dimension.CATEGORY: list(Category), Dimension.CHANNEL: list(Channel),
        Dimension.PURPOSE: list(PURPOSES), Dimension.STAGE: list(Stage),
    }[by]  # fmt: skip


def area_of(village: np.ndarray[Any, Any], level: Level) -> np.ndarray[Any, Any]:
    """Ids of the areas of a level that villages lie in."""
    row, column = np.divmod(village, CELLS)
    size = PER[level]
    return FIRST_ID[level] + row // size * (CELLS // size) + column // size


def placed_areas(level: Level) -> tuple[Area, ...]:
    return tuple(
        sorted((one for one in city_areas(level) if one.kind is AreaKind.REGULAR), key=lambda one: one.code)
    )


def chosen(matters: MatterFilter) -> np.ndarray[Any, Any]:
    """Which matters a filter means, bool of shape (n,)."""
    all_of, first = sown(), (matters.since - FIRST_DAY).days
    found = (all_of.day >= first) & (all_of.day <= (matters.until - FIRST_DAY).days)
    wanted = {
        Dimension.CATEGORY: matters.categories, Dimension.CHANNEL: matters.channels,
        Dimension.PURPOSE: matters.purposes, Dimension.STAGE: matters.stages,
    }  # fmt: skip
    for by, some in wanted.items():
        if some:
            found &= np.isin(all_of.columns[by], [members(by).index(one) for one in some])
    if matters.within:
        inside = [np.isin(area_of(all_of.village, level), list(matters.within)) for level in LEVELS]
        found &= np.any(inside, axis=0)
    return found


@dataclass
class FakeHotspots:
    """``grid.ports.HotspotDesk``; fields are turned to make it empty, refused or broken."""

    refusal: Refused | None = None
    version_number: int = 5
    levels: tuple[Level, ...] = LEVELS
    breaks_on: tuple[date, ...] = (date(2026, 3, 1),)
    plan_known: bool = True
    city_bounds: bool = True
    asked: list[str] = field(default_factory=list)
    smoothed: dict[str, object] = field(default_factory=dict)
    """How the last density was asked for."""
    exported: list[tuple[Level, MatterFilter, str]] = field(default_factory=list)
    wall: FakeWall = field(default_factory=FakeWall)

    def _note(self, name: str) -> None:
        self.asked.append(name)
        if self.refusal is not None:
            raise self.refusal

    def version(self) -> DataVersion:
        return self.state().version

    def state(self) -> CountsState:
        self._note("state")
        return CountsState(
            DataVersion(self.version_number, datetime(2026, 11, 20, 1, 5, tzinfo=UTC)), MATTERS
        )

    def city(self) -> City:
        self._note("city")
        real = self.wall.city()
        editions = {level: number for level, number in real.editions.items() if level in self.levels}
        bounds = real.bounds if self.city_bounds else None
        return City(
            real.name, real.synthetic, real.internal, real.source, "审字001", bounds, real.metric_epsg,
            editions, TODAY,
        )  # fmt: skip

    def areas(self, level: Level) -> tuple[Area, ...]:
        self._note("areas")
        if level not in self.levels:
            return ()
        return tuple(_with_parent(one) for one in city_areas(level))

    def breaks(self, level: Level) -> tuple[date, ...]:
        self._note("breaks")
        return self.breaks_on

    def shapes(self, level: Level, edition_id: int) -> bytes:
        return self.wall.shapes(level, edition_id)

    def coverage(self, on: date) -> CoverageBook | None:
        self._note("coverage")
        return book() if self.plan_known else None

    def _counted(
        self, level: Level, matters: MatterFilter, which: np.ndarray[Any, Any]
    ) -> np.ndarray[Any, Any]:
        ids = np.array([one.id for one in placed_areas(level)])
        at = np.searchsorted(ids, area_of(sown().village[which], level))
        return np.bincount(at, sown().weight[matters.unit][which], len(ids)).astype(np.int64)

    def _checked(self, matters: MatterFilter) -> np.ndarray[Any, Any]:
        known = {one.id for level in LEVELS for one in city_areas(level)}
        if not matters.within <= known:
            raise Refused("area_unknown")
        return chosen(matters)

    def counts(self, level: Level, matters: MatterFilter) -> AreaCounts:
        self._note("counts")
        which = self._checked(matters)
        ids = np.array([one.id for one in placed_areas(level)], dtype=np.int64)
        total = int(sown().weight[matters.unit][which].sum())
        return AreaCounts(level, ids, self._counted(level, matters, which), total)

    def days(self, matters: MatterFilter) -> DayCounts:
        self._note("days")
        which = self._checked(matters)
        at = sown().day[which] - (matters.since - FIRST_DAY).days
        length = (matters.until - matters.since).days + 1
        counts = np.bincount(at, sown().weight[matters.unit][which], length).astype(np.int64)
        return DayCounts(matters.since, counts)

    def split(self, matters: MatterFilter, by: Dimension) -> tuple[tuple[str, int], ...]:
        self._note("split")
        which = self._checked(matters)
        weights = sown().weight[matters.unit][which]
        counts: Counter[str] = Counter()
        for at, weight in zip(sown().columns[by][which].tolist(), weights.tolist(), strict=True):
            counts[str(members(by)[at])] += weight
        return tuple((name, count) for name, count in counts.most_common() if count)

    def playback(self, level: Level, matters: MatterFilter, step: Step) -> Playback:
        self._note("playback")
        which = self._checked(matters)
        starts, last = [matters.since], matters.until
        while (following := _next(starts[-1], step)) <= last:
            starts.append(following)
        pictures = []
        for at, since in enumerate(starts):
            until = starts[at + 1] - timedelta(days=1) if at + 1 < len(starts) else last
            first, final = (since - FIRST_DAY).days, (until - FIRST_DAY).days
            pictures.append(
                self._counted(level, matters, which & (sown().day >= first) & (sown().day <= final))
            )
        ids = np.array([one.id for one in placed_areas(level)], dtype=np.int64)
        return Playback(level, step, tuple(starts), ids, np.array(pictures, dtype=np.int64))

    def surface(self, matters: MatterFilter, **how: object) -> DensitySurface | None:
        self._note("surface")
        self.smoothed = how
        if how.get("per_residents"):
            raise Refused("residents_unknown")
        return surface() if self._checked(matters).any() else None

    def significance(self, level: Level, matters: MatterFilter, method: Method) -> Significance:
        self._note("significance")
        counted = self.counts(level, matters)
        spread = counted.counts.std() or 1.0
        z = (counted.counts - counted.counts.mean()) / spread
        rows = tuple(
            _finding(area_id, count, score)
            for area_id, count, score in zip(
                counted.area_ids.tolist(), counted.counts.tolist(), z.tolist(), strict=True
            )
        )
        permuted = {"permutations": 999, "differ_from_analytic": 7} if "permuted" in method else {}
        return Significance(level, method, counted.placed, rows, permuted, ("skewed_counts",))

    def emerging(self, level: Level, matters: MatterFilter) -> Emerging:
        self._note("emerging")
        counted = self.counts(level, matters)
        kinds = list(Emergence)
        rows = tuple(
            EmergingArea(area_id, kinds[at % len(kinds)], (at % 3 == 0, at % 2 == 0), 0.4, 0.02)
            for at, area_id in enumerate(counted.area_ids.tolist())
        )
        return Emerging(level, (date(2026, 1, 1), date(2026, 2, 1)), counted.placed, rows)

    def sites(self, matters: MatterFilter) -> tuple[IssueSite, ...]:
        self._note("sites")
        if not self._checked(matters).any():
            return ()
        return (
            IssueSite(1, Category.CONSTRUCTION, "枫林花园", "estate", ("枫林区", "东河街道"), 111.75, 27.7,
                      420.0, 64, 21, date(2025, 12, 1), date(2026, 11, 20), tuple(range(1, 13)), 0.8, 0.001),
            IssueSite(2, Category.LABOUR, "清河工地", "project", ("清河区",), 112.1, 27.9, 300.0,
                      12, 3, date(2025, 12, 1), date(2026, 11, 20), (1,) * 12, 0.0, 1.0),
        )  # fmt: skip

    def export(self, level: Level, matters: MatterFilter, kind: str, say: Callable[..., str]) -> bytes:
        self._note("export")
        self.exported.append((level, matters, kind))
        return kind.encode()

    def export_surface(self, matters: MatterFilter, **how: object) -> DensitySurface:
        self._note("export_surface")
        found = self.surface(matters, **how)
        if found is None:
            raise Refused("density_too_few")
        return found


def _with_parent(area: Area) -> Area:
    parent = area.level.parent
    if parent not in LEVELS or area.kind is not AreaKind.REGULAR:
        return area
    number = area.id - FIRST_ID[area.level]
    row, column = divmod(number * 1, CELLS // PER[area.level])
    times = PER[parent] // PER[area.level]
    return replace(area, parent_id=FIRST_ID[parent] + row // times * (CELLS // PER[parent]) + column // times)


def _next(day: date, step: Step) -> date:
    if step is Step.MONTH:
        return date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return day - timedelta(days=day.weekday()) + timedelta(days=7)


def _finding(area_id: int, count: int, z: float) -> AreaFinding:
    if count < MINIMUM_N:
        return AreaFinding(
            area_id, count, None, None, None, None, None, HotspotClass.TOO_FEW, Cluster.TOO_FEW
        )
    verdict = HotspotClass.HOT_99 if z > 2 else HotspotClass.NOT_SIGNIFICANT
    cluster = Cluster.HIGH_HIGH if z > 2 else Cluster.NOT_SIGNIFICANT
    return AreaFinding(area_id, count, 1.0, 1.0, z, 0.002, 0.01, verdict, cluster)
