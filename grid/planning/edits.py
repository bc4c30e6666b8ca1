"""Edits (编排操作): everything that a planner may do to a draft, one by one, so that each can be undone.

The board keeps a list of them with a mark; a suggestion is a list of them; a draft is the base plan with
its list applied.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from grid.coverage import Assignment, AssignmentKind, CoverageBook, PlanRule, RuleKind, Unit, UnitKind
from grid.planning.standing import LOADING, part_cases, sum_known
from grid.refusals import Refused


class EditKind(StrEnum):
    """What an edit does; the comment says which of its fields it uses."""

    GIVE = "give"
    """``unit_id`` to ``leader_id`` alone (none: to nobody)."""
    HELP = "help"
    """``leader_id`` helps (协助包片) with ``value`` 件 of ``unit_id``; 0 takes the help away."""
    SPLIT = "split"
    """``unit_id``, a county, is given out by its towns."""
    JOIN = "join"
    """The towns of ``unit_id`` become the one county again."""
    PIN = "pin"
    """``unit_id`` stays with whom it has; ``value`` 0 lifts it."""
    FORBID = "forbid"
    """``unit_id`` is not to be led by ``leader_id``; ``value`` 0 lifts it."""
    CAP = "cap"
    """``leader_id`` is to have at most ``value``; none lifts it."""
    SHARE = "share"
    """``leader_id`` is to have ``value`` per cent of a full share; 100 lifts it."""
    LINK = "link"
    """``unit_id`` and ``other_id`` count as neighbours (a bridge); ``value`` 0 lifts it."""


@dataclass(frozen=True, slots=True)
class Edit:
    """One edit; which fields are filled is said by its kind."""

    kind: EditKind
    unit_id: int | None = None
    leader_id: int | None = None
    other_id: int | None = None
    value: int | None = None


LARGEST_VALUE = 1_000_000
"""A cap or an amount of help above this is no number of cases."""
_FULL_SHARE = 100


def apply_edits(book: CoverageBook, edits: Iterable[Edit]) -> CoverageBook:
    """Return the book after edits in order.

    Raises ``Refused('plan_unit_unknown')`` for a unit that the plan does not give out,
    ``('plan_leader_unknown')``, ``('plan_edit_incomplete')`` for missing or impossible fields,
    ``('plan_help_own')`` for help by who leads the unit, ``('plan_help_uncounted')`` and
    ``('plan_help_too_much')`` where the lead does not hold so much, ``('plan_split_without_parts')``,
    ``('plan_split_already')``, ``('plan_split_helped')`` while others help with the whole,
    ``('plan_join_not_split')``, ``('plan_link_same')`` or ``('plan_link_placeless')``.
    """
    draft = _Draft(book)
    for edit in edits:
        _DOES[edit.kind](draft, edit)
    return draft.book()


class _Draft:
    """A plan while it is edited: assignments by unit and rules by what they are about."""

    def __init__(self, book: CoverageBook) -> None:
        self._book = book
        self._leaders = {leader.id for leader in book.leaders}
        self._units = {unit.id: unit for unit in _all_units(book)}
        self._rows: dict[int, list[Assignment]] = {}
        for one in book.plan.assignments:
            self._rows.setdefault(one.unit_id, []).append(one)
        self._rules = {_about(rule): rule for rule in book.plan.rules}
        self._touched = False

    def give(self, edit: Edit) -> None:
        rows, leads = self._led(edit.unit_id)
        if edit.leader_id is not None:
            self._leader(edit.leader_id)
        # A helper who becomes the lead helps nobody any more: what he took is his with the rest.
        own = [one for one in rows if one.kind is AssignmentKind.HELPER and one.leader_id == edit.leader_id]
        taken = own if edit.leader_id is not None else []
        cases = sum_known(one.cases for one in (*leads, *taken))
        given = Assignment(leads[0].unit_id, edit.leader_id, AssignmentKind.LEAD, cases)
        self._put(rows, leads[0], (given,), (*leads, *taken))

    def help(self, edit: Edit) -> None:
        rows, leads = self._led(edit.unit_id)
        leader, part = self._leader(edit.leader_id), _amount(edit.value)
        lead = next((one for one in leads if one.leader_id is not None), leads[0])
        if leader in {one.leader_id for one in leads}:
            raise Refused("plan_help_own")
        helps = [one for one in rows if one.kind is AssignmentKind.HELPER and one.leader_id == leader]
        held = sum_known(one.cases for one in (lead, *helps))
        if part and held is None:
            raise Refused("plan_help_uncounted")
        if part > (held or 0):
            raise Refused("plan_help_too_much", most=held or 0)
        left = replace(lead, cases=None if held is None else held - part)
        helper = Assignment(lead.unit_id, leader, AssignmentKind.HELPER, part)
        self._put(rows, lead, (left, helper) if part else (left,), (lead, *helps))

    def split(self, edit: Edit) -> None:
        county = edit.unit_id or 0
        parts = self._book.parts.get(county, ())
        if not parts:
            raise Refused("plan_split_without_parts")
        if self._parts_led(county):
            raise Refused("plan_split_already")
        rows, leads = self._led(county)
        if any(one.kind is AssignmentKind.HELPER for one in rows):
            raise Refused("plan_split_helped")
        holder = next((one.leader_id for one in leads if one.leader_id is not None), None)
        cases = part_cases(self._book, county, sum_known(one.cases for one in leads))
        self._put(rows, leads[0], (), leads)
        for part, count in zip(parts, cases, strict=True):
            self._rows.setdefault(part.id, []).append(Assignment(part.id, holder, cases=count))

    def join(self, edit: Edit) -> None:
        county = edit.unit_id or 0
        towns = self._parts_led(county)
        if not towns or any(one.kind is AssignmentKind.LEAD for one in self._rows.get(county, ())):
            raise Refused("plan_join_not_split")
        held = [one for town in towns for one in self._rows[town] if one.kind in LOADING]
        leads = [one for one in held if one.kind is AssignmentKind.LEAD]
        by_leader: Counter[int | None] = Counter()
        for one in leads:
            by_leader[one.leader_id] += one.cases or 0
        whole = Assignment(county, by_leader.most_common(1)[0][0], cases=sum_known(o.cases for o in held))
        for town in towns:
            self._rows[town] = [one for one in self._rows[town] if one.kind not in LOADING]
        self._rows.setdefault(county, []).append(whole)
        self._touched = True

    def pin(self, edit: Edit) -> None:
        rule = PlanRule(RuleKind.PIN, self._known(edit.unit_id))
        self._demand(rule, lifted=edit.value == 0)

    def forbid(self, edit: Edit) -> None:
        rule = PlanRule(RuleKind.FORBID, self._known(edit.unit_id), self._leader(edit.leader_id))
        self._demand(rule, lifted=edit.value == 0)

    def cap(self, edit: Edit) -> None:
        most = None if edit.value is None else _amount(edit.value)
        rule = PlanRule(RuleKind.CAP, leader_id=self._leader(edit.leader_id), value=most)
        self._demand(rule, lifted=most is None)

    def share(self, edit: Edit) -> None:
        per_cent = _amount(edit.value)
        if per_cent > _FULL_SHARE:
            raise Refused("plan_edit_incomplete")
        rule = PlanRule(RuleKind.SHARE, leader_id=self._leader(edit.leader_id), value=per_cent)
        self._demand(rule, lifted=per_cent == _FULL_SHARE)

    def link(self, edit: Edit) -> None:
        ends = sorted(self._known(one) for one in (edit.unit_id, edit.other_id))
        if ends[0] == ends[1]:
            raise Refused("plan_link_same")
        if any(self._units[one].kind is not UnitKind.AREA for one in ends):
            raise Refused("plan_link_placeless")
        self._demand(PlanRule(RuleKind.LINK, ends[0], other_id=ends[1]), lifted=edit.value == 0)

    def book(self) -> CoverageBook:
        plan = replace(self._book.plan, rules=tuple(self._rules.values()))
        if not self._touched:
            return replace(self._book, plan=plan)
        rows = tuple(one for rows in self._rows.values() for one in rows)
        parts = {part.id for parts in self._book.parts.values() for part in parts}
        idle = {unit for unit in parts if not self._rows.get(unit)}
        units = tuple(unit for unit in self._units.values() if unit.id not in idle)
        return replace(self._book, plan=replace(plan, assignments=rows), units=units)

    def _led(self, unit_id: int | None) -> tuple[list[Assignment], list[Assignment]]:
        """Return a unit's rows and those of them that lead it."""
        rows = self._rows.get(unit_id or 0, [])
        leads = [one for one in rows if one.kind is AssignmentKind.LEAD]
        if not leads:
            raise Refused("plan_unit_unknown")
        return rows, leads

    def _known(self, unit_id: int | None) -> int:
        """A demand may be about a county that is split, or a town of one that is not."""
        if unit_id is None or unit_id not in self._units:
            raise Refused("plan_unit_unknown")
        return unit_id

    def _leader(self, leader_id: int | None) -> int:
        if leader_id is None or leader_id not in self._leaders:
            raise Refused("plan_leader_unknown")
        return leader_id

    def _parts_led(self, county: int) -> list[int]:
        parts = self._book.parts.get(county, ())
        return [
            part.id
            for part in parts
            if any(one.kind is AssignmentKind.LEAD for one in self._rows.get(part.id, ()))
        ]

    def _put(
        self,
        rows: list[Assignment],
        place: Assignment,
        new: Iterable[Assignment],
        old: Iterable[Assignment],
    ) -> None:
        """Put new rows where ``place`` is, and leave the old ones out."""
        at = next(at for at, one in enumerate(rows) if one is place)
        gone = {id(one) for one in old}
        kept = [[one for one in part if id(one) not in gone] for part in (rows[:at], rows[at:])]
        rows[:] = [*kept[0], *new, *kept[1]]
        self._touched = True

    def _demand(self, rule: PlanRule, *, lifted: bool) -> None:
        self._rules.pop(_about(rule), None)
        if not lifted:
            self._rules[_about(rule)] = rule


_DOES: Mapping[EditKind, Callable[[_Draft, Edit], None]] = {
    EditKind.GIVE: _Draft.give,
    EditKind.HELP: _Draft.help,
    EditKind.SPLIT: _Draft.split,
    EditKind.JOIN: _Draft.join,
    EditKind.PIN: _Draft.pin,
    EditKind.FORBID: _Draft.forbid,
    EditKind.CAP: _Draft.cap,
    EditKind.SHARE: _Draft.share,
    EditKind.LINK: _Draft.link,
}


def _about(rule: PlanRule) -> tuple[RuleKind, int | None, int | None, int | None]:
    return rule.kind, rule.unit_id, rule.leader_id, rule.other_id


def _amount(value: int | None) -> int:
    if value is None or not 0 <= value <= LARGEST_VALUE:
        raise Refused("plan_edit_incomplete")
    return value


def _all_units(book: CoverageBook) -> tuple[Unit, ...]:
    """Return a book's units with the parts of each after it, whether they stand or not."""
    known = {unit.id for unit in book.units}
    new = {whole: [part for part in parts if part.id not in known] for whole, parts in book.parts.items()}
    with_parts = [one for unit in book.units for one in (unit, *new.pop(unit.id, ()))]
    return (*with_parts, *(part for parts in new.values() for part in parts))
