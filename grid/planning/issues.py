"""Issues (方案问题): everything that is wrong with a plan, the gravest first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from grid.coverage import AssignmentKind, CoverageBook, PlanRule, RuleKind, lead_by_unit
from grid.planning.changes import is_unassigned
from grid.planning.loads import Balance, balance, loads
from grid.planning.standing import LOADING, wholes

OVERLOAD_RATIO = 1.5
"""A leader with more than this many times the mean load is shown as overloaded."""


class IssueCode(StrEnum):
    """What may be wrong with a plan; drafts may have issues, published plans may not."""

    GAP = "gap"
    """The base plan gives the unit out, this one neither it nor its parts."""
    UNASSIGNED = "unassigned"
    DOUBLE_LEAD = "double_lead"
    BARRED = "barred"
    BARRED_HELPER = "barred_helper"
    FORBIDDEN = "forbidden"
    PIN_BROKEN = "pin_broken"
    OVER_CAP = "over_cap"
    BROKEN_PIECE = "broken_piece"
    OVERLOADED = "overloaded"
    LEADER_WITHOUT_UNIT = "leader_without_unit"
    NO_COUNT = "no_count"


@dataclass(frozen=True, slots=True)
class PlanIssue:
    """One issue with the units and leaders it is about; ``facts`` fill its words."""

    code: IssueCode
    unit_ids: tuple[int, ...]
    leader_ids: tuple[int, ...]
    facts: dict[str, int | float] = field(default_factory=dict)


def issues(book: CoverageBook, base: CoverageBook | None = None) -> tuple[PlanIssue, ...]:
    """Return everything that is wrong with a plan, the gravest first.

    Against a ``base`` a broken piece tells how many there were before: an island is a debt, not news; only
    against a base can there be a gap or a broken pin.
    """
    spread = balance(book)
    before = {load.leader_id: len(load.pieces) for load in loads(base)} if base else {}
    return (
        *(_gaps(book, base) if base else ()),
        *_unassigned(book),
        *_double(book),
        *_barred(book),
        *_forbidden(book),
        *(_unpinned(book, base) if base else ()),
        *_over_cap(book, spread),
        *_broken(spread, before),
        *_overloaded(spread),
        *_idle(spread),
        *_uncounted(book),
    )


def _gaps(book: CoverageBook, base: CoverageBook) -> Iterator[PlanIssue]:
    leads = lead_by_unit(book.plan)
    whole = wholes(book)
    for unit in lead_by_unit(base.plan):
        parts = [part.id for part in book.parts.get(unit, ())]
        # A county that is split must be given out down to its last town, and a town may be in its county.
        led = leads.keys() >= set(parts) if parts and unit not in leads else unit in leads
        if not led and whole.get(unit) not in leads:
            yield PlanIssue(IssueCode.GAP, (unit,), ())


def _unassigned(book: CoverageBook) -> Iterator[PlanIssue]:
    for one in book.plan.assignments:
        if is_unassigned(one):
            yield PlanIssue(IssueCode.UNASSIGNED, (one.unit_id,), (), {"cases": one.cases or 0})


def _double(book: CoverageBook) -> Iterator[PlanIssue]:
    """A unit with two leads, or led both whole and by a part of it."""
    leads: dict[int, list[int]] = {}
    for one in book.plan.assignments:
        if one.kind is AssignmentKind.LEAD:
            leads.setdefault(one.unit_id, []).extend(() if one.leader_id is None else (one.leader_id,))
    for unit, leaders in leads.items():
        if len(set(leaders)) > 1:
            yield PlanIssue(IssueCode.DOUBLE_LEAD, (unit,), tuple(dict.fromkeys(leaders)))
    for part, whole in wholes(book).items():
        if part in leads and whole in leads:
            yield PlanIssue(IssueCode.DOUBLE_LEAD, (part, whole), (*leads[part], *leads[whole]))


def _barred(book: CoverageBook) -> Iterator[PlanIssue]:
    """A bar on a county is one on each of its towns."""
    barred = {(bar.unit_id, bar.leader_id): bar for bar in book.bars}
    for code, unit, leader, about in _held_pairs(book, IssueCode.BARRED, IssueCode.BARRED_HELPER):
        if (about, leader) in barred:
            yield PlanIssue(code, (unit,), (leader,))


def _forbidden(book: CoverageBook) -> Iterator[PlanIssue]:
    rules = {(one.unit_id, one.leader_id) for one in _rules(book, RuleKind.FORBID)}
    for code, unit, leader, about in _held_pairs(book, IssueCode.FORBIDDEN, IssueCode.FORBIDDEN):
        if (about, leader) in rules:
            yield PlanIssue(code, (unit,), (leader,))


def _held_pairs(
    book: CoverageBook, leading: IssueCode, helping: IssueCode
) -> Iterator[tuple[IssueCode, int, int, int]]:
    """Yield every unit with a holder, once under its own id and once under that of its whole."""
    whole = wholes(book)
    for one in book.plan.assignments:
        if one.kind in LOADING and one.leader_id is not None:
            code = leading if one.kind is AssignmentKind.LEAD else helping
            yield code, one.unit_id, one.leader_id, one.unit_id
            if one.unit_id in whole:
                yield code, one.unit_id, one.leader_id, whole[one.unit_id]


def _unpinned(book: CoverageBook, base: CoverageBook) -> Iterator[PlanIssue]:
    before, now = lead_by_unit(base.plan), lead_by_unit(book.plan)
    whole = wholes(book)
    for rule in _rules(book, RuleKind.PIN):
        unit = rule.unit_id or 0
        holder = before.get(unit, before.get(whole.get(unit, unit)))
        held = [unit] if unit in now else [part.id for part in book.parts.get(unit, ())]
        lost = tuple(one for one in held if one in now and now[one] != holder)
        if lost:
            yield PlanIssue(IssueCode.PIN_BROKEN, lost, () if holder is None else (holder,))


def _over_cap(book: CoverageBook, spread: Balance) -> Iterator[PlanIssue]:
    caps = {rule.leader_id: rule.value for rule in _rules(book, RuleKind.CAP)}
    for load in spread.loads:
        cap = caps.get(load.leader_id)
        if cap is not None and load.workload > cap:
            facts: dict[str, int | float] = {"load": load.workload, "cap": cap}
            yield PlanIssue(IssueCode.OVER_CAP, load.unit_ids, (load.leader_id,), facts)


def _broken(spread: Balance, before: Mapping[int, int]) -> Iterator[PlanIssue]:
    for load in spread.loads:
        if load.broken:
            strays = tuple(sorted(frozenset().union(*load.pieces[1:])))
            was = before.get(load.leader_id, len(load.pieces))
            facts: dict[str, int | float] = {"pieces": len(load.pieces), "before": was}
            yield PlanIssue(IssueCode.BROKEN_PIECE, strays, (load.leader_id,), facts)


def _overloaded(spread: Balance) -> Iterator[PlanIssue]:
    for load in sorted(spread.loads, key=lambda load: -load.by_share):
        if load.by_share > OVERLOAD_RATIO * spread.mean:
            facts: dict[str, int | float] = {
                "cases": load.by_share,
                "mean": round(spread.mean, 1),
                "ratio": round(load.by_share / spread.mean, 2),
            }
            yield PlanIssue(IssueCode.OVERLOADED, load.unit_ids, (load.leader_id,), facts)


def _idle(spread: Balance) -> Iterator[PlanIssue]:
    for load in spread.loads:
        if not load.unit_ids and load.share:
            yield PlanIssue(IssueCode.LEADER_WITHOUT_UNIT, (), (load.leader_id,))


def _uncounted(book: CoverageBook) -> Iterator[PlanIssue]:
    for one in book.plan.assignments:
        if one.kind is AssignmentKind.LEAD and one.cases is None:
            holders = (one.leader_id,) if one.leader_id is not None else ()
            yield PlanIssue(IssueCode.NO_COUNT, (one.unit_id,), holders)


def _rules(book: CoverageBook, kind: RuleKind) -> Iterable[PlanRule]:
    return (rule for rule in book.plan.rules if rule.kind is kind)
