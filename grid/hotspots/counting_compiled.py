"""The inner loops of ``counting_kernels`` compiled by numba: a row costs a nanosecond or two.

They let go of the interpreter's lock, so that slices run side by side. Indices are trusted: whoever calls has
made the columns and the tables that they point into. Slots are (key, of), a gate is (key, is_open). Signed
and unsigned numbers together would become floats: hence the casts.
"""

# mypy: disable-error-code="untyped-decorator"
from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

_compile: Any = njit(nogil=True, cache=True, boundscheck=False)


@_compile
def count_keys(key: Any, gate: Any, rows: Any, sums: Any) -> None:
    """Add one to ``sums[key[i]]`` for each of the rows that is taken."""
    gate_key, is_open = gate
    for i in range(rows[0], rows[1]):
        sums[key[i]] += is_open[gate_key[i]]


@_compile
def count_slots(slots: Any, gate: Any, bounds: Any, sums: Any) -> None:
    """Add one to ``sums[j, of[key[i]]]`` for each row i of slice j that is taken."""
    key, of = slots
    gate_key, is_open = gate
    for j in range(len(bounds) - 1):
        row = sums[j]
        for i in range(bounds[j], bounds[j + 1]):
            row[of[key[i]]] += is_open[gate_key[i]]


@_compile
def weigh_slots(slots: Any, gate: Any, weight: Any, bounds: Any, sums: Any) -> None:
    """Add ``weight[i]`` to ``sums[j, of[key[i]]]`` for each row i of slice j that is taken."""
    key, of = slots
    gate_key, is_open = gate
    for j in range(len(bounds) - 1):
        row = sums[j]
        for i in range(bounds[j], bounds[j + 1]):
            row[of[key[i]]] += np.int64(is_open[gate_key[i]]) * np.int64(weight[i])


@_compile
def count_cells(cell: Any, kinds: Any, places: Any, rows: Any, sums: Any) -> None:
    """Add one to ``sums[cell[i] + 1]`` for each of the rows that both gates take; the first is of no cell."""
    kind, allowed = kinds
    place, inside = places
    for i in range(rows[0], rows[1]):
        # A branch, unlike above: what is not taken needs no look at sums that are too many for the cache.
        if allowed[kind[i]] & inside[place[i]]:
            sums[cell[i] + 1] += 1


@_compile
def weigh_cells(cell: Any, gates: Any, weight: Any, rows: Any, sums: Any) -> None:
    """Add ``weight[i]`` to ``sums[cell[i] + 1]`` for each of the rows that both gates take."""
    (kind, allowed), (place, inside) = gates
    for i in range(rows[0], rows[1]):
        if allowed[kind[i]] & inside[place[i]]:
            sums[cell[i] + 1] += np.int64(weight[i])


@_compile
def count_pairs(place: Any, of_place: Any, kinds: Any, rows: Any, sums: Any) -> None:
    """Add one to ``sums[of_place[place[i]], of_kind[kind[i]]]`` for each of the rows."""
    kind, of_kind = kinds
    for i in range(rows[0], rows[1]):
        sums[of_place[place[i]], of_kind[kind[i]]] += 1


@_compile
def fold(low: Any, high: Any, of_group: Any, of_code: Any, sums: Any) -> None:
    """Add ``high - low`` (groups, codes) to ``sums[of_group, of_code]``, but for groups of the last slot."""
    for group in range(low.shape[0]):
        if of_group[group] == len(sums) - 1:
            continue
        row = sums[of_group[group]]
        for code in range(low.shape[1]):
            row[of_code[code]] += np.int64(high[group, code]) - np.int64(low[group, code])


@_compile
def fold_taken(low: Any, high: Any, of_group: Any, mask: Any, sums: Any) -> None:
    """Add ``high - low`` (groups, codes) under a mask of bits by code to ``sums[of_group, 0]``.

    Groups of the last slot are left out.
    """
    for group in range(low.shape[0]):
        if of_group[group] == len(sums) - 1:
            continue
        total = np.uint32(0)
        for code in range(low.shape[1]):
            total = np.uint32(total + (np.uint32(high[group, code] - low[group, code]) & mask[code]))
        sums[of_group[group], 0] += np.int64(total)
