"""How hot spots have come about over months: Gi* month by month, and the trend of its z.

After the definitions of Esri's Emerging Hot Spot Analysis, adapted to months of a city. An area is hot in
a month where its z is above nought and its q, among the areas of that month, at most .05. Of the m months:

* none: never hot.
* new: hot without a break up to the last month, for three months at most, and never before.
* established: hot in nine of ten months or more, or without a break up to the last month for more than three.
  Then, by the Mann-Kendall trend of z over all months: intensifying where it rises (p at most .05),
  diminishing where it falls, or where the last month is not hot any more, else persistent.
* sporadic: hot at times.

Esri's consecutive hot spots are ours new or established, by their length; its historical ones diminishing or
sporadic; its oscillating ones sporadic. Cold spots are not told of: few matters may also mean that few dare.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import numpy.typing as npt

from grid.hotspots.adjacency import Neighbourhood
from grid.hotspots.caveats import Caveat
from grid.hotspots.fdr import q_values
from grid.hotspots.findings import Emergence, Emerging, EmergingArea
from grid.hotspots.gi_star import gi_star, two_sided_p
from grid.hotspots.significance import (
    Tested,
    caveats_of_tested,
    choose_tested,
    or_none,
    parameters_of,
    says_something,
)
from grid.hotspots.trend import mann_kendall_rows
from grid.measures import MINIMUM_N

FloatArray = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

LEAST_MONTHS = 6
"""Over fewer months nothing is said: a trend of four could not be significant."""
NEW_MONTHS = 3
"""A quarter: a hot spot that has lasted longer is not new."""
MOSTLY = 0.9
HOT_Q = 0.05
TREND_P = 0.05


def find_emerging(
    neighbourhood: Neighbourhood, months: tuple[date, ...], counts: npt.NDArray[np.int64]
) -> Emerging:
    """Return how hot spots have come about by ``counts`` int64 (months, n) of the areas of a level.

    An area without neighbours, or left out, is ``TOO_FEW``, as all are where months, n or areas are too few.
    """
    n = int(counts.sum())
    tested = choose_tested(neighbourhood, counts.T)
    enough = len(months) >= LEAST_MONTHS and says_something(tested)
    few = counts.sum(axis=1) < MINIMUM_N
    said = {Caveat.FEW_MONTHS: len(months) < LEAST_MONTHS, Caveat.FEW_IN_MONTHS: bool(few.any())}
    caveats = caveats_of_tested(neighbourhood, tested) + tuple(
        caveat for caveat, holds in said.items() if holds
    )
    parameters = parameters_of(tested) | {
        "months": len(months), "least_months": LEAST_MONTHS, "hot_q": HOT_Q, "trend_p": TREND_P,
        "new_months": NEW_MONTHS, "mostly": MOSTLY,
    }  # fmt: skip
    rows = _rows(neighbourhood, tested, few) if enough else _unsaid(neighbourhood, len(months))
    return Emerging(neighbourhood.level, months, n, rows, parameters, caveats)


def classify(hot: Mask, tau: float | None, p: float | None) -> Emergence:
    """Return how a hot spot has come about, by the months (m,) in which it was hot and its trend."""
    if not hot.any():
        return Emergence.NONE
    run = len(hot) if hot.all() else int(np.argmin(hot[::-1]))
    unbroken = run == int(hot.sum())
    if unbroken and run <= NEW_MONTHS:
        return Emergence.NEW
    if not unbroken and hot.mean() < MOSTLY:
        return Emergence.SPORADIC
    if not hot[-1]:
        return Emergence.DIMINISHING
    if tau is None or p is None or p > TREND_P:
        return Emergence.PERSISTENT
    return Emergence.INTENSIFYING if tau > 0 else Emergence.DIMINISHING


def _rows(neighbourhood: Neighbourhood, tested: Tested, few: Mask) -> tuple[EmergingArea, ...]:
    z = gi_star(tested.values, tested.adjacency)
    z[tested.adjacency.degrees == 0] = np.nan
    # A month in which all areas are alike, or with too few matters, tells nothing: no area stands out in it.
    z[:, few] = np.where(np.isnan(z[:, few]), np.nan, 0.0)
    said: Mask = ~np.all(np.isnan(z), axis=1)
    z = np.nan_to_num(z)
    p = np.where(said[:, None], two_sided_p(z), np.nan)
    hot = (z > 0) & (np.nan_to_num(q_values(p), nan=1.0) <= HOT_Q)
    trends = mann_kendall_rows(z)
    rows = iter(zip(hot, or_none(trends.tau), or_none(trends.p), said.tolist(), strict=True))
    return tuple(
        _row(area_id, *next(rows)) if part else _too_few(area_id, len(few))
        for area_id, part in zip(neighbourhood.area_ids.tolist(), tested.taking_part.tolist(), strict=True)
    )


def _row(area_id: int, hot: Mask, tau: float | None, p: float | None, said: bool) -> EmergingArea:
    if not said:
        return _too_few(area_id, len(hot))
    return EmergingArea(area_id, classify(hot, tau, p), tuple(hot.tolist()), tau, p)


def _too_few(area_id: int, months: int) -> EmergingArea:
    return EmergingArea(area_id, Emergence.TOO_FEW, (False,) * months, None, None)


def _unsaid(neighbourhood: Neighbourhood, months: int) -> tuple[EmergingArea, ...]:
    return tuple(_too_few(area_id, months) for area_id in neighbourhood.area_ids.tolist())
