"""Borders (相邻): which units lie beside which, as arrays; units without a place lie beside none."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from grid.suggesting.problem import Flags, Ints, Problem


@dataclass(frozen=True, slots=True, eq=False)
class Borders:
    """Of n units: the neighbours of unit i are ``others[starts[i]:starts[i + 1]]``; ``has_place`` (n)."""

    starts: Ints
    others: Ints
    has_place: Flags

    def neighbours(self, unit: int) -> Ints:
        """Return the neighbours of a unit."""
        return self.others[self.starts[unit] : self.starts[unit + 1]]

    def beside(self, found: Flags) -> Flags:
        """Return for each unit and column (n × any) whether a neighbour is found there."""
        ones = np.ones(len(self.others), dtype=np.int32)
        links = csr_array((ones, self.others, self.starts), shape=(len(found), len(found)))
        beside: Flags = links @ found.astype(np.int32) > 0
        return beside


def borders_of(problem: Problem) -> Borders:
    """Return the borders of a problem's units, each in both directions once."""
    edges = problem.edges.reshape(-1, 2).astype(np.int64)
    edges = edges[problem.has_place[edges].all(axis=1) & (edges[:, 0] != edges[:, 1])]
    both = np.unique(np.concatenate([edges, edges[:, ::-1]]), axis=0)
    starts = np.searchsorted(both[:, 0], np.arange(len(problem.workloads) + 1)).astype(np.int64)
    return Borders(starts, both[:, 1].copy(), problem.has_place)
