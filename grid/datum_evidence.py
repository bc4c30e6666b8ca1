"""Datum evidence: whether places called one datum lie where they belong, or only after a shift is taken off.

A mislabelled file is found by what it says itself: each place names an area, and is tried as it is, as GCJ-02
and as BD-09. What is compared are the same places under two datums (a sign test), never two shares alone.
Where that does not decide, it says so: nothing is ever shifted on a guess.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import comb

import numpy as np
import numpy.typing as npt

from grid.datums import Datum, Degrees, to_cgcs2000
from grid.inspection import DatumShare

TRIED = (Datum.CGCS2000, Datum.GCJ02, Datum.BD09)
"""WGS84 is taken as CGCS2000: they cannot be told apart by areas."""
FEWEST = 10
"""Fewer places speak only if every one of them says the same."""
_CHANCE = 1e-3
"""How often chance alone may prefer a datum as clearly."""
Scores = npt.NDArray[np.float64]
Holds = Callable[[Degrees, Degrees], npt.NDArray[np.bool_]]


@dataclass(frozen=True, slots=True)
class DatumEvidence:
    """How well places fit under each datum, and the one that fits better than every other (none: unclear)."""

    shares: tuple[DatumShare, ...]
    best: Datum | None

    def contradicts(self, stated: Datum) -> bool:
        """Return whether the places clearly speak for another datum than the one stated."""
        return self.best is not None and self.best is not _same(stated)


def weigh_points(lon: npt.ArrayLike, lat: npt.ArrayLike, holds: Holds) -> DatumEvidence:
    """Weigh points as they were given; ``holds`` says of CGCS2000 degrees which lie where their text says.

    ``lon`` and ``lat`` are float64 of shape (n,); ``holds`` answers position by position, bool of shape (n,).
    """
    given = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    tried = [np.asarray(holds(*to_cgcs2000(*given, datum)), dtype=np.float64) for datum in TRIED]
    return weigh_scores(np.stack(tried))


def weigh_scores(scores: Scores, *, least_gain: float = 0.0) -> DatumEvidence:
    """Weigh how well each place fits under each datum of `TRIED`; float64 of shape (3, n), 1 fits wholly.

    The share of a datum is the mean. Gains of up to ``least_gain`` count for nothing.
    """
    n = scores.shape[1]
    values = [float(np.mean(row)) if n else 0.0 for row in scores]
    shares = tuple(DatumShare(datum.value, round(v, 4), n) for datum, v in zip(TRIED, values, strict=True))
    best = int(np.argmax(values))
    rivals = (other for other in range(len(TRIED)) if other != best)
    clear = n > 0 and all(_prefers(scores[best], scores[other], least_gain) for other in rivals)
    return DatumEvidence(shares, TRIED[best] if clear else None)


def _prefers(best: Scores, other: Scores, least_gain: float) -> bool:
    """Return whether places fit one datum better than another oftener than chance would have it."""
    better, worse = int((best - other > least_gain).sum()), int((other - best > least_gain).sum())
    told = better + worse
    if told < FEWEST:
        return worse == 0 and better == len(best) and better > 1
    return better > worse and _tail(better, told) < _CHANCE


def _tail(heads: int, tosses: int) -> float:
    """Return the probability of at least so many heads in tosses of a fair coin."""
    if tosses > 1000:  # the normal tail is as good there, and the sum would be of thousands of huge numbers
        return float(np.exp(-((2 * heads - tosses) ** 2) / (2 * tosses)))
    return float(sum(comb(tosses, k) for k in range(heads, tosses + 1)) / 2**tosses)


def _same(datum: Datum) -> Datum:
    return Datum.CGCS2000 if datum is Datum.WGS84 else datum
