"""Accessibility (可达性) by the two-step floating catchment area method, 2SFCA (Luo and Wang, 2003)."""

from __future__ import annotations

import numpy as np

from grid.siting.coverage import Cover, Floats


def two_step(cover: Cover, supplies: Floats, populations: Floats) -> Floats:
    """Return for each of n demands the supply per head that is within its reach.

    First each of m sites shares its supply among all whom it reaches; then each demand sums the shares of the
    sites that reach it. ``supplies`` is (m), ``populations`` (n), none negative. A site that reaches nobody
    gives nothing. Σ accessibility × population is the supply of the sites that reach anybody.
    """
    if supplies.shape != (cover.sites,) or populations.shape != (cover.size,):
        raise ValueError("one supply for each site and one population for each demand")
    if (supplies < 0).any() or (populations < 0).any():
        raise ValueError("supplies and populations are not negative")
    reach = cover.matrix()
    reached = reach @ populations
    shares = np.divide(supplies, reached, out=np.zeros_like(reached), where=reached > 0)
    return np.asarray(reach.T @ shares, dtype=np.float64)
