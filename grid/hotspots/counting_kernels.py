"""Sums over slices of columns: what they cost is reading each row once."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.integer]

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


def tally_cells(
    cell: npt.NDArray[np.int32],
    gates: tuple[Gate, Gate],
    weight: Numbers | None,
    rows: tuple[int, int],
    *,
    cells: int,
) -> IntArray:
    """Return sums by cell, those below 0 left out, over the rows that both gates take; int64 (cells,)."""
    sums = np.zeros(cells, dtype=np.int64)
    for low in range(*rows, _BLOCK_ROWS):
        block = slice(low, min(rows[1], low + _BLOCK_ROWS))
        taken = cell[block] >= 0
        for gate in gates:
            taken &= gate.is_open[gate.key[block]]
        np.add.at(sums, cell[block][taken], 1 if weight is None else weight[block][taken].astype(np.int64))
    return sums
