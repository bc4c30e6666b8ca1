"""Running tables: how many matters of each group come before some of the rows, so that few rows need reading.

A count between two rows is the difference of the two entries nearest to them, and the rows left over at both
ends. So the cost does not grow with the period; what it is depends on how many entries the memory allows.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from grid.hotspots import counting_kernels as kernels
from grid.hotspots.counting import MatterColumns
from grid.hotspots.counting_kernels import BoolArray, Gate, IntArray, Numbers, Slots

BUDGET_BYTES = 64 << 20
"""What a table may take."""
SLIDER_BYTES = 32 << 20
_LEAST_STEP = 1 << 14
"""Rows between entries, at least: reading so many takes as long as finding them."""
_ALL_BITS = (1 << 32) - 1
_FOLD_SHARE = 0.5
"""What an entry's cell costs to read, in rows."""


@dataclass(frozen=True, slots=True, eq=False)
class RunningTable:
    """Counts before the rows ``at`` (c,), by group of place and code of kind.

    ``sums`` is uint32 of shape (c, groups, codes). ``group`` (places,) and ``code`` (kinds,) say what each
    place and kind counts for; a kind whose code is ``codes`` is not counted at all.
    """

    at: IntArray
    sums: npt.NDArray[np.uint32]
    group: Numbers
    code: Numbers

    def count(self, columns: MatterColumns, bounds: IntArray, places: Slots, kinds: Slots) -> IntArray | None:
        """Return counts by slot of place and of kind, int64 (k, slots, slots), for slices between bounds.

        The last slots of places and of kinds are of those that are not asked about, and have no counts. None
        where this table cannot tell, or reading the rows costs less.
        """
        near = self._nearest(bounds)
        if self._costs_more(bounds, near):
            return None
        of_group = _by_group(places.of, self.group, self.sums.shape[1])
        of_code = self._by_code(kinds)
        if of_group is None or of_code is None:
            return None
        groups = Slots(self.group, of_group, places.size), Slots(self.code, of_code, kinds.size)
        counts = np.stack([self._between(low, high, *groups) for low, high in pairwise(near)])
        for number, (bound, entry) in enumerate(zip(bounds.tolist(), near.tolist(), strict=True)):
            low, high = sorted((bound, int(self.at[entry])))
            if low < high:
                edge = kernels.count_pairs(places, kinds, (low, high))
                # Rows before the entry nearest to a bound are of the slice that begins there.
                sign = 1 if bound == low else -1
                if number < len(counts):
                    counts[number] += sign * edge
                if number:
                    counts[number - 1] -= sign * edge
        counts[:, :, -1] = 0
        counts[:, -1] = 0
        return counts

    def _nearest(self, bounds: IntArray) -> IntArray:
        after = np.minimum(np.searchsorted(self.at, bounds), len(self.at) - 1)
        before = np.maximum(after - 1, 0)
        is_before = bounds - self.at[before] < self.at[after] - bounds
        return np.where(is_before, before, after)

    def _costs_more(self, bounds: IntArray, near: IntArray) -> bool:
        edges = np.abs(self.at[near] - bounds).sum()
        folds = (len(bounds) - 1) * self.sums[0].size * _FOLD_SHARE
        return bool(edges + folds > bounds[-1] - bounds[0])

    def _by_code(self, kinds: Slots) -> npt.NDArray[np.uint32] | None:
        codes = self.sums.shape[2]
        of_code = _by_group(kinds.of, self.code, codes + 1)
        if of_code is None or (of_code[codes] != kinds.size - 1 and bool((self.code == codes).any())):
            return None
        return of_code[:codes]

    def _between(self, low: int, high: int, places: Slots, kinds: Slots) -> IntArray:
        """Return the difference of two entries by slots."""
        if kernels.is_worth_compiling(self.sums[0].size):
            sums = np.zeros((places.size, kinds.size), dtype=np.int64)
            compiled, entries = kernels.loops(), (self.sums[low], self.sums[high])
            if kinds.size == 2:
                mask = np.where(kinds.of == 0, _ALL_BITS, 0).astype(np.uint32)
                compiled.fold_taken(*entries, places.of, mask, sums)
            else:
                compiled.fold(*entries, places.of, kinds.of, sums)
            return sums
        difference = self.sums[high] - self.sums[low]
        pair = places.of[:, None] * kinds.size + kinds.of[None, :]
        flat = np.bincount(pair.ravel(), difference.ravel(), minlength=places.size * kinds.size)
        return flat.astype(np.int64).reshape(places.size, kinds.size)


def build_table(
    columns: MatterColumns, group: Numbers, code: Numbers, *, budget_bytes: int = BUDGET_BYTES
) -> RunningTable:
    """Return the table of groups and codes of all rows, with as many entries as the budget allows."""
    groups, codes = int(group.max()) + 1, int(code.max()) + 1
    entries = max(budget_bytes // (groups * codes * 4), 2)
    step = max(-(-columns.rows // (entries - 1)), _LEAST_STEP)
    at = np.append(np.arange(0, columns.rows, step), columns.rows).astype(np.int64)
    sums = np.zeros((len(at), groups, codes), dtype=np.uint32)
    for number, (low, high) in enumerate(zip(at[:-1].tolist(), at[1:].tolist(), strict=True)):
        pair = group[columns.place[low:high]].astype(np.int64) * codes + code[columns.kind[low:high]]
        found = np.bincount(pair, minlength=groups * codes).astype(np.uint32)
        sums[number + 1] = sums[number] + found.reshape(groups, codes)
    return RunningTable(at, sums, group, code)


def build_slider(
    columns: MatterColumns, places: Slots, allowed: BoolArray, *, budget_bytes: int = SLIDER_BYTES
) -> RunningTable:
    """Return the table of one filter: an entry at each day, or at as many as the budget allows."""
    every = -(-len(columns.starts) * places.size * 4 // budget_bytes)
    at = np.unique(np.append(columns.starts[::every], columns.rows))
    counts = kernels.tally(places, Gate(columns.kind, allowed), None, at) if len(at) > 1 else None
    sums = np.zeros((len(at), places.size, 1), dtype=np.uint32)
    if counts is not None:
        np.cumsum(counts, axis=0, out=sums[1:, :, 0], dtype=np.uint32)
    return RunningTable(at, sums, places.of, np.where(allowed, 0, 1).astype(np.uint16))


def _by_group(
    of: npt.NDArray[np.uint32] | Numbers, group: Numbers, groups: int
) -> npt.NDArray[np.uint32] | None:
    """Return what each group is sent to, none where its members are sent to different slots."""
    if of is group:
        return np.arange(groups, dtype=np.uint32)
    if len(of) < len(group):
        return None
    known = of[: len(group)]
    of_group = np.zeros(groups, dtype=np.uint32)
    of_group[group] = known
    return of_group if np.array_equal(of_group[group], known) else None
