"""Bounds (下限): what no plan can beat, by counting alone, in milliseconds, with the reason why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from grid.suggesting.problem import NOBODY, Ints
from grid.suggesting.terms import BOUNDLESS, WHOLE, Terms, loads_of

NEVER = BOUNDLESS
"""More units than there are: what is asked cannot be given up."""


class FloorReason(StrEnum):
    """Why nobody can do better than a floor."""

    NOTHING = "nothing"
    """There is no load."""
    GIVING = "giving"
    """The leaders above it would have to give up more units than may change."""
    LARGEST = "largest"
    """Somebody must lead ``unit``, alone too much."""
    KEPT = "kept"
    """What ``leader`` cannot give up is too much."""
    SHARED = "shared"
    """All of it, shared out evenly, is too much."""


@dataclass(frozen=True, slots=True)
class MustGive:
    """To have at most ``limit``, a leader with ``load`` must give up at least ``units`` units."""

    leader: int
    load: int
    limit: int
    units: int


@dataclass(frozen=True, slots=True)
class CountingBound:
    """Nobody can get the heaviest load below ``floor``, because of ``reason``.

    ``giving`` tells what would have to be given up for ``floor - 1``, ``needed`` of how many units in all;
    ``infeasible`` says that the demands cannot be met at any load.
    """

    floor: int
    reason: FloorReason
    needed: int
    giving: tuple[MustGive, ...]
    unit: int | None = None
    leader: int | None = None
    infeasible: bool = False


def counting_bound(terms: Terms) -> CountingBound:
    """Return what no plan within the changes and helpers can beat.

    A leader above a limit gives up his largest units first: fewer cannot do. A helper takes no more from a
    leader than a move of the whole unit does, so that helpers count as further units.
    """
    return _bound(terms, _tests(terms))


def is_counted_out(terms: Terms) -> bool:
    """Return whether counting alone proves that no plan meets the demands, however heavy a load may be."""
    return any(test(terms, largest_load(terms)) for test in _tests(terms))


def whole_units_bound(terms: Terms) -> CountingBound:
    """Return what moving whole units cannot beat however many may change, helpers apart."""
    return _bound(terms, [_kept_fits, _shares_fit, _largest_fits])


def must_give(terms: Terms, top: int) -> tuple[MustGive, ...]:
    """Return who must give up how many units at least, so that nobody has more than ``top``."""
    loads, limits = loads_of(terms.problem, terms.problem.today), terms.limits(top)
    counted = [
        MustGive(one, int(loads[one]), int(limits[one]), needed_units(terms, one, int(limits[one])))
        for one in range(terms.leaders)
    ]
    return tuple(one for one in counted if one.units)


def needed_units(terms: Terms, leader: int, limit: int) -> int:
    """Return how many units a leader gives up at least to have at most ``limit``; ``NEVER`` if he cannot."""
    return int(giving_counts(terms, leader, np.array([limit], dtype=np.int64))[0])


def giving_counts(terms: Terms, leader: int, limits: Ints) -> Ints:
    """Return for each limit (any number) how many units a leader gives up at least, or ``NEVER``.

    Units that may not stay go first, then the largest ones; helpers may take of any unit.
    """
    problem = terms.problem
    mine = problem.today == leader
    gone = mine & terms.forced
    going = mine & ~gone & (terms.freely | (problem.most_helpers > 0))
    rest = np.sort(problem.workloads[going])[::-1]
    load = problem.fixed[leader] + problem.workloads[mine & ~gone].sum()
    relief = np.concatenate([[0], np.cumsum(rest)])
    counts = np.searchsorted(relief, load - limits)
    return np.where(counts < len(relief), counts + np.count_nonzero(gone), NEVER)


_Test = Callable[[Terms, int], tuple[FloorReason, int | None, int | None] | None]


def _tests(terms: Terms) -> list[_Test]:
    alone = [_kept_fits, _largest_fits]
    tests = [_fixed_fits, _helpers_suffice] if terms.problem.most_helpers else alone
    return [*tests, _shares_fit, _gives_enough]


def _bound(terms: Terms, tests: list[_Test]) -> CountingBound:
    """Return the least load that passes every test: each passes for all loads above one that passes."""
    low, high = 0, largest_load(terms)
    if any(test(terms, high) for test in tests):
        return _told(terms, tests, high + 1, infeasible=True)
    while low < high:
        middle = (low + high) // 2
        low, high = (middle + 1, high) if any(test(terms, middle) for test in tests) else (low, middle)
    return _told(terms, tests, low)


def _told(terms: Terms, tests: list[_Test], floor: int, *, infeasible: bool = False) -> CountingBound:
    below = floor - 1
    reasons = [found for test in tests if (found := test(terms, below))] if below >= 0 else []
    reason, unit, leader = reasons[0] if reasons else (FloorReason.NOTHING, None, None)
    giving = must_give(terms, below) if reasons else ()
    needed = sum(one.units for one in giving)
    return CountingBound(floor, reason, needed, giving, unit, leader, infeasible)


def largest_load(terms: Terms) -> int:
    """Return a heaviest load that no plan exceeds: everything with one of the smallest share."""
    problem = terms.problem
    shared = problem.shares[problem.shares > 0]
    total = int(problem.workloads.sum()) + int(problem.fixed.max(initial=0))
    return -(-WHOLE * total // int(shared.min())) if len(shared) else 0


def _gives_enough(terms: Terms, top: int) -> tuple[FloorReason, int | None, int | None] | None:
    most = terms.problem.most_changes + terms.problem.most_helpers
    return (FloorReason.GIVING, None, None) if _needed(terms, top) > most else None


def _needed(terms: Terms, top: int) -> int:
    return sum(one.units for one in must_give(terms, top))


def _kept_loads(terms: Terms) -> Ints:
    """Return what each leader has and cannot give up."""
    problem = terms.problem
    kept, only = problem.fixed.copy(), terms.allowed.sum(axis=1) == 1
    np.add.at(kept, terms.allowed[only].argmax(axis=1), problem.workloads[only])
    return kept


def _kept_fits(terms: Terms, top: int) -> tuple[FloorReason, int | None, int | None] | None:
    over = np.flatnonzero(_kept_loads(terms) > terms.limits(top))
    return (FloorReason.KEPT, None, int(over[0])) if len(over) else None


def _fixed_fits(terms: Terms, top: int) -> tuple[FloorReason, int | None, int | None] | None:
    over = np.flatnonzero(terms.problem.fixed > terms.limits(top))
    return (FloorReason.KEPT, None, int(over[0])) if len(over) else None


def helpers_needed(terms: Terms, top: int) -> Ints:
    """Return how many helpers each unit (n) needs at least, whoever leads it; ``NEVER`` if none suffice."""
    room = np.maximum(terms.limits(top) - terms.problem.fixed, 0)
    led = np.where(terms.allowed, room, 0).max(axis=1, initial=0)
    helped = np.where(terms.helping, room, 0).max(axis=1, initial=0)
    over = np.maximum(terms.problem.workloads - led, 0)
    needed: Ints = np.where(over > 0, np.where(helped > 0, -(-over // np.maximum(helped, 1)), NEVER), 0)
    return needed


def _helpers_suffice(terms: Terms, top: int) -> tuple[FloorReason, int | None, int | None] | None:
    needed = helpers_needed(terms, top)
    if needed.sum() <= terms.problem.most_helpers:
        return None
    return FloorReason.LARGEST, int(terms.problem.workloads.argmax()), None


def _largest_fits(terms: Terms, top: int) -> tuple[FloorReason, int | None, int | None] | None:
    """Whether each unit fits beside what its leader cannot give up."""
    problem = terms.problem
    room = terms.limits(top) - _kept_loads(terms)
    choice = terms.allowed.sum(axis=1) > 1
    fits = (terms.allowed & (problem.workloads[:, None] <= room[None, :])).any(axis=1)
    bad = np.flatnonzero((choice & ~fits) | ~terms.allowed.any(axis=1))
    if not len(bad):
        return None
    return FloorReason.LARGEST, int(bad[np.argmax(problem.workloads[bad])]), None


def _shares_fit(terms: Terms, top: int) -> tuple[FloorReason, int | None, int | None] | None:
    """Whether there is room for all; who has no share and no cap may keep what he has."""
    problem = terms.problem
    limits = terms.limits(top)
    boundless = limits >= BOUNDLESS
    kept = np.zeros(terms.units, dtype=bool)
    rows = np.flatnonzero(problem.today != NOBODY)
    kept[rows] = boundless[problem.today[rows]]
    total = int(problem.workloads[~kept].sum()) + int(problem.fixed[~boundless].sum())
    return (FloorReason.SHARED, None, None) if total > int(limits[~boundless].sum()) else None
