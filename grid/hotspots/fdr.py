"""Correction for asking of many areas at once: the false discovery rate.

Benjamini and Hochberg 1995, "Controlling the false discovery rate". Of the areas whose q is at most .05, no
more than one in twenty is expected to be there by chance; it holds for tests of neighbours too, which depend
on each other positively (Benjamini and Yekutieli 2001).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]


def q_values(p: FloatArray) -> FloatArray:
    """Return the q of every p along the first axis, each layer by itself; a NaN is no test, its q NaN."""
    tests = np.sum(~np.isnan(p), axis=0)
    order = np.argsort(p, axis=0)  # NaN last
    rank = np.arange(1, len(p) + 1).reshape(-1, *[1] * (p.ndim - 1))
    scaled = np.take_along_axis(p, order, axis=0) * (tests / rank)
    # No q is above that of a larger p: the least of what follows. fmin passes over NaN, which were last.
    least = np.minimum(np.fmin.accumulate(scaled[::-1], axis=0)[::-1], 1.0)
    q = np.empty_like(p)
    np.put_along_axis(q, order, np.where(rank <= tests, least, np.nan), axis=0)
    return q
