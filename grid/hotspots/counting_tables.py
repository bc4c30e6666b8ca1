"""Running tables: how many matters of each group come before some of the days, so that few rows need reading.

A count between two days is the difference of the two entries nearest to them, and the days left over at both
ends. So the cost does not grow with the period; what it is depends on how many entries the memory allows.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from grid.hotspots import counting_kernels as kernels
from grid.hotspots.counting import MatterColumns, runs
from grid.hotspots.counting_kernels import Codes, IntArray, Numbers, Slots

SLIDER_BYTES = 32 << 20
"""What the table of a filter may take."""
_LEAST_STEP = 1 << 12
"""Rows between entries, at least: reading so many takes as long as finding them."""
_AT_ONCE = 64
"""Entries made in one go, so that the memory that takes is bounded."""


@dataclass(frozen=True, slots=True, eq=False)
class RunningTable:
    """Counts before the days ``at`` (e,), indices that begin with 0 and end with the number of days.

    ``sums`` is uint32 of shape (e, groups, codes). ``group`` (places,) and ``code`` (kinds,) say what each
    place and kind counts for; a kind whose code is ``codes`` is not counted at all.
    """

    at: IntArray
    sums: npt.NDArray[np.uint32]
    group: Numbers
    code: Numbers

    def count(self, columns: MatterColumns, bounds: IntArray, places: Slots, kinds: Codes) -> IntArray | None:
        """Return counts by slot of place and of kind, int64 (k, slots, slots), for periods between bounds.

        None where this table cannot tell.
        """
        is_daily = len(self.at) > len(columns.days)
        near = bounds if is_daily else self._nearest(bounds)
        if self.group is places.of and self.code is kinds.of:
            counts = (self.sums[near[1:]] - self.sums[near[:-1]]).astype(np.int64)
        else:
            of_group = _by_group(places.of, self.group, self.sums.shape[1])
            of_code = self._by_code(kinds)
            if of_group is None or of_code is None:
                return None
            groups = Slots(self.group, of_group, places.size), Codes(of_code, kinds.size)
            counts = np.stack([self._between(*pair, *groups) for pair in pairwise(near.tolist())])
        if not is_daily:
            self._mend(counts, columns, (bounds, near), places, kinds)
        return counts

    def _nearest(self, bounds: IntArray) -> IntArray:
        after = np.searchsorted(self.at, bounds)
        before = np.maximum(after - 1, 0)
        is_before = bounds - self.at[before] < self.at[after] - bounds
        return np.where(is_before, before, after)

    def _by_code(self, kinds: Codes) -> npt.NDArray[np.uint32] | None:
        codes = self.sums.shape[2]
        of_code = _by_group(kinds.of, self.code, codes + 1)
        if of_code is None or (of_code[codes] < kinds.size and bool((self.code == codes).any())):
            return None
        return of_code[:codes]

    def _between(self, low: int, high: int, places: Slots, kinds: Codes) -> IntArray:
        """Return the difference of two entries by slots."""
        sums = np.zeros((places.size, kinds.size), dtype=np.int64)
        if kernels.is_worth_compiling(self.sums[0].size):
            kernels.loops().fold(self.sums[low], self.sums[high], places.of, kinds.of, sums)
            return sums
        asked = np.flatnonzero(kinds.of < kinds.size)
        difference = (self.sums[high] - self.sums[low])[:, asked]
        pair = places.of[:, None] * np.int64(kinds.size) + kinds.of[asked]
        flat = np.bincount(pair.ravel(), difference.ravel(), minlength=sums.size)
        return flat.astype(np.int64).reshape(sums.shape)

    def _mend(
        self, counts: IntArray, columns: MatterColumns, ends: tuple[IntArray, IntArray],
        places: Slots, kinds: Codes,
    ) -> None:  # fmt: skip
        """Count the days between each bound and the entry that was taken for it."""
        bounds, near = ends
        for number in np.flatnonzero(bounds != self.at[near]).tolist():
            days = np.sort([bounds[number], self.at[near[number]]])
            edge = kernels.tally(runs(columns, days, kinds), places, None)[0]
            # Days before the entry nearest to a bound are of the period that begins there.
            sign = 1 if bounds[number] == days[0] else -1
            if number < len(counts):
                counts[number] += sign * edge
            if number:
                counts[number - 1] -= sign * edge


def build_table(columns: MatterColumns, group: Numbers, kinds: Codes, *, budget_bytes: int) -> RunningTable:
    """Return the table of groups and codes of all rows, with as many entries as the budget allows."""
    groups = int(group.max()) + 1
    entries = min(budget_bytes // (groups * kinds.size * 4), columns.rows // _LEAST_STEP)
    return _build(columns, Slots(columns.place, group, groups), kinds, entries)


def build_slider(
    columns: MatterColumns, places: Slots, kinds: Codes, *, budget_bytes: int = SLIDER_BYTES
) -> RunningTable:
    """Return the table of one filter: an entry at each day, or at as many as the budget allows."""
    return _build(columns, places, kinds, budget_bytes // (places.size * kinds.size * 4))


def _build(columns: MatterColumns, places: Slots, kinds: Codes, entries: int) -> RunningTable:
    days = len(columns.days)
    step = max(-(-days // max(entries - 1, 1)), 1)
    at = np.append(np.arange(0, days, step), days).astype(np.int64)
    sums = np.zeros((len(at), places.size, kinds.size), dtype=np.uint32)
    for low in range(0, len(at) - 1, _AT_ONCE):
        part = at[low : low + _AT_ONCE + 1]
        counts = kernels.tally(runs(columns, part, kinds), places, None)
        np.cumsum(counts, axis=0, out=counts)
        sums[low + 1 : low + len(part)] = counts + sums[low]
    return RunningTable(at, sums, places.of, kinds.of)


def _by_group(
    of: npt.NDArray[np.uint32] | Numbers, group: Numbers, groups: int
) -> npt.NDArray[np.uint32] | None:
    """Return what each group is sent to, none where its members are sent to different slots."""
    if len(of) < len(group):
        return None
    known = of[: len(group)]
    of_group = np.zeros(groups, dtype=np.uint32)
    of_group[group] = known
    return of_group if np.array_equal(of_group[group], known) else None
