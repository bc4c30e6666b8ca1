"""Cutting (割): rows that a plan in too many pieces breaks, and no legal plan does."""

from __future__ import annotations

from itertools import product

import numpy as np

from grid.suggesting.model import Cut
from grid.suggesting.pieces import parts_of
from grid.suggesting.problem import Ints
from grid.suggesting.terms import Terms

_MOST_PAIRS = 12
"""Cuts of one stray piece that are added at a time."""


def broken_cuts(terms: Terms, holders: Ints) -> list[Cut]:
    """Return cuts for every leader with more pieces than allowed; none if there is no such leader."""
    cuts: list[Cut] = []
    for leader in range(terms.leaders):
        parts = parts_of(terms.borders, holders, leader)
        if len(parts) > terms.most_pieces[leader]:
            cuts += _cuts_of(terms, leader, parts)
    return cuts


def _cuts_of(terms: Terms, leader: int, parts: list[list[int]]) -> list[Cut]:
    if terms.most_pieces[leader] > 1:
        return [_joining(terms, leader, parts)]
    today = np.flatnonzero((terms.problem.today == leader) & terms.problem.has_place)
    mine = set(today.tolist())
    main = max(parts, key=lambda part: (len(mine.intersection(part)), len(part)))
    cuts: list[Cut] = []
    for part in parts:
        if part is not main and mine.isdisjoint(part) and not mine.isdisjoint(main):
            between = separator(terms, leader, part, mine)
            cuts += [Cut(leader, (unit,), between, 1, kept=True) for unit in part[:_MOST_PAIRS]]
        elif part is not main:
            between = separator(terms, leader, part, set(main))
            pairs = list(product(_first(part, mine), _first(main, mine)))[:_MOST_PAIRS]
            cuts += [Cut(leader, pair, between, 1, kept=False) for pair in pairs]
    return cuts


def _first(part: list[int], mine: set[int]) -> list[int]:
    """Return a few units to speak for a piece: those of today first, since they are seldom given away."""
    return sorted(part, key=lambda unit: (unit not in mine, unit))[:4]


def _joining(terms: Terms, leader: int, parts: list[list[int]]) -> Cut:
    """Return that of units from p + 1 pieces two hang together, through the border of a small piece."""
    taken = parts[: int(terms.most_pieces[leader]) + 1]
    around = {other for part in taken[1:] for other in _around(terms, part)}
    units = tuple(part[0] for part in taken)
    between = tuple(sorted(other for other in around if terms.allowed[other, leader]))
    return Cut(leader, units, between, len(taken) - 1, kept=False)


def separator(terms: Terms, leader: int, part: list[int], goal: set[int]) -> tuple[int, ...]:
    """Return the least of the units around ``part`` that every way to ``goal`` passes.

    A way is one through units that the leader may have; ``goal`` and ``part`` have no unit in common.
    """
    around = {unit for unit in _around(terms, part) if terms.allowed[unit, leader]}
    reached = goal - around
    queue = list(reached)
    for here in queue:
        for other in terms.borders.neighbours(here).tolist():
            if other not in reached and other not in around and terms.allowed[other, leader]:
                reached.add(other)
                queue.append(other)
    return tuple(
        sorted(
            unit
            for unit in around
            if unit in goal or not reached.isdisjoint(terms.borders.neighbours(unit).tolist())
        )
    )


def _around(terms: Terms, part: list[int]) -> set[int]:
    inside = set(part)
    return {other for unit in part for other in terms.borders.neighbours(unit).tolist()} - inside
