"""The lie of an invented land: where it ends at the sea, where it is rugged, where people crowd.

Everything is in metres on a plane with x to the east and y to the north; `to_degrees` lays the plane on
EPSG:4490 through the Gauss-Krüger zone of 120°E.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from pyproj import Transformer
from scipy import ndimage

Metres = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

HALF_SIZE_M = 100_000.0
"""The plane reaches this far from its middle in each direction."""
_PIXEL_M = 250.0
_EASTING_M, _NORTHING_M = 526_000.0, 3_150_000.0
"""Where the middle of the plane lies in EPSG:4549."""
_TO_DEGREES = Transformer.from_crs(4549, 4490, always_xy=True)
_COAST_X_M = 44_000.0


@dataclass(frozen=True, slots=True)
class Seat:
    """A place where people crowd: the seat of a county, in metres, with its pull and reach."""

    x: float
    y: float
    pull: float
    reach_m: float


SEATS = (
    Seat(22_000, 3_000, 34.0, 7_500),
    Seat(10_000, -5_000, 22.0, 5_500),
    Seat(38_000, -16_000, 12.0, 5_000),
    Seat(-16_000, 36_000, 6.0, 3_200),
    Seat(-46_000, 19_000, 5.0, 2_800),
    Seat(-42_000, -24_000, 5.0, 2_800),
    Seat(26_000, 37_000, 8.0, 3_600),
    Seat(30_000, -42_000, 10.0, 4_200),
    Seat(-8_000, -38_000, 8.0, 3_600),
)
"""One for each county, in the order of `data.demo.names.COUNTIES`."""

ISLANDS = ((62_000.0, -9_000.0, 6_200.0), (60_500.0, 22_000.0, 2_400.0), (66_000.0, 6_500.0, 1_700.0))
"""Middle and rough radius of each island off the coast."""
LAKE_KM, _LAKE_RADIUS_M = (-24.0, 4.0), 5_200.0
"""Middle of the reservoir in the hills in kilometres, and its rough radius."""


@dataclass(frozen=True, slots=True, eq=False)
class Terrain:
    """Noise of one land as rasters of the plane: two fields that bend its outlines, one of ruggedness."""

    bend_x: Metres
    bend_y: Metres
    ruggedness: Metres

    def is_land(self, x: Metres, y: Metres) -> Mask:
        """Return where the city is: a bent blob cut by the coast, and its islands."""
        bent_x, bent_y = self._bent(x, y, 1.0)
        angle = np.arctan2(bent_y, bent_x + 6_000)
        rim = 67_000 * (1 + 0.09 * np.cos(2 * angle + 0.6) + 0.06 * np.cos(3 * angle - 1.0))
        coast = _COAST_X_M + 7_000 * np.sin(bent_y / 13_000 + 0.8) - 15_000 * _bump(bent_y - 8_000, 3_800)
        land = (np.hypot(bent_x + 6_000, bent_y) < rim) & (bent_x < coast)
        for island_x, island_y, radius in ISLANDS:
            near_x, near_y = self._bent(x, y, 0.8)
            land |= np.hypot(near_x - island_x, 0.6 * (near_y - island_y)) < radius
        return land

    def is_lake(self, x: Metres, y: Metres) -> Mask:
        """Return where the reservoir is: long arms into the valleys."""
        bent_x, bent_y = self._bent(x, y, 0.9)
        east_m, north_m = bent_x - 1_000 * LAKE_KM[0], bent_y - 1_000 * LAKE_KM[1]
        return np.hypot(east_m, 2.1 * north_m) < _LAKE_RADIUS_M

    def crowding(self, x: Metres, y: Metres) -> Metres:
        """Return how dense small areas lie: 1 in the hills, some tens in the urban core."""
        bent_x, bent_y = self._bent(x, y, 0.5)
        crowd = np.full(x.shape, 0.75) + 0.9 * _bump(bent_x - _COAST_X_M + 8_000, 14_000)
        for seat in SEATS:
            away = np.hypot(bent_x - seat.x, bent_y - seat.y) / seat.reach_m
            crowd += seat.pull * np.exp(-(away**1.3)) + 0.04 * seat.pull * np.exp(-away / 3)
        return crowd * (1.15 - 0.6 * self.rugged_at(x, y))

    def rugged_at(self, x: Metres, y: Metres) -> Metres:
        """Return ruggedness from 0 (valley) to 1 (ridge)."""
        return _sample(self.ruggedness, x, y)

    def _bent(self, x: Metres, y: Metres, strength: float) -> tuple[Metres, Metres]:
        return x + strength * _sample(self.bend_x, x, y), y + strength * _sample(self.bend_y, x, y)


def make_terrain(rng: np.random.Generator) -> Terrain:
    """Return a land drawn from ``rng``."""
    lengths_m = (60_000.0, 24_000.0, 10_000.0, 4_500.0, 2_000.0)
    ridges = np.exp(-2.5 * np.abs(_noise(rng, (34_000.0, 15_000.0, 6_500.0, 3_000.0))))
    return Terrain(
        bend_x=5_200 * _noise(rng, lengths_m),
        bend_y=5_200 * _noise(rng, lengths_m),
        ruggedness=np.clip((ridges - ridges.min()) / np.ptp(ridges), 0, 1),
    )


def to_degrees(x: Metres, y: Metres) -> tuple[Metres, Metres]:
    """Return longitude and latitude (EPSG:4490) of points of the plane, to 7 decimals (1 cm)."""
    lon, lat = _TO_DEGREES.transform(x + _EASTING_M, y + _NORTHING_M)
    return np.round(lon, 7), np.round(lat, 7)


def _noise(rng: np.random.Generator, lengths_m: tuple[float, ...]) -> Metres:
    """Return fractal noise of unit variance: each wavelength's height goes as its length to the power 0.7."""
    size = round(2 * HALF_SIZE_M / _PIXEL_M)
    total = np.zeros((size, size))
    for length_m in lengths_m:
        white = rng.standard_normal((size, size))
        layer = ndimage.gaussian_filter(white, length_m / 4 / _PIXEL_M, mode="wrap")
        total += layer / layer.std() * length_m**0.7
    return np.asarray(total / total.std())


def _sample(raster: Metres, x: Metres, y: Metres) -> Metres:
    rows, columns = (y + HALF_SIZE_M) / _PIXEL_M - 0.5, (x + HALF_SIZE_M) / _PIXEL_M - 0.5
    return np.asarray(ndimage.map_coordinates(raster, [rows, columns], order=1, mode="nearest"))


def _bump(distance_m: Metres, reach_m: float) -> Metres:
    return np.asarray(np.exp(-((distance_m / reach_m) ** 2)))
