"""Planning against oracles written another way: brute force over plans, closure of the border relation."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grid.coverage import (
    Assignment,
    AssignmentKind,
    CoverageBook,
    CoveragePlan,
    Leader,
    PlanState,
    Unit,
    UnitKind,
    lead_by_unit,
)
from grid.planning import (
    Edit,
    EditKind,
    IssueCode,
    apply_edits,
    balance,
    changes,
    connected_pieces,
    floor,
    issues,
    loads,
)
from grid.refusals import Refused


def make_book(
    leads: list[int | None],
    cases: list[int | None],
    *,
    leaders: int,
    departments: int = 0,
    borders: frozenset[tuple[int, int]] = frozenset(),
) -> CoverageBook:
    """A book whose last ``departments`` units have no place."""
    numbers = range(1, len(leads) + 1)
    areas = len(leads) - departments
    rows = tuple(Assignment(n, lead, cases=c) for n, lead, c in zip(numbers, leads, cases, strict=True))
    return CoverageBook(
        plan=CoveragePlan(7, "方案", PlanState.PUBLISHED, date(2026, 1, 1), None, 3, None, rows),
        units=tuple(
            Unit(n, f"单位{n}", UnitKind.AREA, 100 + n)
            if n <= areas
            else Unit(n, f"部门{n}", UnitKind.DEPARTMENT, None)
            for n in numbers
        ),
        leaders=tuple(Leader(n, f"职务{n}", None) for n in range(1, leaders + 1)),
        borders=frozenset(pair for pair in borders if max(pair) <= areas),
    )


@st.composite
def books(draw: st.DrawFn, *, units: int = 6, leaders: int = 3) -> CoverageBook:
    size = draw(st.integers(1, units))
    count = draw(st.integers(1, leaders))
    pairs = list(itertools.combinations(range(1, size + 1), 2))
    return make_book(
        draw(st.lists(st.one_of(st.none(), st.integers(1, count)), min_size=size, max_size=size)),
        draw(st.lists(st.one_of(st.none(), st.integers(0, 60)), min_size=size, max_size=size)),
        leaders=count,
        departments=draw(st.integers(0, size)),
        borders=frozenset(draw(st.lists(st.sampled_from(pairs), max_size=8)) if pairs else ()),
    )


@st.composite
def moves_of(draw: st.DrawFn, book: CoverageBook) -> list[Edit]:
    units = st.sampled_from([unit.id for unit in book.units])
    holders = st.one_of(st.none(), st.sampled_from([leader.id for leader in book.leaders]))
    return draw(st.lists(st.builds(Edit, st.just(EditKind.GIVE), units, holders), max_size=12))


@settings(max_examples=150, deadline=None)
@given(books())
def test_no_complete_plan_goes_below_the_floor(book: CoverageBook) -> None:
    """Brute force: every way to give every unit to some leader."""
    cases = [one.cases or 0 for one in book.plan.assignments]
    ids = [leader.id for leader in book.leaders]
    best = min(
        max(sum(c for c, holder in zip(cases, plan, strict=True) if holder == one) for one in ids)
        for plan in itertools.product(ids, repeat=len(cases))
    )
    bound = floor(book)
    assert bound.cases <= best
    assert bound.shared == math.ceil(sum(cases) / len(ids))
    assert bound.largest == max(cases)
    assert {cases[unit - 1] for unit in bound.largest_unit_ids} <= {bound.largest}


def test_the_annex_cannot_go_below_its_largest_unit() -> None:
    """237 cases over 13 leaders would share to 19, yet two counties of 44 hold the maximum there."""
    cases: list[int | None] = [44, 44, 29, 25, 21, 18, 15, 12, 7, 7, 6, 4, 3, 2]
    book = make_book([*range(1, 14), 13], cases, leaders=13, departments=4)
    assert sum(filter(None, cases)) == 237
    assert floor(book).cases == 44
    assert floor(book).largest_unit_ids == (1, 2)
    assert floor(book).shared == 19


def test_a_coled_unit_does_not_raise_the_floor_above_what_is() -> None:
    book = make_book([1], [20], leaders=2)
    plan = replace(book.plan, assignments=(*book.plan.assignments, Assignment(1, 2, cases=24)))
    assert floor(replace(book, plan=plan)).cases == 24 == balance(replace(book, plan=plan)).maximum


@settings(deadline=None)
@given(books(units=10, leaders=4))
def test_pieces_equal_the_closure_of_the_borders(book: CoverageBook) -> None:
    """Warshall's closure as oracle: two of a leader's areas are in one piece iff they reach each other."""
    areas = {unit.id for unit in book.units if unit.kind is UnitKind.AREA}
    for load in loads(book):
        mine = [
            unit for unit, lead in lead_by_unit(book.plan).items() if lead == load.leader_id and unit in areas
        ]
        reach = {(a, b) for a in mine for b in mine if a == b or (min(a, b), max(a, b)) in book.borders}
        for middle, one, other in itertools.product(mine, repeat=3):
            if (one, middle) in reach and (middle, other) in reach:
                reach.add((one, other))
        for one, other in itertools.product(mine, repeat=2):
            together = any({one, other} <= piece for piece in load.pieces)
            assert together == ((one, other) in reach)
        assert sum(map(len, load.pieces)) == len(mine)
        assert load.broken == max(0, len(load.pieces) - 1)


def test_departments_weigh_but_break_nothing() -> None:
    book = make_book([1, 1, 1], [10, 4, 5], leaders=1, departments=2)
    (load,) = loads(book)
    assert (load.cases, load.broken) == (19, 0)


def test_pieces_ignore_borders_to_areas_of_others() -> None:
    assert set(connected_pieces([1, 3], [(1, 2), (2, 3)])) == {frozenset({1}), frozenset({3})}


@settings(deadline=None)
@given(st.data())
def test_moves_conserve_cases_and_touch_only_what_they_name(data: st.DataObject) -> None:
    book = data.draw(books(units=8, leaders=4))
    moves = data.draw(moves_of(book))
    after = apply_edits(book, moves)
    known = {one.unit_id: one.cases for one in book.plan.assignments}
    assert {one.unit_id: one.cases for one in after.plan.assignments} == known
    last = {move.unit_id: move.leader_id for move in moves}
    assert lead_by_unit(after.plan) == lead_by_unit(book.plan) | last
    spread = balance(after)
    assert sum(load.cases for load in spread.loads) + spread.unassigned_cases == sum(
        filter(None, known.values())
    )
    moved = {change.unit_id for change in changes(after.plan, book.plan)}
    assert moved == {unit for unit, lead in last.items() if lead_by_unit(book.plan)[unit] != lead}


@settings(deadline=None)
@given(st.data())
def test_moving_back_restores_the_plan(data: st.DataObject) -> None:
    book = data.draw(books())
    moves = data.draw(moves_of(book))
    back = [
        Edit(EditKind.GIVE, change.unit_id, change.before)
        for change in changes(apply_edits(book, moves).plan, book.plan)
    ]
    assert apply_edits(book, [*moves, *back]) == book


def test_giving_leaves_the_old_plan_and_helpers_alone() -> None:
    book = make_book([1, 2], [9, 4], leaders=3)
    helped = replace(
        book.plan, assignments=(*book.plan.assignments, Assignment(1, 3, AssignmentKind.HELPER, cases=2))
    )
    after = apply_edits(replace(book, plan=helped), [Edit(EditKind.GIVE, 1, 2)]).plan
    assert lead_by_unit(helped) == {1: 1, 2: 2}
    assert lead_by_unit(after) == {1: 2, 2: 2}
    assert helped.assignments[-1] in after.assignments
    assert [load.cases for load in loads(replace(book, plan=after))] == [0, 13, 2]


def test_giving_a_coled_unit_joins_its_parts() -> None:
    book = make_book([1], [5], leaders=3)
    coled = replace(book.plan, assignments=(*book.plan.assignments, Assignment(1, 2, cases=6)))
    after = apply_edits(replace(book, plan=coled), [Edit(EditKind.GIVE, 1, 3)])
    assert after.plan.assignments == (Assignment(1, 3, cases=11),)


@pytest.mark.parametrize(
    ("move", "code"),
    [(Edit(EditKind.GIVE, 99, 1), "plan_unit_unknown"), (Edit(EditKind.GIVE, 1, 99), "plan_leader_unknown")],
)
def test_unknown_units_and_leaders_are_refused(move: Edit, code: str) -> None:
    with pytest.raises(Refused) as refused:
        apply_edits(make_book([1], [1], leaders=1), [move])
    assert refused.value.code == code


def test_each_issue_names_its_units_and_leaders() -> None:
    ring = frozenset({(1, 2), (2, 3), (3, 4)})
    base = make_book([1, 1, 1, 2, None, 3], [30, 30, 30, 3, 8, None], leaders=4, borders=ring)
    after = apply_edits(base, [Edit(EditKind.GIVE, 2, 2)])
    found = {issue.code: issue for issue in issues(after, base)}
    assert set(found) == {
        IssueCode.UNASSIGNED,
        IssueCode.BROKEN_PIECE,
        IssueCode.OVERLOADED,
        IssueCode.LEADER_WITHOUT_UNIT,
        IssueCode.NO_COUNT,
    }
    assert found[IssueCode.UNASSIGNED].unit_ids == (5,)
    assert found[IssueCode.UNASSIGNED].facts == {"cases": 8}
    assert found[IssueCode.LEADER_WITHOUT_UNIT].leader_ids == (4,)
    assert (found[IssueCode.NO_COUNT].unit_ids, found[IssueCode.NO_COUNT].leader_ids) == ((6,), (3,))
    strays = [issue for issue in issues(after, base) if issue.code is IssueCode.BROKEN_PIECE]
    assert [(one.leader_ids, one.unit_ids, one.facts) for one in strays] == [
        ((1,), (3,), {"pieces": 2, "before": 1}),
        ((2,), (4,), {"pieces": 2, "before": 1}),
    ]
    overloaded = found[IssueCode.OVERLOADED]
    assert overloaded.leader_ids == (1,)
    assert overloaded.facts["cases"] == 60


@settings(deadline=None)
@given(books(units=8, leaders=4))
def test_issues_are_complete_and_silent_where_nothing_is_wrong(book: CoverageBook) -> None:
    found = issues(book)
    held = {one.leader_id for one in book.plan.assignments}
    idle = {
        leader
        for issue in found
        if issue.code is IssueCode.LEADER_WITHOUT_UNIT
        for leader in issue.leader_ids
    }
    assert idle == {leader.id for leader in book.leaders} - held
    blank = {unit for issue in found if issue.code is IssueCode.UNASSIGNED for unit in issue.unit_ids}
    assert blank == {one.unit_id for one in book.plan.assignments if one.leader_id is None}
    mean = balance(book).mean
    over = {leader for issue in found if issue.code is IssueCode.OVERLOADED for leader in issue.leader_ids}
    assert over == {load.leader_id for load in loads(book) if load.cases > 1.5 * mean}


def test_an_empty_plan_has_numbers_and_no_ratio() -> None:
    book = make_book([], [], leaders=0)
    assert (balance(book).maximum, balance(book).ratio, floor(book).cases) == (0, None, 0)
    assert issues(book) == ()
