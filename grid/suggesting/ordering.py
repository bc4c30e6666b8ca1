"""Ordering (次序): what of a suggestion is idle, and an order in which every step is legal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from grid.suggesting.pieces import count_pieces
from grid.suggesting.problem import Help, Ints, UnitMove
from grid.suggesting.terms import Terms, heaviest_of, holders_of, is_legal, loads_of

Action = UnitMove | Help
_MOST_TRIES = 3000
"""Steps tried until it is said that no order was found."""


@dataclass(frozen=True, slots=True)
class Ordered:
    """Steps in order; ``is_legal`` is no where none was found in which each step is."""

    actions: tuple[Action, ...]
    is_legal: bool


def heaviest_after(terms: Terms, actions: Iterable[Action]) -> int:
    """Return the heaviest load once moves and helps are taken."""
    holders, helps = _taken(terms, actions)
    return heaviest_of(terms.problem, loads_of(terms.problem, holders, helps))


def stands(terms: Terms, actions: Iterable[Action]) -> bool:
    """Return whether the plan after moves and helps meets every demand, the target excepted."""
    return is_legal(terms, *_taken(terms, actions))


def prune(terms: Terms, actions: Sequence[Action], most: int) -> tuple[Action, ...]:
    """Return actions without those that can be left out with everything legal and nobody above ``most``.

    Each is tried by itself until none is idle; the ones that move least are tried first.
    """
    kept = sorted(actions, key=lambda one: _size(terms, one))
    idle = True
    while idle:
        idle = False
        for one in tuple(kept):
            rest = [other for other in kept if other is not one]
            if heaviest_after(terms, rest) <= most and stands(terms, rest):
                kept, idle = rest, True
    return tuple(kept)


def order(terms: Terms, actions: Sequence[Action]) -> Ordered:
    """Return actions in an order in which no step breaks what holds before it.

    After each step nobody has more pieces than today, or is above a cap (where one is above it today: above
    today's load), or helps with what is theirs to lead. Of the legal steps the one that leaves the lightest
    heaviest load comes first. Where no order was found they come in that of their effect.
    """
    found = _Search(terms, tuple(actions)).run()
    if found is not None:
        return Ordered(found, True)
    by_size = sorted(actions, key=lambda one: -_size(terms, one))
    return Ordered(tuple(by_size), False)


class _Search:
    """Looks for an order, depth first; remembers the sets of steps from which there was no way on."""

    def __init__(self, terms: Terms, actions: tuple[Action, ...]) -> None:
        self._terms, self._actions = terms, actions
        today = loads_of(terms.problem, terms.problem.today)
        self._most: Ints = np.maximum(terms.caps, today)
        self._dead: set[frozenset[int]] = set()
        self._tries = 0

    def run(self) -> tuple[Action, ...] | None:
        places = self._from(())
        return None if places is None else tuple(self._actions[at] for at in places)

    def _from(self, done: tuple[int, ...]) -> tuple[int, ...] | None:
        if len(done) == len(self._actions):
            return done
        if frozenset(done) in self._dead:
            return None
        for at in self._next(done):
            found = self._from((*done, at))
            if found is not None:
                return found
        self._dead.add(frozenset(done))
        return None

    def _next(self, done: tuple[int, ...]) -> Iterator[int]:
        ranked = []
        for at in range(len(self._actions)):
            if at not in done and self._tries < _MOST_TRIES:
                self._tries += 1
                rank = self._rank([self._actions[one] for one in (*done, at)])
                ranked += [] if rank is None else [(rank, at)]
        yield from (at for _, at in sorted(ranked))

    def _rank(self, taken: list[Action]) -> tuple[int, int] | None:
        """Return how heavy a plan is on the way, none where it is not legal."""
        terms = self._terms
        holders, helps = _taken(terms, taken)
        loads = loads_of(terms.problem, holders, helps)
        legal = (
            (loads <= self._most).all()
            and all(holders[one.unit] != one.leader for one in helps)
            and (count_pieces(terms.borders, holders, terms.leaders) <= terms.most_pieces).all()
        )
        return (heaviest_of(terms.problem, loads), int((loads**2).sum())) if legal else None


def _taken(terms: Terms, actions: Iterable[Action]) -> tuple[Ints, tuple[Help, ...]]:
    given = tuple(actions)
    moves = tuple(one for one in given if isinstance(one, UnitMove))
    return holders_of(terms.problem, moves), tuple(one for one in given if isinstance(one, Help))


def _size(terms: Terms, one: Action) -> int:
    return one.amount if isinstance(one, Help) else int(terms.problem.workloads[one.unit])
