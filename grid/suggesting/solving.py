"""Solving (求解): counting, searching and proving together, as a stream that only gets better."""

from __future__ import annotations

from collections.abc import Iterator

from grid.suggesting.problem import Help, Problem, Progress, UnitMove
from grid.suggesting.standing import Standing
from grid.suggesting.terms import heaviest_of, holders_of, loads_of, terms_of


def solve(problem: Problem, seconds: float, *, seed: int = 0) -> Iterator[Progress]:
    """Yield how the search stands: at once today's plan and the counting bound, then whatever gets better.

    Floors rise, loads fall; the last one is the result. Whoever stops reading stops the work.
    """
    standing = Standing(terms_of(problem), seconds, seed)
    yield standing.told()
    if standing.decided:
        return
    for _ in standing.work():
        yield standing.told()
    yield standing.told()


def evaluate(problem: Problem, moves: tuple[UnitMove, ...], helps: tuple[Help, ...] = ()) -> int:
    """Return the heaviest load after moves and helps."""
    return heaviest_of(problem, loads_of(problem, holders_of(problem, moves), helps))
