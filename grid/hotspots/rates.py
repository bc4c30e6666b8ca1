"""Matters per 10,000 residents, and the same without the noise of small populations.

Marshall 1991, "Mapping disease and mortality rates using empirical Bayes estimators", the global estimator: a
rate is drawn towards the city's, the more so the fewer residents it rests on. Assunção and Reis 1999, "A new
proposal to adjust Moran's I for population density": the rate's distance from the city's in standard errors.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64] | FloatArray

PER_RESIDENTS = 10_000
LEAST_RESIDENTS = 100
"""Of fewer residents no rate is given: one matter more would move it by a hundred per 10,000."""


def has_rate(residents: FloatArray) -> npt.NDArray[np.bool_]:
    """Return which areas have residents enough for a rate; none of those whose residents are not known."""
    enough: npt.NDArray[np.bool_] = residents >= LEAST_RESIDENTS
    return enough & np.isfinite(residents)


def rates(counts: Counts, residents: FloatArray) -> FloatArray:
    """Return counts (n,) or (n, layers) per 10,000 of ``residents`` (n,), NaN where there is no rate."""
    base = _column(np.where(has_rate(residents), residents, np.nan), counts)
    rate: FloatArray = PER_RESIDENTS * counts / base
    return rate


def smoothed_rates(counts: Counts, residents: FloatArray) -> FloatArray:
    """Return the rates drawn towards the rate of all areas that have one, layer by layer.

    Where the areas vary no more than chance would make them, every smoothed rate is that of all.
    """
    known, smoothed = has_rate(residents), np.full(counts.shape, np.nan)
    if known.any():
        crude = _estimate(counts[known], _column(residents[known], counts))
        share = np.divide(
            crude.excess, crude.variance, out=np.zeros_like(crude.apart), where=crude.variance > 0
        )
        smoothed[known] = PER_RESIDENTS * (crude.overall + share * crude.apart)
    return smoothed


def standardised_rates(counts: Counts, residents: FloatArray) -> FloatArray:
    """Return how many standard errors each rate is from that of all areas that have one, layer by layer.

    By chance alone every area has the same spread, however few or many live there. That is not so of smoothed
    rates, which spread the more the more populous an area is, and would find populous places hot, and cold.
    """
    known, standardised = has_rate(residents), np.full(counts.shape, np.nan)
    if known.any():
        crude = _estimate(counts[known], _column(residents[known], counts))
        error = np.sqrt(crude.variance)
        standardised[known] = np.divide(crude.apart, error, out=np.zeros_like(error), where=error > 0)
    return standardised


@dataclass(frozen=True, slots=True, eq=False)
class _Crude:
    """Rates per resident: how far each is ``apart`` from the ``overall`` one, and the ``variance`` of it.

    The variance is what the areas' true rates vary by, the ``excess`` over chance, and what chance adds.
    """

    overall: FloatArray
    apart: FloatArray
    excess: FloatArray
    variance: FloatArray


def _estimate(events: Counts, base: FloatArray) -> _Crude:
    overall = np.asarray(events.sum(axis=0) / base.sum())
    apart = events / base - overall
    excess = (base * apart**2).sum(axis=0) / base.sum() - overall / base.mean()
    excess = np.maximum(excess, 0.0)
    return _Crude(overall, apart, excess, excess + overall / base)


def _column(residents: FloatArray, counts: Counts) -> FloatArray:
    return residents.reshape(-1, *[1] * (counts.ndim - 1))
