"""The audit of published small areas: what can be told of a hidden count from all that is published.

A reader knows that counts are whole numbers, none is negative, and that a wider window holds what a narrower
one does. The counts of single slices (what a window adds to the one before) then obey two families of sums:
one of each parent and slice, with what lies in no village, and one of each village up to each window shown.
Each family is laminar, and the union of two laminar families is a totally unimodular matrix (Edmonds 1970,
"Submodular functions, matroids, and certain polyhedra"; Schrijver 2003, "Combinatorial Optimization", §13.4).
So the bounds that linear programming finds are whole numbers that a real table attains: the audit is exact.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import linprog
from scipy.sparse import coo_array, csr_array

from grid.measures import SMALL_CELL

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]

_ROUNDS = 8
_SEED = 5


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """What a village gained from window ``first`` to window ``last``; windows count from 1, 0 is nothing.

    So ``Span(v, 0, w)`` is the count of village ``v`` in window ``w``.
    """

    village: int
    first: int
    last: int


@dataclass(frozen=True, slots=True, eq=False)
class Release:
    """All that readers are given of villages in nested windows, the narrowest first.

    ``shown`` is (villages, windows), NaN where hidden; ``town_of`` (villages,) gives the row of ``totals``
    (towns, windows). ``apart`` (windows,) is how many matters of all towns together lie in no village; none:
    the totals are those of the villages alone, which tells a reader more than is published.
    """

    shown: FloatArray
    town_of: IntArray
    totals: IntArray
    apart: IntArray | None = None


def feasible_range(release: Release, span: Span) -> tuple[int, int]:
    """Return the least and the largest value that a span can have in a table that fits what is shown.

    Raises ValueError where no table fits.
    """
    programme = _Programme(release)
    weights = np.zeros((len(release.shown), release.shown.shape[1]))
    weights[span.village, span.first : span.last] = 1
    return tuple(  # type: ignore[return-value]
        round(float((weights * programme.extreme(sign * weights)).sum())) for sign in (1, -1)
    )


def recoverable(
    release: Release, *, small: int = SMALL_CELL, minimum_width: int = 1, seed: int = _SEED
) -> tuple[Span, ...]:
    """Return the hidden counts that can be told to within less than ``minimum_width``.

    Beside the hidden counts themselves these are hidden gains between two windows, where they are known to
    be small (1 … ``small`` - 1). Two tables that fit and differ prove a count safe: a few of random
    extremes leave few counts to be bounded one by one.
    """
    spans = _hidden_spans(release.shown)
    if not spans:
        return ()
    programme = _Programme(release)
    seen = _Seen(release.shown.shape, spans, minimum_width, small)
    rng = np.random.default_rng(seed)
    which = np.arange(len(spans))
    for _ in range(_ROUNDS):
        weights = seen.weights(which, rng.normal(size=len(which)))
        for sign in (1, -1):
            seen.note(programme.extreme(sign * weights))
        which = np.flatnonzero(seen.suspects())
        if not which.size:
            return ()
    # Where nothing binds the towns together, the extreme of a sum over towns is the extreme of each.
    together = release.town_of if release.apart is None else np.zeros_like(release.town_of)
    return tuple(_bound_rest(programme, seen, together))


def _bound_rest(programme: _Programme, seen: _Seen, together: IntArray) -> Iterable[Span]:
    """Bound the suspects by two programmes each, one of every group of villages at a time."""
    pending = np.flatnonzero(seen.suspects())
    while pending.size:
        _, firsts = np.unique(together[seen.village[pending]], return_index=True)
        some = pending[firsts]
        weights = seen.weights(some, np.ones(len(some)))
        for sign in (1, -1):
            seen.note(programme.extreme(sign * weights))
        yield from (seen.spans[at] for at in some[seen.suspects()[some]])
        pending = np.delete(pending, firsts)
        pending = pending[seen.suspects()[pending]]


def _hidden_spans(shown: FloatArray) -> list[Span]:
    known = np.concatenate([np.ones((len(shown), 1), dtype=bool), np.isfinite(shown)], axis=1)
    ends = range(known.shape[1])
    return [
        Span(int(village), first, last)
        for village in np.flatnonzero(~known.all(axis=1))
        for first in ends
        for last in ends[first + 1 :]
        if not (known[village, first] and known[village, last])
    ]


class _Seen:
    """The least and largest value that each hidden span had in the tables found so far."""

    def __init__(self, shape: tuple[int, ...], spans: Sequence[Span], minimum_width: int, small: int) -> None:
        self.spans = spans
        self._shape, self._width, self._small = shape, minimum_width, small
        self.village, self._first, self._last = np.array(
            [(span.village, span.first, span.last) for span in spans]
        ).T
        self._least = np.full(len(spans), np.iinfo(np.int64).max)
        self._most = np.full(len(spans), -1)

    def note(self, slices: FloatArray) -> None:
        """Take in a table of slices."""
        sums = np.pad(np.rint(slices).astype(np.int64).cumsum(axis=1), ((0, 0), (1, 0)))
        values = sums[self.village, self._last] - sums[self.village, self._first]
        self._least = np.minimum(self._least, values)
        self._most = np.maximum(self._most, values)

    def suspects(self) -> npt.NDArray[np.bool_]:
        """Return which spans may still be recoverable."""
        narrow = self._most - self._least < self._width
        # A gain that is known not to be small, or to be nothing, gives no small count away.
        return np.asarray(narrow & ((self._first == 0) | ((self._least >= 1) & (self._most < self._small))))

    def weights(self, which: IntArray, pulls: FloatArray) -> FloatArray:
        """Return the objective over the slices that pulls at some of the spans."""
        steps = np.zeros((self._shape[0], self._shape[1] + 1))
        np.add.at(steps, (self.village[which], self._first[which]), pulls)
        np.add.at(steps, (self.village[which], self._last[which]), -pulls)
        return steps.cumsum(axis=1)[:, :-1]


class _Programme:
    """The tables of slices that fit a release, as a linear programme."""

    def __init__(self, release: Release) -> None:
        villages, windows = release.shown.shape
        self._shape = (villages, windows)
        towns = len(release.totals)
        loose = 0 if release.apart is None else towns * windows
        rows: list[npt.NDArray[np.int64]] = []
        columns: list[npt.NDArray[np.int64]] = []
        sums: list[FloatArray] = []

        def demand(which: IntArray, row: IntArray, values: npt.ArrayLike) -> None:
            rows.append(row + sum(map(len, sums)))
            columns.append(which)
            sums.append(np.asarray(values, dtype=np.float64))

        slices = np.arange(villages * windows).reshape(villages, windows)
        by_town = release.town_of[:, None] * windows + np.arange(windows)
        added = np.diff(release.totals, axis=1, prepend=0).ravel()
        if release.apart is None:
            demand(slices.ravel(), by_town.ravel(), added)
        else:
            rest = villages * windows + np.arange(loose)
            demand(np.append(slices, rest), np.append(by_town, np.arange(loose)), added)
            demand(rest, np.tile(np.arange(windows), towns), np.diff(release.apart, prepend=0))
        demand(*_prefixes(release.shown, slices))
        self._sums = np.concatenate(sums)
        row, column = np.concatenate(rows), np.concatenate(columns)
        shape = (len(self._sums), villages * windows + loose)
        self._matrix = csr_array(coo_array((np.ones(len(row)), (row, column)), shape=shape))

    def extreme(self, weights: FloatArray) -> FloatArray:
        """Return a table (villages, windows) of slices with the least weighted sum; raises ValueError."""
        costs = np.zeros(self._matrix.shape[1])
        costs[: weights.size] = weights.ravel()
        found = linprog(costs, A_eq=self._matrix, b_eq=self._sums, bounds=(0, None), method="highs-ds")
        if found.x is None:
            raise ValueError(f"no table fits what is published: {found.message}")
        table: FloatArray = found.x[: weights.size].reshape(self._shape)
        return table


def _prefixes(shown: FloatArray, slices: IntArray) -> tuple[IntArray, IntArray, FloatArray]:
    """Return, for each run of slices between two shown windows of a village, its slices and its sum."""
    which: list[int] = []
    row: list[int] = []
    values: list[float] = []
    for village, counts in enumerate(shown):
        before, start = 0.0, 0
        for window in np.flatnonzero(np.isfinite(counts)):
            members = slices[village, start : window + 1]
            which += members.tolist()
            row += [len(values)] * len(members)
            values.append(float(counts[window]) - before)
            before, start = float(counts[window]), int(window) + 1
    return np.array(which, dtype=np.int64), np.array(row, dtype=np.int64), np.array(values)
