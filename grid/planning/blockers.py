"""Blockers (不能报审的问题): what a plan must not have when it is proposed or published."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from grid.coverage import AssignmentKind, Bar, CoverageBook, CoveragePlan, Unit


class BlockerCode(StrEnum):
    """What stands in a plan's way."""

    UNLED = "unled"
    """Nobody leads a unit of the plan."""
    TWO_LEADS = "two_leads"
    """Two leaders lead one unit: an overlap."""
    NESTED = "nested"
    """A county is led, and one of its towns besides: an overlap."""
    MISSING = "missing"
    """A unit of the plan before is in this one neither itself, nor by its parts, nor by its county: a gap."""
    LEADER_UNKNOWN = "leader_unknown"
    BARRED = "barred"
    """A leader leads a unit that they may not be given."""
    BARRED_HELPER = "barred_helper"


@dataclass(frozen=True, slots=True)
class Blocker:
    """One blocker with the units and leaders that it is about."""

    code: BlockerCode
    unit_ids: tuple[int, ...]
    leader_ids: tuple[int, ...] = ()


_Leads = Mapping[int, frozenset[int]]


def blockers(book: CoverageBook, before: CoveragePlan | None, on: date) -> tuple[Blocker, ...]:
    """Return what keeps a book's plan from being in force from a day on, the gravest first.

    ``before`` is the plan that it replaces, none where nothing was published. A bar counts that holds on the
    day or begins after it.
    """
    leads = _leads(book)
    return (
        *_missing(book, leads, before),
        *(Blocker(BlockerCode.UNLED, (unit,)) for unit, who in leads.items() if not who),
        *(
            Blocker(BlockerCode.TWO_LEADS, (unit,), tuple(sorted(who)))
            for unit, who in leads.items()
            if len(who) > 1
        ),
        *_nested(book, leads),
        *_unknown(book),
        *_barred(book, on),
    )


def of_restoring(found: Iterable[Blocker]) -> tuple[Blocker, ...]:
    """Return those blockers that keep a plan which was in force once from being so again.

    What nobody led then is a known debt; a gap against today's plan and a bar are not.
    """
    grave = {BlockerCode.MISSING, BlockerCode.BARRED, BlockerCode.BARRED_HELPER, BlockerCode.NESTED}
    return tuple(one for one in found if one.code in grave)


def gap_units(book: CoverageBook, before: CoveragePlan) -> tuple[int, ...]:
    """Return the units of an earlier plan that a book's plan leaves out altogether."""
    return tuple(unit for one in _missing(book, _leads(book), before) for unit in one.unit_ids)


def _leads(book: CoverageBook) -> _Leads:
    found: dict[int, set[int]] = {}
    for one in book.plan.assignments:
        if one.kind is AssignmentKind.LEAD:
            who = found.setdefault(one.unit_id, set())
            if one.leader_id is not None:
                who.add(one.leader_id)
    return {unit: frozenset(who) for unit, who in found.items()}


def _missing(book: CoverageBook, leads: _Leads, before: CoveragePlan | None) -> Iterator[Blocker]:
    counties = _counties(book.parts)
    wanted = dict.fromkeys(
        one.unit_id for one in (before.assignments if before else ()) if one.kind is AssignmentKind.LEAD
    )
    for unit in wanted:
        if unit in leads or counties.get(unit) in leads:
            continue
        parts = [part.id for part in book.parts.get(unit, ())]
        given = [part for part in parts if part in leads]
        # A county given out by its towns is missing as far as towns are; one without any, itself.
        gone = tuple(part for part in parts if part not in leads) if given else (unit,)
        if gone:
            yield Blocker(BlockerCode.MISSING, gone)


def _nested(book: CoverageBook, leads: _Leads) -> Iterator[Blocker]:
    for county, parts in book.parts.items():
        inside = tuple(part.id for part in parts if part.id in leads)
        if county in leads and inside:
            yield Blocker(BlockerCode.NESTED, (county, *inside))


def _unknown(book: CoverageBook) -> Iterator[Blocker]:
    known = {leader.id for leader in book.leaders}
    for one in book.plan.assignments:
        if one.leader_id is not None and one.leader_id not in known:
            yield Blocker(BlockerCode.LEADER_UNKNOWN, (one.unit_id,), (one.leader_id,))


def _barred(book: CoverageBook, on: date) -> Iterator[Blocker]:
    counties, bars = _counties(book.parts), _by_pair(book.bars, on)
    codes = {AssignmentKind.LEAD: BlockerCode.BARRED, AssignmentKind.HELPER: BlockerCode.BARRED_HELPER}
    for one in book.plan.assignments:
        units = (one.unit_id, counties.get(one.unit_id))
        if one.kind in codes and one.leader_id is not None and any((one.leader_id, u) in bars for u in units):
            yield Blocker(codes[one.kind], (one.unit_id,), (one.leader_id,))


def _by_pair(bars: Iterable[Bar], on: date) -> frozenset[tuple[int, int | None]]:
    return frozenset(
        (bar.leader_id, bar.unit_id) for bar in bars if bar.until is None or bar.until > max(on, bar.since)
    )


def _counties(parts: Mapping[int, tuple[Unit, ...]]) -> dict[int, int]:
    return {part.id: county for county, inside in parts.items() for part in inside}
