"""Issue sites: where matters of one category lie close together, by DBSCAN on metres.

Ester, Kriegel, Sander, Xu 1996, "A density-based algorithm for discovering clusters": a place with enough
matters within ``EPS_M`` is a core, cores within reach of each other are one cluster, and a place within
reach of a core is on its border. In a dense centre everything reaches everything: a cluster wider than
``WIDEST_M`` is looked through again for twice as many matters, until what is left is a place that can be
named. The outcome does not depend on the order of the matters, nor on chance.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

FloatArray = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64]

EPS_M = 100.0
LEAST_MATTERS = 5
"""Of one site, and around a core: never so few that one matter could be told apart."""
WIDEST_M = 500.0
NO_SITE = -1
_SAME_PLACE_M = 10.0
"""Matters in one square of this side are one place: it bounds the neighbours of a place to some 350."""
_LEAST_RADIUS_M = 10.0
_AT_ONCE = 20_000


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Where matters are: ``xy_m`` float64 (p, 2), how many (``weight``, p), each matter's place (n,)."""

    xy_m: FloatArray
    weight: Numbers
    of_matter: Numbers


@dataclass(frozen=True, slots=True)
class SiteShape:
    """The mean of a site's matters in metres, and how far the farthest is from it (10 m at least)."""

    x_m: float
    y_m: float
    radius_m: float


def find_sites(x_m: FloatArray, y_m: FloatArray) -> Numbers:
    """Return the site of each matter of one category, numbered from the south on, ``NO_SITE`` for none; (n,).

    Coordinates are in metres of a projected CRS; one that is not a number is in no site.
    """
    sites = np.full(x_m.size, NO_SITE, dtype=np.int64)
    known = np.isfinite(x_m) & np.isfinite(y_m)
    if np.count_nonzero(known) < LEAST_MATTERS:
        return sites
    places = gather_places(x_m[known], y_m[known])
    sites[known] = _narrowed(places)[places.of_matter]
    return sites


def site_shape(x_m: FloatArray, y_m: FloatArray) -> SiteShape:
    """Return centre and radius of one site's matters."""
    x, y = float(x_m.mean()), float(y_m.mean())
    return SiteShape(x, y, max(float(np.hypot(x_m - x, y_m - y).max()), _LEAST_RADIUS_M))


def gather_places(x_m: FloatArray, y_m: FloatArray) -> Places:
    """Return matters put together that lie in one small square, at the mean of their points; south first."""
    row, column = np.floor(y_m / _SAME_PLACE_M), np.floor(x_m / _SAME_PLACE_M)
    # Far apart in one number; both are below 10^7 in any projected CRS of the Earth.
    _, of_matter, weight = np.unique(row * 1e8 + column, return_inverse=True, return_counts=True)
    sums = [np.bincount(of_matter, weights=values) for values in (x_m, y_m)]
    return Places(np.column_stack(sums) / weight[:, None], weight, of_matter)


def dbscan(xy_m: FloatArray, weight: Numbers, least: int, eps_m: float = EPS_M) -> Numbers:
    """Return the cluster of each place, numbered by their first core, ``NO_SITE`` for none; int64 (p,).

    ``xy_m`` is (p, 2), ``weight`` (p,) how many matters each place stands for. A place on the border of
    several clusters belongs to that of the nearest core.
    """
    tree = cKDTree(xy_m)
    around = np.zeros(len(xy_m), dtype=np.int64)
    for left, right, _ in _pairs(tree, eps_m):
        around += np.bincount(left, weights=weight[right], minlength=len(xy_m)).astype(np.int64)
    core = around >= least
    cluster, near_m = np.arange(len(xy_m)), np.full(len(xy_m), np.inf)
    nearest = np.full(len(xy_m), NO_SITE, dtype=np.int64)
    for left, right, apart_m in _pairs(tree, eps_m):
        both = core[left] & core[right]
        cluster = _joined(cluster, left[both], right[both])
        beside = ~core[left] & core[right]
        _keep_nearest(nearest, near_m, left[beside], right[beside], apart_m[beside])
    nearest[core] = np.flatnonzero(core)
    labels = np.where(nearest == NO_SITE, NO_SITE, cluster[nearest])
    return _renumbered(labels, core)


def _narrowed(places: Places) -> Numbers:
    """Return the site of each place: clusters, those too wide looked through for ever denser ones."""
    site = np.full(len(places.weight), NO_SITE, dtype=np.int64)
    looked: list[tuple[Numbers, int]] = [(np.arange(len(places.weight)), LEAST_MATTERS)]
    found = 0
    while looked:
        among, least = looked.pop()
        labels = dbscan(places.xy_m[among], places.weight[among], least)
        held = among[labels != NO_SITE]
        cluster = labels[labels != NO_SITE]
        wide = _is_wide(places, held, cluster)
        small = ~wide[cluster]
        site[held[small]] = found + cluster[small]
        found += len(wide)
        looked += [(held[cluster == number], 2 * least) for number in np.flatnonzero(wide)]
    held_by = np.bincount(site[site != NO_SITE], weights=places.weight[site != NO_SITE], minlength=found)
    # A core may have lost places around it to a nearer core of another cluster.
    site[(site != NO_SITE) & (np.append(held_by, 0)[site] < LEAST_MATTERS)] = NO_SITE
    return _renumbered(site, site != NO_SITE)


def _is_wide(places: Places, held: Numbers, cluster: Numbers) -> npt.NDArray[np.bool_]:
    """Return which clusters reach farther from their matters' mean than a site may."""
    weight = places.weight[held]
    whole = np.bincount(cluster, weights=weight)
    x_m, y_m = places.xy_m[held].T
    off_x = x_m - (np.bincount(cluster, weights=weight * x_m) / whole)[cluster]
    off_y = y_m - (np.bincount(cluster, weights=weight * y_m) / whole)[cluster]
    return np.bincount(cluster, weights=np.hypot(off_x, off_y) > WIDEST_M, minlength=len(whole)) > 0


def _pairs(tree: cKDTree, eps_m: float) -> Iterator[tuple[Numbers, Numbers, FloatArray]]:
    """Give all pairs of places within reach, each both ways and with itself, and how far apart they are."""
    for start in range(0, tree.n, _AT_ONCE):
        some = cKDTree(tree.data[start : start + _AT_ONCE])
        found = some.sparse_distance_matrix(tree, eps_m, output_type="ndarray")
        yield found["i"] + start, found["j"], found["v"]


def _joined(cluster: Numbers, left: Numbers, right: Numbers) -> Numbers:
    n = len(cluster)
    links = coo_array((np.ones(len(left), dtype=np.int8), (cluster[left], cluster[right])), shape=(n, n))
    return np.asarray(connected_components(links, directed=False)[1], dtype=np.int64)[cluster]


def _keep_nearest(
    nearest: Numbers, near_m: FloatArray, left: Numbers, right: Numbers, apart_m: FloatArray
) -> None:
    order = np.lexsort((right, apart_m, left))
    left, first = np.unique(left[order], return_index=True)
    right, apart_m = right[order][first], apart_m[order][first]
    closer = apart_m < near_m[left]
    nearest[left[closer]], near_m[left[closer]] = right[closer], apart_m[closer]


def _renumbered(labels: Numbers, named_by: npt.NDArray[np.bool_]) -> Numbers:
    """Return labels numbered from 0 in the order in which those who name them come."""
    named, first = np.unique(labels[named_by], return_index=True)
    number = np.empty(len(named), dtype=np.int64)
    number[np.argsort(first)] = np.arange(len(named))
    renumbered = np.full(len(labels), NO_SITE, dtype=np.int64)
    held = labels != NO_SITE
    renumbered[held] = number[np.searchsorted(named, labels[held])]
    return renumbered
