"""Withholding: what of findings may leave the house, since an export is read by who may not see small counts.

Below township level counts under five are hidden with as many others as keep them from being told. What is
worked out from them goes too: a statistic of known neighbours is an equation for the counts of all of them.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from grid.areas import Level
from grid.hotspots.findings import Significance
from grid.suppression import suppress

BELOW_TOWNSHIP = (Level.VILLAGE, Level.GRID)
HIDDEN = -1
"""A count that may not leave."""


def hidden_counts(
    counts: npt.NDArray[np.int64],
    parents: npt.NDArray[np.int64],
    *,
    hidden_parents: frozenset[int] = frozenset(),
) -> npt.NDArray[np.bool_]:
    """Return which counts of areas to hide, shape (n,); ``parents`` gives the id of each area's parent.

    All areas of a hidden parent are hidden, or their sum would tell its count. Those without a parent (id 0)
    have no total to be hidden among and are hidden too.
    """
    hidden = np.isin(parents, [0, *hidden_parents])
    own = np.flatnonzero(~hidden)
    if own.size:
        _, parent_of = np.unique(parents[own], return_inverse=True)
        hidden[own] = suppress(counts[own, None], parent_of)[:, 0]
    return hidden


def withhold(findings: Significance, hidden: frozenset[int]) -> Significance:
    """Return findings as they may leave: hidden counts are −1, and what could tell them is none.

    Where any count is hidden z, p and q go for all areas; the classes stay, since they are coarse.
    """
    if not hidden:
        return findings
    rows = tuple(
        replace(
            row,
            count=HIDDEN if row.area_id in hidden else row.count,
            rate=None if row.area_id in hidden else row.rate,
            smoothed=None,
            z=None,
            p=None,
            q=None,
        )
        for row in findings.rows
    )
    return replace(findings, rows=rows)
