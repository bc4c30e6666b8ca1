"""Differences (还原编排): the edits that make a draft out of the plan that it started from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from grid.coverage import Assignment, AssignmentKind, CoverageBook, CoveragePlan, PlanRule
from grid.planning.edits import Edit, EditKind, apply_edits
from grid.planning.standing import LOADING
from grid.refusals import Refused

_Rows = dict[int, list[Assignment]]
_LIFTED = {EditKind.PIN: 0, EditKind.FORBID: 0, EditKind.CAP: None, EditKind.SHARE: 100, EditKind.LINK: 0}


def edits_between(base: CoverageBook, draft: CoveragePlan) -> tuple[Edit, ...]:
    """Return edits that, applied to the base, give the draft's assignments and rules.

    Counties are split or joined first, then each unit that differs is given and helped, then the demands.
    Of a draft that no edits can make (units that the base does not know, two leads that it did not have)
    they give what comes nearest.
    """
    structure = tuple(_structure(base, draft))
    book = apply_edits(base, structure)
    before, after = _rows(book.plan), _rows(draft)
    moved = [
        edit
        for unit, rows in after.items()
        if unit in before and _as_set(rows) != _as_set(before[unit])
        for edit in _unit_edits(book, unit, before[unit], rows)
    ]
    return (*structure, *moved, *_demands(book.plan.rules, draft.rules))


def _structure(base: CoverageBook, draft: CoveragePlan) -> Iterator[Edit]:
    before, after = _rows(base.plan), _rows(draft)
    for county, parts in base.parts.items():
        was_split, is_split = (
            not _leads(rows.get(county, ())) and any(_leads(rows.get(part.id, ())) for part in parts)
            for rows in (before, after)
        )
        if is_split and not was_split and _leads(before.get(county, ())):
            yield from (Edit(EditKind.HELP, county, one, value=0) for one in _helps(before[county]))
            yield Edit(EditKind.SPLIT, county)
        elif was_split and not is_split and _leads(after.get(county, ())):
            yield Edit(EditKind.JOIN, county)


def _unit_edits(
    book: CoverageBook, unit: int, before: Sequence[Assignment], after: Sequence[Assignment]
) -> tuple[Edit, ...]:
    """Return the fewest edits of one unit that do: only its helpers, or the lead too, or all from scratch."""
    was, helps = _helps(before), _helps(after)
    leads = _leads(after)
    holder = next((one for one in leads if one is not None), None)
    gives = (Edit(EditKind.GIVE, unit, holder),)
    lifts = tuple(Edit(EditKind.HELP, unit, one, value=0) for one in was if one not in helps)
    fewer = tuple(_help(unit, one, helps[one]) for one in was if one in helps and helps[one] < was[one])
    more = tuple(_help(unit, one, part) for one, part in helps.items() if part > was.get(one, 0))
    scratch = tuple(Edit(EditKind.HELP, unit, one, value=0) for one in was)
    every = tuple(_help(unit, one, part) for one, part in helps.items() if part)
    offers = (
        (*lifts, *fewer, *more),
        (*lifts, *gives, *fewer, *more),
        (*gives, *fewer, *more),
        (*gives, *every),
        (*scratch, *gives, *every),
    )
    return next((one for one in offers if _does(book, unit, one, after)), offers[-1] if leads else ())


def _does(book: CoverageBook, unit: int, edits: Iterable[Edit], wanted: Sequence[Assignment]) -> bool:
    try:
        made = apply_edits(book, edits).plan.assignments
    except Refused:
        return False
    return _as_set(one for one in made if one.unit_id == unit) == _as_set(wanted)


def _demands(before: Iterable[PlanRule], after: Iterable[PlanRule]) -> Iterator[Edit]:
    was, now = {_about(rule): rule for rule in before}, {_about(rule): rule for rule in after}
    for about, rule in was.items():
        if about not in now:
            kind = EditKind(rule.kind.value)
            yield Edit(kind, rule.unit_id, rule.leader_id, rule.other_id, _LIFTED[kind])
    for about, rule in now.items():
        if was.get(about) != rule:
            yield Edit(EditKind(rule.kind.value), rule.unit_id, rule.leader_id, rule.other_id, rule.value)


def _about(rule: PlanRule) -> tuple[object, ...]:
    return rule.kind, rule.unit_id, rule.leader_id, rule.other_id


def _rows(plan: CoveragePlan) -> _Rows:
    rows: _Rows = {}
    for one in plan.assignments:
        if one.kind in LOADING:
            rows.setdefault(one.unit_id, []).append(one)
    return rows


def _as_set(rows: Iterable[Assignment]) -> list[tuple[str, int, int]]:
    """Return rows of one unit so that they compare whatever their order."""
    return sorted(
        (
            one.kind.value,
            -1 if one.leader_id is None else one.leader_id,
            -1 if one.cases is None else one.cases,
        )
        for one in rows
        if one.kind in LOADING
    )


def _leads(rows: Iterable[Assignment]) -> list[int | None]:
    return [one.leader_id for one in rows if one.kind is AssignmentKind.LEAD]


def _helps(rows: Iterable[Assignment]) -> dict[int, int]:
    helps: dict[int, int] = {}
    for one in rows:
        if one.kind is AssignmentKind.HELPER and one.leader_id is not None:
            helps[one.leader_id] = helps.get(one.leader_id, 0) + (one.cases or 0)
    return helps


def _help(unit: int, leader: int, part: int) -> Edit:
    return Edit(EditKind.HELP, unit, leader, value=part)
