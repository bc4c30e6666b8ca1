"""Coordinates as sources give them: which are points, and why others are none. None is mended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from grid.datums import Datum, Degrees, to_cgcs2000
from grid.places import PlaceReason, PlaceRequest

_DATUM_SHIFT_DEG = 0.02
"""No datum shifts a point further than this (about 1.5 km)."""
_ROUNDED_TO = 100
"""Two decimals."""

Bounds = tuple[float, float, float, float]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Coordinates:
    """Coordinates of n requests: ``lon`` and ``lat`` in EPSG:4490, NaN where there is no point to place.

    ``faults`` says of each why a given pair is not taken, none where it is taken or where nothing was given.
    ``swapped_lon`` and ``swapped_lat`` are the pair the other way round where it looks swapped, else NaN.
    """

    lon: Degrees
    lat: Degrees
    faults: tuple[PlaceReason | None, ...]
    swapped_lon: Degrees
    swapped_lat: Degrees


def read_coordinates(requests: Sequence[PlaceRequest], bounds: Bounds) -> Coordinates:
    """Return the usable coordinates of ``requests`` in CGCS2000; ``bounds`` are the city's in degrees."""
    lon, lat = _column([r.lon for r in requests]), _column([r.lat for r in requests])
    faults = _faults(lon, lat, bounds)
    usable = np.array([fault is None for fault in faults], dtype=bool)
    swapped = np.array([fault is PlaceReason.COORDINATE_SWAPPED for fault in faults], dtype=bool)
    taken = usable & ~np.isnan(lon) & ~np.isnan(lat)
    good_lon, good_lat = _converted(requests, lon, lat, taken)
    other_lon, other_lat = _converted(requests, lat, lon, swapped)
    return Coordinates(good_lon, good_lat, faults, other_lon, other_lat)


def _column(values: Sequence[float | None]) -> Degrees:
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)


def _faults(lon: Degrees, lat: Degrees, bounds: Bounds) -> tuple[PlaceReason | None, ...]:
    """Return the first fault of each pair in the order below."""
    no_lon, no_lat = np.isnan(lon), np.isnan(lat)
    conditions: list[tuple[Mask, PlaceReason]] = [
        (no_lon ^ no_lat, PlaceReason.COORDINATE_INCOMPLETE),
        ((np.abs(lon) < 1e-9) & (np.abs(lat) < 1e-9), PlaceReason.COORDINATE_ZERO),
        (_within(lat, lon, bounds) & ~_within(lon, lat, bounds), PlaceReason.COORDINATE_SWAPPED),
        ((np.abs(lon) > 180) | (np.abs(lat) > 90), PlaceReason.COORDINATE_NOT_DEGREES),
        (_is_rounded(lon) & _is_rounded(lat), PlaceReason.COORDINATE_ROUNDED),
    ]
    faults: list[PlaceReason | None] = [None] * len(lon)
    for mask, reason in reversed(conditions):
        for row in np.flatnonzero(mask):
            faults[row] = reason
    return tuple(faults)


def _within(lon: Degrees, lat: Degrees, bounds: Bounds) -> Mask:
    west, south, east, north = bounds
    margin = _DATUM_SHIFT_DEG
    inside: Mask = (lon >= west - margin) & (lon <= east + margin)
    return inside & (lat >= south - margin) & (lat <= north + margin)


def _is_rounded(degrees: Degrees) -> Mask:
    with np.errstate(invalid="ignore"):
        rounded: Mask = np.abs(degrees * _ROUNDED_TO - np.round(degrees * _ROUNDED_TO)) < 1e-6
    return rounded


def _converted(
    requests: Sequence[PlaceRequest], lon: Degrees, lat: Degrees, rows: Mask
) -> tuple[Degrees, Degrees]:
    """Return the pairs of ``rows`` in CGCS2000, NaN elsewhere."""
    out_lon, out_lat = np.full(lon.shape, np.nan), np.full(lat.shape, np.nan)
    datums = np.array([request.datum or Datum.CGCS2000 for request in requests], dtype=object)
    for datum in Datum:
        of_datum = rows & (datums == datum)
        out_lon[of_datum], out_lat[of_datum] = to_cgcs2000(lon[of_datum], lat[of_datum], datum)
    return out_lon, out_lat
