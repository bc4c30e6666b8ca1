"""The frame of a city's density: its bandwidth, its box in metres, and points projected into it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from pyproj import Transformer

from grid.density import DensitySurface, density_with_support
from grid.hotspots.density_bins import Bounds, FloatArray

CRS = "EPSG:4490"
BANDWIDTHS_M = (250, 500, 1000, 2000, 3000, 5000)
METRES_PER_DEGREE = 111_319.49
CELLS = 512
"""Cells along each side of a frame: four and more for a bandwidth, which resampling does not show."""
_BANDWIDTHS_ACROSS = 80
_GLOW_BANDWIDTHS = 3


@dataclass(frozen=True, slots=True)
class DensityFrame:
    """Outer edges in metres of the CRS ``epsg``, with the bandwidth of every surface in it."""

    bounds_m: Bounds
    bandwidth_m: float
    epsg: int


def density_frame(bounds: Bounds, epsg: int, *, cells: int = CELLS) -> DensityFrame:
    """Return the frame of a city's bounds (degrees, EPSG:4490), with room for the glow on its edge."""
    bandwidth_m = default_bandwidth_m(bounds, epsg)
    west, south, east, north = metric_bounds(picture_bounds(bounds, bandwidth_m), epsg)
    cell_m = max(east - west, north - south) / cells
    return DensityFrame((west, south, east, north), max(bandwidth_m, cell_m), epsg)


def project(lon: FloatArray, lat: FloatArray, epsg: int) -> tuple[FloatArray, FloatArray]:
    """Return easting and northing in metres of points in degrees (EPSG:4490)."""
    x_m, y_m = Transformer.from_crs(CRS, f"EPSG:{epsg}", always_xy=True).transform(lon, lat)
    return np.asarray(x_m, dtype=np.float64), np.asarray(y_m, dtype=np.float64)


def framed_surface(
    x_m: FloatArray, y_m: FloatArray, frame: DensityFrame, *, cells: int = CELLS
) -> tuple[DensitySurface, npt.NDArray[np.float32]]:
    """Return the density of projected points in a frame, not yet masked, and the support of its cells."""
    return density_with_support(
        x_m, y_m, bounds_m=frame.bounds_m, bandwidth_m=frame.bandwidth_m, shape=(cells, cells)
    )


def default_bandwidth_m(bounds: Bounds, epsg: int) -> int:
    """Return the offered bandwidth that suits a city's size: an eightieth of its diagonal, in metres."""
    west, south, east, north = metric_bounds(bounds, epsg)
    wanted_m = float(np.hypot(east - west, north - south)) / _BANDWIDTHS_ACROSS
    return min(BANDWIDTHS_M, key=lambda offered: abs(np.log(offered / wanted_m)))


def picture_bounds(bounds: Bounds, bandwidth_m: float) -> Bounds:
    """Return the box of the picture: a city's bounds with room for the glow of hotspots on its edge."""
    west, south, east, north = bounds
    margin_lat = _GLOW_BANDWIDTHS * bandwidth_m / METRES_PER_DEGREE
    margin_lon = margin_lat / np.cos(np.radians((south + north) / 2))
    return west - margin_lon, south - margin_lat, east + margin_lon, north + margin_lat


def metric_bounds(bounds: Bounds, epsg: int) -> Bounds:
    """Return the metric box around a box of degrees, its bulging edges included."""
    to_metric = Transformer.from_crs(CRS, f"EPSG:{epsg}", always_xy=True)
    west, south, east, north = to_metric.transform_bounds(*bounds, densify_pts=21)
    return west, south, east, north
