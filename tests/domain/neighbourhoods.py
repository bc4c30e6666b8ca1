"""Areas that border on each other, for tests of significance, and the same as libpysal's weights."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from libpysal.weights import W

from grid.areas import Level
from grid.hotspots.adjacency import Adjacency, Neighbourhood, adjacency_of


def lattice(side: int) -> Adjacency:
    """A square of areas, each bordering on up to four others."""
    ids = np.arange(side * side).reshape(side, side)
    across = np.stack([ids[:, 1:].ravel(), ids[:, :-1].ravel()], axis=1)
    along = np.stack([ids[1:].ravel(), ids[:-1].ravel()], axis=1)
    return adjacency_of(ids.ravel(), np.concatenate([across, along]))


def scattered(rng: np.random.Generator, n: int, borders: int) -> Adjacency:
    """Borders at random: some areas with many, and as a rule some islands."""
    return adjacency_of(np.arange(n), rng.integers(0, n, (borders, 2)))


def weights(adjacency: Adjacency) -> W:
    matrix = adjacency.matrix
    return W(
        {
            area: matrix.indices[matrix.indptr[area] : matrix.indptr[area + 1]].tolist()
            for area in range(adjacency.size)
        },
        silence_warnings=True,
    )


def from_weights(w: W) -> Adjacency:
    place = {name: at for at, name in enumerate(w.id_order)}
    pairs: Iterable[tuple[int, int]] = (
        (place[name], place[other]) for name in w.id_order for other in w.neighbors[name]
    )
    return adjacency_of(np.arange(w.n), np.array(list(pairs)))


def neighbourhood(adjacency: Adjacency, residents: np.ndarray | float = np.nan) -> Neighbourhood:
    people = np.broadcast_to(np.asarray(residents, dtype=float), adjacency.size).copy()
    everywhere = np.ones(adjacency.size, dtype=bool)
    return Neighbourhood(Level.VILLAGE, np.arange(adjacency.size) + 100, people, everywhere, adjacency, None)
