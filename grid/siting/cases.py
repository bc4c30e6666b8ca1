"""A case for the solvers: who is to be reached, from where, how far; as arrays, and as JSON for a child."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.spatial.distance import cdist

from grid.refusals import Refused
from grid.service import nearest_points
from grid.siting.coverage import Cover, Flags, Floats, Ints, cover_of, cover_within
from grid.siting.p_median import weigh_ways
from grid.siting.places import Places, spots
from grid.siting.questions import Goal, SitingQuestion, Way

_MOST_WAYS = 20_000_000
"""Ways of a median that fit into memory: 2,000 villages without a point are 4 million."""


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """n demands and m sites with the ways between them.

    By a line ``demands_m`` (n × 2) and ``sites_m`` (m × 2) tell the ways; by the table ``ways`` are the
    triples (demand, site, minutes) that there are. ``first`` (n) is the way to the nearest existing point,
    infinite where none is reached.
    """

    weights: Ints
    demands_m: Floats
    sites_m: Floats
    ways: Floats | None
    first: Floats
    radius: float
    most: int
    goal: Goal

    @property
    def met(self) -> Flags:
        """Which demands (n) existing points cover."""
        return np.asarray(self.first <= self.radius)

    def cover(self) -> Cover:
        """Return what each site covers."""
        if self.ways is None:
            return cover_within(self.demands_m, self.sites_m, self.radius)
        near = self.ways[self.ways[:, 2] <= self.radius].astype(np.int64)
        return cover_of(near[:, 1], near[:, 0], (len(self.sites_m), len(self.weights)))

    def costs(self) -> tuple[Floats, Floats]:
        """Return weighted ways to sites (n × m) and to existing points (n); the longest counts where none is.

        Raises ``Refused('siting_too_large')``.
        """
        self.check_size()
        shape = (len(self.weights), len(self.sites_m))
        if self.ways is None:
            ways = cdist(self.demands_m, self.sites_m)
        else:
            ways = np.full(shape, np.inf)
            ways[self.ways[:, 0].astype(int), self.ways[:, 1].astype(int)] = self.ways[:, 2]
        return weigh_ways(ways, self.first, self.weights, self.far(ways))

    def check_size(self) -> None:
        """Raise ``Refused('siting_too_large')`` where the ways of a median would not fit into memory."""
        if len(self.weights) * len(self.sites_m) > _MOST_WAYS:
            raise Refused("siting_too_large", villages=len(self.weights))

    def far(self, ways: Floats) -> float:
        """Return the longest way that there is: what counts for who reaches nobody."""
        finite = [found[np.isfinite(found)].max(initial=0.0) for found in (ways, self.first)]
        return float(max(finite))


def case_of(places: Places, question: SitingQuestion) -> Case:
    """Return the case of a question: villages demand, those without a point are sites."""
    villages = places.villages
    demands = spots(villages)
    sites = np.array(places.candidates, dtype=np.int64)
    weights = np.array([one.weight(question.demand) for one in villages], dtype=np.int64)
    if question.way is Way.LINE:
        _, first = nearest_points(demands, spots(places.points))
        first, ways = np.nan_to_num(first, nan=np.inf), None
    else:
        first, ways = _by_table(places, sites)
    return Case(
        weights,
        demands,
        demands[sites],
        ways,
        first,
        float(question.radius),
        question.most,
        question.goal,
    )


def _by_table(places: Places, sites: Ints) -> tuple[Floats, Floats]:
    """Return the way to the nearest point (n) and the triples to sites; one's own village is no way."""
    times, ids = places.times, [one.id for one in places.villages]
    demand_at, site_at = {one: at for at, one in enumerate(ids)}, {ids[at]: j for j, at in enumerate(sites)}
    served = places.served
    first = np.array([0.0 if one in served else np.inf for one in ids])
    triples = [(float(at), float(j), 0.0) for j, at in enumerate(sites)]
    for origin, target, minutes in zip(times.from_ids, times.to_ids, times.minutes, strict=True):
        at = demand_at.get(int(origin))
        if at is None or origin == target:
            continue
        if int(target) in served:
            first[at] = min(first[at], minutes)
        elif int(target) in site_at:
            triples.append((float(at), float(site_at[int(target)]), float(minutes)))
    return first, np.array(triples, dtype=np.float64).reshape(-1, 3)


def encode_case(case: Case) -> dict[str, Any]:
    """Return a case as JSON; an infinite way is none."""
    first = [way if np.isfinite(way) else None for way in case.first.tolist()]
    return {
        "weights": case.weights.tolist(),
        "demands_m": case.demands_m.tolist(),
        "sites_m": case.sites_m.tolist(),
        "ways": None if case.ways is None else case.ways.tolist(),
        "first": first,
        "radius": case.radius,
        "most": case.most,
        "goal": case.goal.value,
    }


def decode_case(told: Mapping[str, Any]) -> Case:
    """Return the case that ``encode_case`` wrote."""
    first = [np.inf if way is None else way for way in told["first"]]
    ways = told["ways"]
    return Case(
        np.array(told["weights"], dtype=np.int64),
        np.array(told["demands_m"], dtype=np.float64).reshape(-1, 2),
        np.array(told["sites_m"], dtype=np.float64).reshape(-1, 2),
        None if ways is None else np.array(ways, dtype=np.float64).reshape(-1, 3),
        np.array(first, dtype=np.float64),
        float(told["radius"]),
        int(told["most"]),
        Goal(told["goal"]),
    )
