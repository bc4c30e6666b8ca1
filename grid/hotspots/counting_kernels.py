"""Sums over slices of columns: what they cost is reading each row once.

Many rows are summed by loops that numba compiles, on two threads; few, and all where there is no numba, by
numpy. Both give the same whole numbers.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib.util import find_spec
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.integer]

MANY_ROWS = 300_000
"""From here on the compiled loops are worth loading numba for, which takes a second."""
_SOME_ROWS = 10_000
_MANY_FOR_ONE = 1_000_000
"""From here on it is worth starting threads."""
_LOOPS = "grid.hotspots.counting_compiled"
_BLOCK_ROWS = 1 << 16
"""So many rows that what is made of them stays in the processor's cache."""


class Slots(NamedTuple):
    """Where each row goes: row i to ``of[key[i]]``, one of ``size`` slots."""

    key: Numbers
    of: Numbers
    size: int


class Gate(NamedTuple):
    """Which rows are taken: row i where ``is_open[key[i]]`` holds."""

    key: Numbers
    is_open: BoolArray


def tally(slots: Slots, gate: Gate, weight: Numbers | None, bounds: IntArray) -> IntArray:
    """Return sums of ``weight`` (or ones) by slot over the rows that a gate takes.

    One row of the answer, int64 of shape (k, slots), for each slice between neighbouring ``bounds`` (k + 1,).
    """
    if is_worth_compiling(int(bounds[-1] - bounds[0])):
        return tally_compiled(slots, gate, weight, bounds)
    return tally_plain(slots, gate, weight, bounds)


def tally_cells(
    cell: npt.NDArray[np.int32],
    gates: tuple[Gate, Gate],
    weight: Numbers | None,
    rows: tuple[int, int],
    *,
    cells: int,
) -> IntArray:
    """Return sums by cell, those below 0 left out, over the rows that both gates take; int64 (cells,)."""
    if is_worth_compiling(rows[1] - rows[0]):
        return tally_cells_compiled(cell, gates, weight, rows, cells=cells)
    return tally_cells_plain(cell, gates, weight, rows, cells=cells)


def is_worth_compiling(rows: int) -> bool:
    """Return whether compiled loops are used for so many rows: for fewer, once they are loaded."""
    if rows >= MANY_ROWS:
        return _has_numba()
    return rows >= _SOME_ROWS and _LOOPS in sys.modules


def count_pairs(places: Slots, kinds: Slots, rows: tuple[int, int]) -> IntArray:
    """Return how many of some rows there are of each pair of slots; int64 of shape of the slots' sizes."""
    sums = np.zeros((places.size, kinds.size), dtype=np.int64)
    if is_worth_compiling(rows[1] - rows[0]):
        loops().count_pairs(places.key, places.of, (kinds.key, kinds.of), rows, sums)
        return sums
    for low in range(*rows, _BLOCK_ROWS):
        block = slice(low, min(rows[1], low + _BLOCK_ROWS))
        pair = places.of[places.key[block]] * kinds.size + kinds.of[kinds.key[block]]
        sums += np.bincount(pair, minlength=sums.size).reshape(sums.shape)
    return sums


def tally_plain(slots: Slots, gate: Gate, weight: Numbers | None, bounds: IntArray) -> IntArray:
    """Do ``tally`` by numpy."""
    sums = np.zeros((len(bounds) - 1, slots.size), dtype=np.int64)
    for number, (first, after) in enumerate(zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True)):
        for low in range(first, after, _BLOCK_ROWS):
            rows = slice(low, min(after, low + _BLOCK_ROWS))
            taken = gate.is_open[gate.key[rows]]
            weights = None if weight is None else weight[rows][taken]
            slot = slots.of[slots.key[rows][taken]]
            # Sums of whole numbers in floats are exact to 2**53, below which a block of 32-bit numbers stays.
            sums[number] += np.bincount(slot, weights, minlength=slots.size).astype(np.int64)
    return sums


def tally_cells_plain(
    cell: npt.NDArray[np.int32],
    gates: tuple[Gate, Gate],
    weight: Numbers | None,
    rows: tuple[int, int],
    *,
    cells: int,
) -> IntArray:
    """Do ``tally_cells`` by numpy."""
    sums = np.zeros(cells, dtype=np.int64)
    for low in range(*rows, _BLOCK_ROWS):
        block = slice(low, min(rows[1], low + _BLOCK_ROWS))
        taken = cell[block] >= 0
        for gate in gates:
            taken &= gate.is_open[gate.key[block]]
        np.add.at(sums, cell[block][taken], 1 if weight is None else weight[block][taken].astype(np.int64))
    return sums


def tally_compiled(slots: Slots, gate: Gate, weight: Numbers | None, bounds: IntArray) -> IntArray:
    """Do ``tally`` by compiled loops."""
    compiled, sums = loops(), np.zeros((len(bounds) - 1, slots.size), dtype=np.int64)
    where, taken = (slots.key, slots.of), (gate.key, gate.is_open.view(np.uint8))

    def run(part: IntArray) -> IntArray:
        if weight is None and len(part) == 2:
            # Fewer look-ups a row: by key first, and the sums by slot.
            by_key = np.zeros(len(slots.of), dtype=np.uint32)
            compiled.count_keys(slots.key, taken, (part[0], part[1]), by_key)
            sums = np.bincount(slots.of, by_key, minlength=slots.size).astype(np.int64)
            return sums[None, :]
        found = np.zeros((len(part) - 1, slots.size), dtype=np.int64)
        if weight is None:
            compiled.count_slots(where, taken, part, found)
        else:
            compiled.weigh_slots(where, taken, weight, part, found)
        return found

    for first, found in _side_by_side(run, bounds):
        sums[first : first + len(found)] += found
    return sums


def tally_cells_compiled(
    cell: npt.NDArray[np.int32],
    gates: tuple[Gate, Gate],
    weight: Numbers | None,
    rows: tuple[int, int],
    *,
    cells: int,
) -> IntArray:
    """Do ``tally_cells`` by compiled loops."""
    compiled = loops()
    kinds, places = ((gate.key, gate.is_open.view(np.uint8)) for gate in gates)

    def run(part: IntArray) -> IntArray:
        sums = np.zeros(cells + 1, dtype=np.uint32 if weight is None else np.int64)
        if weight is None:
            compiled.count_cells(cell, kinds, places, (part[0], part[1]), sums)
        else:
            compiled.weigh_cells(cell, (kinds, places), weight, (part[0], part[1]), sums)
        whole: IntArray = sums[1:].astype(np.int64, copy=False)
        return whole

    both = _side_by_side(run, np.array(rows, dtype=np.int64))
    sums: IntArray = both[0][1] if len(both) == 1 else both[0][1] + both[1][1]
    return sums


def _side_by_side(run: Callable[[IntArray], IntArray], bounds: IntArray) -> list[tuple[int, IntArray]]:
    """Run over both halves of the rows at once; each with the number of the slice that it begins with."""
    middle = (bounds[0] + bounds[-1]) // 2
    cut = min(int(np.searchsorted(bounds, middle, "right")), len(bounds) - 1)
    halves = np.append(bounds[:cut], middle), np.append(middle, bounds[cut:])
    if bounds[-1] - bounds[0] < _MANY_FOR_ONE:
        return [(0, run(bounds))]
    with ThreadPoolExecutor(2) as threads:
        return list(zip((0, cut - 1), threads.map(run, halves), strict=True))


def loops() -> Any:
    """Return the compiled loops."""
    from grid.hotspots import counting_compiled

    return counting_compiled


@cache
def _has_numba() -> bool:
    return find_spec("numba") is not None
