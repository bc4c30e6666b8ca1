"""What changes hands between two plans: every matter once, nothing that stays, numbers only."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

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
)
from grid.planning.handover import handover
from grid.workloads import UnitMeasures

LEAD, HELPER = AssignmentKind.LEAD, AssignmentKind.HELPER
UNITS = tuple(Unit(n, f"县{n}", UnitKind.AREA, n) for n in range(1, 6))
TOWNS = tuple(Unit(10 + n, f"镇{n}", UnitKind.AREA, 10 + n) for n in range(3))
LEADERS = tuple(Leader(n, f"副市长{n}", None) for n in range(1, 5))
MEASURES = {
    **{unit.id: UnitMeasures(10 * unit.id, 7 * unit.id, 3 * unit.id, unit.id, 9000) for unit in UNITS},
    11: UnitMeasures(3, 2, 1, 0), 12: UnitMeasures(4, 5, 2, 1), 10: UnitMeasures(3, 0, 0, 0),
}  # fmt: skip


def book(*rows: Assignment) -> CoverageBook:
    plan = CoveragePlan(1, "案", PlanState.DRAFT, date(2026, 1, 1), None, 1, None, rows)
    return CoverageBook(plan, UNITS, LEADERS, frozenset(), parts={1: TOWNS}, measures=MEASURES)


def test_a_unit_given_away_goes_whole() -> None:
    before = book(Assignment(2, 1, LEAD, 20), Assignment(3, 2, LEAD, 30))
    found = handover(before, book(Assignment(2, 3, LEAD, 20), Assignment(3, 2, LEAD, 30)))
    (one,) = found.units
    assert (one.unit.id, one.given[0].leader_id, one.taken[0].leader_id) == (2, 1, 3)
    assert one.measures == one.given[0].measures == one.taken[0].measures == UnitMeasures(20, 14, 6, 2)
    assert found.measures == one.measures
    assert [(one.leader_id, one.units_given, one.units_taken) for one in found.leaders] == [
        (1, 1, 0),
        (3, 0, 1),
    ]


def test_a_helper_takes_his_share_and_no_more() -> None:
    before = book(Assignment(2, 1, LEAD, 20))
    found = handover(before, book(Assignment(2, 1, LEAD, 15), Assignment(2, 4, HELPER, 5)))
    (one,) = found.units
    assert [(hand.leader_id, hand.kind, hand.measures.cases) for hand in one.given] == [(1, LEAD, 5)]
    assert [(hand.leader_id, hand.kind, hand.measures.cases) for hand in one.taken] == [(4, HELPER, 5)]
    assert one.measures.open in {3, 4}, "a quarter of 14"


def test_a_split_county_is_compared_by_its_towns() -> None:
    before = book(Assignment(1, 1, LEAD, 10))
    after = book(Assignment(10, 1, LEAD, 3), Assignment(11, 2, LEAD, 3), Assignment(12, 3, LEAD, 4))
    found = handover(before, after)
    assert [(one.unit.id, one.given[0].leader_id, one.taken[0].leader_id) for one in found.units] == [
        (12, 1, 3), (11, 1, 2)
    ]  # fmt: skip
    assert found.measures == UnitMeasures(7, 7, 3, 1)
    joined = handover(after, before)
    assert [(one.unit.id, one.given[0].leader_id, one.taken[0].leader_id) for one in joined.units] == [
        (12, 3, 1), (11, 2, 1)
    ]  # fmt: skip


def test_what_nobody_had_is_told_too() -> None:
    found = handover(book(Assignment(2, None, LEAD, None)), book(Assignment(2, 1, LEAD, None)))
    assert [hand.leader_id for hand in found.units[0].given] == [None]
    assert [one.leader_id for one in found.leaders] == [1, None]


def test_cases_and_links_hand_nothing_over() -> None:
    before = book(Assignment(2, 1, LEAD, 20), Assignment(2, 2, AssignmentKind.CASE, 1))
    after = book(Assignment(2, 1, LEAD, 20), Assignment(2, 3, AssignmentKind.LINKED, 1))
    assert handover(before, after).units == ()


def _plans() -> st.SearchStrategy[CoverageBook]:
    holder = st.tuples(
        st.sampled_from([1, 2, 3, 4, None]), st.sampled_from([LEAD, HELPER]), st.none() | st.integers(0, 9)
    )
    of_unit = st.lists(holder, max_size=3, unique_by=lambda one: one[:2])
    return st.fixed_dictionaries(dict.fromkeys((2, 3, 10, 11, 12), of_unit)).map(
        lambda held: book(*(Assignment(unit, *row) for unit, rows in held.items() for row in rows))
    )


@settings(max_examples=150, deadline=None)
@given(_plans(), _plans())
def test_nothing_is_told_twice_and_back_is_the_mirror(before: CoverageBook, after: CoverageBook) -> None:
    found, back = handover(before, after), handover(after, before)
    assert {one.unit.id: (one.given, one.taken) for one in back.units} == {
        one.unit.id: (one.taken, one.given) for one in found.units
    }
    for one in found.units:
        assert one.measures.open <= MEASURES[one.unit.id].open
        both = [sum(hand.measures.open for hand in hands) for hands in (one.given, one.taken)]
        held = [any(row.unit_id == one.unit.id for row in each.plan.assignments) for each in (before, after)]
        if all(held):
            assert both[0] == both[1] == one.measures.open, "what one gives another takes"
    assert sum(one.given.open for one in found.leaders) == sum(
        hand.measures.open for one in found.units for hand in one.given
    )
    assert handover(before, before).units == ()
    assert handover(before, replace(before, leaders=())).units == ()
