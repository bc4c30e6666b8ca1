"""Prices offered to each demand for being served: any offers bound the cost of the p-median from below."""

from __future__ import annotations

import numpy as np

from grid.siting.coverage import Floats, Ints

_FEWEST_NEAR, _NEAR_PER_SHARE = 64, 10
_HALVED_AFTER = 20
_SMALLEST = 1e-3


class Offers:
    """Subgradient steps on the offers, over the sites nearest to each demand.

    An offer never exceeds the cost of the nearest site that is left out, or of the existing points: so what
    is left out could not answer it, and the bound is that of the whole model.
    """

    def __init__(self, costs: Floats, first: Floats, most: int) -> None:
        size, sites = costs.shape
        near = min(sites, max(_FEWEST_NEAR, _NEAR_PER_SHARE * sites // max(most, 1)))
        order = np.argpartition(costs, near - 1, axis=1)[:, :near]
        self._sites: Ints = order.ravel().astype(np.int64)
        self._costs = np.take_along_axis(costs, order, axis=1)
        left_out = self._costs.max(axis=1) if near < sites else np.full(size, np.inf)
        self._most_offered = np.minimum(first, left_out)
        self._count, self._take = sites, min(most, sites)
        two = np.partition(np.column_stack([first, self._costs]), 1, axis=1)[:, :2].max(axis=1)
        self._offers = np.minimum(two, self._most_offered)
        self._kept, self._scale, self._waited = self._offers, 1.5, 0
        self.bound, self.steps = -np.inf, 0

    def step(self, best: float) -> Ints | None:
        """Take a step towards the largest bound; return the sites that the offers favour, none at the end.

        ``best`` is the cost of a known choice, which sets the length of the step alone.
        """
        if self._scale < _SMALLEST:
            return None
        self.steps += 1
        answers, sums = self._answers(self._offers)
        favoured = np.argpartition(sums, self._take - 1)[: self._take]
        value = float(self._offers.sum() + sums[favoured].sum())
        self._note(value)
        opened = np.zeros(self._count, dtype=np.bool_)
        opened[favoured] = True
        served = ((answers < 0) & opened[self._sites].reshape(answers.shape)).sum(axis=1)
        slope = 1.0 - served
        # An offer at its top can go no higher: existing points or a site left out answer it.
        slope[(self._offers >= self._most_offered) & (slope > 0)] = 0.0
        length = self._scale * max(best - value, 1e-9) / max(float(slope @ slope), 1e-9)
        self._offers = np.clip(self._offers + length * slope, 0.0, self._most_offered)
        return favoured

    def left(self, best: float) -> Ints:
        """Return the sites that a choice of less than ``best`` may hold, by the best offers."""
        _, sums = self._answers(self._kept)
        ranked = np.sort(sums)
        # Forcing a site in pushes the last of the favoured ones out.
        forced = self.bound + np.maximum(sums - ranked[self._take - 1], 0.0)
        return np.flatnonzero(forced < best).astype(np.int64)

    def _answers(self, offers: Floats) -> tuple[Floats, Floats]:
        """Return what each near site gains by each offer (≤ 0), and the sums by site."""
        answers = np.minimum(self._costs - offers[:, None], 0.0)
        sums = np.bincount(self._sites, weights=answers.ravel(), minlength=self._count)
        return answers, np.asarray(sums, dtype=np.float64)

    def _note(self, value: float) -> None:
        """Keep the best value; halve the steps and go back to its offers where none came for long."""
        self._waited += 1
        if value > self.bound:
            self.bound, self._kept, self._waited = value, self._offers, 0
        elif self._waited >= _HALVED_AFTER:
            self._scale, self._waited, self._offers = self._scale / 2, 0, self._kept
