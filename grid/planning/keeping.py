"""Keeping (取舍): which steps of a suggestion still make a legal plan when a planner rejects some of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from grid.coverage import CoverageBook, RuleKind
from grid.planning.edits import Edit, apply_edits
from grid.planning.loads import loads
from grid.refusals import Refused


@dataclass(frozen=True, slots=True)
class Kept:
    """What is left of a suggestion: places of the steps in an order in which each is legal, and their plan.

    ``left_out`` are places of steps that nobody rejected, but which are not legal without those rejected.
    """

    places: tuple[int, ...]
    left_out: tuple[int, ...]
    book: CoverageBook


def keep_steps(start: CoverageBook, steps: Sequence[Edit], rejected: Collection[int]) -> Kept:
    """Return what is left of steps without the rejected ones.

    No leader's areas may lie in more pieces than at the start, and none may come above a cap (more above it
    than at the start). A step that is not legal yet waits for the others; what never becomes so is left out.
    """
    limits = _Limits(start)
    book = start
    done: list[int] = []
    waiting = [at for at in range(len(steps)) if at not in rejected]
    while True:
        for at in waiting:
            after = _after(book, steps[at])
            if after is not None and limits.allow(after):
                break
        else:
            return Kept(tuple(done), tuple(waiting), book)
        book = after
        done.append(at)
        waiting.remove(at)


class _Limits:
    """What no step may make worse than it was at the start."""

    def __init__(self, start: CoverageBook) -> None:
        at_start = {load.leader_id: load for load in loads(start)}
        self._pieces: Mapping[int, int] = {
            leader: max(len(load.pieces), 1) for leader, load in at_start.items()
        }
        self._caps = {
            rule.leader_id: max(rule.value, at_start[rule.leader_id].workload)
            for rule in start.plan.rules
            if rule.kind is RuleKind.CAP and rule.value is not None and rule.leader_id in at_start
        }

    def allow(self, book: CoverageBook) -> bool:
        """Return whether a plan stays within them."""
        return all(
            len(load.pieces) <= self._pieces.get(load.leader_id, 1)
            and load.workload <= self._caps.get(load.leader_id, load.workload)
            for load in loads(book)
        )


def _after(book: CoverageBook, step: Edit) -> CoverageBook | None:
    """Return the book after a step, none where it cannot be taken, such as help of the lead himself."""
    try:
        return apply_edits(book, (step,))
    except Refused:
        return None
