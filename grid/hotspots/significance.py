"""Which areas of a level are hot or cold: Gi* or local Moran of rates, corrected for asking of many areas.

What is tested are rates in standard errors where residents are known of nearly all areas, since a count would
only tell where many live; else counts, and a caveat says so. See docs/decisions/0016.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from grid.hotspots.adjacency import Adjacency, Neighbourhood
from grid.hotspots.caveats import FEW_AREAS, LEAST_AREAS, Caveat, is_skewed
from grid.hotspots.fdr import q_values
from grid.hotspots.findings import AreaFinding, Cluster, HotspotClass, Method, Significance
from grid.hotspots.gi_star import gi_star, two_sided_p
from grid.hotspots.local_moran import local_moran
from grid.hotspots.permutation import neighbour_tails
from grid.hotspots.rates import LEAST_RESIDENTS, has_rate, rates, smoothed_rates, standardised_rates
from grid.measures import MINIMUM_N

FloatArray = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

KNOWN_SHARE = 0.9
"""Of so many areas residents must be known for rates to be tested rather than counts."""
LEVELS_OF_Q = ((0.01, "99"), (0.05, "95"), (0.10, "90"))


@dataclass(frozen=True, slots=True, eq=False)
class Tested:
    """What is compared: ``values`` (m,) or (m, layers) of the areas that take part, and who borders on whom.

    ``taking_part`` (n,) tells which of all areas these are, ``as_rates`` whether the values are rates, and
    ``n`` how many matters the areas hold together.
    """

    taking_part: Mask
    values: FloatArray
    adjacency: Adjacency
    as_rates: bool
    n: int


@dataclass(frozen=True, slots=True, eq=False)
class _Verdicts:
    """z, p and q of the areas that take part, NaN where too few, and local Moran's quadrants."""

    z: FloatArray
    p: FloatArray
    q: FloatArray
    quadrants: tuple[Cluster | None, ...] | None = None


def choose_tested(neighbourhood: Neighbourhood, counts: npt.NDArray[np.int64]) -> Tested:
    """Return what is compared of counts (n,) or (n, layers): standardised rates, or else the counts."""
    chosen, residents = neighbourhood.inside, neighbourhood.residents
    known = chosen & has_rate(residents)
    as_rates = bool(known.any()) and known.sum() >= KNOWN_SHARE * chosen.sum()
    if as_rates:
        chosen = known
    compared = counts[chosen]
    values = standardised_rates(compared, residents[chosen]) if as_rates else compared.astype(float)
    return Tested(chosen, values, neighbourhood.adjacency.among(chosen), as_rates, int(compared.sum()))


def caveats_of_tested(neighbourhood: Neighbourhood, tested: Tested) -> tuple[Caveat, ...]:
    """Return what is to be said of what is compared."""
    with_neighbours = int((tested.adjacency.degrees > 0).sum())
    said = {
        Caveat.FEW_MATTERS: tested.n < MINIMUM_N,
        Caveat.FEW_AREAS: with_neighbours < FEW_AREAS,
        Caveat.ISLANDS: with_neighbours < tested.adjacency.size,
        Caveat.COUNTS_NOT_RATES: not tested.as_rates,
        Caveat.RESIDENTS_UNKNOWN: bool((neighbourhood.inside & ~tested.taking_part).any()),
        Caveat.PART_OF_CITY: not neighbourhood.inside.all(),
    }
    return tuple(caveat for caveat, holds in said.items() if holds)


def says_something(tested: Tested) -> bool:
    """Return whether there are matters and areas enough to say anything at all."""
    return tested.n >= MINIMUM_N and int((tested.adjacency.degrees > 0).sum()) >= LEAST_AREAS


def parameters_of(tested: Tested) -> dict[str, float | int | str]:
    """Return what was chosen in comparing."""
    return {
        "value": "standardised_rate" if tested.as_rates else "count",
        "neighbours": "shared_border",
        "areas": int((tested.adjacency.degrees > 0).sum()),
        "minimum_n": MINIMUM_N,
        "least_areas": LEAST_AREAS,
        "least_residents": LEAST_RESIDENTS,
        "correction": "fdr_bh",
    }


def find_significance(
    neighbourhood: Neighbourhood,
    counts: npt.NDArray[np.int64],
    method: Method,
    *,
    permutations: int = 999,
    rng: np.random.Generator,
) -> Significance:
    """Return what is to be said of every area of a level by its ``counts`` int64 (n,).

    ``permutations`` and ``rng`` are used by the methods that permute; the same rng gives the same findings.
    An area without neighbours, or left out, is ``TOO_FEW``, as all are where n or the areas are too few.
    """
    tested = choose_tested(neighbourhood, counts)
    caveats, parameters = caveats_of_tested(neighbourhood, tested), parameters_of(tested)
    if says_something(tested):
        verdicts = _verdicts(tested, method, permutations, rng)
        caveats += _caveats_of_method(tested, method, permutations)
        parameters |= _parameters_of_method(tested, method, permutations, verdicts)
    else:
        nothing = np.full(len(tested.values), np.nan)
        verdicts = _Verdicts(nothing, nothing, nothing)
    rows = _rows(neighbourhood, counts, method, tested, verdicts)
    return Significance(neighbourhood.level, method, int(counts.sum()), rows, parameters, caveats)


def _verdicts(tested: Tested, method: Method, permutations: int, rng: np.random.Generator) -> _Verdicts:
    quadrants = None
    if method is Method.LOCAL_MORAN:
        moran = local_moran(tested.values, tested.adjacency, permutations=permutations, rng=rng)
        z, p, quadrants = moran.z, moran.p, moran.quadrants
    else:
        z = gi_star(tested.values, tested.adjacency)
        p = two_sided_p(z)
        if method is Method.GI_STAR_PERMUTED:
            tails = neighbour_tails(tested.values, tested.adjacency, permutations=permutations, rng=rng)
            p = tails.p(z)
    unsaid = np.isnan(z) | (tested.adjacency.degrees == 0)
    z, p = np.where(unsaid, np.nan, z), np.where(unsaid, np.nan, p)
    return _Verdicts(z, p, q_values(p), quadrants)


def _caveats_of_method(tested: Tested, method: Method, permutations: int) -> tuple[Caveat, ...]:
    if (tested.values == tested.values[0]).all():
        return (Caveat.ALL_ALIKE,)
    if method is Method.GI_STAR:
        return (Caveat.SKEWED_COUNTS,) if is_skewed(tested.values) else ()
    alone = 2 / (permutations + 1) * int((tested.adjacency.degrees > 0).sum())
    return (Caveat.PERMUTATIONS_COARSE,) if alone > LEVELS_OF_Q[-1][0] else ()


def _parameters_of_method(
    tested: Tested, method: Method, permutations: int, verdicts: _Verdicts
) -> dict[str, float | int | str]:
    if method is Method.GI_STAR:
        return {}
    if method is Method.LOCAL_MORAN:
        return {"permutations": permutations}
    analytic = q_values(np.where(np.isnan(verdicts.p), np.nan, two_sided_p(verdicts.z)))
    both = zip(classes(verdicts.z, analytic), classes(verdicts.z, verdicts.q), strict=True)
    return {
        "permutations": permutations,
        "differ_from_analytic": sum(one is not other for one, other in both),
    }


def classes(z: FloatArray, q: FloatArray) -> list[HotspotClass]:
    """Return the class of each area (n,) by its q, hot where z is above nought; NaN is too few."""
    found = []
    for one_z, one_q in zip(z.tolist(), q.tolist(), strict=True):
        level = next((level for most, level in LEVELS_OF_Q if one_q <= most), None)
        if np.isnan(one_q):
            found.append(HotspotClass.TOO_FEW)
        elif level is None:
            found.append(HotspotClass.NOT_SIGNIFICANT)
        else:
            found.append(HotspotClass(f"{'hot' if one_z > 0 else 'cold'}_{level}"))
    return found


def _rows(
    neighbourhood: Neighbourhood,
    counts: npt.NDArray[np.int64],
    method: Method,
    tested: Tested,
    verdicts: _Verdicts,
) -> tuple[AreaFinding, ...]:
    z, p, q = (_spread(values, tested.taking_part) for values in (verdicts.z, verdicts.p, verdicts.q))
    clusters: list[Cluster | None] = [None] * len(counts)
    found = classes(z, q)
    if method is Method.LOCAL_MORAN:
        clusters = _clusters(found, verdicts.quadrants, tested.taking_part)
        found = [_of_cluster(one, cluster) for one, cluster in zip(found, clusters, strict=True)]
    residents = np.where(neighbourhood.inside, neighbourhood.residents, np.nan)
    smoothed = smoothed_rates(counts, residents)
    if counts.sum() < MINIMUM_N:
        smoothed[:] = np.nan
    columns = (
        neighbourhood.area_ids.tolist(), counts.tolist(), or_none(rates(counts, residents)),
        or_none(smoothed), or_none(z), or_none(p), or_none(q), found, clusters,
    )  # fmt: skip
    return tuple(AreaFinding(*row) for row in zip(*columns, strict=True))


def _clusters(
    found: list[HotspotClass], quadrants: tuple[Cluster | None, ...] | None, taking_part: Mask
) -> list[Cluster | None]:
    """Return the quadrant of each area that is significant."""
    placed = iter(quadrants or ())
    all_quadrants = [next(placed, None) if part else None for part in taking_part.tolist()]
    named = {HotspotClass.TOO_FEW: Cluster.TOO_FEW, HotspotClass.NOT_SIGNIFICANT: Cluster.NOT_SIGNIFICANT}
    return [named.get(one, quadrant) for one, quadrant in zip(found, all_quadrants, strict=True)]


def _of_cluster(found: HotspotClass, cluster: Cluster | None) -> HotspotClass:
    """Return the class by the quadrant: like among like is hot or cold, what stands out is neither."""
    if cluster is Cluster.HIGH_HIGH:
        return HotspotClass(f"hot_{found.value[-2:]}")
    if cluster is Cluster.LOW_LOW:
        return HotspotClass(f"cold_{found.value[-2:]}")
    if cluster in (Cluster.HIGH_LOW, Cluster.LOW_HIGH):
        return HotspotClass.NOT_SIGNIFICANT
    return found


def _spread(values: FloatArray, taking_part: Mask) -> FloatArray:
    """Return the values of the areas that take part among all, NaN for the others."""
    spread = np.full(len(taking_part), np.nan)
    spread[taking_part] = values
    return spread


def or_none(values: FloatArray) -> list[float | None]:
    """Return values with none for NaN."""
    return [None if value != value else value for value in values.tolist()]  # noqa: PLR0124  NaN alone differs
