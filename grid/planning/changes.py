"""Changes (差别): in whom two plans give units to, and what a plan may be called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from grid.coverage import Assignment, AssignmentKind, CoveragePlan, lead_by_unit
from grid.refusals import Refused

LONGEST_NAME = 60
"""Characters that a plan's name may have."""


@dataclass(frozen=True, slots=True)
class Change:
    """A unit whose leader differs between two plans."""

    unit_id: int
    before: int | None
    after: int | None


def read_name(text: str) -> str:
    """Return a plan's name with single spaces.

    Raises ``Refused('plan_name_missing')``, ``('plan_name_long')``, or ``('plan_name_unprintable')`` for
    characters that no database or page takes: NUL, controls, lone surrogates.
    """
    name = " ".join(text.split())
    if not name:
        raise Refused("plan_name_missing")
    if len(name) > LONGEST_NAME:
        raise Refused("plan_name_long", most=LONGEST_NAME)
    if not name.isprintable():
        raise Refused("plan_name_unprintable")
    return name


def changes(
    plan: CoveragePlan, base: CoveragePlan, wholes: Mapping[int, int] | None = None
) -> tuple[Change, ...]:
    """Return the units led differently than in a base plan, in the plan's order.

    ``wholes`` says by part which unit it belongs to: a town given out alone had the leader of its county.
    """
    before, after = lead_by_unit(base), lead_by_unit(plan)
    of = wholes or {}
    was = {unit: before.get(unit, before.get(of.get(unit, unit))) for unit in after}
    return tuple(Change(unit, was[unit], leader) for unit, leader in after.items() if was[unit] != leader)


def is_unassigned(assignment: Assignment) -> bool:
    """Return whether nobody is said to lead what an assignment is about."""
    return assignment.kind is AssignmentKind.LEAD and assignment.leader_id is None
