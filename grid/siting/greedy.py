"""The greedy choice of sites: each time the one that covers most of what is left, with a quick bound.

Coverage is submodular, so the greedy choice is at least 1 − 1/e of the best (Nemhauser, Wolsey and Fisher,
1978), a site's gain only falls, and what was gained last is checked first (Minoux, 1978).
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from grid.siting.coverage import Cover, Flags, Ints, check_weights


@dataclass(frozen=True, slots=True)
class Picks:
    """Sites in the order in which they were chosen, what each added, and a bound for each number of sites.

    ``bounds[k]`` is what no k sites can cover more than, for k from 0 to the number asked for; it starts at
    ``covered``, the weight that the existing points cover. Sites that would add nothing are not chosen.
    """

    order: tuple[int, ...]
    gains: tuple[int, ...]
    covered: int
    bounds: tuple[int, ...]

    @property
    def total(self) -> int:
        """The weight covered by existing points and all chosen sites."""
        return self.covered + sum(self.gains)


def choose_greedily(cover: Cover, weights: Ints, most: int, met: Flags | None = None) -> Picks:
    """Choose at most ``most`` sites one after the other; ``met`` (n) are demands covered already.

    The bound for k is the least, over the steps taken, of what was covered then and the k largest gains that
    were left then. Raises ValueError for a negative number or weights that are not whole and ≥ 0.
    """
    check_weights(weights, cover.size)
    if most < 0:
        raise ValueError(f"not a number of sites: {most}")
    met = np.zeros(cover.size, dtype=np.bool_) if met is None else met.copy()
    covered = int(weights[met].sum())
    gains = np.asarray(cover.matrix() @ np.where(met, 0, weights), dtype=np.float64).round().astype(np.int64)
    sites_of = cover.matrix().tocsc()
    order: list[int] = []
    added: list[int] = []
    bounds = _bounds(covered, gains, most)
    heap = [(-int(gain), site) for site, gain in enumerate(gains) if gain > 0]
    heapq.heapify(heap)
    while heap and len(order) < most:
        stale, site = heapq.heappop(heap)
        if gains[site] < -stale:
            if gains[site] > 0:
                heapq.heappush(heap, (-int(gains[site]), site))
            continue
        order.append(site)
        added.append(int(gains[site]))
        _take(cover.of(site), weights, met, gains, sites_of)
        bounds = np.minimum(bounds, _bounds(covered + sum(added), gains, most))
    return Picks(tuple(order), tuple(added), covered, tuple(int(bound) for bound in bounds))


def _take(demands: Ints, weights: Ints, met: Flags, gains: Ints, sites_of: sparse.csc_array) -> None:
    """Mark what a site covers as met, and take its weight from the gains of all sites that cover it too."""
    new = demands[~met[demands]]
    met[new] = True
    starts, sites = sites_of.indptr, sites_of.indices
    for demand in new:
        gains[sites[starts[demand] : starts[demand + 1]]] -= weights[demand]


def _bounds(covered: int, gains: Ints, most: int) -> Ints:
    """Return for 0 … ``most`` sites what is covered and as many of the largest gains."""
    take = min(most, len(gains))
    largest = (
        np.sort(np.partition(gains, len(gains) - take)[len(gains) - take :])[::-1] if take else gains[:0]
    )
    bounds = np.full(most + 1, covered, dtype=np.int64)
    bounds[1 : take + 1] += np.cumsum(largest)
    bounds[take + 1 :] = bounds[take]
    return bounds
