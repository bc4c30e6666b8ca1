"""Cutting a land into nested areas: each level grows from seeds inside the areas of the level above."""

from __future__ import annotations

import numpy as np
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components, dijkstra
from scipy.spatial import cKDTree

from data.demo.mesh import Index
from data.demo.terrain import Mask, Metres

OUTSIDE = -1
_ROUNDS = 6
_SMALLEST_OWN_SHARE = 0.6
"""An island or exclave smaller than this part of a usual child gets none of its own."""


def grow(graph: csr_array, sites: Metres, parents: Index, seeds: Index) -> Index:
    """Return for each cell the number of the seed that reaches it at least cost without leaving its parent.

    ``parents`` holds the parent of each cell, `OUTSIDE` for cells of none. Detached parts of a parent
    (islands, exclaves) are reached over one link to its main part, so they fall to one child unless they
    hold a seed.
    """
    inside = _joined_within(graph, sites, parents)
    _, _, sources = dijkstra(inside, directed=False, indices=seeds, min_only=True, return_predecessors=True)
    numbers = np.full(len(parents) + 1, OUTSIDE)
    numbers[seeds] = np.arange(len(seeds))
    return np.where(parents == OUTSIDE, OUTSIDE, numbers[np.maximum(sources, -1)])


def divide(
    graph: csr_array, sites: Metres, parents: Index, counts: Index, rng: np.random.Generator
) -> tuple[Index, Index]:
    """Cut every parent ``p`` into ``counts[p]`` connected children of alike numbers of cells.

    Returns the child of each cell and the parent of each child. Lloyd's method on the graph: grow from seeds,
    move each seed to the middle of what it reached, again.
    """
    eligible = _seedable(graph, parents, counts)
    seeds = _random_seeds(parents, eligible, counts, rng)
    for _ in range(_ROUNDS):
        seeds = _middles(sites, grow(graph, sites, parents, seeds), eligible, seeds)
    return grow(graph, sites, parents, seeds), parents[seeds]


def share_out(total: int, weights: Metres, least: int = 1) -> Index:
    """Return whole numbers that sum to ``total`` in proportion to ``weights``, each at least ``least``."""
    exact = np.maximum(weights / weights.sum() * total, least)
    shares = np.floor(exact).astype(np.int64)
    by_remainder = np.argsort(-(exact - shares), kind="stable")
    missing = total - int(shares.sum())
    if missing >= 0:
        shares[by_remainder[:missing]] += 1
    for _ in range(-missing):
        shares[np.argmax(shares)] -= 1
    return np.asarray(shares, dtype=np.int64)


def main_parts(graph: csr_array, mask: Mask, least: int) -> Mask:
    """Return the cells of ``mask`` that lie in connected parts of at least ``least`` cells."""
    _, part = connected_components(_within(graph, np.where(mask, 0, OUTSIDE)), directed=False)
    return np.asarray(mask & (np.bincount(part)[part] >= least))


def _within(graph: csr_array, parents: Index) -> csr_array:
    edges = graph.tocoo()
    one, other = edges.coords
    kept = (parents[one] == parents[other]) & (parents[one] != OUTSIDE)
    return coo_array((edges.data[kept], (one[kept], other[kept])), shape=graph.shape).tocsr()


def _joined_within(graph: csr_array, sites: Metres, parents: Index) -> csr_array:
    inside = _within(graph, parents)
    _, part = connected_components(inside, directed=False)
    sizes = np.bincount(part)
    links = []
    for parent in _broken(parents, part):
        cells = np.flatnonzero(parents == parent)
        main = cells[part[cells] == np.argmax(np.bincount(part[cells], minlength=len(sizes)))]
        tree = cKDTree(sites[main])
        for stray in np.setdiff1d(part[cells], part[main[:1]]):
            members = cells[part[cells] == stray]
            away, nearest = tree.query(sites[members])
            links.append((members[np.argmin(away)], main[nearest[np.argmin(away)]]))
    if not links:
        return inside
    one, other = np.array(links).T
    return (inside + coo_array((np.ones(len(one)), (one, other)), shape=graph.shape)).tocsr()


def _broken(parents: Index, part: Index) -> Index:
    """Return the parents whose cells do not hang together."""
    pairs = np.unique(np.stack([parents, part], axis=1)[parents != OUTSIDE], axis=0)
    numbers, parts = np.unique(pairs[:, 0], return_counts=True)
    return np.asarray(numbers[parts > 1])


def _seedable(graph: csr_array, parents: Index, counts: Index) -> Mask:
    """Return the cells of parts large enough to hold a seed; all cells of a parent that is only bits."""
    _, part = connected_components(_within(graph, parents), directed=False)
    inside = parents != OUTSIDE
    usual = np.bincount(parents[inside], minlength=len(counts)) / np.maximum(counts, 1)
    least = _SMALLEST_OWN_SHARE * usual[np.where(inside, parents, 0)]
    eligible = inside & (np.bincount(part)[part] >= least)
    short = np.bincount(parents[eligible], minlength=len(counts)) < counts
    return np.asarray(eligible | (inside & short[np.where(inside, parents, 0)]))


def _random_seeds(parents: Index, eligible: Mask, counts: Index, rng: np.random.Generator) -> Index:
    cells = rng.permutation(np.flatnonzero(eligible))
    cells = cells[np.argsort(parents[cells], kind="stable")]
    starts = np.searchsorted(parents[cells], parents[cells])
    seeds = cells[np.arange(len(cells)) - starts < counts[parents[cells]]]
    if len(seeds) != counts.sum():
        raise ValueError("a parent has fewer cells than children")
    return np.asarray(seeds)


def _middles(sites: Metres, children: Index, eligible: Mask, seeds: Index) -> Index:
    """Return for each child its eligible cell nearest to the mean of its cells; order of children is kept."""
    cells = np.flatnonzero(children != OUTSIDE)
    child = children[cells]
    size = np.bincount(child, minlength=len(seeds))
    middle = np.stack([np.bincount(child, sites[cells, axis]) / size for axis in (0, 1)], axis=1)
    cells = cells[eligible[cells]]
    away = np.hypot(*(sites[cells] - middle[children[cells]]).T)
    order = np.lexsort((away, children[cells]))
    first = np.unique(children[cells][order], return_index=True)[1]
    return cells[order][first]
