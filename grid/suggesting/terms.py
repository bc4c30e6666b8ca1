"""Terms (条件): a problem's demands as arrays: who may lead what, how much, in how many pieces."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from grid.suggesting.borders import Borders, borders_of
from grid.suggesting.pieces import count_pieces
from grid.suggesting.problem import NOBODY, Demand, DemandKind, Flags, Help, Ints, Problem, UnitMove

WHOLE = 100
"""Per cent of a full share."""
BOUNDLESS = 1 << 40
"""A load that no plan reaches."""
_DENIED = frozenset({DemandKind.FORBID, DemandKind.BAR})


@dataclass(frozen=True, slots=True, eq=False)
class Terms:
    """A problem read: of n units and m leaders.

    ``allowed`` (n × m) says who may lead a unit; ``helping`` (n × m) who may help it; ``caps`` (m) is the
    most load by name; ``most_pieces`` (m) is today's number, but at least one, or an idle leader could never
    be given an area.
    """

    problem: Problem
    allowed: Flags
    helping: Flags
    caps: Ints
    borders: Borders
    most_pieces: Ints

    @property
    def units(self) -> int:
        """Number of units."""
        return len(self.problem.workloads)

    @property
    def leaders(self) -> int:
        """Number of leaders."""
        return len(self.problem.leader_ids)

    @property
    def led(self) -> Flags:
        """Which units have a leader today: those alone can change it."""
        led: Flags = self.problem.today != NOBODY
        return led

    @property
    def freely(self) -> Flags:
        """Which units may leave the leader of today."""
        others = self.allowed.copy()
        others[np.flatnonzero(self.led), self.problem.today[self.led]] = False
        free: Flags = np.logical_and(self.led, others.any(axis=1))
        return free

    @property
    def forced(self) -> Flags:
        """Which units may not stay where they are."""
        forced = np.zeros(self.units, dtype=bool)
        rows = np.flatnonzero(self.led)
        forced[rows] = ~self.allowed[rows, self.problem.today[rows]]
        return forced

    def limits(self, top: int) -> Ints:
        """Return the most load of each leader where nobody is to have more than ``top``."""
        shares = self.problem.shares
        return np.where(shares > 0, np.minimum(self.caps, shares * top // WHOLE), self.caps)


def terms_of(problem: Problem) -> Terms:
    """Read a problem's demands; a demand about no known unit or leader is a fault of the caller.

    A pin holds a unit with ``Demand.leader``, or where that is none with whom it has today; a unit that
    nobody leads has nobody to stay with, so that such a pin demands nothing.
    """
    allowed, helping = _who_may(problem)
    borders = borders_of(problem)
    most = np.maximum(count_pieces(borders, problem.today, len(problem.leader_ids)), 1)
    return Terms(problem, allowed, helping, _caps(problem), borders, most)


def loads_of(problem: Problem, holders: Ints, helps: tuple[Help, ...] = ()) -> Ints:
    """Return the load of each leader (m) where ``holders`` (n) lead and ``helps`` are given."""
    loads = problem.fixed.copy()
    held = holders != NOBODY
    np.add.at(loads, holders[held], problem.workloads[held])
    for help_ in helps:
        loads[help_.leader] += help_.amount
        if holders[help_.unit] != NOBODY:
            loads[holders[help_.unit]] -= help_.amount
    return loads


def heaviest_of(problem: Problem, loads: Ints) -> int:
    """Return the largest of 100·load/share, rounded up, over the leaders with a share; 0 without any."""
    shared = problem.shares > 0
    told = -(-WHOLE * loads[shared] // problem.shares[shared])
    return int(told.max(initial=0))


def changes_of(problem: Problem, holders: Ints) -> int:
    """Return how many units get another leader."""
    return int(np.count_nonzero((holders != problem.today) & (problem.today != NOBODY)))


def moves_of(problem: Problem, holders: Ints) -> tuple[UnitMove, ...]:
    """Return what differs from today, the units that nobody led included."""
    return tuple(UnitMove(int(unit), int(holders[unit])) for unit in np.flatnonzero(holders != problem.today))


def holders_of(problem: Problem, moves: tuple[UnitMove, ...]) -> Ints:
    """Return who leads each unit after moves."""
    holders = problem.today.copy()
    for move in moves:
        holders[move.unit] = move.leader
    return holders


def is_legal(terms: Terms, holders: Ints, helps: tuple[Help, ...] = ()) -> bool:
    """Return whether a plan meets every demand, the target excepted."""
    problem = terms.problem
    return bool(
        (holders != NOBODY).all()
        and terms.allowed[np.arange(terms.units), holders].all()
        and changes_of(problem, holders) <= problem.most_changes
        and (loads_of(problem, holders, helps) <= terms.caps).all()
        and (count_pieces(terms.borders, holders, terms.leaders) <= terms.most_pieces).all()
        and _are_legal(terms, holders, helps)
    )


def _are_legal(terms: Terms, holders: Ints, helps: tuple[Help, ...]) -> bool:
    taken = np.zeros(terms.units, dtype=np.int64)
    for help_ in helps:
        taken[help_.unit] += help_.amount
    return (
        len(helps) <= terms.problem.most_helpers
        and len({(one.unit, one.leader) for one in helps}) == len(helps)
        and all(terms.helping[one.unit, one.leader] and one.amount > 0 for one in helps)
        and all(holders[one.unit] != one.leader for one in helps)
        and bool((taken <= terms.problem.workloads).all())
    )


def _who_may(problem: Problem) -> tuple[Flags, Flags]:
    helping = np.tile(problem.shares > 0, (len(problem.workloads), 1))
    allowed = helping.copy()
    led = np.flatnonzero(problem.today != NOBODY)
    allowed[led, problem.today[led]] = True
    for demand in problem.demands:
        if demand.kind in _DENIED:
            allowed[demand.unit, demand.leader] = helping[demand.unit, demand.leader] = False
    for unit, leader in _pins(problem):
        allowed[unit, np.arange(allowed.shape[1]) != leader] = False
    return allowed, helping


def _pins(problem: Problem) -> Iterator[tuple[int, int]]:
    for demand in problem.demands:
        if demand.kind is DemandKind.PIN and demand.unit is not None:
            leader = problem.today[demand.unit] if demand.leader is None else demand.leader
            if leader != NOBODY:
                yield demand.unit, int(leader)


def _caps(problem: Problem) -> Ints:
    caps = np.full(len(problem.leader_ids), BOUNDLESS, dtype=np.int64)
    for demand in problem.demands:
        if demand.kind is DemandKind.CAP:
            caps[demand.leader or 0] = min(int(caps[demand.leader or 0]), _value(demand))
    return caps


def _value(demand: Demand) -> int:
    return BOUNDLESS if demand.value is None or demand.value < 0 else demand.value
