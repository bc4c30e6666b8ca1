"""The curve of saturation (饱和曲线): how much each further point adds, and how much any choice could."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate

import numpy as np

from grid.siting.coverage import Cover, Flags, Ints
from grid.siting.greedy import choose_greedily


@dataclass(frozen=True, slots=True)
class Curve:
    """For 0 … p new points: the weight that the greedy choice covers, and that no choice covers more than."""

    covered: tuple[int, ...]
    bounds: tuple[int, ...]
    total: int
    order: tuple[int, ...]
    """The sites of the greedy choice."""

    @property
    def saturated_at(self) -> int:
        """The number of new points from which on a further one adds nothing."""
        return self.covered.index(self.covered[-1])


def saturation_curve(cover: Cover, weights: Ints, most: int, met: Flags | None = None) -> Curve:
    """Return the curve up to ``most`` new points; existing points cover the demands of ``met`` (n)."""
    picks = choose_greedily(cover, weights, most, met)
    covered = list(accumulate(picks.gains, initial=picks.covered))
    covered += [covered[-1]] * (most + 1 - len(covered))
    return Curve(tuple(covered), picks.bounds, int(weights.sum()), picks.order)


def order_by_gain(cover: Cover, weights: Ints, sites: tuple[int, ...], met: Flags) -> tuple[Ints, Ints]:
    """Return chosen sites by what each adds to those before it, largest first, and what it adds.

    The places are those of the whole cover; a site that adds nothing stands last with zero.
    """
    part = cover.only(np.array(sites, dtype=np.int64))
    picks = choose_greedily(part, weights, len(sites), met)
    idle = [place for place in range(len(sites)) if place not in picks.order]
    order = [sites[place] for place in (*picks.order, *idle)]
    gains = [*picks.gains, *([0] * len(idle))]
    return np.array(order, dtype=np.int64), np.array(gains, dtype=np.int64)
