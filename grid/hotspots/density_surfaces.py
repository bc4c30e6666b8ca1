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

from grid.density import SUPPORT_BANDWIDTHS, DensitySurface, supports
from grid.density_frame import DensityFrame
from grid.hotspots.density_adaptive import ClassShares, class_shares
from grid.hotspots.density_bins import NEAREST_VARIANCE, Bins, Cells
from grid.hotspots.density_ground import DensityGround, even_weights, near_city
from grid.hotspots.density_kernels import REACH_BANDWIDTHS, Canvas, canvas
from grid.measures import SMALL_CELL
from grid.refusals import Refused

LEAST_RESIDENTS = 500
"""Residents in the reach of a cell's kernel (4πσ²) below which nothing is said per resident."""
PER_RESIDENTS = 10_000
_MOST_OF_SIDE = 4
_Smooth = Callable[[Bins], Bins]


@dataclass(frozen=True, slots=True)
class Smoothing:
    """How a density is smoothed: a bandwidth in metres, none for the frame's own, adaptive or not."""

    bandwidth_m: float | None = None
    adaptive: bool = False


def bandwidth_range_m(frame: DensityFrame, shape: tuple[int, int]) -> tuple[float, float]:
    """Return the least and the most bandwidth that a frame shows: a cell, a quarter of its shorter side."""
    west, south, east, north = frame.bounds_m
    most_m = min(east - west, north - south) / _MOST_OF_SIDE
    return max(Cells(frame.bounds_m, shape).size_m), most_m


def surface_of_bins(
    bins: Bins,
    frame: DensityFrame,
    *,
    smoothing: Smoothing = Smoothing(),
    ground: DensityGround | None = None,
    per_residents: bool = False,
    binned_variance: float = NEAREST_VARIANCE,
    minimum_support: int = SMALL_CELL,
) -> DensitySurface:
    """Return the density of matters counted by cell, float32 of shape (rows, cols), row 0 in the south.

    ``binned_variance`` is that of how they were counted, in squared cells. With a ``ground`` the density
    ends at the city's border and adds up to the matters in it; without one it fades beyond the frame. Cells
    with fewer than ``minimum_support`` matters within two bandwidths are NaN.

    Raises ``Refused``: ``bandwidth_out_of_range`` (with the ``least`` and the ``most`` metres), or
    ``residents_unknown`` where per residents is asked for and the ground knows none.
    """
    bandwidth_m = _checked(frame, bins.shape, smoothing)
    if per_residents and (ground is None or ground.residents is None):
        raise Refused("residents_unknown")
    matters = bins if ground is None else np.where(near_city(ground), bins, np.float32(0))
    kernels = _Kernels(frame, bins.shape, bandwidth_m, binned_variance, ground)
    smooth = kernels.adapted(matters) if smoothing.adaptive else kernels.fixed
    per_km2 = smooth(matters)
    masked = ~supports(kernels.support(matters), minimum_support)
    if ground is not None:
        masked |= ~ground.inside
    per_10k = None
    if per_residents and ground is not None and ground.residents is not None:
        per_10k = _ratio(per_km2, smooth(ground.residents), bandwidth_m)
        per_10k[masked] = np.nan
    per_km2[masked] = np.nan
    n = round(float(matters.sum(dtype=np.float64)))
    return DensitySurface(per_km2, frame.bounds_m, bandwidth_m, n, per_10k, smoothing.adaptive)


def _checked(frame: DensityFrame, shape: tuple[int, int], smoothing: Smoothing) -> float:
    bandwidth_m = frame.bandwidth_m if smoothing.bandwidth_m is None else smoothing.bandwidth_m
    least_m, most_m = bandwidth_range_m(frame, shape)
    if smoothing.bandwidth_m is not None and not least_m <= bandwidth_m <= most_m:
        raise Refused("bandwidth_out_of_range", least=int(np.ceil(least_m)), most=int(most_m))
    return bandwidth_m


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
    """The kernels of one surface: a canvas wide enough for the widest, and the city's border."""

    def __init__(
        self,
        frame: DensityFrame,
        shape: tuple[int, int],
        bandwidth_m: float,
        binned_variance: float,
        ground: DensityGround | None,
    ) -> None:
        self._cells = Cells(frame.bounds_m, shape)
        self._range_m = bandwidth_range_m(frame, shape)
        self._bandwidth_m, self._variance, self._ground = bandwidth_m, binned_variance, ground
        self._canvas = self._wide_enough(bandwidth_m)

    def fixed(self, bins: Bins) -> Bins:
        """Return the density per km² of bins by the one bandwidth."""
        on = self._canvas
        weighed = self._evened(bins, on, self._bandwidth_m)
        kernel = on.gaussian(self._bandwidth_m, self._variance)
        return self._per_km2(on.back(on.transform(weighed) * kernel))

    def adapted(self, matters: Bins) -> _Smooth:
        """Return what smooths bins by the bandwidths that suit these matters, cell by cell."""
        shares = class_shares(matters, self.fixed(matters), self._bandwidth_m, self._range_m)
        on = self._wide_enough(max(shares.bandwidths_m))
        return lambda bins: self._by_classes(bins, shares, on)

    def support(self, bins: Bins) -> Bins:
        """Return how many matters lie within two bandwidths of each cell."""
        on = self._canvas
        return on.back(on.transform(bins) * on.disc(SUPPORT_BANDWIDTHS * self._bandwidth_m))

    def _by_classes(self, bins: Bins, shares: ClassShares, on: Canvas) -> Bins:
        total = None
        for bandwidth_m, share in shares.classes():
            part = on.transform(self._evened(bins * share, on, bandwidth_m))
            part *= on.gaussian(bandwidth_m, self._variance)
            total = part if total is None else np.add(total, part, out=total)
        return np.zeros_like(bins) if total is None else self._per_km2(on.back(total))

    def _evened(self, bins: Bins, on: Canvas, bandwidth_m: float) -> Bins:
        if self._ground is None:
            return bins
        return bins * even_weights(self._ground, on, bandwidth_m, self._variance)

    def _per_km2(self, blurred: Bins) -> Bins:
        per_km2 = blurred * np.float32(1 / self._cells.area_km2)
        np.maximum(per_km2, 0, out=per_km2)
        return per_km2

    def _wide_enough(self, bandwidth_m: float) -> Canvas:
        reach_m = max(REACH_BANDWIDTHS, SUPPORT_BANDWIDTHS) * bandwidth_m
        return canvas(self._cells.shape, self._cells.size_m, reach_m)
