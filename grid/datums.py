"""Datums: coordinates of Chinese map services and receivers brought to CGCS2000, and back.

GCJ-02 (高德, 腾讯) shifts WGS84 by up to some 700 m; BD-09 (百度) shifts GCJ-02 once more. The constants
are those of the open implementations that agree with each other (eviltransform, coordtransform). Longitude
always comes first; arrays are float64 degrees of any one shape.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

import numpy as np
import numpy.typing as npt

Degrees = npt.NDArray[np.float64]
LonLat = tuple[Degrees, Degrees]

_KRASOVSKY_A = 6378245.0
_KRASOVSKY_EE = 0.00669342162296594323
_BD_PI = np.pi * 3000.0 / 180.0
_BD_LON, _BD_LAT = 0.0065, 0.006
_INVERSE_STEPS = 4
"""Two steps leave at most 1.1 cm; each further one gains about three digits."""


class Datum(StrEnum):
    """Datum of a coordinate pair."""

    CGCS2000 = "CGCS2000"
    WGS84 = "WGS84"
    """Taken as equal to CGCS2000: they differ by less than a metre (plate motion since 2000)."""
    GCJ02 = "GCJ02"
    BD09 = "BD09"


def to_cgcs2000(lon: npt.ArrayLike, lat: npt.ArrayLike, datum: Datum) -> LonLat:
    """Return lon and lat in CGCS2000 (EPSG:4490) of coordinates given in ``datum``; NaN stays NaN."""
    given = _arrays(lon, lat)
    if datum is Datum.GCJ02:
        return _invert(_gcj_from_wgs, given)
    if datum is Datum.BD09:
        return _invert(_gcj_from_wgs, _invert(_bd_from_gcj, given))
    return given


def from_cgcs2000(lon: npt.ArrayLike, lat: npt.ArrayLike, datum: Datum) -> LonLat:
    """Return lon and lat in ``datum`` of coordinates given in CGCS2000; the inverse of `to_cgcs2000`."""
    given = _arrays(lon, lat)
    if datum is Datum.GCJ02:
        return _gcj_from_wgs(*given)
    if datum is Datum.BD09:
        return _bd_from_gcj(*_gcj_from_wgs(*given))
    return given


def _arrays(lon: npt.ArrayLike, lat: npt.ArrayLike) -> LonLat:
    return np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)


def _invert(forward: Callable[[Degrees, Degrees], LonLat], shifted: LonLat) -> LonLat:
    """Invert a small smooth shift by fixed-point iteration (its gradient is about 1e-3)."""
    lon, lat = shifted
    for _ in range(_INVERSE_STEPS):
        ahead_lon, ahead_lat = forward(lon, lat)
        lon, lat = lon - (ahead_lon - shifted[0]), lat - (ahead_lat - shifted[1])
    return lon, lat


def _gcj_from_wgs(lon: Degrees, lat: Degrees) -> LonLat:
    x, y = lon - 105.0, lat - 35.0
    north, east = _shift_metres(x, y)
    radians = np.radians(lat)
    magic = 1 - _KRASOVSKY_EE * np.sin(radians) ** 2
    meridian_radius_m = _KRASOVSKY_A * (1 - _KRASOVSKY_EE) / magic**1.5
    parallel_radius_m = _KRASOVSKY_A / np.sqrt(magic) * np.cos(radians)
    return lon + np.degrees(east / parallel_radius_m), lat + np.degrees(north / meridian_radius_m)


def _shift_metres(x: Degrees, y: Degrees) -> LonLat:
    """Return the northward and eastward shift of GCJ-02 at x degrees east of 105°E, y north of 35°N."""
    root = np.sqrt(np.abs(x))
    pi = np.pi
    both = (20 * np.sin(6 * pi * x) + 20 * np.sin(2 * pi * x)) * 2 / 3
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + both
    north += (20 * np.sin(pi * y) + 40 * np.sin(pi * y / 3)) * 2 / 3
    north += (160 * np.sin(pi * y / 12) + 320 * np.sin(pi * y / 30)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + both
    east += (20 * np.sin(pi * x) + 40 * np.sin(pi * x / 3)) * 2 / 3
    east += (150 * np.sin(pi * x / 12) + 300 * np.sin(pi * x / 30)) * 2 / 3
    return north, east


def _bd_from_gcj(lon: Degrees, lat: Degrees) -> LonLat:
    radius = np.hypot(lon, lat) + 0.00002 * np.sin(lat * _BD_PI)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * _BD_PI)
    return radius * np.cos(angle) + _BD_LON, radius * np.sin(angle) + _BD_LAT
