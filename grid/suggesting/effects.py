"""Effects (效果): what each step does, what more or fewer steps, helpers or a split would give."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from grid.suggesting.ordering import Action, heaviest_after, order, prune, stands
from grid.suggesting.problem import NOBODY, Help, Problem, Progress
from grid.suggesting.runs import CurvePoint, HelperGain, SplitGain, Step
from grid.suggesting.solving import solve
from grid.suggesting.terms import Terms

MOST_HELPERS = 8
_MOST_POINTS = 10
"""Points of a curve that are worked out where there are many changes."""


@dataclass(frozen=True, slots=True)
class Steps:
    """Steps in order; ``is_ordered`` is no where not every one of them is legal where it stands."""

    steps: tuple[Step, ...]
    is_ordered: bool


def explain_steps(
    terms: Terms, progress: Progress, helped: Mapping[tuple[int, int], int] | None = None
) -> Steps:
    """Return the steps of the best plan, idle ones left out, each with its effect.

    ``helped`` is what there is of help already, in 件 by unit and leader (ids).
    """
    if progress.heaviest is None:
        return Steps((), True)
    target = terms.problem.target
    most = progress.heaviest if target is None else max(progress.heaviest, target)
    kept = prune(terms, (*progress.moves, *progress.helps), most)
    found = order(terms, kept)
    steps = (_step(terms, found.actions, at, helped or {}) for at in range(len(found.actions)))
    return Steps(tuple(steps), found.is_legal)


def _step(terms: Terms, actions: Sequence[Action], at: int, helped: Mapping[tuple[int, int], int]) -> Step:
    problem, one = terms.problem, actions[at]
    others = [other for other in actions if other is not one]
    before = int(problem.today[one.unit])
    unit, leader = problem.unit_ids[one.unit], problem.leader_ids[one.leader]
    helps = isinstance(one, Help)
    return Step(
        unit_id=unit,
        leader_id=leader,
        from_id=None if before == NOBODY else problem.leader_ids[before],
        amount=one.amount if isinstance(one, Help) else None,
        heaviest_after=heaviest_after(terms, actions[: at + 1]),
        heaviest_without=heaviest_after(terms, others) if stands(terms, others) else None,
        already=helped.get((unit, leader), 0) if helps else 0,
    )


def curve(problem: Problem, known: Progress, seconds: float) -> Iterator[tuple[CurvePoint, ...]]:
    """Yield the curve of changes against the heaviest load, again with each point that is worked out.

    From no change to one more than asked, so that the price of one more and one fewer shows; what is known
    of one number of changes serves the others: fewer changes cannot do better.
    """
    counts = _counts(problem.most_changes, len(problem.workloads))
    points = {problem.most_changes: CurvePoint(problem.most_changes, known.heaviest, known.floor)}
    if problem.target is not None:
        points = {}
    each = seconds / max(1, len(counts))
    for changes in counts:
        if changes not in points:
            found = last(replace(problem, most_changes=changes, target=None), each)
            points[changes] = CurvePoint(changes, found.heaviest, found.floor)
        yield _tidy_curve(points.values())


def helper_gains(problem: Problem, seconds: float) -> Iterator[tuple[HelperGain, ...]]:
    """Yield what 1–8 helpers would give with the changes that are asked for, again with each number."""
    gains: list[HelperGain] = []
    for helpers in range(1, MOST_HELPERS + 1):
        found = last(replace(problem, most_helpers=helpers, target=None), seconds / MOST_HELPERS)
        best = _least(found.heaviest, gains[-1].heaviest if gains else None)
        gains.append(HelperGain(helpers, best, found.floor))
        # More helpers can only do better: a floor holds for fewer of them too.
        for at in range(len(gains) - 1, 0, -1):
            floor = max(gains[at - 1].floor, gains[at].floor)
            gains[at - 1] = replace(gains[at - 1], floor=floor)
        yield tuple(gains)


def split_gain(unit_id: int, parts: int, problem: Problem, seconds: float) -> SplitGain:
    """Return what giving a unit out by its parts would give; ``problem`` is the one with the parts."""
    found = last(replace(problem, target=None), seconds)
    return SplitGain(unit_id, parts, found.heaviest, found.floor)


def last(problem: Problem, seconds: float) -> Progress:
    """Return how a search stands at its end."""
    *_, found = solve(problem, seconds)
    return found


def _counts(asked: int, units: int) -> list[int]:
    """Return the numbers of changes of a curve: all, or some of many with those beside what is asked for."""
    most = min(asked + 1, units)
    if most <= _MOST_POINTS:
        return list(range(most + 1))
    spread = {round(most * at / _MOST_POINTS) for at in range(_MOST_POINTS + 1)}
    return sorted(spread | {0, 1, max(0, asked - 1), min(asked, units), most})


def _tidy_curve(points: Iterable[CurvePoint]) -> tuple[CurvePoint, ...]:
    """Return points in order with what each says of the others: loads fall, and floors too."""
    tidy = sorted(points, key=lambda point: point.changes)
    for at in range(1, len(tidy)):
        tidy[at] = replace(tidy[at], heaviest=_least(tidy[at].heaviest, tidy[at - 1].heaviest))
    for at in range(len(tidy) - 1, 0, -1):
        tidy[at - 1] = replace(tidy[at - 1], floor=max(tidy[at - 1].floor, tidy[at].floor))
    return tuple(tidy)


def _least(one: int | None, other: int | None) -> int | None:
    return one if other is None else other if one is None else min(one, other)
