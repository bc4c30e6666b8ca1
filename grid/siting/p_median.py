"""The p-median (Hakimi, 1964): p new points that make the way of all to the nearest point shortest, bounded.

Greedy, then swaps after Whitaker (1983) as told by Resende and Werneck (2007), then a Lagrangian bound in
which each demand is offered a price for being served (Cornuéjols, Fisher and Nemhauser, 1977).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from time import monotonic

import numpy as np

from grid.siting.coverage import Floats, Ints
from grid.siting.offering import Offers

_SWAPPING = 0.3
"""What share of the time goes to swaps at first."""
_TOLD_EVERY, _MOST_SHAKEN, _PROVEN = 200, 6, 1e-9


@dataclass(frozen=True, slots=True)
class Median:
    """How a search stands: the sites, their cost (Σ weight × way), and the cost that no choice is below."""

    sites: tuple[int, ...]
    cost: float
    bound: float
    seconds: float

    @property
    def gap(self) -> float:
        """How far the cost may be from the best, as a share of it."""
        return 0.0 if self.cost <= 0 else max(0.0, (self.cost - self.bound) / self.cost)


def weigh_ways(ways: Floats, first: Floats, weights: Ints, far: float) -> tuple[Floats, Floats]:
    """Return costs (n × m) and the costs without any new point (n) from ways in metres or minutes.

    ``ways`` and ``first`` (the way to the nearest existing point) may be infinite; nobody's way counts for
    more than ``far``, so that who cannot be reached weighs the same under every choice.
    """
    if not far >= 0 or (ways < 0).any() or (first < 0).any():
        raise ValueError("no way is negative")
    return np.minimum(ways, far) * weights[:, None], np.minimum(first, far) * weights


def solve_p_median(costs: Floats, first: Floats, most: int, *, seconds: float = 10.0) -> Iterator[Median]:
    """Yield better and better choices of at most ``most`` of m sites, the greedy one first; the last counts.

    ``costs`` is n × m and ``first`` n, both of ``weigh_ways``. Ends when proven or after ``seconds``.
    """
    if most < 0:
        raise ValueError(f"not a number of sites: {most}")
    start = monotonic()
    sites = _greedy(costs, first, most)
    stand = Median(tuple(sites), _cost(costs, first, sites), 0.0, monotonic() - start)
    yield stand
    if not sites:
        yield replace(stand, bound=stand.cost)
        return
    sites = _swap(costs, first, sites, start + _SWAPPING * seconds)
    stand = _better(stand, costs, first, sites, start)
    yield stand
    yield from _bounded(stand, costs, first, most, (start, start + seconds))


def _bounded(
    stand: Median, costs: Floats, first: Floats, most: int, span: tuple[float, float]
) -> Iterator[Median]:
    """Raise the bound by offers, then search among the sites that they leave for a better choice."""
    start, until = span
    offers = Offers(costs, first, most)
    while monotonic() < until and offers.bound < stand.cost:
        if offers.step(stand.cost) is None:
            break
        if offers.steps % _TOLD_EVERY == 0:
            yield _raised(stand, offers.bound, start)
    stand = _raised(stand, offers.bound, start)
    yield stand
    left = np.union1d(offers.left(stand.cost), np.array(stand.sites, dtype=np.int64))
    for sites in _shaken(costs[:, left], first, np.searchsorted(left, stand.sites), until):
        stand = _better(stand, costs, first, [int(left[site]) for site in sites], start)
        yield stand
        if stand.cost <= stand.bound * (1 + _PROVEN):
            return


def _raised(stand: Median, bound: float, start: float) -> Median:
    return replace(stand, bound=min(max(stand.bound, bound), stand.cost), seconds=monotonic() - start)


def _shaken(costs: Floats, first: Floats, chosen: Ints, until: float) -> Iterator[list[int]]:
    """Yield better choices: some of the sites replaced by chance, then swapped for the best again.

    The order of chances is always the same; how far it comes depends on the time.
    """
    rng = np.random.default_rng(0)
    best = [int(site) for site in chosen]
    least, free = _cost(costs, first, best), costs.shape[1] - len(best)
    while free > 0 and monotonic() < until:
        sites = list(best)
        changes = int(rng.integers(1, min(_MOST_SHAKEN, len(sites), free) + 1))
        closed = np.setdiff1d(np.arange(costs.shape[1]), sites)
        for place, site in zip(
            rng.permutation(len(sites))[:changes], rng.permutation(closed)[:changes], strict=True
        ):
            sites[int(place)] = int(site)
        sites = _swap(costs, first, sites, until)
        cost = _cost(costs, first, sites)
        if cost < least:
            best, least = sites, cost
            yield sites


def _greedy(costs: Floats, first: Floats, most: int) -> list[int]:
    now, sites = first.copy(), list[int]()
    while len(sites) < min(most, costs.shape[1]):
        sums = np.minimum(now[:, None], costs).sum(axis=0)
        site = int(np.argmin(sums))
        if sums[site] >= now.sum():
            break
        sites.append(site)
        now = np.minimum(now, costs[:, site])
    return sites


def _swap(costs: Floats, first: Floats, chosen: list[int], until: float) -> list[int]:
    """Return the sites after the best swaps, one after the other, as long as one makes the cost less."""
    sites = list(chosen)
    while sites and monotonic() < until:
        profits = _profits(costs, first, sites)
        into, out = np.unravel_index(int(np.argmax(profits)), profits.shape)
        if profits[into, out] <= 1e-9 * max(1.0, float(first.sum())):
            break
        sites[int(out)] = int(into)
    return sites


def _profits(costs: Floats, first: Floats, sites: list[int]) -> Floats:
    """Return what each swap of a site (m) for one of the chosen (k) saves, m × k."""
    open_costs = np.column_stack([first, costs[:, sites]])
    order = np.argpartition(open_costs, 1, axis=1)[:, :2]
    two = np.take_along_axis(open_costs, order, axis=1)
    nearest = np.where(two[:, 0] <= two[:, 1], order[:, 0], order[:, 1])
    one, other = two.min(axis=1), two.max(axis=1)
    capped = np.minimum(costs, other[:, None])
    gains = np.maximum(one[:, None] - capped, 0.0).sum(axis=0)
    # Whose nearest goes: the new site or the second nearest, beyond what the new one saves anyway.
    lost = np.maximum(capped - one[:, None], 0.0)
    profits = np.repeat(gains[:, None], len(sites), axis=1)
    for place in range(len(sites)):
        profits[:, place] -= lost[nearest == place + 1].sum(axis=0)
    return profits


def _better(stand: Median, costs: Floats, first: Floats, sites: list[int], start: float) -> Median:
    cost = _cost(costs, first, sites)
    stand = replace(stand, seconds=monotonic() - start)
    return replace(stand, sites=tuple(sites), cost=cost) if cost < stand.cost else stand


def _cost(costs: Floats, first: Floats, sites: list[int]) -> float:
    return float(np.minimum(first, costs[:, sites].min(axis=1, initial=np.inf)).sum())
