"""Sums over runs of rows: what they cost is reading each row once.

Many rows are summed by loops that numba compiles, on two threads; few, and all where there is no numba, by
numpy. Both give the same whole numbers.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
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
_OFTEN = 4
"""So many rows a place and period are worth a sum of its own."""
_LOOPS = "grid.hotspots.counting_compiled"
_BLOCK_ROWS = 1 << 19


class Slots(NamedTuple):
    """Where each row goes: row i to ``of[key[i]]``, one of ``size`` slots."""

    key: Numbers
    of: Numbers
    size: int


class Codes(NamedTuple):
    """What each kind of matter counts for: kind k for ``of[k]``; it is taken where that is below ``size``."""

    of: Numbers
    size: int


class Runs(NamedTuple):
    """Which rows are taken: of run s in period j those from ``edges[s, j]`` up to ``edges[s, j + 1]``.

    ``edges`` is int32 of shape (m, k + 1), rising along each run; the rows of run s are of ``code[s]`` (m,),
    one of ``codes``.
    """

    edges: npt.NDArray[np.int32]
    code: IntArray
    codes: int

    @property
    def rows(self) -> int:
        """How many there are."""
        return int((self.edges[:, -1] - self.edges[:, 0]).sum())

    def lengths(self) -> IntArray:
        """Return how many rows there are of each period and code; int64 of shape (k, codes)."""
        sums = np.zeros((self.codes, self.edges.shape[1]), dtype=np.int64)
        for code in range(self.codes):
            self.edges[self.code == code].sum(axis=0, dtype=np.int64, out=sums[code])
        return np.diff(sums).T


class Cells(NamedTuple):
    """The cell of each row (-1 for none), one of ``size`` once ``cut`` bits of its number are dropped."""

    cell: npt.NDArray[np.int32]
    cut: int
    size: int


def tally(runs: Runs, places: Slots, weight: Numbers | None) -> IntArray:
    """Return sums of ``weight`` (or ones) by period, slot and code; int64 of shape (k, slots, codes)."""
    if is_worth_compiling(runs.rows):
        return tally_compiled(runs, places, weight)
    return tally_plain(runs, places, weight)


def tally_inside(runs: Runs, places: Numbers, inside: BoolArray, weight: Numbers | None) -> IntArray:
    """Return sums by period and code over the rows whose places are ``inside``; int64 of shape (k, codes)."""
    if weight is None and inside.all():
        return runs.lengths()
    if is_worth_compiling(runs.rows):
        return tally_inside_compiled(runs, places, inside, weight)
    return tally_plain(runs, Slots(places, np.where(inside, 0, 1), 2), weight)[:, 0]


def tally_cells(
    runs: Runs, cells: Cells, places: Numbers, inside: BoolArray, weight: Numbers | None
) -> IntArray:
    """Return sums by cell over the rows of one period whose places are ``inside``; int64 (cells,)."""
    if is_worth_compiling(runs.rows):
        return tally_cells_compiled(runs, cells, places, inside, weight)
    return tally_cells_plain(runs, cells, places, inside, weight)


def is_worth_compiling(rows: int) -> bool:
    """Return whether compiled loops are used for so many rows: for fewer, once they are loaded."""
    if rows >= MANY_ROWS:
        return _has_numba()
    return rows >= _SOME_ROWS and _LOOPS in sys.modules


def tally_plain(runs: Runs, places: Slots, weight: Numbers | None) -> IntArray:
    """Do ``tally`` by numpy."""
    shape = (runs.edges.shape[1] - 1, places.size, runs.codes)
    sums = np.zeros(int(np.prod(shape)), dtype=np.int64)
    for rows, period, code in _blocks(runs):
        at = (period * places.size + places.of[places.key[rows]]) * runs.codes + code
        # Sums of whole numbers in floats are exact to 2**53, below which a block of 32-bit numbers stays.
        weights = None if weight is None else weight[rows]
        sums += np.bincount(at, weights, minlength=sums.size).astype(np.int64, copy=False)
    return sums.reshape(shape)


def tally_cells_plain(
    runs: Runs, cells: Cells, places: Numbers, inside: BoolArray, weight: Numbers | None
) -> IntArray:
    """Do ``tally_cells`` by numpy."""
    sums = np.zeros(cells.size + 1, dtype=np.int64)
    for rows, _, _ in _blocks(runs):
        at = ((cells.cell[rows] >> cells.cut) + 1) * inside[places[rows]]
        weights = None if weight is None else weight[rows]
        sums += np.bincount(at, weights, minlength=sums.size).astype(np.int64, copy=False)
    return sums[1:]


def tally_compiled(runs: Runs, places: Slots, weight: Numbers | None) -> IntArray:
    """Do ``tally`` by compiled loops."""
    if runs.codes == 1 and runs.rows > _OFTEN * (runs.edges.shape[1] - 1) * len(places.of):
        # One look-up a row less: by key first, and the sums by slot.
        by_key = _side_by_side(partial(_by_key, places, weight), runs)
        folded = [np.bincount(places.of, sums, minlength=places.size) for sums in by_key]
        return np.stack(folded).astype(np.int64)[:, :, None]
    sums = _side_by_side(partial(_by_code, places, weight), runs)
    return sums.reshape(-1, places.size, runs.codes)


def tally_inside_compiled(runs: Runs, places: Numbers, inside: BoolArray, weight: Numbers | None) -> IntArray:
    """Do ``tally_inside`` by compiled loops."""
    compiled, where = loops(), (places, inside.view(np.uint8))

    def run(part: Runs) -> Numbers:
        sums = np.zeros((part.edges.shape[1] - 1, part.codes), dtype=np.int64)
        if weight is None:
            compiled.count_inside(where, (part.edges, part.code), sums)
        else:
            compiled.weigh_inside(where, (part.edges, part.code), weight, sums)
        return sums

    return _side_by_side(run, runs)


def _by_key(places: Slots, weight: Numbers | None, runs: Runs) -> Numbers:
    sums = _nothing(runs, len(places.of), weight)
    if weight is None:
        loops().count_keys(places.key, runs.edges, sums)
    else:
        loops().weigh_keys(places.key, runs.edges, weight, sums)
    return sums


def _by_code(places: Slots, weight: Numbers | None, runs: Runs) -> Numbers:
    sums = _nothing(runs, places.size * runs.codes, weight)
    if weight is None:
        loops().count_codes((places.key, places.of), runs, sums)
    else:
        loops().weigh_codes((places.key, places.of), runs, weight, sums)
    return sums


def _nothing(runs: Runs, size: int, weight: Numbers | None) -> Numbers:
    return np.zeros((runs.edges.shape[1] - 1, size), dtype=np.uint32 if weight is None else np.int64)


def tally_cells_compiled(
    runs: Runs, cells: Cells, places: Numbers, inside: BoolArray, weight: Numbers | None
) -> IntArray:
    """Do ``tally_cells`` by compiled loops."""
    compiled, everywhere = loops(), bool(inside.all())
    which, where = (cells.cell, cells.cut), (places, inside.view(np.uint8))

    def run(part: Runs) -> Numbers:
        sums = _nothing(part, cells.size + 1, weight)[0]
        if weight is not None:
            compiled.weigh_cells(which, where, part.edges, weight, sums)
        elif everywhere:
            compiled.count_cells(which, part.edges, sums)
        else:
            compiled.count_cells_within(which, where, part.edges, sums)
        counted: Numbers = sums[1:]
        return counted

    return _side_by_side(run, runs)


def loops() -> Any:
    """Return the compiled loops."""
    from grid.hotspots import counting_compiled

    return counting_compiled


def _side_by_side(run: Callable[[Runs], Numbers], runs: Runs) -> IntArray:
    """Return the sums of both halves of every run, made at once."""
    if runs.rows < _MANY_FOR_ONE:
        return run(runs).astype(np.int64, copy=False)
    middle = runs.edges[:, :1] + (runs.edges[:, -1:] - runs.edges[:, :1]) // 2
    halves = (runs._replace(edges=cut(runs.edges, middle)) for cut in (np.minimum, np.maximum))
    with ThreadPoolExecutor(2) as threads:
        first, second = threads.map(run, halves)
    sums: IntArray = np.add(first, second, dtype=np.int64)
    return sums


def _blocks(runs: Runs) -> Iterator[tuple[IntArray, IntArray, IntArray]]:
    """Return rows that are taken in blocks, with the period and the code of each."""
    lengths, periods = np.diff(runs.edges, axis=1).reshape(-1), runs.edges.shape[1] - 1
    ends = np.cumsum(lengths)
    shifts = runs.edges[:, :-1].reshape(-1) - (ends - lengths)
    for low in range(0, runs.rows, _BLOCK_ROWS):
        number = np.arange(low, min(runs.rows, low + _BLOCK_ROWS))
        part = np.searchsorted(ends, number, "right")
        yield number + shifts[part], part % periods, runs.code[part // periods]


@cache
def _has_numba() -> bool:
    return find_spec("numba") is not None
