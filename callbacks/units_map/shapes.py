"""Shapes behind a map: geometries to hatch and features to outline, decoded once an edition."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from shapely.geometry.base import BaseGeometry

from grid.areas import Level
from grid.ports import UnitDesk
from grid.questions import City
from layers.map_camera import bounds_around
from layers.map_hatch import geometries

_LEAST = 0.15
"""Share of the city's extent that is shown around a small area."""


@dataclass(frozen=True, slots=True, eq=False)
class Shapes:
    """Shapes of one level, by area id."""

    geometries: dict[int, BaseGeometry] = field(default_factory=dict)
    features: dict[int, dict[str, Any]] = field(default_factory=dict)


def level_shapes(desk: UnitDesk, city: City, level: Level) -> Shapes:
    """Return the shapes of a level's current edition, empty where there is none."""
    edition = city.editions.get(level)
    return Shapes() if edition is None else _decode(desk.shapes(level, edition))


def city_around(city: City, shapes: Shapes, areas: Iterable[int]) -> City:
    """Return a city with the bounds of some of its areas and what lies around them.

    For who is told of these alone: on a map of the whole city a town of theirs would be a dot. Where none of
    them has a shape, the city is as it was.
    """
    if city.bounds is None:
        return city
    west, south, east, north = city.bounds
    least = ((east - west) * _LEAST, (north - south) * _LEAST)
    return replace(city, bounds=bounds_around(areas, shapes.geometries, least=least) or city.bounds)


@lru_cache(maxsize=4)
def _decode(body: bytes) -> Shapes:
    """Keyed by the bytes themselves, so that nothing is kept of one city for another."""
    collection = json.loads(gzip.decompress(body))
    features = {int(feature["id"]): feature for feature in collection["features"]}
    return Shapes(geometries(collection), features)
