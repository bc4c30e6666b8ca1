"""A bound on coverage by Lagrangian relaxation, and the sites that it shows to be in no better choice.

Relaxed is that a demand counts only where a chosen site covers it (Galvão and ReVelle, 1996): then each
demand and each site decides alone, and any price of the demands gives a bound.
"""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic

import numpy as np

from grid.siting.coverage import Cover, Flags, Floats, Ints

_HALVED_AFTER = 25
_ROUNDING = 1e-6
_NONE: Ints = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Relaxed:
    """What the relaxation tells: no choice covers more than ``bound``, and the prices (n) that prove it."""

    bound: int
    prices: Floats


def relax(cover: Cover, weights: Ints, most: int, best: int, until: float) -> Relaxed:
    """Return the best bound found by subgradient steps until a moment of ``time.monotonic``.

    ``best`` is what a known choice covers; it sets the length of steps only, so the bound holds whatever it
    is. Stops early where the bound meets it.
    """
    matrix, turned = cover.matrix(), cover.matrix().T.tocsr()
    take = min(most, cover.sites)
    prices = weights / np.maximum(np.bincount(cover.demands, minlength=cover.size), 1.0)
    least, kept, scale, waited = np.inf, prices, 2.0, 0
    while scale > 1e-4:
        scores = matrix @ prices
        chosen: Ints = np.argpartition(scores, cover.sites - take)[cover.sites - take :] if take else _NONE
        value = float(np.maximum(weights - prices, 0.0).sum() + scores[chosen].sum())
        waited += 1
        if value < least - _ROUNDING:
            least, kept, waited = value, prices, 0
        if least < best + 1 - _ROUNDING or monotonic() > until:
            break
        if waited >= _HALVED_AFTER:
            scale, waited, prices = scale / 2, 0, kept
            continue
        times = np.asarray(turned[:, chosen].sum(axis=1)).ravel() - (weights > prices)
        length = scale * (value - best) / max(float(times @ times), 1.0)
        prices = np.clip(prices - length * times, 0.0, weights)
    bound = min(int(weights.sum()), int(np.floor(least + _ROUNDING)))
    return Relaxed(bound, np.asarray(kept))


def sites_left(cover: Cover, weights: Ints, most: int, best: int, prices: Floats) -> Flags:
    """Return which sites (m) a choice that covers more than ``best`` may hold, by their reduced costs."""
    scores = cover.matrix() @ prices
    take = min(most, cover.sites)
    if take == cover.sites:
        return np.ones(cover.sites, dtype=np.bool_)
    ranked = np.sort(scores)[::-1]
    bound = float(np.maximum(weights - prices, 0.0).sum() + ranked[:take].sum())
    # Forcing a site in pushes the last of the chosen ones out.
    forced = bound - np.maximum(ranked[take - 1] - scores, 0.0) if take else np.full(cover.sites, bound)
    return np.asarray(forced >= best + 1 - _ROUNDING)
