"""The answer of siting: who is reached before and after, the points one by one, gaps, access, the curve."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from grid.siting.accessibility import two_step
from grid.siting.cases import Case, case_of
from grid.siting.coverage import Cover, Flags, cover_of, cover_within
from grid.siting.p_median import Median, solve_p_median
from grid.siting.places import Places, Village, spots
from grid.siting.questions import Goal, SitingQuestion, Way
from grid.siting.saturation import Curve, order_by_gain, saturation_curve

PER = 10_000
"""Accessibility is told as agents for so many residents."""


@dataclass(frozen=True, slots=True)
class Suggested:
    """A village for a new point, its number by what it adds, what it adds, and the weight covered with it.

    Of a question for the shortest way, ``saved`` is by how much it shortens the mean way (m or minutes) and
    ``way`` the mean way with it and those before; none of a question for coverage.
    """

    number: int
    village: Village
    gain: int
    covered: int
    saved: float | None = None
    way: float | None = None


@dataclass(frozen=True, slots=True)
class Proof:
    """A choice by village ids, its value, and a bound on all choices: weight covered, or weighted way."""

    village_ids: tuple[int, ...]
    value: float
    bound: float

    @property
    def is_proven(self) -> bool:
        """Whether no choice is better."""
        return abs(self.value - self.bound) <= 1e-6 * max(1.0, abs(self.value))


@dataclass(frozen=True, slots=True, eq=False)
class SitingAnswer:
    """What is told of a question. Arrays are by place in ``places.villages``.

    ``way_before`` and ``way_after`` are the mean ways to the nearest point (m or minutes), ``way_bound`` what
    no choice is below; none of a question for coverage.
    ``access`` is agents for 10,000 residents, none where no resident was counted.
    """

    question: SitingQuestion
    places: Places
    before: Flags
    after: Flags
    suggested: tuple[Suggested, ...]
    covered: int
    total: int
    proof: Proof
    curve: Curve
    access: np.ndarray[tuple[int], np.dtype[np.float64]] | None
    way_before: float | None
    way_after: float | None
    way_bound: float | None

    @property
    def covered_after(self) -> int:
        """The weight covered with all suggested points."""
        return self.suggested[-1].covered if self.suggested else self.covered

    @property
    def gaps(self) -> tuple[Village, ...]:
        """The villages that stay out of reach, the heaviest first."""
        demand = self.question.demand
        left = [
            one
            for one, met in zip(self.places.villages, self.after, strict=True)
            if one.is_inside and not met
        ]
        return tuple(sorted(left, key=lambda one: (-one.weight(demand), one.code)))


def answer(places: Places, question: SitingQuestion, proof: Proof | None = None) -> SitingAnswer:
    """Return the answer at once: of a given choice, else of the greedy one with its quick bound.

    A choice that does not fit the places any more is left aside. Raises ``Refused('siting_too_large')``.
    """
    case = case_of(places, question)
    cover = case.cover()
    curve = saturation_curve(cover, case.weights, question.most, case.met)
    site_of = {places.villages[at].id: j for j, at in enumerate(places.candidates)}
    if proof is None or not set(proof.village_ids) <= set(site_of):
        proof = _quick(case, cover, curve, places)
    chosen = tuple(site_of[one] for one in proof.village_ids)
    covered = int(case.weights[case.met].sum())
    suggested = _by_cover(case, cover, chosen, places)
    if case.goal is Goal.MEDIAN and case.weights.sum():
        suggested = _by_way(case, cover, chosen, places)
    after = case.met.copy()
    for site in chosen:
        after[cover.of(site)] = True
    before_m, after_m, bound_m = _mean_ways(case, chosen, proof)
    return SitingAnswer(
        question, places, case.met, after, suggested, covered, int(case.weights.sum()), proof, curve,
        _access(places, question), before_m, after_m, bound_m,
    )  # fmt: skip


def _by_cover(case: Case, cover: Cover, chosen: tuple[int, ...], places: Places) -> tuple[Suggested, ...]:
    order, gains = order_by_gain(cover, case.weights, chosen, case.met)
    told = np.cumsum(gains) + int(case.weights[case.met].sum())
    return tuple(
        Suggested(number + 1, places.villages[places.candidates[site]], int(gains[number]), int(told[number]))
        for number, site in enumerate(order)
    )


def _by_way(case: Case, cover: Cover, chosen: tuple[int, ...], places: Places) -> tuple[Suggested, ...]:
    """Return chosen points by how much each shortens the mean way after those before, largest first."""
    costs, now = case.costs()
    total, met, left = float(case.weights.sum()), case.met.copy(), list(chosen)
    covered, suggested = int(case.weights[met].sum()), list[Suggested]()
    while left:
        sums = np.minimum(now[:, None], costs[:, left]).sum(axis=0)
        site = left.pop(int(np.argmin(sums)))
        saved = float(now.sum() - sums.min()) / total
        now = np.minimum(now, costs[:, site])
        new = cover.of(site)[~met[cover.of(site)]]
        met[new] = True
        gain = int(case.weights[new].sum())
        covered += gain
        village = places.villages[places.candidates[site]]
        suggested.append(
            Suggested(len(suggested) + 1, village, gain, covered, saved, float(now.sum()) / total)
        )
    return tuple(suggested)


def to_proof(places: Places, sites: list[int], value: float, bound: float) -> Proof:
    """Return a choice by places in the case as one by village ids."""
    return Proof(tuple(places.villages[places.candidates[site]].id for site in sites), value, bound)


def _quick(case: Case, cover: Cover, curve: Curve, places: Places) -> Proof:
    """Return the greedy choice: at once, with the bound that came with it."""
    if case.goal is Goal.MEDIAN:
        costs, first = case.costs()
        found: Median = next(solve_p_median(costs, first, case.most))
        return to_proof(places, list(found.sites), found.cost, found.bound)
    return to_proof(places, list(curve.order), curve.covered[-1], curve.bounds[-1])


def _mean_ways(
    case: Case, chosen: tuple[int, ...], proof: Proof
) -> tuple[float | None, float | None, float | None]:
    if case.goal is not Goal.MEDIAN or not case.weights.sum():
        return None, None, None
    costs, first = case.costs()
    total = float(case.weights.sum())
    now = np.minimum(first, costs[:, list(chosen)].min(axis=1, initial=np.inf))
    return float(first.sum()) / total, float(now.sum()) / total, proof.bound / total


def _access(places: Places, question: SitingQuestion) -> np.ndarray[tuple[int], np.dtype[np.float64]] | None:
    """Return agents for 10,000 residents by village, of existing points; a point tells one agent at least."""
    residents = np.array([one.population or 0 for one in places.villages], dtype=np.float64)
    if not residents.sum():
        return None
    agents = np.array([max(one.agents, 1) for one in places.points], dtype=np.float64)
    return two_step(_reach(places, question), agents, residents) * PER


def _reach(places: Places, question: SitingQuestion) -> Cover:
    if question.way is Way.LINE:
        return cover_within(spots(places.villages), spots(places.points), question.radius)
    at = {one.id: place for place, one in enumerate(places.villages)}
    near = places.times.minutes <= question.radius
    pairs = set(zip(places.times.from_ids[near].tolist(), places.times.to_ids[near].tolist(), strict=True))
    pairs |= {(one, one) for one in at}
    met: dict[int, list[int]] = {}
    for origin, target in pairs:
        if origin in at:
            met.setdefault(target, []).append(at[origin])
    found = [(j, one) for j, point in enumerate(places.points) for one in met.get(point.village_id, ())]
    triples = np.array(found, dtype=np.int64).reshape(-1, 2)
    return cover_of(triples[:, 0], triples[:, 1], (len(places.points), len(places.villages)))
