"""Roads and waters of the demo city: wandering lines through given points, on the plane in metres."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely

from data.demo import names
from data.demo.city import City
from data.demo.terrain import LAKE_KM, Metres, to_degrees
from grid.areas import Level

_ROADS_OF = {"街道": 4, "镇": 2, "乡": 1}
_LONGEST_ROAD_M, _SHORTEST_ROAD_M = 3_200.0, 700.0
_RIVERS_KM = (
    ("枫江", 420.0, (LAKE_KM, (-9, 7), (8, 2.5), (24, 6), (60, 8))),
    ("澜溪", 180.0, ((-38, -30), (-22, -33), (-2, -36), (70, -44))),
    ("栎溪", 150.0, ((-40, 30), (-28, 20), LAKE_KM)),
)
"""Name, width in metres, and points from source to mouth in kilometres; the sea cuts them off."""


@dataclass(frozen=True, slots=True, eq=False)
class Road:
    """A named road of one town: (n, 2) vertices in metres."""

    name: str
    town: int
    points: Metres

    @property
    def line(self) -> shapely.LineString:
        """The road in EPSG:4490."""
        return shapely.LineString(np.stack(to_degrees(*self.points.T), axis=1))


def make_roads(city: City, rng: np.random.Generator) -> list[Road]:
    """Return the roads of every town, more of them where it is urban; a name comes once in a county."""
    towns = city.table(Level.TOWN)
    reach_m = _reaches(city)
    roads = []
    for county in range(len(names.COUNTIES)):
        rows = np.flatnonzero(towns.parents == county)
        wanted = [row for row in rows for _ in range(_roads_of(towns.names[row]))]
        for row, name in zip(wanted, names.road_names(len(wanted), rng), strict=True):
            roads.append(Road(name, int(row), _lay_road(towns.middles[row], reach_m[row], rng)))
    return roads


def make_waters(city: City, rng: np.random.Generator) -> tuple[list[str], npt.NDArray[np.object_]]:
    """Return names and outlines (EPSG:4490) of the reservoir and the rivers; they lie inside the areas."""
    land = city.table(Level.CITY).outlines[0]
    called, outlines = ["砚湖水库"], [city.lake]
    for name, width_m, points_km in _RIVERS_KM:
        course = shapely.LineString(_wander(1_000.0 * np.array(points_km), rng, rounds=7, strength=0.14))
        bed = shapely.segmentize(course, 400.0).buffer(width_m / 2, quad_segs=2)
        wet = shapely.transform(bed, lambda xy: np.stack(to_degrees(*xy.T), axis=1))
        outlines.append(shapely.intersection(wet, land))
        called.append(name)
    return called, np.array([_as_multi(shape) for shape in outlines], dtype=object)


def _roads_of(town_name: str) -> int:
    return next(count for ending, count in _ROADS_OF.items() if town_name.endswith(ending))


def _reaches(city: City) -> Metres:
    """Return how far roads of each town reach: most of the radius of a disc of its size."""
    towns = city.table(Level.TOWN)
    area_m2 = shapely.area(towns.outlines) * 111_000**2 * 0.88
    radius_m = np.sqrt(area_m2 / np.pi)
    return np.asarray(np.clip(0.7 * radius_m, _SHORTEST_ROAD_M / 2, _LONGEST_ROAD_M / 2))


def _lay_road(middle: Metres, reach_m: float, rng: np.random.Generator) -> Metres:
    angle = rng.uniform(0, np.pi)
    along = np.array([np.cos(angle), np.sin(angle)])
    aside = np.array([-along[1], along[0]]) * rng.normal(0, 0.35) * reach_m
    start = middle + aside - along * reach_m * rng.uniform(0.5, 1)
    end = middle + aside + along * reach_m * rng.uniform(0.5, 1)
    return _wander(np.stack([start, end]), rng, rounds=4, strength=0.05)


def _wander(points: Metres, rng: np.random.Generator, *, rounds: int, strength: float) -> Metres:
    """Return a line through points, bent by midpoint displacement of ``strength`` of each piece's length."""
    for _ in range(rounds):
        along = np.diff(points, axis=0)
        across = np.stack([-along[:, 1], along[:, 0]], axis=1)
        middles = (points[:-1] + points[1:]) / 2 + across * rng.normal(0, strength, (len(along), 1))
        points = np.insert(points, np.arange(1, len(points)), middles, axis=0)
    return points


def _as_multi(shape: shapely.Geometry) -> shapely.MultiPolygon:
    parts = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
    return shapely.MultiPolygon(parts)
