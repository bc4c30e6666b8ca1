"""Density as a picture: a surface in metres, resampled to Web Mercator, coloured by a ramp of rising light.

A map stretches an image evenly between its corners **in Mercator**. A surface that is regular in a projected
CRS would lie askew (kilometres off at the edges of a prefecture), so each pixel's centre is taken back from
Mercator to degrees, projected to metres, and read from the surface there.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
import numpy.typing as npt
from PIL import Image
from pyproj import Transformer
from scipy import ndimage

from grid.density import DensitySurface
from grid.density_frame import CRS, picture_bounds
from grid.hotspots.density_bins import Bounds
from layers.map_camera import mercator_x, mercator_y
from layers.theme import DENSITY_RAMP

_PICTURE_PX, _PIXELS_PER_CELL = 1400, 3
"""Pixels along the longer side at most; a surface of few cells is smooth, and the browser draws it larger."""
_RAMP_STEPS = 2048
_TOP_QUANTILE = 0.998
_KNOTS = 65
_ROWS_AT_ONCE = 32

FloatArray = npt.NDArray[np.float64]
Corners = tuple[tuple[float, float], tuple[float, float], tuple[float, float], tuple[float, float]]


@dataclass(frozen=True, slots=True)
class DensityPicture:
    """A PNG, the density per km² at which its ramp ends, and how many points it was made from."""

    png: bytes
    top_per_km2: float
    n: int


def draw_density(surface: DensitySurface, *, bounds: Bounds, epsg: int) -> DensityPicture:
    """Return the picture of a density over a city's bounds (degrees, EPSG:4490)."""
    seen = surface.shown[np.isfinite(surface.shown)]
    top = float(np.quantile(seen, _TOP_QUANTILE)) if seen.size else 0.0
    pixels = to_mercator(surface, picture_bounds(bounds, surface.bandwidth_m), epsg)
    return DensityPicture(encode_png(paint(pixels, top)), top, surface.n)


def image_corners(bounds: Bounds) -> Corners:
    """Return a box's corners as an image source wants them: clockwise from the north-west, (lon, lat)."""
    west, south, east, north = bounds
    return (west, north), (east, north), (east, south), (west, south)


def to_mercator(surface: DensitySurface, bounds: Bounds, epsg: int) -> npt.NDArray[np.float32]:
    """Return the surface on pixels that are regular in Web Mercator over ``bounds``, row 0 in the north.

    Cells without support stay empty (zero); towards them the density fades, as ``faded`` has it.
    """
    return resample(faded(surface), surface.bounds_m, bounds, epsg)


def faded(surface: DensitySurface) -> npt.NDArray[np.float32]:
    """Return the density of each cell, zero where it may not be shown, less within half a bandwidth of that.

    So that the edge of what may be shown does not look like an edge of what is there.
    """
    return np.nan_to_num(surface.shown, nan=0.0) * _fade(surface)


def resample(
    values: npt.NDArray[np.float32],
    bounds_m: Bounds,
    bounds: Bounds,
    epsg: int,
    *,
    finer: int = _PIXELS_PER_CELL,
) -> npt.NDArray[np.float32]:
    """Return cells' values on pixels that are regular in Web Mercator over ``bounds``, row 0 in the north.

    Between the four nearest cells' centres, with nothing around the cells; ``finer`` pixels a cell each way,
    as far as a picture may have so many.
    """
    rows, cols = values.shape
    longest_px = min(_PICTURE_PX, finer * max(rows, cols))
    ringed = np.zeros((rows + 2, cols + 2), np.float32)
    ringed[1:-1, 1:-1] = values
    flat, sampling = ringed.reshape(-1), _sampling(values.shape, bounds_m, bounds, epsg, longest_px)
    pixels = np.empty(sampling.cell.shape, np.float32)
    # Some rows at a time: what is worked out for them stays in a core's cache.
    for first in range(0, len(pixels), _ROWS_AT_ONCE):
        part = slice(first, first + _ROWS_AT_ONCE)
        cell, across, up = sampling.cell[part], sampling.across[part], sampling.up[part]
        low, left = flat.take(cell + (cols + 2)), flat.take(cell)
        low += across * (flat.take(cell + (cols + 3)) - low)
        left += across * (flat.take(cell + 1) - left)
        low -= left
        low *= up
        np.add(left, low, out=pixels[part])
    return pixels


@dataclass(frozen=True, slots=True, eq=False)
class _Sampling:
    """Of each pixel the cell south-west of it, by its flat index, and how far from its centre (0 … 1)."""

    cell: npt.NDArray[np.int32]
    across: npt.NDArray[np.float32]
    up: npt.NDArray[np.float32]


@lru_cache(maxsize=2)
def _sampling(
    shape: tuple[int, int], bounds_m: Bounds, bounds: Bounds, epsg: int, longest_px: int
) -> _Sampling:
    """Return where pixels lie among the cells of a grid and a ring around it; the same for all filters."""
    left, low, right, high = bounds_m
    x_m, y_m = _pixels_in_metres(bounds, epsg, longest_px)
    up = np.clip((y_m - low) / (high - low) * shape[0] + 0.5, 0, shape[0] + 1)
    across = np.clip((x_m - left) / (right - left) * shape[1] + 0.5, 0, shape[1] + 1)
    row, column = (
        np.minimum(at, most).astype(np.int32) for at, most in zip((up, across), shape, strict=True)
    )
    found = row * np.int32(shape[1] + 2) + column
    return _Sampling(found, (across - column).astype(np.float32), (up - row).astype(np.float32))


def _fade(surface: DensitySurface) -> npt.NDArray[np.float32]:
    """Return 1 well inside the supported cells, falling to 0 at their edge."""
    supported = np.isfinite(surface.shown).astype(np.float32)
    west, south, east, north = surface.bounds_m
    rows, cols = surface.shown.shape
    cells = surface.bandwidth_m / 2 / np.array([(north - south) / rows, (east - west) / cols])
    inside = ndimage.gaussian_filter(supported, cells / 2, mode="nearest", truncate=2)
    return np.asarray(supported * np.clip(2 * inside - 1, 0, 1), dtype=np.float32)


def _pixels_in_metres(bounds: Bounds, epsg: int, longest_px: int) -> tuple[FloatArray, FloatArray]:
    """Return easting and northing of each pixel's centre.

    Projecting two million pixels takes a second: a lattice is projected and the pixels lie between its knots.
    Over a prefecture that is off by a few metres, a hundredth of a pixel.
    """
    west, south, east, north = bounds
    width, height = _picture_size(bounds, longest_px)
    share = np.linspace(0, 1, _KNOTS)
    y_south, y_north = mercator_y(south), mercator_y(north)
    lat = np.degrees(
        2 * np.arctan(np.exp(2 * np.pi * (y_north - share * (y_north - y_south) - 0.5))) - np.pi / 2
    )
    to_metric = Transformer.from_crs(CRS, f"EPSG:{epsg}", always_xy=True)
    knots = to_metric.transform(*np.meshgrid(west + share * (east - west), lat))
    across, down = _between_knots(width), _between_knots(height)
    x_m, y_m = (down @ np.asarray(knot) @ across.T for knot in knots)
    return x_m, y_m


def _between_knots(pixels: int) -> FloatArray:
    """Return the weights, of shape (pixels, knots), that interpolate pixel centres linearly between knots."""
    at = (np.arange(pixels) + 0.5) / pixels * (_KNOTS - 1)
    weights: FloatArray = np.maximum(0, 1 - np.abs(at[:, None] - np.arange(_KNOTS)[None, :]))
    return weights


def paint(per_km2: npt.NDArray[np.float32], top_per_km2: float) -> npt.NDArray[np.uint8]:
    """Return RGBA of the ramp; the ramp follows the square root, so that middling density is seen too.

    Looked up in steps finer than those of a colour: a picture has two million pixels.
    """
    share = np.sqrt(np.clip(per_km2 / top_per_km2, 0, 1)) if top_per_km2 > 0 else np.zeros_like(per_km2)
    return _ramp()[np.rint(share * (_RAMP_STEPS - 1)).astype(np.int16)]


@cache
def _ramp() -> npt.NDArray[np.uint8]:
    stops = np.array([_rgba(colour) for colour in DENSITY_RAMP], dtype=np.float64)
    places, steps = np.linspace(0, 1, len(stops)), np.linspace(0, 1, _RAMP_STEPS)
    channels = [np.interp(steps, places, stops[:, channel]) for channel in range(4)]
    ramp = np.stack(channels, axis=-1).round().astype(np.uint8)
    ramp.setflags(write=False)
    return ramp


def ramp_value(share: float, top_per_km2: float) -> float:
    """Return the density at a share of the ramp's length; what a legend writes there."""
    return share**2 * top_per_km2


def encode_png(rgba: npt.NDArray[np.uint8]) -> bytes:
    """Return a PNG of an RGBA array."""
    buffer = io.BytesIO()
    Image.fromarray(rgba).save(buffer, "PNG", compress_level=4)
    return buffer.getvalue()


def _picture_size(bounds: Bounds, longest_px: int) -> tuple[int, int]:
    west, south, east, north = bounds
    wide, high = mercator_x(east) - mercator_x(west), mercator_y(north) - mercator_y(south)
    longest = max(wide, high)
    return max(1, round(longest_px * wide / longest)), max(1, round(longest_px * high / longest))


def _rgba(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[at : at + 2], 16) for at in (1, 3, 5, 7))
