"""A fake of the wall's ports: a wobbly city of nested cells, without database.

It is built so that a leak shows: a hidden count has ``LEAK`` wherever its row or its card can hold a number.
"""

from __future__ import annotations

import gzip
import json
import math
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
from pyproj import Transformer

from grid.areas import Area, AreaKind, Level
from grid.coverage import Assignment, CoverageBook, CoveragePlan, Leader, PlanState, Unit, UnitKind
from grid.density import DensitySurface, density_surface
from grid.hotspots.adjacency import Neighbourhood, adjacency_of
from grid.hotspots.findings import Method, Significance
from grid.hotspots.significance import find_significance
from grid.listings import Listing, ListingState, Quarter
from grid.matters import Category
from grid.measures import SMALL_CELL, Measure, MeasureUnit
from grid.places import PlacedTotals
from grid.principals import Principal, Role
from grid.published import TOWNSHIP, Publication, PublishedCount, PublishedCounts, WallQuestion, Window
from grid.questions import (
    AreaCard,
    City,
    DataVersion,
    LeaderCard,
    LeaderUnit,
    MatterQuestion,
    MonthCount,
    ServiceSummary,
)
from grid.refusals import Refused

TODAY = date(2026, 11, 20)
LEAK = 31337
"""What a hidden count would be if it were told."""
EPSG = 4546
SEAT = Principal("seat", Role.LEADER)
KIOSK = Principal("kiosk", Role.KIOSK)
CELLS = 24
"""Villages along one side; a town is 2 by 2 of them, a county 8 by 8."""
PER = {Level.CITY: CELLS, Level.COUNTY: 8, Level.TOWN: 2, Level.VILLAGE: 1}
FIRST_ID = {Level.CITY: 1, Level.COUNTY: 100, Level.TOWN: 1000, Level.VILLAGE: 10000}
FUNCTIONAL_ID = 190
WEST, SOUTH, STEP = 111.2, 27.1, 0.055
COUNTY_NAMES = ["枫林区", "云溪县", "石桥县", "白鹭县", "松岭县", "清河区", "丹山县", "龙泉市", "柳湖县"]


def _corner(column: float, row: float) -> tuple[float, float]:
    lon = WEST + STEP * (column + 0.55 * math.sin(row * 0.9 + column * 0.3) + 0.2 * math.sin(row * 3.1))
    lat = SOUTH + STEP * (row + 0.5 * math.sin(column * 0.8 + row * 0.4) + 0.2 * math.sin(column * 2.7))
    return round(lon, 5), round(lat, 5)


def _ring(column: int, row: int, size: int) -> list[list[float]]:
    parts = 4
    steps = [step / parts for step in range(size * parts)]
    side = (
        [(column + step, row) for step in steps]
        + [(column + size, row + step) for step in steps]
        + [(column + size - step, row + size) for step in steps]
        + [(column, row + size - step) for step in steps]
    )
    ring = [list(_corner(*place)) for place in side]
    return [*ring, ring[0]]


@cache
def city_areas(level: Level) -> tuple[Area, ...]:
    size = PER[level]
    found = []
    for number in range((CELLS // size) ** 2):
        row, column = divmod(number, CELLS // size)
        lon, lat = _corner((column + 0.5) * size, (row + 0.5) * size)
        name = {
            Level.CITY: "枫溪市",
            Level.COUNTY: COUNTY_NAMES[number % 9],
            Level.TOWN: "东西南北上下长青"[number % 8]
            + "河山桥塘岭湖"[number // 8 % 6]
            + ("街道" if number % 5 == 0 else "镇"),
        }.get(level, f"第{number}村")
        found.append(
            Area(
                FIRST_ID[level] + number,
                level,
                AreaKind.REGULAR,
                f"{990100 + number}",
                name,
                "DEMO",
                "2026",
                _area_at(level.parent, row * size, column * size),
                None if number == 3 else 20000 + 700 * number,
                30.0,
                lon,
                lat,
            )
        )
    if level is Level.COUNTY:
        lon, lat = _corner(8, 8.2)
        found.append(
            Area(
                FUNCTIONAL_ID,
                level,
                AreaKind.FUNCTIONAL,
                "990190",
                "高新区",
                "DEMO",
                "2026",
                None,
                90000,
                60,
                lon,
                lat,
            )
        )
    return tuple(found)


@cache
def city_shapes(level: Level) -> bytes:
    size = PER[level]
    features = []
    for area in city_areas(level):
        row, column = divmod(area.id - FIRST_ID[level], CELLS // size)
        ring = _ring(6, 7, 4) if area.kind is AreaKind.FUNCTIONAL else _ring(column * size, row * size, size)
        geometry = {"type": "Polygon", "coordinates": [ring]}
        properties = {"name": area.name, "code": area.code, "kind": area.kind}
        features.append(
            {"type": "Feature", "id": str(area.id), "geometry": geometry, "properties": properties}
        )
    return gzip.compress(json.dumps({"type": "FeatureCollection", "features": features}).encode())


def matters_in(area: Area, window: Window) -> int:
    base = (area.id * 7919) % 97 + (300 if area.id % 23 == 0 else 0)
    scale = {Level.COUNTY: 1.5, Level.TOWN: 0.6, Level.VILLAGE: 0.08}.get(area.level, 1)
    return round(base * scale * window.months / 3)


def _area_at(level: Level | None, row: int, column: int) -> int | None:
    """Return the id of the area of a level in which a village's place lies."""
    if level is None:
        return None
    size = PER[level]
    return FIRST_ID[level] + row // size * (CELLS // size) + column // size


@cache
def hidden_villages(window: Window) -> frozenset[int]:
    """Ids of the small counts and, where a town has but one, of its next smallest."""
    by_town: dict[int, list[Area]] = defaultdict(list)
    for area in city_areas(Level.VILLAGE):
        by_town[area.parent_id or 0].append(area)
    found: set[int] = set()
    for areas in by_town.values():
        ordered = sorted(areas, key=lambda area: matters_in(area, window))
        few = sum(matters_in(area, window) < SMALL_CELL for area in ordered)
        found |= {area.id for area in ordered[: max(few, 2) if few else 0]}
    return frozenset(found)


LEADERS = tuple(
    Leader(number, post, name)
    for number, (post, name) in enumerate(
        [
            ("市委书记", "沈望舒"),
            ("市长", "陆听澜"),
            ("市委副书记", "顾南乔"),
            ("常务副市长", "程远山"),
            ("市委政法委书记", None),
            ("副市长", "林知夏"),
            ("副市长", "许清和"),
            ("市人大副主任", "苏景行"),
        ],
        1,
    )
)


def book() -> CoverageBook:
    counties = city_areas(Level.COUNTY)
    units = [Unit(number, area.name, UnitKind.AREA, area.id) for number, area in enumerate(counties, 1)]
    departments = ["市住房和城乡建设局", "市人力资源和社会保障局", "市自然资源局", "市交通运输局"]
    units += [Unit(50 + number, name, UnitKind.DEPARTMENT, None) for number, name in enumerate(departments)]
    cases = [44, 44, 31, 25, 19, 17, 15, 11, None, 7, 6, 4, 3, 2]
    leads = [1, 2, 3, 4, 5, 6, 7, None, 8, 3, 5, 6, 7, 8]
    assignments = tuple(
        Assignment(unit.id, lead, cases=count) for unit, lead, count in zip(units, leads, cases, strict=True)
    )
    plan = CoveragePlan(
        1, "2026年包片安排", PlanState.PUBLISHED, date(2026, 3, 1), None, 1, None, assignments
    )
    borders = {(n, n + 1) for n in range(1, 9) if n % 3} | {(n, n + 3) for n in range(1, 7)}
    return CoverageBook(plan, tuple(units), LEADERS, frozenset(borders))


def listings(quarter: Quarter) -> tuple[Listing, ...]:
    rows = [
        (101, "云溪县", ListingState.LISTED, 1, 3),
        (None, "市住房和城乡建设局", ListingState.RECTIFYING, 2, 1),
        (104, "松岭县", ListingState.RECTIFYING, 3, None),
        (107, "龙泉市", ListingState.PROPOSED, 4, 6),
        (102, "石桥县", ListingState.DELISTED, None, 2),
    ]
    listed_on = date(2026, 7, 9)
    return tuple(
        Listing(
            number,
            name,
            area_id,
            quarter,
            state,
            rank,
            61.5,
            previous,
            "超期未办件占比高，重复信访未压降",
            None if state is ListingState.PROPOSED else listed_on,
            "市联席会议",
            "陆听澜" if area_id else None,
        )
        for number, (area_id, name, state, rank, previous) in enumerate(rows, 1)
    )


def measures(since: date, until: date) -> tuple[Measure, ...]:
    rows: list[tuple[str, MeasureUnit, float | None, int, float | None, float | None]] = [
        ("matters_registered", MeasureUnit.MATTERS, 20123, 20123, 18950, 21877),
        ("open_matters", MeasureUnit.MATTERS, 3482, 86120, 3391, 3120),
        ("overdue_matters", MeasureUnit.MATTERS, 417, 3482, 388, None),
        ("replied_in_time_rate", MeasureUnit.PERCENT, 93.4, 2211, 91.0, 95.2),
        ("repeat_rate", MeasureUnit.PERCENT, 18.25, 24100, 18.2, 20.9),
        ("listed_units", MeasureUnit.UNITS, 3, 5, 3, None),
        ("agent_resolved_rate", MeasureUnit.PERCENT, None, 12, None, None),
    ]
    return tuple(
        Measure(code, unit, value, n, since, until, before, year)
        for code, unit, value, n, before, year in rows
    )


def published_count(area: Area, window: Window) -> PublishedCount:
    if area.level is Level.VILLAGE and area.id in hidden_villages(window):
        return PublishedCount(area, None, LEAK + 0.5)
    count = matters_in(area, window)
    return PublishedCount(area, count, None if area.population is None else 10_000 * count / area.population)


def months(since: date, until: date) -> tuple[MonthCount, ...]:
    found, month = [], since.replace(day=1)
    while month <= until:
        last = (month.year, month.month) == (until.year, until.month)
        count = 900 + (month.month * 137 + month.year) % 500
        found.append(MonthCount(month, count * 2 // 3 if last else count, count // 5, partial=last))
        month = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    return tuple(found)


@cache
def surface() -> DensitySurface:
    rng = np.random.default_rng(3)
    centres = rng.uniform(1, CELLS - 1, (40, 2))
    which = rng.choice(40, 9000, p=np.arange(1, 41) ** 2 / np.sum(np.arange(1, 41) ** 2))
    places = centres[which] + rng.normal(0, 0.35, (9000, 2))
    scatter = rng.uniform(0, CELLS, (3000, 2))
    lon, lat = (np.vstack([places, scatter]) * STEP + [WEST, SOUTH]).T
    to_metric = Transformer.from_crs("EPSG:4490", f"EPSG:{EPSG}", always_xy=True)
    side = STEP * CELLS
    frame = to_metric.transform_bounds(WEST - 0.1, SOUTH - 0.1, WEST + side + 0.1, SOUTH + side + 0.1)
    x_m, y_m = to_metric.transform(lon, lat)
    return density_surface(
        np.asarray(x_m), np.asarray(y_m), bounds_m=frame, bandwidth_m=3000, shape=(512, 512)
    )


def _borders(level: Level) -> npt.NDArray[np.int64]:
    """Return the pairs of cells that lie side by side, but for one that borders on none: an island."""
    side = CELLS // PER[level]
    ids = FIRST_ID[level] + np.arange(side * side).reshape(side, side)
    right, down = np.stack([ids[:, :-1], ids[:, 1:]], -1), np.stack([ids[:-1], ids[1:]], -1)
    pairs = np.concatenate([right.reshape(-1, 2), down.reshape(-1, 2)])
    return pairs[~(pairs == FIRST_ID[level] + 5).any(axis=1)]


@dataclass
class FakeWall:
    """The store and the port of shared views; fields are turned to make them empty, changed or broken."""

    publication_number: int = 7
    publication_day: date = TODAY
    made_from: datetime = datetime(2026, 11, 20, 1, 5, tzinfo=UTC)
    published: bool = True
    down: bool = False
    areas_known: bool = True
    breaks_at: dict[Level, tuple[date, ...]] = field(default_factory=dict)
    matters_known: bool = True
    plan_known: bool = True
    listings_known: bool = True
    asked: list[str] = field(default_factory=list)

    def __getattribute__(self, name: str) -> Any:
        value = object.__getattribute__(self, name)
        if callable(value) and not name.startswith("_"):
            return object.__getattribute__(self, "_watched")(name, value)
        return value

    def _watched(self, name: str, value: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            self.asked.append(name)
            if self.down:
                raise Refused("database_down")
            return value(*args, **kwargs)

        return call

    def wall(self, principal: object) -> FakeWall:
        return self

    def cards(self, principal: object) -> FakeCards:
        return FakeCards(self)

    def version(self) -> DataVersion:
        return DataVersion(self.publication_number + 1, datetime(2026, 11, 20, 7, 7, tzinfo=UTC))

    def publication(self) -> Publication | None:
        if not self.published:
            return None
        return Publication(self.publication_number, self.made_from, self.publication_day)

    def city(self) -> City:
        step = STEP * CELLS
        bounds = (WEST - 0.04, SOUTH - 0.04, WEST + step + 0.04, SOUTH + step + 0.04)
        editions = {level: number for number, level in enumerate(PER, 1)}
        if not self.areas_known:
            return City("枫溪市", False, True, "", "", None, None, {}, TODAY)
        return City("枫溪市", True, True, "演示数据（虚构）", "", bounds, EPSG, editions, TODAY)

    def areas(self, level: Level) -> tuple[Area, ...]:
        return city_areas(level) if self.areas_known and level in PER else ()

    def breaks(self, level: Level) -> tuple[date, ...]:
        return self.breaks_at.get(level, ())

    def shapes(self, level: Level, edition_id: int) -> bytes:
        if level not in PER:
            raise Refused("edition_unknown")
        return city_shapes(level)

    def _asked_of_products(self, question: WallQuestion) -> None:
        if not isinstance(question, WallQuestion) or not self.published:
            raise AssertionError("products answer questions of theirs, once they are made")

    def figures(self, question: WallQuestion) -> tuple[Measure, ...]:
        self._asked_of_products(question)
        return measures(question.window.since(self.publication_day), self.publication_day)

    def counts(self, level: Level, question: WallQuestion) -> PublishedCounts:
        self._asked_of_products(question)
        if level is Level.GRID or (level is Level.VILLAGE and (question.category or question.channel)):
            raise Refused("not_published")
        if not self.matters_known:
            return PublishedCounts(level, (), PlacedTotals(0, 0, 0, 0, 0, 0))
        regular = [area for area in self.areas(level) if area.kind is AreaKind.REGULAR]
        rows = tuple(published_count(area, question.window) for area in regular)
        return PublishedCounts(level, rows, PlacedTotals(15200, 2100, 1300, 800, 420, 303))

    def significance(self, level: Level, question: WallQuestion) -> Significance:
        """As the store works it out, from the counts that are published."""
        if level not in TOWNSHIP:
            raise Refused("not_published")
        rows = self.counts(level, question).rows
        ids = np.array([row.area.id for row in rows], dtype=np.int64)
        people = np.array([row.area.population or np.nan for row in rows], dtype=np.float64)
        inside = np.ones(len(ids), dtype=bool)
        borders = adjacency_of(ids, _borders(level))
        around = Neighbourhood(level, ids, people, inside, borders, None)
        counted = np.array([row.count for row in rows], dtype=np.int64)
        return find_significance(around, counted, Method.GI_STAR, rng=np.random.default_rng(1))

    def trend(self, question: WallQuestion) -> tuple[MonthCount, ...]:
        self._asked_of_products(question)
        return months(Window.M24.since(self.publication_day), self.publication_day)

    def density(self, question: WallQuestion) -> DensitySurface | None:
        self._asked_of_products(question)
        return surface() if self.matters_known else None

    def quarters(self) -> tuple[Quarter, ...]:
        return (Quarter(2026, 4), Quarter(2026, 3), Quarter(2026, 2)) if self.listings_known else ()

    def listings(self, quarter: Quarter) -> tuple[Listing, ...]:
        return listings(quarter) if self.listings_known else ()

    def coverage(self, on: date) -> CoverageBook | None:
        return book() if self.plan_known else None


@dataclass
class FakeCards:
    """The port behind cards; asking it is noted with the store's own questions."""

    store: FakeWall

    def _asked(self, name: str, question: object = None) -> None:
        self.store.asked.append(f"cards.{name}")
        if question is not None and not isinstance(question, MatterQuestion):
            raise AssertionError("cards answer questions about matters")
        if self.store.down:
            raise Refused("database_down")

    def trend(self, question: MatterQuestion) -> tuple[MonthCount, ...]:
        self._asked("trend", question)
        return months(question.since, question.until)

    def service(self, area_id: int | None) -> ServiceSummary:
        kinds = {"cadre": 210, "grid_worker": 307, "volunteer": 100}
        return ServiceSummary(18, 18, 349, 617, kinds, 185, 158, date(2026, 1, 1), date(2026, 8, 31), 350, 12)

    def area_card(self, area_id: int, question: MatterQuestion) -> AreaCard:
        self._asked("area_card", question)
        found = [area for level in PER for area in city_areas(level) if area.id == area_id]
        if not found:
            raise Refused("area_unknown")
        area = found[0]
        few = area.level is Level.VILLAGE
        shown = measures(question.since, question.until)[:5]
        if few:
            shown = tuple(
                Measure(
                    one.code,
                    one.unit,
                    3 if one.unit is MeasureUnit.MATTERS else None,
                    3,
                    one.since,
                    one.until,
                    4,
                )
                for one in shown
            )
        categories = tuple((category, (3 if few else 310 - 20 * at)) for at, category in enumerate(Category))
        listing = next((one for one in listings(Quarter(2026, 4)) if one.area_id == area_id), None)
        path = ("枫溪市", area.name)
        return AreaCard(
            area,
            path,
            shown,
            PlacedTotals(1, 2, 3, 4, 5, 6),
            months(question.since, question.until),
            categories,
            listing,
            LEADERS[:2],
            self.service(area_id),
        )

    def leader_card(self, leader_id: int, on: date) -> LeaderCard:
        self._asked("leader_card")
        leader = next((one for one in LEADERS if one.id == leader_id), None)
        if leader is None:
            raise Refused("leader_unknown")
        units = (
            LeaderUnit("石桥县", 102, "lead", 31, listings(Quarter(2026, 4))[0]),
            LeaderUnit("市住房和城乡建设局", None, "lead", None, None),
        )
        return LeaderCard(leader, units, 31, 512, 33, date(2026, 3, 1))
