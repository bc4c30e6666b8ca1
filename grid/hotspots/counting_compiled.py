"""The inner loops of ``counting_kernels`` compiled by numba: a row costs a nanosecond or less.

Runs go by one after the other, so that rows are read as they lie. The loops let go of the interpreter's lock,
so that halves run side by side. Indices are trusted: whoever calls has made the columns and the tables that
they point into. Places are (key, of), runs are (edges, code). Signed and unsigned numbers together would
become floats: hence the casts.
"""

# mypy: disable-error-code="untyped-decorator"
from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

_compile: Any = njit(nogil=True, cache=True, boundscheck=False)


@_compile
def count_keys(key: Any, edges: Any, sums: Any) -> None:
    """Add one to ``sums[j, key[i]]`` for each row i of a run in period j."""
    for s in range(edges.shape[0]):
        for j in range(edges.shape[1] - 1):
            row = sums[j]
            for i in range(edges[s, j], edges[s, j + 1]):
                row[key[i]] += np.uint32(1)


@_compile
def weigh_keys(key: Any, edges: Any, weight: Any, sums: Any) -> None:
    """Add ``weight[i]`` to ``sums[j, key[i]]`` for each row i of a run in period j."""
    for s in range(edges.shape[0]):
        for j in range(edges.shape[1] - 1):
            row = sums[j]
            for i in range(edges[s, j], edges[s, j + 1]):
                row[key[i]] += np.int64(weight[i])


@_compile
def count_codes(places: Any, runs: Any, sums: Any) -> None:
    """Add one to ``sums[j, of[key[i]] * codes + code[s]]`` for each row i of run s in period j."""
    key, of = places
    edges, code, codes = runs
    for s in range(edges.shape[0]):
        for j in range(edges.shape[1] - 1):
            row = sums[j]
            for i in range(edges[s, j], edges[s, j + 1]):
                row[np.uint32(of[key[i]] * np.uint32(codes) + np.uint32(code[s]))] += np.uint32(1)


@_compile
def weigh_codes(places: Any, runs: Any, weight: Any, sums: Any) -> None:
    """Add ``weight[i]`` to ``sums[j, of[key[i]] * codes + code[s]]`` for each row i of run s in period j."""
    key, of = places
    edges, code, codes = runs
    for s in range(edges.shape[0]):
        for j in range(edges.shape[1] - 1):
            row = sums[j]
            for i in range(edges[s, j], edges[s, j + 1]):
                row[np.uint32(of[key[i]] * np.uint32(codes) + np.uint32(code[s]))] += np.int64(weight[i])


@_compile
def count_inside(places: Any, runs: Any, sums: Any) -> None:
    """Add one to ``sums[j, code[s]]`` for each row i of run s in period j whose place is inside."""
    key, inside = places
    edges, code = runs
    for s in range(edges.shape[0]):
        for j in range(edges.shape[1] - 1):
            total = 0
            for i in range(edges[s, j], edges[s, j + 1]):
                total += inside[key[i]]
            sums[j, code[s]] += total


@_compile
def weigh_inside(places: Any, runs: Any, weight: Any, sums: Any) -> None:
    """Add ``weight[i]`` to ``sums[j, code[s]]`` for each row i of run s in period j whose place is inside."""
    key, inside = places
    edges, code = runs
    for s in range(edges.shape[0]):
        for j in range(edges.shape[1] - 1):
            total = np.int64(0)
            for i in range(edges[s, j], edges[s, j + 1]):
                total += np.int64(inside[key[i]]) * np.int64(weight[i])
            sums[j, code[s]] += total


@_compile
def count_cells(cells: Any, edges: Any, sums: Any) -> None:
    """Add one to ``sums[cell + 1]`` for each row; the first is of no cell."""
    cell, cut = cells
    for s in range(edges.shape[0]):
        for i in range(edges[s, 0], edges[s, 1]):
            sums[(cell[i] >> cut) + 1] += np.uint32(1)


@_compile
def count_cells_within(cells: Any, places: Any, edges: Any, sums: Any) -> None:
    """Add one to ``sums[cell + 1]`` for each row whose place is inside; the first is of none, or outside."""
    cell, cut = cells
    key, inside = places
    for s in range(edges.shape[0]):
        for i in range(edges[s, 0], edges[s, 1]):
            # No branch: half of them would be guessed wrong.
            sums[((cell[i] >> cut) + 1) * inside[key[i]]] += np.uint32(1)


@_compile
def weigh_cells(cells: Any, places: Any, edges: Any, weight: Any, sums: Any) -> None:
    """Add ``weight[i]`` to ``sums[cell + 1]`` for each row whose place is inside."""
    cell, cut = cells
    key, inside = places
    for s in range(edges.shape[0]):
        for i in range(edges[s, 0], edges[s, 1]):
            sums[((cell[i] >> cut) + 1) * inside[key[i]]] += np.int64(weight[i])


@_compile
def fold(low: Any, high: Any, of_group: Any, of_code: Any, sums: Any) -> None:
    """Add ``high - low`` (groups, codes) to ``sums[of_group, of_code]``, but for codes beyond the sums."""
    for group in range(low.shape[0]):
        row = sums[of_group[group]]
        for code in range(low.shape[1]):
            if of_code[code] < len(row):
                row[of_code[code]] += np.int64(high[group, code] - low[group, code])
