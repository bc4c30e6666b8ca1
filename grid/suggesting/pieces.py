"""Pieces (片): the connected parts of what each leader has; none may have more than today."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from grid.suggesting.borders import Borders, borders_of
from grid.suggesting.problem import NOBODY, Ints, Problem


def pieces_of(problem: Problem, holders: Ints) -> Ints:
    """Return for each leader (m) in how many pieces the areas are that ``holders`` (n) give him.

    Departments have no pieces; an exclave or an island is a piece of its own.
    """
    return count_pieces(borders_of(problem), holders, len(problem.leader_ids))


def count_pieces(borders: Borders, holders: Ints, leaders: int) -> Ints:
    """Return the number of pieces of each of so many leaders."""
    counts = np.zeros(leaders, dtype=np.int64)
    placed = np.flatnonzero(borders.has_place & (holders != NOBODY))
    for piece in _split(borders, placed.tolist(), holders):
        counts[holders[piece[0]]] += 1
    return counts


def parts_of(borders: Borders, holders: Ints, leader: int) -> list[list[int]]:
    """Return the pieces of a leader, the one with most areas first."""
    held = np.flatnonzero((holders == leader) & borders.has_place)
    return sorted(_split(borders, held.tolist(), holders), key=lambda piece: (-len(piece), piece))


def stays_whole(borders: Borders, holders: Ints, moves: Iterable[tuple[int, int]], most: Ints) -> bool:
    """Return whether after ``moves`` (unit, leader) nobody touched has more than ``most`` (m) pieces."""
    after, touched = holders.copy(), set()
    for unit, leader in moves:
        touched |= {leader, int(after[unit])}
        after[unit] = leader
    return all(len(parts_of(borders, after, one)) <= most[one] for one in touched - {NOBODY})


def _split(borders: Borders, units: Iterable[int], holders: Ints) -> list[list[int]]:
    """Return units in groups that hang together by borders between units of one holder."""
    left, pieces = dict.fromkeys(units), []
    while left:
        unit, _ = left.popitem()
        piece = [unit]
        for here in piece:
            for other in borders.neighbours(here).tolist():
                if other in left and holders[other] == holders[here]:
                    del left[other]
                    piece.append(other)
        pieces.append(sorted(piece))
    return pieces
