"""A coverage model made smaller without changing its best: demands merged, useless sites left out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from grid.siting.coverage import Cover, Flags, Ints, cover_of


@dataclass(frozen=True, slots=True, eq=False)
class Reduced:
    """A smaller model: its cover, the weights of its demands, and the sites of the whole one by place."""

    cover: Cover
    weights: Ints
    sites: Ints


def reduce_model(cover: Cover, weights: Ints, met: Flags) -> Reduced:
    """Return the model without what cannot matter to the best choice.

    Left out: demands that are met, weigh nothing or are reached by no site; then of demands that the same
    sites cover one is kept with the weight of all; then sites that cover nothing more than another one does
    (of equal ones the first stays).
    """
    by_demand = cover.matrix().tocsc()
    starts, sites = by_demand.indptr, by_demand.indices
    merged: dict[bytes, int] = {}
    pairs: list[tuple[Ints, int]] = []
    summed: list[int] = []
    for demand in np.flatnonzero(~met & (weights > 0) & cover.reached()):
        by = np.sort(sites[starts[demand] : starts[demand + 1]]).astype(np.int64)
        at = merged.setdefault(by.tobytes(), len(summed))
        if at == len(summed):
            summed.append(0)
            pairs.append((by, at))
        summed[at] += int(weights[demand])
    smaller = _cover(pairs, (cover.sites, len(summed)))
    kept = _undominated(smaller)
    places = np.full(cover.sites, -1, dtype=np.int64)
    places[kept] = np.arange(len(kept))
    pairs = [(places[by][places[by] >= 0], at) for by, at in pairs]
    return Reduced(_cover(pairs, (len(kept), len(summed))), np.array(summed, dtype=np.int64), kept)


def _cover(pairs: list[tuple[Ints, int]], shape: tuple[int, int]) -> Cover:
    if not pairs:
        return cover_of(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), shape)
    sites = np.concatenate([by for by, _ in pairs])
    return cover_of(sites, np.concatenate([np.full(len(by), at) for by, at in pairs]), shape)


def _undominated(cover: Cover) -> Ints:
    """Return the sites whose cover is no part of another's, by place."""
    matrix = cover.matrix()
    sizes = np.diff(cover.starts)
    shared = (matrix @ matrix.T).tocoo()
    within = (shared.data == sizes[shared.row]) & (shared.row != shared.col)
    row, column = shared.row[within], shared.col[within]
    # Of two alike the first one stays; of a smaller and a larger one the larger.
    worse = (sizes[column] > sizes[row]) | (column < row)
    beaten = sizes == 0
    beaten[row[worse]] = True
    return np.flatnonzero(~beaten).astype(np.int64)
