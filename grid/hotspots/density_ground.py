"""The ground under a city's density: which cells lie in the city, and how many people live in each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import Transformer
from scipy import ndimage

from grid.density_frame import CRS, DensityFrame
from grid.hotspots.density_bins import Bins, Cells, pool
from grid.hotspots.density_kernels import Canvas, Spectrum

Labels = npt.NDArray[np.int32]

_LEAST_SHARE = 0.1
"""A matter on a spit counts ten times at most; the kernel's mass at a straight border is a half."""
_KEPT = 24


@dataclass(frozen=True, slots=True, eq=False)
class DensityGround:
    """Cells of a frame, row 0 in the south: ``inside`` the city (bool), and ``residents`` of each (float32).

    ``residents`` is none where they are not known.
    """

    inside: npt.NDArray[np.bool_]
    residents: Bins | None = None


@lru_cache(maxsize=8)
def pooled_ground(ground: DensityGround, factor: int) -> DensityGround:
    """Return the ground on cells ``factor`` times as wide and high: inside are those half inside."""
    half = pool(ground.inside.astype(np.float32), factor) >= factor**2 / 2
    residents = None if ground.residents is None else pool(ground.residents, factor)
    return DensityGround(half, residents)


def density_ground(
    frame: DensityFrame,
    shape: tuple[int, int],
    outlines: Iterable[shapely.Geometry],
    inhabited: Iterable[tuple[shapely.Geometry, int]] = (),
) -> DensityGround:
    """Return the ground of a city, its residents spread evenly over each area that they are counted of.

    ``outlines`` together are the city, ``inhabited`` areas with their residents; both in degrees
    (EPSG:4490). An area too small to hold a cell's centre gives its residents to the nearest cell.
    """
    cells = Cells(frame.bounds_m, shape)
    inside = cells_of(_projected(outlines, frame.epsg), cells) >= 0
    areas = list(inhabited)
    if not areas:
        return DensityGround(inside)
    geometries = _projected((geometry for geometry, _ in areas), frame.epsg)
    people = np.array([people for _, people in areas], dtype=np.float64)
    return DensityGround(inside, _spread(geometries, people, cells))


def cells_of(geometries: npt.NDArray[np.object_], cells: Cells) -> Labels:
    """Return the position of the first geometry that holds each cell's centre, -1 for none; int32.

    Geometries are in metres as the cells are.
    """
    rows, cols = cells.shape
    west, south, _, _ = cells.bounds_m
    width_m, height_m = cells.size_m
    x_m = west + (np.arange(cols) + 0.5) * width_m
    y_m = south + (np.arange(rows) + 0.5) * height_m
    labels = np.full(cells.shape, -1, dtype=np.int32)
    shapely.prepare(geometries)
    # The last first, so that the first stays on top where areas overlap.
    for position in range(len(geometries) - 1, -1, -1):
        left, low, right, high = shapely.bounds(geometries[position])
        if np.isnan(left):
            continue
        across = slice(*np.searchsorted(x_m, (left, right)))
        up = slice(*np.searchsorted(y_m, (low, high)))
        held = shapely.intersects_xy(geometries[position], x_m[None, across], y_m[up, None])
        labels[up, across][held] = position
    return labels


def even_weights(ground: DensityGround, on: Canvas, bandwidth_m: float, binned_variance: float) -> Bins:
    """Return by what a matter in each cell is multiplied so that its whole kernel falls in the city.

    That is one over the share of the kernel's mass inside the city (Jones 1993, "Simple boundary correction
    for kernel density estimation"; Diggle's variant in spatstat): the density then adds up to the number of
    matters. Nothing where the city is farther than a cell.
    """
    return _even_weights(ground, on, bandwidth_m, binned_variance)


@lru_cache(maxsize=_KEPT)
def _even_weights(ground: DensityGround, on: Canvas, bandwidth_m: float, binned_variance: float) -> Bins:
    share = on.back(_city_spectrum(ground, on) * on.gaussian(bandwidth_m, binned_variance))
    weights: Bins = np.reciprocal(np.maximum(share, np.float32(_LEAST_SHARE)))
    weights[~near_city(ground)] = 0
    weights.setflags(write=False)
    return weights


@lru_cache(maxsize=4)
def _city_spectrum(ground: DensityGround, on: Canvas) -> Spectrum:
    spectrum = on.transform(ground.inside.astype(np.float32))
    spectrum.setflags(write=False)
    return spectrum


@lru_cache(maxsize=4)
def near_city(ground: DensityGround) -> npt.NDArray[np.bool_]:
    """Return the cells of the city and those beside them, in which matters on its border may be counted."""
    near = ndimage.binary_dilation(ground.inside, np.ones((3, 3), dtype=bool))
    return np.asarray(near, dtype=np.bool_)


def _projected(geometries: Iterable[shapely.Geometry], epsg: int) -> npt.NDArray[np.object_]:
    to_metric = Transformer.from_crs(CRS, f"EPSG:{epsg}", always_xy=True)
    listed = np.array(list(geometries), dtype=np.object_)
    moved = shapely.transform(listed, to_metric.transform, interleaved=False)
    return np.asarray(moved, dtype=np.object_)


def _spread(geometries: npt.NDArray[np.object_], people: npt.NDArray[np.float64], cells: Cells) -> Bins:
    labels = cells_of(geometries, cells)
    held = np.bincount(labels[labels >= 0], minlength=len(geometries))
    each = np.append(people / np.maximum(held, 1), 0.0)
    residents = each[labels]
    for position in np.flatnonzero(held == 0):
        at = _cell_at(shapely.point_on_surface(geometries[position]), cells)
        if at is not None:
            residents[at] += people[position]
    return residents.astype(np.float32)


def _cell_at(point: shapely.Point, cells: Cells) -> tuple[int, int] | None:
    if point.is_empty:
        return None
    west, south, _, _ = cells.bounds_m
    width_m, height_m = cells.size_m
    row, column = int((point.y - south) // height_m), int((point.x - west) // width_m)
    inside = 0 <= row < cells.shape[0] and 0 <= column < cells.shape[1]
    return (row, column) if inside else None
