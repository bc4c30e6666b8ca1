"""A choice of sites made better by swapping one for another as long as that covers more."""

from __future__ import annotations

from time import monotonic

import numpy as np

from grid.siting.coverage import Cover, Ints


def swap_sites(cover: Cover, weights: Ints, chosen: list[int], until: float) -> list[int]:
    """Return as many sites that cover at least as much; stops at a moment of ``time.monotonic``."""
    sites = list(chosen)
    matrix = cover.matrix()
    times = np.zeros(cover.size, dtype=np.int64)
    for site in sites:
        times[cover.of(site)] += 1
    place, idle = 0, 0
    while sites and idle < len(sites) and monotonic() < until:
        out = sites[place]
        times[cover.of(out)] -= 1
        gains = matrix @ np.where(times == 0, weights, 0)
        into = int(np.argmax(gains))
        idle = 0 if gains[into] > gains[out] else idle + 1
        sites[place] = into if gains[into] > gains[out] else out
        times[cover.of(sites[place])] += 1
        place = (place + 1) % len(sites)
    return sites


def covered_by(cover: Cover, weights: Ints, sites: list[int]) -> int:
    """Return the weight of the demands that sites cover."""
    met = np.zeros(cover.size, dtype=np.bool_)
    for site in sites:
        met[cover.of(site)] = True
    return int(weights[met].sum())
