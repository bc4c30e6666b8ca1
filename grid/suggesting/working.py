"""Working (运算): what a child does for a suggestion: solves, explains, and says so as JSON."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from grid.coverage import CoverageBook
from grid.refusals import Refused
from grid.suggesting import conflicts, effects
from grid.suggesting.building import SuggestAsked, helped_of, problem_of, split_problems_of
from grid.suggesting.encoding import decode_problem, encode
from grid.suggesting.problem import Certainty, Problem, Progress
from grid.suggesting.runs import Conflict, Found
from grid.suggesting.solving import solve
from grid.suggesting.terms import terms_of

_PAUSE_S = 0.2
"""Between two states of a search that are explained."""
_SHORTEST_S = 1.0
_LONGEST_S = 15.0
"""How long explaining takes at most, each of curve, helpers and splits."""
_CONFLICT_S = 10.0

Helped = dict[tuple[int, int], int]


def payload_of(book: CoverageBook, asked: SuggestAsked) -> dict[str, Any]:
    """Return what a child is given; raises what ``problem_of`` raises."""
    return {
        "problem": encode(problem_of(book, asked)),
        "seconds": asked.seconds,
        "helped": [list(one) for one in helped_of(book)],
        "splits": [[unit, n, encode(problem)] for unit, n, problem in split_problems_of(book, asked)],
        "helpable": book.weights.counts_cases_alone,
    }


def work(payload: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield states (``grid.suggesting.runs.Found``) as JSON; raises ``Refused('run_unreadable')``."""
    for found in suggestions(payload):
        yield encode(found)


def suggestions(payload: Mapping[str, Any]) -> Iterator[Found]:
    """Yield how a suggestion stands: while it is searched, then with what explains it."""
    problem, seconds, helped, splits = _read(payload)
    found: Found | None = None
    progress: Progress | None = None
    for latest, told in search(problem, seconds, helped):
        progress, found = latest, told
        yield told
    if found is None or progress is None:
        raise Refused("run_unreadable")
    if found.certainty is Certainty.INFEASIBLE or found.heaviest is None:
        for conflict in conflicts.explain(problem, _CONFLICT_S):
            found = with_conflict(found, conflict)
            yield found
    else:
        each = min(_LONGEST_S, max(_SHORTEST_S, seconds / 4))
        for points in effects.curve(problem, progress, each):
            found = replace(found, curve=points)
            yield found
        for gains in effects.helper_gains(problem, each) if payload.get("helpable") else ():
            found = replace(found, helper_gains=gains)
            yield found
        for unit, parts, split in splits:
            gain = effects.split_gain(unit, parts, split, each / 2)
            found = replace(found, split_gains=(*found.split_gains, gain))
            yield found
    yield replace(found, is_explained=True)


def search(problem: Problem, seconds: float, helped: Helped) -> Iterator[tuple[Progress, Found]]:
    """Yield the search, not more often than a page looks, and its end."""
    terms, told_at, latest = terms_of(problem), 0.0, None
    for latest in solve(problem, seconds):
        if time.perf_counter() - told_at >= _PAUSE_S:
            told_at = time.perf_counter()
            yield latest, _found(latest, effects.explain_steps(terms, latest, helped))
    if latest is not None:
        yield latest, _found(latest, effects.explain_steps(terms, latest, helped))


def with_conflict(found: Found, conflict: Conflict | None) -> Found:
    """Return what was found with what stands in the way."""
    return replace(found, conflict=conflict)


def _found(progress: Progress, explained: effects.Steps) -> Found:
    return Found(
        certainty=progress.certainty,
        today=progress.today,
        heaviest=progress.heaviest,
        floor=progress.floor,
        whole_units_floor=progress.whole_units_floor,
        steps=explained.steps,
        is_ordered=explained.is_ordered,
    )


def _read(
    payload: Mapping[str, Any],
) -> tuple[Problem, float, Helped, list[tuple[int, int, Problem]]]:
    try:
        helped = {(int(unit), int(leader)): int(cases) for unit, leader, cases in payload["helped"]}
        splits = [(int(unit), int(n), decode_problem(each)) for unit, n, each in payload["splits"]]
        return decode_problem(payload["problem"]), float(payload["seconds"]), helped, splits
    except (KeyError, TypeError, ValueError):
        raise Refused("run_unreadable") from None
