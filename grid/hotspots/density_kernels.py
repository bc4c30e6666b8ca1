"""Blurring bins in frequency space, with the transforms of kernels kept from one blur to the next.

float32 throughout: the transform of a million cells is then bound by half the memory, and its error of a
millionth of the peak is far below that of binning.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from scipy import fft

from grid.hotspots.density_bins import Bins

Spectrum = npt.NDArray[np.complex64]
Kernel = npt.NDArray[np.float32]

_WORKERS = 2
_KEPT = 48


@dataclass(frozen=True, slots=True)
class Canvas:
    """The padded shape in which bins of ``shape`` with cells of ``cell_m`` (width, height) are blurred."""

    shape: tuple[int, int]
    cell_m: tuple[float, float]
    padded: tuple[int, int]

    def transform(self, bins: Bins) -> Spectrum:
        """Return the spectrum of bins of ``shape``, nothing around them."""
        spectrum: Spectrum = fft.rfft2(bins, s=self.padded, workers=_WORKERS)
        return spectrum

    def gaussian(self, bandwidth_m: float, binned_variance: float) -> Kernel:
        """Return the transform of a Gaussian of a bandwidth, narrowed by the variance of the binning.

        ``binned_variance`` is in squared cells. The bandwidth is larger than a cell.
        """
        return _gaussian(self.padded, self.cell_m, bandwidth_m, binned_variance)

    def back(self, spectrum: Spectrum) -> npt.NDArray[np.float32]:
        """Return what a spectrum stands for, without the padding; the spectrum is used up."""
        rows, cols = self.shape
        whole: npt.NDArray[np.float32] = fft.irfft2(
            spectrum, s=self.padded, workers=_WORKERS, overwrite_x=True
        )
        return whole[:rows, :cols]


def canvas(shape: tuple[int, int], cell_m: tuple[float, float], reach_m: float) -> Canvas:
    """Return the canvas on which a kernel that reaches so far does not come back in at the other side.

    One margin a side pair is enough: what leaves in the east and what comes around from the west both end
    in it.
    """
    rows, cols = shape
    padded = (
        fft.next_fast_len(rows + int(np.ceil(reach_m / cell_m[1])), real=True),
        fft.next_fast_len(cols + int(np.ceil(reach_m / cell_m[0])), real=True),
    )
    return Canvas(shape, cell_m, padded)


@lru_cache(maxsize=_KEPT)
def _gaussian(
    padded: tuple[int, int], cell_m: tuple[float, float], bandwidth_m: float, binned_variance: float
) -> Kernel:
    def along(frequency: npt.NDArray[np.floating], size_m: float) -> npt.NDArray[np.floating]:
        variance = bandwidth_m**2 - binned_variance * size_m**2
        return np.asarray(np.exp(-2 * np.pi**2 * variance * (frequency / size_m) ** 2))

    vertical = along(np.fft.fftfreq(padded[0]), cell_m[1])
    horizontal = along(np.fft.rfftfreq(padded[1]), cell_m[0])
    return _frozen(np.outer(vertical, horizontal))


def _frozen(kernel: npt.NDArray[np.floating]) -> Kernel:
    kept = np.ascontiguousarray(kernel, dtype=np.float32)
    kept.setflags(write=False)
    return kept
