"""Maximal covering location (MCLP: Church and ReVelle, 1974): the best p new points, with a proven bound."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from time import monotonic

import numpy as np

from grid.siting.coverage import Cover, Flags, Ints
from grid.siting.exact import solve_exactly
from grid.siting.greedy import choose_greedily
from grid.siting.lagrange import relax, sites_left
from grid.siting.reducing import Reduced, reduce_model
from grid.siting.swapping import covered_by, swap_sites


@dataclass(frozen=True, slots=True)
class Siting:
    """How a search stands after ``seconds``: the best choice so far, what it covers, and what none can beat.

    ``covered`` and ``bound`` count the demands that existing points cover too.
    """

    sites: tuple[int, ...]
    covered: int
    bound: int
    seconds: float

    @property
    def proven(self) -> bool:
        """Whether nothing better exists."""
        return self.covered >= self.bound


def solve_mclp(
    cover: Cover, weights: Ints, most: int, met: Flags | None = None, *, seconds: float = 10.0
) -> Iterator[Siting]:
    """Yield better choices of at most ``most`` sites, the greedy one at once; the last is the result.

    ``met`` (n) are demands that existing points cover: these stay. Ends when proven or after ``seconds``.
    Raises ValueError as ``choose_greedily`` does.
    """
    start = monotonic()
    met = np.zeros(cover.size, dtype=np.bool_) if met is None else met
    picks = choose_greedily(cover, weights, most, met)
    stand = Siting(picks.order, picks.total, picks.bounds[most], monotonic() - start)
    yield stand
    if stand.proven:
        return
    search = _Search(reduce_model(cover, weights, met), most, picks.covered, start, seconds)
    yield from search.run(stand)


class _Search:
    """The steps after the greedy choice, over the reduced model."""

    def __init__(self, reduced: Reduced, most: int, covered: int, start: float, seconds: float) -> None:
        self._model, self._most, self._covered = reduced, most, covered
        self._start, self._until = start, start + seconds

    def run(self, stand: Siting) -> Iterator[Siting]:
        model, span = self._model, self._until - self._start
        greedy = choose_greedily(model.cover, model.weights, self._most)
        sites = swap_sites(model.cover, model.weights, list(greedy.order), self._start + 0.2 * span)
        stand = self._better(stand, sites, stand.bound)
        yield stand
        best = stand.covered - self._covered
        relaxed = relax(model.cover, model.weights, self._most, best, self._start + 0.4 * span)
        stand = self._better(stand, sites, relaxed.bound + self._covered)
        yield stand
        if not stand.proven and monotonic() < self._until:
            left = sites_left(model.cover, model.weights, self._most, best, relaxed.prices)
            yield self._prove(stand, np.flatnonzero(left).astype(np.int64))

    def _better(self, stand: Siting, sites: list[int], bound: int) -> Siting:
        """Return how it stands with a choice of the reduced model, where that covers more."""
        covered = self._covered + covered_by(self._model.cover, self._model.weights, sites)
        bound = max(min(bound, stand.bound), covered, stand.covered)
        stand = replace(stand, bound=bound, seconds=monotonic() - self._start)
        if covered <= stand.covered:
            return stand
        return replace(stand, sites=tuple(int(self._model.sites[site]) for site in sites), covered=covered)

    def _prove(self, stand: Siting, left: Ints) -> Siting:
        """Search the sites that are left for a choice that covers more: there is none among the others."""
        nothing_met = np.zeros(self._model.cover.size, dtype=np.bool_)
        part = reduce_model(self._model.cover.only(left), self._model.weights, nothing_met)
        answer = solve_exactly(part.cover, part.weights, self._most, self._until - monotonic())
        found = [int(left[part.sites[site]]) for site in answer.sites]
        return self._better(stand, found, self._covered + answer.bound)
