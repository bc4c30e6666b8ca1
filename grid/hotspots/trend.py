"""Whether values rise or fall over time, by the test of Mann and Kendall.

Mann 1945, "Nonparametric tests against trend"; Kendall 1975, "Rank correlation methods": S counts the pairs
of values that rise less those that fall. Its variance is corrected for ties; the normal approximation of p
takes one off |S| for continuity, without which short series look surer than they are (4 rising values: .04,
truly .08).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import erfc

FloatArray = npt.NDArray[np.float64]
Values = npt.NDArray[np.int64] | FloatArray

LEAST_VALUES = 4
"""With three values no order of them would be remarkable."""


@dataclass(frozen=True, slots=True)
class Trend:
    """Kendall's tau-b of values and their order, and its two-sided ``p``; none where nothing can be said."""

    tau: float | None
    p: float | None


@dataclass(frozen=True, slots=True, eq=False)
class Trends:
    """The trends of many series: float64 of shape (n,); NaN where nothing can be said."""

    tau: FloatArray
    p: FloatArray


def mann_kendall(values: Sequence[float] | Values) -> Trend:
    """Return the trend of values in their order; none where they are fewer than four or all the same.

    Raises ValueError where a value is not a number.
    """
    trends = mann_kendall_rows(np.asarray(values, dtype=float)[None, :])
    if np.isnan(trends.tau[0]):
        return Trend(None, None)
    return Trend(float(trends.tau[0]), float(trends.p[0]))


def mann_kendall_rows(values: Values) -> Trends:
    """Return the trend of every row of ``values`` (n, steps), tested as if it were alone.

    Raises ValueError where a value is not a number.
    """
    steps = values.shape[1]
    if np.isnan(values).any():
        raise ValueError("a trend of what is not a number")
    if steps < LEAST_VALUES:
        nothing = np.full(len(values), np.nan)
        return Trends(nothing, nothing.copy())
    score, tied_pairs, variance = _score(values)
    pairs = steps * (steps - 1) / 2
    constant = tied_pairs == pairs
    with np.errstate(divide="ignore", invalid="ignore"):
        tau = score / np.sqrt(pairs * (pairs - tied_pairs))
        z = np.maximum(np.abs(score) - 1, 0) / np.sqrt(variance)
    return Trends(np.where(constant, np.nan, tau), np.where(constant, np.nan, erfc(z / np.sqrt(2))))


def _score(values: Values) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return of every row S, the number of tied pairs, and the variance of S."""
    n, steps = values.shape
    score, tied = np.zeros(n), np.zeros(n)
    # Σ t(t-1)(2t+5) over groups of t ties, member by member: each of its t members adds (t-1)(2t+5).
    fellows = np.zeros((n, steps))
    for later in range(1, steps):
        rises = values[:, later, None] > values[:, :later]
        same = values[:, later, None] == values[:, :later]
        score += 2 * rises.sum(axis=1) + same.sum(axis=1) - later
        tied += same.sum(axis=1)
        fellows[:, :later] += same
        fellows[:, later] += same.sum(axis=1)
    ties = (fellows * (2 * fellows + 7)).sum(axis=1)
    return score, tied, (steps * (steps - 1) * (2 * steps + 5) - ties) / 18
