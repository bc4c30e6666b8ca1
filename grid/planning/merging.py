"""Merging (并稿): one planner's changes made again upon what another saved meanwhile, and where both meet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from grid.coverage import Assignment, AssignmentKind, CoverageBook, CoveragePlan
from grid.planning.differences import edits_between
from grid.planning.edits import Edit, EditKind, apply_edits
from grid.refusals import Refused


@dataclass(frozen=True, slots=True)
class Clash:
    """A unit that both changed, each otherwise: its leads as the other saved them, and as they are mine."""

    unit_id: int
    theirs: tuple[int | None, ...]
    mine: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Merge:
    """What became of two plans that began as one.

    ``theirs`` and ``mine`` are the edits of each since; ``merged`` is their plan with mine upon it; where
    both meet mine holds there, and ``clashes`` says so; ``lost`` are those of mine that cannot be made any
    more.
    """

    theirs: tuple[Edit, ...]
    mine: tuple[Edit, ...]
    merged: CoverageBook
    clashes: tuple[Clash, ...]
    lost: tuple[Edit, ...]


def merge(opened: CoverageBook, theirs: CoveragePlan, mine: CoveragePlan) -> Merge:
    """Return my plan made again upon theirs; ``opened`` is what both began with, on the same base."""
    their_edits, my_edits = edits_between(opened, theirs), edits_between(opened, mine)
    merged, lost = _upon(replace(opened, plan=theirs), my_edits)
    both = _touched(their_edits) & _touched(my_edits)
    clashes = (Clash(unit, _leads(theirs, unit), _leads(mine, unit)) for unit in sorted(both))
    return Merge(their_edits, my_edits, merged, tuple(one for one in clashes if one.theirs != one.mine), lost)


def _upon(book: CoverageBook, edits: Iterable[Edit]) -> tuple[CoverageBook, tuple[Edit, ...]]:
    lost = []
    for edit in edits:
        try:
            book = apply_edits(book, [edit])
        except Refused:
            lost.append(edit)
    return book, tuple(lost)


def _touched(edits: Iterable[Edit]) -> set[int]:
    giving = {EditKind.GIVE, EditKind.HELP, EditKind.SPLIT, EditKind.JOIN}
    return {one.unit_id for one in edits if one.kind in giving and one.unit_id is not None}


def _leads(plan: CoveragePlan, unit_id: int) -> tuple[int | None, ...]:
    def leads(one: Assignment) -> bool:
        return one.unit_id == unit_id and one.kind is AssignmentKind.LEAD

    return tuple(one.leader_id for one in plan.assignments if leads(one))
