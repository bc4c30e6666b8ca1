"""Handover (移交清单): what changes hands between two plans, unit by unit and leader by leader.

Numbers only: how many matters a leader hands over and takes on with a unit, never which. A unit that several
hold is shared among them by the cases that each has, by largest remainders, so that nothing is told twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from grid.coverage import Assignment, AssignmentKind, CoverageBook, Unit
from grid.planning.standing import LOADING, portions, wholes
from grid.workloads import UnitMeasures

_COUNTED = ("cases", "open", "overdue", "due_soon")
_NOTHING = UnitMeasures()


@dataclass(frozen=True, slots=True)
class Hand:
    """What one leader (none: nobody) gives away or takes on of a unit, and how he held or will hold it."""

    leader_id: int | None
    kind: AssignmentKind
    measures: UnitMeasures


@dataclass(frozen=True, slots=True)
class HandedUnit:
    """A unit in other hands: who gives and who takes; ``measures`` is what changes hands of it."""

    unit: Unit
    given: tuple[Hand, ...]
    taken: tuple[Hand, ...]
    measures: UnitMeasures


@dataclass(frozen=True, slots=True)
class LeaderHandover:
    """What one leader gives away and takes on over all units; none is nobody."""

    leader_id: int | None
    units_given: int
    units_taken: int
    given: UnitMeasures
    taken: UnitMeasures


@dataclass(frozen=True, slots=True)
class Handover:
    """All that changes hands between two plans; what nobody had or will have counts too."""

    units: tuple[HandedUnit, ...]
    leaders: tuple[LeaderHandover, ...]
    measures: UnitMeasures


def handover(before: CoverageBook, after: CoverageBook) -> Handover:
    """Return what changes hands from one plan to the next: those units with most open matters first.

    A county that one of the plans gives out by its towns is compared by them. What there is to hand over is
    told by the measures of ``after``, else of ``before``; residents are nobody's to hand over and stay 0.
    """
    whole_of = wholes(before) | wholes(after)
    units = {unit.id: unit for book in (before, after) for unit in _all_units(book)}
    held = _held(before), _held(after)
    measures = dict(before.measures) | dict(after.measures)
    found = []
    for unit_id in _compared(held, whole_of):
        hands = [each.get(unit_id) or each.get(whole_of.get(unit_id, unit_id), ()) for each in held]
        total = measures.get(unit_id) or _stated(hands[1] or hands[0])
        one = _handed(units[unit_id], _split(hands[0], total), _split(hands[1], total))
        found += [one] if one else []
    found.sort(key=lambda one: (-one.measures.open, -one.measures.cases, one.unit.id))
    leaders = {leader.id: None for book in (before, after) for leader in book.leaders}
    totals = (_leader(leader, found) for leader in (*leaders, None))
    told = tuple(one for one in totals if one.units_given or one.units_taken)
    return Handover(tuple(found), told, _sum(one.measures for one in found))


Held = Mapping[int, tuple[Assignment, ...]]
_Hands = dict[tuple[int | None, AssignmentKind], UnitMeasures]


def _all_units(book: CoverageBook) -> Iterable[Unit]:
    return (*book.units, *(part for parts in book.parts.values() for part in parts))


def _held(book: CoverageBook) -> Held:
    held: dict[int, tuple[Assignment, ...]] = {}
    for one in book.plan.assignments:
        if one.kind in LOADING:
            held[one.unit_id] = (*held.get(one.unit_id, ()), one)
    return held


def _compared(held: tuple[Held, Held], whole_of: Mapping[int, int]) -> list[int]:
    """Return units to compare: the finer of a county and its towns where the plans differ in it."""
    named = dict.fromkeys((*held[0], *held[1]))
    split = {whole_of[unit] for unit in named if unit in whole_of}
    kept = [unit for unit in named if unit not in split]
    # Towns that neither plan names follow their county, such as one that was added to it since.
    parts = [part for part, whole in whole_of.items() if whole in split and part not in named]
    return kept + [part for part in parts if any(whole_of[part] in each for each in held)]


def _stated(hands: Iterable[Assignment]) -> UnitMeasures:
    return UnitMeasures(cases=sum(one.cases or 0 for one in hands))


def _split(hands: tuple[Assignment, ...], total: UnitMeasures) -> _Hands:
    """Return what each holder has of a unit; all of it the lead's where nobody counts."""
    weights = [one.cases or 0 for one in hands]
    if not sum(weights):
        weights = [int(one.kind is AssignmentKind.LEAD) for one in hands]
    shares = {name: portions(getattr(total, name), weights) if hands else () for name in _COUNTED}
    found: _Hands = {}
    for at, one in enumerate(hands):
        mine = UnitMeasures(**{name: share[at] for name, share in shares.items()})
        found[one.leader_id, one.kind] = _sum((found.get((one.leader_id, one.kind), _NOTHING), mine))
    return found


def _handed(unit: Unit, before: _Hands, after: _Hands) -> HandedUnit | None:
    if before == after:
        return None
    given = tuple(_lost(before, after))
    taken = tuple(_lost(after, before))
    if not given and not taken:
        return None
    moved = [_sum(hand.measures for hand in hands) for hands in (given, taken)]
    most = {name: max(getattr(each, name) for each in moved) for name in _COUNTED}
    return HandedUnit(unit, given, taken, UnitMeasures(**most))


def _lost(mine: _Hands, theirs: _Hands) -> Iterable[Hand]:
    """Yield who has less of a unit in the other plan, or has it no longer, and how much less."""
    before, after = _by_leader(mine), _by_leader(theirs)
    for leader, (kind, had) in before.items():
        less = _less(had, after[leader][1] if leader in after else _NOTHING)
        if leader not in after or less != _NOTHING:
            yield Hand(leader, kind, less)


def _by_leader(hands: _Hands) -> dict[int | None, tuple[AssignmentKind, UnitMeasures]]:
    found: dict[int | None, tuple[AssignmentKind, UnitMeasures]] = {}
    for (leader, kind), each in hands.items():
        first, had = found.get(leader, (kind, _NOTHING))
        found[leader] = (
            AssignmentKind.LEAD if AssignmentKind.LEAD in {first, kind} else kind,
            _sum((had, each)),
        )
    return found


def _leader(leader: int | None, units: Iterable[HandedUnit]) -> LeaderHandover:
    given = [hand.measures for one in units for hand in one.given if hand.leader_id == leader]
    taken = [hand.measures for one in units for hand in one.taken if hand.leader_id == leader]
    return LeaderHandover(leader, len(given), len(taken), _sum(given), _sum(taken))


def _sum(measures: Iterable[UnitMeasures]) -> UnitMeasures:
    total = _NOTHING
    for one in measures:
        added = {name: getattr(total, name) + getattr(one, name) for name in _COUNTED}
        total = replace(total, **added)
    return total


def _less(one: UnitMeasures, other: UnitMeasures) -> UnitMeasures:
    return UnitMeasures(**{name: max(0, getattr(one, name) - getattr(other, name)) for name in _COUNTED})
