"""Edits: whatever is done to a draft conserves its cases, is told from its base, or is refused by name."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grid.coverage import (
    Assignment,
    AssignmentKind,
    CoverageBook,
    CoveragePlan,
    RuleKind,
    Unit,
    UnitKind,
    lead_by_unit,
)
from grid.planning import (
    Edit,
    EditKind,
    apply_edits,
    balance,
    changes,
    edits_between,
    held_parts,
    portions,
    standing_borders,
    standing_units,
    unit_workloads,
    wholes,
)
from grid.refusals import Refused
from grid.workloads import UnitMeasures, Weights
from tests.domain.test_planning import make_book

TOWNS = 100
"""A town of county n is n × 100 + 1, 2, 3."""


def split_book(
    leads: list[int | None], cases: list[int | None], *, leaders: int, helpers: tuple[Assignment, ...] = ()
) -> CoverageBook:
    """Counties in a row, each of three towns in a row, and a department at the end."""
    book = make_book(leads, cases, leaders=leaders, departments=1)
    counties = range(1, len(leads))
    parts = {
        n: tuple(Unit(n * TOWNS + t, f"镇{n}{t}", UnitKind.AREA, n * TOWNS + t) for t in (1, 2, 3))
        for n in counties
    }
    inside = {(n * TOWNS + t, n * TOWNS + t + 1) for n in counties for t in (1, 2)}
    between = {(n * TOWNS + 3, (n + 1) * TOWNS + 1) for n in counties if n + 1 in counties}
    row = {(n, n + 1) for n in counties if n + 1 in counties}
    measures = {part.id: UnitMeasures(open=part.id % TOWNS) for each in parts.values() for part in each}
    return replace(
        book,
        plan=replace(book.plan, assignments=(*book.plan.assignments, *helpers)),
        borders=frozenset(inside | between | row),
        parts=parts,
        measures=measures,
    )


@st.composite
def books(draw: st.DrawFn) -> CoverageBook:
    size, count = draw(st.integers(2, 5)), draw(st.integers(1, 4))
    leads = draw(st.lists(st.none() | st.integers(1, count), min_size=size, max_size=size))
    cases = draw(st.lists(st.none() | st.integers(0, 40), min_size=size, max_size=size))
    helped = st.tuples(st.integers(1, size), st.integers(1, count), st.integers(0, 9))
    rows = draw(st.lists(helped, max_size=3, unique_by=lambda one: one[:2]))
    helpers = tuple(
        Assignment(unit, leader, AssignmentKind.HELPER, part)
        for unit, leader, part in rows
        if leads[unit - 1] != leader
    )
    return split_book(leads, cases, leaders=count, helpers=helpers)


@st.composite
def edits_of(draw: st.DrawFn, book: CoverageBook) -> list[Edit]:
    """Any edits, most of which can be done; what is refused is left out by who applies them."""
    units = st.sampled_from([unit.id for unit in book.units] + sorted(wholes(book)))
    leaders = st.sampled_from([leader.id for leader in book.leaders])
    kinds = st.sampled_from(list(EditKind))
    values = st.none() | st.integers(0, 12) | st.just(100)
    return draw(st.lists(st.builds(Edit, kinds, units, st.none() | leaders, units, values), max_size=14))


def done(book: CoverageBook, edits: list[Edit]) -> tuple[CoverageBook, list[Edit]]:
    """Apply edits one by one, without those that are refused."""
    taken = []
    for edit in edits:
        try:
            book = apply_edits(book, [edit])
        except Refused:
            continue
        taken.append(edit)
    return book, taken


def rows_of(plan: CoveragePlan) -> list[tuple[object, ...]]:
    return sorted((one.unit_id, one.kind, one.leader_id or 0, repr(one.cases)) for one in plan.assignments)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_any_draft_is_told_from_its_base(data: st.DataObject) -> None:
    base = data.draw(books())
    draft, taken = done(base, data.draw(edits_of(base)))
    assert rows_of(apply_edits(base, taken).plan) == rows_of(draft.plan), "one by one or at once"
    again = apply_edits(base, edits_between(base, draft.plan))
    assert rows_of(again.plan) == rows_of(draft.plan)
    assert set(again.plan.rules) == set(draft.plan.rules)
    assert {unit.id for unit in again.units} == {unit.id for unit in draft.units}


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_cases_are_neither_made_nor_lost(data: st.DataObject) -> None:
    base = data.draw(books())
    draft, _ = done(base, data.draw(edits_of(base)))
    for book in (base, draft):
        total = sum(one.cases or 0 for one in base.plan.assignments)
        assert sum(unit_workloads(book).values()) == total
        spread = balance(book)
        assert sum(load.workload for load in spread.loads) + spread.unassigned_cases == total
    assert all((one.cases or 0) >= 0 for one in draft.plan.assignments)
    led_twice = [
        part
        for part, whole in wholes(draft).items()
        if part in lead_by_unit(draft.plan) and whole in lead_by_unit(draft.plan)
    ]
    assert led_twice == []


@given(st.integers(0, 500), st.lists(st.integers(0, 40), min_size=1, max_size=8))
def test_portions_are_whole_and_within_one_of_the_exact_share(total: int, weights: list[int]) -> None:
    parts = portions(total, weights)
    even = weights if sum(weights) else [1] * len(weights)
    assert sum(parts) == total
    for part, weight in zip(parts, even, strict=True):
        assert abs(part - total * weight / sum(even)) < 1


def test_help_takes_from_the_lead_and_gives_back() -> None:
    base = split_book([1, 2, 3], [10, 6, 4], leaders=3)
    helped = apply_edits(base, [Edit(EditKind.HELP, 1, 2, value=4)])
    assert [load.cases for load in balance(helped).loads] == [6, 10, 4]
    less = apply_edits(helped, [Edit(EditKind.HELP, 1, 2, value=1)])
    assert [load.cases for load in balance(less).loads] == [9, 7, 4]
    assert rows_of(apply_edits(less, [Edit(EditKind.HELP, 1, 2, value=0)]).plan) == rows_of(base.plan)


def test_a_helper_who_becomes_the_lead_keeps_what_he_took() -> None:
    base = split_book([1, 2, 3], [10, 6, 4], leaders=3)
    after = apply_edits(base, [Edit(EditKind.HELP, 1, 2, value=4), Edit(EditKind.GIVE, 1, 2)])
    assert [load.cases for load in balance(after).loads] == [0, 16, 4]


def test_a_split_county_has_its_towns_borders_and_joins_to_its_largest_holder() -> None:
    base = split_book([1, 2, 3, None], [10, 6, 4, 1], leaders=3)
    split = apply_edits(base, [Edit(EditKind.SPLIT, 1)])
    assert [one.cases for one in split.plan.assignments if one.unit_id > TOWNS] == [2, 3, 5]
    assert [unit.id for unit in standing_units(split)] == [101, 102, 103, 2, 3, 4]
    assert standing_borders(split) == {(101, 102), (102, 103), (2, 103), (2, 3)}
    given_away = apply_edits(split, [Edit(EditKind.GIVE, 103, 2), Edit(EditKind.GIVE, 102, 2)])
    wholly = wholes(given_away)
    assert {change.unit_id: change.before for change in changes(given_away.plan, base.plan, wholly)} == {
        102: 1,
        103: 1,
    }
    joined = apply_edits(given_away, [Edit(EditKind.JOIN, 1)])
    assert lead_by_unit(joined.plan) == {1: 2, 2: 2, 3: 3, 4: None}
    assert joined.units == base.units


def test_a_link_makes_neighbours_and_lifts() -> None:
    base = split_book([1, 2, 1, None], [1, 1, 1, 0], leaders=2)
    assert balance(base).broken == 1
    linked = apply_edits(base, [Edit(EditKind.LINK, 3, other_id=1)])
    assert balance(linked).broken == 0
    assert apply_edits(linked, [Edit(EditKind.LINK, 1, other_id=3, value=0)]).plan.rules == ()


def test_a_weighed_workload_is_shared_out_by_cases_and_evenly_without_any() -> None:
    base = split_book([1, 2, None], [10, None, 0], leaders=3)
    base = replace(
        base,
        weights=Weights(cases=1, overdue=2),
        measures={1: UnitMeasures(cases=99, overdue=5), 2: UnitMeasures(overdue=4)},
    )
    plan = replace(base.plan, assignments=(*base.plan.assignments, Assignment(2, 3, AssignmentKind.HELPER)))
    book = apply_edits(replace(base, plan=plan), [Edit(EditKind.HELP, 1, 2, value=5)])
    assert unit_workloads(book) == {1: 20, 2: 8, 3: 0}, "of the measures, cases are as the plan states them"
    held = {(one.unit_id, one.leader_id): part for one, part in held_parts(book)}
    assert held == {(1, 1): 10, (1, 2): 10, (2, 2): 4, (2, 3): 4, (3, None): 0}


@pytest.mark.parametrize(
    ("edits", "code"),
    [
        ([Edit(EditKind.GIVE, 99, 1)], "plan_unit_unknown"),
        ([Edit(EditKind.GIVE, None, 1)], "plan_unit_unknown"),
        ([Edit(EditKind.GIVE, 101, 1)], "plan_unit_unknown"),
        ([Edit(EditKind.GIVE, 1, 99)], "plan_leader_unknown"),
        ([Edit(EditKind.HELP, 1, None, value=1)], "plan_leader_unknown"),
        ([Edit(EditKind.HELP, 1, 1, value=1)], "plan_help_own"),
        ([Edit(EditKind.HELP, 1, 2, value=11)], "plan_help_too_much"),
        ([Edit(EditKind.HELP, 1, 2)], "plan_edit_incomplete"),
        ([Edit(EditKind.HELP, 2, 3, value=1)], "plan_help_uncounted"),
        ([Edit(EditKind.SPLIT, 3)], "plan_split_without_parts"),
        ([Edit(EditKind.SPLIT, 1), Edit(EditKind.SPLIT, 1)], "plan_split_already"),
        ([Edit(EditKind.HELP, 1, 2, value=1), Edit(EditKind.SPLIT, 1)], "plan_split_helped"),
        ([Edit(EditKind.SPLIT, 1), Edit(EditKind.GIVE, 1, 2)], "plan_unit_unknown"),
        ([Edit(EditKind.JOIN, 1)], "plan_join_not_split"),
        ([Edit(EditKind.FORBID, 1, None)], "plan_leader_unknown"),
        ([Edit(EditKind.CAP, leader_id=9, value=1)], "plan_leader_unknown"),
        ([Edit(EditKind.CAP, leader_id=1, value=-1)], "plan_edit_incomplete"),
        ([Edit(EditKind.SHARE, leader_id=1, value=101)], "plan_edit_incomplete"),
        ([Edit(EditKind.LINK, 1, other_id=1)], "plan_link_same"),
        ([Edit(EditKind.LINK, 1, other_id=3)], "plan_link_placeless"),
        ([Edit(EditKind.PIN, 99)], "plan_unit_unknown"),
    ],
)
def test_what_cannot_be_done_is_refused_by_name(edits: list[Edit], code: str) -> None:
    with pytest.raises(Refused) as refused:
        apply_edits(split_book([1, 2, 3], [10, None, 4], leaders=3), edits)
    assert refused.value.code == code


def test_demands_replace_one_another_and_lift() -> None:
    book = split_book([1, 2], [1, 1], leaders=2)
    caps = [Edit(EditKind.CAP, leader_id=1, value=5), Edit(EditKind.CAP, leader_id=1, value=7)]
    (rule,) = apply_edits(book, caps).plan.rules
    assert (rule.kind, rule.value) == (RuleKind.CAP, 7)
    lifting = [
        *caps, Edit(EditKind.SHARE, leader_id=2, value=50),
        Edit(EditKind.PIN, 1), Edit(EditKind.FORBID, 1, 2),
        Edit(EditKind.CAP, leader_id=1), Edit(EditKind.SHARE, leader_id=2, value=100),
        Edit(EditKind.PIN, 1, value=0), Edit(EditKind.FORBID, 1, 2, value=0),
    ]  # fmt: skip
    assert apply_edits(book, lifting).plan.rules == ()


def test_a_book_without_leaders_or_units_takes_no_edit() -> None:
    empty = replace(make_book([], [], leaders=1), plan=make_book([], [], leaders=0).plan)
    assert apply_edits(empty, []) == empty
    with pytest.raises(Refused):
        apply_edits(empty, [Edit(EditKind.GIVE, 1, 1)])
