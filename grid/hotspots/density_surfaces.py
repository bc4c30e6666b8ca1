"""Density of a whole city from matters already counted by cell: what a filter change costs, whatever its n.

Kernel: Gaussian of a fixed bandwidth, or of one for each matter (``density_adaptive``). At the city's border
each matter's kernel is made whole (``density_ground.even_weights``). Per 10,000 residents is the ratio of
two densities that went through the same kernels and the same border.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from grid.density import DensitySurface, supports
from grid.density_frame import DensityFrame
from grid.hotspots.density_adaptive import ClassShares, class_shares
from grid.hotspots.density_bins import NEAREST_VARIANCE, Bins, Cells
from grid.hotspots.density_blur import REACH_BANDWIDTHS, blurred, count_around, margins
from grid.hotspots.density_ground import DensityGround, even_weights, near_city
from grid.hotspots.density_kernels import Canvas, canvas
from grid.measures import SMALL_CELL
from grid.refusals import Refused

LEAST_RESIDENTS = 500
"""Residents in the reach of a cell's kernel (4πσ²) below which nothing is said per resident."""
PER_RESIDENTS = 10_000
_MOST_OF_SIDE = 4
_CELLS_FIXED, _CELLS_ADAPTIVE = 3.5, 7.0
"""Cells that a bandwidth is wide at least; the narrowest adaptive one is a fourth as wide."""
_Smooth = Callable[[Bins], Bins]


@dataclass(frozen=True, slots=True)
class Smoothing:
    """How a density is smoothed: a bandwidth in metres, none for the frame's own, adaptive or not."""

    bandwidth_m: float | None = None
    adaptive: bool = False


def bandwidth_range_m(frame: DensityFrame, shape: tuple[int, int]) -> tuple[float, float]:
    """Return the least and the most bandwidth that a frame shows: a cell, a quarter of its shorter side."""
    return _range_m(Cells(frame.bounds_m, shape))


def checked_bandwidth_m(frame: DensityFrame, shape: tuple[int, int], wanted_m: float | None) -> float:
    """Return the wanted bandwidth, for none the frame's own; raises ``Refused('bandwidth_out_of_range')``."""
    if wanted_m is None:
        return frame.bandwidth_m
    least_m, most_m = bandwidth_range_m(frame, shape)
    if not least_m <= wanted_m <= most_m:
        raise Refused("bandwidth_out_of_range", least=int(np.ceil(least_m)), most=int(most_m))
    return wanted_m


def pooling(frame: DensityFrame, shape: tuple[int, int], smoothing: Smoothing) -> int:
    """Return how many cells a side may be put together so that the bandwidth is still seen well.

    A density costs what its cells cost: one of 16 cells a bandwidth is smoothed no better than one of four.
    Raises ``Refused('bandwidth_out_of_range')``.
    """
    bandwidth_m = checked_bandwidth_m(frame, shape, smoothing.bandwidth_m)
    wanted_m = bandwidth_m / (_CELLS_ADAPTIVE if smoothing.adaptive else _CELLS_FIXED)
    cell_m, factor = max(Cells(frame.bounds_m, shape).size_m), 1
    while 2 * factor * cell_m <= wanted_m and not any(side % (2 * factor) for side in shape):
        factor *= 2
    return factor


def surface_of_bins(
    bins: Bins,
    frame: DensityFrame,
    *,
    smoothing: Smoothing = Smoothing(),
    ground: DensityGround | None = None,
    per_residents: bool = False,
    matters: Bins | None = None,
    binned_variance: float = NEAREST_VARIANCE,
    minimum_support: int = SMALL_CELL,
) -> DensitySurface:
    """Return the density of matters counted by cell, float32 of shape (rows, cols), row 0 in the south.

    ``binned_variance`` is that of how they were counted, in squared cells. With a ``ground`` the density
    ends at the city's border and adds up to the matters in it; without one it fades beyond the frame. Cells
    with fewer than ``minimum_support`` matters within two bandwidths are NaN; ``matters`` counts these where
    ``bins`` counts something else.

    Raises ``Refused``: ``bandwidth_out_of_range`` (with the ``least`` and the ``most`` metres), or
    ``residents_unknown`` where per residents is asked for and the ground knows none.
    """
    bandwidth_m = checked_bandwidth_m(frame, bins.shape, smoothing.bandwidth_m)
    if per_residents and (ground is None or ground.residents is None):
        raise Refused("residents_unknown")
    held = bins if matters is None else matters
    if ground is not None:
        bins, held = bins * near_city(ground), held * near_city(ground)
    kernels = _Kernels(Cells(frame.bounds_m, bins.shape), bandwidth_m, binned_variance, ground)
    smooth = kernels.adapted(bins) if smoothing.adaptive else kernels.fixed
    per_km2, per_10k = smooth(bins), None
    masked = ~supports(kernels.support(held), minimum_support)
    if ground is not None:
        masked |= ~ground.inside
    if per_residents and ground is not None and ground.residents is not None:
        per_10k = _ratio(per_km2, smooth(ground.residents), bandwidth_m)
        per_10k[masked] = np.nan
    per_km2[masked] = np.nan
    n = round(float(bins.sum(dtype=np.float64)))
    return DensitySurface(per_km2, frame.bounds_m, bandwidth_m, n, per_10k, smoothing.adaptive)


def _range_m(cells: Cells) -> tuple[float, float]:
    west, south, east, north = cells.bounds_m
    return max(cells.size_m), min(east - west, north - south) / _MOST_OF_SIDE


def _ratio(
    per_km2: npt.NDArray[np.float32], residents_per_km2: npt.NDArray[np.float32], bandwidth_m: float
) -> npt.NDArray[np.float32]:
    reach_km2 = 4 * np.pi * bandwidth_m**2 / 1e6
    few = residents_per_km2 * reach_km2 < LEAST_RESIDENTS
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = per_km2 * (PER_RESIDENTS / residents_per_km2)
    ratio[few] = np.nan
    return np.asarray(ratio, dtype=np.float32)


class _Kernels:
    """The kernels of one surface, and the city's border."""

    def __init__(
        self, cells: Cells, bandwidth_m: float, binned_variance: float, ground: DensityGround | None
    ) -> None:
        self._cells, self._bandwidth_m = cells, bandwidth_m
        self._variance, self._ground = binned_variance, ground

    def fixed(self, bins: Bins) -> Bins:
        """Return the density per km² of bins by the one bandwidth."""
        cells, bandwidth_m = self._cells, self._bandwidth_m
        wide = self._with_margins(self._evened(bins, self._wide_enough(bandwidth_m), bandwidth_m))
        return blurred(wide, cells.size_m, bandwidth_m, self._variance, scale=1 / cells.area_km2)

    def adapted(self, matters: Bins) -> _Smooth:
        """Return what smooths bins by the bandwidths that suit these matters, cell by cell."""
        shares = class_shares(matters, self.fixed(matters), self._bandwidth_m, _range_m(self._cells))
        on = self._wide_enough(max(shares.bandwidths_m))
        return lambda bins: self._by_classes(bins, shares, on)

    def support(self, bins: Bins) -> Bins:
        """Return how many matters lie within two bandwidths of each cell."""
        return count_around(self._with_margins(bins), self._cells.size_m, self._bandwidth_m)

    def _by_classes(self, bins: Bins, shares: ClassShares, on: Canvas) -> Bins:
        # In frequency space, whatever the number of classes, there is one way back.
        total = None
        for bandwidth_m, share in shares.classes():
            part = on.transform(self._evened(bins * share, on, bandwidth_m))
            part *= on.gaussian(bandwidth_m, self._variance)
            total = part if total is None else np.add(total, part, out=total)
        if total is None:
            return np.zeros_like(bins)
        per_km2: Bins = on.back(total) * np.float32(1 / self._cells.area_km2)
        np.maximum(per_km2, 0, out=per_km2)
        return per_km2

    def _evened(self, bins: Bins, on: Canvas, bandwidth_m: float) -> Bins:
        if self._ground is None:
            return bins
        return bins * even_weights(self._ground, on, bandwidth_m, self._variance)

    def _with_margins(self, bins: Bins) -> Bins:
        up, across = margins(self._cells.size_m, self._bandwidth_m)
        rows, cols = bins.shape
        wide = np.zeros((rows + 2 * up, cols + 2 * across), np.float32)
        wide[up : up + rows, across : across + cols] = bins
        return wide

    def _wide_enough(self, bandwidth_m: float) -> Canvas:
        return canvas(self._cells.shape, self._cells.size_m, REACH_BANDWIDTHS * bandwidth_m)
