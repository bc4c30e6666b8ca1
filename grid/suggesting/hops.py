"""Hops (步数): what it costs a leader at least to get a unit, so that most pairs need not be tried."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from grid.suggesting.borders import Borders
from grid.suggesting.bounds import giving_counts
from grid.suggesting.pieces import parts_of
from grid.suggesting.problem import Flags, Ints
from grid.suggesting.terms import Terms


@dataclass(frozen=True, slots=True, eq=False)
class Hops:
    """For one limit: ``near`` (n × m) pairs that the changes reach if a leader keeps what he has today;
    ``firm`` (m) leaders who cannot give up or join a whole piece with the changes that are left;
    ``giving`` (m) units that each must give up.
    """

    near: Flags
    firm: Flags
    giving: Ints


def hops(terms: Terms, top: int) -> Hops:
    """Return who can get what where nobody is to have more than ``top``.

    What leaders above it must give up is spent already: only units of others cost further changes. With
    helpers nothing is spent for certain, since they may relieve anybody.
    """
    problem, led = terms.problem, terms.led
    giving = np.zeros(terms.leaders, dtype=np.int64)
    if not problem.most_helpers:
        limits = terms.limits(top)
        counts = [giving_counts(terms, one, limits[one : one + 1])[0] for one in range(terms.leaders)]
        giving = np.array(counts, dtype=np.int64)
    budget = int(problem.most_changes - giving.sum())
    if budget < 0:
        return Hops(np.zeros_like(terms.allowed), np.ones(terms.leaders, dtype=bool), giving)
    costs = np.where(led, giving[problem.today] == 0, 0).astype(np.int64)
    near = reach(terms.borders, _territories(terms), terms.allowed, (costs, budget)) <= budget
    near |= ~problem.has_place[:, None] & (costs <= budget)[:, None]
    rows = np.flatnonzero(led)
    near[rows, problem.today[rows]] = True
    firm = [_spare(terms, one, costs, int(giving[one]), budget) > budget for one in range(terms.leaders)]
    return Hops(near & terms.allowed, np.array(firm), giving)


def reach(borders: Borders, found: Flags, passed: Flags, spending: tuple[Ints, int]) -> Ints:
    """Return what it costs at least (n × any, one more than the most for more) to grow up to each unit.

    ``found`` is what is there at the start, free; ``passed`` what may be taken; ``spending`` is what units
    cost (n, 0 or 1), each its own included, and the most.
    """
    costs, most = spending
    dear = np.full(found.shape, most + 1, dtype=np.int64)
    for spent in range(most + 1):
        if spent:
            found = found | (borders.beside(found) & passed)
        found = _freely(borders, found, passed & (costs == 0)[:, None])
        fresh = found & (dear > spent)
        if spent and not fresh.any():
            break
        dear[fresh] = spent
    return dear


def _freely(borders: Borders, found: Flags, free: Flags) -> Flags:
    """Return what is reached once all units that cost nothing are."""
    while free.any():
        more = found | (borders.beside(found) & free)
        if (more == found).all():
            break
        found = more
    return found


def _territories(terms: Terms) -> Flags:
    territories = np.zeros_like(terms.allowed)
    rows = np.flatnonzero(terms.led & terms.problem.has_place)
    territories[rows, terms.problem.today[rows]] = True
    return territories


def _spare(terms: Terms, leader: int, costs: Ints, giving: int, budget: int) -> int:
    """Return what it costs at least that a leader may have a new piece: one less of today's."""
    pieces = parts_of(terms.borders, terms.problem.today, leader)
    if not pieces:
        return 0
    free = terms.freely
    gone = [len(one) - giving if free[one].all() else budget + 1 for one in pieces]
    return min(*gone, _joined(terms, leader, pieces, (costs, budget)), budget + 1)


def _joined(terms: Terms, leader: int, pieces: list[list[int]], spending: tuple[Ints, int]) -> int:
    """Return what lies between two of a leader's pieces at least."""
    if len(pieces) < 2:
        return spending[1] + 1
    begin = np.zeros((terms.units, len(pieces)), dtype=bool)
    for column, piece in enumerate(pieces):
        begin[piece, column] = True
    passed = np.repeat(terms.allowed[:, [leader]], len(pieces), axis=1)
    costs = np.where(terms.problem.today == leader, 0, spending[0])
    dear = reach(terms.borders, begin, passed, (costs, spending[1]))
    own = np.flatnonzero(begin.any(axis=1))
    return int(dear[own][~begin[own]].min())
