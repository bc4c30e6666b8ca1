"""Travel (奔波距离): how far apart a leader's areas lie, in km as the crow flies."""

from __future__ import annotations

import math
from collections.abc import Mapping

from grid.coverage import AssignmentKind, CoverageBook, lead_by_unit
from grid.planning.loads import held_parts

EARTH_RADIUS_KM = 6371.0088
"""Mean radius (IUGG 1980)."""
_Spot = tuple[float, float]


def travel_km(book: CoverageBook, places: Mapping[int, _Spot]) -> dict[int, float]:
    """Return by leader the sum of the distances from the areas that he leads to their centre, in km.

    ``places`` are longitude and latitude (degrees, any of the usual datums) by unit; units that have none,
    such as departments, are left out. The centre is the mean weighed by workload, evenly where there is none.
    """
    weights = {one.unit_id: part for one, part in held_parts(book) if one.kind is AssignmentKind.LEAD}
    of: dict[int, list[tuple[_Spot, int]]] = {leader.id: [] for leader in book.leaders}
    for unit, leader in lead_by_unit(book.plan).items():
        if leader in of and unit in places:
            of[leader].append((places[unit], weights.get(unit, 0)))
    return {leader: _to_centre(spots) for leader, spots in of.items()}


def distance_km(one: _Spot, other: _Spot) -> float:
    """Return the great-circle distance of two places by the haversine formula (Sinnott 1984)."""
    (lon, lat), (other_lon, other_lat) = (tuple(map(math.radians, spot)) for spot in (one, other))
    half = (
        math.sin((other_lat - lat) / 2) ** 2
        + math.cos(lat) * math.cos(other_lat) * math.sin((other_lon - lon) / 2) ** 2
    )
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(min(1.0, half)))


def _to_centre(spots: list[tuple[_Spot, int]]) -> float:
    if not spots:
        return 0.0
    total = sum(weight for _, weight in spots)
    weights = [weight if total else 1 for _, weight in spots]
    centre = (
        sum(spot[0] * weight for (spot, _), weight in zip(spots, weights, strict=True)) / sum(weights),
        sum(spot[1] * weight for (spot, _), weight in zip(spots, weights, strict=True)) / sum(weights),
    )
    return sum(distance_km(spot, centre) for spot, _ in spots)
